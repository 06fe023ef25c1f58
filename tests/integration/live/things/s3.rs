//! Buckets.

use serde_json::json;

use super::{policy, tags};
use crate::live::server::state::State;

pub(super) fn all(state: &mut State, account: &str, regions: &[String]) {
    let block = json!({
        "BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true,
    });
    state.at(account, "*").detail("S3 Control.GetPublicAccessBlock", account, block.clone());
    for (number, region) in regions.iter().enumerate() {
        let name = format!("bucket-{account}-{region}");
        let mut bucket = json!({"Name": name, "CreationDate": "2026-01-01T00:00:00Z"});
        // Only some say where they are; the others must be asked.
        if number > 0 {
            bucket["BucketRegion"] = json!(region);
        }
        let location = if region == "us-east-1" { json!({}) } else { json!(region) };
        state
            .at(account, "*")
            .list("S3.ListBuckets", "Buckets/Bucket", bucket)
            .detail("S3.GetBucketLocation", &name, location)
            .detail("S3.GetBucketVersioning", &name, json!({"Status": "Enabled"}))
            .detail(
                "S3.GetBucketEncryption",
                &name,
                json!({"*Rule": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": true}]}),
            )
            .detail("S3.GetPublicAccessBlock", &name, block.clone())
            .detail("S3.GetBucketPolicy", &name, json!(policy(account)))
            .detail("S3.GetBucketAcl", &name, json!({"Owner": {"ID": "owner"}, "AccessControlList/Grant": []}))
            .detail("S3.GetBucketOwnershipControls", &name, json!({"*Rule": [{"ObjectOwnership": "BucketOwnerEnforced"}]}))
            .detail("S3.GetBucketLogging", &name, json!({"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": "a/"}}))
            .detail(
                "S3.GetBucketLifecycleConfiguration",
                &name,
                json!({"*Rule": [{"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}}]}),
            )
            .error("S3.GetBucketReplication", &name, "ReplicationConfigurationNotFoundError")
            .detail("S3.GetBucketTagging", &name, json!({"TagSet/Tag": tags()}));
    }
}
