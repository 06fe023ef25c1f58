# METADATA
# title: Database storage is encrypted
# description: |
#   Data, snapshots and backups of an unencrypted database lie in plain text. Members of a cluster,
#   replicas and restored copies are judged by what they inherit.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html
# scope: package
# custom:
#   control: HF-AWS-ENC-001
#   kinds: [aws.rds.cluster, aws.rds.global_cluster, aws.rds.instance]
#   severity: critical
#   documents: {ha-eks: [53], innovate: [357], ha-cloud: [112]}
#   remediation: Set `storage_encrypted` to true, with a KMS key; the database is replaced.
#   frameworks: {nist-800-53: [SC-28], cis-aws-5.0: ["2.2.1"], fsbp: [RDS.3, RDS.27]}
package hfscan.rules.aws.rds.storage_encrypted

import data.hfscan.lib.finding

applies if input.kind != "aws.rds.instance"

# Members of a cluster share its storage.
applies if input.facts.role != "cluster_member"

deny contains finding.related(
	["attributes", "storage_encrypted"],
	input.facts.encryption_inherited_from,
	"storage is not encrypted",
) if {
	input.facts.encrypted == false
}
