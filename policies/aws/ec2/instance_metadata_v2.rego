# METADATA
# title: Nodes and instances answer metadata requests only by IMDSv2, one hop away
# description: |
#   With IMDSv1, or with more than one hop, a pod or a request that a server is tricked into can take
#   the credentials of the node. What the template leaves out, the account's defaults and the AMI
#   decide.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
# scope: package
# custom:
#   control: HF-AWS-NODE-006
#   kinds: [aws.ec2.instance, aws.ec2.launch_template, aws.eks.node_group]
#   severity: high
#   documents: {ha-eks: [68], highflame: [52]}
#   remediation: Set `http_tokens = "required"` and `http_put_response_hop_limit = 1` in `metadata_options`.
#   frameworks: {nist-800-53: [AC-6, CM-6], cis-aws-5.0: ["5.7"], fsbp: [EC2.8]}
#   params:
#     max_hop_limit: {default: 1, description: "largest number of hops; 2 where a controller still needs the node's role"}
package hfscan.rules.aws.ec2.instance_metadata_v2

import data.hfscan.lib.finding
import data.hfscan.params

applies if count(input.facts.metadata) > 0

deny contains finding.with_related(
	finding.tagged(["facts", "metadata"], sprintf("http_tokens[%s]", [options.runs]), "metadata service answers without a token"),
	[options.runs],
) if {
	some options in input.facts.metadata
	options.enabled
	options.http_tokens == "optional"
}

deny contains finding.with_related(
	finding.tagged(
		["facts", "metadata"],
		sprintf("hop_limit[%s]", [options.runs]),
		sprintf("metadata service answers %d hops away, at most %d are allowed", [
			options.http_put_response_hop_limit,
			params.max_hop_limit,
		]),
	),
	[options.runs],
) if {
	some options in input.facts.metadata
	options.enabled
	options.http_put_response_hop_limit > params.max_hop_limit
}
