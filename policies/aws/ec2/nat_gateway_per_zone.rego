# METADATA
# title: Each zone with private subnets has a NAT gateway in its public subnet
# description: |
#   With one NAT gateway for all zones, every private subnet loses its way out when that zone fails.
#   A regional NAT gateway serves all zones. Zones that go out through a transit gateway, or not at
#   all, need none.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
# scope: package
# custom:
#   control: HF-AWS-NET-005
#   kind: aws.ec2.vpc
#   severity: high
#   documents: {ha-eks: [9, 13]}
#   remediation: Make a NAT gateway and an Elastic IP address for each zone, in the public subnet of that zone.
#   frameworks: {nist-800-53: [SC-7, CP-10]}
#   params:
#     nat_per_az: {default: true, description: whether each zone needs a NAT gateway of its own}
package hfscan.rules.aws.ec2.nat_gateway_per_zone

import data.hfscan.lib.finding
import data.hfscan.params

applies if {
	params.nat_per_az
	some zone in input.facts.nat_zones
	zone.needs_nat
}

deny contains finding.with_related(
	finding.tagged(
		["facts", "nat_zones"],
		zone.zone,
		sprintf("zone %s has private subnets but no public NAT gateway", [zone.zone]),
	),
	array.concat(zone.subnets, zone.nat_gateways),
) if {
	some zone in input.facts.nat_zones
	zone.needs_nat
	zone.has_nat == false
}
