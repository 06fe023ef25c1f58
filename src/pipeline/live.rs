//! Live accounts on their way to a report: each account is an inventory of its own, judged by its own
//! profile; their reports become one. The same whether the accounts were read now or come from a snapshot.

use std::collections::{BTreeMap, BTreeSet};

use super::{Accepting, Candidate, Request, accounts as accounts_of, addresses, choose};
use crate::clock;
use crate::collect::live::{Account, GLOBAL, snapshot};
use crate::evaluate::RuleSet;
use crate::failure::Failure;
use crate::finding::judge::{self, Context};
use crate::finding::merge::merge;
use crate::finding::report::{Coverage, Input, KindCoverage, Report};
use crate::inventory::{Gap, Inventory};
use crate::locate::Sources;
use crate::policy::load::Policies;
use crate::policy::rule::{Rule, SelectedRule};
use crate::policy::select::Selected;
use crate::relate;
use crate::source::read_bytes;
use crate::waive;

/// Kinds that one listing tells for all regions.
const LISTED_TOGETHER: &[&str] = &["aws.s3.bucket"];

/// Reads the snapshots among the inputs; none if there is no snapshot among them.
pub(super) fn snapshots(inputs: &[Candidate], delta: bool) -> Result<Option<Vec<Account>>, Failure> {
    let mut accounts: Vec<Account> = Vec::new();
    let mut others = Vec::new();
    for candidate in inputs {
        // Standard input is read once, by whoever reads the other inputs.
        if candidate.path.as_os_str() == "-" || !begins_as_snapshot(candidate) {
            others.push(candidate);
            continue;
        }
        let (file, bytes) = read_bytes(&candidate.path).map_err(Failure::usage)?;
        if !snapshot::is_snapshot(&bytes) {
            others.push(candidate);
            continue;
        }
        for account in snapshot::read(&file, &bytes).map_err(Failure::usage)? {
            if accounts.iter().any(|known| known.account == account.account) {
                return Err(Failure::usage(format!("{file}: account {} is in another snapshot too", account.account))
                    .hint("scan one snapshot of an account at a time"));
            }
            accounts.push(account);
        }
    }
    if accounts.is_empty() {
        return Ok(None);
    }
    if let Some(other) = others.first() {
        return Err(Failure::usage(format!("`{}` is no snapshot, and the other inputs are", other.path.display()))
            .hint("a live account is an inventory of its own: scan snapshots and plans one after the other"));
    }
    if delta {
        return Err(Failure::usage("a snapshot has no state before: --delta and --new-only are for plans"));
    }
    accounts.sort_by(|a, b| a.account.cmp(&b.account));
    Ok(Some(accounts))
}

fn begins_as_snapshot(candidate: &Candidate) -> bool {
    use std::io::Read as _;
    let mut magic = [0; 2];
    std::fs::File::open(&candidate.path).and_then(|mut file| file.read_exact(&mut magic)).is_ok()
        && magic == [0x1f, 0x8b]
}

/// Judges accounts that were read already. `step` is told what begins.
pub fn judge_accounts(
    accounts: Vec<Account>,
    request: &Request,
    step: &(dyn Fn(&str) + Sync),
) -> Result<Report, Failure> {
    let threads = super::threads(request.jobs)?;
    threads.install(|| {
        let policies = super::policies(request.selection.policies.as_deref())?;
        judge(accounts, &policies, request, step)
    })
}

/// Rules by profile, chosen and compiled once.
type Chosen = BTreeMap<Option<String>, (Selected, RuleSet)>;

pub(super) fn judge(
    accounts: Vec<Account>,
    policies: &Policies,
    request: &Request,
    step: &(dyn Fn(&str) + Sync),
) -> Result<Report, Failure> {
    let accepting = Accepting::read(request)?;
    let mut chosen = Chosen::new();
    let mut reports = Vec::new();
    let (mut numbers, mut names) = (BTreeSet::new(), BTreeSet::new());
    for account in accounts {
        step(&format!("judging account {}", account.account));
        let profile = profile_of(request, &account.account);
        if !chosen.contains_key(&profile) {
            let selection = super::Selection { profile: profile.clone(), ..request.selection.clone() };
            let selected = choose(policies, &selection)?;
            if selected.rules.is_empty() {
                return Err(Failure::usage("no rule is left to judge by")
                    .hint("hfscan rules list with the same flags shows what they choose"));
            }
            let rule_set = RuleSet::compile(&selected).map_err(Failure::policy)?;
            chosen.insert(profile.clone(), (selected, rule_set));
        }
        let Some((selected, rule_set)) = chosen.get(&profile) else { continue };
        let (report, inventory) = one(account, selected, rule_set, profile, request.all);
        numbers.extend(accounts_of(&inventory));
        names.extend(addresses(&inventory));
        reports.push(report);
    }
    let mut report = merge(reports);
    let known: Vec<&Rule> = policies.rules.values().collect();
    let mut rules: Vec<SelectedRule> = Vec::new();
    for selected in chosen.values().flat_map(|(selected, _)| &selected.rules) {
        if !rules.iter().any(|rule| rule.rule.id == selected.rule.id) {
            rules.push(selected.clone());
        }
    }
    rules.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
    let run = waive::Run {
        today: request.accepted.today.unwrap_or_else(clock::today),
        rules: &rules,
        known,
        accounts: numbers,
        addresses: names,
        annotations: &[],
    };
    accepting.apply(request, &mut report, &Sources::default(), &run);
    Ok(report)
}

/// Returns the profile that an account is judged by.
pub fn profile_of(request: &Request, account: &str) -> Option<String> {
    request.profiles.get(account).or(request.selection.profile.as_ref()).cloned()
}

/// Judges one account.
fn one(
    account: Account,
    selected: &Selected,
    rule_set: &RuleSet,
    profile: Option<String>,
    all: bool,
) -> (Report, Inventory) {
    let needed: BTreeSet<&'static str> = super::needed_kinds(rule_set).intersection(&live_kinds()).copied().collect();
    let Account { account: number, name, regions, kinds, resources, gaps } = only(account, &needed);
    let input = Input {
        path: format!("aws://{number}"),
        kind: "aws-account".to_owned(),
        profile: profile.clone(),
        resources: resources.len(),
        warnings: name.map(|name| format!("account {number} is {name}")).into_iter().collect(),
        ..Input::default()
    };
    let mut gaps = gaps;
    gaps.extend(unread(&number, &regions, &kinds, &needed));
    let inventory = relate::relate_account(resources, gaps, &number);
    let verdicts = rule_set.evaluate(&inventory);
    let context = Context { inputs: vec![input], profile, all };
    let mut report = judge::judge(verdicts, &inventory, &selected.rules, context);
    report.coverage = coverage(&number, &regions, &kinds, &inventory);
    (report, inventory)
}

/// Leaves of an account what its rules need: a snapshot holds all kinds, an audit those that the rules of any
/// account need, and the report is to be the same.
fn only(mut account: Account, needed: &BTreeSet<&'static str>) -> Account {
    account.resources.retain(|resource| needed.contains(resource.kind()));
    for kinds in account.kinds.values_mut() {
        kinds.retain(|kind| needed.contains(kind));
    }
    account.kinds.retain(|_, kinds| !kinds.is_empty());
    account.gaps.retain_mut(|gap| {
        let touches_all = gap.kinds.is_empty();
        gap.kinds.retain(|kind| needed.contains(kind.as_str()));
        touches_all || !gap.kinds.is_empty()
    });
    account
}

/// Returns a gap for each region of which kinds were not read that the rules need: a snapshot may have been
/// made by an hfscan that did not know them, or by one that read less.
fn unread(
    account: &str,
    regions: &[String],
    kinds: &BTreeMap<String, BTreeSet<&'static str>>,
    needed: &BTreeSet<&'static str>,
) -> Vec<Gap> {
    let none = BTreeSet::new();
    let everywhere = kinds.get(GLOBAL).unwrap_or(&none);
    let mut gaps = Vec::new();
    for region in regions {
        let here = kinds.get(region).unwrap_or(&none);
        let missing: Vec<String> = needed
            .iter()
            .filter(|kind| !here.contains(**kind) && !everywhere.contains(**kind))
            .map(|&kind| kind.to_owned())
            .collect();
        // An account that could not be read at all has no regions, and a gap that says so.
        if !missing.is_empty() {
            gaps.push(Gap {
                subject: format!("{} kinds in {region}", missing.len()),
                reason: "they were not read when the snapshot was made; make it anew with this hfscan".to_owned(),
                kinds: missing,
                account: Some(account.to_owned()),
                region: Some(region.clone()),
                permission: None,
                hides_resources: true,
            });
        }
    }
    gaps
}

/// Kinds that a live audit reads.
fn live_kinds() -> BTreeSet<&'static str> {
    crate::inventory::kind::NAMES.iter().copied().filter(|kind| kind.starts_with("aws.")).collect()
}

/// Returns what was read, by region and kind.
fn coverage(
    account: &str,
    regions: &[String],
    kinds: &BTreeMap<String, BTreeSet<&'static str>>,
    inventory: &Inventory,
) -> Vec<Coverage> {
    let hides = |gap: &Gap, region: &str, kind: &str| {
        gap.hides_resources
            && gap.region.as_deref().is_none_or(|of| of == region || of == GLOBAL)
            && gap.kinds.iter().any(|of| of == kind)
    };
    let mut covered: BTreeMap<&str, BTreeMap<String, KindCoverage>> = BTreeMap::new();
    for (region, kinds) in kinds {
        for &kind in kinds {
            let together = region == GLOBAL && LISTED_TOGETHER.contains(&kind);
            let own = std::slice::from_ref(region);
            for region in if together { regions } else { own } {
                let complete = !inventory.gaps.iter().any(|gap| hides(gap, region, kind));
                covered
                    .entry(region)
                    .or_default()
                    .insert(kind.to_owned(), KindCoverage { complete, ..KindCoverage::default() });
            }
        }
    }
    for resource in &inventory.resources {
        let Some(region) = resource.region.known().and_then(Option::as_deref) else {
            // It may be in any of them, so none has a whole list.
            let of_its_kind = covered.values_mut().filter_map(|kinds| kinds.get_mut(resource.kind()));
            of_its_kind.for_each(|kind| kind.complete = false);
            continue;
        };
        if let Some(kind) = covered.get_mut(region).and_then(|kinds| kinds.get_mut(resource.kind())) {
            kind.resources.push(resource.id.to_string());
        }
    }
    let mut coverage: Vec<Coverage> = covered
        .into_iter()
        .map(|(region, kinds)| Coverage { account: account.to_owned(), region: region.to_owned(), kinds })
        .collect();
    // The account itself is judged as a whole.
    for of in &mut coverage {
        if of.region == GLOBAL {
            let environment = KindCoverage { complete: true, resources: vec![format!("environment/{account}")] };
            of.kinds.insert("environment".to_owned(), environment);
        }
    }
    coverage
}

/// Returns the kinds that an audit by this request's rules must read: those that a live audit can read, of
/// all that the rules of every profile need.
#[cfg(feature = "aws")]
pub fn needed_kinds(request: &Request) -> Result<BTreeSet<&'static str>, Failure> {
    // Unknown profiles are told before anything is asked of an account.
    let profiles: BTreeSet<Option<&String>> =
        request.profiles.values().map(Some).chain([request.selection.profile.as_ref()]).collect();
    let policies = super::policies(request.selection.policies.as_deref())?;
    let mut needed = BTreeSet::new();
    for profile in profiles {
        let selection = super::Selection { profile: profile.cloned(), ..request.selection.clone() };
        let rule_set = RuleSet::compile(&choose(&policies, &selection)?).map_err(Failure::policy)?;
        needed.extend(super::needed_kinds(&rule_set));
    }
    Ok(crate::collect::aws::kinds().into_iter().filter(|kind| needed.contains(kind)).collect())
}
