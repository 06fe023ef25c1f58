# METADATA
# title: Something adds nodes when pods find no room
# description: |
#   The cluster runs Cluster Autoscaler or Karpenter, or is in Auto Mode. An add-on, a Helm release or a
#   Deployment of that name or image installs it; custom resources alone do not, and a Deployment of no
#   replicas is none.
#
#   A plan without a trace of what is installed in the cluster leaves this unknown. It fails when the
#   inputs install something else into `kube-system`, or the run says that they are complete, and
#   nothing in them, such as a chart of one's own or a GitOps engine, may bring along more.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/autoscaling.html
# scope: package
# custom:
#   control: HF-K8S-ADD-003
#   kind: aws.eks.cluster
#   severity: medium
#   documents: {highflame: [43], ha-eks: [28, 31, 33, 93, 100], innovate: [116, 140]}
#   remediation: |
#     Install Cluster Autoscaler or Karpenter by a `helm_release` or by manifests, or turn on Auto Mode.
#   frameworks: {nist-800-53: [CM-2]}
#   params:
#     autoscalers: {default: [cluster-autoscaler, karpenter], description: "names of charts, add-ons, workloads and images; a prefix before them, as of a Helm release, does not matter"}
package hfscan.rules.kubernetes.cluster.node_autoscaler

import data.hfscan.lib.finding
import data.hfscan.params

# Fargate makes a node of its own for each pod.
applies if not fargate_only

fargate_only if {
	count(input.facts.fargate_profiles) > 0
	count(input.facts.node_groups) == 0
	count(input.facts.self_managed_groups) == 0
}

deny contains finding.at(
	["facts", "components"],
	"nothing adds nodes when pods find no room: neither Cluster Autoscaler nor Karpenter is installed, nor Auto Mode on",
) if {
	input.facts.components_told
	not input.attributes.auto_mode
	not installed
}

installed if {
	some component in input.facts.components
	component.certain
	some name in component.names
	some suffix in suffixes
	endswith(concat("", ["-", name]), suffix)
}

# `-name` ends in `-autoscaler` both for the name itself and behind a prefix.
suffixes contains concat("", ["-", autoscaler]) if some autoscaler in params.autoscalers
