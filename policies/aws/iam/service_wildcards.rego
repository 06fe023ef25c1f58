# METADATA
# title: No policy grants all actions of a service
# description: |
#   A wildcard over a service contains what nobody meant to grant: changing permissions, deleting,
#   and every action that AWS adds later.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand.html
# scope: package
# custom:
#   control: HF-AWS-IAM-002
#   kinds: [aws.iam.group, aws.iam.policy, aws.iam.role, aws.iam.user]
#   severity: high
#   documents: {ha-eks: [70, 113], ha-cloud: [111], innovate: [55, 87]}
#   remediation: Enumerate the actions. Wildcards that only read, such as `ec2:Describe*`, may stay.
#   frameworks: {nist-800-53: [AC-6], fsbp: [IAM.21]}
#   params:
#     services: {default: ["*"], description: "prefixes of the services that are judged; * for all"}
#     allowed_full: {default: [], description: prefixes of services whose wildcards are allowed on one concrete resource}
#     max_fraction: {default: 0.8, description: largest share of a service's actions that one wildcard may mean}
package hfscan.rules.aws.iam.service_wildcards

import data.hfscan.lib.finding
import data.hfscan.params

place := ["attributes", "document"] if input.kind == "aws.iam.policy"

place := ["attributes", "inline_policies"] if input.kind != "aws.iam.policy"

applies if count(input.facts.statements) > 0

judged(service) if "*" in params.services

judged(service) if service in params.services

# Services that may be granted in full are judged when the statement names more than one thing.
counts(statement, action) if not action.service in params.allowed_full

counts(statement, action) if not statement.one_resource

message(action, what) := sprintf("a wildcard %s", [what]) if action.pattern != null

message(action, what) := sprintf("NotAction %s", [what]) if action.pattern == null

tag(statement, action) := sprintf("%s/%s", [statement.label, action.pattern]) if action.pattern != null

# All but the actions that it names.
tag(statement, action) := statement.label if action.pattern == null

deny contains finding.tagged(place, tag(statement, action), message(action, "lets its holder change permissions")) if {
	some statement in input.facts.statements
	some action in statement.wide_actions
	action.manages_permissions
	judged(action.service)
	counts(statement, action)
}

deny contains finding.tagged(place, tag(statement, action), message(action, "means nearly all actions of a service")) if {
	some statement in input.facts.statements
	some action in statement.wide_actions
	not action.manages_permissions
	not action.read_only
	action.share > params.max_fraction
	judged(action.service)
	counts(statement, action)
}
