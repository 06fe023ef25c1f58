//! Whose credentials: access keys of this server end in the number of their account.

use super::http::{Reply, Request};

/// Returns the account of an access key.
pub(crate) fn account_of(key: &str) -> Option<String> {
    let account = key.get(key.len().checked_sub(12)?..)?;
    account.bytes().all(|byte| byte.is_ascii_digit()).then(|| account.to_owned())
}

/// An access key of an account.
pub(crate) fn key_of(account: &str) -> String {
    format!("AKIA{account}")
}

/// Answers `GetCallerIdentity` and `AssumeRole`. Nobody may assume a role that is named `denied`.
pub(crate) fn answer(request: &Request, account: &str) -> Reply {
    let body = String::from_utf8_lossy(&request.body).replace("%3A", ":").replace("%2F", "/");
    let field = |name: &str| {
        body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default().to_owned()
    };
    let result = match field("Action").as_str() {
        "GetCallerIdentity" => {
            format!("<Arn>arn:aws:iam::{account}:user/tester</Arn><UserId>AIDA</UserId><Account>{account}</Account>")
        }
        "AssumeRole" if field("RoleArn").ends_with("/denied") => {
            let body = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
            return Reply::Answer(403, vec![("content-type", "text/xml".to_owned())], body.to_owned());
        }
        "AssumeRole" => {
            let arn = field("RoleArn");
            let of = arn.split(':').nth(4).unwrap_or_default().to_owned();
            format!(
                "<Credentials><AccessKeyId>ASIA{of}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>\
                 <SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
                 <AssumedRoleUser><Arn>{arn}</Arn><AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser>"
            )
        }
        other => panic!("the server does not know {other}"),
    };
    let action = field("Action");
    let body = format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{action}Response>"
    );
    Reply::Answer(200, vec![("content-type", "text/xml".to_owned())], body)
}
