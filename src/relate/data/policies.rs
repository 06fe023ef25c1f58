//! Whether a resource policy refuses every request that comes without TLS.

use super::{both, either};
use crate::inventory::aws::iam::{Condition, PolicyDocument, Principals, Statement};
use crate::inventory::{Reason, Resource, Value};

/// What a policy has to cover.
pub(super) struct Scope<'a> {
    /// The resource that has the policy.
    pub(super) resource: &'a Resource,
    /// Prefix of the service's actions.
    pub(super) service: &'a str,
    /// Whether what is below the resource (`/*`) must be covered too.
    pub(super) below: bool,
}

/// Tells whether a statement denies everyone every action of the service when the request is not
/// encrypted.
pub(super) fn denies_plain_text(policy: &Value<Option<PolicyDocument>>, scope: &Scope<'_>) -> Value<bool> {
    let statements = match policy {
        Value::Known(Some(document)) => &document.statements,
        Value::Known(None) => return Value::Known(false),
        Value::Unknown(reason) => return Value::Unknown(reason.clone()),
    };
    let statements = match statements {
        Value::Known(statements) => statements,
        Value::Unknown(reason) => return Value::Unknown(reason.clone()),
    };
    // Two statements may share the work: one for the bucket, one for its objects.
    let covers = |below: bool| {
        statements.iter().fold(Value::Known(false), |any, statement| {
            either(&any, &both(&denies(statement, scope.service), &covers(statement, scope, below)))
        })
    };
    if scope.below { both(&covers(false), &covers(true)) } else { covers(false) }
}

fn denies(statement: &Statement, service: &str) -> Value<bool> {
    let all = format!("{service}:*");
    let effect = is(&statement.effect, |effect| effect.eq_ignore_ascii_case("Deny"));
    // `NotPrincipal` spares somebody, whoever it is.
    let spared = is(&statement.not_principals, |spared| !spared);
    let actions = any(&statement.actions, |action| action == "*" || action.eq_ignore_ascii_case(&all));
    [effect, spared, everyone(&statement.principals), actions, only_without_tls(&statement.conditions)]
        .iter()
        .fold(Value::Known(true), |sum, one| both(&sum, one))
}

fn everyone(principals: &Value<Option<Principals>>) -> Value<bool> {
    match principals {
        Value::Known(Some(principals)) => principals.everyone.clone(),
        Value::Known(None) => Value::Known(false),
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
    }
}

/// The only condition is that the request lacks TLS: any other narrows what is denied.
fn only_without_tls(conditions: &Value<Vec<Condition>>) -> Value<bool> {
    let conditions = match conditions {
        Value::Known(conditions) => conditions,
        Value::Unknown(reason) => return Value::Unknown(reason.clone()),
    };
    let Some(first) = conditions.first() else {
        // Without a condition it denies requests with TLS as well.
        return Value::Known(true);
    };
    if conditions.len() > 1 {
        return Value::Known(false);
    }
    let operator = is(&first.operator, |operator| operator.eq_ignore_ascii_case("bool"));
    let key = is(&first.key, |key| key.eq_ignore_ascii_case("aws:securetransport"));
    let value = any(&first.values, |value| value.eq_ignore_ascii_case("false"));
    [operator, key, value].iter().fold(Value::Known(true), |sum, one| both(&sum, one))
}

/// Tells whether a statement reaches the resource itself, or what is below it.
fn covers(statement: &Statement, scope: &Scope<'_>, below: bool) -> Value<bool> {
    let resource = scope.resource;
    let written = any(&statement.resources, |pattern| {
        if pattern == "*" {
            return true;
        }
        let name = match pattern.strip_suffix("/*") {
            Some(name) if below => name,
            Some(_) => return false,
            // `bucket*` covers both the bucket and its objects.
            None => match pattern.strip_suffix('*') {
                Some(name) => name,
                None if below => return false,
                None => pattern,
            },
        };
        pattern.starts_with("arn:") && resource.identifiers.iter().any(|own| own == name)
    });
    // A reference stands as an address, and a plan loses what the author added behind it: the bucket,
    // `/*` or `/a/*`. That it is meant for the objects can be seen only once the text is known.
    let referenced = statement.resources.known().into_iter().flatten().any(|item| {
        item.known().is_some_and(|item| {
            // Of two plans with one address the id names the file too; the reference does not.
            !item.starts_with("arn:")
                && (**item == *resource.id || **item == *resource.origin.address || resource.identifiers.contains(item))
        })
    });
    let by_reference = if referenced && scope.below {
        // Without the address, so that a report can tell it once for many resources.
        let what = "a plan does not tell what its policy writes behind a reference to the resource";
        Value::Unknown(Reason::Opaque(what.to_owned()))
    } else {
        Value::Known(referenced)
    };
    either(&written, &by_reference)
}

fn is<T>(value: &Value<T>, holds: impl FnOnce(&T) -> bool) -> Value<bool> {
    match value {
        Value::Known(value) => Value::Known(holds(value)),
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
    }
}

fn any(list: &Value<Vec<Value<String>>>, holds: impl Fn(&str) -> bool) -> Value<bool> {
    match list {
        Value::Known(items) => {
            items.iter().fold(Value::Known(false), |sum, item| either(&sum, &is(item, |item| holds(item))))
        }
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::inventory::aws::s3::Bucket;
    use crate::inventory::{Kind as _, Origin};

    fn bucket() -> Resource {
        Resource {
            id: "aws_s3_bucket.b".into(),
            name: Value::Known(None),
            provider: "aws",
            account: Value::Known(None),
            region: Value::Known(None),
            tags: Value::Known(BTreeMap::new()),
            identifiers: vec!["arn:aws:s3:::b".to_owned(), "b".to_owned()],
            origin: Origin {
                file: "plan.json".into(),
                address: "aws_s3_bucket.b".into(),
                type_name: "aws_s3_bucket".into(),
                line: 1,
                column: 1,
            },
            parts: Vec::new(),
            attributes: Bucket::default().into_attributes(),
        }
    }

    fn judged(statement: &str) -> Value<bool> {
        let policy = PolicyDocument::parse(&format!(r#"{{"Statement": [{statement}]}}"#)).unwrap();
        let resource = bucket();
        let scope = Scope { resource: &resource, service: "s3", below: true };
        denies_plain_text(&Value::Known(Some(policy)), &scope)
    }

    fn denial(principal: &str, action: &str, resources: &str, condition: &str) -> String {
        format!(
            r#"{{"Effect": "Deny", "Principal": {principal}, "Action": "{action}", "Resource": {resources},
                "Condition": {condition}}}"#
        )
    }

    const BOTH: &str = r#"["arn:aws:s3:::b", "arn:aws:s3:::b/*"]"#;
    const PLAIN: &str = r#"{"Bool": {"aws:SecureTransport": "false"}}"#;

    #[test]
    fn everyone_everything_everywhere_without_tls() {
        let good = [
            denial(r#""*""#, "s3:*", BOTH, PLAIN),
            denial(r#"{"AWS": "*"}"#, "*", r#""*""#, r#"{"Bool": {"AWS:securetransport": false}}"#),
            denial(r#""*""#, "s3:*", r#""arn:aws:s3:::b*""#, PLAIN),
        ];
        for statement in good {
            assert_eq!(judged(&statement), Value::Known(true), "{statement}");
        }
        // `["${arn}/a/*", "${arn}/b/*"]` would look the same.
        let references = denial(r#""*""#, "s3:*", r#"["aws_s3_bucket.b", "aws_s3_bucket.b"]"#, PLAIN);
        assert!(judged(&references).reason().is_some());
    }

    #[test]
    fn what_leaves_a_hole_does_not_count() {
        let bad = [
            denial(r#"{"AWS": "arn:aws:iam::111122223333:root"}"#, "s3:*", BOTH, PLAIN),
            denial(r#""*""#, "s3:GetObject", BOTH, PLAIN),
            denial(r#""*""#, "s3:*", r#""arn:aws:s3:::b/*""#, PLAIN),
            denial(r#""*""#, "s3:*", r#"["arn:aws:s3:::c", "arn:aws:s3:::c/*"]"#, PLAIN),
            denial(r#""*""#, "s3:*", BOTH, r#"{"Bool": {"aws:SecureTransport": "true"}}"#),
            denial(r#""*""#, "s3:*", BOTH, r#"{"NumericLessThan": {"s3:TlsVersion": "1.2"}}"#),
            denial(
                r#""*""#,
                "s3:*",
                BOTH,
                r#"{"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalOrgID": "o"}}"#,
            ),
            r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#.to_owned(),
        ];
        for statement in bad {
            assert_eq!(judged(&statement), Value::Known(false), "{statement}");
        }
    }

    #[test]
    fn an_id_that_names_the_plan_as_well_hides_no_reference() {
        // Of two plans with one address.
        let resource = Resource { id: "a.json#aws_s3_bucket.b".into(), ..bucket() };
        let statement = denial(r#""*""#, "s3:*", r#"["aws_s3_bucket.b", "aws_s3_bucket.b"]"#, PLAIN);
        let policy = PolicyDocument::parse(&format!(r#"{{"Statement": [{statement}]}}"#)).unwrap();
        let scope = Scope { resource: &resource, service: "s3", below: true };
        assert!(denies_plain_text(&Value::Known(Some(policy)), &scope).reason().is_some());
    }

    #[test]
    fn one_reference_may_be_the_bucket_or_its_objects() {
        assert!(judged(&denial(r#""*""#, "s3:*", r#""aws_s3_bucket.b""#, PLAIN)).known().is_none());
    }
}
