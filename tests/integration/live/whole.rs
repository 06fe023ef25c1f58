//! An audit of everything: which calls it makes, how many, how many beside each other.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use hfscan::collect::aws::{kinds, operations};

use super::server::{Call, Server};
use super::server::state::State;
use super::{EAST, HOME, OTHER, WEST, audit_of, gaps, ids, keys_of, read, role, things};

/// Operations that no audit of these accounts calls, and why.
const NEVER: &[(&str, &str)] = &[];

fn world() -> State {
    let mut state = State::of(&[EAST, WEST]);
    for account in [HOME, OTHER] {
        things::everything(&mut state, account);
        state.member(HOME, account, "an account", "ACTIVE");
    }
    state
}

#[test]
fn the_table_of_operations_has_exactly_the_calls_of_an_audit() {
    let server = Server::start(world());
    let mut audit = audit_of(&server);
    audit.organization = true;
    audit.role = Some(role());
    let accounts = read(&audit);
    assert_eq!(gaps(&accounts), Vec::<String>::new());
    assert_eq!(server.strange(), Vec::<String>::new());

    let called: BTreeSet<String> = server.log().iter().map(Call::api).collect();
    let declared: BTreeSet<String> = operations().iter().map(|operation| operation.api.to_owned()).collect();
    // To assume a role is the caller's own permission, and none that the role needs.
    let undeclared: Vec<_> = called.difference(&declared).filter(|api| *api != "STS.AssumeRole").collect();
    assert!(undeclared.is_empty(), "called but not declared: {undeclared:?}");
    let uncalled: Vec<_> =
        declared.difference(&called).filter(|api| NEVER.iter().all(|(never, _)| never != api)).collect();
    assert!(uncalled.is_empty(), "declared but never called: {uncalled:?}");

    // The printed policy has the permissions of these calls.
    let all: BTreeSet<&str> = kinds();
    let policy: serde_json::Value = serde_json::from_str(&hfscan::collect::aws::policy::read_policy(&all)).unwrap();
    let statements = policy["Statement"].as_array().unwrap().iter();
    let allowed: BTreeSet<String> = statements
        .flat_map(|statement| statement["Action"].as_array().unwrap())
        .map(|action| action.as_str().unwrap().to_owned())
        .collect();
    let needed: BTreeSet<String> = operations()
        .iter()
        .filter(|operation| called.contains(operation.api))
        .map(|operation| operation.action.to_owned())
        .filter(|action| action != "sts:GetCallerIdentity" && action != "organizations:ListAccounts")
        .collect();
    assert_eq!(allowed, needed);

    for account in &accounts {
        let read: BTreeSet<&str> = account.resources.iter().map(|resource| resource.attributes.kind()).collect();
        let missing: Vec<_> = all.difference(&read).collect();
        assert!(missing.is_empty(), "no resource of {missing:?} in {}", account.account);
    }
}

#[test]
fn the_same_account_is_read_the_same_whatever_the_page_size() {
    let with = |page: usize| {
        let mut state = world();
        state.page = page;
        let server = Server::start(state);
        let accounts = read(&audit_of(&server));
        assert_eq!(gaps(&accounts), Vec::<String>::new());
        let resources = &accounts[0].resources;
        let texts = resources.iter().map(|one| (one.id.to_string(), serde_json::to_string(&one.attributes).unwrap()));
        texts.collect::<BTreeMap<_, _>>()
    };
    let whole = with(0);
    let small = with(1);
    assert_eq!(whole, small);
}

fn calls(state: State) -> BTreeMap<String, usize> {
    let server = Server::start(state);
    let accounts = read(&audit_of(&server));
    assert_eq!(gaps(&accounts), Vec::<String>::new());
    let mut calls = BTreeMap::new();
    for call in server.log() {
        *calls.entry(call.api()).or_default() += 1;
    }
    calls
}

#[test]
fn more_resources_of_one_listing_are_no_more_calls() {
    let few = calls(world());
    let mut state = world();
    for number in 0..80 {
        things::subnet(&mut state, HOME, EAST, &format!("subnet-more-{number}"));
        things::role(&mut state, HOME, &format!("more-{number}"));
    }
    assert_eq!(calls(state), few);
}

#[test]
fn a_kind_that_nobody_needs_is_not_asked_for() {
    let server = Server::start(world());
    let accounts = read(&keys_of(&server));
    assert_eq!(ids(&accounts[0]).len(), 4);
    let services: BTreeSet<&str> = server.log().iter().map(|call| call.service).collect();
    assert_eq!(services, ["EC2", "KMS", "STS"].into());
}

#[test]
fn calls_run_beside_each_other() {
    let mut state = State::of(&[EAST, WEST]);
    for region in [EAST, WEST] {
        things::keys(&mut state, HOME, region, 60);
    }
    let latency = Duration::from_millis(100);
    let server = Server::with(state, Vec::new(), latency);
    let start = Instant::now();
    let accounts = read(&keys_of(&server));
    let took = start.elapsed();
    assert_eq!(ids(&accounts[0]).len(), 120);
    let one_by_one = latency * u32::try_from(server.log().len()).unwrap();
    let ratio = one_by_one.as_secs_f64() / took.as_secs_f64();
    println!("{} calls in {took:?}, {ratio:.1} times as fast as one by one", server.log().len());
    assert!(ratio >= 5.0, "{} calls took {took:?}, one by one {one_by_one:?}", server.log().len());
}
