//! Load balancers, databases and buckets end to end: small plans as Terraform writes them, and what
//! the built-in rules say of them. Each case is a trap of a control's record.

use std::collections::BTreeMap;

use hfscan::collect::terraform::{Plan, aws};
use hfscan::evaluate::RuleSet;
use hfscan::pipeline::{self, Selection};

use hfscan::relate::relate;
use hfscan::source::Source;
use serde_json::{Map, Value, json};

/// A resource with what is known of it, and the references of what is not.
fn resource(address: &str, known: Value, references: Value) -> (String, Value, Value) {
    (address.to_owned(), known, references)
}

fn expression(value: &Value) -> Value {
    match value {
        Value::Array(items) if items.iter().any(Value::is_object) => items
            .iter()
            .map(|item| {
                item.as_object().unwrap().iter().map(|(k, v)| (k.clone(), expression(v))).collect::<Map<_, _>>()
            })
            .map(Value::Object)
            .collect(),
        constant => json!({"constant_value": constant}),
    }
}

fn plan(resources: &[(String, Value, Value)]) -> String {
    let mut changes = Vec::new();
    let mut written = Vec::new();
    for (address, known, references) in resources {
        let (type_name, name) = address.split_once('.').unwrap();
        let mut unknown: Map<String, Value> =
            references.as_object().unwrap().keys().map(|key| (key.clone(), json!(true))).collect();
        unknown.insert("id".to_owned(), json!(true));
        unknown.insert("arn".to_owned(), json!(true));
        let mut expressions: Map<String, Value> =
            known.as_object().unwrap().iter().map(|(k, v)| (k.clone(), expression(v))).collect();
        for (key, reference) in references.as_object().unwrap() {
            let whole = reference.as_str().unwrap();
            let parent = whole.rsplit_once('.').unwrap().0;
            expressions.insert(key.clone(), json!({"references": [whole, parent]}));
        }
        changes.push(json!({
            "address": address, "mode": "managed", "type": type_name, "name": name,
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {"actions": ["create"], "before": null, "after": known, "after_unknown": unknown,
                "before_sensitive": false, "after_sensitive": {}},
        }));
        written.push(json!({
            "address": address, "mode": "managed", "type": type_name, "name": name,
            "provider_config_key": "aws", "schema_version": 0, "expressions": expressions,
        }));
    }
    json!({
        "format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {"root_module": {}},
        "resource_changes": changes,
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws",
                "expressions": {"region": {"constant_value": "eu-west-1"}}}},
            "root_module": {"resources": written},
        },
    })
    .to_string()
}

/// Outcomes by rule and resource.
fn judge(resources: &[(String, Value, Value)], complete: bool) -> BTreeMap<(String, String), String> {
    let source = Source::from_bytes("plan.json".into(), plan(resources).into_bytes());
    let collected = aws::collect(&Plan::parse(source).unwrap()).unwrap();
    let inventory = relate(collected.resources, collected.gaps, complete);
    let selected = pipeline::rules(&Selection::default()).unwrap();
    let rules = RuleSet::compile(&selected).unwrap();
    rules
        .evaluate(&inventory)
        .into_iter()
        .map(|verdict| {
            let rule = selected.rules[verdict.rule].rule.id.to_string();
            let outcome = serde_json::to_value(verdict.outcome).unwrap();
            ((rule, inventory.id(verdict.resource).to_owned()), outcome.as_str().unwrap().to_owned())
        })
        .collect()
}

fn outcome(resources: &[(String, Value, Value)], rule: &str, resource: &str) -> String {
    outcome_if(resources, rule, resource, false)
}

fn outcome_if(resources: &[(String, Value, Value)], rule: &str, resource: &str, complete: bool) -> String {
    judge(resources, complete)
        .remove(&(rule.to_owned(), resource.to_owned()))
        .unwrap_or_else(|| panic!("{rule} does not judge {resource}"))
}

fn balancer() -> (String, Value, Value) {
    resource("aws_alb.a", json!({"name": "a", "load_balancer_type": "application"}), json!({}))
}

fn https(known: Value, references: Value) -> (String, Value, Value) {
    let mut known = known;
    known["port"] = json!(443);
    known["protocol"] = json!("HTTPS");
    known["default_action"] = json!([{"type": "fixed-response"}]);
    resource("aws_alb_listener.https", known, references)
}

#[test]
fn a_certificate_is_followed_to_the_service_that_keeps_it() {
    const RULE: &str = "aws-elb-https-with-acm-certificate";
    let acm = [
        balancer(),
        resource("aws_acm_certificate.c", json!({"domain_name": "a.example"}), json!({})),
        resource(
            "aws_acm_certificate_validation.v",
            json!({}),
            json!({"certificate_arn": "aws_acm_certificate.c.arn"}),
        ),
        https(
            json!({}),
            json!({"load_balancer_arn": "aws_alb.a.arn", "certificate_arn": "aws_acm_certificate_validation.v.certificate_arn"}),
        ),
    ];
    assert_eq!(outcome(&acm, RULE, "aws_alb.a"), "pass");
    let iam = [
        balancer(),
        resource("aws_iam_server_certificate.c", json!({"name": "c"}), json!({})),
        https(
            json!({}),
            json!({"load_balancer_arn": "aws_alb.a.arn", "certificate_arn": "aws_iam_server_certificate.c.arn"}),
        ),
    ];
    assert_eq!(outcome(&iam, RULE, "aws_alb.a"), "fail");
    let literal =
        |arn: &str| [balancer(), https(json!({"certificate_arn": arn}), json!({"load_balancer_arn": "aws_alb.a.arn"}))];
    assert_eq!(outcome(&literal("arn:aws:acm:eu-west-1:111122223333:certificate/c"), RULE, "aws_alb.a"), "pass");
    assert_eq!(outcome(&literal("arn:aws:iam::111122223333:server-certificate/c"), RULE, "aws_alb.a"), "fail");
    assert_eq!(outcome(&[balancer()], RULE, "aws_alb.a"), "fail");
}

#[test]
fn a_listener_that_may_belong_to_any_balancer_settles_nothing() {
    let plan = [
        balancer(),
        https(
            json!({"certificate_arn": "arn:aws:acm:eu-west-1:111122223333:certificate/c"}),
            json!({"load_balancer_arn": "random_id.x.hex"}),
        ),
    ];
    assert_eq!(outcome(&plan, "aws-elb-https-with-acm-certificate", "aws_alb.a"), "unknown");
}

#[test]
fn one_rule_that_forwards_opens_an_http_listener() {
    const RULE: &str = "aws-elb-http-redirects-to-https";
    let http = |redirect: Value| {
        resource(
            "aws_lb_listener.h",
            json!({"port": 80, "protocol": "HTTP", "default_action": [{"type": "redirect", "redirect": [redirect]}]}),
            json!({"load_balancer_arn": "aws_alb.a.arn"}),
        )
    };
    let rule = |references: Value| {
        resource("aws_lb_listener_rule.r", json!({"priority": 10, "action": [{"type": "forward"}]}), references)
    };
    let good = json!({"protocol": "HTTPS", "status_code": "HTTP_302"});
    let listener = "aws_lb_listener.h";
    assert_eq!(outcome(&[balancer(), http(good.clone())], RULE, listener), "pass");
    assert_eq!(outcome(&[balancer(), http(json!({"status_code": "HTTP_301"}))], RULE, listener), "fail");
    let ours = [balancer(), http(good.clone()), rule(json!({"listener_arn": "aws_lb_listener.h.arn"}))];
    assert_eq!(outcome(&ours, RULE, listener), "fail");
    let anybody = [balancer(), http(good), rule(json!({"listener_arn": "random_id.x.hex"}))];
    assert_eq!(outcome(&anybody, RULE, listener), "unknown");
}

#[test]
fn a_web_acl_protects_the_balancer_that_it_is_associated_with() {
    const RULE: &str = "aws-elb-web-acl-attached";
    let association = |type_name: &str| {
        resource(
            &format!("{type_name}.a"),
            json!({"web_acl_arn": "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/x/1", "web_acl_id": "x"}),
            json!({"resource_arn": "aws_alb.a.arn"}),
        )
    };
    assert_eq!(outcome(&[balancer(), association("aws_wafv2_web_acl_association")], RULE, "aws_alb.a"), "pass");
    assert_eq!(outcome(&[balancer(), association("aws_wafregional_web_acl_association")], RULE, "aws_alb.a"), "fail");
    assert_eq!(outcome(&[balancer()], RULE, "aws_alb.a"), "unknown");
    assert_eq!(outcome_if(&[balancer()], RULE, "aws_alb.a", true), "fail");
}

#[test]
fn encryption_is_inherited() {
    const RULE: &str = "aws-rds-storage-encrypted";
    let source = |encrypted: bool| {
        resource(
            "aws_db_instance.s",
            json!({"identifier": "s", "engine": "postgres", "storage_encrypted": encrypted}),
            json!({}),
        )
    };
    let replica = || resource("aws_db_instance.r", json!({"replicate_source_db": "s"}), json!({}));
    assert_eq!(outcome(&[source(true), replica()], RULE, "aws_db_instance.r"), "pass");
    assert_eq!(outcome(&[source(false), replica()], RULE, "aws_db_instance.r"), "fail");
    assert_eq!(outcome(&[replica()], RULE, "aws_db_instance.r"), "unknown");
    let key_only = resource("aws_db_instance.k", json!({"engine": "postgres", "kms_key_id": "alias/x"}), json!({}));
    assert_eq!(outcome(&[key_only], RULE, "aws_db_instance.k"), "fail");
    let restored = resource("aws_db_instance.k", json!({"engine": "postgres", "snapshot_identifier": "x"}), json!({}));
    assert_eq!(outcome(&[restored], RULE, "aws_db_instance.k"), "unknown");
    let cluster = |known: Value, references: Value| resource("aws_rds_cluster.c", known, references);
    let aurora = json!({"engine": "aurora-mysql", "engine_mode": "provisioned"});
    assert_eq!(outcome(&[cluster(aurora.clone(), json!({}))], RULE, "aws_rds_cluster.c"), "fail");
    let serverless = json!({"engine": "aurora-mysql", "engine_mode": "serverless"});
    assert_eq!(outcome(&[cluster(serverless, json!({}))], RULE, "aws_rds_cluster.c"), "pass");
    let global =
        resource("aws_rds_global_cluster.g", json!({"engine": "aurora-mysql", "storage_encrypted": true}), json!({}));
    let member = cluster(aurora, json!({"global_cluster_identifier": "aws_rds_global_cluster.g.id"}));
    assert_eq!(outcome(&[global, member], RULE, "aws_rds_cluster.c"), "pass");
}

#[test]
fn a_member_of_a_cluster_is_public_where_its_subnets_are() {
    const RULE: &str = "aws-rds-no-public-address";
    let cluster = |references: Value| resource("aws_rds_cluster.c", json!({"engine": "aurora-mysql"}), references);
    let member = |known: Value| {
        resource("aws_rds_cluster_instance.m", known, json!({"cluster_identifier": "aws_rds_cluster.c.id"}))
    };
    let id = "aws_rds_cluster_instance.m";
    let aurora = json!({"engine": "aurora-mysql"});
    assert_eq!(outcome(&[cluster(json!({})), member(aurora.clone())], RULE, id), "fail", "default VPC");
    let elsewhere = cluster(json!({"db_subnet_group_name": "random_id.x.hex"}));
    assert_eq!(outcome(&[elsewhere, member(aurora)], RULE, id), "unknown");
    let written = member(json!({"engine": "aurora-mysql", "publicly_accessible": false}));
    assert_eq!(outcome(&[cluster(json!({})), written], RULE, id), "pass");
}

#[test]
fn the_parameter_that_demands_tls_is_the_groups_or_the_familys() {
    const RULE: &str = "aws-rds-tls-enforced";
    let database = |known: Value| resource("aws_db_instance.d", known, json!({}));
    let of = |known: Value| outcome(&[database(known)], RULE, "aws_db_instance.d");
    assert_eq!(of(json!({"engine": "postgres", "engine_version": "14.9"})), "fail");
    assert_eq!(of(json!({"engine": "postgres", "engine_version": "16"})), "pass");
    assert_eq!(of(json!({"engine": "postgres"})), "unknown");
    assert_eq!(of(json!({"engine": "postgres", "parameter_group_name": "default.postgres14"})), "fail");
    assert_eq!(of(json!({"engine": "postgres", "engine_version": "16", "parameter_group_name": "shared"})), "unknown");
    assert_eq!(of(json!({"engine": "oracle-ee"})), "not_applicable");
    let group = resource(
        "aws_db_parameter_group.g",
        json!({"name": "g", "family": "mysql8.0", "parameter": [{"name": "require_secure_transport", "value": "ON"}]}),
        json!({}),
    );
    let mysql = database(json!({"engine": "mysql", "engine_version": "8.0", "parameter_group_name": "g"}));
    assert_eq!(outcome(&[mysql, group], RULE, "aws_db_instance.d"), "pass");
}

#[test]
fn a_bucket_is_one_with_what_is_configured_for_it() {
    let bucket = |known: Value| resource("aws_s3_bucket.b", known, json!({}));
    let named = || bucket(json!({"bucket": "b"}));
    let inline = bucket(json!({"bucket": "b", "server_side_encryption_configuration":
        [{"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}]}]}]}));
    assert_eq!(outcome(&[inline], "aws-s3-default-encryption", "aws_s3_bucket.b"), "pass");
    assert_eq!(outcome(&[named()], "aws-s3-default-encryption", "aws_s3_bucket.b"), "fail");

    const RULE: &str = "aws-s3-public-access-blocked";
    let block = |type_name: &str, all: bool, known: Value, references: Value| {
        let mut known = known;
        for setting in ["block_public_acls", "block_public_policy", "ignore_public_acls"] {
            known[setting] = json!(true);
        }
        known["restrict_public_buckets"] = json!(all);
        resource(&format!("{type_name}.p"), known, references)
    };
    let own = |all: bool, known: Value, references: Value| {
        [named(), block("aws_s3_bucket_public_access_block", all, known, references)]
    };
    let id = "aws_s3_bucket.b";
    assert_eq!(outcome(&own(true, json!({"bucket": "b"}), json!({})), RULE, id), "pass");
    assert_eq!(outcome(&own(true, json!({}), json!({"bucket": "aws_s3_bucket.b.id"})), RULE, id), "pass");
    assert_eq!(outcome(&own(false, json!({"bucket": "b"}), json!({})), RULE, id), "fail");
    assert_eq!(outcome(&own(true, json!({}), json!({"bucket": "random_id.x.hex"})), RULE, id), "unknown");
    assert_eq!(outcome(&[named()], RULE, id), "unknown");
    assert_eq!(outcome_if(&[named()], RULE, id, true), "fail");
    let account = |all: bool| [named(), block("aws_s3_account_public_access_block", all, json!({}), json!({}))];
    assert_eq!(outcome(&account(true), RULE, id), "pass");
    assert_eq!(outcome_if(&account(false), RULE, id, true), "fail");
}
