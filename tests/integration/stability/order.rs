//! No identity depends on the order of a list: the plans of the ha-eks environment, of its violations and of
//! this area, with all that has no order mixed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use hfscan::evaluate::outcome::Outcome;
use hfscan::finding::Report;
use hfscan::pipeline;
use serde_json::Value;

use super::{PLANS, plan};
use crate::corpus::{self, bench, on_threads, shared};
use crate::environments::violation_plan;

/// Attributes and blocks whose order means nothing to the provider: it keeps them as sets, or AWS does.
const SETS: &[&str] = &[
    "availability_zones",
    "cidr_blocks",
    "egress",
    "enabled_cloudwatch_logs_exports",
    "enabled_cluster_log_types",
    "ingress",
    "inline_policy",
    "managed_policy_arns",
    "override_action",
    "public_access_cidrs",
    "route",
    "rule",
    "security_group_ids",
    "security_groups",
    "setting",
    "subnet_ids",
    "subnets",
    "vpc_security_group_ids",
    "vpc_zone_identifier",
];

/// A row of numbers that is the same in every run.
struct Dice(u64);

impl Dice {
    /// Returns an order for so many things.
    fn order(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            order.swap(last, usize::try_from(self.0 % (last as u64 + 1)).unwrap());
        }
        order
    }

    fn mix(&mut self, items: &mut Vec<Value>) {
        let order = self.order(items.len());
        *items = order.iter().map(|from| items[*from].clone()).collect();
    }
}

/// Mixes the sets of a resource's values, and with them what is said of each element elsewhere.
fn mix_values(sides: &mut [&mut Value], dice: &mut Dice) {
    let Some((values, beside)) = sides.split_first_mut() else { return };
    let Value::Object(fields) = &mut **values else { return };
    for (name, field) in fields {
        let mut beside: Vec<&mut Value> = beside.iter_mut().filter_map(|side| side.get_mut(name)).collect();
        match field {
            Value::Array(items) => {
                if SETS.contains(&name.as_str()) {
                    let order = dice.order(items.len());
                    *items = order.iter().map(|from| items[*from].clone()).collect();
                    for side in &mut beside {
                        if let Value::Array(said) = &mut **side
                            && said.len() == order.len()
                        {
                            *said = order.iter().map(|from| said[*from].clone()).collect();
                        }
                    }
                }
                for (position, item) in items.iter_mut().enumerate() {
                    let said = beside.iter_mut().filter_map(|side| side.get_mut(position));
                    mix_values(&mut std::iter::once(item).chain(said).collect::<Vec<_>>(), dice);
                }
            }
            Value::String(text) if text.starts_with('{') => mix_document(text, dice),
            _ => {}
        }
    }
}

/// Mixes the statements of a policy, and the lists in them.
fn mix_document(text: &mut String, dice: &mut Dice) {
    fn mix(value: &mut Value, dice: &mut Dice) {
        match value {
            Value::Array(items) => {
                dice.mix(items);
                items.iter_mut().for_each(|item| mix(item, dice));
            }
            Value::Object(fields) => fields.values_mut().for_each(|field| mix(field, dice)),
            _ => {}
        }
    }
    if let Ok(mut document) = serde_json::from_str::<Value>(text)
        && document.get("Statement").is_some()
    {
        mix(&mut document, dice);
        *text = document.to_string();
    }
}

/// Mixes the resources and the sets of the blocks in a module and those below it. Blocks of a
/// resource stand in the order in which they are written, the values of a set in another.
fn mix_module(module: &mut Value, dice: &mut Dice) {
    if let Some(Value::Array(resources)) = module.get_mut("resources") {
        dice.mix(resources);
        for expressions in resources.iter_mut().filter_map(|resource| resource.get_mut("expressions")) {
            mix_values(&mut [expressions], dice);
        }
    }
    if let Some(Value::Object(calls)) = module.get_mut("module_calls") {
        calls.values_mut().filter_map(|call| call.get_mut("module")).for_each(|module| mix_module(module, dice));
    }
}

fn mixed(text: &str, seed: u64) -> String {
    let mut plan: Value = serde_json::from_str(text).unwrap();
    let mut dice = Dice(seed);
    if let Some(Value::Array(changes)) = plan.get_mut("resource_changes") {
        dice.mix(changes);
        for change in changes {
            let Some(Value::Object(change)) = change.get_mut("change") else { continue };
            let names = ["after", "after_unknown", "after_sensitive"];
            let mut sides: Vec<Value> = names.iter().map(|name| change.remove(*name).unwrap_or_default()).collect();
            mix_values(&mut sides.iter_mut().collect::<Vec<_>>(), &mut dice);
            for (name, side) in names.into_iter().zip(sides) {
                change.insert(name.to_owned(), side);
            }
        }
    }
    if let Some(module) = plan.pointer_mut("/configuration/root_module") {
        mix_module(module, &mut dice);
    }
    plan.to_string()
}

/// What a plan fails in: identity, severity, rule, resource and element.
fn failures(text: &str) -> BTreeSet<String> {
    let report = pipeline::scan_text("plan.json", text, &bench().selected, &bench().rules).unwrap();
    let failing = report.findings.iter().filter(|finding| finding.outcome == Outcome::Fail);
    failing.map(|finding| format!("{} {} {}", finding.id, finding.severity, super::about(finding))).collect()
}

fn plans(scratch: &Path) -> Vec<PathBuf> {
    let mut plans: Vec<PathBuf> = PLANS.into_iter().map(plan).collect();
    plans.push(PathBuf::from("tests/data/terraform/blocks.json"));
    for entry in fs::read_dir("fixtures/environments/ha-eks/violations").unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        plans.push(violation_plan(&name, scratch));
    }
    for entry in fs::read_dir("fixtures/environments/ha-eks/variants").unwrap() {
        plans.push(entry.unwrap().path().join("plan.json"));
    }
    plans.sort();
    plans
}

#[test]
fn the_order_of_lists_changes_no_identity() {
    let scratch = tempfile::tempdir().unwrap();
    let plans = plans(scratch.path());
    bench();
    let wrong = on_threads(&plans, |path| {
        let text = fs::read_to_string(path).unwrap();
        let straight = failures(&text);
        let differences = |seed: u64| {
            let other = failures(&mixed(&text, seed));
            let only = straight.symmetric_difference(&other);
            only.map(|line| format!("{} seed {seed}: {line}", path.display())).collect::<Vec<_>>()
        };
        (straight.len(), [17, 4_711].into_iter().flat_map(differences).collect::<Vec<String>>())
    });
    let found: usize = wrong.iter().map(|(count, _)| count).sum();
    let wrong: Vec<String> = wrong.into_iter().flat_map(|(_, wrong)| wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(found > 100, "{found}");
}

/// What does not tell its elements apart by a tag gives the first of them the plain identity, and so to
/// another one when the first is mended.
fn twins(report: &Report) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let failing = report.findings.iter().filter(|finding| finding.outcome == Outcome::Fail);
    failing.map(super::about).filter(|about| !seen.insert(about.clone())).collect()
}

#[test]
fn no_two_failures_of_a_resource_have_one_tag() {
    let scratch = tempfile::tempdir().unwrap();
    let mut plans = plans(scratch.path());
    if let Some(folder) = shared("plans") {
        corpus::files(&folder, &mut plans);
    }
    bench();
    let twins: Vec<String> = on_threads(&plans, |path| {
        let report = corpus::scan(path);
        report
            .map(|report| twins(&report))
            .unwrap_or_default()
            .into_iter()
            .map(|twin| format!("{}: {twin}", path.display()))
            .collect::<Vec<_>>()
    })
    .concat();
    assert!(twins.is_empty(), "{twins:#?}");
}
