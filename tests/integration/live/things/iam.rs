//! Who may do what.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::{policy, tags};
use crate::live::server::state::State;

/// Where IAM is asked.
const HOME: &str = "us-east-1";

fn encoded(account: &str) -> String {
    utf8_percent_encode(&policy(account), NON_ALPHANUMERIC).to_string()
}

/// Adds a role.
pub(in crate::live) fn role(state: &mut State, account: &str, name: &str) {
    let role = json!({
        "Path": "/", "RoleName": name, "RoleId": "AROA1", "Arn": format!("arn:aws:iam::{account}:role/{name}"),
        "CreateDate": "2026-01-01T00:00:00Z", "AssumeRolePolicyDocument": encoded(account),
        "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": encoded(account)}],
        "AttachedManagedPolicies": [{"PolicyName": "read", "PolicyArn": format!("arn:aws:iam::{account}:policy/read")}],
        "InstanceProfileList": [{
            "Path": "/", "InstanceProfileName": name, "InstanceProfileId": "AIPA1",
            "Arn": format!("arn:aws:iam::{account}:instance-profile/{name}"),
            "CreateDate": "2026-01-01T00:00:00Z", "Roles": [],
        }],
        "Tags": tags(),
    });
    state.at(account, HOME).list("IAM.GetAccountAuthorizationDetails", "RoleDetailList", role);
}

pub(super) fn all(state: &mut State, account: &str) {
    role(state, account, "app");
    let provider = format!("arn:aws:iam::{account}:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/A1");
    state
        .at(account, HOME)
        .list(
            "IAM.GetAccountAuthorizationDetails",
            "UserDetailList",
            json!({
                "Path": "/", "UserName": "ann", "UserId": "AIDA1", "Arn": format!("arn:aws:iam::{account}:user/ann"),
                "GroupList": ["admins"], "UserPolicyList": [], "AttachedManagedPolicies": [], "Tags": tags(),
            }),
        )
        .list(
            "IAM.GetAccountAuthorizationDetails",
            "GroupDetailList",
            json!({
                "Path": "/", "GroupName": "admins", "GroupId": "AGPA1", "GroupPolicyList": [],
                "Arn": format!("arn:aws:iam::{account}:group/admins"), "AttachedManagedPolicies": [],
            }),
        )
        .list(
            "IAM.GetAccountAuthorizationDetails",
            "Policies",
            json!({
                "PolicyName": "read", "PolicyId": "ANPA1", "Arn": format!("arn:aws:iam::{account}:policy/read"),
                "Path": "/", "DefaultVersionId": "v1",
                "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": encoded(account)}],
            }),
        )
        .list("IAM.ListOpenIDConnectProviders", "OpenIDConnectProviderList", json!({"Arn": provider}))
        .detail(
            "IAM.GetOpenIDConnectProvider",
            &provider,
            json!({
                "Url": "oidc.eks.us-east-1.amazonaws.com/id/A1", "ClientIDList": ["sts.amazonaws.com"], "Tags": tags(),
            }),
        );
}
