# METADATA
# title: File systems are encrypted at rest
# description: |
#   What pods share lies on disks of AWS. Encryption cannot be turned on later: the file system has
#   to be replaced.
# related_resources:
#   - ref: https://docs.aws.amazon.com/efs/latest/ug/encryption-at-rest.html
# scope: package
# custom:
#   control: HF-AWS-ENC-007
#   kind: aws.efs.file_system
#   severity: high
#   documents: {ha-cloud: [112], ha-eks: [61, 62, 63]}
#   remediation: Set `encrypted` to true.
#   frameworks: {nist-800-53: [SC-28], cis-aws-5.0: ["2.3.1"], fsbp: [EFS.1]}
package hfscan.rules.aws.efs.encrypted

import data.hfscan.lib.finding

deny contains finding.at(["attributes", "encrypted"], "file system is not encrypted") if {
	input.attributes.encrypted == false
}
