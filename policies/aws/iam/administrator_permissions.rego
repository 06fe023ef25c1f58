# METADATA
# title: No policy grants every action on every resource
# description: |
#   A statement that allows `*` on `*` hands out the whole account: whoever gets hold of one credential
#   of its holder owns everything. A boundary or an organization policy may limit the effect today and
#   be gone tomorrow, so the statement itself counts.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
# scope: package
# custom:
#   control: HF-AWS-IAM-001
#   kinds: [aws.iam.group, aws.iam.policy, aws.iam.role, aws.iam.user]
#   severity: critical
#   documents: {ha-eks: [70, 113], ha-cloud: [111], innovate: [55, 87]}
#   remediation: List the actions that are needed, and the ARNs that they are needed on.
#   frameworks: {nist-800-53: [AC-6], cis-aws-5.0: ["1.15"], fsbp: [IAM.1]}
package hfscan.rules.aws.iam.administrator_permissions

import data.hfscan.lib.finding

place := ["attributes", "document"] if input.kind == "aws.iam.policy"

place := ["attributes", "inline_policies"] if input.kind != "aws.iam.policy"

applies if count(input.facts.statements) > 0

deny contains finding.tagged(place, statement.label, "a statement allows every action on every resource") if {
	some statement in input.facts.statements
	statement.lower_severity == null
	statement.administrator
}

# A condition narrows it, or nobody has the policy.
deny contains finding.lower(
	finding.tagged(place, statement.label, "a statement allows every action on every resource, though narrowed by a condition or not attached yet"),
	statement.lower_severity,
) if {
	some statement in input.facts.statements
	statement.lower_severity != null
	statement.administrator
}
