//! Parts find their owners: by another part that comes later, and outside of the plan.

use std::collections::BTreeMap;

use hfscan::collect::terraform::{Plan, aws};
use hfscan::inventory::aws::efs::FileSystem;
use hfscan::inventory::aws::s3::Bucket;
use hfscan::inventory::{Kind as _, Resource, Value};
use hfscan::source::Source;
use serde_json::{Value as Json, json};

fn change(type_name: &str, name: &str, after: &Json, unknown: &Json) -> Json {
    json!({
        "address": format!("{type_name}.{name}"), "mode": "managed", "type": type_name, "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {"actions": ["create"], "before": null, "after": after, "after_unknown": unknown},
    })
}

fn written(type_name: &str, name: &str, references: &[&str]) -> Json {
    json!({
        "address": format!("{type_name}.{name}"), "mode": "managed", "type": type_name, "name": name,
        "provider_config_key": "aws", "schema_version": 0,
        "expressions": {"bucket": {"references": references}},
    })
}

fn collect(changes: &[Json], configuration: &[Json]) -> (Vec<Resource>, BTreeMap<String, usize>) {
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": changes,
        "configuration": {"root_module": {"resources": configuration}},
    });
    let source = Source::from_bytes("plan.json".into(), plan.to_string().into_bytes());
    let collected = aws::collect(&Plan::parse(source).unwrap()).unwrap();
    (collected.resources, collected.skipped)
}

const POLICY: &str = r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}"#;

#[test]
fn an_owner_is_found_by_a_part_that_comes_later() {
    let after = json!({"rule": [{"id": "x", "status": "Enabled"}]});
    let unknown = json!({"bucket": true});
    let (resources, skipped) = collect(
        &[
            change("aws_s3_bucket", "a", &json!({}), &unknown),
            change("aws_s3_bucket_lifecycle_configuration", "a", &after, &unknown),
            change(
                "aws_s3_bucket_versioning",
                "a",
                &json!({"versioning_configuration": [{"status": "Enabled"}]}),
                &unknown,
            ),
        ],
        &[
            json!({"address": "aws_s3_bucket.a", "mode": "managed", "type": "aws_s3_bucket", "name": "a"}),
            written(
                "aws_s3_bucket_lifecycle_configuration",
                "a",
                &["aws_s3_bucket_versioning.a.bucket", "aws_s3_bucket_versioning.a"],
            ),
            written("aws_s3_bucket_versioning", "a", &["aws_s3_bucket.a.id", "aws_s3_bucket.a"]),
        ],
    );
    assert_eq!((resources.len(), skipped), (1, BTreeMap::new()));
    let bucket = Bucket::attributes(&resources[0].attributes).unwrap();
    assert_eq!(bucket.lifecycle, Value::Known(true));
    assert_eq!(bucket.versioning, Value::Known(Some("Enabled".to_owned())));
}

#[test]
fn parts_of_a_bucket_elsewhere_make_one_bucket() {
    let block = json!({"bucket": "elsewhere", "block_public_acls": true});
    let (resources, skipped) = collect(
        &[
            change("aws_s3_bucket_policy", "p", &json!({"bucket": "elsewhere", "policy": POLICY}), &json!({})),
            change("aws_s3_bucket_public_access_block", "p", &block, &json!({})),
        ],
        &[],
    );
    assert_eq!((resources.len(), skipped), (1, BTreeMap::new()));
    let bucket = Bucket::attributes(&resources[0].attributes).unwrap();
    assert!(bucket.policy.known().is_some_and(Option::is_some));
    assert!(bucket.public_access_block.known().is_some_and(Option::is_some));
    assert!(bucket.encryption.known().is_none());
}

#[test]
fn policies_whose_owner_cannot_be_told_are_each_judged() {
    let policy = |name| {
        let after = json!({"policy": POLICY});
        change("aws_efs_file_system_policy", name, &after, &json!({"file_system_id": true}))
    };
    let (resources, skipped) = collect(&[policy("a"), policy("b")], &[]);
    assert_eq!((resources.len(), skipped), (2, BTreeMap::new()));
    for resource in &resources {
        let system = FileSystem::attributes(&resource.attributes).unwrap();
        assert!(system.policy.known().is_some_and(Option::is_some), "{}", resource.id);
    }
}
