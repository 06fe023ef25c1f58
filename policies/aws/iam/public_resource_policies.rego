# METADATA
# title: Resource policies let in nobody from outside
# description: |
#   A resource policy that names everyone opens the resource to the internet past every network control.
#   A condition closes it again only if it demands something that strangers do not have.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
# scope: package
# custom:
#   control: HF-AWS-IAM-018
#   kinds: [aws.dynamodb.table, aws.ecr.repository, aws.efs.file_system, aws.kms.key, aws.s3.bucket, aws.secretsmanager.secret, aws.sqs.queue]
#   severity: critical
#   documents: {ha-eks: [70, 113], ha-cloud: [111], innovate: [55, 87, 164]}
#   remediation: Name the principals, or add a condition such as `aws:PrincipalOrgID` or `aws:SourceArn`.
#   frameworks: {nist-800-53: [AC-3, AC-6], fsbp: [KMS.5]}
#   params:
#     trusted_accounts: {default: [], description: ids of accounts besides the resource's own that may be let in}
#     trusted_conditions:
#       default: ["aws:principalaccount", "aws:principalorgid", "aws:sourceaccount", "aws:sourcearn", "aws:sourcevpce", "kms:calleraccount"]
#       description: condition keys, in lower case, that make a principal of everyone acceptable
package hfscan.rules.aws.iam.public_resource_policies

import data.hfscan.lib.finding
import data.hfscan.params

place := ["attributes", "policy"]

applies if count(input.facts.grants) > 0

closed(grant) if {
	some key in grant.narrowed_by
	key in params.trusted_conditions
}

deny contains finding.tagged(place, grant.label, "the resource policy lets everyone in") if {
	some grant in input.facts.grants
	grant.everyone
	not closed(grant)
}

deny contains finding.lower(
	finding.tagged(place, grant.label, "the resource policy lets in an account that is not trusted"),
	"high",
) if {
	some grant in input.facts.grants
	grant.kind == "aws"
	not grant.own_account
	not grant.account in params.trusted_accounts
}
