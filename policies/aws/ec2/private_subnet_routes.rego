# METADATA
# title: Private subnets reach the internet only through a NAT gateway of their zone
# description: |
#   A default route to an internet gateway turns a private subnet public without anyone saying so, and
#   one to a NAT gateway of another zone fails with that zone. The tier is what tags, name and use say
#   the subnet is meant to be.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
# scope: package
# custom:
#   control: HF-AWS-NET-006
#   kind: aws.ec2.subnet
#   severity: critical
#   documents: {ha-eks: [13], highflame: [13], innovate: [66, 71, 77]}
#   remediation: Give each private subnet a route table whose default route leads to a NAT gateway of the same zone, and for IPv6 to an egress-only internet gateway.
#   frameworks: {nist-800-53: [SC-7]}
#   params:
#     same_az: {default: true, description: whether the NAT gateway must stand in the zone of the subnet}
package hfscan.rules.aws.ec2.private_subnet_routes

import data.hfscan.lib.finding
import data.hfscan.params

applies if input.facts.intended_tier in {"private", "database"}

# Targets that are no way out for a private subnet, besides an internet gateway.
wrong_ipv4 := {
	"carrier_gateway", "egress_only_internet_gateway", "local_gateway", "network_interface", "odb_network",
	"virtual_private_gateway", "vpc_peering_connection",
}

wrong_ipv6 := {
	"carrier_gateway", "core_network", "local_gateway", "nat_gateway", "network_interface", "odb_network",
	"transit_gateway", "virtual_private_gateway", "vpc_endpoint", "vpc_peering_connection",
}

wrong(route, message) := finding.with_related(
	finding.tagged(["facts", "default_routes"], route.label, message),
	array.concat([input.id], route.via),
)

deny contains wrong(route, sprintf("default route %s leads to an internet gateway", [route.label])) if {
	some route in input.facts.default_routes
	route.target_kind == "internet_gateway"
}

deny contains wrong(route, sprintf("default route %s leads to a NAT gateway of another zone", [route.label])) if {
	params.same_az
	some route in input.facts.default_routes
	route.target_kind == "nat_gateway"
	route.same_zone == false
}

deny contains wrong(route, sprintf("IPv4 default route %s leads neither to a NAT gateway nor to a transit gateway or an endpoint", [route.label])) if {
	some route in input.facts.default_routes
	route.family == "ipv4"
	route.target_kind in wrong_ipv4
}

deny contains wrong(route, sprintf("IPv6 default route %s does not lead to an egress-only internet gateway", [route.label])) if {
	some route in input.facts.default_routes
	route.family == "ipv6"
	route.target_kind in wrong_ipv6
}
