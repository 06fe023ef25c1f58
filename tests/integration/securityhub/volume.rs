//! Many findings: the documented rates are kept, memory does not grow with the hub, and progress is told.

use std::sync::atomic::AtomicUsize;

use hfscan::publish::securityhub::hub::Page;
use hfscan::publish::securityhub::{CallError, Hub, Refused};

use super::*;
use crate::harness::peak_memory;

/// Findings of the run in memory. A debug build is some ten times slower.
const MANY: usize = if cfg!(debug_assertions) { 12_000 } else { 100_000 };

/// Findings of the run through HTTP.
const THROUGH_HTTP: usize = if cfg!(debug_assertions) { 3_000 } else { 20_000 };

/// A hub in memory that keeps what a finding says as bytes, and knows the most that is in flight.
#[derive(Default)]
struct Heap {
    findings: Mutex<BTreeMap<String, Vec<u8>>>,
    imports: AtomicUsize,
    pages: AtomicUsize,
    largest: AtomicUsize,
}

struct Shared(Arc<Heap>);

impl Hub for Shared {
    fn describe(&self) -> BoxFuture<'_, Result<(), CallError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn page(&self, token: Option<String>) -> BoxFuture<'_, Result<Page, CallError>> {
        self.0.pages.fetch_add(1, Ordering::SeqCst);
        let findings = self.0.findings.lock().unwrap();
        let from = token.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded);
        let mut page: Vec<(&String, &Vec<u8>)> = findings.range((from, std::ops::Bound::Unbounded)).take(101).collect();
        let next = (page.len() > 100).then(|| page[99].0.clone());
        page.truncate(100);
        let findings = page.into_iter().map(|(_, json)| serde_json::from_slice(json).unwrap()).collect();
        Box::pin(std::future::ready(Ok(Page { findings, next })))
    }

    fn import<'a>(&'a self, findings: &'a [AsffFinding]) -> BoxFuture<'a, Result<Vec<Refused>, CallError>> {
        self.0.imports.fetch_add(1, Ordering::SeqCst);
        self.0.largest.fetch_max(findings.len(), Ordering::SeqCst);
        let mut kept = self.0.findings.lock().unwrap();
        for finding in findings {
            kept.insert(finding.id.clone(), serde_json::to_vec(finding).unwrap());
        }
        Box::pin(std::future::ready(Ok(Vec::new())))
    }
}

fn many(count: usize) -> Account {
    let mut account = Account::new(ACCOUNT);
    for number in 0..count {
        account.list(REGION, SUBNET, &subnet(number));
        account.fail(ROUTES, &subnet(number));
    }
    account
}

/// A report of many failures, without the detour over the model of an account.
fn report(count: usize) -> Report {
    let account = many(0);
    let rule = account.rules[0].clone();
    let mut report = Report { rules: vec![rule.clone()], complete: true, ..Report::default() };
    report.summary.resources = count;
    let mut resources: Vec<String> = (0..count).map(subnet).collect();
    for resource in &resources {
        let mut finding = sample::finding(&rule, Outcome::Fail, resource, 0, "something is wrong");
        finding.resource.account = Some(ACCOUNT.to_owned());
        report.findings.push(finding);
    }
    resources.sort();
    let kinds = BTreeMap::from([(SUBNET.to_owned(), KindCoverage { complete: true, resources })]);
    report.coverage.push(Coverage { account: ACCOUNT.to_owned(), region: REGION.to_owned(), kinds });
    report
}

/// Runs the program on saved findings; returns how long it took and the most memory that it had, in megabytes.
fn measured(world: &World, report: &Report, is_published: bool) -> (Duration, usize) {
    let directory = tempfile::tempdir().unwrap();
    let mut command = command::command(world, report, directory.path());
    if !is_published {
        command.arg("--dry-run");
        world.server.state().faults.denied.insert("DescribeHub");
    }
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let start = std::time::Instant::now();
    let mut child = command.spawn().unwrap();
    let mut most = 0;
    let before = world.clock.now();
    while child.try_wait().unwrap().is_none() {
        most = most.max(peak_memory(&child.id().to_string()));
        let now = u64::try_from((before + start.elapsed()).as_nanos()).unwrap();
        world.clock.0.store(now, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(5));
    }
    world.server.state().faults.denied.clear();
    let code = if is_published { i32::from(!report.findings.is_empty()) } else { 3 };
    assert_eq!(child.wait().unwrap().code(), Some(code));
    (start.elapsed(), most / 1024)
}

#[test]
#[ignore = "a measurement of some minutes"]
fn the_program_publishes_a_hundred_thousand_findings() {
    const COUNT: usize = 100_000;
    let world = World::one();
    let mut report = report(COUNT);
    let (_, alone) = measured(&world, &report, false);
    println!("the report alone: {alone} MB");
    for what in ["new", "unchanged", "passed"] {
        if what == "passed" {
            report.findings.clear();
        }
        report.summary.outcomes.fail = report.findings.len();
        let (took, most) = measured(&world, &report, true);
        println!("{COUNT} {what}: {took:.0?}, {most} MB");
    }
    assert_eq!(world.server.state().throttled, 0);
    assert_eq!(world.tally(), BTreeMap::from([("ACTIVE PASSED".to_owned(), COUNT)]));
}

#[test]
fn very_many_findings_are_published_at_the_documented_rate() {
    let heap = Arc::new(Heap::default());
    let clock = Clock::default();
    let told = Told::default();
    let look = Look { now: "2026-03-01T00:00:00Z".parse().unwrap(), ..Look::default() };
    let run = |report: &Report| {
        let request = Request { report, look: &look, waived: Waived::Skip, dry_run: false };
        let hubs = |_: &Scope| -> Box<dyn Hub> { Box::new(Shared(Arc::clone(&heap))) };
        let before = clock.now();
        let publishing = securityhub::publish_to(&request, "aws", &hubs, &clock, &told);
        let published = futures_util::FutureExt::now_or_never(publishing).expect("nothing waits for real");
        assert!(published.is_complete(), "{:?}", published.outcomes[0].failure);
        (published.counts().to_string(), clock.now().checked_sub(before).unwrap())
    };
    let mut report = report(MANY);
    let (counts, time) = run(&report);
    assert_eq!(counts, format!("{MANY} new"));
    // A hundred a call, ten calls a second after the first thirty.
    let calls = MANY / 100;
    let least = Duration::from_millis(u64::try_from(calls - 30).unwrap() * 100);
    assert_eq!((heap.imports.load(Ordering::SeqCst), heap.largest.load(Ordering::SeqCst)), (calls, 100));
    assert!(time >= least && time < least + Duration::from_secs(5), "{time:?}");
    assert_eq!(told.progress.lock().unwrap().last(), Some(&("sent".to_owned(), MANY)));

    let (counts, time) = run(&report);
    assert_eq!(counts, format!("{MANY} unchanged"));
    assert!(time >= Duration::from_secs(u64::try_from(calls / 3 - 3).unwrap()), "{time:?}");

    // All of them mended at once: most stand in a file until the hub is read to its end, once.
    report.findings.clear();
    let pages = heap.pages.load(Ordering::SeqCst);
    let memory = peak_memory("self");
    let (counts, _) = run(&report);
    assert_eq!(counts, format!("{MANY} passed"));
    assert_eq!(heap.pages.load(Ordering::SeqCst) - pages, calls);
    let grown = peak_memory("self").saturating_sub(memory);
    println!("{MANY} findings resolved: the peak of memory grew by {} MB", grown / 1024);
    assert!(grown < 150 * 1024, "{grown} kB");
}

#[test]
fn many_findings_go_through_http_without_being_throttled() {
    let world = World::one();
    let report = report(THROUGH_HTTP);
    assert_eq!(world.told(&report), format!("{THROUGH_HTTP} new"));
    assert_eq!(world.server.state().count("BatchImportFindings"), THROUGH_HTTP / 100);
    assert_eq!(world.told(&report), format!("{THROUGH_HTTP} unchanged"));
    assert_eq!(world.server.state().count("BatchImportFindings"), THROUGH_HTTP / 100);
}

#[test]
fn batches_stay_below_six_megabytes() {
    let world = World::one();
    let mut account = many(150);
    // Every text as long as it may be, in characters of three bytes.
    for rule in &mut account.rules {
        rule.description = "あ".repeat(5000);
        rule.remediation = "あ".repeat(5000);
        rule.title = "あ".repeat(5000);
    }
    let mut report = account.report();
    for finding in &mut report.findings {
        finding.message = "あ".repeat(5000);
        finding.value = Some(serde_json::json!("あ".repeat(5000)));
        finding.related = (0..100)
            .map(|number| hfscan::finding::Related { id: format!("arn:aws:ec2:{number}"), kind: None, place: None })
            .collect();
    }
    assert_eq!(world.told(&report), "150 new");
}
