//! Pods that roles trust through the OIDC provider of their cluster, and how many service accounts
//! may take a role.

use std::collections::BTreeSet;

use super::conditions::{both, either, exists, holds_key};
use super::statements::{allows, label};
use super::trust::{by_web_identity, for_each_principal};
use crate::inventory::aws::eks::PodIdentityAssociation;
use crate::inventory::aws::iam::{
    Condition, Count, OidcProvider, PodTrust, PolicyDocument, ServiceAccountSubject, Statement, UNTOLD_ISSUER,
};
use crate::inventory::{Index, Inventory, Reason, Resource, Value};

const PREFIX: &str = "system:serviceaccount:";

/// Lists the pods that a trust policy lets in.
pub(super) fn trust(inventory: &Inventory, document: &Value<PolicyDocument>) -> Vec<PodTrust> {
    let statements = match document.as_ref().and_then(|document| document.statements.as_ref().map(Vec::as_slice)) {
        Value::Known(statements) => statements,
        Value::Unknown(reason) => return vec![unknown("document".to_owned(), None, &reason)],
    };
    let mut pods = Vec::new();
    for statement in statements {
        let lets_in = both(allows(statement), by_web_identity(statement));
        if lets_in == Value::Known(false) {
            continue;
        }
        let principals = match &statement.principals {
            Value::Known(Some(principals)) => principals,
            Value::Known(None) => continue,
            Value::Unknown(reason) => {
                pods.push(unknown(label(statement), None, reason));
                continue;
            }
        };
        for_each_principal(principals, |kind, name| match (kind, &lets_in, name) {
            ("Federated", Value::Known(_), Value::Known(name)) => pods.push(of_provider(inventory, statement, name)),
            ("Federated", Value::Unknown(reason), Value::Known(name)) => {
                pods.push(unknown(label(statement), Some(name), reason));
            }
            ("Federated" | "", _, Value::Unknown(reason)) => pods.push(of_unknown(statement, &reason)),
            _ => {}
        });
    }
    pods
}

fn unknown(label: String, provider: Option<&str>, reason: &Reason) -> PodTrust {
    PodTrust {
        label,
        provider: provider.map(str::to_owned),
        eks: Value::Unknown(reason.clone()),
        cluster_in_input: Value::Unknown(reason.clone()),
        clusters: Vec::new(),
        pins_subject: Value::Unknown(reason.clone()),
        subjects: vec![unknown_subject(reason)],
        pins_audience: Value::Unknown(reason.clone()),
        same_issuer: Value::Unknown(reason.clone()),
    }
}

fn unknown_subject(reason: &Reason) -> ServiceAccountSubject {
    ServiceAccountSubject {
        subject: None,
        one_namespace: Value::Unknown(reason.clone()),
        one_name: Value::Unknown(reason.clone()),
    }
}

/// A provider that is not told; the subjects tell at least that it is about pods.
fn of_unknown(statement: &Statement, reason: &Reason) -> PodTrust {
    let mut trust = unknown(label(statement), None, reason);
    let token = Token::of(statement);
    if token.names_pods() {
        trust.eks = Value::Known(true);
    }
    trust.pins_subject = token.pins_subject;
    trust.subjects = token.subjects;
    trust.pins_audience = token.pins_audience;
    trust
}

/// What is known of an OIDC provider.
struct Provider {
    eks: Value<bool>,
    cluster_in_input: Value<bool>,
    clusters: Vec<String>,
    url: Value<String>,
    id: Option<String>,
}

fn of_provider(inventory: &Inventory, statement: &Statement, name: &str) -> PodTrust {
    let token = Token::of(statement);
    let provider = provider(inventory, name, token.names_pods());
    PodTrust {
        label: label(statement),
        provider: Some(name.to_owned()),
        same_issuer: same_issuer(statement, &provider),
        eks: provider.eks,
        cluster_in_input: provider.cluster_in_input,
        clusters: provider.clusters,
        pins_subject: token.pins_subject,
        subjects: token.subjects,
        pins_audience: token.pins_audience,
    }
}

fn provider(inventory: &Inventory, name: &str, names_pods: bool) -> Provider {
    let issuer = name.split_once(":oidc-provider/").map(|(_, url)| url.to_owned());
    let by_url = || {
        let url = issuer.as_deref()?;
        inventory
            .of::<OidcProvider>()
            .find(|(_, _, provider)| provider.url.known().and_then(Option::as_deref) == Some(url))
            .map(|(index, ..)| index)
    };
    let found = inventory.index_of(name).or_else(by_url);
    if let Some((index, attributes)) = found.and_then(|index| Some((index, inventory.get::<OidcProvider>(index)?))) {
        let edges = inventory.edges(index, "cluster");
        let clusters: Vec<String> = edges.targets.iter().map(|&target| inventory.id(target).to_owned()).collect();
        let url = match &attributes.url {
            Value::Known(Some(url)) => Value::Known(url.clone()),
            Value::Known(None) => Value::Unknown(Reason::Opaque("url".to_owned())),
            Value::Unknown(reason) => Value::Unknown(reason.clone()),
        };
        let by_url = url.known().map(|url| url.starts_with("oidc.eks."));
        return Provider {
            eks: match by_url {
                _ if !clusters.is_empty() || names_pods => Value::Known(true),
                Some(eks) => Value::Known(eks),
                None => Value::Unknown(url.reason().cloned().unwrap_or(Reason::KnownAfterApply(None))),
            },
            cluster_in_input: match &edges.doubt {
                // One of several clusters of the input is still one of the input.
                _ if !clusters.is_empty() => Value::Known(true),
                Some(reason) => Value::Unknown(reason.clone()),
                None => match unread_region(inventory, index, &edges.outside) {
                    Some(reason) => Value::Unknown(reason),
                    None => Value::Known(false),
                },
            },
            clusters,
            url,
            id: Some(inventory.id(index).to_owned()),
        };
    }
    let reason = Reason::NotInInput(name.to_owned());
    let eks = issuer.as_deref().map(|url| url.starts_with("oidc.eks."));
    Provider {
        eks: match eks {
            Some(eks) => Value::Known(eks || names_pods),
            None if names_pods => Value::Known(true),
            // `cognito-identity.amazonaws.com`, `accounts.google.com`, a SAML provider.
            None if !name.contains("aws_iam_openid_connect_provider") => Value::Known(false),
            None => Value::Unknown(reason.clone()),
        },
        cluster_in_input: Value::Known(false),
        clusters: Vec::new(),
        url: issuer.map_or(Value::Unknown(reason), Value::Known),
        id: None,
    }
}

/// Why a live provider's cluster may exist all the same: nothing of the region that its URL names was
/// read. An audit reads providers whatever regions it was asked for.
fn unread_region(inventory: &Inventory, provider: Index, issuers: &[String]) -> Option<Reason> {
    let resource = inventory.resources.get(provider)?;
    if !resource.origin.file.is_empty() {
        return None;
    }
    let host = issuers.first()?.strip_prefix("oidc").map(|rest| rest.trim_start_matches(['.', '-']))?;
    let region = host.strip_prefix("eks.")?.split('.').next()?;
    let is_there = |other: &&Resource| {
        other.account == resource.account
            && other.region.known().and_then(Option::as_deref).is_some_and(|other| other == region)
    };
    match inventory.resources.iter().find(is_there) {
        Some(_) => None,
        None => Some(Reason::NotInInput(format!("region {region}"))),
    }
}

/// What the conditions of a statement ask of a token.
struct Token {
    pins_subject: Value<bool>,
    subjects: Vec<ServiceAccountSubject>,
    pins_audience: Value<bool>,
}

impl Token {
    fn of(statement: &Statement) -> Self {
        let conditions = match &statement.conditions {
            Value::Known(conditions) => conditions,
            Value::Unknown(reason) => {
                return Self {
                    pins_subject: Value::Unknown(reason.clone()),
                    subjects: vec![unknown_subject(reason)],
                    pins_audience: Value::Unknown(reason.clone()),
                };
            }
        };
        let mut subjects = Vec::new();
        for condition in conditions {
            match &condition.key {
                Value::Known(key) if key.ends_with(":sub") => subjects_of(condition, &mut subjects),
                Value::Known(_) => {}
                // It may be the one on the subject, and then narrow or widen what the others say.
                Value::Unknown(reason) => subjects.push(unknown_subject(reason)),
            }
        }
        Self {
            pins_subject: exists(conditions, |condition| {
                both(pins(condition), holds_key(condition, |key| key.ends_with(":sub")))
            }),
            subjects,
            pins_audience: exists(conditions, |condition| {
                let sts =
                    super::grants::any(&condition.values, |value| value != "sts.amazonaws.com").map(|other| !other);
                both(both(pins(condition), sts), holds_key(condition, |key| key.ends_with(":aud")))
            }),
        }
    }

    fn names_pods(&self) -> bool {
        self.subjects
            .iter()
            .any(|subject| subject.subject.as_deref().is_some_and(|subject| subject.starts_with(PREFIX)))
    }
}

/// Whether a condition compares a value as a whole, and fails when there is none.
fn pins(condition: &Condition) -> Value<bool> {
    let compares = condition
        .operator
        .as_ref()
        .map(|operator| matches!(operator.as_str(), "stringequals" | "stringequalsignorecase" | "stringlike"));
    let present = both(
        condition.qualifier.as_ref().map(|qualifier| qualifier.as_deref() != Some("ForAllValues")),
        condition.if_exists.as_ref().map(|if_exists| !if_exists),
    );
    let some = condition.values.as_ref().map(|values| !values.is_empty());
    both(both(compares, present), some)
}

fn subjects_of(condition: &Condition, subjects: &mut Vec<ServiceAccountSubject>) {
    let values = match &condition.values {
        Value::Known(values) => values,
        Value::Unknown(reason) => {
            subjects.push(unknown_subject(reason));
            return;
        }
    };
    // Only `StringLike` knows wildcards; elsewhere a star is a star.
    let patterns = condition.operator.as_ref().map(|operator| operator == "stringlike");
    for value in values {
        let Value::Known(text) = value else {
            subjects.extend(value.reason().map(unknown_subject));
            continue;
        };
        let (namespace, name) =
            text.strip_prefix(PREFIX).and_then(|rest| rest.split_once(':')).unwrap_or((text.as_str(), text.as_str()));
        let fixed = |part: &str| {
            let wild = part.contains(['*', '?']);
            if wild { patterns.clone().map(|patterns| !patterns) } else { Value::Known(true) }
        };
        subjects.push(ServiceAccountSubject {
            subject: Some(text.clone()),
            one_namespace: fixed(namespace),
            one_name: fixed(name),
        });
    }
}

/// Whether the keys of the conditions are those of the provider that is trusted.
fn same_issuer(statement: &Statement, provider: &Provider) -> Value<bool> {
    let conditions = match &statement.conditions {
        Value::Known(conditions) => conditions,
        Value::Unknown(reason) => return Value::Unknown(reason.clone()),
    };
    let other = exists(conditions, |condition| {
        let key = match &condition.key {
            Value::Known(key) => key,
            Value::Unknown(reason) => return Value::Unknown(reason.clone()),
        };
        let Some(issuer) = key.strip_suffix(":sub").or_else(|| key.strip_suffix(":aud")) else {
            return Value::Known(false);
        };
        if issuer == UNTOLD_ISSUER {
            return Value::Unknown(Reason::Unresolved("the issuer of a condition".to_owned()));
        }
        let same = provider.id.as_deref() == Some(issuer) || provider.clusters.iter().any(|cluster| cluster == issuer);
        if same {
            return Value::Known(false);
        }
        if is_address(issuer) {
            return match provider.id {
                Some(_) if !provider.clusters.is_empty() => Value::Known(true),
                _ => Value::Unknown(Reason::Unresolved(format!("issuer of {issuer}"))),
            };
        }
        // The key `aws:aud` or `cognito-identity.amazonaws.com:aud` is no issuer of a cluster.
        match &provider.url {
            Value::Known(url) => Value::Known(!url.eq_ignore_ascii_case(issuer)),
            Value::Unknown(reason) => Value::Unknown(reason.clone()),
        }
    });
    other.map(|other| !other)
}

fn is_address(issuer: &str) -> bool {
    issuer.split('.').any(|word| matches!(word, "aws_eks_cluster" | "aws_iam_openid_connect_provider"))
}

/// Counts the service accounts that may take a role: subjects of its trust and pod identity
/// associations. One name in two clusters is one.
pub(super) fn service_accounts(inventory: &Inventory, role: Index, trust: &[PodTrust], stray: bool) -> Count {
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut more = 0;
    let mut any_number = stray;
    for pods in trust.iter().filter(|pods| pods.eks != Value::Known(false)) {
        let certain = pods.eks == Value::Known(true);
        for subject in &pods.subjects {
            match &subject.subject {
                Some(subject) if certain => {
                    names.insert(subject.trim_start_matches(PREFIX).to_owned());
                }
                Some(_) => more += 1,
                None => any_number = true,
            }
        }
    }
    for (association, certain) in inventory.incoming::<PodIdentityAssociation>(role, "role") {
        let told = inventory.get::<PodIdentityAssociation>(association).and_then(|association| {
            let namespace = association.namespace.known()?.as_deref()?;
            let name = association.service_account.known()?.as_deref()?;
            Some(format!("{namespace}:{name}"))
        });
        match told {
            Some(name) if certain => {
                names.insert(name);
            }
            _ => more += 1,
        }
    }
    let known = i64::try_from(names.len()).unwrap_or(i64::MAX);
    Count { at_least: known, at_most: (!any_number).then(|| known.saturating_add(more)) }
}

/// Whether a role is taken by pods at all.
pub(super) fn by_pods(trust: &[PodTrust]) -> Value<bool> {
    trust.iter().fold(Value::Known(false), |taken, pods| either(taken, pods.eks.clone()))
}
