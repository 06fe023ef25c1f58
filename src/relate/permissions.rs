//! Who may do what: effective permissions, trust, and whom resource policies let in.

mod actions;
mod conditions;
mod escalation;
mod grants;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]
mod live;
mod managed;
mod nodes;
mod pods;
mod principals;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]
mod properties;
mod resources;
mod statements;
mod trust;

use std::collections::HashMap;

use rayon::prelude::*;

use super::Names;
use super::near::{Strays, by_place};
use crate::inventory::aws::dynamodb::Table;
use crate::inventory::aws::ecr::Repository;
use crate::inventory::aws::efs::FileSystem;
use crate::inventory::aws::eks::{Addon, PodIdentityAssociation};
use crate::inventory::aws::iam::{
    GENERATED, Grant, Group, GroupFacts, InlinePolicy, ManagedPolicy, Policy, PolicyDocument, PolicyFacts, Role,
    RoleFacts, StatementFacts, User, UserFacts,
};
use crate::inventory::aws::kms::Key;
use crate::inventory::aws::s3::Bucket;
use crate::inventory::aws::secretsmanager::Secret;
use crate::inventory::aws::sqs::Queue;
use crate::inventory::{Index, Inventory, Kind, Place, Reason, Value};

use conditions::{both, either};
use escalation::RoleTarget;
use principals::{Documents, Principal, inline_name, managed_policies};

pub(super) fn derive(inventory: &mut Inventory, _names: &Names) {
    resource_policies(inventory);
    policies(inventory);
    groups(inventory);
    let documents = Documents::of(inventory);
    let roles: Vec<Index> = inventory.indices_of_kind(Role::NAME).to_vec();
    let strays = roles.iter().any(|&index| inventory.get::<Role>(index).is_some_and(is_outside));
    let permissions: HashMap<Index, Principal> = roles
        .par_iter()
        .filter_map(|&index| {
            let role = inventory.get::<Role>(index)?;
            let stray = strays.then(|| stray_name(role)).flatten();
            Some((index, documents.role(inventory, index, role, stray)))
        })
        .collect();
    let targets = role_targets(inventory, &roles, &permissions);
    users(inventory, &documents, &targets);
    let stray_node = nodes::stray(inventory);
    let stray_pod = stray_associations(inventory);
    let mut facts: Vec<(Index, RoleFacts)> = roles
        .par_iter()
        .filter_map(|&index| {
            let role = inventory.get::<Role>(index)?;
            let principal = permissions.get(&index)?;
            let mut facts = {
                let stray_node = stray_node.near(inventory, index).next();
                let stray_pod = stray_pod.near(inventory, index).next().is_some();
                role_facts(inventory, index, role, principal, &targets, stray_node, stray_pod)
            };
            if let Some(reason) = strays.then(|| stray_name(role)).flatten() {
                facts.statements.extend(statements::describe(&Value::Unknown(reason.clone()), Some("others"), false));
                facts.managed_policies.push(ManagedPolicy {
                    id: "unknown".to_owned(),
                    name: Value::Unknown(reason.clone()),
                    aws: Value::Unknown(reason.clone()),
                });
                facts.node_actions.push(nodes::unknown("others", reason));
            }
            Some((index, facts))
        })
        .collect();
    let nodes = facts.iter().filter(|(_, facts)| facts.node_role != Value::Known(false)).map(|(index, _)| *index);
    let agents = by_place(inventory, nodes, |place| agents(inventory, &facts, place));
    for (index, facts) in facts.iter_mut().filter(|(_, facts)| facts.node_role != Value::Known(false)) {
        facts.agent_writes_telemetry = agents.get(&inventory.place(*index)).cloned().unwrap_or_default();
    }
    write::<Role>(inventory, facts);
}

/// Whether a role is one that the input only attaches policies to.
fn is_outside(role: &Role) -> bool {
    matches!(role.role_name, Value::Unknown(Reason::NotInInput(_)))
}

/// Why policies that are attached to a role by its name may be this one's: its own name is not told,
/// though somebody wrote it down.
fn stray_name(role: &Role) -> Option<&Reason> {
    let reason = role.role_name.reason()?;
    let generated = matches!(reason, Reason::KnownAfterApply(Some(from)) if from == GENERATED);
    (!generated && !is_outside(role)).then_some(reason)
}

fn write<K: Kind>(inventory: &mut Inventory, all: Vec<(Index, K::Facts)>) {
    for (index, facts) in all {
        if let Some(place) = inventory.facts_mut::<K>(index) {
            *place = facts;
        }
    }
}

fn role_facts(
    inventory: &Inventory,
    index: Index,
    role: &Role,
    principal: &Principal,
    targets: &[RoleTarget],
    stray_node: Option<&Reason>,
    stray_pod: bool,
) -> RoleFacts {
    let managed_policies = managed_policies(inventory, index);
    let trust = trust::grants(role.trust_policy.as_ref(), &account(inventory, index));
    let pod_trust = pods::trust(inventory, &role.trust_policy);
    let by_pod_identity = trusts_service(&trust, |name| name == "pods.eks.amazonaws.com");
    let node_role = nodes::is_node_role(
        inventory,
        index,
        &trusts_service(&trust, |name| name.starts_with("ec2.")),
        &managed_policies,
        stray_node,
    );
    RoleFacts {
        statements: inline_statements(&role.inline_policies),
        escalations: escalation::find(inventory, principal, targets),
        unnamed: role.role_name.reason().is_some(),
        workload: either(trusts_service(&trust, |_| true), pods::by_pods(&pod_trust)),
        node_actions: if node_role == Value::Known(false) {
            Vec::new()
        } else {
            nodes::actions(inventory, index, role, principal)
        },
        service_accounts: pods::service_accounts(
            inventory,
            index,
            &pod_trust,
            stray_pod && by_pod_identity != Value::Known(false),
        ),
        writes_telemetry: may_write_telemetry(principal),
        agent_writes_telemetry: Value::Known(false),
        managed_policies,
        node_role,
        trust,
        pod_trust,
    }
}

/// Returns whether a trust policy lets a service in whose name meets a test.
fn trusts_service(trust: &[Grant], test: impl Fn(&str) -> bool) -> Value<bool> {
    trust.iter().fold(Value::Known(false), |trusted, grant| {
        let is_service = grant.kind.as_ref().map(|kind| kind == "service" || kind == "everyone");
        let named = match (&grant.principal, &grant.kind) {
            (Some(_), Value::Known(kind)) if kind == "everyone" => Value::Known(true),
            (Some(name), _) => Value::Known(test(name)),
            (None, _) => match grant.kind.reason().or_else(|| grant.everyone.reason()) {
                Some(reason) => Value::Unknown(reason.clone()),
                None => Value::Unknown(Reason::Opaque("a principal".to_owned())),
            },
        };
        either(trusted, both(is_service, named))
    })
}

fn may_write_telemetry(principal: &Principal) -> Value<bool> {
    let table = actions::table();
    let doubt = principal.effective.doubt.clone().unwrap_or_else(|| Reason::Opaque("one of its policies".to_owned()));
    ["logs:CreateLogStream", "logs:PutLogEvents", "cloudwatch:PutMetricData"].into_iter().fold(
        Value::Known(true),
        |may, name| {
            let granted = match table.action(name) {
                Some(action) => principal.effective.somewhere.contains(action, &doubt),
                None => Value::Unknown(Reason::NotInTable(name.to_owned())),
            };
            both(may, granted)
        },
    )
}

/// Service accounts under which the usual agents for logs and metrics run.
const AGENTS: &[&str] = &["cloudwatch-agent", "fluent-bit", "aws-for-fluent-bit", "adot-collector", "aws-otel"];

/// Whether the service account of a telemetry agent has a role of the account that may write telemetry.
fn agents(inventory: &Inventory, facts: &[(Index, RoleFacts)], place: Place<'_>) -> Value<bool> {
    let is_agent = |name: &str| AGENTS.iter().any(|agent| name.ends_with(agent));
    let of_account = facts.iter().filter(|(index, _)| inventory.place(*index).shares_account(place));
    of_account.fold(Value::Known(false), |found, (index, facts)| {
        if facts.writes_telemetry == Value::Known(false) {
            return found;
        }
        let mut agent =
            facts.pod_trust.iter().flat_map(|pods| &pods.subjects).fold(Value::Known(false), |agent, subject| {
                either(
                    agent,
                    match &subject.subject {
                        Some(subject) => Value::Known(is_agent(subject)),
                        None => match subject.one_name.reason() {
                            Some(reason) => Value::Unknown(reason.clone()),
                            None => Value::Known(false),
                        },
                    },
                )
            });
        for (association, certain) in inventory.incoming::<PodIdentityAssociation>(*index, "role") {
            if let Some(association) = inventory.get::<PodIdentityAssociation>(association) {
                let named = association.service_account.as_ref().map(|name| name.as_deref().is_some_and(is_agent));
                agent = either(agent, sure(named, certain));
            }
        }
        for (addon, certain) in inventory.incoming::<Addon>(*index, "role") {
            if let Some(addon) = inventory.get::<Addon>(addon) {
                let named = addon
                    .addon_name
                    .as_ref()
                    .map(|name| matches!(name.as_deref(), Some("amazon-cloudwatch-observability" | "adot")));
                agent = either(agent, sure(named, certain));
            }
        }
        either(found, both(agent, facts.writes_telemetry.clone()))
    })
}

fn sure(value: Value<bool>, certain: bool) -> Value<bool> {
    match value {
        Value::Known(true) if !certain => Value::Unknown(Reason::Unresolved("which role it has".to_owned())),
        told => told,
    }
}

/// Pod identity associations that do not tell their role at all.
fn stray_associations(inventory: &Inventory) -> Strays<()> {
    let mut strays = Strays::default();
    for (index, ..) in inventory.of::<PodIdentityAssociation>() {
        let edges = inventory.edges(index, "role");
        if edges.doubt.is_some() && edges.targets.is_empty() {
            strays.add(inventory, index, || ());
        }
    }
    strays
}

fn role_targets(inventory: &Inventory, roles: &[Index], permissions: &HashMap<Index, Principal>) -> Vec<RoleTarget> {
    roles
        .iter()
        .filter_map(|&index| {
            let role = inventory.get::<Role>(index)?;
            let name = match (&role.path, &role.role_name) {
                (Value::Known(path), Value::Known(Some(name))) => {
                    Value::Known(format!("{}{name}", path.trim_start_matches('/')))
                }
                // One that the input only attaches policies to is called as they say.
                (_, Value::Unknown(Reason::NotInInput(told))) if !told.contains(' ') => Value::Known(told.clone()),
                (_, Value::Unknown(reason)) | (Value::Unknown(reason), _) => Value::Unknown(reason.clone()),
                (_, Value::Known(None)) => Value::Unknown(Reason::KnownAfterApply(None)),
            };
            Some(RoleTarget {
                id: inventory.id(index).to_owned(),
                account: inventory.place(index).account.map(str::to_owned),
                name,
                administrator: escalation::administrator(permissions.get(&index)?),
            })
        })
        .collect()
}

fn inline_statements(policies: &Value<Vec<InlinePolicy>>) -> Vec<StatementFacts> {
    match policies {
        Value::Known(policies) => policies
            .iter()
            .flat_map(|policy| statements::describe(&policy.document, Some(&inline_name(policy)), false))
            .collect(),
        Value::Unknown(reason) => statements::describe(&Value::Unknown(reason.clone()), Some("inline policies"), false),
    }
}

fn policies(inventory: &mut Inventory) {
    let indices = inventory.indices_of_kind(Policy::NAME).to_vec();
    let facts = indices
        .par_iter()
        .filter_map(|&index| {
            let policy = inventory.get::<Policy>(index)?;
            let attached = attached(inventory, index);
            let facts = PolicyFacts {
                statements: statements::describe(&policy.document, None, attached == Value::Known(false)),
                attached,
            };
            Some((index, facts))
        })
        .collect();
    write::<Policy>(inventory, facts);
}

fn attached(inventory: &Inventory, policy: Index) -> Value<bool> {
    let relation = "attached_policies";
    let mut links = inventory
        .incoming::<Role>(policy, relation)
        .chain(inventory.incoming::<User>(policy, relation))
        .chain(inventory.incoming::<Group>(policy, relation))
        .peekable();
    if links.peek().is_none() {
        return Value::Known(false);
    }
    if links.any(|(_, certain)| certain) {
        Value::Known(true)
    } else {
        Value::Unknown(Reason::Unresolved("who has the policy".to_owned()))
    }
}

fn groups(inventory: &mut Inventory) {
    let indices = inventory.indices_of_kind(Group::NAME).to_vec();
    let facts = indices
        .into_iter()
        .filter_map(|index| {
            let facts = GroupFacts {
                statements: inline_statements(&inventory.get::<Group>(index)?.inline_policies),
                managed_policies: managed_policies(inventory, index),
            };
            Some((index, facts))
        })
        .collect();
    write::<Group>(inventory, facts);
}

fn users(inventory: &mut Inventory, documents: &Documents, targets: &[RoleTarget]) {
    let indices = inventory.indices_of_kind(User::NAME).to_vec();
    let facts = indices
        .par_iter()
        .filter_map(|&index| {
            let user = inventory.get::<User>(index)?;
            let principal = documents.user(inventory, index, user);
            let facts = UserFacts {
                statements: inline_statements(&user.inline_policies),
                managed_policies: managed_policies(inventory, index),
                escalations: escalation::find(inventory, &principal, targets),
                unnamed: user.user_name.reason().is_some(),
            };
            Some((index, facts))
        })
        .collect();
    write::<User>(inventory, facts);
}

macro_rules! resource_policies {
    ($inventory:expr, $($kind:ty),+ $(,)?) => {
        $(for index in $inventory.indices_of_kind(<$kind>::NAME).to_vec() {
            let grants = $inventory
                .get::<$kind>(index)
                .map(|resource| resource_grants($inventory, index, &resource.policy));
            if let (Some(grants), Some(facts)) = (grants, $inventory.facts_mut::<$kind>(index)) {
                facts.grants = grants;
            }
        })+
    };
}

fn resource_policies(inventory: &mut Inventory) {
    resource_policies!(inventory, Bucket, FileSystem, Key, Queue, Repository, Secret, Table);
}

fn account(inventory: &Inventory, index: Index) -> Value<Option<String>> {
    inventory.resources.get(index).map_or(Value::Known(None), |resource| resource.account.clone())
}

fn resource_grants(inventory: &Inventory, index: Index, policy: &Value<Option<PolicyDocument>>) -> Vec<Grant> {
    let mut own = account(inventory, index);
    let document = match policy {
        // Without a policy nobody else is let in; the default key policy names the account alone.
        Value::Known(None) => return Vec::new(),
        Value::Known(Some(document)) => document,
        Value::Unknown(reason) => return trust::grants(Value::Unknown(reason.clone()), &own),
    };
    let is_key = inventory.get::<Key>(index).is_some();
    if is_key && !matches!(own, Value::Known(Some(_))) {
        own = trust::account_of_key(document).map_or(own, |account| Value::Known(Some(account)));
    }
    trust::grants(Value::Known(document), &own)
}
