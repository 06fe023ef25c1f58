//! Who may do what, from a plan to facts: policy documents in every form that a plan has, and what
//! principals may effectively do.

use hfscan::collect::terraform::{Plan, aws};
use hfscan::inventory::aws::iam::{Policy, Role, RoleFacts, User};
use hfscan::inventory::{Inventory, Value};
use hfscan::relate::relate;
use hfscan::source::Source;
use serde_json::{Value as Json, json};

/// A resource of a plan: address, values, unknown values, and what the author wrote.
struct Planned(&'static str, Json, Json, Json);

fn inventory(resources: &[Planned]) -> Inventory {
    let parts = |address: &'static str| {
        let data = address.strip_prefix("data.");
        let (type_name, name) = data.unwrap_or(address).split_once('.').unwrap();
        (if data.is_some() { "data" } else { "managed" }, type_name, name)
    };
    let changes: Vec<Json> = resources
        .iter()
        .map(|Planned(address, after, unknown, _)| {
            let (mode, type_name, name) = parts(address);
            let actions = if mode == "data" { json!(["read"]) } else { json!(["create"]) };
            json!({
                "address": address, "mode": mode, "type": type_name, "name": name,
                "provider_name": "registry.terraform.io/hashicorp/aws",
                "change": {"actions": actions, "before": null, "after": after, "after_unknown": unknown},
            })
        })
        .collect();
    let written: Vec<Json> = resources
        .iter()
        .map(|Planned(address, _, _, expressions)| {
            let (mode, type_name, name) = parts(address);
            json!({"address": address, "mode": mode, "type": type_name, "name": name, "expressions": expressions})
        })
        .collect();
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.11.4",
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": written}},
    });
    let plan = Plan::parse(Source::from_bytes("plan.json".into(), plan.to_string().into_bytes())).unwrap();
    let collected = aws::collect(&plan).unwrap();
    relate(collected.resources, collected.gaps, false)
}

fn references(names: &[&str]) -> Json {
    json!({"references": names})
}

fn policy(statements: &Json) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn role(name: &'static str, address: &'static str) -> Planned {
    let trust = policy(
        &json!([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}]),
    );
    Planned(
        address,
        json!({"name": name, "path": "/", "assume_role_policy": trust}),
        json!({"arn": true, "inline_policy": true, "managed_policy_arns": true}),
        json!({"name": {"constant_value": name}, "assume_role_policy": {}}),
    )
}

fn inline(address: &'static str, role: &str, statements: &Json) -> Planned {
    Planned(
        address,
        json!({"name": address, "role": role, "policy": policy(statements)}),
        json!({"id": true}),
        json!({"name": {"constant_value": address}, "role": {"constant_value": role}, "policy": {}}),
    )
}

fn facts<'a>(inventory: &'a Inventory, id: &str) -> &'a RoleFacts {
    inventory.facts_of::<Role>(inventory.index_of(id).unwrap()).unwrap()
}

fn present(facts: &RoleFacts) -> Vec<&str> {
    facts.escalations.iter().filter(|one| one.present == Value::Known(true)).map(|one| one.name.as_str()).collect()
}

fn uncertain(facts: &RoleFacts) -> bool {
    facts.escalations.iter().any(|one| one.present.known().is_none())
}

const RUN: &str = "pass-role-ec2-run-instances";

#[test]
fn an_escalation_over_two_policies_is_found() {
    let inventory = inventory(&[
        role("ci", "aws_iam_role.ci"),
        inline("aws_iam_role_policy.a", "ci", &json!([{"Effect": "Allow", "Action": "iam:Pass*", "Resource": "*"}])),
        inline(
            "aws_iam_role_policy.b",
            "ci",
            &json!({"Effect": "Allow", "Action": ["EC2:runinstances"], "Resource": ["*"]}),
        ),
    ]);
    let facts = facts(&inventory, "aws_iam_role.ci");
    assert_eq!(present(facts), [RUN]);
    assert_eq!(facts.escalations[0].sources, ["aws_iam_role_policy.a", "aws_iam_role_policy.b"]);
    assert!(!uncertain(facts));
}

#[test]
fn only_an_unconditional_deny_takes_an_action_away() {
    let both = json!([{"Effect": "Allow", "Action": ["iam:PassRole", "ec2:RunInstances"], "Resource": "*"}]);
    let deny = |condition: Json| json!([{"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*", "Condition": condition}]);
    for (condition, expected) in
        [(json!({}), Vec::new()), (json!({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}), vec![RUN])]
    {
        let inventory = inventory(&[
            role("ci", "aws_iam_role.ci"),
            inline("aws_iam_role_policy.a", "ci", &both),
            inline("aws_iam_role_policy.b", "ci", &deny(condition)),
        ]);
        assert_eq!(present(facts(&inventory, "aws_iam_role.ci")), expected);
    }
}

#[test]
fn the_service_that_gets_a_role_must_fit_the_set() {
    let statements = json!([
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}},
        {"Effect": "Allow", "Action": ["ec2:RunInstances", "lambda:CreateFunction", "lambda:InvokeFunction"], "Resource": "*"},
    ]);
    let inventory = inventory(&[role("ci", "aws_iam_role.ci"), inline("aws_iam_role_policy.a", "ci", &statements)]);
    assert_eq!(present(facts(&inventory, "aws_iam_role.ci")), ["pass-role-lambda-create-and-invoke"]);
}

#[test]
fn passing_one_weak_role_of_the_plan_is_no_escalation() {
    let statement = |resource: &str| {
        Planned(
            "data.aws_iam_policy_document.ci",
            json!({"statement": [
                {"actions": ["iam:PassRole"], "resources": [null], "effect": null},
                {"actions": ["ec2:RunInstances"], "resources": ["*"], "effect": "Allow"},
            ]}),
            json!({"json": true, "statement": [{"actions": [false], "resources": [true]}, {"actions": [false], "resources": [false]}]}),
            json!({"statement": [
                {"actions": {"constant_value": ["iam:PassRole"]}, "resources": references(&[&format!("{resource}.arn"), resource])},
                {"actions": {"constant_value": ["ec2:RunInstances"]}, "effect": {"constant_value": "Allow"}, "resources": {"constant_value": ["*"]}},
            ]}),
        )
    };
    let attached = || {
        Planned(
            "aws_iam_role_policy.ci",
            json!({"name": "ci", "role": "ci"}),
            json!({"policy": true}),
            json!({"name": {"constant_value": "ci"}, "role": {"constant_value": "ci"},
                   "policy": references(&["data.aws_iam_policy_document.ci.json", "data.aws_iam_policy_document.ci"])}),
        )
    };
    for (target, expected) in [("aws_iam_role.weak", Vec::new()), ("aws_iam_role.strong", vec![RUN])] {
        let inventory = inventory(&[
            role("ci", "aws_iam_role.ci"),
            role("weak", "aws_iam_role.weak"),
            role("strong", "aws_iam_role.strong"),
            inline("aws_iam_role_policy.all", "strong", &json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}])),
            statement(target),
            attached(),
        ]);
        let facts = facts(&inventory, "aws_iam_role.ci");
        assert_eq!(present(facts), expected, "{target}");
        assert!(!uncertain(facts), "{target}");
        let statement = &facts.statements[0];
        assert_eq!(statement.pass_role_targets[0].resource.as_deref(), Some(target));
        assert_eq!(statement.pass_role_targets[0].wildcard, Value::Known(false));
    }
}

#[test]
fn an_assembled_text_is_opaque_and_never_harmless() {
    let inventory = inventory(&[
        role("app", "aws_iam_role.app"),
        Planned("aws_s3_bucket.data", json!({}), json!({"arn": true, "bucket": true}), json!({})),
        Planned(
            "aws_iam_role_policy.app",
            json!({"name": "app", "role": "app"}),
            json!({"policy": true}),
            json!({"name": {"constant_value": "app"}, "role": {"constant_value": "app"}, "policy": references(&["aws_s3_bucket.data.arn", "aws_s3_bucket.data"])}),
        ),
    ]);
    let facts = facts(&inventory, "aws_iam_role.app");
    assert!(uncertain(facts));
    let reason = facts.statements[0].administrator.reason().unwrap().to_string();
    assert!(reason.contains("aws_s3_bucket.data"), "{reason}");
}

#[test]
fn documents_are_built_from_documents() {
    let data = |address: &'static str, statement: Json, sources: Json| {
        Planned(
            address,
            json!({"statement": [statement]}),
            json!({"json": true, "override_policy_documents": if sources.is_null() { json!(null) } else { json!([true]) },
                   "statement": [{"actions": [false], "resources": [false]}]}),
            json!({"statement": [{}], "override_policy_documents": if sources.is_null() { json!({}) } else { sources }}),
        )
    };
    let inventory = inventory(&[
        data(
            "data.aws_iam_policy_document.base",
            json!({"sid": "A", "actions": ["*"], "resources": ["*"]}),
            Json::Null,
        ),
        data(
            "data.aws_iam_policy_document.whole",
            json!({"sid": "A", "actions": ["s3:GetObject"], "resources": ["*"]}),
            references(&["data.aws_iam_policy_document.base.json", "data.aws_iam_policy_document.base"]),
        ),
        Planned(
            "aws_iam_policy.p",
            json!({"name": "p", "path": "/"}),
            json!({"policy": true, "arn": true}),
            json!({"name": {"constant_value": "p"}, "policy": references(&["data.aws_iam_policy_document.whole.json", "data.aws_iam_policy_document.whole"])}),
        ),
    ]);
    let facts = inventory.facts_of::<Policy>(inventory.index_of("aws_iam_policy.p").unwrap()).unwrap();
    assert_eq!(facts.statements.len(), 1);
    assert_eq!(facts.statements[0].administrator, Value::Known(true));
    assert_eq!(facts.attached, Value::Known(false));
}

#[test]
fn attachments_reach_roles_users_and_groups() {
    let inventory = inventory(&[
        role("app", "aws_iam_role.app"),
        Planned(
            "aws_iam_user.ann",
            json!({"name": "ann"}),
            json!({"arn": true}),
            json!({"name": {"constant_value": "ann"}}),
        ),
        Planned(
            "aws_iam_policy_attachment.a",
            json!({"name": "a", "policy_arn": "arn:aws-cn:iam::aws:policy/IAMFullAccess", "roles": ["app"], "users": ["ann"]}),
            json!({}),
            json!({"policy_arn": {"constant_value": "arn:aws-cn:iam::aws:policy/IAMFullAccess"}, "roles": {"constant_value": ["app"]}, "users": {"constant_value": ["ann"]}}),
        ),
    ]);
    let app = facts(&inventory, "aws_iam_role.app");
    assert_eq!(app.managed_policies[0].name, Value::Known(Some("IAMFullAccess".to_owned())));
    assert_eq!(app.managed_policies[0].aws, Value::Known(true));
    // Whoever may change every permission is told once, not once for each way.
    assert_eq!(present(app), ["administrator"]);
    assert_eq!(app.escalations[0].sources, ["arn:aws-cn:iam::aws:policy/IAMFullAccess"]);
    let ann = inventory.facts_of::<User>(inventory.index_of("aws_iam_user.ann").unwrap()).unwrap();
    assert_eq!(ann.escalations.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["administrator"]);
}

#[test]
fn a_policy_that_the_table_leaves_out_is_unknown() {
    let arn = "arn:aws:iam::aws:policy/AIOpsOperatorAccess";
    let inventory = inventory(&[
        role("app", "aws_iam_role.app"),
        Planned(
            "aws_iam_role_policy_attachment.a",
            json!({"role": "app", "policy_arn": arn}),
            json!({}),
            json!({"role": {"constant_value": "app"}, "policy_arn": {"constant_value": arn}}),
        ),
    ]);
    assert!(uncertain(facts(&inventory, "aws_iam_role.app")));
}

#[test]
fn a_trust_policy_names_everyone_in_every_spelling() {
    for principal in [
        json!("*"),
        json!({"AWS": "*"}),
        json!({"AWS": ["arn:aws:iam::111111111111:root", "*"]}),
        json!({"AWS": "arn:aws:iam::*:root"}),
    ] {
        let trust = policy(&json!([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}]));
        let inventory = inventory(&[Planned(
            "aws_iam_role.open",
            json!({"name": "open", "assume_role_policy": trust}),
            json!({}),
            json!({"name": {"constant_value": "open"}, "assume_role_policy": {}}),
        )]);
        let facts = facts(&inventory, "aws_iam_role.open");
        assert!(facts.trust.iter().any(|grant| grant.everyone == Value::Known(true)));
        assert_eq!(facts.workload, Value::Known(true));
    }
}
