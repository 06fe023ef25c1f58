//! Whom a trust or resource policy lets in.

use super::actions::table;
use super::conditions::{Conditions, both, either, exists, holds_key, narrows};
use super::grants::actions_of;
use super::statements::{allows, label};
use crate::inventory::aws::iam::{Grant, PolicyDocument, Principals, Statement};
use crate::inventory::{Reason, Value};

/// Accounts of AWS that write the access logs of load balancers, by region.
const LOG_DELIVERY_ACCOUNTS: &[&str] = &[
    "009996457667",
    "027434742980",
    "033677994240",
    "037604701340",
    "048591011584",
    "054676820928",
    "076674570225",
    "098369216593",
    "114774131450",
    "127311923021",
    "156460612806",
    "190560391635",
    "383597477331",
    "507241528517",
    "582318560864",
    "600734575887",
    "635631232127",
    "638102146993",
    "652711504416",
    "718504428378",
    "754344448648",
    "783225319266",
    "797873946194",
    "897822967062",
    "985666609251",
];

/// Lists whom a document lets in. `own` is the account of the resource that has it.
pub(super) fn grants(document: Value<&PolicyDocument>, own: &Value<Option<String>>) -> Vec<Grant> {
    let statements = match document.and_then(|document| document.statements.as_ref().map(Vec::as_slice)) {
        Value::Known(statements) => statements,
        Value::Unknown(reason) => return vec![unknown("document".to_owned(), &reason)],
    };
    let mut grants = Vec::new();
    for statement in statements {
        match allows(statement) {
            Value::Known(false) => {}
            Value::Known(true) => of_statement(statement, own, &mut grants),
            Value::Unknown(reason) => grants.push(unknown(label(statement), &reason)),
        }
    }
    grants
}

fn unknown(label: String, reason: &Reason) -> Grant {
    Grant {
        label,
        kind: Value::Unknown(reason.clone()),
        principal: None,
        everyone: Value::Unknown(reason.clone()),
        account: Value::Unknown(reason.clone()),
        own_account: Value::Unknown(reason.clone()),
        account_root: Value::Unknown(reason.clone()),
        narrowed_by: Value::Unknown(reason.clone()),
        narrowed: Value::Unknown(reason.clone()),
        external_id_or_organization: Value::Unknown(reason.clone()),
        names_audience: Value::Unknown(reason.clone()),
        names_subject: Value::Unknown(reason.clone()),
    }
}

fn of_statement(statement: &Statement, own: &Value<Option<String>>, grants: &mut Vec<Grant>) {
    let principals = match &statement.principals {
        Value::Known(Some(principals)) => principals,
        Value::Known(None) => return,
        Value::Unknown(reason) => {
            grants.push(unknown(label(statement), reason));
            return;
        }
    };
    let narrowing = Narrowing::of(statement);
    match &statement.not_principals {
        Value::Known(false) => {}
        // Everyone but some is everyone.
        Value::Known(true) => {
            grants.push(narrowing.grant("everyone but some", "everyone", Identity::everyone()));
            return;
        }
        Value::Unknown(reason) => {
            grants.push(unknown(label(statement), reason));
            return;
        }
    }
    for_each_principal(principals, |kind, name| match name {
        Value::Known(name) => {
            let (kind, identity) = identify(kind, name, own);
            grants.push(narrowing.grant(name, kind, identity));
        }
        Value::Unknown(reason) => {
            let mut grant = unknown(label(statement), &reason);
            narrowing.write(&mut grant);
            grant.kind = match kind {
                "Service" => Value::Known("service".to_owned()),
                "Federated" => Value::Known("federated".to_owned()),
                _ => grant.kind,
            };
            if matches!(kind, "Service" | "Federated" | "CanonicalUser") {
                grant.everyone = Value::Known(false);
                grant.account = Value::Known(None);
                grant.own_account = Value::Known(true);
                grant.account_root = Value::Known(false);
            }
            grants.push(grant);
        }
    });
}

/// Visits the principals of a statement by type; an unknown list is one unknown principal.
pub(super) fn for_each_principal(principals: &Principals, mut visit: impl FnMut(&str, Value<&String>)) {
    match &principals.by_type {
        Value::Unknown(reason) => visit("", Value::Unknown(reason.clone())),
        Value::Known(by_type) => {
            for (kind, names) in by_type {
                match names {
                    Value::Unknown(reason) => visit(kind, Value::Unknown(reason.clone())),
                    Value::Known(names) => names.iter().for_each(|name| visit(kind, name.as_ref())),
                }
            }
        }
    }
}

/// Who a principal is.
struct Identity {
    everyone: bool,
    account: Value<Option<String>>,
    own_account: Value<bool>,
    account_root: Value<bool>,
}

impl Identity {
    fn everyone() -> Self {
        Self {
            everyone: true,
            account: Value::Known(None),
            own_account: Value::Known(false),
            account_root: Value::Known(false),
        }
    }

    /// A principal that is no account, or one of the input itself.
    fn own(account_root: Value<bool>) -> Self {
        Self { everyone: false, account: Value::Known(None), own_account: Value::Known(true), account_root }
    }
}

fn identify(kind: &str, name: &str, own: &Value<Option<String>>) -> (&'static str, Identity) {
    let no_account = || Identity::own(Value::Known(false));
    match kind {
        "*" => ("everyone", Identity::everyone()),
        // By a service of AWS that acts for anybody, everybody gets in.
        "AWS" | "Service" if name == "*" => ("everyone", Identity::everyone()),
        "Service" => ("service", no_account()),
        "Federated" => ("federated", no_account()),
        "AWS" => account_principal(name, own),
        _ => ("other", no_account()),
    }
}

fn account_principal(name: &str, own: &Value<Option<String>>) -> (&'static str, Identity) {
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|digit| digit.is_ascii_digit());
    let fields: Vec<&str> = name.splitn(6, ':').collect();
    let (account, root) = match fields.as_slice() {
        ["arn", _, _, _, account, rest] => (*account, *rest == "root"),
        [account] if is_account(account) => (*account, true),
        _ if name.contains("aws_caller_identity.") => {
            let reason = Reason::KnownAfterApply(Some(name.to_owned()));
            return ("aws", Identity::own(Value::Unknown(reason)));
        }
        // The address of a resource of the input.
        _ if name.contains('.') => return ("aws", Identity::own(Value::Known(false))),
        // The id of a principal that was deleted, or is known by nothing else.
        _ => {
            let reason = Reason::Opaque(format!("principal id {name}"));
            let identity = Identity {
                everyone: false,
                account: Value::Unknown(reason.clone()),
                own_account: Value::Unknown(reason),
                account_root: Value::Known(false),
            };
            return ("aws", identity);
        }
    };
    // AWS refuses wildcards here; a text that has one is not to pass for a service's own account.
    if account.contains(['*', '?']) {
        return ("everyone", Identity::everyone());
    }
    // AWS's own: origin access identities of CloudFront, log delivery of load balancers.
    if !is_account(account) || LOG_DELIVERY_ACCOUNTS.contains(&account) {
        return ("service", Identity::own(Value::Known(false)));
    }
    let own_account = match own {
        Value::Known(Some(own)) => Value::Known(own == account),
        Value::Known(None) => Value::Unknown(Reason::NotInInput("the account that the resource is in".to_owned())),
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
    };
    let identity = Identity {
        everyone: false,
        account: Value::Known(Some(account.to_owned())),
        own_account,
        account_root: Value::Known(root),
    };
    ("aws", identity)
}

/// Returns the account of a key, as its policy tells it: AWS refuses a key policy that would lock the
/// account out of `kms:PutKeyPolicy`, so the only account that has it is the key's own.
pub(super) fn account_of_key(document: &PolicyDocument) -> Option<String> {
    let put = table().action("kms:PutKeyPolicy")?;
    let mut accounts: Vec<String> = Vec::new();
    for statement in document.statements.known()? {
        if allows(statement) == Value::Known(false) || !actions_of(statement).may.contains(put) {
            continue;
        }
        let mut told = true;
        for_each_principal(statement.principals.known()?.as_ref()?, |kind, name| match name {
            Value::Known(name) if kind == "AWS" => match account_principal(name, &Value::Known(None)).1 {
                Identity { account: Value::Known(Some(account)), .. } => accounts.push(account),
                Identity { own_account: Value::Known(true), .. } => {}
                _ => told = false,
            },
            Value::Known(_) => {}
            Value::Unknown(_) => told = false,
        });
        if !told {
            return None;
        }
    }
    accounts.sort();
    accounts.dedup();
    match accounts.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// How the conditions of a statement narrow whom it lets in.
struct Narrowing {
    by: Value<Vec<String>>,
    any: Value<bool>,
    external_id_or_organization: Value<bool>,
    audience: Value<bool>,
    subject: Value<bool>,
}

impl Narrowing {
    fn of(statement: &Statement) -> Self {
        let conditions = match &statement.conditions {
            Value::Known(conditions) => conditions,
            Value::Unknown(reason) => {
                return Self {
                    by: Value::Unknown(reason.clone()),
                    any: Value::Unknown(reason.clone()),
                    external_id_or_organization: Value::Unknown(reason.clone()),
                    audience: Value::Unknown(reason.clone()),
                    subject: Value::Unknown(reason.clone()),
                };
            }
        };
        let mut by = Value::Known(Vec::new());
        for condition in conditions {
            match (narrows(condition), condition.key.clone()) {
                (Value::Known(false), _) => {}
                (Value::Known(true), Value::Known(key)) => {
                    if let Value::Known(keys) = &mut by {
                        keys.push(key);
                    }
                }
                (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => by = Value::Unknown(reason),
            }
        }
        if let Value::Known(keys) = &mut by {
            keys.sort();
            keys.dedup();
        }
        let by_key = |test: fn(&str) -> bool| {
            exists(conditions, |condition| both(narrows(condition), holds_key(condition, test)))
        };
        Self {
            by,
            any: Conditions::of(statement).restricting,
            external_id_or_organization: by_key(|key| {
                matches!(key, "sts:externalid" | "aws:principalorgid" | "aws:principalorgpaths")
            }),
            audience: by_key(|key| key.ends_with(":aud")),
            // SAML has no subject that policies commonly ask for; Cognito names the login provider.
            subject: either(
                by_key(|key| key.ends_with(":sub") || key.ends_with(":amr")),
                by_key(|key| key == "saml:aud"),
            ),
        }
    }

    fn grant(&self, name: &str, kind: &str, identity: Identity) -> Grant {
        Grant {
            label: name.to_owned(),
            kind: Value::Known(kind.to_owned()),
            principal: Some(name.to_owned()),
            everyone: Value::Known(identity.everyone),
            account: identity.account,
            own_account: identity.own_account,
            account_root: identity.account_root,
            narrowed_by: self.by.clone(),
            narrowed: self.any.clone(),
            external_id_or_organization: self.external_id_or_organization.clone(),
            names_audience: self.audience.clone(),
            names_subject: self.subject.clone(),
        }
    }

    fn write(&self, grant: &mut Grant) {
        grant.narrowed_by.clone_from(&self.by);
        grant.narrowed.clone_from(&self.any);
        grant.external_id_or_organization.clone_from(&self.external_id_or_organization);
        grant.names_audience.clone_from(&self.audience);
        grant.names_subject.clone_from(&self.subject);
    }
}

/// Returns whether a statement lets in by web identity.
pub(super) fn by_web_identity(statement: &Statement) -> Value<bool> {
    let reason = match &statement.actions {
        Value::Unknown(reason) => reason.clone(),
        Value::Known(list) => {
            list.iter().find_map(Value::reason).cloned().unwrap_or_else(|| Reason::Opaque("actions".to_owned()))
        }
    };
    match table().action("sts:AssumeRoleWithWebIdentity") {
        Some(action) => actions_of(statement).contains(action, &reason),
        None => Value::Unknown(Reason::NotInTable("sts:AssumeRoleWithWebIdentity".to_owned())),
    }
}
