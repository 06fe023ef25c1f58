# METADATA
# title: Databases have no public address
# description: |
#   A database with a public address is open to the internet as soon as one security group rule is
#   too wide. A closed security group does not make up for the address.
#   A member of a cluster that leaves the setting out gets an address when its subnets are public.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
# scope: package
# custom:
#   control: HF-AWS-NET-013
#   kind: aws.rds.instance
#   severity: critical
#   documents: {ha-eks: [111], highflame: [13, 60], innovate: [106]}
#   remediation: Set `publicly_accessible` to false.
#   frameworks: {nist-800-53: [SC-7, AC-3], cis-aws-5.0: ["2.2.3"], fsbp: [RDS.2]}
package hfscan.rules.aws.rds.no_public_address

import data.hfscan.lib.finding

deny contains finding.at(["attributes", "publicly_accessible"], "database has a public address") if {
	input.attributes.publicly_accessible == true
}

# Left out, the subnets decide.
deny contains finding.at(["facts", "public_address"], "database gets a public address: its subnets are public") if {
	input.attributes.publicly_accessible == null
	input.facts.public_address == true
}
