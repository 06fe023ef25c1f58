//! `--publish securityhub`: whose credentials, and what the user is told of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use super::super::ui::{Progress, Ui};
use super::{PublishFlags, WaivedFlag};
use crate::collect::aws::Role;
use crate::failure::{Failure, Kind};
use crate::finding::Report;
use crate::publish::securityhub::{self, Access, CallError, Change, Outcome, Request, Scope, Waived, WallPace, Watch};
use crate::report::Look;
use crate::report::asff::AsffFinding;

/// Refused findings of a hub that are told one by one.
const MOST_TOLD: usize = 50;

/// A publication to the hubs of the accounts.
#[derive(Debug)]
pub(in crate::cli) struct Hubs {
    access: Access,
    waived: Waived,
    dry_run: bool,
}

impl PublishFlags {
    pub(super) fn hubs(&self) -> Hubs {
        let role = self.publish_role.as_ref().map(|name| Role {
            name: name.clone(),
            external_id: self.publish_external_id.clone(),
            session_name: "hfscan".to_owned(),
            tags: BTreeMap::new(),
        });
        Hubs {
            access: Access { profile_name: self.publish_profile_name.clone(), role, ..Access::default() },
            waived: match self.publish_waived {
                WaivedFlag::Skip => Waived::Skip,
                WaivedFlag::Warning => Waived::Warning,
            },
            dry_run: self.dry_run,
        }
    }
}

/// Shows how far a publication is.
struct Display<'a> {
    ui: &'a Ui,
    progress: Progress,
    /// How many findings of each hub are read or sent.
    counts: Mutex<BTreeMap<Scope, (String, usize)>>,
}

impl Watch for Display<'_> {
    fn progress(&self, scope: &Scope, what: &str, count: usize) {
        let Ok(mut counts) = self.counts.lock() else { return };
        counts.insert(scope.clone(), (what.to_owned(), count));
        let told: Vec<String> = ["read", "sent"]
            .into_iter()
            .map(|what| (what, counts.values().filter(|(of, _)| of == what).map(|(_, count)| count).sum::<usize>()))
            .filter(|(_, count)| *count > 0)
            .map(|(what, count)| format!("{count} findings {what}"))
            .collect();
        self.progress.step(&format!("publishing to Security Hub: {}, {scope}", told.join(", ")));
    }

    fn change(&self, scope: &Scope, change: Change, finding: &AsffFinding) {
        if self.ui.is_verbose() {
            let resource = finding.resources.first().map_or("", |resource| resource.id.as_str());
            self.ui.detail(&format!("{change:10} {scope} {} {resource}", finding.generator_id));
        }
    }
}

impl Hubs {
    pub(super) fn reach(&mut self, profile_name: Option<&str>, role: Option<&Role>) {
        let access = &mut self.access;
        access.profile_name = access.profile_name.take().or_else(|| profile_name.map(str::to_owned));
        access.role = access.role.take().or_else(|| role.cloned());
    }

    /// Publishes what an audit found; what could not be published is told hub by hub.
    pub(super) fn publish(&self, ui: &Ui, report: &Report, look: &Look) -> Result<(), Failure> {
        let display = Display { ui, progress: ui.progress(), counts: Mutex::default() };
        display.progress.step("publishing to Security Hub");
        let request = Request { report, look, waived: self.waived, dry_run: self.dry_run };
        let published = securityhub::publish(&request, &self.access, &WallPace::start(), &display);
        drop(display);
        let published = published.map_err(|error| {
            let (hint, kind) = (error.hint(), error.kind());
            Failure::new(kind, error).hint(hint)
        })?;
        let broken: Vec<&Outcome> = published.outcomes.iter().filter(|outcome| !outcome.is_complete()).collect();
        for outcome in &published.outcomes {
            tell(ui, outcome);
        }
        if published.without_account > 0 {
            ui.warn(&format!(
                "{} findings belong to no account and were not sent: name it with --home-account",
                published.without_account
            ));
        }
        let hubs = published.outcomes.len() - published.outcomes.iter().filter(|outcome| outcome.is_absent).count();
        let hubs = if hubs == 1 { "1 hub".to_owned() } else { format!("{hubs} hubs") };
        let lost: usize = broken.iter().map(|outcome| outcome.unsent + outcome.refused.len()).sum();
        let counts = published.counts();
        if self.dry_run {
            ui.status(&format!("would publish to Security Hub ({hubs}): {counts}"));
        } else if published.is_complete() {
            ui.status(&format!("published to Security Hub ({hubs}): {counts}"));
        } else if counts.sent() > 0 {
            ui.status(&format!("published to Security Hub in part ({hubs}): {counts}; not taken or not sent: {lost}"));
        }
        if published.is_complete() {
            return Ok(());
        }
        let mut failure = if broken.is_empty() {
            Failure::new(Kind::Publish, "findings that belong to no account were not published to Security Hub")
        } else {
            let of = published.outcomes.len();
            let text = format!("Security Hub is not up to date in {} of {of} places; not sent: {lost}", broken.len());
            Failure::new(Kind::Publish, text)
        };
        let hints: BTreeSet<&str> = broken.iter().filter_map(|outcome| hint(outcome)).collect();
        for hint in hints {
            failure = failure.hint(hint);
        }
        Err(failure.hint("start it again when that is mended: it goes on where it stopped"))
    }
}

/// Returns what the user can do about a hub that is not complete.
fn hint(outcome: &Outcome) -> Option<&'static str> {
    Some(match outcome.failure.as_ref()? {
        CallError::NotEnabled => {
            "enable Security Hub in that account and region, or leave the region out of the audit with --region"
        }
        CallError::Denied(_) => "the permissions that publishing needs: docs/security-hub.md",
        CallError::RegionOff => "leave the region out of the audit with --region",
        CallError::Throttled | CallError::Passing(_) | CallError::Refused(_) | CallError::Failed(_) => return None,
    })
}

/// Says what became of one hub.
fn tell(ui: &Ui, outcome: &Outcome) {
    let scope = &outcome.scope;
    if outcome.is_absent {
        ui.detail(&format!("{scope}: no Security Hub, and nothing to send"));
        return;
    }
    ui.detail(&format!("{scope}: {}", outcome.counts));
    if let Some(failure) = &outcome.failure {
        ui.warn(&format!("Security Hub of {scope}: {failure}; not sent: {}", outcome.unsent));
    }
    for refused in outcome.refused.iter().take(MOST_TOLD) {
        ui.warn(&format!("Security Hub of {scope} did not take {}: {} ({})", refused.id, refused.reason, refused.code));
    }
    if outcome.refused.len() > MOST_TOLD {
        ui.warn(&format!("Security Hub of {scope} did not take {} more", outcome.refused.len() - MOST_TOLD));
    }
}
