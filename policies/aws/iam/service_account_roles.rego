# METADATA
# title: Each service account has a role of its own
# description: |
#   Service accounts that share a role share its permissions: each can do what any of them needs.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
# scope: package
# custom:
#   control: HF-AWS-IAM-011
#   kind: aws.iam.role
#   severity: medium
#   documents: {ha-eks: [68]}
#   remediation: Make one role for each service account.
#   frameworks: {nist-800-53: [AC-6]}
#   params:
#     max_subjects: {default: 1, description: service accounts that may share a role}
package hfscan.rules.aws.iam.service_account_roles

import data.hfscan.lib.finding
import data.hfscan.params

# Null stands for any number.
applies if input.facts.service_accounts.at_most != 0

deny contains finding.at(
	["facts", "service_accounts", "at_least"],
	sprintf("%d service accounts may take the role", [input.facts.service_accounts.at_least]),
) if {
	input.facts.service_accounts.at_least > params.max_subjects
}

unsure contains "how many service accounts may take the role cannot be told" if {
	input.facts.service_accounts.at_most == null
}

unsure contains "how many service accounts may take the role cannot be told" if {
	input.facts.service_accounts.at_most != null
	input.facts.service_accounts.at_most > params.max_subjects
}
