# METADATA
# title: Pods of a cluster can have roles of their own
# description: |
#   Without an OpenID Connect provider for its issuer, or EKS Pod Identity, the pods of a cluster use
#   the role of their node: all of them the same, and more than each needs. IAM roles for service
#   accounts need a provider with the audience `sts.amazonaws.com`; Pod Identity needs its agent, which
#   Auto Mode brings along, and at least one association.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
# scope: package
# custom:
#   control: HF-AWS-IAM-010
#   kind: aws.eks.cluster
#   severity: high
#   documents: {ha-eks: [68]}
#   remediation: |
#     Create an `aws_iam_openid_connect_provider` for the issuer of the cluster, with the audience
#     `sts.amazonaws.com`, or install the add-on `eks-pod-identity-agent` and associate service accounts
#     with roles.
#   frameworks: {nist-800-53: [AC-6, IA-2]}
package hfscan.rules.aws.eks.cluster_workload_identity

import data.hfscan.lib.finding

deny contains finding.at(
	["facts", "oidc_provider"],
	"neither an OpenID Connect provider nor Pod Identity gives pods roles of their own",
) if {
	input.complete
	missing
}

unsure contains "an OpenID Connect provider for the cluster may stand outside of the input" if {
	not input.complete
	missing
}

missing if {
	input.facts.oidc_provider == false
	input.facts.pod_identity == false
}
