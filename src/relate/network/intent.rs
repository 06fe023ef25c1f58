//! What a subnet is meant to be, as its author says it with tags and names. Not what it is: a
//! private subnet that leads to the internet is the violation that rules look for.

use crate::inventory::{Resource, Value};

/// Tags that tell a tier, lower case.
const TIER_TAGS: &[&str] = &["tier", "subnettier", "subnet_tier", "subnet-tier", "aws-cdk:subnet-type"];

/// Returns the tier that tags and names declare; null when they declare none.
pub(super) fn declared(resource: &Resource) -> Value<Option<&'static str>> {
    let tags = match &resource.tags {
        Value::Known(tags) => tags,
        Value::Unknown(reason) => return Value::Unknown(reason.clone()),
    };
    let public = tags.contains_key(PUBLIC_ROLE);
    let internal = tags.contains_key(INTERNAL_ROLE);
    if public != internal {
        return Value::Known(Some(if public { "public" } else { "private" }));
    }
    for (key, value) in tags {
        if TIER_TAGS.contains(&key.to_ascii_lowercase().as_str()) {
            match value {
                Value::Known(value) => {
                    if let Some(tier) = tier_of(value) {
                        return Value::Known(Some(tier));
                    }
                }
                Value::Unknown(reason) => return Value::Unknown(reason.clone()),
            }
        }
    }
    match tags.get("Name") {
        Some(Value::Unknown(reason)) => return Value::Unknown(reason.clone()),
        Some(Value::Known(name)) => {
            if let Some(tier) = tier_of(name) {
                return Value::Known(Some(tier));
            }
        }
        None => {}
    }
    let address = resource.origin.address.as_ref();
    // A live resource has an ARN for an address, and its letters are those of a number.
    if address.starts_with("arn:") {
        return Value::Known(None);
    }
    let (modules, label) = match address.rfind("aws_") {
        Some(at) => (address.get(..at).unwrap_or(""), address.get(at..).unwrap_or("")),
        None => ("", address),
    };
    let label = label.split_once('.').map_or(label, |(_, label)| label);
    Value::Known(tier_of(label).or_else(|| tier_of_plain_words(&words(modules))))
}

/// The tag by which load balancers of the internet find their subnets.
pub(super) const PUBLIC_ROLE: &str = "kubernetes.io/role/elb";
/// The tag by which internal load balancers find their subnets.
pub(super) const INTERNAL_ROLE: &str = "kubernetes.io/role/internal-elb";

/// Returns whether a role tag is in force: the load balancer controller takes `1` or nothing.
pub(super) fn tagged(resource: &Resource, key: &str) -> Value<bool> {
    match &resource.tags {
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
        Value::Known(tags) => tags
            .get(key)
            .map_or(Value::Known(false), |value| value.as_ref().map(|value| value.is_empty() || value == "1")),
    }
}

/// Returns the tier that a name tells by its words.
fn tier_of(name: &str) -> Option<&'static str> {
    let words = words(name);
    tier_of_plain_words(&words).or_else(|| {
        let has = |wanted: &[&str]| {
            words.iter().any(|word| wanted.iter().any(|wanted| word.starts_with(wanted) || word.ends_with(wanted)))
        };
        if has(&["data", "db"]) {
            Some("database")
        } else if has(&["app", "node", "eks"]) {
            Some("private")
        } else {
            None
        }
    })
}

/// Words that say the tier itself and outweigh words that may be a project's name.
fn tier_of_plain_words(words: &[String]) -> Option<&'static str> {
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let contains = |part: &str| words.iter().any(|word| word.contains(part));
    if has(&["db", "dbs", "database", "databases", "rds", "cache", "elasticache", "redis"]) && !contains("public") {
        Some("database")
    } else if contains("priv") || contains("internal") || has(&["intra", "isolated"]) {
        Some("private")
    } else if contains("public") || has(&["pub", "dmz"]) {
        Some("public")
    } else {
        None
    }
}

/// Splits a name at everything that is no letter, and where a capital letter begins a word.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut after_lower = false;
    for character in name.chars() {
        let begins = !character.is_alphabetic() || (character.is_uppercase() && after_lower);
        if begins && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphabetic() {
            word.extend(character.to_lowercase());
        }
        after_lower = character.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{declared, tier_of};
    use crate::inventory::{Kind as _, Origin, Resource, Value};

    #[test]
    fn names_tell_tiers_by_whole_words() {
        for (name, tier) in [
            ("lumen-prod-private-us-east-1a", Some("private")),
            ("lumen-prod-public-us-east-1a", Some("public")),
            ("app-public-a", Some("public")),
            ("eks-public-a", Some("public")),
            ("PrivateSubnetA", Some("private")),
            ("privatesubnet1", Some("private")),
            ("database-a", Some("database")),
            ("private-db-a", Some("database")),
            ("data-platform-private-1", Some("private")),
            ("data-a", Some("database")),
            ("mydb1", Some("database")),
            ("application_a", Some("private")),
            ("eks-nodes", Some("private")),
            ("internal", Some("private")),
            ("sandbox-a", None),
            ("updates", None),
            ("transit-gateway", None),
            ("this[0]", None),
        ] {
            assert_eq!(tier_of(name), tier, "{name}");
        }
    }
    #[test]
    fn the_id_of_a_live_subnet_tells_nothing() {
        let arn = "arn:aws:ec2:us-east-1:111111111111:subnet/subnet-a555c84dbba9b46f5";
        let resource = Resource {
            id: arn.into(),
            name: Value::Known(None),
            provider: "aws",
            account: Value::Known(None),
            region: Value::Known(None),
            tags: Value::default(),
            identifiers: Vec::new(),
            origin: Origin::live(arn, "AWS::EC2::Subnet"),
            parts: Vec::new(),
            attributes: crate::inventory::aws::ec2::Subnet::default().into_attributes(),
        };
        assert_eq!(declared(&resource), Value::Known(None));
    }
}
