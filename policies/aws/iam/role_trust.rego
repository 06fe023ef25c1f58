# METADATA
# title: Roles trust named principals of known accounts only
# description: |
#   The trust policy of a role says who may become it. Everyone, or an account that nobody knows, must
#   not; an account of others needs a condition that only the intended caller meets.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
# scope: package
# custom:
#   control: HF-AWS-IAM-008
#   kind: aws.iam.role
#   severity: critical
#   documents: {ha-eks: [70, 113], ha-cloud: [111], innovate: [51, 55, 87]}
#   remediation: Name the principal, and add a condition on `sts:ExternalId` or `aws:PrincipalOrgID` for other accounts.
#   frameworks: {nist-800-53: [AC-3, AC-6]}
#   params:
#     trusted_accounts: {default: [], description: ids of accounts besides the role's own that may take roles}
package hfscan.rules.aws.iam.role_trust

import data.hfscan.lib.finding
import data.hfscan.params

place := ["attributes", "trust_policy"]

deny contains finding.tagged(place, grant.label, "everyone may take the role") if {
	some grant in input.facts.trust
	grant.everyone
	not for_organization(grant)
}

# An organization is a closed circle; other conditions leave a principal of `*` open to the world.
for_organization(grant) if "aws:principalorgid" in grant.narrowed_by

for_organization(grant) if "aws:principalorgpaths" in grant.narrowed_by

deny contains finding.tagged(place, grant.label, "an account that is not trusted may take the role") if {
	some grant in input.facts.trust
	grant.kind == "aws"
	not grant.own_account
	not grant.account in params.trusted_accounts
}

deny contains finding.lower(
	finding.tagged(place, grant.label, "another account may take the role without an external id or organization id"),
	"high",
) if {
	some grant in input.facts.trust
	grant.kind == "aws"
	not grant.own_account
	grant.account in params.trusted_accounts
	not grant.external_id_or_organization
}

deny contains finding.lower(
	finding.tagged(place, grant.label, "every principal of the account may take the role: no condition narrows it"),
	"medium",
) if {
	some grant in input.facts.trust
	grant.account_root
	grant.own_account
	not grant.narrowed
}

# Pods of EKS clusters are judged by aws-iam-irsa-trust.
pods(grant) if {
	some trust in input.facts.pod_trust
	trust.eks
	trust.provider == grant.principal
}

deny contains finding.tagged(place, grant.label, "tokens of a federated provider are trusted whatever their audience or subject") if {
	some grant in input.facts.trust
	grant.kind == "federated"
	open_token(grant)
	not pods(grant)
}

open_token(grant) if not grant.names_audience

open_token(grant) if not grant.names_subject
