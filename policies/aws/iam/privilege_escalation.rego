# METADATA
# title: No principal can raise its own permissions
# description: |
#   Some actions, alone or together, are as good as administrator rights: attach a policy to oneself, or
#   start a machine with a stronger role. They are looked for in the union of all policies of a role or
#   user, less what is denied or beyond the permissions boundary. A policy that cannot be read may allow
#   more, which makes a pass unknown; that it denies what another one allows is not assumed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
# scope: package
# custom:
#   control: HF-AWS-IAM-006
#   kinds: [aws.iam.role, aws.iam.user]
#   severity: critical
#   documents: {ha-eks: [70, 113], ha-cloud: [111], innovate: [55, 87]}
#   remediation: Split the permissions over several roles, name the roles of `iam:PassRole`, or set a permissions boundary.
#   frameworks: {nist-800-53: [AC-6]}
#   params:
#     escalation_sets: {default: ["*"], description: "names of the sets of policies/data/iam_escalation.json that count; * for all"}
#     trusted_roles: {default: ["*deploy*", "*terraform*"], description: name patterns of roles that deploy; they still need a waiver and weigh medium}
package hfscan.rules.aws.iam.privilege_escalation

import data.hfscan.lib.finding
import data.hfscan.params

counts(escalation) if "*" in params.escalation_sets

counts(escalation) if escalation.name in params.escalation_sets

# The certain member of a group of sets of which none can be told apart.
counts(escalation) if escalation.name == "any"

# Whoever may change every permission has all sets.
counts(escalation) if escalation.name == "administrator"

deploys if {
	some pattern in params.trusted_roles
	glob.match(pattern, [], input.name)
}

explained(escalation) := finding.with_related(
	finding.tagged(
		["facts", "escalations"],
		escalation.name,
		sprintf("%s Granted by %s", [escalation.why, concat(", ", escalation.sources)]),
	),
	escalation.policies,
)

deny contains explained(escalation) if {
	some escalation in input.facts.escalations
	escalation.present
	counts(escalation)
	not input.facts.unnamed
	not deploys
}

# Whether it is one of those that deploy its name will tell; it breaks the requirement either way.
deny contains explained(escalation) if {
	some escalation in input.facts.escalations
	escalation.present
	counts(escalation)
	input.facts.unnamed
}

deny contains finding.lower(explained(escalation), "medium") if {
	some escalation in input.facts.escalations
	escalation.present
	counts(escalation)
	not input.facts.unnamed
	deploys
}
