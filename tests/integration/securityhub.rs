//! Publishing to Security Hub, through the real SDK, against a server on this machine that holds the
//! rules that AWS documents.

mod command;
mod faults;
mod http;
mod killed;
mod lifecycle;
mod moto;
mod scopes;
mod server;
mod shape;
mod sts;
mod volume;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use hfscan::collect::aws::StandIn;
use hfscan::evaluate::outcome::Outcome;
use hfscan::finding::report::{Coverage, KindCoverage, RuleSummary};
use hfscan::finding::{Finding, Report, Waiver, identity};
use hfscan::policy::severity::Severity;
use hfscan::publish::securityhub::{self, Access, Change, Published, Request, Scope, Waived, Watch};
use hfscan::report::Look;
use hfscan::report::asff::AsffFinding;
use jiff::{SignedDuration, Timestamp};

use crate::sample;
use server::Server;

const ACCOUNT: &str = "111111111111";
const REGION: &str = "eu-central-1";
const SUBNET: &str = "aws.ec2.subnet";
const BUCKET: &str = "aws.s3.bucket";
const ROUTES: &str = "aws-ec2-private-subnet-routes";
const PUBLIC: &str = "aws-s3-no-public-access";

/// A clock that moves only when somebody waits.
#[derive(Debug, Default)]
struct Clock(AtomicU64);

impl Clock {
    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::SeqCst))
    }
}

impl securityhub::Pace for Clock {
    fn elapsed(&self) -> Duration {
        self.now()
    }

    fn pause(&self, wait: Duration) -> BoxFuture<'_, ()> {
        self.0.fetch_add(u64::try_from(wait.as_nanos()).unwrap(), Ordering::SeqCst);
        Box::pin(std::future::ready(()))
    }
}

/// Keeps what it is told.
#[derive(Debug, Default)]
struct Told {
    changes: Mutex<Vec<(String, Change, String)>>,
    progress: Mutex<Vec<(String, usize)>>,
}

impl Watch for Told {
    fn progress(&self, _: &Scope, what: &str, count: usize) {
        self.progress.lock().unwrap().push((what.to_owned(), count));
    }

    fn change(&self, scope: &Scope, change: Change, finding: &AsffFinding) {
        self.changes.lock().unwrap().push((scope.to_string(), change, finding.id.clone()));
    }
}

/// A server, its clock, and the day.
struct World {
    server: Server,
    clock: Arc<Clock>,
    now: Timestamp,
    access: Access,
    waived: Waived,
    dry_run: bool,
    home: Option<&'static str>,
}

impl World {
    fn new(hubs: &[(&str, &str)]) -> Self {
        let clock = Arc::new(Clock::default());
        let time = Arc::clone(&clock);
        let server = Server::start(hubs, move || time.now());
        let access = Access { stand_in: Some(stand_in(&server.url(), &sts::key_of(ACCOUNT))), ..Access::default() };
        let now = "2026-03-01T02:00:00Z".parse().unwrap();
        Self { server, clock, now, access, waived: Waived::Skip, dry_run: false, home: None }
    }

    /// One account and region with a hub.
    fn one() -> Self {
        Self::new(&[(ACCOUNT, REGION)])
    }

    fn days_pass(&mut self, days: i64) {
        self.now += SignedDuration::from_hours(24 * days);
    }

    fn publish(&self, report: &Report) -> Published {
        self.publish_told(report, &Told::default())
    }

    fn publish_told(&self, report: &Report, told: &Told) -> Published {
        // A program does not start at once: the hub has its tokens back.
        self.clock.0.fetch_add(10_000_000_000, Ordering::SeqCst);
        let home = hfscan::report::Home { account: None, region: self.home.map(str::to_owned) };
        let look = Look { now: self.now, home, ..Look::default() };
        let request = Request { report, look: &look, waived: self.waived, dry_run: self.dry_run };
        securityhub::publish(&request, &self.access, self.clock.as_ref(), told).unwrap()
    }

    /// Publishes, and returns what was told in one line.
    fn told(&self, report: &Report) -> String {
        let published = self.publish(report);
        assert!(published.is_complete(), "{published:?}");
        assert_eq!(self.server.state().refused, Vec::<String>::new());
        assert_eq!(self.server.state().throttled, 0);
        published.counts().to_string()
    }

    /// Returns resource, compliance, record and workflow of every finding of the server.
    fn states(&self) -> Vec<String> {
        let mut states: Vec<String> = self.server.state().findings().iter().map(state).collect();
        states.sort();
        states
    }

    /// Returns how many findings there are by compliance and record.
    fn tally(&self) -> BTreeMap<String, usize> {
        let mut tally = BTreeMap::new();
        for finding in self.server.state().findings() {
            let key = format!(
                "{} {}",
                finding["RecordState"].as_str().unwrap(),
                finding["Compliance"]["Status"].as_str().unwrap()
            );
            *tally.entry(key).or_default() += 1;
        }
        tally
    }
}

fn state(finding: &serde_json::Value) -> String {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let resource = text(&finding["Resources"][0]["Id"]);
    format!(
        "{} {} {} {}",
        resource.rsplit(['/', ':']).next().unwrap(),
        text(&finding["RecordState"]),
        text(&finding["Compliance"]["Status"]),
        text(&finding["Workflow"]["Status"])
    )
}

/// Leads to a server.
fn stand_in(url: &str, key: &str) -> StandIn {
    StandIn { url: url.to_owned(), access_key: key.to_owned(), secret_key: "secret".to_owned() }
}

/// What an audit of one account found: the state of the account, as far as the tests need it.
#[derive(Debug, Clone)]
struct Account {
    number: &'static str,
    /// Resources by region and kind.
    listed: BTreeMap<(String, String), BTreeSet<String>>,
    /// Kinds that were not listed to the end, by region.
    partial: BTreeSet<(String, String)>,
    /// What is wrong: rule, resource, element; and how it came out.
    wrong: BTreeMap<(String, String, Option<String>), Outcome>,
    rules: Vec<RuleSummary>,
    hidden: usize,
}

impl Account {
    fn new(number: &'static str) -> Self {
        let mut buckets = sample::rule(PUBLIC, Some("HF-AWS-S3-001"), "No bucket is public", Severity::Critical, true);
        buckets.kinds = vec![BUCKET.to_owned()];
        let subnets = sample::rule(ROUTES, Some("HF-AWS-NET-006"), "Private subnets are private", Severity::High, true);
        Self {
            number,
            listed: BTreeMap::new(),
            partial: BTreeSet::new(),
            wrong: BTreeMap::new(),
            rules: vec![subnets, buckets],
            hidden: 0,
        }
    }

    /// An account with ten subnets and three buckets, of which some are wrong.
    fn usual() -> Self {
        let mut account = Self::new(ACCOUNT);
        for number in 0..10 {
            account.list(REGION, SUBNET, &subnet(number));
        }
        for name in ["logs", "site", "state"] {
            account.list(REGION, BUCKET, &format!("arn:aws:s3:::{name}"));
        }
        account.fail(ROUTES, &subnet(0));
        account.fail(ROUTES, &subnet(1));
        account.fail(PUBLIC, "arn:aws:s3:::site");
        account
    }

    fn list(&mut self, region: &str, kind: &str, resource: &str) {
        self.listed.entry((region.to_owned(), kind.to_owned())).or_default().insert(resource.to_owned());
    }

    fn set(&mut self, rule: &str, resource: &str, outcome: Outcome) {
        self.wrong.insert((rule.to_owned(), resource.to_owned(), None), outcome);
    }

    fn fail(&mut self, rule: &str, resource: &str) {
        self.set(rule, resource, Outcome::Fail);
    }

    fn mend(&mut self, rule: &str, resource: &str) {
        self.wrong.retain(|(of, at, _), _| of != rule || at != resource);
    }

    fn delete(&mut self, resource: &str) {
        self.wrong.retain(|(_, at, _), _| at != resource);
        self.listed.values_mut().for_each(|resources| {
            resources.remove(resource);
        });
    }

    fn report(&self) -> Report {
        let mut coverage: BTreeMap<String, Coverage> = BTreeMap::new();
        for ((region, kind), resources) in &self.listed {
            let of = coverage.entry(region.clone()).or_insert_with(|| Coverage {
                account: self.number.to_owned(),
                region: region.clone(),
                kinds: BTreeMap::new(),
            });
            let complete = !self.partial.contains(&(region.clone(), kind.clone()));
            let resources = resources.iter().cloned().collect();
            of.kinds.insert(kind.clone(), KindCoverage { complete, resources });
        }
        let mut report = Report {
            coverage: coverage.into_values().collect(),
            rules: self.rules.clone(),
            findings: self.wrong.iter().filter_map(|(case, outcome)| self.finding(case, *outcome)).collect(),
            complete: true,
            ..Report::default()
        };
        report.rules.sort_by(|a, b| a.id.cmp(&b.id));
        report.summary.hidden = self.hidden;
        report.summary.rules = self.rules.len();
        report.summary.resources = self.listed.values().map(BTreeSet::len).sum();
        report.summary.outcomes.fail = report.findings.len();
        report
    }

    fn finding(&self, case: &(String, String, Option<String>), outcome: Outcome) -> Option<Finding> {
        let (rule, resource, tag) = case;
        let rule = self.rules.iter().find(|known| known.id == *rule)?;
        let (region, kind) = self.listed.iter().find(|(_, listed)| listed.contains(resource))?.0;
        let mut finding = sample::finding(rule, outcome, resource, 0, "something is wrong");
        finding.id = identity::of(&rule.id, resource, tag.as_deref());
        finding.tag.clone_from(tag);
        finding.resource.kind.clone_from(kind);
        finding.resource.account = Some(self.number.to_owned());
        finding.resource.region = Some(region.clone());
        if outcome == Outcome::Waived {
            finding.waiver = Some(Waiver {
                reason: "the site is public".to_owned(),
                owner: Some("web".to_owned()),
                until: "2026-12-31".to_owned(),
                place: None,
            });
        }
        Some(finding)
    }
}

fn subnet(number: usize) -> String {
    format!("arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/subnet-{number}")
}
