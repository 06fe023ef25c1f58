# METADATA
# title: HTTPS and TLS listeners accept TLS 1.2 or newer only
# description: |
#   TLS 1.0 and 1.1 have known weaknesses. A listener that names no policy gets one that accepts
#   both. Policies are looked up in a table; one that it lacks is unknown, never a failure.
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
# scope: package
# custom:
#   control: HF-AWS-ENC-016
#   kind: aws.elb.listener
#   severity: high
#   documents: {ha-eks: [46, 107], innovate: [86]}
#   remediation: Set `ssl_policy` to a policy such as ELBSecurityPolicy-TLS13-1-2-2021-06.
#   frameworks: {nist-800-53: [SC-8, SC-13], fsbp: [ELB.17]}
#   params:
#     min_tls: {default: "1.2", description: Lowest TLS version that is accepted.}
package hfscan.rules.aws.elb.tls_policy

import data.hfscan.lib.finding

applies if input.attributes.protocol in {"HTTPS", "TLS"}

deny contains finding.at(["attributes", "ssl_policy"], "listener accepts an old version of TLS") if {
	input.facts.min_tls != null
	input.facts.min_tls < data.hfscan.params.min_tls
}
