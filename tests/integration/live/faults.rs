//! One call fails, each in turn and in each way: what does not hang on it stays the same, and the gap
//! names it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hfscan::collect::aws::operation::{Operation, Reads};
use hfscan::collect::aws::operations;
use hfscan::collect::live::Account;

use super::server::Server;
use super::server::errors::MARKER;
use super::server::fault::{Fault, Kind};
use super::server::state::State;
use super::{EAST, HOME, OTHER, WEST, audit_of, role, things, told, try_read};

/// So many audits run beside each other: most of them wait.
const BESIDE: usize = 8;
/// What an audit may take when a call hangs, and what ending it may take on a busy machine.
const DEADLINE: Duration = Duration::from_secs(3);
const SLACK: Duration = Duration::from_secs(20);
/// What it may take otherwise.
const LONG: Duration = Duration::from_mins(2);
const LATE: &str = "the time for the audit was over";

/// Two accounts and two regions of few things.
fn wide() -> State {
    let mut state = State::of(&[EAST, WEST]);
    for account in [HOME, OTHER] {
        for region in [EAST, WEST] {
            things::keys(&mut state, account, region, 2);
        }
    }
    state
}

/// One account and one region with everything.
fn deep() -> State {
    let mut state = State::of(&[EAST]);
    things::everything(&mut state, HOME);
    state
}

/// What is audited, and of which world.
#[derive(Clone, Copy)]
struct World {
    state: fn() -> State,
    accounts: &'static [&'static str],
    only: Option<&'static str>,
}

const WIDE: World = World { state: wide, accounts: &[HOME, OTHER], only: Some("aws.kms.key") };
const DEEP: World = World { state: deep, accounts: &[HOME], only: None };

/// What one audit said: resources by id as JSON, gaps, whether it began at all.
struct Said {
    resources: BTreeMap<String, (String, String, String)>,
    gaps: Vec<String>,
    failure: Option<String>,
    took: Duration,
}

fn said(world: World, fault: Option<Fault>) -> (Said, Server) {
    let hangs = fault.as_ref().is_some_and(|fault| fault.kind == Kind::Hang);
    let server = Server::failing((world.state)(), fault.into_iter().collect());
    let mut audit = audit_of(&server);
    audit.accounts = world.accounts.iter().map(|&account| account.to_owned()).collect();
    audit.role = Some(role());
    if let Some(only) = world.only {
        audit.kinds = [only].into();
    }
    audit.deadline = if hangs { DEADLINE } else { LONG };
    let start = Instant::now();
    let read = try_read(&audit);
    let took = start.elapsed();
    let (accounts, failure): (Vec<Account>, _) = match read {
        Ok(accounts) => (accounts, None),
        Err(failure) => (Vec::new(), Some(failure.to_string())),
    };
    let mut resources = BTreeMap::new();
    for resource in accounts.iter().flat_map(|account| &account.resources) {
        let place =
            |value: &hfscan::inventory::Value<Option<String>>| value.known().cloned().flatten().unwrap_or_default();
        let (account, region) = (place(&resource.account), place(&resource.region));
        let text =
            serde_json::to_string(&resource.attributes).unwrap() + &serde_json::to_string(&resource.tags).unwrap();
        resources.insert(resource.id.to_string(), (account, region, text));
    }
    let gaps = accounts.iter().flat_map(|account| &account.gaps).map(told).collect();
    (Said { resources, gaps, failure, took }, server)
}

/// One call of an audit, as a fault names it.
type Place = (String, String, String);

fn check(
    world: World,
    whole: &Said,
    (api, account, region): &Place,
    kind: Kind,
    operation: Option<&Operation>,
) -> Result<(), String> {
    let hangs = kind == Kind::Hang;
    let (said, _server) = said(world, Some(Fault::of(api, kind).account(account).region(region)));
    if hangs && said.took > DEADLINE + SLACK {
        return Err(format!("took {:?}", said.took));
    }
    let text = format!("{:?} {:?} {:?}", said.gaps, said.failure, said.resources);
    if text.contains(MARKER) {
        return Err(format!("shows what the server wrote: {text}"));
    }
    if said.gaps.is_empty() && said.failure.is_none() {
        return Err("nothing says that it failed".to_owned());
    }
    // Who is calling: without it there is no audit; the keys of a role: without them no account.
    if api.starts_with("STS.") {
        let is_told = said.gaps.iter().any(|gap| gap.contains("no session"));
        let is_fine = if account == HOME && api != "STS.AssumeRole" { said.failure.is_some() } else { is_told };
        return if is_fine { Ok(()) } else { Err(format!("{:?} {:?}", said.failure, said.gaps)) };
    }
    if let Some(failure) = said.failure {
        return Err(format!("ended the audit: {failure}"));
    }
    let action = operation.map_or("ec2:DescribeRegions", |operation| operation.action);
    let (own, others): (Vec<_>, Vec<_>) = said.gaps.iter().partition(|gap| gap.contains(action));
    // On a busy machine the time is over before other calls have an answer too.
    if hangs && !others.is_empty() && said.gaps.iter().all(|gap| gap.contains(LATE)) {
        return Ok(());
    }
    if own.is_empty() || !others.is_empty() {
        return Err(format!("no gap of {action} or one too many: {:?}", said.gaps));
    }
    let is_of_account = operation.is_none();
    let hides = operation.is_none_or(|operation| operation.reads == Reads::Listing);
    for (id, (of_account, of_region, text)) in &whole.resources {
        let is_near = of_account == account && (of_region == region || is_of_account || of_region == "global");
        match said.resources.get(id) {
            Some((_, _, now)) if now == text => {}
            Some((_, _, now)) if is_near && ["unknown", "unread", "denied"].iter().any(|word| now.contains(word)) => {}
            None if is_near && hides => {}
            // Some ARNs end in what only the call itself tells.
            None if is_near && said.resources.keys().any(|known| is_short(known, id)) => {}
            other => return Err(format!("{id} became {other:?}")),
        }
    }
    let is_known = |id: &&String| whole.resources.keys().any(|known| known == *id || is_short(id, known));
    match said.resources.keys().find(|id| !is_known(id)) {
        Some(new) => Err(format!("{new} is not there without the fault")),
        None => Ok(()),
    }
}

/// Returns whether one ARN is another one without its end.
fn is_short(short: &str, long: &str) -> bool {
    long.strip_prefix(short).is_some_and(|rest| rest.starts_with('/'))
}

const KINDS: &[Kind] = &[
    Kind::Denied,
    Kind::Throttled(u64::MAX),
    Kind::Expired,
    Kind::Truncated,
    Kind::Broken(Vec::new()),
    Kind::Hang,
    Kind::Reset,
    Kind::ServerError,
    Kind::Page,
];

/// Lets each call of an audit fail in turn, in so many of the ways.
fn fail_each(world: World, ways: usize) {
    let (whole, server) = said(world, None);
    assert_eq!(whole.gaps, Vec::<String>::new());
    assert_eq!(server.strange(), Vec::<String>::new());
    let places: BTreeSet<Place> =
        server.log().into_iter().map(|call| (call.api(), call.account, call.region)).collect();
    let operations: BTreeMap<&str, &Operation> =
        operations().into_iter().map(|operation| (operation.api, operation)).collect();
    // The ways go round, so that all of them are gone through by neighbours when one place has few.
    let ways_of = |first: usize| (0..ways).map(move |way| &KINDS[(first + way) % KINDS.len()]);
    let cases: Vec<(&Place, &Kind)> = places
        .iter()
        .enumerate()
        .flat_map(|(number, place)| ways_of(number * ways).map(move |kind| (place, kind)))
        .collect();
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..BESIDE {
            scope.spawn(|| {
                while let Some((place, kind)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let operation =
                        operations.get(place.0.as_str()).copied().filter(|operation| !operation.kinds.is_empty());
                    let kind = match kind {
                        Kind::Broken(_) => Kind::Broken(b"\x00\xff<html>not { an answer".to_vec()),
                        kind => (*kind).clone(),
                    };
                    if let Err(what) = check(world, &whole, place, kind.clone(), operation) {
                        wrong.lock().unwrap().push(format!("{place:?} {kind:?}: {what}"));
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    println!("{} audits", cases.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn a_fault_in_any_call_of_several_accounts_leaves_all_else_as_it_was() {
    fail_each(WIDE, 4);
}

#[test]
fn a_fault_in_any_call_of_any_service_leaves_all_else_as_it_was() {
    fail_each(DEEP, 1);
}

#[test]
fn an_answer_that_comes_late_is_an_answer() {
    let (whole, _) = said(WIDE, None);
    let late = Fault::of("KMS.DescribeKey", Kind::Delay(Duration::from_millis(400))).nth(1);
    let (said, _) = said(WIDE, Some(late));
    assert_eq!(said.gaps, Vec::<String>::new());
    assert_eq!(said.resources, whole.resources);
}
