//! Built-in functions: the engine's own where the arguments are known; a few followed through
//! values that are partly known; otherwise the result may be anything.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use regorus::Value;
use regorus::unstable::{BUILTINS, Expr, Ref, Span};

use super::body::doubts_of;
use super::expression::{known, unsure};
use super::term::{Term, Why, join};
use super::{Evaluator, Outcome, Stop};

impl Evaluator<'_> {
    /// Calls a built-in function.
    pub(super) fn builtin(
        &mut self,
        span: &Span,
        name: &str,
        expressions: &[Ref<Expr>],
        arguments: &[Term],
    ) -> Outcome<Vec<(Term, Why)>> {
        self.step()?;
        // `walk` yields many values; a call with one argument too many takes its result there.
        let Some((function, arity)) = BUILTINS.get(name).filter(|_| name != "walk") else {
            return Err(Stop::TooHard);
        };
        if usize::from(*arity) != 0 && expressions.len() > usize::from(*arity) {
            return Err(Stop::TooHard);
        }
        let values: Option<Vec<Value>> = arguments.iter().map(|argument| argument.known().cloned()).collect();
        if let Some(values) = values {
            let result = catch_unwind(AssertUnwindSafe(|| function(span, expressions, &values, true)));
            return result.map_or(Err(Stop::TooHard), known);
        }
        let certain = |term: Term| Ok(vec![(term, None)]);
        match (name, arguments) {
            ("count", [Term::Array(items)]) => certain(Term::Known(Value::from(items.len()))),
            ("count", [Term::Object(fields)]) => certain(Term::Known(Value::from(fields.len()))),
            ("sprintf" | "concat", [Term::Known(Value::String(_)), list]) if list.items().is_some() => {
                // Always a text, though not known; this one stands for it in messages.
                let values: Vec<Value> = arguments.iter().map(Term::to_value).collect();
                let shown = catch_unwind(AssertUnwindSafe(|| function(span, expressions, &values, true)));
                let text = match shown {
                    Ok(Ok(Value::String(text))) => Some(Arc::from(&*text)),
                    _ => None,
                };
                certain(Term::Unknown(doubts_of(arguments), text))
            }
            ("object.get", [container, key, default]) => Ok(get(container, key, default)),
            ("object.union", [a, b]) => match (a.fields(), b.fields()) {
                (Some(a), Some(b)) => certain(merged(a, b)),
                _ => Ok(unsure(arguments)),
            },
            ("array.concat", [a, b]) => match (a.items(), b.items()) {
                (Some(mut a), Some(b)) => {
                    a.extend(b);
                    certain(Term::list(a))
                }
                _ => Ok(unsure(arguments)),
            },
            _ => Ok(unsure(arguments)),
        }
    }
}

/// `object.get`: the value at a key or a list of keys, else the default.
fn get(container: &Term, key: &Term, default: &Term) -> Vec<(Term, Why)> {
    if !matches!(container, Term::Object(_) | Term::Known(Value::Object(_))) {
        return unsure([container, key, default]);
    }
    let Some(known_key) = key.known() else {
        return unsure([container, key, default]);
    };
    let keys = match known_key {
        Value::Array(keys) => keys.iter().cloned().collect(),
        key => vec![key.clone()],
    };
    let mut found: Vec<(Term, Why)> = vec![(container.clone(), None)];
    for key in keys {
        let key = Term::Known(key);
        found = found
            .into_iter()
            .flat_map(|(term, why)| {
                let below = term.at(&key);
                below.into_iter().map(move |(term, more)| (term, join(&why, &more)))
            })
            .collect();
    }
    // Where finding it is uncertain, the default is possible as well.
    let certain = found.iter().any(|(_, why)| why.is_none());
    let why = found.iter().fold(None, |why, (_, more)| join(&why, more));
    if !certain {
        found.push((default.clone(), why));
    }
    found
}

fn merged(mut a: BTreeMap<Value, Term>, b: BTreeMap<Value, Term>) -> Term {
    for (key, term) in b {
        let left = a.get(&key);
        let term = match (left.and_then(Term::fields), term.fields()) {
            (Some(left), Some(right)) => merged(left, right),
            // An unknown side may be an object, which would be merged with the other.
            (None, Some(_)) if matches!(left, Some(Term::Unknown(..))) => {
                Term::Unknown(doubts_of(left.into_iter().chain([&term])), None)
            }
            _ => term,
        };
        a.insert(key, term);
    }
    Term::object(a)
}
