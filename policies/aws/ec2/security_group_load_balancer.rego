# METADATA
# title: Application load balancers listen on web ports and send to their targets only
# description: |
#   The group of an application load balancer is the first line: it opens the ports of HTTPS and of
#   the redirect to it, by TCP, and nothing else. On the way out it needs the ports of its target
#   groups, at the worker nodes or inside of the VPC. A balancer that names no group gets the default
#   group of its VPC, which is nobody's decision.
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
# scope: package
# custom:
#   control: HF-AWS-NET-017
#   kinds: [aws.ec2.security_group, aws.elb.load_balancer]
#   severity: medium
#   documents: {ha-eks: [74, 109], highflame: [64], innovate: [85, 104]}
#   remediation: |
#     Give the load balancer a group of its own with two rules for incoming traffic (443 and 80) and one
#     rule for outgoing traffic to the group of the nodes.
#   frameworks: {nist-800-53: [SC-7, CM-7]}
#   params:
#     alb_ingress_ports: {default: [443, 80], description: ports that an application load balancer may open}
#     restrict_egress: {default: true, description: judge outgoing traffic as well}
package hfscan.rules.aws.ec2.security_group_load_balancer

import data.hfscan.lib.finding

applies if input.facts.roles.alb

applies if input.attributes.load_balancer_type == "application"

deny contains finding.at(
	["facts", "firewall", "default_group"],
	"load balancer names no security group, so the default group of its VPC guards it",
) if {
	input.facts.firewall.default_group
}

deny contains finding.tagged(
	["facts", "ingress"],
	rule.tag,
	sprintf("%s opens more than the web ports of an application load balancer", [rule.tag]),
) if {
	some rule in input.facts.ingress
	rule.present
	beyond(rule)
}

deny contains finding.tagged(
	["facts", "egress"],
	rule.tag,
	sprintf("%s lets an application load balancer send to more than its targets", [rule.tag]),
) if {
	data.hfscan.params.restrict_egress
	some rule in input.facts.egress
	rule.present
	astray(rule)
}

beyond(rule) if rule.protocol != "tcp"

beyond(rule) if {
	allowed := [port |
		some port in data.hfscan.params.alb_ingress_ports
		port >= rule.from_port
		port <= rule.to_port
	]
	count(allowed) <= rule.to_port - rule.from_port
}

astray(rule) if rule.target_port == false

astray(rule) if {
	rule.peer_kind in {"security_group", "self"}
	rule.peer_roles.node == false
}

astray(rule) if {
	rule.peer_kind in {"cidr4", "cidr6"}
	rule.vpc_internal == false
}

astray(rule) if rule.peer_kind == "prefix_list"
