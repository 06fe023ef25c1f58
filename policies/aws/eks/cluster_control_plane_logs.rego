# METADATA
# title: The control plane of a cluster sends its logs to CloudWatch
# description: |
#   EKS keeps no log of its control plane unless told to. Without the audit and authenticator logs
#   nobody can say who did what in the cluster; without the others nobody can say why it failed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
# scope: package
# custom:
#   control: HF-AWS-LOG-001
#   kind: aws.eks.cluster
#   severity: medium
#   documents: {ha-eks: [82], highflame: [33], innovate: [40]}
#   remediation: List the missing log types in `enabled_cluster_log_types`.
#   frameworks: {nist-800-53: [AU-12], fsbp: [EKS.8]}
#   params:
#     required_types:
#       default: [api, audit, authenticator, controllerManager, scheduler]
#       description: log types that have to be on
package hfscan.rules.aws.eks.cluster_control_plane_logs

import data.hfscan.lib.finding

deny contains finding.tagged(
	["attributes", "enabled_log_types"],
	required,
	sprintf("the control plane does not send its %s log", [required]),
) if {
	some required in data.hfscan.params.required_types
	not required in input.attributes.enabled_log_types
}
