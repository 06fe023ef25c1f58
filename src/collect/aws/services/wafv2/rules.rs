//! The rules of a web ACL: rule groups in every depth of the statement, the lowest rate limit, and how
//! many rules are left.

use aws_sdk_wafv2::types::{
    ExcludedRule, FirewallManagerRuleGroup, ManagedRuleGroupStatement, OverrideAction, RuleActionOverride,
    RuleGroupReferenceStatement, Statement, WebAcl,
};

use crate::inventory::aws::wafv2::{RuleGroup, WeakenedRule};
use crate::inventory::{Reason, Value};

/// What the rules of a web ACL hold.
#[derive(Default)]
pub(super) struct Rules {
    pub(super) groups: Vec<RuleGroup>,
    pub(super) others: i64,
    pub(super) rate_limit: Option<i64>,
}

/// Reads the rules of a web ACL; those of Firewall Manager run before and after its own.
pub(super) fn of(acl: &WebAcl) -> Rules {
    let mut rules = Rules::default();
    for group in acl.pre_process_firewall_manager_rule_groups.iter().flatten() {
        rules.groups.push(of_firewall_manager(group));
    }
    for rule in acl.rules.iter().flatten() {
        let before = rules.groups.len();
        let common = common(rule.override_action.as_ref(), rule.priority);
        if let Some(statement) = &rule.statement {
            walk(statement, &common, &mut rules);
        }
        if rules.groups.len() == before {
            rules.others = rules.others.saturating_add(1);
        }
    }
    for group in acl.post_process_firewall_manager_rule_groups.iter().flatten() {
        rules.groups.push(of_firewall_manager(group));
    }
    rules
}

/// What a rule gives to the groups in it.
fn common(action: Option<&OverrideAction>, priority: i32) -> RuleGroup {
    RuleGroup {
        count_only: Value::Known(action.is_some_and(|action| action.count.is_some())),
        priority: Value::Known(Some(i64::from(priority))),
        ..RuleGroup::default()
    }
}

fn walk(statement: &Statement, common: &RuleGroup, rules: &mut Rules) {
    if let Some(group) = &statement.managed_rule_group_statement {
        rules.groups.push(managed(group, common));
    }
    if let Some(group) = &statement.rule_group_reference_statement {
        rules.groups.push(own(group, common));
    }
    if let Some(rate) = &statement.rate_based_statement {
        rules.rate_limit = Some(rules.rate_limit.map_or(rate.limit, |lowest| lowest.min(rate.limit)));
        if let Some(inner) = &rate.scope_down_statement {
            walk(inner, common, rules);
        }
    }
    let all = statement.and_statement.iter().flat_map(|all| &all.statements);
    let any = statement.or_statement.iter().flat_map(|any| &any.statements);
    for inner in all.chain(any) {
        walk(inner, common, rules);
    }
    if let Some(inner) = statement.not_statement.as_ref().and_then(|not| not.statement.as_deref()) {
        walk(inner, common, rules);
    }
}

fn managed(group: &ManagedRuleGroupStatement, common: &RuleGroup) -> RuleGroup {
    RuleGroup {
        vendor: Value::Known(Some(group.vendor_name.clone())),
        name: Value::Known(Some(group.name.clone())),
        scoped_down: Value::Known(group.scope_down_statement.is_some()),
        weakened_rules: weakened(group.rule_action_overrides.as_deref(), group.excluded_rules.as_deref()),
        ..common.clone()
    }
}

fn own(group: &RuleGroupReferenceStatement, common: &RuleGroup) -> RuleGroup {
    RuleGroup {
        vendor: Value::Known(None),
        name: Value::Known(Some(group.arn.clone())),
        weakened_rules: weakened(group.rule_action_overrides.as_deref(), group.excluded_rules.as_deref()),
        ..common.clone()
    }
}

fn of_firewall_manager(group: &FirewallManagerRuleGroup) -> RuleGroup {
    let common = common(group.override_action.as_ref(), group.priority);
    let statement = group.firewall_manager_statement.as_ref();
    if let Some(group) = statement.and_then(|statement| statement.managed_rule_group_statement.as_ref()) {
        return managed(group, &common);
    }
    if let Some(group) = statement.and_then(|statement| statement.rule_group_reference_statement.as_ref()) {
        return own(group, &common);
    }
    let reason = Reason::Opaque(format!("the statement of {}, a rule group of Firewall Manager", group.name));
    RuleGroup {
        vendor: Value::Unknown(reason.clone()),
        name: Value::Unknown(reason.clone()),
        scoped_down: Value::Unknown(reason.clone()),
        weakened_rules: Value::Unknown(reason),
        ..common
    }
}

/// Rules of a group whose action is another one; excluding a rule is an older way to let it count.
fn weakened(overrides: Option<&[RuleActionOverride]>, excluded: Option<&[ExcludedRule]>) -> Value<Vec<WeakenedRule>> {
    let overrides = overrides.unwrap_or_default().iter().map(|one| WeakenedRule {
        name: Value::Known(one.name.clone()),
        weakened: Value::Known(
            one.action_to_use.as_ref().is_some_and(|action| action.count.is_some() || action.allow.is_some()),
        ),
    });
    let excluded = excluded.unwrap_or_default().iter();
    let excluded =
        excluded.map(|one| WeakenedRule { name: Value::Known(one.name.clone()), weakened: Value::Known(true) });
    Value::Known(overrides.chain(excluded).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_wafv2::types::builders::RuleBuilder;
    use aws_sdk_wafv2::types::{
        AndStatement, CountAction, FirewallManagerStatement, GeoMatchStatement, NotStatement, RateBasedStatement,
        RateBasedStatementAggregateKeyType, Rule, RuleAction, VisibilityConfig,
    };

    fn visibility() -> VisibilityConfig {
        VisibilityConfig::builder()
            .sampled_requests_enabled(true)
            .cloud_watch_metrics_enabled(true)
            .metric_name("m")
            .build()
            .unwrap()
    }

    fn rule(priority: i32, statement: Statement) -> RuleBuilder {
        Rule::builder().name("r").priority(priority).statement(statement).visibility_config(visibility())
    }

    fn acl(rules: Vec<Rule>) -> WebAcl {
        WebAcl::builder().name("a").id("i").arn("arn").set_rules(Some(rules)).build().unwrap()
    }

    fn managed_group() -> ManagedRuleGroupStatement {
        let count = RuleAction::builder().count(CountAction::builder().build()).build();
        ManagedRuleGroupStatement::builder()
            .vendor_name("AWS")
            .name("AWSManagedRulesSQLiRuleSet")
            .rule_action_overrides(
                RuleActionOverride::builder().name("SQLi_BODY").action_to_use(count).build().unwrap(),
            )
            .excluded_rules(ExcludedRule::builder().name("SQLi_COOKIE").build().unwrap())
            .build()
            .unwrap()
    }

    fn count() -> OverrideAction {
        OverrideAction::builder().count(CountAction::builder().build()).build()
    }

    #[test]
    fn a_managed_group_is_read_with_what_weakens_it() {
        let statement = Statement::builder().managed_rule_group_statement(managed_group()).build();
        let rules = of(&acl(vec![rule(7, statement).override_action(count()).build().unwrap()]));
        let group = &rules.groups[0];
        assert!(group.count_only.is(&true) && group.priority.is(&Some(7)) && group.scoped_down.is(&false));
        let weakened = group.weakened_rules.known().unwrap();
        assert_eq!(weakened.len(), 2);
        assert!(weakened.iter().all(|one| one.weakened.is(&true)));
        assert_eq!(rules.others, 0);
    }

    #[test]
    fn statements_are_searched_in_every_depth() {
        let rate = |limit| {
            RateBasedStatement::builder()
                .limit(limit)
                .aggregate_key_type(RateBasedStatementAggregateKeyType::Ip)
                .build()
                .unwrap()
        };
        let limited = |limit| Statement::builder().rate_based_statement(rate(limit)).build();
        let geo = Statement::builder().geo_match_statement(GeoMatchStatement::builder().build()).build();
        let not = Statement::builder().not_statement(NotStatement::builder().statement(geo).build()).build();
        let own = RuleGroupReferenceStatement::builder().arn("arn:group").build().unwrap();
        let own = Statement::builder().rule_group_reference_statement(own).build();
        let both = AndStatement::builder().statements(not).statements(own).build().unwrap();
        let nested = Statement::builder().and_statement(both).build();
        let rules = of(&acl(vec![
            rule(1, limited(2000)).build().unwrap(),
            rule(2, limited(500)).build().unwrap(),
            rule(3, nested).build().unwrap(),
        ]));
        assert_eq!((rules.others, rules.rate_limit, rules.groups.len()), (2, Some(500), 1));
        assert!(rules.groups[0].name.is(&Some("arn:group".to_owned())) && rules.groups[0].vendor.is(&None));
    }

    #[test]
    fn groups_of_firewall_manager_count() {
        let group = |statement| {
            FirewallManagerRuleGroup::builder()
                .name("PREFMManaged")
                .priority(0)
                .firewall_manager_statement(statement)
                .override_action(OverrideAction::builder().build())
                .visibility_config(visibility())
                .build()
                .unwrap()
        };
        let told = FirewallManagerStatement::builder().managed_rule_group_statement(managed_group()).build();
        let hidden = FirewallManagerStatement::builder().build();
        let acl = WebAcl::builder()
            .name("a")
            .id("i")
            .arn("arn")
            .pre_process_firewall_manager_rule_groups(group(told))
            .post_process_firewall_manager_rule_groups(group(hidden))
            .build()
            .unwrap();
        let rules = of(&acl);
        assert!(rules.groups[0].name.is(&Some("AWSManagedRulesSQLiRuleSet".to_owned())));
        assert!(rules.groups[1].name.reason().is_some() && rules.groups[1].count_only.is(&false));
    }
}
