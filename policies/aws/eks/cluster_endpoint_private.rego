# METADATA
# title: The API of a cluster is private, or open to narrow ranges only
# description: |
#   Unless somebody says otherwise, the API of an EKS cluster answers the whole internet. It has to
#   answer inside of the VPC, and outside of it not at all or to ranges that are no wider than an
#   office.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
# scope: package
# custom:
#   control: HF-AWS-NET-036
#   kind: aws.eks.cluster
#   severity: high
#   documents: {innovate: [106], ha-cloud: [114], highflame: [13], ha-eks: [109]}
#   remediation: |
#     Set `endpoint_private_access` to true and `endpoint_public_access` to false, or list the ranges
#     that may reach the public endpoint in `public_access_cidrs`.
#   frameworks: {nist-800-53: [SC-7, AC-3], fsbp: [EKS.1]}
#   params:
#     require_fully_private: {default: false, description: accept no public endpoint at all}
#     max_prefix:
#       default: 24
#       description: ranges with a shorter prefix are too wide; IPv6 counts half (/48 as /24)
package hfscan.rules.aws.eks.cluster_endpoint_private

import data.hfscan.lib.finding

deny contains finding.at(
	["attributes", "endpoint_private_access"],
	"the API does not answer inside of the VPC, so nodes and operators go through the internet",
) if {
	input.attributes.endpoint_private_access == false
}

deny contains finding.tagged(["attributes", "endpoint_public_access"], "public", "the API has a public endpoint") if {
	data.hfscan.params.require_fully_private
	input.attributes.endpoint_public_access
}

deny contains finding.tagged(
	["facts", "endpoint_ranges"],
	sprintf("public_access_cidrs[%s]", [range.range]),
	sprintf("the public endpoint of the API is open to %s", [range.range]),
) if {
	input.attributes.endpoint_public_access
	some range in input.facts.endpoint_ranges
	range.prefix_length < data.hfscan.params.max_prefix
}
