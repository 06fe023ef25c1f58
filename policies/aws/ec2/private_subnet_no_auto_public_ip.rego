# METADATA
# title: Private subnets do not give instances public addresses at launch
# description: |
#   An instance that starts in a private or database subnet with a public address is one route away
#   from the internet.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html
# scope: package
# custom:
#   control: HF-AWS-NET-007
#   kind: aws.ec2.subnet
#   severity: high
#   documents: {ha-eks: [111], innovate: [89]}
#   remediation: Set `map_public_ip_on_launch` to false on private and database subnets.
#   frameworks: {nist-800-53: [SC-7], fsbp: [EC2.15]}
#   params:
#     public_too: {default: false, description: "whether public subnets are judged as well, with severity low"}
package hfscan.rules.aws.ec2.private_subnet_no_auto_public_ip

import data.hfscan.lib.finding
import data.hfscan.params

private := {"private", "database"}

applies if input.facts.intended_tier in private

applies if {
	params.public_too
	input.facts.intended_tier == "public"
}

found := finding.at(["attributes", "map_public_ip_on_launch"], "subnet gives instances public addresses at launch")

deny contains found if {
	input.facts.intended_tier in private
	input.attributes.map_public_ip_on_launch
}

deny contains finding.lower(found, "low") if {
	params.public_too
	input.facts.intended_tier == "public"
	input.attributes.map_public_ip_on_launch
}
