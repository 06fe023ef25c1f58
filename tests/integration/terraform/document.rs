//! What counts as a plan, and what the others are told.

use std::fmt::Write as _;

use hfscan::collect::terraform::{Failure, Plan};
use serde_json::json;

use super::{parse, plan};

fn change(address: &str, actions: &[&str]) -> serde_json::Value {
    json!({"address": address, "mode": "managed", "type": "aws_x", "name": "y",
        "change": {"actions": actions, "after": {"a": 1}, "after_unknown": {}}})
}

fn addresses(plan: &Plan) -> Vec<String> {
    plan.resources().iter().map(|resource| resource.address.to_string()).collect()
}

#[test]
fn actions_decide_what_exists() {
    let mut deposed = change("aws_x.deposed", &["create"]);
    deposed["deposed"] = json!("abc");
    // Somebody deleted it, and the code does not have it any more.
    let nothing = json!({"address": "aws_x.nothing", "change": {"actions": ["no-op"], "before": null, "after": null}});
    // It stays in the account.
    let mut forgotten = change("aws_x.forgotten", &["forget"]);
    forgotten["change"]["before"] = json!({"a": 0});
    let plan = plan(&json!({"resource_changes": [
        change("aws_x.a", &["create"]), change("aws_x.b", &["delete"]), change("aws_x.c", &["forget"]),
        change("aws_x.d", &["delete", "create"]), change("aws_x.e", &["create", "delete"]), change("aws_x.f", &["no-op"]),
        change("aws_x.g", &["update"]), change("data.aws_x.h", &["read"]), deposed, nothing, forgotten,
    ], "prior_state": {"values": {"root_module": {
        "resources": [{"address": "aws_x.b", "values": {}}, {"address": "aws_x.untargeted", "values": {"a": 1}}],
        "child_modules": [{"resources": [{"address": "module.m.data.aws_x.i", "mode": "data", "values": {"a": 1}}]}],
    }}}}));
    assert_eq!(
        addresses(&plan),
        [
            "aws_x.a",
            "aws_x.d",
            "aws_x.e",
            "aws_x.f",
            "aws_x.g",
            "data.aws_x.h",
            "aws_x.forgotten",
            "aws_x.untargeted",
            "module.m.data.aws_x.i",
        ]
    );
    let kept = plan.position_of("aws_x.forgotten").unwrap();
    assert_eq!(plan.open(kept).unwrap().block(&plan).integer("a"), Some(0).into());
}

#[test]
fn resources_know_their_place() {
    let mut text = String::from("log {line}\n2026 info: {}\n{\"resource_changes\": [\n");
    for index in 0..50 {
        let _ = writeln!(
            text,
            "  {{\"name\": \"ü\", \"address\": \"aws_x.y[{index}]\", \"change\": {{\"actions\": [\"create\"]}}}},"
        );
    }
    text.push_str("  {\"address\": \"aws_x.last\"}]}\nDone.\n");
    let plan = parse(text.as_bytes()).unwrap();
    assert_eq!(plan.resources().len(), 51);
    let position = plan.resources()[7].position;
    assert_eq!((position.line, position.column), (11, 28));
    assert_eq!(plan.warnings().len(), 3, "{:?}", plan.warnings());
}

#[test]
fn planned_values_serve_where_there_are_no_changes() {
    let plan = plan(&json!({
        "planned_values": {"root_module": {"resources": [{"address": "aws_x.y", "mode": "managed", "type": "aws_x", "name": "y", "values": {"a": 1}}]}},
        "configuration": {"root_module": {"resources": [{"address": "aws_x.y", "mode": "managed", "type": "aws_x", "name": "y",
            "expressions": {"key": {"references": ["aws_k.k.arn", "aws_k.k"]}, "a": {"constant_value": 1}}}]}},
    }));
    assert!(plan.warnings().iter().any(|warning| warning.contains("planned_values")));
    let opened = plan.open(0).unwrap();
    assert!(opened.block(&plan).is_unknown("key").is_some());
    assert!(opened.block(&plan).is_unknown("a").is_none());
}

#[test]
fn an_empty_plan_is_no_error() {
    for text in [r#"{"format_version":"1.2","planned_values":{"root_module":{}}}"#, r#"{"resource_changes":[]}"#] {
        assert!(parse(text.as_bytes()).unwrap().resources().is_empty());
    }
}

#[test]
fn the_plan_tells_its_gaps() {
    let plan = plan(&json!({"format_version": "2.0", "resource_changes": [], "errored": true,
        "deferred_changes": [{"reason": "x", "resource_change": {"address": "aws_x.later"}}]}));
    assert_eq!(plan.gaps().len(), 2);
    assert_eq!(plan.gaps()[1].subject, "aws_x.later");
    assert!(plan.warnings().iter().any(|warning| warning.contains("newer")));
}

#[test]
fn everything_else_is_named() {
    let failure = |text: &str| parse(text.as_bytes()).unwrap_err();
    assert!(matches!(failure(""), Failure::Empty { .. }));
    assert!(matches!(failure(" \n"), Failure::Empty { .. }));
    assert!(matches!(
        failure(r#"{"version":4,"terraform_version":"1.5","serial":1,"lineage":"x","resources":[]}"#),
        Failure::State { .. }
    ));
    assert!(matches!(failure(r#"{"format_version":"1.0","values":{"root_module":{}}}"#), Failure::State { .. }));
    assert!(matches!(failure(r#"[{"resource_changes":[]}]"#), Failure::NotAPlan { .. }));
    assert!(matches!(failure(r#"{"Resources":{}}"#), Failure::NotAPlan { .. }));
    assert!(matches!(failure("\"text\""), Failure::NotAPlan { .. }));
    assert!(matches!(failure("just words"), Failure::NotAPlan { .. }));
    assert!(matches!(failure("# comment\n\nresource \"aws_x\" \"y\" {\n  a = 1\n}\n"), Failure::Configuration { .. }));
    assert!(matches!(failure("terraform {\n}\n"), Failure::Configuration { .. }));
    assert!(matches!(
        failure("Terraform will perform the following actions:\n\n  + resource \"a\" \"b\" {\n"),
        Failure::Text { .. }
    ));
    assert!(matches!(failure("{\"resource_changes\": [{\"address\": \"a.b\""), Failure::Truncated { .. }));
    assert!(matches!(failure("{\"resource_changes\": 5}"), Failure::NotAPlan { .. }));
    let Failure::Syntax { position, message, .. } = failure("{\"resource_changes\": [\n  {\"address\": secret}]}")
    else {
        panic!("not a syntax error")
    };
    assert_eq!((position.line, message.contains("secret")), (2, false));
}

#[test]
fn members_of_wrong_types_do_not_stop_the_rest() {
    let plan = plan(
        &json!({"format_version": 1, "terraform_version": null, "variables": [], "configuration": 7, "prior_state": "x",
        "resource_changes": [{"address": null}, {"address": 5, "type": "aws_x", "name": "y", "change": {"actions": "create"}}, {"address": "a b"}]}),
    );
    assert_eq!(addresses(&plan), ["aws_x.y"]);
    assert!(!plan.gaps().is_empty());
}
