# METADATA
# title: iam:PassRole is limited to named roles and services
# description: |
#   Who may hand any role to a machine that they start has the permissions of every role. Resources must
#   name the roles, and `iam:PassedToService` should name the service that gets them.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
# scope: package
# custom:
#   control: HF-AWS-IAM-005
#   kinds: [aws.iam.group, aws.iam.policy, aws.iam.role, aws.iam.user]
#   severity: high
#   documents: {ha-eks: [70, 113], ha-cloud: [111], innovate: [55, 87]}
#   remediation: Set the ARN of the role as resource, and add a condition on `iam:PassedToService`.
#   frameworks: {nist-800-53: [AC-6]}
#   params:
#     min_prefix: {default: 4, description: characters of a role's name that must stand before a wildcard}
package hfscan.rules.aws.iam.pass_role

import data.hfscan.lib.finding
import data.hfscan.params

place := ["attributes", "document"] if input.kind == "aws.iam.policy"

place := ["attributes", "inline_policies"] if input.kind != "aws.iam.policy"

applies if count(input.facts.statements) > 0

deny contains finding.tagged(place, sprintf("%s/%s", [statement.label, target.resource]), "iam:PassRole is allowed on roles that nobody named") if {
	some statement in input.facts.statements
	statement.passes_roles
	some target in statement.pass_role_targets
	target.wildcard
	target.prefix_length < params.min_prefix
}

deny contains finding.lower(
	finding.tagged(place, sprintf("%s/services", [statement.label]), "iam:PassRole is allowed for any service: no condition names concrete ones in iam:PassedToService"),
	"low",
) if {
	some statement in input.facts.statements
	statement.passes_roles
	not statement.names_passed_service
	count(statement.pass_role_targets) > 0
}
