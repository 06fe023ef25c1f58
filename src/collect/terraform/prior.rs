//! The state before apply: what existed when the plan was made, with the values that it had, under
//! the addresses that it has after apply. It is read from the text again, and only when somebody asks.
//!
//! The account before is the state as terraform refreshed it, so drift is part of it. Links are the
//! ids and ARNs in the values: the configuration of a plan is that of the state after, and is heard
//! only where apply changes nothing (see [`Authored`]). Deposed objects are on neither side.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde_json::value::RawValue;

use super::document::{Authored, Change, PlannedValues, Reader, Span, Values, string};
use super::echo::Touched;
use super::{Document, Failure, Mode, Plan, detect, values};

/// What existed before apply.
#[derive(Debug, Default)]
pub struct Prior {
    /// The plans, with the values before apply instead of those after it.
    pub plans: Vec<Plan>,
    /// What each plan leaves open.
    leavings: Vec<Leavings>,
}

/// What the values of a plan's state before do not say. The resources go by their ids.
#[derive(Debug, Default)]
struct Leavings {
    /// Resources that existed, or may have, without values.
    untold: Vec<String>,
    /// Resources that apply replaces without destroying the old object.
    lingering: Vec<String>,
}

impl Prior {
    /// Reads what existed before the plans.
    pub fn read(plans: &[(String, Plan)]) -> Result<Self, Failure> {
        let mut prior = Self::default();
        let mut seen: HashSet<String> = HashSet::new();
        // A resource that one plan destroys may have the address of one that another plan keeps. The
        // kept one has the id that its finding has after apply.
        let kept: HashSet<String> = plans.iter().flat_map(|(_, plan)| plan.ids()).collect();
        for (name, plan) in plans {
            let (mut document, mut leavings) = side(plan)?;
            for address in leavings.untold.iter_mut().chain(&mut leavings.lingering) {
                *address = plan.id(address);
            }
            for resource in &mut document.resources {
                let id = plan.id(&resource.address);
                let gone = plan.position_of(&resource.address).is_none();
                if gone && kept.contains(&id) || !seen.insert(id) {
                    resource.address = format!("{name}#{}", resource.address).into();
                }
            }
            let mut before = Plan::of(document);
            before.scope.clone_from(&plan.scope);
            prior.plans.push(before);
            prior.leavings.push(leavings);
        }
        Ok(prior)
    }

    /// Returns whether the plans tell all of the state before, so that it can be judged: a resource
    /// without the ones that are parts of it would look worse than it was.
    pub fn is_told(&self) -> bool {
        self.leavings.iter().all(|leavings| leavings.untold.is_empty())
    }

    /// Returns whether terraform managed nothing at all before.
    pub fn is_empty(&self) -> bool {
        self.is_told() && self.plans.iter().all(is_empty)
    }

    /// Returns the ids of everything that existed, sorted.
    pub fn ids(&self) -> BTreeSet<String> {
        let untold = self.leavings.iter().flat_map(|leavings| &leavings.untold).cloned();
        self.plans.iter().flat_map(Plan::ids).chain(untold).collect()
    }

    /// Returns the ids of resources that apply replaces without destroying the old object.
    pub fn lingering(&self) -> BTreeSet<String> {
        self.leavings.iter().flat_map(|leavings| &leavings.lingering).cloned().collect()
    }

    /// Returns what the reader of a comparison should know of each plan.
    pub fn notes(&self) -> Vec<Vec<String>> {
        let note = |(plan, leavings): (&Plan, &Leavings)| {
            let mut notes = Vec::new();
            if let Some(first) = leavings.untold.first() {
                notes.push(format!(
                    "it does not tell how {} resources were before, such as {first}: nothing of what existed can be \
                     called new, unchanged or fixed; make a whole plan with: terraform show -json plan.bin",
                    leavings.untold.len()
                ));
            } else if is_empty(plan) {
                notes.push("terraform managed nothing before this plan: all that it plans is new".to_owned());
            }
            if !leavings.lingering.is_empty() {
                let names = leavings.lingering.join(", ");
                notes.push(format!(
                    "terraform replaces {names} and forgets the old object, which stays in the account: nothing of it counts as fixed"
                ));
            }
            notes
        };
        self.plans.iter().zip(&self.leavings).map(note).collect()
    }
}

fn is_empty(plan: &Plan) -> bool {
    !plan.resources().iter().any(|resource| resource.parsed.mode == Mode::Managed)
}

impl Plan {
    fn ids(&self) -> impl Iterator<Item = String> {
        self.resources().iter().map(|resource| self.id(&resource.address))
    }
}

/// Reads one plan's resources before apply.
fn side(plan: &Plan) -> Result<(Document, Leavings), Failure> {
    let after = plan.document();
    let source = &*after.source;
    let found = detect::find(source)?;
    // Whatever is odd about the text was said when the state after was read.
    let mut reader = Reader::new(source, Vec::new());
    let state = values::member(found.envelope.prior_state, "values");
    let (in_state, _) = values::resources(state);
    let in_state: HashMap<String, &RawValue> = in_state
        .iter()
        .filter(|resource| resource.deposed_key.is_none())
        .filter_map(|resource| Some((string(resource.address)?.into_owned(), resource.values?)))
        .collect();
    let mut untold = Vec::new();
    let mut lingering = Vec::new();
    for change in found.envelope.resource_changes.iter().flatten() {
        let Some(address) = string(change.address).filter(|_| change.deposed.is_none()) else { continue };
        let address: Arc<str> = address.as_ref().into();
        reader.decided.insert(Arc::clone(&address));
        // A moved resource has its new address in the state already; should another program think
        // otherwise, it is still one resource.
        reader.decided.extend(string(change.previous_address).map(|address| address.as_ref().into()));
        let actions = change.actions();
        if actions.iter().any(|action| action == "forget") && actions.iter().any(|action| action == "create") {
            lingering.push(address.to_string());
        }
        match before(change, &actions, &in_state) {
            Before::Nothing => {}
            Before::Untold => untold.push(address.to_string()),
            Before::Values(values) => reader.existed(change, address, values, authored(change, &actions, values)),
        }
    }
    reader.state_values(state, false);
    if found.envelope.resource_changes.is_none() {
        // Only the values after apply are told, not whether they differ.
        for resource in &mut reader.resources {
            resource.authored = Authored::Never;
        }
        if state.is_none() {
            let managed = plan.resources().iter().filter(|resource| resource.parsed.mode == Mode::Managed);
            untold.extend(managed.map(|resource| resource.address.to_string()));
        }
    }
    let document = Document {
        source: Arc::clone(&after.source),
        format_version: after.format_version.clone(),
        terraform_version: after.terraform_version.clone(),
        resources: reader.resources,
        variables: after.variables.clone(),
        configuration: Arc::clone(&after.configuration),
        warnings: Vec::new(),
        gaps: Vec::new(),
        touched: Touched::default(),
    };
    Ok((document, Leavings { untold, lingering }))
}

impl Reader<'_> {
    fn existed(&mut self, change: &Change<'_>, address: Arc<str>, values: &RawValue, authored: Authored) {
        let text = self.source.text();
        let Some(place) = change.address else { return };
        let sensitive = change.values.as_ref().and_then(|values| values.before_sensitive);
        let planned = PlannedValues {
            after: Some(Span::of(text, values.get())),
            after_sensitive: sensitive.map(|raw| Span::of(text, raw.get())),
            authored,
            ..PlannedValues::at(self.source.position(Span::of(text, place.get()).start()))
        };
        let names = [change.mode, change.type_name, change.name].map(string);
        self.push(address, names, change.provider_name, planned);
    }
}

/// What a plan says of a resource before apply.
enum Before<'a> {
    /// It was not there.
    Nothing,
    /// It was there, or may have been; with which values is not told.
    Untold,
    /// It had these values.
    Values(&'a RawValue),
}

fn before<'a>(change: &Change<'a>, actions: &[String], in_state: &HashMap<String, &'a RawValue>) -> Before<'a> {
    let is = |name: &str| actions.iter().any(|action| action == name);
    let values = change.values.as_ref();
    let imported = values.is_some_and(|values| values.importing.is_some());
    if is("create") && actions.len() == 1 && !imported {
        return Before::Nothing;
    }
    let from_state = || {
        let addresses = [change.address, change.previous_address].into_iter().filter_map(string);
        addresses.into_iter().find_map(|address| in_state.get(address.as_ref()).copied())
    };
    match values.and_then(Values::before).or_else(from_state) {
        Some(values) => Before::Values(values),
        None if values.is_some_and(Values::is_nothing) => Before::Nothing,
        // A data source that is read during apply has not been read before.
        None if is("read") || string(change.mode).as_deref() == Some("data") => Before::Nothing,
        None => Before::Untold,
    }
}

/// Tells how far the configuration speaks for the values before: where apply leaves them alone.
fn authored(change: &Change<'_>, actions: &[String], before: &RawValue) -> Authored {
    type Members<'a> = BTreeMap<String, &'a RawValue>;
    let is = |name: &str| actions.iter().any(|action| action == name);
    let values = change.values.as_ref();
    let Some(after) = values.and_then(Values::after).filter(|_| !is("delete") || is("create")) else {
        return Authored::Never;
    };
    let unknown = values.and_then(|values| values.after_unknown).map_or("{}", RawValue::get);
    if before.get() == after.get() && !unknown.contains("true") {
        return Authored::Wholly;
    }
    let members = |text| serde_json::from_str::<Members<'_>>(text).ok();
    let (Some(before), Some(after), Some(unknown)) = (members(before.get()), members(after.get()), members(unknown))
    else {
        return Authored::Never;
    };
    let text =
        |members: &Members<'_>, name: &str| members.get(name).map_or("null".to_owned(), |raw| raw.get().to_owned());
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).chain(unknown.keys()).collect();
    let changed = names.into_iter().filter(|name| {
        text(&before, name) != text(&after, name)
            || unknown.get(*name).is_some_and(|marks| marks.get().contains("true"))
    });
    let changed: BTreeSet<String> = changed.cloned().collect();
    if changed.is_empty() { Authored::Wholly } else { Authored::Except(changed) }
}
