//! Names of fields, held against what reads them: a document with every field that Config has must leave
//! nothing unknown but what Config does not have, and each of them must make a difference.

mod samples;

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::sources::SOURCES;
use super::tests::read;
use crate::inventory::Resource;
use samples::rows;

/// What is unknown though Config tells all that it has.
const UNTOLD: &[&str] = &[
    "aws.elb.load_balancer: web_acl_attached",
    "aws.elb.load_balancer: web_acls",
    "aws.kms.key: aliases",
    "aws.s3.bucket: object_ownership",
];

/// Names that only decide whether something counts, or that stand in for another: they change nothing here.
const IDLE: &[&str] = &[
    "AWS::EC2::Instance: configuration.state",
    "AWS::EC2::Instance: configuration.state.name",
    "AWS::EC2::NatGateway: configuration.state",
    "AWS::EC2::NatGateway: configuration.state.value",
    "AWS::EC2::NatGateway: configuration.vpcId",
    "AWS::EC2::NetworkInterface: configuration.attachment.deleteOnTermination",
    "AWS::EC2::NetworkInterface: configuration.attachment.deviceIndex",
    "AWS::EC2::NetworkInterface: configuration.attachment.instanceOwnerId",
    "AWS::EC2::NetworkInterface: configuration.attachment.status",
    "AWS::EC2::NetworkInterface: configuration.requesterManaged",
    "AWS::KMS::Key: configuration.customerMasterKeySpec",
    "AWS::KMS::Key: configuration.enabled",
    "AWS::KMS::Key: configuration.keyManager",
    "AWS::KMS::Key: configuration.origin",
];

/// Paths of values that are unknown, by kind.
fn unknown(rows: &[Json]) -> BTreeSet<String> {
    fn collect(json: &Json, path: &str, found: &mut BTreeSet<String>) {
        let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match json {
            Json::Object(fields) if fields.contains_key("$unknown") => found.extend([path.to_owned()]),
            Json::Object(fields) => fields.iter().for_each(|(key, value)| collect(value, &below(key), found)),
            Json::Array(items) => items.iter().for_each(|item| collect(item, path, found)),
            _ => {}
        }
    }
    let mut all = BTreeSet::new();
    for resource in read(rows) {
        let mut found = BTreeSet::new();
        collect(&serde_json::to_value(&resource.attributes).unwrap(), "", &mut found);
        all.extend(found.iter().map(|path| format!("{}: {path}", resource.kind())));
    }
    all
}

fn owned(paths: &[&str]) -> BTreeSet<String> {
    paths.iter().map(|&path| path.to_owned()).collect()
}

#[test]
fn every_type_has_a_sample_and_makes_its_kinds() {
    let rows = rows(true);
    let sampled: BTreeSet<&str> = rows.iter().filter_map(|row| row["resourceType"].as_str()).collect();
    assert_eq!(sampled, SOURCES.iter().map(|source| source.type_name).collect());
    let made: BTreeSet<&str> = read(&rows).iter().map(Resource::kind).collect();
    assert_eq!(made, super::sources::told());
}

#[test]
fn nothing_that_config_tells_is_read_by_another_name() {
    assert_eq!(unknown(&rows(true)), owned(UNTOLD));
}

#[test]
fn what_was_seen_nowhere_is_unknown_and_no_default() {
    let guessed = [
        "aws.ecr.repository: policy",
        "aws.efs.file_system: policy",
        "aws.eks.cluster: authentication_mode",
        "aws.eks.cluster: auto_mode",
        "aws.rds.cluster: global_cluster",
        "aws.rds.instance: deletion_protection",
    ];
    let more = &unknown(&rows(false)) - &owned(UNTOLD);
    assert_eq!(more, owned(&guessed));
}

/// Pointers to every field below a document.
fn fields(json: &Json, pointer: &str, found: &mut Vec<(String, String)>) {
    match json {
        Json::Object(fields_of_it) => {
            for (key, value) in fields_of_it {
                found.push((pointer.to_owned(), key.clone()));
                fields(value, &format!("{pointer}/{key}"), found);
            }
        }
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                fields(item, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_name_makes_a_difference() {
    let told = |rows: &[Json]| format!("{:?}", read(rows));
    let rows = rows(true);
    let whole = told(&rows);
    let (mut idle, mut used) = (BTreeSet::new(), BTreeSet::new());
    for (index, row) in rows.iter().enumerate() {
        let mut found = Vec::new();
        for document in ["configuration", "supplementaryConfiguration"] {
            fields(&row[document], &format!("/{document}"), &mut found);
        }
        for (holder, key) in found {
            let mut without = rows.clone();
            without[index].pointer_mut(&holder).and_then(Json::as_object_mut).unwrap().remove(&key);
            // The same name in another element of a list is the same name.
            let path = holder.split('/').skip(1).filter(|part| part.parse::<usize>().is_err());
            let path: Vec<&str> = path.chain([key.as_str()]).collect();
            let name = format!("{}: {}", row["resourceType"].as_str().unwrap(), path.join("."));
            if told(&without) == whole {
                idle.insert(name)
            } else {
                used.insert(name)
            };
        }
    }
    assert_eq!(&idle - &used, owned(IDLE));
}
