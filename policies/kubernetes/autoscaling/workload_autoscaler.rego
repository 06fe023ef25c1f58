# METADATA
# title: Each service workload has an autoscaler, and each autoscaler a workload
# description: |
#   A Deployment behind a Service has a HorizontalPodAutoscaler or a KEDA ScaledObject of its namespace
#   that names it by kind, name and API group. An autoscaler that names what does not exist scales
#   nothing and says so only in its status: a typing error, a name without the prefix of its Helm
#   release, or the group `extensions`, which Deployments left with Kubernetes 1.16. A reference
#   without an `apiVersion` finds no Deployment either.
#
#   Manifests tell everything of their namespace. Where a Helm release is installed into it as well, or
#   only a plan is given, a missing autoscaler is unknown. The parts of the platform itself, in
#   `kube-system`, are no service workloads.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
#   - ref: https://keda.sh/docs/latest/reference/scaledobject-spec/
# scope: package
# custom:
#   control: HF-K8S-HA-004
#   kinds: [kubernetes.apps.deployment, kubernetes.autoscaling.horizontal_pod_autoscaler, kubernetes.keda.scaled_object]
#   severity: medium
#   documents: {ha-eks: [35, 37, 98], ha-cloud: [18], innovate: [141, 210, 211, 212, 213, 214, 215]}
#   remediation: |
#     Add a HorizontalPodAutoscaler whose `scaleTargetRef` is `apiVersion: apps/v1`, `kind: Deployment` and
#     the name of the Deployment, in the same namespace.
#   frameworks: {nist-800-53: [SC-6]}
#   params:
#     exempt_regex: {default: "(jenkins|operator|controller)", description: names of Deployments that need no autoscaler}
#     exempt_namespaces: {default: [kube-system, kube-public, kube-node-lease], description: namespaces of the platform itself}
package hfscan.rules.kubernetes.autoscaling.workload_autoscaler

import data.hfscan.lib.finding
import data.hfscan.params

applies if input.kind != "kubernetes.apps.deployment"

applies if {
	input.facts.served
	not input.attributes.identity.namespace in params.exempt_namespaces
	not exempt
}

exempt if {
	input.name != null
	regex.match(params.exempt_regex, input.name)
}

deny contains finding.at(["facts", "autoscaled"], "no autoscaler changes its size with the load") if {
	input.facts.autoscaled == false
	count(input.facts.missed_by) == 0
}

deny contains finding.with_related(
	finding.tagged(
		["facts", "missed_by"],
		autoscaler,
		sprintf("%s names it by an API group in which the cluster does not find it", [autoscaler]),
	),
	[autoscaler],
) if {
	input.facts.autoscaled == false
	some autoscaler in input.facts.missed_by
}

deny contains finding.at(["attributes", "scale_target"], "what it should scale does not exist") if {
	input.facts.target_exists == false
}
