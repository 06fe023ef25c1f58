# METADATA
# title: Buckets name their default encryption
# description: |
#   S3 encrypts every new object with a key of its own even where nobody asks for it. Written down,
#   the choice can be reviewed, and it can demand a KMS key.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
# scope: package
# custom:
#   control: HF-AWS-ENC-005
#   kind: aws.s3.bucket
#   severity: high
#   documents: {ha-eks: [59, 121], ha-cloud: [112]}
#   remediation: Add an `aws_s3_bucket_server_side_encryption_configuration` with an algorithm that is accepted.
#   frameworks: {nist-800-53: [SC-28], fsbp: [S3.17]}
#   params:
#     accepted:
#       default: [AES256, "aws:kms", "aws:kms:dsse"]
#       description: Algorithms that are accepted. Without AES256 the key must be the account's own.
#     require_explicit:
#       default: true
#       description: Whether the encryption must be written down, though S3 encrypts anyway.
package hfscan.rules.aws.s3.default_encryption

import data.hfscan.lib.finding

deny contains finding.at(["attributes", "encryption"], "default encryption is not written down") if {
	data.hfscan.params.require_explicit
	input.facts.encryption_written == false
}

deny contains finding.tagged(["attributes", "encryption"], "algorithm", "algorithm of the default encryption is not accepted") if {
	not input.facts.encryption_algorithm in data.hfscan.params.accepted
}

# Where a KMS algorithm is asked for, a key of AWS does not do.
deny contains finding.tagged(["attributes", "encryption"], "key", "default encryption uses a key that AWS manages") if {
	not "AES256" in data.hfscan.params.accepted
	input.facts.encryption_algorithm in data.hfscan.params.accepted
	input.facts.key_owner in {"aws_managed", "aws_owned"}
}
