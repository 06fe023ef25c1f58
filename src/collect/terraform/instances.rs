//! Which instances of modules and resources the plan has, indexed so that no look-up searches.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value as Json;

use super::address::{Key, ModuleStep};
use super::configuration::{Call, Configuration, Expression};
use super::document::PlannedResource;

/// Position of a module instance; 0 is the root.
pub(super) type ModuleId = usize;

/// One instance of a module.
#[derive(Debug)]
pub(super) struct ModuleInstance {
    /// The module in the configuration, if it is there.
    pub(super) module: Option<usize>,
    /// The calling module instance; none for the root.
    pub(super) parent: Option<ModuleId>,
    /// Name and key under which the parent calls it.
    pub(super) step: ModuleStep,
    /// The instances that it calls, by call.
    pub(super) children: HashMap<String, BTreeMap<Option<Key>, ModuleId>>,
    /// Its resources by local name: position in the list of groups.
    pub(super) groups: HashMap<String, usize>,
}

/// All instances of one resource block in one module instance.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// Instance key → position in the document's resources.
    pub(super) members: BTreeMap<Option<Key>, usize>,
}

impl Group {
    /// Returns whether the block has neither `count` nor `for_each`.
    pub(super) fn single(&self) -> Option<usize> {
        self.members.get(&None).copied()
    }
}

/// All module instances and resource groups.
#[derive(Debug)]
pub(super) struct Instances {
    pub(super) modules: Vec<ModuleInstance>,
    pub(super) groups: Vec<Group>,
    /// The module instance of each resource.
    pub(super) module_of: Vec<ModuleId>,
    /// The group of each resource.
    pub(super) group_of: Vec<usize>,
    /// Resources by address.
    pub(super) by_address: HashMap<std::sync::Arc<str>, usize>,
}

impl Instances {
    pub(super) fn new(resources: &[PlannedResource], configuration: &Configuration) -> Self {
        let root = ModuleInstance {
            module: Some(0),
            parent: None,
            step: ModuleStep { name: String::new(), key: None },
            children: HashMap::new(),
            groups: HashMap::new(),
        };
        let mut instances = Self {
            modules: vec![root],
            groups: Vec::new(),
            module_of: Vec::new(),
            group_of: Vec::new(),
            by_address: HashMap::new(),
        };
        for (position, resource) in resources.iter().enumerate() {
            let mut module = 0;
            for step in &resource.parsed.module {
                module = instances.child(configuration, module, step);
            }
            let group = instances.group(module, resource.parsed.local_name());
            if let Some(group) = instances.groups.get_mut(group) {
                group.members.entry(resource.parsed.key.clone()).or_insert(position);
            }
            instances.module_of.push(module);
            instances.group_of.push(group);
            instances.by_address.entry(resource.address.clone()).or_insert(position);
        }
        instances.add_empty(configuration);
        instances
    }

    fn group(&mut self, module: ModuleId, name: String) -> usize {
        let next = self.groups.len();
        let Some(instance) = self.modules.get_mut(module) else {
            return next;
        };
        let group = *instance.groups.entry(name).or_insert(next);
        if group == next {
            self.groups.push(Group::default());
        }
        group
    }

    fn child(&mut self, configuration: &Configuration, parent: ModuleId, step: &ModuleStep) -> ModuleId {
        let Some(instance) = self.modules.get(parent) else {
            return 0;
        };
        if let Some(&child) = instance.children.get(&step.name).and_then(|keys| keys.get(&step.key)) {
            return child;
        }
        let module = instance
            .module
            .and_then(|module| configuration.modules.get(module))
            .and_then(|module| module.calls.get(&step.name))
            .map(|call| call.module);
        let id = self.modules.len();
        self.modules.push(ModuleInstance {
            module,
            parent: Some(parent),
            step: step.clone(),
            children: HashMap::new(),
            groups: HashMap::new(),
        });
        if let Some(instance) = self.modules.get_mut(parent) {
            instance.children.entry(step.name.clone()).or_default().insert(step.key.clone(), id);
        }
        id
    }

    /// Adds module instances without any resource, such as those that only compute names: outputs
    /// lead through them all the same.
    fn add_empty(&mut self, configuration: &Configuration) {
        // A hostile plan could nest counts in counts.
        let most = self.modules.len() + 100_000;
        let mut at = 0;
        while let Some(instance) = self.modules.get(at).filter(|_| self.modules.len() < most) {
            let module = instance.module.and_then(|module| configuration.modules.get(module));
            let missing: Vec<ModuleStep> = module
                .into_iter()
                .flat_map(|module| &module.calls)
                .filter(|(name, _)| !instance.children.contains_key(*name))
                .flat_map(|(name, call)| keys(call).into_iter().map(|key| ModuleStep { name: name.clone(), key }))
                .collect();
            for step in missing {
                self.child(configuration, at, &step);
            }
            at += 1;
        }
    }
}

/// Returns the keys of a call whose instances the plan does not show.
fn keys(call: &Call) -> Vec<Option<Key>> {
    // A bound keeps a hostile count from filling the memory.
    const MOST: u64 = 1000;
    match (&call.count, &call.for_each) {
        (None, None) => vec![None],
        (Some(Expression::Constant(Json::Number(count))), _) => {
            (0..count.as_u64().unwrap_or(0).min(MOST)).map(|index| Some(Key::Integer(index))).collect()
        }
        (_, Some(Expression::Constant(Json::Object(map)))) => {
            map.keys().map(|key| Some(Key::String(key.clone()))).collect()
        }
        (_, Some(Expression::Constant(Json::Array(items)))) => {
            items.iter().filter_map(|item| Some(Some(Key::String(item.as_str()?.to_owned())))).collect()
        }
        _ => Vec::new(),
    }
}
