# METADATA
# title: Databases have a standby in another zone
# description: |
#   A database in one zone is gone for as long as that zone is. Multi-AZ keeps a standby that takes
#   over by itself. Multi-AZ DB clusters have theirs by nature; replicas and Aurora are judged
#   elsewhere.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.html
# scope: package
# custom:
#   control: HF-AWS-HA-004
#   kinds: [aws.rds.cluster, aws.rds.instance]
#   severity: high
#   documents: {ha-eks: [51, 91], innovate: [363], ha-cloud: [120, 126]}
#   remediation: Set `multi_az` to true.
#   frameworks: {nist-800-53: [CP-10], cis-aws-5.0: ["2.2.4"], fsbp: [RDS.5]}
package hfscan.rules.aws.rds.multi_az

import data.hfscan.lib.finding

applies if {
	input.kind == "aws.rds.instance"
	input.facts.role == "primary"
}

applies if {
	input.kind == "aws.rds.cluster"
	input.facts.topology == "multi_az"
}

deny contains finding.at(["attributes", "multi_az"], "database has no standby in another zone") if {
	input.kind == "aws.rds.instance"
	input.attributes.multi_az == false
}
