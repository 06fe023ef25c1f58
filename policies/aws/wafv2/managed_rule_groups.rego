# METADATA
# title: Web ACLs block common web attacks with managed rule groups
# description: |
#   An empty web ACL, or one that only counts, protects nothing. The rule groups of AWS against
#   common attacks must be there and block. Overriding some rules of a group is tuning; overriding
#   the whole group to count, or each of its rules, is not.
# related_resources:
#   - ref: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
# scope: package
# custom:
#   control: HF-AWS-WAF-002
#   kind: aws.wafv2.web_acl
#   severity: high
#   documents: {ha-eks: [78], innovate: [93]}
#   remediation: Add the managed rule groups with `override_action` none.
#   frameworks: {nist-800-53: [SC-7, SI-4], fsbp: [WAF.10]}
#   params:
#     required_groups:
#       default: [AWSManagedRulesCommonRuleSet, AWSManagedRulesKnownBadInputsRuleSet, AWSManagedRulesSQLiRuleSet]
#       description: Managed rule groups of AWS that must block.
#     equivalents:
#       default: {}
#       description: Rule groups that do instead, by required group; `vendor/name` of a marketplace group, address or ARN of one's own.
package hfscan.rules.aws.wafv2.managed_rule_groups

import data.hfscan.lib.finding

deny contains finding.with_related(
	finding.tagged(["attributes", "rule_groups"], required, sprintf("web ACL does not block with %s", [required])),
	input.facts.load_balancers,
) if {
	some required in data.hfscan.params.required_groups
	not required in blocking
	not required in doubtful
}

unsure contains sprintf("whether the web ACL blocks with %s: %s", [required, why]) if {
	some [required, why] in doubts
	not required in blocking
}

# A required group and the names that do for it.
accepted contains [required, required] if some required in data.hfscan.params.required_groups

accepted contains [required, name] if {
	some required in data.hfscan.params.required_groups
	some name in data.hfscan.params.equivalents[required]
}

blocking contains required if {
	some group in input.facts.blocking_groups
	some [required, name] in accepted
	name == group
}

doubts contains [required, group.why] if {
	some group in input.facts.doubtful_groups
	some [required, name] in accepted
	name == group.name
}

# It may be any group.
doubts contains [required, group.why] if {
	some group in input.facts.doubtful_groups
	group.name == null
	some required in data.hfscan.params.required_groups
}

doubtful contains required if some [required, _] in doubts
