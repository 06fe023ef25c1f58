//! Which hub a finding goes to, whose credentials are used, and what happens where there is no hub.

use hfscan::collect::aws::Role;
use hfscan::publish::securityhub::{CallError, PublishError};
use proptest::prelude::*;

use super::*;

const OTHER: &str = "222222222222";

fn role(name: &str) -> Role {
    Role { name: name.to_owned(), external_id: None, session_name: "hfscan".to_owned(), tags: BTreeMap::new() }
}

/// One failing subnet in each region.
fn spread(number: &'static str, regions: &[&str]) -> Account {
    let mut account = Account::new(number);
    for region in regions {
        let subnet = format!("arn:aws:ec2:{region}:{number}:subnet/subnet-{region}");
        account.list(region, SUBNET, &subnet);
        account.fail(ROUTES, &subnet);
    }
    account
}

fn join(accounts: &[Account]) -> Report {
    hfscan::finding::merge::merge(accounts.iter().map(Account::report).collect())
}

#[test]
fn each_finding_goes_to_its_own_account_and_region() {
    let mut world = World::new(&[(ACCOUNT, REGION), (ACCOUNT, "us-east-1"), (OTHER, REGION), (OTHER, "us-east-1")]);
    world.access.role = Some(role("HfscanPublish"));
    let accounts = [spread(ACCOUNT, &[REGION, "us-east-1"]), spread(OTHER, &[REGION])];
    assert_eq!(world.told(&join(&accounts)), "3 new");
    let places: BTreeSet<String> = world
        .server
        .state()
        .findings()
        .iter()
        .map(|finding| format!("{} {}", finding["AwsAccountId"].as_str().unwrap(), finding["Region"].as_str().unwrap()))
        .collect();
    assert_eq!(
        places,
        ["111111111111 eu-central-1", "111111111111 us-east-1", "222222222222 eu-central-1"].map(str::to_owned).into()
    );
    assert_eq!(world.told(&join(&accounts)), "3 unchanged");
}

#[test]
fn one_region_or_one_account_less_touches_nothing_there() {
    let mut world = World::new(&[(ACCOUNT, REGION), (ACCOUNT, "us-east-1"), (OTHER, REGION)]);
    world.access.role = Some(role("HfscanPublish"));
    // The hub of this region shows what is in the others too.
    world.server.state().aggregation = Some(REGION.to_owned());
    world.told(&join(&[spread(ACCOUNT, &[REGION, "us-east-1"]), spread(OTHER, &[REGION])]));
    let before = world.server.state().findings();
    assert_eq!(world.told(&spread(ACCOUNT, &[REGION]).report()), "1 unchanged");
    assert_eq!(world.server.state().findings(), before);
}

#[test]
fn what_is_global_goes_home_and_resolves_only_when_all_its_regions_were_seen() {
    let mut world = World::new(&[(ACCOUNT, REGION), (ACCOUNT, "us-east-1")]);
    let role = format!("arn:aws:iam::{ACCOUNT}:role/deploy");
    let mut account = spread(ACCOUNT, &[REGION, "us-east-1"]);
    account.rules[0].kinds.push("aws.iam.role".to_owned());
    account.list("global", "aws.iam.role", &role);
    account.fail(ROUTES, &role);
    assert_eq!(world.told(&account.report()), "3 new");
    let home = |world: &World| {
        let state = world.server.state();
        let of = |finding: &&serde_json::Value| finding["Resources"][0]["Id"] == role.as_str();
        state
            .findings()
            .iter()
            .filter(of)
            .map(|finding| finding["Region"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(home(&world), ["us-east-1"]);
    // What the role does in the other region was not looked at.
    let mut narrow = account.clone();
    narrow.listed.remove(&(REGION.to_owned(), SUBNET.to_owned()));
    narrow.mend(ROUTES, &role);
    assert_eq!(world.told(&narrow.report()), "1 unchanged, 1 untouched");
    account.mend(ROUTES, &role);
    assert_eq!(world.told(&account.report()), "1 passed, 2 unchanged");
    // Another home.
    world.home = Some(REGION);
    account.fail(ROUTES, &role);
    assert_eq!(world.told(&account.report()), "1 new, 2 unchanged");
    assert_eq!(home(&world), [REGION, "us-east-1"]);
}

#[test]
fn a_hub_that_is_not_there_matters_only_when_there_is_something_to_say() {
    let world = World::one();
    let mut account = spread(ACCOUNT, &[REGION, "us-east-1"]);
    account.list("us-west-2", SUBNET, "arn:aws:ec2:us-west-2:111111111111:subnet/subnet-9");
    let published = world.publish(&account.report());
    assert!(!published.is_complete());
    let told: Vec<_> = published
        .outcomes
        .iter()
        .map(|outcome| (outcome.scope.region.as_str(), outcome.unsent, outcome.is_absent, outcome.failure.clone()))
        .collect();
    assert_eq!(
        told,
        [
            ("eu-central-1", 0, false, None),
            ("us-east-1", 1, false, Some(CallError::NotEnabled)),
            ("us-west-2", 0, true, None)
        ]
    );
    assert_eq!(world.tally(), BTreeMap::from([("ACTIVE FAILED".to_owned(), 1)]));
}

#[test]
fn a_missing_permission_is_named() {
    for (operation, permission) in [
        ("DescribeHub", "securityhub:DescribeHub"),
        ("GetFindings", "securityhub:GetFindings"),
        ("BatchImportFindings", "securityhub:BatchImportFindings"),
    ] {
        let world = World::one();
        world.server.state().faults.denied.insert(operation);
        let published = world.publish(&Account::usual().report());
        let outcome = &published.outcomes[0];
        assert_eq!(outcome.unsent, 3);
        let told = outcome.failure.as_ref().unwrap().to_string();
        assert_eq!(told, format!("access denied: the permission {permission} is missing"));
    }
}

#[test]
fn an_account_without_session_keeps_no_other_from_it() {
    let mut world = World::new(&[(ACCOUNT, REGION), (OTHER, REGION)]);
    let report = join(&[spread(ACCOUNT, &[REGION]), spread(OTHER, &[REGION])]);
    let told = |world: &World| world.publish(&report).outcomes[1].failure.as_ref().unwrap().to_string();
    insta::assert_snapshot!(told(&world), @"no session in account 222222222222: the credentials are those of account 111111111111, and no role was named (--publish-role)");
    world.access.role = Some(role("denied"));
    let denied = told(&world);
    let named = "no session in account 222222222222 by arn:aws:iam::222222222222:role/denied: access denied";
    assert_eq!(denied, named);
    assert_eq!(world.tally(), BTreeMap::from([("ACTIVE FAILED".to_owned(), 1)]));
}

#[test]
fn findings_of_a_plan_are_refused() {
    let world = World::one();
    let look = Look::default();
    let report = sample::mixed();
    let request = Request { report: &report, look: &look, waived: Waived::Skip, dry_run: false };
    let error = securityhub::publish(&request, &world.access, world.clock.as_ref(), &Told::default()).unwrap_err();
    assert!(matches!(error, PublishError::NoAudit));
    assert!(world.server.state().calls.is_empty());
}

proptest! {
    /// Rule, account, region, resource and element make the id: two of them that differ anywhere have two.
    #[test]
    fn no_two_findings_share_an_id(
        cases in proptest::collection::btree_set(
            ("[ab]{1,2}(-[ab]){0,1}", "[12]", "[ab/]{1,3}", proptest::option::of("[ab/]{0,2}")),
            2..30,
        )
    ) {
        let mut report = Report::default();
        for (rule, account, resource, tag) in &cases {
            let rule = sample::rule(rule, None, "title", Severity::Low, true);
            let mut finding = sample::finding(&rule, Outcome::Fail, resource, 0, "wrong");
            finding.resource.account = Some(account.repeat(12));
            finding.tag.clone_from(tag);
            finding.id = identity::of(&finding.rule, &finding.resource.id, tag.as_deref().filter(|tag| !tag.is_empty()));
            report.findings.push(finding);
        }
        let look = Look::default();
        let ids: BTreeSet<String> =
            report.findings.iter().map(|finding| hfscan::report::asff::id(finding, &look)).collect();
        // An element without a name is the resource itself.
        let distinct: BTreeSet<_> = cases
            .iter()
            .map(|(rule, account, resource, tag)| (rule, account, resource, tag.as_deref().unwrap_or_default()))
            .collect();
        prop_assert_eq!(ids.len(), distinct.len());
    }
}
