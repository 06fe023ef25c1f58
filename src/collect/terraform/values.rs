//! State values as plans carry them (`prior_state`, `planned_values`): modules in modules, with
//! resources whose values stay raw.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::document::string;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct StateResource<'a> {
    #[serde(borrow)]
    pub(super) address: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) mode: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    pub(super) type_name: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) name: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) provider_name: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) values: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) sensitive_values: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) deposed_key: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct StateModule<'a> {
    #[serde(borrow)]
    resources: Option<Vec<StateResource<'a>>>,
    #[serde(borrow)]
    child_modules: Option<Vec<StateModule<'a>>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct StateRoot<'a> {
    #[serde(borrow)]
    root_module: Option<StateModule<'a>>,
}

/// Returns the resources of all modules in order, and whether something could not be read.
pub(super) fn resources(raw: Option<&RawValue>) -> (Vec<StateResource<'_>>, bool) {
    let mut found = Vec::new();
    let Some(raw) = raw else { return (found, false) };
    let Ok(root) = serde_json::from_str::<StateRoot<'_>>(raw.get()) else {
        return (found, true);
    };
    walk(root.root_module.unwrap_or_default(), &mut found);
    (found, false)
}

/// Collects the resources of a module and of those in it; the parser bounds the depth.
fn walk<'a>(module: StateModule<'a>, found: &mut Vec<StateResource<'a>>) {
    found.extend(module.resources.into_iter().flatten());
    for child in module.child_modules.into_iter().flatten() {
        walk(child, found);
    }
}

/// Returns the raw member of a raw object.
pub(super) fn member<'a>(raw: Option<&'a RawValue>, name: &str) -> Option<&'a RawValue> {
    let members: std::collections::BTreeMap<&str, &RawValue> = serde_json::from_str(raw?.get()).ok()?;
    members.get(name).copied()
}

/// Returns the address of an element of `deferred_changes`.
pub(super) fn deferred_address(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Deferred<'a> {
        #[serde(borrow)]
        resource_change: StateResource<'a>,
    }
    let deferred: Deferred<'_> = serde_json::from_str(text).ok()?;
    string(deferred.resource_change.address).map(std::borrow::Cow::into_owned)
}
