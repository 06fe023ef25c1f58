//! Keys.

use serde_json::json;

use super::policy;
use crate::live::server::state::State;

/// Adds a key with everything that an audit asks of it.
fn key(state: &mut State, account: &str, region: &str, id: &str) {
    let arn = format!("arn:aws:kms:{region}:{account}:key/{id}");
    let policy = policy(account);
    let metadata = json!({
        "KeyId": id, "Arn": arn, "AWSAccountId": account, "Enabled": true, "KeyState": "Enabled",
        "KeyManager": "CUSTOMER", "KeyUsage": "ENCRYPT_DECRYPT", "KeySpec": "SYMMETRIC_DEFAULT",
        "MultiRegion": false, "CreationDate": 1.7e9,
    });
    state
        .at(account, region)
        .list("KMS.ListKeys", "Keys", json!({"KeyId": id, "KeyArn": arn}))
        .list("KMS.ListAliases", "Aliases", json!({"AliasName": format!("alias/{id}"), "TargetKeyId": id}))
        .detail("KMS.DescribeKey", id, json!({"KeyMetadata": metadata}))
        .detail("KMS.GetKeyRotationStatus", id, json!({"KeyRotationEnabled": true}))
        .detail("KMS.GetKeyPolicy", id, json!({"Policy": policy}))
        .list_of("KMS.ListResourceTags", id, "Tags", json!({"TagKey": "team", "TagValue": "data"}));
}

/// Adds so many keys.
pub(in crate::live) fn keys(state: &mut State, account: &str, region: &str, count: usize) {
    for number in 0..count {
        key(state, account, region, &format!("key-{number}"));
    }
}
