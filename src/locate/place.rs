//! Moves the places of a report's findings from the plan into the source.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::Sources;
use super::configuration::{Configuration, Located};
use super::narrow::{Narrowed, narrow};
use super::statement;
use super::tree::{Leaf, Node};
use crate::collect::terraform::address::Address;
use crate::collect::terraform::aws::written::written;
use crate::finding::{Block, Call, Finding, Related, Report};
use crate::inventory::Inventory;

/// Places every finding of a report.
pub(super) fn place(sources: &Sources, report: &mut Report, inventory: &Inventory) {
    let mut mapper = Mapper { sources, inventory, located: HashMap::new() };
    let mut summary = sources.summary.clone();
    // What the change takes away may be gone from the source too: nothing to count.
    for finding in &mut report.fixed {
        mapper.map(finding);
    }
    for finding in &mut report.findings {
        match mapper.map(finding) {
            Some(true) => summary.mapped += 1,
            Some(false) => summary.unmapped += 1,
            None => {}
        }
    }
    let modules = sources.roots.values().flatten().flat_map(Configuration::modules);
    let warnings: BTreeSet<String> = modules.flat_map(|module| module.known_warnings()).collect();
    summary.warnings.extend(warnings);
    report.source = Some(summary);
}

/// Blocks that were looked up already, by plan and address.
type Cache<'a> = HashMap<String, HashMap<String, Result<Rc<Located<'a>>, String>>>;

struct Mapper<'a> {
    sources: &'a Sources,
    inventory: &'a Inventory,
    located: Cache<'a>,
}

impl<'a> Mapper<'a> {
    /// Places a finding. Returns whether that went well; nothing when it has no source.
    fn map(&mut self, finding: &mut Finding) -> Option<bool> {
        for related in &mut finding.related {
            self.relate(related);
        }
        let plan = finding.place.clone()?;
        let block = finding.block.clone()?;
        let located = match self.locate(&plan.file, &block.address)? {
            Ok(located) => located,
            Err(reason) => {
                finding.unmapped = Some(reason);
                return Some(false);
            }
        };
        let path = finding.path.clone();
        let tag = finding.tag.clone();
        let written = written(&block.type_name, &steps(&path), tag.as_deref());
        let Some(narrowed) = narrow(&located.declared, &written) else {
            finding.unmapped = Some("the block is empty".to_owned());
            return Some(false);
        };
        let tag = statement_tag(finding);
        let statement = tag.and_then(|tag| statement::in_attribute(&narrowed, tag));
        let place = narrowed.file.place(statement.as_ref().unwrap_or(&narrowed.head));
        finding.place = Some(place);
        finding.input_place = Some(plan);
        finding.calls = located
            .calls
            .iter()
            .map(|(address, file, entry)| Call { address: address.clone(), place: file.place(&entry.head) })
            .collect();
        let document = document(&located, &narrowed, &block, finding);
        finding.related.extend(document.filter(|document| finding.related.iter().all(|other| other.id != document.id)));
        Some(true)
    }

    fn relate(&mut self, related: &mut Related) {
        let resource = self.inventory.index_of(&related.id).and_then(|index| self.inventory.resources.get(index));
        let Some(origin) = resource.map(|resource| &resource.origin) else { return };
        if let Some(Ok(located)) = self.locate(&origin.file, &origin.address)
            && let Some((file, entry)) = located.declared.first()
        {
            related.place = Some(file.place(&entry.head));
        }
    }

    fn locate(&mut self, plan: &str, address: &str) -> Option<Result<Rc<Located<'a>>, String>> {
        if let Some(found) = self.located.get(plan).and_then(|blocks| blocks.get(address)) {
            return Some(found.clone());
        }
        let found = match self.sources.roots.get(plan)? {
            Ok(root) => match Address::parse(address) {
                Ok(address) => root.locate(&address).map(Rc::new),
                Err(error) => Err(error.to_string()),
            },
            Err(reason) => Err(reason.clone()),
        };
        self.located.entry(plan.to_owned()).or_default().insert(address.to_owned(), found.clone());
        Some(found)
    }
}

/// Returns the steps of a path; `subnets[0]` is two.
fn steps(path: &[String]) -> Vec<&str> {
    path.iter().flat_map(|step| step.split(['[', ']'])).filter(|step| !step.is_empty()).collect()
}

/// Returns a tag from where it names a statement on: that of an inline policy begins with the policy's name.
fn statement_tag(finding: &Finding) -> Option<&str> {
    let tag = finding.tag.as_deref()?;
    let inline = finding.path.iter().any(|step| step == "inline_policies");
    if inline { tag.split_once('/').map(|(_, rest)| rest) } else { Some(tag) }
}

/// Returns the policy document that an attribute takes its text from, at the statement that the
/// finding's tag names if there is one.
fn document(located: &Located<'_>, narrowed: &Narrowed<'_>, block: &Block, finding: &Finding) -> Option<Related> {
    const DOCUMENT: &str = "aws_iam_policy_document";
    let Node::Leaf(Leaf { mentions, .. }) = narrowed.node else { return None };
    let mut names = mentions.iter().filter_map(|mention| match mention.as_slice() {
        [data, kind, name, ..] if data == "data" && kind == DOCUMENT => Some(name),
        _ => None,
    });
    let name = names.next()?;
    if names.any(|other| other != name) {
        return None;
    }
    let declared = located.module.declared(&["data", DOCUMENT, name]);
    let (file, entry) = declared.first()?;
    let statement = statement_tag(finding).and_then(|tag| statement::in_blocks(entry, tag));
    let place = file.place(statement.as_ref().unwrap_or(&entry.head));
    let module = Address::parse(&block.address).ok()?.module;
    let prefix = module.iter().fold(String::new(), |text, step| format!("{text}{step}."));
    Some(Related { id: format!("{prefix}data.{DOCUMENT}.{name}"), kind: None, place: Some(place) })
}
