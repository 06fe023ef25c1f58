//! Results: one for each failure, with the way that proves it and the calls that lead to it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ::sarif::sarif::{
    CodeFlow, Location, Result as SarifResult, ResultKind, ResultLevel, Suppression, ThreadFlow, ThreadFlowLocation,
};
use serde_json::{Value as Json, json};

use crate::evaluate::outcome::Outcome;
use crate::finding::{Change, Finding, Place, Report, Waiver};

use super::logical::Table;
use super::{message, place, rule, stopless};
use crate::report::Look;
use crate::report::checkout::{Checkout, mendable};

/// Key of our fingerprint; its number changes with the way identities are made.
const FINGERPRINT: &str = "hfscan/v1";

/// The only key that GitHub reads. Its upload action would fill it with a hash of the line's text, and
/// then all instances of one block would be one alert, which an edit of the block would close and open
/// anew. So it is ours; the action keeps it.
const GITHUB_FINGERPRINT: &str = "primaryLocationLineHash";

/// GitHub shows this many locations of a result, and refuses a result with ten times as many.
const MOST_LOCATIONS: usize = 100;

/// GitHub shows this many steps of the flows of a result.
const MOST_STEPS: usize = 1_000;

/// What all results of a run share.
pub(super) struct Results<'a> {
    report: &'a Report,
    look: &'a Look,
    rules: &'a BTreeMap<&'a str, i64>,
    logical: Table,
}

impl<'a> Results<'a> {
    pub(super) fn new(report: &'a Report, look: &'a Look, rules: &'a BTreeMap<&'a str, i64>) -> Self {
        Self { report, look, rules, logical: Table::default() }
    }

    /// Returns the logical locations that the results refer to.
    pub(super) fn into_logical(self) -> Table {
        self.logical
    }

    /// Returns the result of a failure.
    pub(super) fn of(&mut self, finding: &Finding) -> SarifResult {
        let fingerprints = BTreeMap::from([
            (FINGERPRINT.to_owned(), finding.id.clone()),
            (GITHUB_FINGERPRINT.to_owned(), format!("{}:1", finding.id)),
        ]);
        let level = match rule::level(finding.severity, finding.enforced) {
            "error" => ResultLevel::Error,
            "warning" => ResultLevel::Warning,
            _ => ResultLevel::Note,
        };
        let (locations, text) = self.related(finding);
        let mut result = SarifResult::builder()
            .rule_id(finding.rule.as_str())
            .kind(ResultKind::Fail)
            .level(level)
            .message(message(&text))
            .locations(vec![self.location(finding)])
            .partial_fingerprints(fingerprints)
            .properties(super::properties([
                ("control", json!(finding.control)),
                ("severity", json!(finding.severity)),
                ("enforced", json!(finding.enforced)),
                ("kind", json!(finding.resource.kind)),
                ("tag", json!(finding.tag)),
                ("path", json!(finding.path)),
                ("value", json!(finding.value)),
                ("change", json!(finding.change)),
                ("baseline", if finding.baseline { json!(true) } else { Json::Null }),
                ("unmapped", json!(finding.unmapped)),
            ]))
            .build();
        result.rule_index = self.rules.get(finding.rule.as_str()).copied();
        if !locations.is_empty() {
            result.related_locations = Some(locations);
        }
        result.code_flows = self.flow(finding).map(|flow| vec![flow]);
        result.baseline_state = self.state(finding).map(|state| json!(state));
        if self.look.show_waived {
            // All results of a run tell their suppressions, or none does.
            result.suppressions = Some(self.suppressions(finding));
        }
        result
    }

    fn location(&mut self, finding: &Finding) -> Location {
        let resource = &finding.resource;
        let mut logical =
            vec![self.logical.resource(&resource.id, &resource.address, &resource.kind, resource.name.as_deref())];
        if let Some(block) = finding.block.as_ref().filter(|block| block.address != resource.address) {
            logical.push(self.logical.resource(&block.address, &block.address, &block.type_name, None));
        }
        Location::builder()
            .physical_location(place::of(self.report, finding, &self.look.checkout))
            .logical_locations(logical)
            .build()
    }

    /// Returns the related locations, and the message with a link to each of them: GitHub shows those
    /// that the message names.
    fn related(&mut self, finding: &Finding) -> (Vec<Location>, String) {
        let checkout = &self.look.checkout;
        let mut locations = Vec::new();
        let mut text = format!("'{}': {}.", harmless(&finding.resource.id), harmless(stopless(&finding.message)));
        let mut separator = " Path: ";
        for related in &finding.related {
            let kind = related.kind.as_deref().unwrap_or("outside of the input");
            let logical = self.logical.resource(&related.id, &related.id, kind, None);
            let told = format!("{} ({kind})", related.id);
            text.push_str(separator);
            match related.place.as_ref().and_then(|place| link(&mut locations, place, &told, checkout)) {
                Some((location, number)) => {
                    location.logical_locations = Some(vec![logical]);
                    let _ = write!(text, "[{}]({number})", escape(&related.id));
                }
                None => text.push_str(&harmless(&related.id)),
            }
            separator = " → ";
        }
        if !finding.related.is_empty() {
            text.push('.');
        }
        separator = " Called by ";
        let shown = mendable(finding);
        for call in finding.calls.iter().rev() {
            let told = format!("{} is called here", call.address);
            if let Some((_, number)) = link(&mut locations, &call.place, &told, checkout) {
                let _ = write!(text, "{separator}[{}]({number})", escape(&call.address));
                separator = " in ";
            }
        }
        if separator == " in " {
            text.push('.');
        }
        let mut places: Vec<(&Place, &str)> = Vec::new();
        // A fetched module is no part of the checkout; the alert stands at its call and this says where it is.
        places.extend(finding.place.as_ref().filter(|place| shown != Some(place)).map(|place| (place, "Written")));
        places.extend(finding.input_place.as_ref().map(|place| (place, "Planned")));
        for (place, verb) in places {
            let file = checkout.path(&place.file);
            if let Some((_, number)) = link(&mut locations, place, &format!("{verb} here"), checkout) {
                let _ = write!(text, " {verb} in [{}:{}]({number}).", escape(&file), place.line);
            }
        }
        (locations, text)
    }

    /// Returns the way that proves a finding, where it leads over two places at least.
    fn flow(&self, finding: &Finding) -> Option<CodeFlow> {
        let start = finding.place.as_ref()?;
        let step = |place: &Place, told: &str| {
            let location = Location::builder()
                .message(message(&harmless(told)))
                .physical_location(place::physical(place, &self.look.checkout))
                .build();
            ThreadFlowLocation::builder().location(location).build()
        };
        let mut steps = vec![step(start, &finding.resource.id)];
        steps.extend(
            finding.related.iter().filter_map(|related| related.place.as_ref().map(|place| step(place, &related.id))),
        );
        steps.truncate(MOST_STEPS);
        (steps.len() > 1)
            .then(|| CodeFlow::builder().thread_flows(vec![ThreadFlow::builder().locations(steps).build()]).build())
    }

    /// Returns how a result stands to the state before the change, or to the baseline. It is told of
    /// every result of a run or of none.
    fn state(&self, finding: &Finding) -> Option<&'static str> {
        if self.report.delta.is_none() && self.report.baseline.is_none() {
            return None;
        }
        let old = finding.baseline || matches!(finding.change, Some(Change::Unchanged | Change::Fixed));
        Some(if old { "unchanged" } else { "new" })
    }

    fn suppressions(&self, finding: &Finding) -> Vec<Suppression> {
        match &finding.waiver {
            Some(waiver) if finding.outcome == Outcome::Waived => vec![self.suppression(waiver)],
            _ => Vec::new(),
        }
    }

    fn suppression(&self, waiver: &Waiver) -> Suppression {
        let in_list = |place: &Place| std::path::Path::new(&place.file).extension().is_some_and(|end| end == "toml");
        let inline = waiver.place.as_ref().is_some_and(|place| !in_list(place));
        let mut suppression = Suppression::builder()
            .kind(json!(if inline { "inSource" } else { "external" }))
            .status(json!("accepted"))
            .justification(waiver.reason.as_str())
            .properties(super::properties([("owner", json!(waiver.owner)), ("until", json!(waiver.until))]))
            .build();
        suppression.location = waiver
            .place
            .as_ref()
            .map(|place| Location::builder().physical_location(place::physical(place, &self.look.checkout)).build());
        suppression
    }
}

/// Adds a related location and returns it with the number by which a message links it.
fn link<'l>(
    locations: &'l mut Vec<Location>,
    place: &Place,
    told: &str,
    checkout: &Checkout,
) -> Option<(&'l mut Location, usize)> {
    let number = locations.len() + 1;
    if number > MOST_LOCATIONS {
        return None;
    }
    locations.push(
        Location::builder()
            .id(i64::try_from(number).unwrap_or(i64::MAX))
            .message(message(&harmless(told)))
            .physical_location(place::physical(place, checkout))
            .build(),
    );
    locations.last_mut().map(|location| (location, number))
}

/// Brackets end the text of a link unless they are escaped.
fn escape(text: &str) -> String {
    text.replace('\\', r"\\").replace('[', r"\[").replace(']', r"\]")
}

/// Escapes text that would read as a link of ours; plain addresses stay readable.
fn harmless(text: &str) -> String {
    if text.contains("](") { escape(text) } else { text.to_owned() }
}
