//! One statement of a `data.aws_iam_policy_document`: what is known stands as it is; an element that
//! is unknown because it names a resource of the plan stands as that resource's address.

use std::collections::BTreeMap;

use crate::collect::terraform::top_level::Attribute;
use crate::collect::terraform::{Block, Mode, ResolvedTarget};
use crate::inventory::aws::iam::{Condition, Principals, Statement, UNTOLD_ISSUER};
use crate::inventory::{Certainty, Reason, Value};

/// Reads a statement.
pub(super) fn read(block: &Block<'_>) -> Statement {
    let (principals, not_principals) = principals(block);
    Statement {
        sid: block.string("sid").map(|sid| sid.filter(|sid| !sid.is_empty())),
        effect: block
            .string("effect")
            .map(|effect| effect.filter(|effect| !effect.is_empty()).unwrap_or_else(|| "Allow".to_owned())),
        actions: block.strings("actions"),
        not_actions: block.strings("not_actions"),
        resources: named(block, "resources", is_one_thing),
        not_resources: named(block, "not_resources", is_one_thing),
        principals,
        not_principals,
        conditions: match block.blocks("condition") {
            Value::Known(blocks) => Value::Known(blocks.iter().map(condition).collect()),
            Value::Unknown(reason) => Value::Unknown(reason),
        },
    }
}

fn principals(block: &Block<'_>) -> (Value<Option<Principals>>, Value<bool>) {
    let (named_ones, excepted) = match (block.blocks("principals"), block.blocks("not_principals")) {
        (Value::Known(named_ones), Value::Known(excepted)) => (named_ones, excepted),
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => {
            return (Value::Unknown(reason.clone()), Value::Unknown(reason));
        }
    };
    let not = named_ones.is_empty() && !excepted.is_empty();
    let blocks = if not { excepted } else { named_ones };
    if blocks.is_empty() {
        return (Value::Known(None), Value::Known(false));
    }
    let mut by_type: BTreeMap<String, Value<Vec<Value<String>>>> = BTreeMap::new();
    for principal in &blocks {
        let kind = match principal.string_or("type", "") {
            Value::Known(kind) => kind,
            Value::Unknown(reason) => return (Value::Unknown(reason), Value::Known(not)),
        };
        let identifiers = named(principal, "identifiers", |block, target| {
            is_one_thing(block, target) || type_of(block, target) == "aws_caller_identity"
        });
        match by_type.get_mut(&kind) {
            None => {
                by_type.insert(kind, identifiers);
            }
            Some(Value::Known(list)) => match identifiers {
                Value::Known(more) => list.extend(more),
                Value::Unknown(reason) => list.push(Value::Unknown(reason)),
            },
            Some(Value::Unknown(_)) => {}
        }
    }
    (Value::Known(Some(Principals::new(by_type))), Value::Known(not))
}

fn condition(block: &Block<'_>) -> Condition {
    let values = named(block, "values", is_one_thing);
    let key = match block.string_or("variable", "") {
        Value::Known(key) => Value::Known(key.to_ascii_lowercase()),
        Value::Unknown(reason) => token_key(block, &values, reason),
    };
    match block.string_or("test", "") {
        Value::Known(test) => Condition::new(&test, key, values),
        Value::Unknown(reason) => Condition {
            operator: Value::Unknown(reason.clone()),
            qualifier: Value::Unknown(reason.clone()),
            if_exists: Value::Unknown(reason),
            key,
            values,
        },
    }
}

/// The key of a condition on a token, `<issuer>:sub` or `<issuer>:aud`, is unknown while the issuer
/// is. The values tell which of the two it is, the references may tell the issuer.
fn token_key(block: &Block<'_>, values: &Value<Vec<Value<String>>>, reason: Reason) -> Value<String> {
    let has = |test: fn(&str) -> bool| {
        values.known().is_some_and(|values| {
            !values.is_empty() && values.iter().all(|value| value.known().is_some_and(|value| test(value)))
        })
    };
    let claim = if has(|value| value.starts_with("system:serviceaccount:")) {
        "sub"
    } else if has(|value| value == "sts.amazonaws.com") {
        "aud"
    } else {
        return Value::Unknown(reason);
    };
    let untold = || Value::Known(format!("{UNTOLD_ISSUER}:{claim}"));
    let Some(resolution) = block.references("variable") else {
        return untold();
    };
    let issuer = resolution.targets.iter().find(|target| {
        matches!(
            type_of(block, target),
            "aws_eks_cluster" | "aws_iam_openid_connect_provider" | "aws_eks_identity_provider_config"
        )
    });
    match issuer.and_then(|target| block.plan().resource(target.position)) {
        Some(issuer) if resolution.certainty == Certainty::All || resolution.targets.len() == 1 => {
            Value::Known(format!("{}:{claim}", block.plan().id(&issuer.address)))
        }
        _ => untold(),
    }
}

fn type_of<'a>(block: &Block<'a>, target: &ResolvedTarget) -> &'a str {
    block.plan().resource(target.position).map_or("", |resource| resource.parsed.type_name.as_str())
}

/// Whether a reference makes a text name one thing: the ARN, id or name of a resource. An account id
/// does not; what stands around it decides then.
fn is_one_thing(block: &Block<'_>, target: &ResolvedTarget) -> bool {
    let Some(resource) = block.plan().resource(target.position) else {
        return false;
    };
    let type_name = resource.parsed.type_name.as_str();
    let attribute = target.attribute.last().map(String::as_str);
    if !type_name.starts_with("aws_") || type_name.starts_with("aws_organizations_") {
        return false;
    }
    match resource.parsed.mode {
        Mode::Managed => {
            !matches!(attribute, Some("account_id" | "owner_id" | "region" | "partition" | "aws_account_id"))
        }
        Mode::Data => matches!(attribute, Some("arn")) && type_name != "aws_caller_identity",
    }
}

/// Returns the elements of a list; those that are unknown stand as the resources that they name, as
/// far as the references tell. A list keeps one pool of references for all its elements, so that the
/// unknown elements together are the referenced things together.
fn named(
    block: &Block<'_>,
    attribute: &str,
    names: impl Fn(&Block<'_>, &ResolvedTarget) -> bool,
) -> Value<Vec<Value<String>>> {
    let mut unknown = 1;
    // Of a list that is unknown as a whole a plan does not show the literals in it.
    let mut rest = false;
    let (mut known, reason) = match block.strings(attribute) {
        Value::Known(list) => {
            let Some(reason) = list.iter().find_map(Value::reason).cloned() else {
                return Value::Known(list);
            };
            let length = list.len();
            let known: Vec<Value<String>> = list.into_iter().filter(|element| element.known().is_some()).collect();
            unknown = length - known.len();
            (known, reason)
        }
        Value::Unknown(reason) => {
            rest = true;
            (Vec::new(), reason)
        }
    };
    let Some(resolution) = block.references(attribute) else {
        known.push(Value::Unknown(reason));
        return Value::Known(known);
    };
    let plan = block.plan();
    // What is known already cannot be what makes an element unknown.
    let feeds = |target: &&ResolvedTarget| match target.attribute.first() {
        Some(name) => plan.attribute(target.position, name) == Attribute::Unknown,
        None => true,
    };
    let mut addresses: Vec<String> = Vec::new();
    rest |= !resolution.unresolved.is_empty();
    for target in resolution.targets.iter().filter(feeds) {
        match plan.resource(target.position).filter(|_| names(block, target)) {
            Some(resource) => addresses.push(plan.id(&resource.address)),
            None => rest = true,
        }
    }
    addresses.sort();
    addresses.dedup();
    let alternatives = resolution.certainty == Certainty::Some && resolution.unresolved.is_empty();
    if alternatives && addresses.len() > 1 {
        // Which of them cannot be told; each of them is one thing.
        known.push(Value::Known(addresses.join("|")));
    } else {
        rest |= addresses.is_empty();
        // Several elements of one resource, as a bucket and its objects, stay several.
        let times = if addresses.len() == 1 && !rest { unknown } else { 1 };
        for address in addresses {
            known.extend(std::iter::repeat_n(Value::Known(address), times));
        }
    }
    if rest {
        known.push(Value::Unknown(reason));
    }
    Value::Known(known)
}
