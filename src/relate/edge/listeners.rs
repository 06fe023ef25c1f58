//! Facts of a listener: what it answers, action by action, and the lowest TLS version it accepts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rayon::prelude::*;
use serde::Deserialize;

use crate::inventory::aws::elb::{Action, Answer, Listener, ListenerFacts, ListenerRule};
use crate::inventory::{Index, Inventory, Reason, Value};

pub(super) fn derive(inventory: &mut Inventory) {
    let listeners: Vec<(Index, &Listener)> =
        inventory.of::<Listener>().map(|(index, _, listener)| (index, listener)).collect();
    let derived: Vec<(Index, ListenerFacts)> =
        listeners.into_par_iter().map(|(index, listener)| (index, facts(listener))).collect();
    for (index, derived) in derived {
        if let Some(facts) = inventory.facts_mut::<Listener>(index) {
            *facts = derived;
        }
    }
}

fn facts(listener: &Listener) -> ListenerFacts {
    ListenerFacts { answers: answers(listener), min_tls: min_tls(listener) }
}

fn answers(listener: &Listener) -> Vec<Answer> {
    let mut answers = vec![answer("default".to_owned(), &listener.default_actions)];
    match &listener.rules {
        Value::Known(rules) => answers.extend(rules.iter().map(answer_of_rule)),
        Value::Unknown(reason) => answers.push(Answer {
            of: "rules".to_owned(),
            action: Value::Unknown(reason.clone()),
            redirects_to_https: Value::Unknown(reason.clone()),
        }),
    }
    answers
}

fn answer_of_rule(rule: &ListenerRule) -> Answer {
    // AWS chooses the priority that the author left out, and the next plan knows it: the address stays.
    let of = match (&rule.address, &rule.priority) {
        (Some(address), _) => address.clone(),
        (None, Value::Known(Some(priority))) => format!("rule {priority}"),
        (None, _) => "rule".to_owned(),
    };
    let mut answer = answer(of, &rule.actions);
    // A rule of another listener does no harm to this one; one that redirects never does.
    if let Value::Unknown(reason) = &rule.belongs
        && !answer.redirects_to_https.is(&true)
    {
        answer.redirects_to_https = Value::Unknown(reason.clone());
    }
    answer
}

fn answer(of: String, actions: &Value<Vec<Action>>) -> Answer {
    let actions = match actions {
        Value::Known(actions) => actions,
        Value::Unknown(reason) => {
            return Answer {
                of,
                action: Value::Unknown(reason.clone()),
                redirects_to_https: Value::Unknown(reason.clone()),
            };
        }
    };
    let types: Result<Vec<&str>, &Reason> = actions
        .iter()
        .map(|action| match &action.action_type {
            Value::Known(name) => Ok(name.as_str()),
            Value::Unknown(reason) => Err(reason),
        })
        .collect();
    let action = match types {
        Ok(types) => Value::Known(types.join(", ")),
        Err(reason) => Value::Unknown(reason.clone()),
    };
    Answer { of, action, redirects_to_https: all_redirect(actions) }
}

/// One action that is known to do something else settles it; no action at all answers nothing.
fn all_redirect(actions: &[Action]) -> Value<bool> {
    let mut doubt = None;
    for action in actions {
        match redirects(action) {
            Value::Known(true) => {}
            Value::Known(false) => return Value::Known(false),
            Value::Unknown(reason) => doubt = Some(reason),
        }
    }
    doubt.map_or(Value::Known(!actions.is_empty()), Value::Unknown)
}

fn redirects(action: &Action) -> Value<bool> {
    let to_https = match &action.redirect_protocol {
        // Left out it is `#{protocol}`: the protocol of the request, so HTTP stays HTTP.
        Value::Known(protocol) => Value::Known(protocol.as_deref().is_some_and(|p| p.eq_ignore_ascii_case("https"))),
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
    };
    match (&action.action_type, to_https) {
        (Value::Known(name), to_https) if name == "redirect" => to_https,
        (Value::Known(_), _) | (_, Value::Known(false)) => Value::Known(false),
        (Value::Unknown(reason), _) => Value::Unknown(reason.clone()),
    }
}

#[derive(Debug, Default, Deserialize)]
struct Table {
    #[serde(default)]
    elb: Elb,
}

#[derive(Debug, Default, Deserialize)]
struct Elb {
    defaults: BTreeMap<String, String>,
    policies: BTreeMap<String, Policy>,
}

#[derive(Debug, Deserialize)]
struct Policy {
    min_tls: String,
}

// A table that does not parse is an empty one: then every policy is unknown, and a test fails.
static TABLE: LazyLock<Elb> = LazyLock::new(|| {
    serde_json::from_str::<Table>(include_str!("../../../policies/data/tls_policies.json")).unwrap_or_default().elb
});

fn min_tls(listener: &Listener) -> Value<Option<String>> {
    let protocol = match &listener.protocol {
        Value::Known(protocol) => protocol,
        Value::Unknown(reason) => return Value::Unknown(reason.clone()),
    };
    if protocol != "HTTPS" && protocol != "TLS" {
        return Value::Known(None);
    }
    let name = match &listener.ssl_policy {
        Value::Known(Some(name)) => Some(name.as_str()),
        Value::Known(None) => TABLE.defaults.get("listener").map(String::as_str),
        Value::Unknown(reason) => return Value::Unknown(reason.clone()),
    };
    match name.and_then(|name| TABLE.policies.get(name)) {
        Some(policy) => Value::Known(Some(policy.min_tls.clone())),
        None => Value::Unknown(Reason::NotInTable(format!("TLS policy {}", name.unwrap_or("by default")))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown<T>() -> Value<T> {
        Value::Unknown(Reason::KnownAfterApply(None))
    }

    fn redirect(protocol: Value<Option<String>>) -> Action {
        Action { action_type: Value::Known("redirect".to_owned()), redirect_protocol: protocol, ..Action::default() }
    }

    #[test]
    fn the_table_holds_the_default_policy() {
        let listener = Listener { protocol: Value::Known("HTTPS".to_owned()), ..Listener::default() };
        assert_eq!(min_tls(&listener), Value::Known(Some("1.0".to_owned())));
    }

    #[test]
    fn a_policy_that_the_table_lacks_is_unknown() {
        let listener = Listener {
            protocol: Value::Known("TLS".to_owned()),
            ssl_policy: Value::Known(Some("ELBSecurityPolicy-2099".to_owned())),
            ..Listener::default()
        };
        assert!(matches!(min_tls(&listener), Value::Unknown(Reason::NotInTable(_))));
    }

    #[test]
    fn a_redirect_counts_only_with_https_written_down() {
        let https = || Value::Known(Some("HTTPS".to_owned()));
        assert_eq!(all_redirect(&[redirect(https())]), Value::Known(true));
        assert_eq!(all_redirect(&[redirect(Value::Known(None))]), Value::Known(false));
        assert_eq!(all_redirect(&[redirect(Value::Known(Some("#{protocol}".to_owned())))]), Value::Known(false));
        assert_eq!(all_redirect(&[redirect(unknown())]), unknown());
        assert_eq!(all_redirect(&[]), Value::Known(false));
    }

    #[test]
    fn a_known_forward_outweighs_an_unknown_redirect() {
        let forward = Action { action_type: Value::Known("forward".to_owned()), ..Action::default() };
        assert_eq!(all_redirect(&[redirect(unknown()), forward]), Value::Known(false));
    }

    #[test]
    fn a_rule_of_perhaps_another_listener_is_a_doubt_unless_it_redirects() {
        let mut rule = ListenerRule {
            actions: Value::Known(vec![redirect(Value::Known(None))]),
            belongs: unknown(),
            address: Some("aws_lb_listener_rule.a".to_owned()),
            ..ListenerRule::default()
        };
        assert_eq!(answer_of_rule(&rule).redirects_to_https, unknown());
        assert_eq!(answer_of_rule(&rule).of, "aws_lb_listener_rule.a");
        rule.actions = Value::Known(vec![redirect(Value::Known(Some("HTTPS".to_owned())))]);
        assert_eq!(answer_of_rule(&rule).redirects_to_https, Value::Known(true));
    }
}
