//! Properties of effective permissions: the sets agree with an evaluator that looks at one action at
//! a time, and unknown parts never make a certain answer wrong.

use proptest::prelude::*;

use super::actions::{Actions, matches, table};
use super::grants::Grants;
use crate::inventory::aws::iam::{Condition, PolicyDocument, Statement};
use crate::inventory::{Reason, Value};

/// Actions of a few services, and some that no table has.
const PATTERNS: &[&str] = &[
    "*",
    "*:*",
    "s3:*",
    "s3:Get*",
    "S3:getobject",
    "iam:PassRole",
    "iam:Pass*",
    "iam:*",
    "ec2:Describe*",
    "ec2:RunInstances",
    "ec2:?unInstances",
    "sts:AssumeRole",
    "lambda:*Function",
    "unheardof:Do",
    "kms:Decrypt",
];

const PROBES: &[&str] = &[
    "s3:GetObject",
    "s3:PutObject",
    "iam:PassRole",
    "iam:CreateUser",
    "ec2:RunInstances",
    "ec2:DescribeVpcs",
    "sts:AssumeRole",
    "lambda:CreateFunction",
    "kms:Decrypt",
    "sqs:SendMessage",
];

#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "four independent dimensions of a statement")]
struct Plain {
    allow: bool,
    excepts: bool,
    actions: Vec<&'static str>,
    everywhere: bool,
    conditional: bool,
}

fn plain() -> impl Strategy<Value = Plain> {
    let actions = prop::collection::vec(prop::sample::select(PATTERNS), 1..4);
    (any::<bool>(), prop::bool::weighted(0.2), actions, any::<bool>(), prop::bool::weighted(0.3)).prop_map(
        |(allow, excepts, actions, everywhere, conditional)| Plain { allow, excepts, actions, everywhere, conditional },
    )
}

fn known(names: &[&str]) -> Value<Vec<Value<String>>> {
    Value::Known(names.iter().map(|name| Value::Known((*name).to_owned())).collect())
}

impl Plain {
    fn statement(&self) -> Statement {
        let condition = Condition::new("StringEquals", Value::Known("aws:principaltag/team".to_owned()), known(&["a"]));
        let (actions, not_actions) =
            if self.excepts { (known(&[]), known(&self.actions)) } else { (known(&self.actions), known(&[])) };
        Statement {
            effect: Value::Known(if self.allow { "Allow" } else { "Deny" }.to_owned()),
            actions,
            not_actions,
            // Both reach every service, so that only what is denied differs.
            resources: known(&[if self.everywhere { "*" } else { "some_thing" }]),
            conditions: Value::Known(if self.conditional { vec![condition] } else { Vec::new() }),
            ..Statement::default()
        }
    }

    fn means(&self, action: &str) -> bool {
        let action = action.to_ascii_lowercase();
        let named = self.actions.iter().any(|pattern| {
            let pattern = pattern.to_ascii_lowercase();
            pattern == "*" || slow_match(pattern.as_bytes(), action.as_bytes())
        });
        named != self.excepts
    }

    /// Whether it denies, whatever the request.
    fn bars(&self, action: &str) -> bool {
        !self.allow && self.everywhere && !self.conditional && self.means(action)
    }
}

fn document(statements: &[Plain]) -> PolicyDocument {
    PolicyDocument { statements: Value::Known(statements.iter().map(Plain::statement).collect()) }
}

fn grants(documents: &[Vec<Plain>]) -> Grants {
    let mut all = Grants::default();
    for statements in documents {
        all.add(&Grants::of(&Value::Known(document(statements))), None);
    }
    all.settle();
    all
}

fn slowly(documents: &[Vec<Plain>], action: &str) -> bool {
    let all = || documents.iter().flatten();
    all().any(|one| one.allow && one.means(action)) && !all().any(|one| one.bars(action))
}

/// Matches by trying everything.
fn slow_match(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            slow_match(rest, text) || text.split_first().is_some_and(|(_, tail)| slow_match(pattern, tail))
        }
        (Some((b'?', rest)), Some((_, tail))) => slow_match(rest, tail),
        (Some((letter, rest)), Some((other, tail))) => letter == other && slow_match(rest, tail),
        _ => false,
    }
}

fn number(action: &str) -> usize {
    table().action(action).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn wildcards_match_as_trying_everything_does(pattern in "[ab*?]{0,8}", text in "[ab]{0,10}") {
        prop_assert_eq!(matches(&pattern, &text), slow_match(pattern.as_bytes(), text.as_bytes()));
    }

    #[test]
    fn sets_of_actions_are_sets(left in prop::collection::btree_set(0_usize..22_000, 0..60), right in prop::collection::btree_set(0_usize..22_000, 0..60)) {
        let set = |numbers: &std::collections::BTreeSet<usize>| {
            let mut set = Actions::none();
            for number in numbers {
                set.insert(*number);
            }
            set
        };
        let (a, b) = (set(&left), set(&right));
        let mut union = a.clone();
        union.add(&b);
        prop_assert_eq!(union.iter().collect::<Vec<_>>(), left.union(&right).copied().collect::<Vec<_>>());
        let mut rest = a.clone();
        rest.subtract(&b);
        prop_assert_eq!(rest.iter().collect::<Vec<_>>(), left.difference(&right).copied().collect::<Vec<_>>());
        prop_assert_eq!(a.common(&b).iter().collect::<Vec<_>>(), left.intersection(&right).copied().collect::<Vec<_>>());
        prop_assert_eq!(a.covers(&b), right.is_subset(&left));
        prop_assert_eq!(union.len(), left.union(&right).count());
    }

    #[test]
    fn union_and_deny_agree_with_one_action_at_a_time(documents in prop::collection::vec(prop::collection::vec(plain(), 1..4), 1..4)) {
        let all = grants(&documents);
        for probe in PROBES {
            let slow = slowly(&documents, probe);
            prop_assert_eq!(all.somewhere.must.contains(number(probe)), slow, "{}", probe);
            prop_assert_eq!(all.somewhere.may.contains(number(probe)), slow, "{}", probe);
        }
    }

    #[test]
    fn a_boundary_keeps_what_both_allow(documents in prop::collection::vec(prop::collection::vec(plain(), 1..4), 1..3), boundary in prop::collection::vec(plain(), 1..4)) {
        let mut all = grants(&documents);
        let boundary = [boundary];
        all.limit(&grants(&boundary));
        for probe in PROBES {
            let slow = slowly(&documents, probe) && slowly(&boundary, probe);
            prop_assert_eq!(all.somewhere.must.contains(number(probe)), slow, "{}", probe);
        }
    }

    /// Whatever an unknown part turns out to be, what was certain stays so.
    #[test]
    fn unknown_parts_only_widen_the_bounds(documents in prop::collection::vec(prop::collection::vec(plain(), 1..4), 1..3), hidden in 0_usize..6, position in any::<prop::sample::Index>()) {
        let reason = || Reason::Opaque("hidden".to_owned());
        let mut parts: Vec<PolicyDocument> = documents.iter().map(|statements| document(statements)).collect();
        let chosen = position.index(parts.len());
        // That a document of which nothing is known denies something is not assumed.
        let mut assumed = documents.clone();
        if hidden == 5 {
            assumed[chosen].retain(|statement| statement.allow);
        }
        let truth = grants(&assumed);
        if let Value::Known(statements) = &mut parts[chosen].statements {
            let one = &mut statements[0];
            match hidden {
                0 => one.effect = Value::Unknown(reason()),
                1 => one.actions = Value::Unknown(reason()),
                2 => one.resources = Value::Unknown(reason()),
                3 => one.conditions = Value::Unknown(reason()),
                4 => one.not_actions = Value::Unknown(reason()),
                _ => {}
            }
        }
        if hidden == 5 {
            parts[chosen].statements = Value::Unknown(reason());
        }
        let mut hazy = Grants::default();
        for part in parts {
            hazy.add(&Grants::of(&Value::Known(part)), None);
        }
        hazy.settle();
        for (exact, bounds) in [(&truth.somewhere, &hazy.somewhere), (&truth.anywhere, &hazy.anywhere)] {
            prop_assert!(exact.must.covers(&bounds.must));
            prop_assert!(bounds.may.covers(&exact.may));
        }
    }
}
