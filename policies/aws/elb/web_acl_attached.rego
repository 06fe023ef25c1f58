# METADATA
# title: Internet-facing application load balancers stand behind a web ACL
# description: |
#   A web ACL of AWS WAF stops common attacks before they reach the pods. WAF Classic counts, but it
#   is at the end of its life.
# related_resources:
#   - ref: https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html
# scope: package
# custom:
#   control: HF-AWS-WAF-001
#   kind: aws.elb.load_balancer
#   severity: critical
#   documents: {ha-eks: [76, 78], innovate: [92, 93]}
#   remediation: Associate a WAFv2 web ACL of scope REGIONAL with the load balancer (`aws_wafv2_web_acl_association`).
#   frameworks: {nist-800-53: [SC-7, SI-4], fsbp: [ELB.16]}
#   params:
#     include_internal: {default: false, description: Whether internal load balancers need a web ACL too.}
package hfscan.rules.aws.elb.web_acl_attached

import data.hfscan.lib.finding

applies if {
	input.attributes.load_balancer_type == "application"
	input.facts.internet_facing == true
}

applies if {
	input.attributes.load_balancer_type == "application"
	data.hfscan.params.include_internal
}

deny contains finding.at(["attributes", "web_acls"], "load balancer has no web ACL") if {
	input.complete
	input.facts.protected == false
	input.facts.classic_web_acl_only == false
}

unsure contains "no web ACL is associated in the input; it may be associated elsewhere" if {
	not input.complete
	input.facts.protected == false
	input.facts.classic_web_acl_only == false
}

deny contains finding.lower(
	finding.tagged(["attributes", "classic_web_acl"], "classic", "load balancer has a web ACL of WAF Classic only"),
	"medium",
) if {
	input.facts.classic_web_acl_only == true
}
