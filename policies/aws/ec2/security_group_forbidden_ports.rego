# METADATA
# title: Ports of administration and of data stores are never open to the internet
# description: |
#   SSH, RDP, databases, caches, file shares and the APIs of kubelet and Docker are taken over within
#   hours once the internet reaches them. It does not matter whether something uses the group yet, nor
#   whether the rule speaks of IPv4, IPv6, a range of ports or all traffic.
# related_resources:
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html
# scope: package
# custom:
#   control: HF-AWS-NET-016
#   kinds: [aws.ec2.security_group, aws.eks.cluster]
#   severity: critical
#   documents: {ha-eks: [74, 109], highflame: [60, 62], innovate: [85, 87]}
#   remediation: Remove the rule. Reach instances by SSM Session Manager, and data stores from the groups of their clients.
#   frameworks: {nist-800-53: [SC-7, AC-17, CM-7], cis-aws-5.0: ["5.3", "5.4"], fsbp: [EC2.13, EC2.14, EC2.19]}
#   params:
#     forbidden_ports:
#       default: [22, 3389, 5432, 3306, 6379, 11211, 2049, 27017, 9200, 10250, 2375, 2376]
#       description: ports that no rule may open to the internet
#     max_public_prefix:
#       default: 24
#       description: public ranges with a shorter prefix count as the internet; IPv6 counts half (/48 as /24)
package hfscan.rules.aws.ec2.security_group_forbidden_ports

import data.hfscan.lib.finding

deny contains finding.tagged(
	["facts", "ingress"],
	rule.tag,
	sprintf("%s opens ports of administration or of data stores to the internet", [rule.tag]),
) if {
	some rule in input.facts.ingress
	rule.present
	rule.public_prefix_length < data.hfscan.params.max_public_prefix
	some port in data.hfscan.params.forbidden_ports
	port >= rule.from_port
	port <= rule.to_port
}
