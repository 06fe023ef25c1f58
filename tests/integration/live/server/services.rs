//! The services that the server knows: how each is signed, which protocol it speaks, and what its pages
//! are called.

/// How a service is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// A target header and a JSON body.
    Json,
    /// A form, and XML with a result element.
    Query,
    /// A form, and XML of its own.
    Ec2,
    /// Paths and JSON.
    RestJson,
    /// Paths and XML.
    RestXml,
}

/// What the fields of a page are called.
#[derive(Debug)]
pub(crate) struct Pages {
    /// The token in a request.
    pub(crate) token: &'static str,
    /// The token in an answer.
    pub(crate) next: &'static str,
    /// The number of items that a request asks for.
    pub(crate) limit: &'static str,
    /// A flag that says whether there is more.
    pub(crate) more: Option<&'static str>,
}

#[derive(Debug)]
pub(crate) struct Service {
    /// The name in a signature's scope.
    pub(crate) signing: &'static str,
    /// The name in the SDK's metadata.
    pub(crate) sdk: &'static str,
    pub(crate) protocol: Protocol,
    pub(crate) pages: Pages,
}

const fn pages(token: &'static str, next: &'static str, limit: &'static str) -> Pages {
    Pages { token, next, limit, more: None }
}

const fn service(signing: &'static str, sdk: &'static str, protocol: Protocol, pages: Pages) -> Service {
    Service { signing, sdk, protocol, pages }
}

use Protocol::{Ec2, Json, Query, RestJson, RestXml};

#[rustfmt::skip]
pub(crate) const SERVICES: &[Service] = &[
    service("acm", "ACM", Json, pages("NextToken", "NextToken", "MaxItems")),
    service("autoscaling", "Auto Scaling", Query, pages("NextToken", "NextToken", "MaxRecords")),
    service("dynamodb", "DynamoDB", Json, pages("ExclusiveStartTableName", "LastEvaluatedTableName", "Limit")),
    service("ec2", "EC2", Ec2, pages("NextToken", "nextToken", "MaxResults")),
    service("ecr", "ECR", Json, pages("nextToken", "nextToken", "maxResults")),
    service("eks", "EKS", RestJson, pages("nextToken", "nextToken", "maxResults")),
    service("elasticache", "ElastiCache", Query, pages("Marker", "Marker", "MaxRecords")),
    service("elasticfilesystem", "EFS", RestJson, pages("Marker", "NextMarker", "MaxItems")),
    service("elasticloadbalancing", "Elastic Load Balancing", Query, pages("Marker", "NextMarker", "PageSize")),
    service("elasticloadbalancing", "Elastic Load Balancing v2", Query, pages("Marker", "NextMarker", "PageSize")),
    service("iam", "IAM", Query, Pages { token: "Marker", next: "Marker", limit: "MaxItems", more: Some("IsTruncated") }),
    service("kms", "KMS", Json, Pages { token: "Marker", next: "NextMarker", limit: "Limit", more: Some("Truncated") }),
    service("lambda", "Lambda", RestJson, pages("Marker", "NextMarker", "MaxItems")),
    service("logs", "CloudWatchLogs", Json, pages("nextToken", "nextToken", "limit")),
    service("organizations", "Organizations", Json, pages("NextToken", "NextToken", "MaxResults")),
    service("rds", "RDS", Query, pages("Marker", "Marker", "MaxRecords")),
    service("s3", "S3", RestXml, pages("continuation-token", "ContinuationToken", "max-buckets")),
    service("s3", "S3 Control", RestXml, pages("nextToken", "NextToken", "maxResults")),
    service("secretsmanager", "SecretsManager", Json, pages("NextToken", "NextToken", "MaxResults")),
    service("sqs", "SQS", Json, pages("NextToken", "NextToken", "MaxResults")),
    service("sts", "STS", Query, pages("Marker", "Marker", "MaxItems")),
    service("wafv2", "WAFV2", Json, pages("NextMarker", "NextMarker", "Limit")),
];

/// Returns the service of a signature; the version of the API and the path tell apart those that sign
/// alike.
pub(super) fn find(signing: &str, path: &str, version: Option<&str>) -> Option<&'static Service> {
    let sdk = match signing {
        "elasticloadbalancing" if version == Some("2012-06-01") => "Elastic Load Balancing",
        "elasticloadbalancing" => "Elastic Load Balancing v2",
        "s3" if path.starts_with("/v20180820/") => "S3 Control",
        _ => return SERVICES.iter().find(|service| service.signing == signing),
    };
    SERVICES.iter().find(|service| service.sdk == sdk)
}

/// Returns a service by the name in the SDK's metadata.
pub(crate) fn named(sdk: &str) -> &'static Service {
    SERVICES.iter().find(|service| service.sdk == sdk).unwrap_or_else(|| panic!("{sdk} is in no table"))
}
