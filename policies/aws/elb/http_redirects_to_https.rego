# METADATA
# title: HTTP listeners do nothing but redirect to HTTPS
# description: |
#   An HTTP listener that forwards or answers lets clients speak in plain text. Each of its rules
#   must redirect, and name HTTPS: left out, the protocol of the redirect stays that of the request.
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
# scope: package
# custom:
#   control: HF-AWS-ENC-015
#   kind: aws.elb.listener
#   severity: high
#   documents: {ha-eks: [107]}
#   remediation: Give the default action and every rule a redirect with protocol HTTPS, or remove the listener.
#   frameworks: {nist-800-53: [SC-8], fsbp: [ELB.1]}
package hfscan.rules.aws.elb.http_redirects_to_https

import data.hfscan.lib.finding

applies if input.attributes.protocol == "HTTP"

deny contains finding.with_tag(
	finding.related(
		["attributes", "default_actions"],
		input.relations.load_balancer,
		"HTTP listener does something else than redirect to HTTPS",
	),
	answer.of,
) if {
	some answer in input.facts.answers
	answer.of == "default"
	answer.redirects_to_https == false
}

deny contains finding.tagged(
	["attributes", "rules"],
	answer.of,
	sprintf("%s of the HTTP listener does something else than redirect to HTTPS", [answer.of]),
) if {
	some answer in input.facts.answers
	answer.of != "default"
	answer.redirects_to_https == false
}
