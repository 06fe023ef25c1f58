# METADATA
# title: Bucket policies refuse requests without TLS
# description: |
#   S3 answers plain HTTP unless the bucket's policy denies it: to everyone, every action, on the
#   bucket and on its objects.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
# scope: package
# custom:
#   control: HF-AWS-ENC-006
#   kind: aws.s3.bucket
#   severity: medium
#   documents: {ha-eks: [107]}
#   remediation: Deny `s3:*` on the bucket and on its objects to everyone where `aws:SecureTransport` is false.
#   frameworks: {nist-800-53: [SC-8], cis-aws-5.0: ["2.1.1"], fsbp: [S3.5]}
package hfscan.rules.aws.s3.denies_plain_http

import data.hfscan.lib.finding

deny contains finding.at(["attributes", "policy"], "bucket answers requests without TLS") if {
	input.facts.denies_plain_http == false
}
