# METADATA
# title: EKS nodes and Fargate pods run in private subnets
# description: |
#   Nodes hold the credentials of the cluster and run everything in it; nothing on the internet has to
#   reach them. The subnets of the control plane's own interfaces are another matter.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/best-practices/subnets.html
# scope: package
# custom:
#   control: HF-AWS-NET-011
#   kinds: [aws.autoscaling.group, aws.eks.fargate_profile, aws.eks.node_group]
#   severity: high
#   documents: {ha-eks: [7, 22, 111], highflame: [13], ha-cloud: [114], innovate: [66]}
#   remediation: Give node groups the ids of private subnets only.
#   frameworks: {nist-800-53: [SC-7]}
package hfscan.rules.aws.eks.nodes_in_private_subnets

import data.hfscan.lib.finding

applies if input.kind in {"aws.eks.fargate_profile", "aws.eks.node_group"}

# Self-managed nodes: a tag names their cluster.
applies if input.facts.runs_eks_nodes

deny contains finding.with_related(
	finding.tagged(["facts", "placement", "subnets"], subnet.id, "nodes run in a public subnet"),
	array.concat([subnet.id], subnet.via),
) if {
	some subnet in input.facts.placement.subnets
	subnet.public
}
