//! Who asks, and where: callers, roles of other accounts, regions.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use super::request::Request;
use super::state::{SECRET, State, TOKEN};

/// A body, or status and code of an error.
type Answered = Result<Value, (u16, &'static str)>;

pub(super) fn answer(state: &State, request: &Request, sessions: &AtomicU64) -> Option<Answered> {
    match (request.service.sdk, request.operation.as_str()) {
        ("STS", "GetCallerIdentity") => Some(Ok(json!({
            "Arn": if request.key.starts_with("ASIA") {
                format!("arn:aws:sts::{}:assumed-role/HfscanAudit/hfscan", request.account)
            } else {
                format!("arn:aws:iam::{}:user/auditor", request.account)
            },
            "UserId": "AIDAEXAMPLE",
            "Account": request.account,
        }))),
        ("STS", "AssumeRole") => Some(assume(state, request, sessions)),
        ("EC2", "DescribeRegions") => {
            let regions = state.regions.iter().map(|(region, is_enabled)| {
                let status = if *is_enabled { "opt-in-not-required" } else { "not-opted-in" };
                json!({"regionName": region, "regionEndpoint": format!("ec2.{region}.amazonaws.com"), "optInStatus": status})
            });
            Some(Ok(json!({"regionInfo": regions.collect::<Vec<_>>()})))
        }
        _ => None,
    }
}

fn assume(state: &State, request: &Request, sessions: &AtomicU64) -> Answered {
    let arn = request.parameter("RoleArn").unwrap_or_default();
    let account = arn.split(':').nth(4).unwrap_or_default();
    let trust = state.trusts.get(account).cloned().unwrap_or_default();
    let is_known = trust.external_id.is_none() || trust.external_id.as_deref() == request.parameter("ExternalId");
    if trust.is_denied || !is_known {
        return Err((403, "AccessDenied"));
    }
    let number = sessions.fetch_add(1, Ordering::Relaxed);
    let account = trust.leads_to.as_deref().unwrap_or(account);
    Ok(json!({
        "Credentials": {
            "AccessKeyId": format!("ASIA{account}{number:04X}"),
            "SecretAccessKey": SECRET,
            "SessionToken": TOKEN,
            "Expiration": "2099-01-01T00:00:00Z",
        },
        "AssumedRoleUser": {"AssumedRoleId": "AROAEXAMPLE:hfscan", "Arn": arn},
    }))
}
