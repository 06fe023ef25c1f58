# METADATA
# title: Buckets block public access with all four settings
# description: |
#   One careless policy or ACL opens a bucket to everyone unless public access is blocked. A setting
#   counts where the bucket or its account turns it on. S3 turns all four on for new buckets, but a
#   setting that is not written down cannot be reviewed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
# scope: package
# custom:
#   control: HF-AWS-DATA-001
#   kind: aws.s3.bucket
#   severity: critical
#   documents: {ha-eks: [55, 56, 57], dr-regions: [23, 41], ha-cloud: [111, 114]}
#   remediation: Add an `aws_s3_bucket_public_access_block` with all four settings true.
#   frameworks: {nist-800-53: [AC-3, SC-7], cis-aws-5.0: ["2.1.4"], fsbp: [S3.1, S3.8]}
#   params:
#     require_explicit:
#       default: true
#       description: Whether the settings must be written down, though S3 turns them on for new buckets.
package hfscan.rules.aws.s3.public_access_blocked

import data.hfscan.lib.finding

deny contains finding.tagged(
	["attributes", "public_access_block"],
	flag.setting,
	sprintf("public access is not blocked: %s is off", [flag.setting]),
) if {
	some flag in input.facts.public_access_block
	flag.on == false
}

deny contains finding.at(["attributes", "public_access_block"], "public access block is not written down") if {
	data.hfscan.params.require_explicit
	input.complete
	input.facts.public_access_block_written == false
}

unsure contains "no public access block is in the input; it may be managed elsewhere" if {
	data.hfscan.params.require_explicit
	not input.complete
	input.facts.public_access_block_written == false
}
