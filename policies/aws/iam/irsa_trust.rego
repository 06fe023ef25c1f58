# METADATA
# title: Roles for service accounts are pinned to cluster, service account and audience
# description: |
#   Without a condition on the token's subject every pod of the cluster may take the role; without the
#   right issuer and audience, tokens that were made for something else do.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
# scope: package
# custom:
#   control: HF-AWS-IAM-009
#   kind: aws.iam.role
#   severity: critical
#   documents: {ha-eks: [68], highflame: [35]}
#   remediation: Add `StringEquals` conditions on `<issuer>:sub` and `<issuer>:aud` to the trust policy.
#   frameworks: {nist-800-53: [AC-6, IA-2]}
package hfscan.rules.aws.iam.irsa_trust

import data.hfscan.lib.finding

place := ["attributes", "trust_policy"]

applies if {
	some trust in input.facts.pod_trust
	trust.eks
}

named(trust) := trust.provider if trust.provider != null

# The statement stands for a provider that is not told.
named(trust) := trust.label if trust.provider == null

deny contains finding.tagged(place, sprintf("%s/subject", [named(trust)]), "every pod of the cluster may take the role: no condition pins the token's subject") if {
	some trust in input.facts.pod_trust
	trust.eks
	not trust.pins_subject
}

deny contains finding.tagged(place, sprintf("%s/%s", [named(trust), subject.subject]), "service accounts of every namespace may take the role") if {
	some trust in input.facts.pod_trust
	trust.eks
	some subject in trust.subjects
	not subject.one_namespace
}

deny contains finding.lower(
	finding.tagged(place, sprintf("%s/%s", [named(trust), subject.subject]), "every service account of a namespace may take the role"),
	"medium",
) if {
	some trust in input.facts.pod_trust
	trust.eks
	some subject in trust.subjects
	subject.one_namespace
	not subject.one_name
}

deny contains finding.tagged(place, sprintf("%s/audience", [named(trust)]), "tokens for any audience are accepted: no condition pins it to sts.amazonaws.com") if {
	some trust in input.facts.pod_trust
	trust.eks
	not trust.pins_audience
}

deny contains finding.tagged(place, sprintf("%s/issuer", [named(trust)]), "conditions speak of another cluster's issuer than the provider that is trusted") if {
	some trust in input.facts.pod_trust
	trust.eks
	not trust.same_issuer
}

deny contains finding.tagged(place, sprintf("%s/cluster", [named(trust)]), "the provider belongs to no cluster of the environment") if {
	input.complete
	some trust in input.facts.pod_trust
	trust.eks
	not trust.cluster_in_input
}

unsure contains "the cluster of the trusted provider is not part of the input" if {
	not input.complete
	some trust in input.facts.pod_trust
	trust.eks
	not trust.cluster_in_input
}
