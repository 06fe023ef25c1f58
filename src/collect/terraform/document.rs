//! The plan document: finds the JSON in the text, checks what it is, and lists what will exist after
//! apply. The values stay raw slices of the text until somebody asks for them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::address::Address;
use super::configuration::Configuration;
use super::echo::Touched;
use super::failure::Failure;
use super::{detect, values};
use crate::inventory::Gap;
use crate::source::{Position, Source};

/// A slice of the plan's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// Finds a slice in the text that it was cut from.
    pub(super) fn of(text: &str, part: &str) -> Self {
        let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        Self { start, end: start + part.len() }
    }

    pub(super) fn start(self) -> usize {
        self.start
    }

    pub(super) fn get(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// One resource or data source that exists after apply.
#[derive(Debug)]
pub struct PlannedResource {
    /// The address as the plan writes it.
    pub address: Arc<str>,
    /// The address, taken apart.
    pub parsed: Address,
    /// The provider's source, such as `registry.terraform.io/hashicorp/aws`.
    pub provider: Option<Arc<str>>,
    /// What terraform does to it: `create`, `update`, `no-op`, …; empty when only its values are given.
    pub actions: Vec<String>,
    /// Where it stands in the plan.
    pub position: Position,
    pub(super) after: Option<Span>,
    pub(super) after_unknown: Option<Span>,
    pub(super) after_sensitive: Option<Span>,
    /// Unknown attributes are left out of the values instead of being marked.
    pub(super) omits_unknown: bool,
    /// How far the plan's configuration speaks for these values.
    pub(super) authored: Authored,
}

/// How far the configuration of a plan speaks for the values of a resource. It is what the author
/// wrote for the state after apply; of the state before, the plan keeps values only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Authored {
    /// For all of them.
    #[default]
    Wholly,
    /// For all but these attributes, which apply changes.
    Except(BTreeSet<String>),
    /// For none.
    Never,
}

/// A plan document.
#[derive(Debug)]
pub struct Document {
    /// The text it was read from.
    pub source: Arc<Source>,
    /// `format_version`.
    pub format_version: Option<String>,
    /// `terraform_version`.
    pub terraform_version: Option<String>,
    /// What exists after apply, in the order of the plan: first changes, then what only the prior
    /// state has.
    pub resources: Vec<PlannedResource>,
    /// Values of the root module's variables.
    pub variables: BTreeMap<String, Json>,
    /// The configuration.
    pub configuration: Arc<Configuration>,
    /// What is odd about the input but does not stop the scan.
    pub warnings: Vec<String>,
    /// What the plan itself says it could not tell.
    pub gaps: Vec<Gap>,
    /// Parts of resources that the plan takes away or changes.
    pub touched: Touched,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Envelope<'a> {
    #[serde(borrow)]
    format_version: Option<&'a RawValue>,
    #[serde(borrow)]
    terraform_version: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) resource_changes: Option<Vec<Change<'a>>>,
    #[serde(borrow)]
    pub(super) planned_values: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) prior_state: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) configuration: Option<&'a RawValue>,
    #[serde(borrow)]
    variables: Option<&'a RawValue>,
    #[serde(borrow)]
    errored: Option<&'a RawValue>,
    #[serde(borrow)]
    complete: Option<&'a RawValue>,
    #[serde(borrow)]
    deferred_changes: Option<Vec<&'a RawValue>>,
    // Members of a state.
    #[serde(borrow)]
    pub(super) lineage: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) serial: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) resources: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) values: Option<&'a RawValue>,
    // A line of `terraform plan -json`.
    #[serde(borrow, rename = "@level")]
    pub(super) level: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Change<'a> {
    #[serde(borrow)]
    pub(super) address: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) previous_address: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) mode: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    pub(super) type_name: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) name: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) deposed: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) provider_name: Option<&'a RawValue>,
    #[serde(borrow, rename = "change")]
    pub(super) values: Option<Values<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Values<'a> {
    #[serde(borrow)]
    actions: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "even_null")]
    before: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) before_sensitive: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) importing: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "even_null")]
    after: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) after_unknown: Option<&'a RawValue>,
    #[serde(borrow)]
    after_sensitive: Option<&'a RawValue>,
}

/// Keeps a null that is written apart from a member that is missing.
fn even_null<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl<'a> Values<'a> {
    /// Returns the values before apply.
    pub(super) fn before(&self) -> Option<&'a RawValue> {
        self.before.filter(|raw| raw.get() != "null")
    }

    /// Returns the values after apply.
    pub(super) fn after(&self) -> Option<&'a RawValue> {
        self.after.filter(|raw| raw.get() != "null")
    }

    /// Returns whether it says that there is nothing on either side: a resource that somebody deleted
    /// and that the code does not have any more.
    pub(super) fn is_nothing(&self) -> bool {
        let is_null = |raw: Option<&RawValue>| raw.is_some_and(|raw| raw.get() == "null");
        is_null(self.before) && is_null(self.after)
    }
}

impl Change<'_> {
    /// Returns what terraform does: `create`, `delete`, …
    pub(super) fn actions(&self) -> Vec<String> {
        let actions = self.values.as_ref().and_then(|values| values.actions);
        actions.and_then(|actions| serde_json::from_str(actions.get()).ok()).unwrap_or_default()
    }
}

pub(super) fn string<'a>(raw: Option<&'a RawValue>) -> Option<Cow<'a, str>> {
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
    serde_json::from_str::<Text<'a>>(raw?.get()).ok().map(|text| text.0)
}

impl Document {
    /// Reads the plan out of a text.
    pub fn parse(source: Source) -> Result<Self, Failure> {
        let found = detect::find(&source)?;
        let mut reader = Reader::new(&source, found.warnings);
        reader.versions(&found.envelope);
        reader.completeness(&found.envelope);
        match &found.envelope.resource_changes {
            Some(changes) => reader.changes(changes),
            None => reader.planned_values(found.envelope.planned_values),
        }
        reader.prior_state(found.envelope.prior_state);
        reader.tell_forgotten();
        let configuration = Arc::new(reader.configuration(found.envelope.configuration));
        let variables = Reader::variables(found.envelope.variables);
        let Reader { resources, warnings, gaps, format_version, terraform_version, touched, .. } = reader;
        let source = Arc::new(source);
        Ok(Self {
            source,
            format_version,
            terraform_version,
            resources,
            variables,
            configuration,
            warnings,
            gaps,
            touched,
        })
    }
}

/// Collects what a document says, with the warnings on the way.
pub(super) struct Reader<'a> {
    pub(super) source: &'a Source,
    pub(super) resources: Vec<PlannedResource>,
    /// Addresses that the changes decide about; the prior state has no say in them.
    pub(super) decided: HashSet<Arc<str>>,
    providers: BTreeMap<String, Arc<str>>,
    warnings: Vec<String>,
    gaps: Vec<Gap>,
    format_version: Option<String>,
    terraform_version: Option<String>,
    touched: Touched,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source, warnings: Vec<String>) -> Self {
        Self {
            source,
            resources: Vec::new(),
            decided: HashSet::new(),
            providers: BTreeMap::new(),
            warnings,
            gaps: Vec::new(),
            format_version: None,
            terraform_version: None,
            touched: Touched::default(),
        }
    }

    fn warn(&mut self, what: &str) {
        self.warnings.push(format!("{}: {what}", self.source.name()));
    }

    fn gap(&mut self, subject: String, reason: &str) {
        self.gaps.push(Gap::new(subject, reason, Vec::new()));
    }

    fn versions(&mut self, envelope: &Envelope<'_>) {
        self.format_version = string(envelope.format_version).map(Cow::into_owned);
        self.terraform_version = string(envelope.terraform_version).map(Cow::into_owned);
        let major = self.format_version.as_deref().and_then(|version| version.split('.').next());
        if let Some(major) = major
            && !matches!(major, "0" | "1")
        {
            let message = format!("plan format {major}.x is newer than hfscan knows (0.x and 1.x); read as 1.x");
            self.warn(&message);
        }
    }

    fn completeness(&mut self, envelope: &Envelope<'_>) {
        let is = |raw: Option<&RawValue>, word: &str| raw.is_some_and(|raw| raw.get() == word);
        let file = self.source.name().to_string();
        if is(envelope.errored, "true") {
            self.warn("terraform stopped with an error while it made this plan; resources are missing from it");
            self.gap(file.clone(), "the plan is incomplete: terraform stopped with an error");
        } else if is(envelope.complete, "false") {
            self.gap(file, "the plan is not complete: it was targeted, or a part of it was deferred");
        }
        for deferred in envelope.deferred_changes.iter().flatten() {
            let address = values::deferred_address(deferred.get()).unwrap_or_else(|| "a deferred change".into());
            self.gap(address, "terraform deferred this change: its values are not planned yet");
        }
    }

    fn changes(&mut self, changes: &[Change<'_>]) {
        for change in changes {
            self.change(change);
        }
    }

    fn change(&mut self, change: &Change<'_>) {
        let text = self.source.text();
        let Some(place) = change.address.or(change.type_name) else {
            self.warn("a resource change without an address was skipped");
            return;
        };
        let address: Arc<str> = string(change.address).unwrap_or_default().into();
        // A deposed object is the old half of a replacement and is deleted.
        if change.deposed.is_some() {
            return;
        }
        self.decided.insert(Arc::clone(&address));
        let values = change.values.as_ref();
        let actions = change.actions();
        let is = |name: &str| actions.iter().any(|action| action == name);
        if is("no-op") && values.is_some_and(Values::is_nothing) {
            return;
        }
        if let (true, Some(before)) = (is("delete") || is("update"), values.and_then(Values::before)) {
            self.touched.note(&string(change.type_name).unwrap_or_default(), before.get(), is("delete"));
        }
        let span = |raw: Option<&RawValue>| raw.map(|raw| Span::of(text, raw.get()));
        let mut planned = PlannedValues {
            after: span(values.and_then(Values::after)),
            after_unknown: span(values.and_then(|values| values.after_unknown)),
            after_sensitive: span(values.and_then(|values| values.after_sensitive)),
            ..PlannedValues::at(self.source.position(Span::of(text, place.get()).start))
        };
        if !actions.is_empty() && !["create", "update", "no-op", "read"].into_iter().any(is) {
            // What terraform only forgets stays in the account, as it is.
            let Some(kept) = values.and_then(Values::before).filter(|_| is("forget")) else { return };
            planned.after = span(Some(kept));
            planned.after_unknown = None;
            planned.after_sensitive = span(values.and_then(|values| values.before_sensitive));
        }
        planned.actions = actions;
        let names = [change.mode, change.type_name, change.name].map(string);
        self.push(address, names, change.provider_name, planned);
    }

    /// Says that resources leave the state but not the account: nobody looks after them from then on.
    fn tell_forgotten(&mut self) {
        let forgotten = |resource: &&PlannedResource| resource.actions.iter().any(|action| action == "forget");
        let names: Vec<&str> = self.resources.iter().filter(forgotten).map(|resource| &*resource.address).collect();
        if !names.is_empty() {
            let message = format!(
                "terraform forgets {} and destroys nothing: judged as part of the account, by the last known values",
                names.join(", ")
            );
            self.warn(&message);
        }
    }

    fn planned_values(&mut self, raw: Option<&RawValue>) {
        let before = self.resources.len();
        self.state_values(raw, true);
        if self.resources.len() > before {
            self.warn("no resource_changes: read from planned_values, where unknown attributes are left out; make a whole plan with: terraform show -json plan.bin");
        }
    }

    fn prior_state(&mut self, raw: Option<&RawValue>) {
        self.state_values(values::member(raw, "values"), false);
    }

    pub(super) fn state_values(&mut self, raw: Option<&RawValue>, omits_unknown: bool) {
        let text = self.source.text();
        let (found, broken) = values::resources(raw);
        if broken {
            self.warn("a part of the state values could not be read");
            self.gap(self.source.name().to_string(), "state values that are no state values");
        }
        for resource in found {
            let Some(place) = resource.address else { continue };
            let address: Arc<str> = string(resource.address).unwrap_or_default().into();
            if resource.deposed_key.is_some() || self.decided.contains(&address) {
                continue;
            }
            let names = [resource.mode, resource.type_name, resource.name].map(string);
            let position = self.source.position(Span::of(text, place.get()).start);
            self.push(
                address,
                names,
                resource.provider_name,
                PlannedValues {
                    after: resource.values.map(|raw| Span::of(text, raw.get())),
                    after_sensitive: resource.sensitive_values.map(|raw| Span::of(text, raw.get())),
                    omits_unknown,
                    ..PlannedValues::at(position)
                },
            );
        }
    }

    pub(super) fn push(
        &mut self,
        address: Arc<str>,
        [mode, type_name, name]: [Option<Cow<'_, str>>; 3],
        provider: Option<&RawValue>,
        values: PlannedValues,
    ) {
        let parsed = Address::parse(&address).or_else(|error| {
            let (Some(type_name), Some(name)) = (type_name, name) else {
                return Err(error);
            };
            let data = mode.as_deref() == Some("data");
            Address::parse(&format!("{}{type_name}.{name}", if data { "data." } else { "" }))
        });
        let parsed = match parsed {
            Ok(parsed) => parsed,
            Err(error) => {
                self.warn(&format!("line {}: {error}; the resource was skipped", values.position.line));
                self.gap(address.to_string(), "its address cannot be read");
                return;
            }
        };
        let provider = string(provider)
            .map(|name| Arc::clone(self.providers.entry(name.to_string()).or_insert_with(|| name.as_ref().into())));
        let address = if address.is_empty() { parsed.to_string().into() } else { address };
        let PlannedValues { actions, position, after, after_unknown, after_sensitive, omits_unknown, authored } =
            values;
        self.resources.push(PlannedResource {
            address,
            parsed,
            provider,
            actions,
            position,
            after,
            after_unknown,
            after_sensitive,
            omits_unknown,
            authored,
        });
    }

    fn configuration(&mut self, raw: Option<&RawValue>) -> Configuration {
        let Some(raw) = raw else {
            self.warn("the plan has no configuration: references cannot be followed");
            return Configuration::default();
        };
        Configuration::parse(raw.get()).unwrap_or_else(|_| {
            self.warn("the configuration in the plan cannot be read: references cannot be followed");
            self.gap(self.source.name().to_string(), "the configuration in the plan cannot be read");
            Configuration::default()
        })
    }

    fn variables(raw: Option<&RawValue>) -> BTreeMap<String, Json> {
        #[derive(Deserialize)]
        struct Variable {
            value: Option<Json>,
        }
        let Some(raw) = raw else { return BTreeMap::new() };
        let variables: BTreeMap<String, Variable> = serde_json::from_str(raw.get()).unwrap_or_default();
        variables.into_iter().filter_map(|(name, variable)| Some((name, variable.value?))).collect()
    }
}

/// What is told of a resource beside its name.
pub(super) struct PlannedValues {
    pub(super) actions: Vec<String>,
    pub(super) position: Position,
    pub(super) after: Option<Span>,
    pub(super) after_unknown: Option<Span>,
    pub(super) after_sensitive: Option<Span>,
    pub(super) omits_unknown: bool,
    pub(super) authored: Authored,
}

impl PlannedValues {
    /// Nothing but a place.
    pub(super) fn at(position: Position) -> Self {
        Self {
            actions: Vec::new(),
            position,
            after: None,
            after_unknown: None,
            after_sensitive: None,
            omits_unknown: false,
            authored: Authored::Wholly,
        }
    }
}
