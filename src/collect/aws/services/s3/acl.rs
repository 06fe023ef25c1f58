//! The canned ACL of a bucket, found again from its grants. S3 keeps grants only; one that no canned
//! ACL makes has no name, as in a plan that writes its grants out.

use std::collections::BTreeSet;

use aws_sdk_s3::types::{Grant, Grantee, Permission};

/// Who gets a grant, as far as canned ACLs tell people apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Owner,
    Everyone,
    AnyAccount,
    LogDelivery,
    Ec2,
    Other,
}

use Who::{AnyAccount, Ec2, Everyone, LogDelivery, Owner};

/// Canned ACLs of a bucket and what they grant besides the owner's full control:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl>.
const CANNED: &[(&str, &[(Who, &str)])] = &[
    ("private", &[]),
    ("public-read", &[(Everyone, "READ")]),
    ("public-read-write", &[(Everyone, "READ"), (Everyone, "WRITE")]),
    ("authenticated-read", &[(AnyAccount, "READ")]),
    ("log-delivery-write", &[(LogDelivery, "WRITE"), (LogDelivery, "READ_ACP")]),
    ("aws-exec-read", &[(Ec2, "READ")]),
];

/// The canonical user of Amazon EC2 that `aws-exec-read` names.
const EC2: &str = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b90c";

/// Returns the name of the canned ACL that makes exactly these grants.
pub(crate) fn canned(owner: &str, grants: &[Grant]) -> Option<String> {
    let told: BTreeSet<(Who, &str)> = grants
        .iter()
        .map(|grant| {
            let who = grant.grantee.as_ref().map_or(Who::Other, |grantee| who(owner, grantee));
            (who, grant.permission.as_ref().map_or("", Permission::as_str))
        })
        .collect();
    let made = |more: &[(Who, &'static str)]| {
        let mut grants: BTreeSet<(Who, &str)> = more.iter().copied().collect();
        grants.insert((Owner, "FULL_CONTROL"));
        grants
    };
    CANNED.iter().find(|(_, more)| made(more) == told).map(|(name, _)| (*name).to_owned())
}

fn who(owner: &str, grantee: &Grantee) -> Who {
    let group = grantee.uri.as_deref().and_then(|uri| uri.split_once("acs.amazonaws.com/groups/"));
    match (group, grantee.id.as_deref()) {
        (Some((_, "global/AllUsers")), _) => Everyone,
        (Some((_, "global/AuthenticatedUsers")), _) => AnyAccount,
        (Some((_, "s3/LogDelivery")), _) => LogDelivery,
        (None, Some(id)) if id == owner => Owner,
        (None, Some(EC2)) => Ec2,
        _ => Who::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_s3::types::Type;

    fn user(id: &str, permission: Permission) -> Grant {
        let grantee = Grantee::builder().r#type(Type::CanonicalUser).id(id).build().unwrap();
        Grant::builder().grantee(grantee).permission(permission).build()
    }

    fn group(name: &str, permission: Permission) -> Grant {
        let uri = format!("http://acs.amazonaws.com/groups/{name}");
        let grantee = Grantee::builder().r#type(Type::Group).uri(uri).build().unwrap();
        Grant::builder().grantee(grantee).permission(permission).build()
    }

    fn of(more: Vec<Grant>) -> Option<String> {
        let mut grants = vec![user("me", Permission::FullControl)];
        grants.extend(more);
        canned("me", &grants)
    }

    #[test]
    fn canned_acls_are_found_again_in_any_order() {
        assert_eq!(of(vec![]).as_deref(), Some("private"));
        assert_eq!(of(vec![group("global/AllUsers", Permission::Read)]).as_deref(), Some("public-read"));
        let both = vec![group("global/AllUsers", Permission::Write), group("global/AllUsers", Permission::Read)];
        assert_eq!(of(both).as_deref(), Some("public-read-write"));
        let any = vec![group("global/AuthenticatedUsers", Permission::Read)];
        assert_eq!(of(any).as_deref(), Some("authenticated-read"));
        let logs = vec![group("s3/LogDelivery", Permission::ReadAcp), group("s3/LogDelivery", Permission::Write)];
        assert_eq!(of(logs).as_deref(), Some("log-delivery-write"));
        assert_eq!(of(vec![user(EC2, Permission::Read)]).as_deref(), Some("aws-exec-read"));
    }

    #[test]
    fn grants_of_ones_own_have_no_name() {
        assert_eq!(of(vec![user("other", Permission::Read)]), None);
        assert_eq!(of(vec![group("global/AllUsers", Permission::Write)]), None);
        assert_eq!(canned("me", &[]), None);
        assert_eq!(canned("me", &[user("other", Permission::FullControl)]), None);
    }
}
