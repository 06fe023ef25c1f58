//! Who owns a KMS key that a resource names: AWS, the account, or another account.

use super::agree;
use crate::inventory::aws::kms::Key;
use crate::inventory::{Edges, Index, Inventory, Reason, Value};

pub(super) const AWS_OWNED: &str = "aws_owned";
pub(super) const AWS_MANAGED: &str = "aws_managed";
const CUSTOMER_MANAGED: &str = "customer_managed";
const EXTERNAL_ACCOUNT: &str = "external_account";

/// Returns the owner of the key behind a link; `by_default` is the key of a link that is left out.
pub(super) fn owner(inventory: &Inventory, user: Index, edges: &Edges, by_default: &str) -> Value<String> {
    if edges.is_absent() {
        return Value::Known(by_default.to_owned());
    }
    let account = inventory.resources.get(user).map(|resource| &resource.account);
    let own = account.and_then(|account| account.known().cloned().flatten());
    let inside = Edges { outside: Vec::new(), ..edges.clone() };
    let mut owners: Vec<Value<String>> = edges.outside.iter().map(|name| of_name(name, own.as_deref())).collect();
    if !inside.is_absent() {
        owners.push(agree(&inside, |key| of_key(inventory, key, own.as_deref())));
    }
    let mut owners = owners.into_iter();
    let first = owners.next();
    match first {
        Some(first) if owners.all(|other| other == first) => first,
        _ => {
            Value::Unknown(edges.doubt.clone().unwrap_or_else(|| Reason::Unresolved("one of several keys".to_owned())))
        }
    }
}

/// Returns the owner where the thing is encrypted, null where it is not.
pub(super) fn owner_if(encrypted: &Value<bool>, owner: impl FnOnce() -> Value<String>) -> Value<Option<String>> {
    match encrypted {
        Value::Known(true) => owner().map(Some),
        Value::Known(false) => Value::Known(None),
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
    }
}

fn of_key(inventory: &Inventory, key: Index, own: Option<&str>) -> Value<String> {
    let Some(attributes) = inventory.get::<Key>(key) else {
        return Value::Unknown(Reason::NotInInput(inventory.id(key).to_owned()));
    };
    match &attributes.aliases {
        Value::Known(aliases) => {
            // Only AWS may give such names; a live account shows its keys beside one's own.
            let mut aliases = aliases.iter().filter_map(Value::known);
            if aliases.any(|alias| alias.starts_with("alias/aws/")) {
                return Value::Known(AWS_MANAGED.to_owned());
            }
        }
        // An audit could read neither its aliases nor the key itself.
        Value::Unknown(reason @ (Reason::Denied(_) | Reason::Unread(_))) if attributes.enabled.known().is_none() => {
            return Value::Unknown(reason.clone());
        }
        Value::Unknown(_) => {}
    }
    let account = inventory.resources.get(key).and_then(|resource| resource.account.known().cloned().flatten());
    let owner = match (account.as_deref(), own) {
        (Some(account), Some(own)) if account != own => EXTERNAL_ACCOUNT,
        _ => CUSTOMER_MANAGED,
    };
    Value::Known(owner.to_owned())
}

/// A key may be named by id, ARN, alias or the ARN of an alias.
fn of_name(name: &str, own: Option<&str>) -> Value<String> {
    let fields: Vec<&str> = name.splitn(6, ':').collect();
    let (account, resource) = match fields.as_slice() {
        ["arn", _, "kms", _, account, resource] => (Some(*account), *resource),
        _ => (None, name),
    };
    if resource.starts_with("alias/aws/") {
        return Value::Known(AWS_MANAGED.to_owned());
    }
    match (account, own) {
        (Some(account), Some(own)) if account != own => Value::Known(EXTERNAL_ACCOUNT.to_owned()),
        // An alias of one's own cannot begin with `aws/`; but the account of the ARN may be another.
        (_, _) if resource.starts_with("alias/") && (account.is_none() || own.is_some()) => {
            Value::Known(CUSTOMER_MANAGED.to_owned())
        }
        // The ARN of a key does not tell an AWS managed key from one's own.
        _ => Value::Unknown(Reason::NotInInput(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_owner_where_it_can() {
        let owner = |name: &str| of_name(name, Some("111122223333")).known().cloned();
        assert_eq!(owner("alias/aws/rds").as_deref(), Some(AWS_MANAGED));
        assert_eq!(owner("arn:aws:kms:us-east-1:111122223333:alias/aws/s3").as_deref(), Some(AWS_MANAGED));
        assert_eq!(owner("alias/orders").as_deref(), Some(CUSTOMER_MANAGED));
        assert_eq!(owner("arn:aws:kms:us-east-1:444455556666:key/a").as_deref(), Some(EXTERNAL_ACCOUNT));
        assert_eq!(owner("arn:aws:kms:us-east-1:111122223333:key/a"), None);
        assert_eq!(owner("mrk-1"), None);
    }

    #[test]
    fn a_live_key_of_aws_is_told_by_its_alias() {
        let owner = |key: Key| {
            let arn = "arn:aws:kms:eu-west-1:111122223333:key/1";
            let resource = crate::inventory::Resource {
                id: arn.into(),
                name: Value::Known(None),
                provider: "aws",
                account: Value::Known(Some("111122223333".to_owned())),
                region: Value::Known(Some("eu-west-1".to_owned())),
                tags: Value::default(),
                identifiers: vec![arn.to_owned()],
                origin: crate::inventory::Origin::live(arn, "AWS::KMS::Key"),
                parts: Vec::new(),
                attributes: crate::inventory::Kind::into_attributes(key),
            };
            let inventory = crate::relate::relate(vec![resource], Vec::new(), true);
            of_key(&inventory, inventory.index_of(arn).unwrap(), Some("111122223333"))
        };
        let named = |alias: &str| Key { aliases: Value::Known(vec![alias.to_owned().into()]), ..Key::default() };
        assert_eq!(owner(named("alias/aws/rds")), Value::Known(AWS_MANAGED.to_owned()));
        assert_eq!(owner(named("alias/orders")), Value::Known(CUSTOMER_MANAGED.to_owned()));
        let denied = || Reason::Denied("kms:ListAliases".to_owned());
        let unnamed = || Key { aliases: Value::Unknown(denied()), ..Key::default() };
        // The collector keeps a key of AWS only when it knows that it is one.
        assert_eq!(owner(unnamed()), Value::Known(CUSTOMER_MANAGED.to_owned()));
        assert_eq!(owner(Key { enabled: Value::Unknown(denied()), ..unnamed() }), Value::Unknown(denied()));
    }
}
