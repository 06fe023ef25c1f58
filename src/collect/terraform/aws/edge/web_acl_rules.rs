//! The rules of a web ACL, from Terraform's blocks or from the JSON of the WAF API (`rule_json`):
//! rule groups in every depth of the statement, the lowest rate limit, and how many rules are left.

use serde_json::Value as Json;

use crate::collect::terraform::block::Block;
use crate::inventory::aws::wafv2::{RuleGroup, WeakenedRule};
use crate::inventory::{Reason, Target, Value};

/// What the rules of a web ACL hold.
pub(super) struct Rules {
    pub(super) groups: Value<Vec<RuleGroup>>,
    pub(super) others: Value<i64>,
    pub(super) rate_limit: Value<Option<i64>>,
}

impl Rules {
    pub(super) fn unknown(reason: &Reason) -> Self {
        Self {
            groups: Value::Unknown(reason.clone()),
            others: Value::Unknown(reason.clone()),
            rate_limit: Value::Unknown(reason.clone()),
        }
    }
}

/// What is gathered while the statements are walked.
#[derive(Default)]
struct Gathered {
    groups: Vec<RuleGroup>,
    others: i64,
    limits: Vec<Value<Option<i64>>>,
}

impl Gathered {
    fn rules(self) -> Rules {
        let rate_limit = self.limits.into_iter().fold(Value::Known(None), |lowest, limit| match (lowest, limit) {
            (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason),
            (Value::Known(Some(one)), Value::Known(Some(other))) => Value::Known(Some(i64::min(one, other))),
            (Value::Known(one), Value::Known(other)) => Value::Known(one.or(other)),
        });
        Rules { groups: Value::Known(self.groups), others: Value::Known(self.others), rate_limit }
    }
}

/// Reads the `rule` blocks of a web ACL.
pub(super) fn of_blocks(rules: Value<Vec<Block<'_>>>) -> Rules {
    let rules = match rules {
        Value::Known(rules) => rules,
        Value::Unknown(reason) => return Rules::unknown(&reason),
    };
    let mut gathered = Gathered::default();
    for rule in &rules {
        let common = Common { count_only: counts(rule), priority: rule.integer("priority") };
        let before = gathered.groups.len();
        statement(rule.block("statement"), &common, &mut gathered);
        if gathered.groups.len() == before {
            gathered.others += 1;
        }
    }
    gathered.rules()
}

/// What a rule gives to the groups in it.
#[derive(Clone, Default)]
struct Common {
    count_only: Value<bool>,
    priority: Value<Option<i64>>,
}

/// Tells whether `override_action` is count; left out it is none.
fn counts(rule: &Block<'_>) -> Value<bool> {
    rule.block("override_action").and_then(|action| match action {
        Some(action) => action.blocks("count").map(|count| !count.is_empty()),
        None => Value::Known(false),
    })
}

fn statement(statement: Value<Option<Block<'_>>>, common: &Common, gathered: &mut Gathered) {
    let statement = match statement {
        Value::Known(Some(statement)) => statement,
        Value::Known(None) => return,
        Value::Unknown(reason) => return gathered.groups.push(hidden(common, &reason)),
    };
    match statement.block("managed_rule_group_statement") {
        Value::Known(Some(group)) => gathered.groups.push(managed(&group, common)),
        Value::Known(None) => {}
        Value::Unknown(reason) => gathered.groups.push(hidden(common, &reason)),
    }
    if let Value::Known(Some(group)) = statement.block("rule_group_reference_statement") {
        gathered.groups.push(RuleGroup { vendor: Value::Known(None), name: arn(&group), ..group_of(&group, common) });
    }
    match statement.block("rate_based_statement") {
        Value::Known(Some(rate)) => {
            gathered.limits.push(rate.integer("limit"));
            self::statement(rate.block("scope_down_statement"), common, gathered);
        }
        Value::Known(None) => {}
        Value::Unknown(reason) => gathered.limits.push(Value::Unknown(reason)),
    }
    for name in ["and_statement", "or_statement", "not_statement"] {
        let Value::Known(outer) = statement.blocks(name) else {
            continue;
        };
        for outer in &outer {
            match outer.blocks("statement") {
                Value::Known(inner) => {
                    for inner in inner {
                        self::statement(Value::Known(Some(inner)), common, gathered);
                    }
                }
                Value::Unknown(reason) => gathered.groups.push(hidden(common, &reason)),
            }
        }
    }
}

/// A rule whose statement cannot be told: it may be any group.
fn hidden(common: &Common, reason: &Reason) -> RuleGroup {
    RuleGroup {
        vendor: Value::Unknown(reason.clone()),
        name: Value::Unknown(reason.clone()),
        count_only: common.count_only.clone(),
        weakened_rules: Value::Unknown(reason.clone()),
        scoped_down: Value::Unknown(reason.clone()),
        priority: common.priority.clone(),
    }
}

fn managed(group: &Block<'_>, common: &Common) -> RuleGroup {
    RuleGroup { vendor: group.string("vendor_name"), name: group.string("name"), ..group_of(group, common) }
}

fn group_of(group: &Block<'_>, common: &Common) -> RuleGroup {
    let overrides = group.blocks("rule_action_override").map(|overrides| {
        overrides
            .iter()
            .map(|one| WeakenedRule { name: one.string_or("name", ""), weakened: lets_through(one) })
            .collect()
    });
    let excluded = group.blocks("excluded_rule").map(|excluded| {
        let whole = |one: &Block<'_>| WeakenedRule { name: one.string_or("name", ""), weakened: Value::Known(true) };
        excluded.iter().map(whole).collect::<Vec<_>>()
    });
    RuleGroup {
        count_only: common.count_only.clone(),
        priority: common.priority.clone(),
        scoped_down: group.blocks("scope_down_statement").map(|scope| !scope.is_empty()),
        weakened_rules: match (overrides, excluded) {
            (Value::Known(mut rules), Value::Known(more)) => {
                Vec::extend(&mut rules, more);
                Value::Known(rules)
            }
            (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason),
        },
        ..RuleGroup::default()
    }
}

fn lets_through(rule: &Block<'_>) -> Value<bool> {
    let action = match rule.block("action_to_use") {
        Value::Known(Some(action)) => action,
        Value::Known(None) => return Value::Known(false),
        Value::Unknown(reason) => return Value::Unknown(reason),
    };
    match (action.blocks("count"), action.blocks("allow")) {
        (Value::Known(count), Value::Known(allow)) => Value::Known(!count.is_empty() || !allow.is_empty()),
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason),
    }
}

/// The ARN of a group of one's own; its address where the plan does not know it yet.
fn arn(group: &Block<'_>) -> Value<Option<String>> {
    group.link("arn").map(|links| {
        links.targets.into_iter().next().map(|target| match target {
            Target::Resource(name) | Target::Literal(name) => name,
        })
    })
}

/// Reads the rules as the WAF API writes them.
pub(super) fn of_json(text: &str) -> Rules {
    let Ok(Json::Array(rules)) = serde_json::from_str::<Json>(text) else {
        return Rules::unknown(&Reason::Opaque("rule_json is not a list of rules in JSON".to_owned()));
    };
    let mut gathered = Gathered::default();
    for rule in &rules {
        let common = Common {
            count_only: Value::Known(rule.pointer("/OverrideAction/Count").is_some_and(|count| !count.is_null())),
            priority: Value::Known(rule.get("Priority").and_then(Json::as_i64)),
        };
        let before = gathered.groups.len();
        statement_of_json(rule.get("Statement"), &common, &mut gathered);
        if gathered.groups.len() == before {
            gathered.others += 1;
        }
    }
    gathered.rules()
}

fn statement_of_json(statement: Option<&Json>, common: &Common, gathered: &mut Gathered) {
    let Some(statement) = statement else { return };
    let text = |group: &Json, name: &str| Value::Known(group.get(name).and_then(Json::as_str).map(str::to_owned));
    if let Some(group) = statement.get("ManagedRuleGroupStatement") {
        gathered.groups.push(RuleGroup {
            vendor: text(group, "VendorName"),
            name: text(group, "Name"),
            ..group_of_json(group, common)
        });
    }
    if let Some(group) = statement.get("RuleGroupReferenceStatement") {
        gathered.groups.push(RuleGroup {
            vendor: Value::Known(None),
            name: text(group, "ARN"),
            ..group_of_json(group, common)
        });
    }
    if let Some(rate) = statement.get("RateBasedStatement") {
        gathered.limits.push(Value::Known(rate.get("Limit").and_then(Json::as_i64)));
        statement_of_json(rate.get("ScopeDownStatement"), common, gathered);
    }
    for name in ["AndStatement", "OrStatement", "NotStatement"] {
        let Some(outer) = statement.get(name) else { continue };
        let many = outer.get("Statements").and_then(Json::as_array).into_iter().flatten();
        for inner in many.chain(outer.get("Statement")) {
            statement_of_json(Some(inner), common, gathered);
        }
    }
}

fn group_of_json(group: &Json, common: &Common) -> RuleGroup {
    let list = |name: &str| group.get(name).and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let name = |one: &Json| Value::Known(one.get("Name").and_then(Json::as_str).unwrap_or_default().to_owned());
    let overrides = list("RuleActionOverrides").iter().map(|one| WeakenedRule {
        name: name(one),
        weakened: Value::Known(
            one.get("ActionToUse").is_some_and(|action| action.get("Count").is_some() || action.get("Allow").is_some()),
        ),
    });
    let excluded =
        list("ExcludedRules").iter().map(|one| WeakenedRule { name: name(one), weakened: Value::Known(true) });
    RuleGroup {
        count_only: common.count_only.clone(),
        priority: common.priority.clone(),
        scoped_down: Value::Known(group.get("ScopeDownStatement").is_some_and(|scope| !scope.is_null())),
        weakened_rules: Value::Known(overrides.chain(excluded).collect()),
        ..RuleGroup::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_the_api_are_read_like_blocks() {
        let rules = of_json(
            r#"[
              {"Priority": 1, "OverrideAction": {"Count": {}}, "Statement": {"ManagedRuleGroupStatement":
                {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet", "ExcludedRules": [{"Name": "A"}]}}},
              {"Priority": 2, "Statement": {"AndStatement": {"Statements": [
                {"NotStatement": {"Statement": {"GeoMatchStatement": {}}}},
                {"RateBasedStatement": {"Limit": 2000}}]}}}
            ]"#,
        );
        let groups = rules.groups.known().unwrap();
        assert_eq!(groups.len(), 1);
        assert!(groups[0].count_only.is(&true));
        assert_eq!(groups[0].weakened_rules.known().unwrap().len(), 1);
        assert_eq!(rules.others, Value::Known(1));
        assert_eq!(rules.rate_limit, Value::Known(Some(2000)));
    }

    #[test]
    fn text_that_is_no_list_of_rules_is_unknown() {
        assert!(of_json("{").groups.known().is_none());
        assert!(of_json("{}").groups.known().is_none());
    }
}
