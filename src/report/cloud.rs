//! Where in a cloud the resource of a finding is: partition, account and region, as formats tell them
//! that are read by services of the cloud.

use crate::finding::Subject;

/// The account of findings whose input tells none, until somebody names it.
pub const NO_ACCOUNT: &str = "000000000000";

/// The most characters of a region that Security Hub takes.
const LONGEST_REGION: usize = 16;

/// Where findings belong whose input does not tell it: those of a plan, and of global resources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Home {
    /// The account, twelve digits.
    pub account: Option<String>,
    /// The region; the first one of the partition if not set.
    pub region: Option<String>,
}

/// Where a resource is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Whereabouts {
    /// The partition, such as `aws`.
    pub(super) partition: String,
    /// The account; nothing when neither the input nor the home tells it.
    pub(super) account: Option<String>,
    /// The region of the resource; nothing when it is global or not told.
    pub(super) region: Option<String>,
    /// The region whose services hear of it.
    pub(super) home: String,
}

impl Whereabouts {
    /// Finds them out, from what the input says, then from the resource's ARN, then from the home.
    pub(super) fn of(subject: &Subject, home: &Home) -> Self {
        let arn = Arn::read(&subject.id);
        let named = |text: &str| is_account(text).then(|| text.to_owned());
        let account = subject.account.as_deref().and_then(named);
        let account = account.or_else(|| named(arn.as_ref()?.account));
        let account = account.or_else(|| home.account.as_deref().and_then(named));
        let told = |text: &str| is_region(text).then(|| text.to_owned());
        let region = subject.region.as_deref().and_then(told).or_else(|| told(arn.as_ref()?.region));
        let wanted = home.region.as_deref().and_then(told);
        let partition = match &arn {
            Some(arn) => arn.partition,
            None => partition_of(region.as_deref().or(wanted.as_deref()).unwrap_or_default()),
        };
        // A home in another partition is none: no session reaches both.
        let wanted = wanted.filter(|region| partition_of(region) == partition);
        let home = region.clone().or(wanted).unwrap_or_else(|| first_region(partition).to_owned());
        Self { partition: partition.to_owned(), account, region, home }
    }
}

/// Returns whether a text is the id of an AWS account.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a text has the form of a region's name, such as `eu-central-1`.
pub fn is_region(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    letters && text.len() <= LONGEST_REGION && text.contains('-') && text.ends_with(|last: char| last.is_ascii_digit())
}

/// The parts of an ARN that say where a resource is.
struct Arn<'a> {
    partition: &'a str,
    region: &'a str,
    account: &'a str,
}

impl<'a> Arn<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (head, partition, _service) = (parts.next()?, parts.next()?, parts.next()?);
        let (region, account, _resource) = (parts.next()?, parts.next()?, parts.next()?);
        let known = head == "arn" && PARTITIONS.iter().any(|(name, ..)| *name == partition);
        known.then_some(Self { partition, region, account })
    }
}

/// Partitions, how the names of their regions begin, and the region where their global services are asked.
const PARTITIONS: [(&str, &str, &str); 8] = [
    ("aws-cn", "cn-", "cn-north-1"),
    ("aws-us-gov", "us-gov-", "us-gov-west-1"),
    ("aws-iso", "us-iso-", "us-iso-east-1"),
    ("aws-iso-b", "us-isob-", "us-isob-east-1"),
    ("aws-iso-e", "eu-isoe-", "eu-isoe-west-1"),
    ("aws-iso-f", "us-isof-", "us-isof-south-1"),
    ("aws-eusc", "eusc-", "eusc-de-east-1"),
    ("aws", "", "us-east-1"),
];

fn partition_of(region: &str) -> &'static str {
    PARTITIONS.iter().find(|(_, start, _)| region.starts_with(start)).map_or("aws", |(name, ..)| name)
}

fn first_region(partition: &str) -> &'static str {
    PARTITIONS.iter().find(|(name, ..)| *name == partition).map_or("us-east-1", |(_, _, region)| region)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(id: &str, account: Option<&str>, region: Option<&str>) -> Subject {
        Subject {
            id: id.to_owned(),
            kind: "aws.iam.role".to_owned(),
            name: None,
            address: id.to_owned(),
            account: account.map(str::to_owned),
            region: region.map(str::to_owned),
        }
    }

    fn told(id: &str, account: Option<&str>, region: Option<&str>, home: (Option<&str>, Option<&str>)) -> String {
        let home = Home { account: home.0.map(str::to_owned), region: home.1.map(str::to_owned) };
        let Whereabouts { partition, account, region, home } = Whereabouts::of(&subject(id, account, region), &home);
        format!("{partition} {} {} {home}", account.unwrap_or_default(), region.unwrap_or_default())
    }

    #[test]
    fn the_input_comes_before_the_arn_and_the_arn_before_the_home() {
        let home = (Some("999999999999"), Some("eu-west-1"));
        let role = "arn:aws:iam::111111111111:role/a";
        let vpc = "arn:aws-cn:ec2:cn-northwest-1:111111111111:vpc/vpc-1";
        assert_eq!(told(role, Some("222222222222"), Some("global"), home), "aws 222222222222  eu-west-1");
        assert_eq!(told(role, None, None, (None, None)), "aws 111111111111  us-east-1");
        assert_eq!(told(vpc, None, None, home), "aws-cn 111111111111 cn-northwest-1 cn-northwest-1");
        assert_eq!(
            told("aws_vpc.a", None, Some("us-gov-east-1"), home),
            "aws-us-gov 999999999999 us-gov-east-1 us-gov-east-1"
        );
        assert_eq!(told("aws_vpc.a", None, None, (None, None)), "aws   us-east-1");
        assert_eq!(told("aws_vpc.a", None, None, (None, Some("eusc-de-east-1"))), "aws-eusc   eusc-de-east-1");
    }

    #[test]
    fn a_home_in_another_partition_is_none() {
        let role = "arn:aws-cn:iam::111111111111:role/a";
        assert_eq!(told(role, None, None, (None, Some("eu-west-1"))), "aws-cn 111111111111  cn-north-1");
    }

    #[test]
    fn what_is_no_account_and_no_region_is_not_told() {
        for (account, region) in
            [("a subscription", "no region"), ("12345678901a", "eu-central-1; drop"), ("", "x-1234567890123-1")]
        {
            assert_eq!(told("aws_vpc.a", Some(account), Some(region), (None, None)), "aws   us-east-1");
        }
    }
}
