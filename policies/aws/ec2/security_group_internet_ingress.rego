# METADATA
# title: Only load balancers at the edge let the internet in, and only on their ports
# description: |
#   Whatever a security group opens to the internet, scanners find within minutes. Only a load
#   balancer that faces the internet has a reason to be found, and only on the ports of HTTPS and of
#   the redirect to it. A group that nothing uses counts too: the next instance may get it.
#
#   The internet is `0.0.0.0/0`, `::/0`, their halves, a public range wider than `max_public_prefix`
#   and a prefix list that holds one of these. AWS's own prefix lists, such as that of CloudFront's
#   servers, are not the internet. A ping from everywhere is a low finding, other ICMP a medium one.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
# scope: package
# custom:
#   control: HF-AWS-NET-015
#   kinds: [aws.ec2.security_group, aws.eks.cluster]
#   severity: high
#   documents: {ha-eks: [74, 109], innovate: [84, 85], ha-cloud: [113], highflame: [64]}
#   remediation: |
#     Name the security group of the caller as the source instead of a range, and keep `0.0.0.0/0` for
#     the group of a load balancer that faces the internet.
#   frameworks: {nist-800-53: [SC-7, AC-4, CM-7], fsbp: [EC2.18]}
#   params:
#     edge_ports: {default: [443, 80], description: ports that load balancers at the edge may open}
#     max_public_prefix:
#       default: 24
#       description: public ranges with a shorter prefix count as the internet; IPv6 counts half (/48 as /24)
package hfscan.rules.aws.ec2.security_group_internet_ingress

import data.hfscan.lib.finding

deny contains finding.tagged(
	["facts", "ingress"],
	rule.tag,
	sprintf("%s lets the internet in where only load balancers at the edge may, on their ports", [rule.tag]),
) if {
	some rule in input.facts.ingress
	rule.present
	rule.public_prefix_length < data.hfscan.params.max_public_prefix
	not rule.protocol in {"icmp", "icmpv6"}
	misplaced(rule)
}

deny contains finding.lower(
	finding.tagged(["facts", "ingress"], rule.tag, sprintf("%s lets ICMP of the internet in", [rule.tag])),
	icmp_severity(rule.icmp_type),
) if {
	some rule in input.facts.ingress
	rule.present
	rule.public_prefix_length < data.hfscan.params.max_public_prefix
	rule.protocol in {"icmp", "icmpv6"}
}

misplaced(_) if input.facts.roles.edge == false

misplaced(rule) if not rule.protocol in {"tcp", "udp"}

misplaced(rule) if {
	allowed := [port |
		some port in data.hfscan.params.edge_ports
		port >= rule.from_port
		port <= rule.to_port
	]
	count(allowed) <= rule.to_port - rule.from_port
}

# Echo requests are type 8 of ICMP and 128 of ICMPv6.
icmp_severity(icmp_type) := "low" if icmp_type in {8, 128}

icmp_severity(icmp_type) := "medium" if not icmp_type in {8, 128}
