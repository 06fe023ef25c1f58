# METADATA
# title: Default subnets stay out of use
# description: |
#   A default subnet leads to the internet and hands out public addresses. Bringing one under
#   Terraform's control is a sign that something is meant to run in it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/default-subnet.html
# scope: package
# custom:
#   control: HF-AWS-NET-001
#   kind: aws.ec2.subnet
#   severity: high
#   documents: {ha-eks: [3], highflame: [9], dr-regions: [20, 35], innovate: [59, 61]}
#   remediation: Make subnets in a VPC of your own and drop `aws_default_subnet`.
#   frameworks: {nist-800-53: [SC-7]}
package hfscan.rules.aws.ec2.no_default_subnet

import data.hfscan.lib.finding

deny contains finding.at(["attributes", "adopted"], "default subnet is adopted") if {
	input.attributes.adopted
}
