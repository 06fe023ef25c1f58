//! Deployments with the Services that lead to them and the autoscalers that change their size.

use std::collections::{BTreeMap, HashMap};

use super::super::agree::{any, both, not};
use super::labels::{meets, selects};
use super::{Hidden, together};
use crate::inventory::kubernetes::apps::{Deployment, DeploymentFacts};
use crate::inventory::kubernetes::autoscaling::HorizontalPodAutoscaler;
use crate::inventory::kubernetes::core::Service;
use crate::inventory::kubernetes::keda::ScaledObject;
use crate::inventory::kubernetes::{Companion, Identity, ScaleTarget};
use crate::inventory::{Index, Inventory, Linked, Value};

/// An autoscaler of either kind.
struct Autoscaler<'a> {
    index: Index,
    identity: &'a Identity,
    target: &'a ScaleTarget,
    link: &'a Linked,
    works: Value<bool>,
}

/// Services and autoscalers by what a Deployment can be looked up with.
struct Companions<'a> {
    /// Services by namespace and one label that they ask for.
    services: HashMap<(&'a str, &'a str, &'a str), Vec<Index>>,
    /// Services that cannot be looked up so.
    odd_services: Vec<Index>,
    /// Autoscalers by the name of what they scale.
    autoscalers: HashMap<&'a str, Vec<Autoscaler<'a>>>,
    /// Autoscalers whose target's name cannot be told.
    odd_autoscalers: Vec<Autoscaler<'a>>,
}

pub(super) fn derive(inventory: &mut Inventory, hidden: &Hidden) {
    let companions = Companions::of(inventory);
    let deployments: Vec<(Index, DeploymentFacts)> = inventory
        .of::<Deployment>()
        .map(|(index, _, deployment)| (index, companions.facts(inventory, hidden, index, deployment)))
        .collect();
    let autoscalers: Vec<(Index, Value<bool>)> =
        companions.all().map(|one| (one.index, target_exists(inventory, hidden, one))).collect();
    for (index, facts) in deployments {
        if let Some(place) = inventory.facts_mut::<Deployment>(index) {
            *place = facts;
        }
    }
    for (index, exists) in autoscalers {
        if let Some(facts) = inventory.facts_mut::<HorizontalPodAutoscaler>(index) {
            facts.target_exists = exists;
        } else if let Some(facts) = inventory.facts_mut::<ScaledObject>(index) {
            facts.target_exists = exists;
        }
    }
}

fn target_exists(inventory: &Inventory, hidden: &Hidden, one: &Autoscaler<'_>) -> Value<bool> {
    if let Value::Unknown(reason) = one.link {
        return Value::Unknown(reason.clone());
    }
    if !inventory.edges(one.index, "target").targets.is_empty() {
        return Value::Known(true);
    }
    match hidden.in_namespace(&one.identity.namespace, one.identity.stage.as_deref()) {
        Some(reason) => Value::Unknown(reason),
        None => Value::Known(false),
    }
}

impl<'a> Companions<'a> {
    fn of(inventory: &'a Inventory) -> Self {
        let mut companions = Self {
            services: HashMap::new(),
            odd_services: Vec::new(),
            autoscalers: HashMap::new(),
            odd_autoscalers: Vec::new(),
        };
        for (index, _, service) in inventory.of::<Service>() {
            let Value::Known(selector) = &service.selector else {
                companions.odd_services.push(index);
                continue;
            };
            match (&service.identity.namespace, selector.iter().next()) {
                (_, None) => {}
                (Value::Known(namespace), Some((key, Value::Known(value)))) => {
                    companions.services.entry((namespace, key, value)).or_default().push(index);
                }
                _ => companions.odd_services.push(index),
            }
        }
        let pods = inventory.of::<HorizontalPodAutoscaler>().map(|(index, _, one)| Autoscaler {
            index,
            identity: &one.identity,
            target: &one.scale_target,
            link: &one.target,
            works: Value::Known(true),
        });
        let scaled = inventory.of::<ScaledObject>().map(|(index, _, one)| Autoscaler {
            index,
            identity: &one.identity,
            target: &one.scale_target,
            link: &one.target,
            works: not(one.paused.clone()),
        });
        for autoscaler in pods.chain(scaled) {
            match &autoscaler.target.name {
                Value::Known(Some(name)) => companions.autoscalers.entry(name).or_default().push(autoscaler),
                Value::Known(None) | Value::Unknown(_) => companions.odd_autoscalers.push(autoscaler),
            }
        }
        companions
    }

    fn all(&self) -> impl Iterator<Item = &Autoscaler<'a>> {
        let named: BTreeMap<&str, &Vec<Autoscaler<'a>>> =
            self.autoscalers.iter().map(|(name, all)| (*name, all)).collect();
        named.into_values().flatten().chain(&self.odd_autoscalers)
    }

    fn facts(&self, inventory: &Inventory, hidden: &Hidden, index: Index, deployment: &Deployment) -> DeploymentFacts {
        let identity = &deployment.identity;
        let services = self.services_of(inventory, deployment);
        let (autoscalers, missed_by) = self.autoscalers_of(inventory, index, identity);
        let decide = |companions: &[Companion]| match any(companions.iter().map(|one| one.certain.clone())) {
            Value::Known(false) => match hidden.in_namespace(&identity.namespace, identity.stage.as_deref()) {
                Some(reason) => Value::Unknown(reason),
                None => Value::Known(false),
            },
            decided => decided,
        };
        DeploymentFacts {
            served: decide(&services),
            autoscaled: decide(&autoscalers),
            services,
            autoscalers,
            missed_by,
        }
    }

    fn services_of(&self, inventory: &Inventory, deployment: &Deployment) -> Vec<Companion> {
        let labels = &deployment.pods.labels;
        let known = labels.known().filter(|labels| labels.values().all(|value| value.known().is_some()));
        let mut candidates: Vec<Index> = match (deployment.identity.namespace.known(), known) {
            (Some(namespace), Some(labels)) => labels
                .iter()
                .filter_map(|(key, value)| self.services.get(&(namespace, key, value.known()?)))
                .flatten()
                .copied()
                .collect(),
            _ => self.services.values().flatten().copied().collect(),
        };
        candidates.extend(&self.odd_services);
        candidates.sort_unstable();
        candidates.dedup();
        let services = candidates.into_iter().filter_map(|index| {
            let service = inventory.get::<Service>(index)?;
            if !together(service.identity.stage.as_deref(), deployment.identity.stage.as_deref()) {
                return None;
            }
            let same = same_namespace(&service.identity, &deployment.identity);
            // A template whose labels miss the Deployment's own selector makes no pods.
            let own = meets(&deployment.selector, labels);
            let certain = both(both(same, selects(&service.selector, labels)), own);
            (!certain.is(&false)).then(|| Companion { id: inventory.id(index).to_owned(), certain })
        });
        services.collect()
    }

    /// Returns the autoscalers of a Deployment, and those that miss it by their API group.
    fn autoscalers_of(
        &self,
        inventory: &Inventory,
        index: Index,
        identity: &Identity,
    ) -> (Vec<Companion>, Vec<String>) {
        let mut companions = Vec::new();
        let mut missed = Vec::new();
        let named = match &identity.object_name {
            Value::Known(Some(name)) => self.autoscalers.get(name.as_str()).into_iter().flatten().collect::<Vec<_>>(),
            // The API server makes up a name that nobody can know.
            Value::Known(None) => Vec::new(),
            Value::Unknown(_) => self.all().collect(),
        };
        let mut candidates: Vec<&Autoscaler<'_>> = named.into_iter().chain(&self.odd_autoscalers).collect();
        candidates.sort_by_key(|one| one.index);
        candidates.dedup_by_key(|one| one.index);
        for one in candidates {
            if !together(one.identity.stage.as_deref(), identity.stage.as_deref()) {
                continue;
            }
            let id = inventory.id(one.index).to_owned();
            let parts = [
                same_namespace(one.identity, identity),
                is(&one.target.kind, "Deployment"),
                same_text(&one.target.name, &identity.object_name),
                same_group(&one.target.api_version, &identity.api_version),
            ];
            let [namespace, kind, name, group] = parts.clone();
            if [&namespace, &kind, &name].into_iter().all(|part| part.is(&true)) && group.is(&false) {
                missed.push(id);
                continue;
            }
            let matches = parts.into_iter().fold(one.works.clone(), both);
            // Two Deployments of one name, as in two plans: which of them is meant cannot be told.
            let edges = inventory.edges(one.index, "target");
            let certain = match &edges.doubt {
                Some(reason) if matches.is(&true) && edges.targets.len() > 1 && edges.targets.contains(&index) => {
                    Value::Unknown(reason.clone())
                }
                _ => matches,
            };
            if !certain.is(&false) {
                companions.push(Companion { id, certain });
            }
        }
        (companions, missed)
    }
}

fn same_namespace(one: &Identity, other: &Identity) -> Value<bool> {
    one.namespace.as_ref().and_then(|one| other.namespace.as_ref().map(|other| one == other))
}

fn is(text: &Value<Option<String>>, wanted: &str) -> Value<bool> {
    text.as_ref().map(|text| text.as_deref() == Some(wanted))
}

fn same_text(one: &Value<Option<String>>, other: &Value<Option<String>>) -> Value<bool> {
    one.as_ref().and_then(|one| other.as_ref().map(|other| one.is_some() && one == other))
}

/// The API server looks for the target by group and kind. Deployments left `extensions` long ago, and
/// without any group they are not found either.
fn same_group(one: &Value<Option<String>>, other: &Value<Option<String>>) -> Value<bool> {
    let group = |version: &Option<String>| {
        let version = version.as_deref().unwrap_or_default();
        version.split_once('/').map_or("", |(group, _)| group).to_owned()
    };
    one.as_ref().and_then(|one| other.as_ref().map(|other| group(one) == group(other)))
}
