//! Effective permissions of roles, users and groups: the union of all their policies, less what is
//! denied, within the permissions boundary. Opaque documents widen the upper bound to everything.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::grants::Grants;
use super::managed;
use crate::inventory::aws::iam::{Group, InlinePolicy, ManagedPolicy, Policy, Role, User};
use crate::inventory::{Edges, Index, Inventory, Reason, Value};

/// Reads documents once, however many principals have them.
pub(super) struct Documents {
    of_policies: HashMap<Index, Arc<Grants>>,
    of_aws: HashMap<String, Arc<Grants>>,
}

/// A policy that a principal has, and what it grants.
pub(super) struct Source {
    /// Id, ARN or name of an inline policy.
    pub(super) name: String,
    /// What it grants.
    pub(super) grants: Arc<Grants>,
    /// Why it may not be attached after all.
    pub(super) doubt: Option<Reason>,
}

/// What a principal may do, and by which policies.
pub(super) struct Principal {
    /// Deny statements and the boundary taken into account.
    pub(super) effective: Grants,
    /// The policies.
    pub(super) sources: Vec<Source>,
    /// The boundary, if there is one.
    pub(super) boundary: Option<Grants>,
}

impl Documents {
    /// Reads the customer-managed policies of an inventory.
    pub(super) fn of(inventory: &Inventory) -> Self {
        let holders = ["aws.iam.role", "aws.iam.user", "aws.iam.group"]
            .into_iter()
            .flat_map(|kind| inventory.indices_of_kind(kind));
        let mut of_aws = HashMap::new();
        for &holder in holders {
            for relation in ["attached_policies", "permissions_boundary"] {
                for name in &inventory.edges(holder, relation).outside {
                    if let Some(path) = managed::path_of_aws_policy(name) {
                        of_aws.entry(path.to_owned()).or_insert_with(|| Arc::new(Grants::of(&managed::document(path))));
                    }
                }
            }
        }
        let policies: Vec<_> = inventory.of::<Policy>().collect();
        Self {
            of_policies: policies
                .into_par_iter()
                .map(|(index, _, policy)| (index, Arc::new(Grants::of(&policy.document))))
                .collect(),
            of_aws,
        }
    }

    fn of_policy(&self, index: Index) -> Arc<Grants> {
        self.of_policies.get(&index).cloned().unwrap_or_default()
    }

    /// What a policy outside of the input grants: that of AWS's own table, else the unknown.
    fn outside(&self, name: &str) -> Arc<Grants> {
        managed::path_of_aws_policy(name)
            .and_then(|path| self.of_aws.get(path).cloned())
            .unwrap_or_else(|| Arc::new(Grants::unknown(&Reason::NotInInput(name.to_owned()))))
    }

    fn attached(&self, inventory: &Inventory, edges: &Edges, sources: &mut Vec<Source>) {
        for &target in &edges.targets {
            sources.push(Source {
                name: inventory.id(target).to_owned(),
                grants: self.of_policy(target),
                doubt: edges.doubt_of_each().cloned(),
            });
        }
        for name in &edges.outside {
            sources.push(Source {
                name: name.clone(),
                grants: self.outside(name),
                doubt: edges.doubt_of_each().cloned(),
            });
        }
        // Links of which not even a candidate is told may lead to any policy.
        if let Some(reason) = edges.untold() {
            sources.push(Source {
                name: "a policy that the input does not tell".to_owned(),
                grants: Arc::new(Grants::unknown(reason)),
                doubt: Some(reason.clone()),
            });
        }
    }

    fn inline(policies: &Value<Vec<InlinePolicy>>, sources: &mut Vec<Source>) {
        match policies {
            Value::Known(policies) => sources.extend(policies.iter().map(|policy| Source {
                name: inline_name(policy),
                grants: Arc::new(Grants::of(&policy.document)),
                doubt: None,
            })),
            Value::Unknown(reason) => sources.push(Source {
                name: "inline policies".to_owned(),
                grants: Arc::new(Grants::unknown(reason)),
                doubt: Some(reason.clone()),
            }),
        }
    }

    fn within_boundary(&self, inventory: &Inventory, index: Index, sources: Vec<Source>) -> Principal {
        let mut effective = Grants::default();
        for source in &sources {
            effective.add(&source.grants, source.doubt.as_ref());
        }
        effective.settle();
        let edges = inventory.edges(index, "permissions_boundary");
        let boundary = (!edges.is_absent()).then(|| {
            let mut candidates = Vec::new();
            self.attached(inventory, edges, &mut candidates);
            let mut boundary = Grants::default();
            for candidate in &candidates {
                boundary.add(&candidate.grants, candidate.doubt.as_ref());
            }
            boundary.settle();
            boundary
        });
        if let Some(boundary) = &boundary {
            effective.limit(boundary);
        }
        Principal { effective, sources, boundary }
    }

    /// What a role may do.
    /// `stray` says why policies that the input attaches to a role by name may be this one's.
    pub(super) fn role(&self, inventory: &Inventory, index: Index, role: &Role, stray: Option<&Reason>) -> Principal {
        let mut sources = Vec::new();
        if let Some(reason) = stray {
            sources.push(Source {
                name: "policies of a role whose name is not told".to_owned(),
                grants: Arc::new(Grants::unknown(reason)),
                doubt: Some(reason.clone()),
            });
        }
        Self::inline(&role.inline_policies, &mut sources);
        self.attached(inventory, inventory.edges(index, "attached_policies"), &mut sources);
        self.within_boundary(inventory, index, sources)
    }

    /// What a user may do, alone and by its groups.
    pub(super) fn user(&self, inventory: &Inventory, index: Index, user: &User) -> Principal {
        let mut sources = Vec::new();
        Self::inline(&user.inline_policies, &mut sources);
        self.attached(inventory, inventory.edges(index, "attached_policies"), &mut sources);
        let groups = inventory.edges(index, "groups");
        for &group in &groups.targets {
            let mut of_group = Vec::new();
            if let Some(attributes) = inventory.get::<Group>(group) {
                Self::inline(&attributes.inline_policies, &mut of_group);
            }
            self.attached(inventory, inventory.edges(group, "attached_policies"), &mut of_group);
            for mut source in of_group {
                source.doubt = source.doubt.or_else(|| groups.doubt.clone());
                sources.push(source);
            }
        }
        if let Some(reason) = groups.incomplete().filter(|_| groups.targets.is_empty() || !groups.outside.is_empty()) {
            sources.push(Source {
                name: "groups that the input does not tell".to_owned(),
                grants: Arc::new(Grants::unknown(&reason)),
                doubt: Some(reason),
            });
        }
        self.within_boundary(inventory, index, sources)
    }
}

/// Returns how an inline policy is called.
pub(super) fn inline_name(policy: &InlinePolicy) -> String {
    match policy.name.known() {
        Some(Some(name)) => name.clone(),
        _ => policy.address.clone().unwrap_or_else(|| "inline policy".to_owned()),
    }
}

/// Lists the managed policies of a principal.
pub(super) fn managed_policies(inventory: &Inventory, index: Index) -> Vec<ManagedPolicy> {
    let edges = inventory.edges(index, "attached_policies");
    // Whether a candidate is attached cannot be told: what it is must not decide anything.
    let told = |aws: bool| match edges.doubt_of_each() {
        None => Value::Known(aws),
        Some(reason) => Value::Unknown(reason.clone()),
    };
    let mut policies: Vec<ManagedPolicy> = edges
        .targets
        .iter()
        .map(|&target| ManagedPolicy {
            id: inventory.id(target).to_owned(),
            name: inventory.get::<Policy>(target).map_or(Value::Known(None), |policy| policy.policy_name.clone()),
            aws: told(false),
        })
        .collect();
    policies.extend(edges.outside.iter().map(|name| ManagedPolicy {
        id: name.clone(),
        name: Value::Known(Some(name.rsplit('/').next().unwrap_or(name).to_owned())),
        aws: told(managed::path_of_aws_policy(name).is_some()),
    }));
    if let Some(reason) = edges.untold() {
        policies.push(ManagedPolicy {
            id: "unknown".to_owned(),
            name: Value::Unknown(reason.clone()),
            aws: Value::Unknown(reason.clone()),
        });
    }
    policies
}
