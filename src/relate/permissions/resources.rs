//! What the resources of a statement mean: everything, all things of a service, or some things.
//! A reference to a resource of the input stands as its address and means that one thing.

use super::actions::{Actions, is_pattern, matches, table};

/// How far one resource of a statement reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reach {
    /// Every resource of every service.
    Everything,
    /// Every resource of some type, in the services of these prefixes.
    Broad(Vec<&'static str>),
    /// Some resources; the services of these prefixes, or any if the text does not tell.
    Scoped(Option<Vec<&'static str>>),
}

/// Returns how far a resource reaches.
pub(super) fn reach(resource: &str) -> Reach {
    if !resource.is_empty() && resource.chars().all(|letter| matches!(letter, '*' | '?')) && resource.contains('*') {
        return Reach::Everything;
    }
    if !resource.starts_with("arn:") && !is_pattern(resource.split(':').next().unwrap_or_default()) {
        return Reach::Scoped(service_of_address(resource));
    }
    let fields: Vec<&str> = resource.splitn(6, ':').collect();
    let wild = |text: &str| text.chars().all(|letter| letter == '*') && !text.is_empty();
    let last = fields.last().copied().unwrap_or_default();
    let service = fields.get(2).copied().unwrap_or("*");
    let ends_open = fields.len() < 6 && last.ends_with('*');
    // A star at the end of a short text, as in `arn:aws:*`, stands for all fields that follow.
    if ends_open && fields.len() <= 3 && (wild(last) || fields.len() < 3) {
        return Reach::Everything;
    }
    let name = fields.get(5).copied().unwrap_or_default();
    let whole_type = ends_open || is_whole_type(service, name);
    if wild(service) && whole_type {
        return Reach::Everything;
    }
    let services = services_of_arn(service);
    if whole_type { Reach::Broad(services) } else { Reach::Scoped(Some(services)) }
}

/// Services whose ARNs begin with the thing's own name, not with a type: `arn:aws:s3:::data/*` is one
/// bucket.
const WITHOUT_TYPE: &[&str] = &["codecommit", "execute-api", "s3", "sns", "sqs"];

/// `*`, `role/*`, `function:*`, `*/*`: all things of a type.
fn is_whole_type(service: &str, name: &str) -> bool {
    if name.starts_with('*') {
        return name.chars().all(|letter| matches!(letter, '*' | '/' | ':'));
    }
    match name.split_once(['/', ':']) {
        None => false,
        Some(_) if WITHOUT_TYPE.contains(&service) => false,
        Some((kind, rest)) => {
            !is_pattern(kind) && !rest.is_empty() && rest.chars().all(|letter| matches!(letter, '*' | '/' | ':'))
        }
    }
}

/// Prefixes of the actions that take ARNs of a service.
fn services_of_arn(service: &str) -> Vec<&'static str> {
    let table = table();
    let mut prefixes: Vec<&'static str> = if is_pattern(service) {
        table.prefixes().filter(|prefix| matches(service, prefix)).collect()
    } else {
        table.prefix(service).into_iter().collect()
    };
    // Some services act on the things of another one.
    let more: &[&'static str] = match service {
        "ec2" => &["autoscaling", "ec2-instance-connect", "elasticloadbalancing", "imagebuilder", "ssm"],
        "eks" => &["eks-auth"],
        "iam" => &["sts"],
        "rds" => &["rds-data", "rds-db"],
        "redshift" => &["redshift-data"],
        "bedrock" => &["bedrock-agentcore", "bedrock-mantle"],
        "s3" => &["s3-object-lambda", "s3express", "s3tables"],
        "es" => &["opensearch"],
        "sso" => &["identitystore", "sso-directory"],
        "identitystore" => &["sso"],
        "apigateway" => &["execute-api"],
        "ssm" => &["ssm-guiconnect"],
        _ => &[],
    };
    prefixes.extend(more);
    prefixes
}

/// The service of a resource of the input, by the words of its Terraform type.
fn service_of_address(address: &str) -> Option<Vec<&'static str>> {
    let kind = address.split('.').find(|word| word.starts_with("aws_"))?;
    let service = kind.strip_prefix("aws_")?.split('_').next()?;
    match service {
        "iam" | "s3" | "kms" | "sqs" | "sns" | "dynamodb" | "ecr" | "eks" | "rds" | "lambda" | "secretsmanager" => {
            Some(services_of_arn(service))
        }
        _ => None,
    }
}

/// Keeps the actions of some services.
pub(super) fn within(actions: &Actions, services: &[&str]) -> Actions {
    let mut kept = Actions::none();
    for service in services {
        kept.add(&actions.common(&table().of_service(service)));
    }
    kept
}

/// Returns the path and name of the role that an ARN means: `path/name` of `arn:…:role/path/name`.
pub(super) fn role_name(resource: &str) -> Option<&str> {
    let name = resource.splitn(6, ':').nth(5)?;
    name.strip_prefix("role/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_told_by_what_stays_fixed() {
        for everything in ["*", "**", "arn:*", "arn:aws:*", "arn:aws:*:*:*:*"] {
            assert_eq!(reach(everything), Reach::Everything, "{everything}");
        }
        for broad in ["arn:aws:iam::*:role/*", "arn:aws:lambda:*:*:function:*", "arn:aws:s3:::*", "arn:aws:ec2:*"] {
            assert!(matches!(reach(broad), Reach::Broad(_)), "{broad}");
        }
        for scoped in ["arn:aws:s3:::data/*", "arn:aws:iam::1:role/app-*", "aws_s3_bucket.data[\"*\"]"] {
            assert!(matches!(reach(scoped), Reach::Scoped(_)), "{scoped}");
        }
    }
}
