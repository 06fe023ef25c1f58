# METADATA
# title: Instances and worker nodes have no public addresses
# description: |
#   An instance with a public address can be reached as soon as its security group allows it. The
#   address comes from its own setting, its launch template, the subnet's setting or an Elastic IP
#   address. Addresses of NAT gateways are not meant.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html
# scope: package
# custom:
#   control: HF-AWS-NET-014
#   kinds: [aws.autoscaling.group, aws.ec2.instance, aws.ec2.launch_template, aws.eks.node_group]
#   severity: high
#   documents: {ha-eks: [111], highflame: [13]}
#   remediation: Set `associate_public_ip_address` to false and remove Elastic IP associations.
#   frameworks: {nist-800-53: [SC-7], fsbp: [EC2.9, EC2.25]}
#   params:
#     exempt_tags: {default: [], description: "tags that exempt, such as role=bastion"}
package hfscan.rules.aws.ec2.no_public_addresses

import data.hfscan.lib.finding
import data.hfscan.params

applies if not exempt

exempt if {
	some tag in params.exempt_tags
	[key, value] := split(tag, "=")
	input.tags[key] == value
}

reasons := {
	"elastic_ip": "an Elastic IP address is associated with it",
	"launch_template": "its launch template asks for a public address",
	"own_setting": "it asks for a public address",
	"subnet": "it takes the public address that its subnet gives",
}

deny contains finding.with_related(
	finding.tagged(["facts", "public_addresses"], sprintf("%s[%s]", [address.by, address.id]), reasons[address.by]),
	[address.id],
) if {
	some address in input.facts.public_addresses
	address.assigned
}
