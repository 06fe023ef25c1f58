//! Paths of the services that have no operation in their requests.

use super::services::Service;

/// Service, method, path, the query parameter that must be there, operation. `*` is one segment, and
/// `**` one or more.
type Route = (&'static str, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const ROUTES: &[Route] = &[
    ("EKS", "GET", "clusters", "", "ListClusters"),
    ("EKS", "GET", "clusters/*", "", "DescribeCluster"),
    ("EKS", "GET", "clusters/*/node-groups", "", "ListNodegroups"),
    ("EKS", "GET", "clusters/*/node-groups/*", "", "DescribeNodegroup"),
    ("EKS", "GET", "clusters/*/addons", "", "ListAddons"),
    ("EKS", "GET", "clusters/*/addons/*", "", "DescribeAddon"),
    ("EKS", "GET", "clusters/*/fargate-profiles", "", "ListFargateProfiles"),
    ("EKS", "GET", "clusters/*/fargate-profiles/*", "", "DescribeFargateProfile"),
    ("EKS", "GET", "clusters/*/pod-identity-associations", "", "ListPodIdentityAssociations"),
    ("EKS", "GET", "clusters/*/pod-identity-associations/*", "", "DescribePodIdentityAssociation"),
    ("EKS", "GET", "clusters/*/access-entries", "", "ListAccessEntries"),
    ("EKS", "GET", "clusters/*/access-entries/*", "", "DescribeAccessEntry"),
    ("EFS", "GET", "2015-02-01/file-systems", "", "DescribeFileSystems"),
    ("EFS", "GET", "2015-02-01/file-systems/*/policy", "", "DescribeFileSystemPolicy"),
    ("EFS", "GET", "2015-02-01/file-systems/*/backup-policy", "", "DescribeBackupPolicy"),
    ("EFS", "GET", "2015-02-01/file-systems/*/lifecycle-configuration", "", "DescribeLifecycleConfiguration"),
    ("EFS", "GET", "2015-02-01/mount-targets", "", "DescribeMountTargets"),
    ("EFS", "GET", "2015-02-01/mount-targets/*/security-groups", "", "DescribeMountTargetSecurityGroups"),
    ("EFS", "GET", "2015-02-01/access-points", "", "DescribeAccessPoints"),
    ("Lambda", "GET", "2015-03-31/functions", "", "ListFunctions"),
    ("Lambda", "GET", "2015-03-31/functions/*", "", "GetFunction"),
    ("Lambda", "GET", "2015-03-31/functions/*/configuration", "", "GetFunctionConfiguration"),
    ("Lambda", "GET", "2015-03-31/functions/*/policy", "", "GetPolicy"),
    ("Lambda", "GET", "2015-03-31/functions/*/aliases", "", "ListAliases"),
    ("Lambda", "GET", "2015-03-31/event-source-mappings", "", "ListEventSourceMappings"),
    ("Lambda", "GET", "2021-10-31/functions/*/url", "", "GetFunctionUrlConfig"),
    ("Lambda", "GET", "2021-10-31/functions/*/urls", "", "ListFunctionUrlConfigs"),
    ("Lambda", "GET", "2017-03-31/tags/**", "", "ListTags"),
    ("S3 Control", "GET", "v20180820/configuration/publicAccessBlock", "", "GetPublicAccessBlock"),
    ("S3", "GET", "", "", "ListBuckets"),
    ("S3", "HEAD", "*", "", "HeadBucket"),
    ("S3", "GET", "*", "acl", "GetBucketAcl"),
    ("S3", "GET", "*", "encryption", "GetBucketEncryption"),
    ("S3", "GET", "*", "lifecycle", "GetBucketLifecycleConfiguration"),
    ("S3", "GET", "*", "location", "GetBucketLocation"),
    ("S3", "GET", "*", "logging", "GetBucketLogging"),
    ("S3", "GET", "*", "object-lock", "GetObjectLockConfiguration"),
    ("S3", "GET", "*", "ownershipControls", "GetBucketOwnershipControls"),
    ("S3", "GET", "*", "policy", "GetBucketPolicy"),
    ("S3", "GET", "*", "policyStatus", "GetBucketPolicyStatus"),
    ("S3", "GET", "*", "publicAccessBlock", "GetPublicAccessBlock"),
    ("S3", "GET", "*", "replication", "GetBucketReplication"),
    ("S3", "GET", "*", "tagging", "GetBucketTagging"),
    ("S3", "GET", "*", "versioning", "GetBucketVersioning"),
    ("S3", "GET", "*", "website", "GetBucketWebsite"),
];

pub(super) fn operation(
    service: &Service,
    method: &str,
    segments: &[String],
    parameters: &[(String, String)],
) -> Option<&'static str> {
    let route = ROUTES.iter().find(|(sdk, verb, path, flag, _)| {
        *sdk == service.sdk
            && *verb == method
            && fits(path, segments)
            && (flag.is_empty() || parameters.iter().any(|(name, _)| name == flag))
    });
    route.map(|route| route.4)
}

fn fits(path: &str, segments: &[String]) -> bool {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let mut segments = segments.iter();
    loop {
        match (parts.next(), segments.next()) {
            (None, None) | (Some("**"), Some(_)) => return true,
            (Some("*"), Some(_)) => {}
            (Some(part), Some(segment)) if part == segment => {}
            _ => return false,
        }
    }
}
