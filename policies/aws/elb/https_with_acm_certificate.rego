# METADATA
# title: Application load balancers offer HTTPS with a certificate of ACM
# description: |
#   Without an HTTPS listener all traffic is in plain text. ACM renews the certificates it issues;
#   certificates kept in IAM run out unseen. Internal load balancers count too.
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html
# scope: package
# custom:
#   control: HF-AWS-ENC-014
#   kind: aws.elb.load_balancer
#   severity: critical
#   documents: {ha-eks: [46, 107], innovate: [86]}
#   remediation: Add an HTTPS listener whose `certificate_arn` is a certificate of ACM.
#   frameworks: {nist-800-53: [SC-8], fsbp: [ELB.18, ACM.1]}
#   params:
#     min_days: {default: 30, description: Days that a certificate must still be valid; live audits only.}
package hfscan.rules.aws.elb.https_with_acm_certificate

import data.hfscan.lib.finding

applies if input.attributes.load_balancer_type == "application"

deny contains finding.at(["facts", "acm_listeners_at_most"], "no HTTPS listener has a certificate of ACM") if {
	input.facts.acm_listeners_at_most == 0
}

unsure contains sprintf("whether an HTTPS listener has a certificate of ACM: %s", [input.facts.acm_listeners_doubt]) if {
	input.facts.acm_listeners_at_least == 0
	input.facts.acm_listeners_at_most > 0
}

deny contains finding.with_tag(
	finding.related(
		["facts", "certificates"],
		[certificate.listener, certificate.certificate],
		"HTTPS listener serves a certificate that is kept in IAM",
	),
	sprintf("%s/%s", [certificate.listener, certificate.certificate]),
) if {
	some certificate in input.facts.certificates
	certificate.issuer == "iam"
}

# Null: not requested yet, or a plan that does not tell.
deny contains finding.with_tag(
	finding.related(
		["facts", "certificates"],
		[certificate.listener, certificate.certificate],
		"HTTPS listener serves a certificate that is not issued or no longer valid",
	),
	sprintf("%s/%s/status", [certificate.listener, certificate.certificate]),
) if {
	some certificate in input.facts.certificates
	certificate.status != null
	certificate.status != "ISSUED"
}

deny contains finding.with_tag(
	finding.related(
		["facts", "certificates"],
		[certificate.listener, certificate.certificate],
		sprintf("HTTPS listener serves a certificate that ends in less than %d days", [data.hfscan.params.min_days]),
	),
	sprintf("%s/%s/end", [certificate.listener, certificate.certificate]),
) if {
	some certificate in input.facts.certificates
	certificate.days_left != null
	certificate.days_left < data.hfscan.params.min_days
}
