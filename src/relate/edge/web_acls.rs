//! Facts of a web ACL: which of its rule groups block, and what it stands before.

use crate::inventory::aws::elb::LoadBalancer;
use crate::inventory::aws::wafv2::{DoubtfulGroup, IdleGroup, RuleGroup, WeakenedRule, WebAcl, WebAclFacts};
use crate::inventory::{Index, Inventory, Value};

pub(super) fn derive(inventory: &mut Inventory) {
    let derived: Vec<(Index, WebAclFacts)> = inventory
        .of::<WebAcl>()
        .map(|(index, _, acl)| {
            let mut facts = facts(acl);
            facts.load_balancers = inventory
                .incoming::<LoadBalancer>(index, "web_acls")
                .filter(|(_, certain)| *certain)
                .map(|(from, _)| inventory.id(from).to_owned())
                .collect();
            (index, facts)
        })
        .collect();
    for (index, derived) in derived {
        if let Some(facts) = inventory.facts_mut::<WebAcl>(index) {
            *facts = derived;
        }
    }
}

fn facts(acl: &WebAcl) -> WebAclFacts {
    let mut facts = WebAclFacts::default();
    match &acl.rule_groups {
        Value::Known(groups) => groups.iter().for_each(|group| sort(group, &mut facts)),
        Value::Unknown(reason) => {
            facts.doubtful_groups.push(DoubtfulGroup { name: None, why: reason.to_string() });
        }
    }
    facts.blocking_groups.sort();
    facts.blocking_groups.dedup();
    facts.doubtful_groups.sort_by(|a, b| (&a.name, &a.why).cmp(&(&b.name, &b.why)));
    facts.idle_groups.sort_by(|a, b| (&a.name, &a.why).cmp(&(&b.name, &b.why)));
    facts
}

fn sort(group: &RuleGroup, facts: &mut WebAclFacts) {
    let mode = mode(group);
    match (name(group), mode) {
        (Value::Known(name), Mode::Blocks) => facts.blocking_groups.push(name),
        (Value::Known(name), Mode::Idles(why)) => facts.idle_groups.push(IdleGroup { name, why: why.to_owned() }),
        (Value::Known(name), Mode::Perhaps(why)) => {
            facts.doubtful_groups.push(DoubtfulGroup { name: Some(name), why });
        }
        // A group without a name that does not block is none of the groups that are looked for.
        (Value::Unknown(_), Mode::Idles(_)) => {}
        (Value::Unknown(reason), _) => {
            facts.doubtful_groups.push(DoubtfulGroup { name: None, why: reason.to_string() });
        }
    }
}

fn name(group: &RuleGroup) -> Value<String> {
    let name = group.name.as_ref().map(|name| name.clone().unwrap_or_default());
    match (&group.vendor, name) {
        (Value::Known(Some(vendor)), Value::Known(name)) if vendor != "AWS" => Value::Known(format!("{vendor}/{name}")),
        (Value::Unknown(reason), _) => Value::Unknown(reason.clone()),
        (_, name) => name,
    }
}

enum Mode {
    Blocks,
    Idles(&'static str),
    Perhaps(String),
}

fn mode(group: &RuleGroup) -> Mode {
    let overridden = overridden(group);
    match (&group.count_only, overridden) {
        (Value::Known(true), _) => Mode::Idles("its action is overridden to count"),
        (_, Whole::Yes) => Mode::Idles("each of its rules is overridden to count or allow"),
        (Value::Unknown(reason), _) => Mode::Perhaps(reason.to_string()),
        (_, Whole::Perhaps(why)) => Mode::Perhaps(why),
        (Value::Known(false), Whole::No) => match &group.scoped_down {
            Value::Known(false) => Mode::Blocks,
            Value::Known(true) => Mode::Perhaps("a scope-down statement limits which requests it sees".to_owned()),
            Value::Unknown(reason) => Mode::Perhaps(reason.to_string()),
        },
    }
}

enum Whole {
    Yes,
    No,
    Perhaps(String),
}

/// Tells whether each rule of a group lets its requests through. Only the groups of AWS whose rules
/// are known can be hollowed this way; overriding some rules is the usual way to tune a group.
fn overridden(group: &RuleGroup) -> Whole {
    let Some(rules) = group.name.known().and_then(Option::as_deref).and_then(rules_of) else {
        return match &group.weakened_rules {
            // Of an unknown group it cannot be told whether all of its rules are named.
            Value::Known(weakened) if group.name.known().is_none() && !weakened.is_empty() => {
                Whole::Perhaps("rules of it are overridden".to_owned())
            }
            Value::Known(_) => Whole::No,
            Value::Unknown(reason) => Whole::Perhaps(reason.to_string()),
        };
    };
    let weakened = match &group.weakened_rules {
        Value::Known(weakened) => weakened,
        Value::Unknown(reason) => return Whole::Perhaps(reason.to_string()),
    };
    if rules.iter().all(|rule| weakened.iter().any(|one| one.name.is_named(rule) && one.weakened.is(&true))) {
        return Whole::Yes;
    }
    let doubt = weakened.iter().find_map(|WeakenedRule { name, weakened }| name.reason().or(weakened.reason()));
    let unnamed = weakened.iter().filter(|one| one.name.known().is_none()).count();
    let open = rules
        .iter()
        .filter(|rule| !weakened.iter().any(|one| one.name.is_named(rule) && !one.weakened.is(&false)))
        .count();
    match doubt {
        // Only if the overrides that are not known could fill every hole.
        Some(reason) if open <= unnamed => Whole::Perhaps(reason.to_string()),
        _ => Whole::No,
    }
}

trait Named {
    fn is_named(&self, name: &str) -> bool;
}

impl Named for Value<String> {
    fn is_named(&self, name: &str) -> bool {
        self.known().is_some_and(|own| own == name)
    }
}

/// The rules of the groups that are asked for by default, from the AWS WAF developer guide.
fn rules_of(group: &str) -> Option<&'static [&'static str]> {
    match group {
        "AWSManagedRulesCommonRuleSet" => Some(&[
            "NoUserAgent_HEADER",
            "UserAgent_BadBots_HEADER",
            "SizeRestrictions_QUERYSTRING",
            "SizeRestrictions_Cookie_HEADER",
            "SizeRestrictions_BODY",
            "SizeRestrictions_URIPATH",
            "EC2MetaDataSSRF_BODY",
            "EC2MetaDataSSRF_COOKIE",
            "EC2MetaDataSSRF_URIPATH",
            "EC2MetaDataSSRF_QUERYARGUMENTS",
            "GenericLFI_QUERYARGUMENTS",
            "GenericLFI_URIPATH",
            "GenericLFI_BODY",
            "RestrictedExtensions_URIPATH",
            "RestrictedExtensions_QUERYARGUMENTS",
            "GenericRFI_QUERYARGUMENTS",
            "GenericRFI_BODY",
            "GenericRFI_URIPATH",
            "CrossSiteScripting_COOKIE",
            "CrossSiteScripting_QUERYARGUMENTS",
            "CrossSiteScripting_BODY",
            "CrossSiteScripting_URIPATH",
        ]),
        "AWSManagedRulesKnownBadInputsRuleSet" => Some(&[
            "JavaDeserializationRCE_HEADER",
            "JavaDeserializationRCE_BODY",
            "JavaDeserializationRCE_URIPATH",
            "JavaDeserializationRCE_QUERYSTRING",
            "Host_localhost_HEADER",
            "PROPFIND_METHOD",
            "ExploitablePaths_URIPATH",
            "Log4JRCE_HEADER",
            "Log4JRCE_QUERYSTRING",
            "Log4JRCE_BODY",
            "Log4JRCE_URIPATH",
        ]),
        "AWSManagedRulesSQLiRuleSet" => Some(&[
            "SQLi_QUERYARGUMENTS",
            "SQLiExtendedPatterns_QUERYARGUMENTS",
            "SQLi_BODY",
            "SQLiExtendedPatterns_BODY",
            "SQLi_COOKIE",
        ]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Reason;

    fn unknown<T>() -> Value<T> {
        Value::Unknown(Reason::KnownAfterApply(None))
    }

    fn group(name: &str) -> RuleGroup {
        RuleGroup {
            vendor: Value::Known(Some("AWS".to_owned())),
            name: Value::Known(Some(name.to_owned())),
            ..RuleGroup::default()
        }
    }

    fn weakened(name: Value<String>) -> WeakenedRule {
        WeakenedRule { name, weakened: Value::Known(true) }
    }

    fn facts_of(group: RuleGroup) -> WebAclFacts {
        facts(&WebAcl { rule_groups: Value::Known(vec![group]), ..WebAcl::default() })
    }

    const SQLI: &str = "AWSManagedRulesSQLiRuleSet";

    #[test]
    fn a_plain_group_blocks_and_a_counting_one_does_not() {
        assert_eq!(facts_of(group(SQLI)).blocking_groups, [SQLI]);
        let counting = RuleGroup { count_only: Value::Known(true), ..group(SQLI) };
        assert_eq!(facts_of(counting).idle_groups.len(), 1);
    }

    #[test]
    fn one_overridden_rule_is_tuning_and_all_of_them_hollow_the_group() {
        let mut tuned = group(SQLI);
        tuned.weakened_rules = Value::Known(vec![weakened(Value::Known("SQLi_BODY".to_owned()))]);
        assert_eq!(facts_of(tuned).blocking_groups, [SQLI]);
        let mut hollow = group(SQLI);
        let rules = rules_of(SQLI).unwrap();
        hollow.weakened_rules =
            Value::Known(rules.iter().map(|&rule| weakened(Value::Known(rule.to_owned()))).collect());
        assert_eq!(facts_of(hollow.clone()).idle_groups.len(), 1);
        // The last one's name is not known: it may be the one that is missing.
        if let Value::Known(rules) = &mut hollow.weakened_rules {
            rules[0].name = unknown();
        }
        assert_eq!(facts_of(hollow).doubtful_groups[0].name.as_deref(), Some(SQLI));
    }

    #[test]
    fn what_is_not_known_is_a_doubt() {
        let scoped = RuleGroup { scoped_down: Value::Known(true), ..group(SQLI) };
        assert_eq!(facts_of(scoped).doubtful_groups.len(), 1);
        let unnamed = RuleGroup { name: unknown(), ..group(SQLI) };
        assert_eq!(facts_of(unnamed).doubtful_groups[0].name, None);
        let acl = WebAcl { rule_groups: unknown(), ..WebAcl::default() };
        assert_eq!(facts(&acl).doubtful_groups[0].name, None);
    }

    #[test]
    fn a_group_of_another_vendor_carries_its_vendor() {
        let other = RuleGroup { vendor: Value::Known(Some("Fortinet".to_owned())), ..group("OWASP") };
        assert_eq!(facts_of(other).blocking_groups, ["Fortinet/OWASP"]);
    }
}
