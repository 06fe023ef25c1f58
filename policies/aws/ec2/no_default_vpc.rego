# METADATA
# title: The default VPC stays out of use
# description: |
#   Every subnet of a default VPC leads to the internet and hands out public addresses. Taking it
#   under Terraform's control only to delete it is fine as long as nothing runs in it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html
# scope: package
# custom:
#   control: HF-AWS-NET-001
#   kind: aws.ec2.vpc
#   severity: high
#   documents: {ha-eks: [3], highflame: [9], dr-regions: [20, 35], innovate: [59, 61]}
#   remediation: Make a VPC with subnets of its own, move what runs in the default VPC there, and drop `aws_default_vpc`.
#   frameworks: {nist-800-53: [SC-7]}
package hfscan.rules.aws.ec2.no_default_vpc

import data.hfscan.lib.finding

applies if not input.attributes.managed_elsewhere

deny contains finding.at(["attributes", "default"], "default VPC is adopted and kept") if {
	input.attributes.default
	input.attributes.adopted
	input.attributes.removed_on_destroy == false
}

deny contains finding.with_tag(
	finding.related(
		["facts", "hosts_workloads"],
		input.facts.workloads,
		"workloads run in the default VPC",
	),
	"workloads",
) if {
	input.attributes.default
	input.facts.hosts_workloads
}
