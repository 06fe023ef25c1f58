# METADATA
# title: Kubernetes runs on EKS, whose control plane AWS manages
# description: |
#   The environment has at least one EKS cluster with something that runs pods, and no control plane of
#   its own on instances. Such instances carry tags of kops or kubeadm, or of a cluster that is no EKS
#   cluster of the environment. The masters of EKS cannot be seen: AWS runs them.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/eks-architecture.html
# scope: package
# custom:
#   control: HF-AWS-K8S-001
#   kind: environment
#   severity: medium
#   documents: {highflame: [25, 27], ha-eks: [16, 18], innovate: [111, 115, 118], dr-regions: [18, 31], ha-cloud: [10, 17]}
#   remediation: Run the workloads on an `aws_eks_cluster` with managed node groups.
#   frameworks: {nist-800-53: [CM-2]}
package hfscan.rules.aws.eks.kubernetes_on_eks

import data.hfscan.lib.finding

deny contains finding.with_related(
	finding.tagged(
		["facts", "self_managed_kubernetes"],
		machine.id,
		sprintf("%s runs Kubernetes without EKS", [machine.id]),
	),
	[machine.id],
) if {
	some machine in input.facts.self_managed_kubernetes
	machine.control_plane
}

deny contains finding.at(["facts", "eks_clusters"], "no EKS cluster with nodes exists") if {
	input.complete
	missing
}

unsure contains "an EKS cluster with nodes may stand outside of the input" if {
	not input.complete
	missing
}

missing if {
	not running
}

running if {
	some cluster in input.facts.eks_clusters
	cluster.capacity
}
