//! Buckets, file systems and repositories, as Config records them. Nearly all that it tells of a bucket
//! stands in documents beside the bucket's own.

use aws_sdk_s3::types::{Grant, Grantee, Permission, Type};

use super::row::{Node, Row, left_out};
use super::rows::Rows;
use crate::collect::aws::context::{Context, Described, links};
use crate::collect::aws::document;
use crate::collect::aws::services::s3::acl;
use crate::inventory::aws::ecr::Repository;
use crate::inventory::aws::efs::FileSystem;
use crate::inventory::aws::iam::PolicyDocument;
use crate::inventory::aws::s3::{Bucket, Encryption, PublicAccessBlock};
use crate::inventory::{Linked, Value};

pub(super) fn collect(context: &Context, rows: &Rows) {
    for row in rows.of("AWS::S3::Bucket") {
        let Some(name) = row.configuration().text("name").or_else(|| row.head("resourceName").map(str::to_owned))
        else {
            continue;
        };
        context.add_in(
            row.region(),
            Described {
                arn: format!("arn:{}:s3:::{name}", context.partition()),
                type_name: "AWS::S3::Bucket",
                name: Some(name.clone()),
                identifiers: vec![name.clone()],
                tags: row.tags(),
                attributes: bucket(row, name),
            },
        );
    }
    for row in rows.of("AWS::EFS::FileSystem") {
        let document = row.configuration();
        let Some(id) = document.text("FileSystemId").or_else(|| row.head("resourceId").map(str::to_owned)) else {
            continue;
        };
        context.add(Described {
            arn: document.text("Arn").unwrap_or_else(|| context.arn("elasticfilesystem", &format!("file-system/{id}"))),
            type_name: "AWS::EFS::FileSystem",
            name: None,
            identifiers: vec![id],
            tags: row.tags(),
            attributes: file_system(document),
        });
    }
    for row in rows.of("AWS::ECR::Repository") {
        let document = row.configuration();
        let Some(name) = document.text("RepositoryName").or_else(|| row.head("resourceName").map(str::to_owned)) else {
            continue;
        };
        context.add(Described {
            arn: document.text("Arn").unwrap_or_else(|| context.arn("ecr", &format!("repository/{name}"))),
            type_name: "AWS::ECR::Repository",
            name: Some(name.clone()),
            identifiers: vec![name],
            tags: row.tags(),
            attributes: Repository { policy: policy(document, "RepositoryPolicyText") },
        });
    }
}

/// A resource policy of a document in the casing of `CloudFormation`. Config does not promise to record it:
/// left out, it may be there all the same.
pub(super) fn policy(told: Node<'_>, path: &str) -> Value<Option<PolicyDocument>> {
    told.document(path).map_or_else(|| left_out(path), |text| document::optional(Some(&text)))
}

fn file_system(document: Node<'_>) -> FileSystem {
    FileSystem {
        encrypted: document.told_flag("Encrypted"),
        kms_key: document.link("KmsKeyId"),
        policy: policy(document, "FileSystemPolicy"),
        backup: document
            .told_text("BackupPolicy.Status")
            .map(|status| matches!(status.as_str(), "ENABLED" | "ENABLING")),
    }
}

fn bucket(row: &Row, name: String) -> Bucket {
    // Config leaves the document out for what a bucket lacks, and for what it could not read: both are
    // unknown. Policy, logging and versioning always have a document; it is empty where there is none.
    Bucket {
        bucket: Value::Known(Some(name)),
        encryption: of(row, "ServerSideEncryptionConfiguration", encryption),
        public_access_block: of(row, "PublicAccessBlockConfiguration", public_access_block).map(Some),
        versioning: of(row, "BucketVersioningConfiguration", |told| {
            told.told_text("status").map(|status| (status != "Off").then_some(status))
        }),
        policy: of(row, "BucketPolicy", |told| told.or_nothing("policyText", |text| policy(told, text))),
        acl: of(row, "AccessControlList", canned),
        object_ownership: left_out("the object ownership of a bucket"),
        logging_target: of(row, "BucketLoggingConfiguration", |told| told.link("destinationBucketName")),
        lifecycle: of(row, "BucketLifecycleConfiguration", |told| {
            told.if_list("rules", Value::Known(told.list("rules").next().is_some()))
        }),
        replication: of(row, "BucketReplicationConfiguration", replication),
        provider_configuration: None,
    }
}

/// Reads a document that Config keeps beside the bucket's own; unknown if it keeps none.
fn of<T>(row: &Row, name: &str, read: impl FnOnce(Node<'_>) -> Value<T>) -> Value<T> {
    row.supplement(name).map_or_else(|| left_out(name), |document| read(Node::from(&document)))
}

fn encryption(told: Node<'_>) -> Value<Option<Encryption>> {
    let Some(rule) = told.list("rules").next() else { return told.if_list("rules", Value::Known(None)) };
    let by_default = "applyServerSideEncryptionByDefault";
    Value::Known(Some(Encryption {
        algorithm: rule.some_text(&format!("{by_default}.sseAlgorithm")),
        kms_key: rule.link(&format!("{by_default}.kmsMasterKeyID")),
        bucket_key_enabled: rule.told_flag("bucketKeyEnabled"),
    }))
}

fn public_access_block(told: Node<'_>) -> Value<PublicAccessBlock> {
    Value::Known(PublicAccessBlock {
        block_public_acls: told.told_flag("blockPublicAcls"),
        block_public_policy: told.told_flag("blockPublicPolicy"),
        ignore_public_acls: told.told_flag("ignorePublicAcls"),
        restrict_public_buckets: told.told_flag("restrictPublicBuckets"),
    })
}

/// The rules stand by their names.
fn replication(told: Node<'_>) -> Linked {
    let Some(rules) = told.entries("rules") else { return left_out("the replication rules of a bucket") };
    let buckets: Option<Vec<String>> = rules.map(|rule| rule.text("destinationConfig.bucketARN")).collect();
    buckets.map_or_else(|| left_out("where a bucket replicates to"), links)
}

fn canned(told: Node<'_>) -> Value<Option<String>> {
    let grants: Option<Vec<Grant>> = told.list("grantList").map(grant).collect();
    match (told.text("owner.id"), grants) {
        (Some(owner), Some(grants)) => told.if_list("grantList", Value::Known(acl::canned(&owner, &grants))),
        _ => left_out("the grants of a bucket"),
    }
}

/// A grant as the SDK has it that Config uses: groups stand by their names.
fn grant(told: Node<'_>) -> Option<Grant> {
    let permission = match told.text("permission")?.as_str() {
        "FullControl" => Permission::FullControl,
        "Read" => Permission::Read,
        "ReadAcp" => Permission::ReadAcp,
        "Write" => Permission::Write,
        "WriteAcp" => Permission::WriteAcp,
        _ => return None,
    };
    let grantee = match (told.text("grantee"), told.text("grantee.id")) {
        (_, Some(id)) => Grantee::builder().r#type(Type::CanonicalUser).id(id),
        (Some(group), None) => {
            let path = match group.as_str() {
                "AllUsers" => "global/AllUsers",
                "AuthenticatedUsers" => "global/AuthenticatedUsers",
                "LogDelivery" => "s3/LogDelivery",
                _ => return None,
            };
            Grantee::builder().r#type(Type::Group).uri(format!("http://acs.amazonaws.com/groups/{path}"))
        }
        (None, None) => return None,
    };
    Some(Grant::builder().grantee(grantee.build().ok()?).permission(permission).build())
}
