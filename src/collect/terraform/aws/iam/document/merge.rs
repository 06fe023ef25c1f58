//! How `data.aws_iam_policy_document` puts documents together: statements of one id replace each
//! other, in the order sources, own statements, overrides; statements without id are added.

use crate::inventory::Value;
use crate::inventory::aws::iam::{PolicyDocument, Statement};

/// Puts documents together.
pub(super) fn merge(
    sources: Vec<PolicyDocument>,
    own: Vec<Statement>,
    overrides: Vec<PolicyDocument>,
) -> Value<PolicyDocument> {
    let mut merged: Vec<Statement> = Vec::new();
    for group in sources
        .into_iter()
        .map(|document| document.statements)
        .chain([Value::Known(own)])
        .chain(overrides.into_iter().map(|document| document.statements))
    {
        match group {
            Value::Known(statements) => statements.into_iter().for_each(|statement| add(&mut merged, statement)),
            Value::Unknown(reason) => return Value::Unknown(reason),
        }
    }
    Value::Known(PolicyDocument { statements: Value::Known(merged) })
}

fn add(merged: &mut Vec<Statement>, statement: Statement) {
    let sid = statement.sid.known().and_then(Option::as_deref).filter(|sid| !sid.is_empty());
    let same =
        sid.and_then(|sid| merged.iter_mut().find(|other| other.sid.known().and_then(Option::as_deref) == Some(sid)));
    match same {
        Some(other) => *other = statement,
        None => merged.push(statement),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> PolicyDocument {
        PolicyDocument::parse(text).unwrap()
    }

    #[test]
    fn overrides_replace_statements_of_the_same_id_and_add_the_others() {
        let base = document(
            r#"{"Statement":[{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"},
                             {"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#,
        );
        let over = document(
            r#"{"Statement":[{"Sid":"a","Effect":"Deny","Action":"*","Resource":"*"},
                             {"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]}"#,
        );
        let merged = merge(vec![base], Vec::new(), vec![over]);
        let statements = merged.known().unwrap().statements.known().unwrap().clone();
        assert_eq!(statements.len(), 3);
        assert_eq!(statements[0].effect, Value::Known("Deny".to_owned()));
    }
}
