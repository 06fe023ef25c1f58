//! Roles of worker nodes: which roles they are, and what their own policies allow them.

use super::actions::{Actions, Known, Level, is_pattern, table};
use super::conditions::either;
use super::grants::{actions_of, any};
use super::principals::{Principal, inline_name};
use super::resources::{Reach, reach};
use super::statements::allows;
use crate::inventory::aws::autoscaling;
use crate::inventory::aws::ec2::LaunchTemplate;
use crate::inventory::aws::eks::NodeGroup;
use crate::inventory::aws::iam::{InstanceProfile, ManagedPolicy, NodeAction, Policy, PolicyDocument, Role, Statement};
use crate::inventory::{Index, Inventory, Reason, Value};
use crate::relate::near::Strays;

/// How many actions a pattern may mean to be listed one by one when only some are left of it.
const MOST: usize = 60;

/// Node groups whose role is not even hinted at: any role of the account may be theirs.
pub(super) fn stray(inventory: &Inventory) -> Strays<Reason> {
    let mut strays = Strays::default();
    for (index, ..) in inventory.of::<NodeGroup>() {
        let edges = inventory.edges(index, "role");
        if let Some(reason) = edges.doubt.as_ref().filter(|_| edges.targets.is_empty()) {
            strays.add(inventory, index, || reason.clone());
        }
    }
    strays
}

/// Returns whether worker nodes of a cluster carry a role.
pub(super) fn is_node_role(
    inventory: &Inventory,
    role: Index,
    by_ec2: &Value<bool>,
    policies: &[ManagedPolicy],
    stray: Option<&Reason>,
) -> Value<bool> {
    let reason = || Reason::Unresolved(format!("whether nodes carry {}", inventory.id(role)));
    let mut is = Value::Known(false);
    for (_, certain) in inventory.incoming::<NodeGroup>(role, "role") {
        is = either(is, if certain { Value::Known(true) } else { Value::Unknown(reason()) });
    }
    // Only a role that EC2 takes can be that of a node.
    if *by_ec2 == Value::Known(false) {
        return is;
    }
    // A self-managed node needs the policy that lets it join.
    let joins = policies.iter().fold(Value::Known(false), |joins, policy| {
        let named = policy
            .name
            .known()
            .and_then(Option::as_deref)
            .is_some_and(|name| matches!(name, "AmazonEKSWorkerNodePolicy" | "AmazonEKSWorkerNodeMinimalPolicy"));
        if !named && policy.name.known().is_some() {
            return joins;
        }
        either(joins, policy.aws.clone())
    });
    is = either(is, joins);
    is = either(is, of_self_managed_group(inventory, role));
    if let Some(reason) = stray {
        is = either(is, Value::Unknown(reason.clone()));
    }
    is
}

/// A role in the instance profile of a launch template of an Auto Scaling group that is tagged as a
/// part of a cluster.
fn of_self_managed_group(inventory: &Inventory, role: Index) -> Value<bool> {
    let mut is = Value::Known(false);
    for (profile, profile_certain) in inventory.incoming::<InstanceProfile>(role, "role") {
        for (template, template_certain) in inventory.incoming::<LaunchTemplate>(profile, "instance_profile") {
            for (group, group_certain) in inventory.incoming::<autoscaling::Group>(template, "launch_template") {
                let Some(tags) = inventory.resources.get(group).map(|group| &group.tags) else {
                    continue;
                };
                let tagged = tags.as_ref().map(|tags| {
                    tags.keys()
                        .any(|key| key.starts_with("kubernetes.io/cluster/") || key.starts_with("k8s.io/cluster/"))
                });
                let certain = profile_certain && template_certain && group_certain;
                is = either(
                    is,
                    match tagged {
                        Value::Known(true) if !certain => {
                            Value::Unknown(Reason::Unresolved(inventory.id(group).to_owned()))
                        }
                        told => told,
                    },
                );
            }
        }
    }
    is
}

/// Lists what policies that are not of AWS allow a role.
pub(super) fn actions(inventory: &Inventory, index: Index, role: &Role, principal: &Principal) -> Vec<NodeAction> {
    let mut found = Vec::new();
    match &role.inline_policies {
        Value::Unknown(reason) => found.push(unknown("inline policies", reason)),
        Value::Known(policies) => {
            for policy in policies {
                of_document(&policy.document, &inline_name(policy), principal, None, &mut found);
            }
        }
    }
    let edges = inventory.edges(index, "attached_policies");
    for &target in &edges.targets {
        if let Some(policy) = inventory.get::<Policy>(target) {
            of_document(&policy.document, inventory.id(target), principal, edges.doubt_of_each(), &mut found);
        }
    }
    for name in &edges.outside {
        if super::managed::path_of_aws_policy(name).is_none() {
            found.push(unknown(name, &Reason::NotInInput(name.clone())));
        }
    }
    if let Some(reason) = edges.untold() {
        found.push(unknown("attached policies", reason));
    }
    found.sort_by(|a, b| (&a.source, &a.action).cmp(&(&b.source, &b.action)));
    found.dedup();
    found
}

/// An action that cannot be told.
pub(super) fn unknown(source: &str, reason: &Reason) -> NodeAction {
    NodeAction {
        action: Value::Unknown(reason.clone()),
        forbidden: Value::Unknown(reason.clone()),
        effective: Value::Unknown(reason.clone()),
        source: source.to_owned(),
    }
}

fn of_document(
    document: &Value<PolicyDocument>,
    source: &str,
    principal: &Principal,
    doubt: Option<&Reason>,
    found: &mut Vec<NodeAction>,
) {
    let statements = match document.as_ref().and_then(|document| document.statements.as_ref().map(Vec::as_slice)) {
        Value::Known(statements) => statements,
        Value::Unknown(reason) => {
            found.push(unknown(source, &reason));
            return;
        }
    };
    for statement in statements {
        let allowed = allows(statement);
        if allowed == Value::Known(false) {
            continue;
        }
        let doubt = doubt.or_else(|| allowed.reason());
        match (&statement.actions, &statement.not_actions) {
            (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => found.push(unknown(source, reason)),
            (Value::Known(patterns), Value::Known(excepted)) => {
                for pattern in patterns {
                    match pattern {
                        Value::Unknown(reason) => found.push(unknown(source, reason)),
                        Value::Known(pattern) => of_pattern(pattern, statement, source, principal, doubt, found),
                    }
                }
                if !excepted.is_empty() {
                    let meant = actions_of(statement).may;
                    of_actions("*", &meant, statement, source, principal, doubt, found);
                }
            }
        }
    }
}

fn of_pattern(
    pattern: &str,
    statement: &Statement,
    source: &str,
    principal: &Principal,
    doubt: Option<&Reason>,
    found: &mut Vec<NodeAction>,
) {
    let (meant, known) = table().expand(pattern);
    if !meant.is_empty() {
        of_actions(pattern, &meant, statement, source, principal, doubt, found);
        return;
    }
    // An action that the table does not know: only the text can be judged.
    let reason = doubt.cloned().or_else(|| {
        let limited = principal.boundary.is_some() || known == Known::No && !principal.effective.denied.may.is_empty();
        limited.then(|| Reason::NotInTable(pattern.to_owned()))
    });
    found.push(NodeAction {
        action: Value::Known(pattern.to_owned()),
        forbidden: Value::Known(false),
        effective: reason.map_or(Value::Known(true), Value::Unknown),
        source: source.to_owned(),
    });
}

fn of_actions(
    pattern: &str,
    meant: &Actions,
    statement: &Statement,
    source: &str,
    principal: &Principal,
    doubt: Option<&Reason>,
    found: &mut Vec<NodeAction>,
) {
    let left = meant.common(&principal.effective.somewhere.may);
    if left.is_empty() {
        return;
    }
    let certain = meant.common(&principal.effective.somewhere.must);
    let effective = |sure: bool| match doubt {
        Some(reason) => Value::Unknown(reason.clone()),
        None if sure => Value::Known(true),
        None => Value::Unknown(
            principal.effective.doubt.clone().unwrap_or_else(|| Reason::Opaque("one of its policies".to_owned())),
        ),
    };
    if left == *meant || left.len() > MOST {
        found.push(NodeAction {
            action: Value::Known(spelled(pattern, meant)),
            forbidden: forbidden(&left, statement),
            effective: effective(!certain.is_empty()),
            source: source.to_owned(),
        });
        return;
    }
    for action in left.iter() {
        let mut only = Actions::none();
        only.insert(action);
        found.push(NodeAction {
            action: Value::Known(table().name(action)),
            forbidden: forbidden(&only, statement),
            effective: effective(certain.contains(action)),
            source: source.to_owned(),
        });
    }
}

/// Spells a pattern as AWS spells the actions that it means.
fn spelled(pattern: &str, meant: &Actions) -> String {
    let Some(name) = meant.iter().next().map(|action| table().name(action)) else {
        return pattern.to_owned();
    };
    if !is_pattern(pattern) {
        return name;
    }
    let fixed = pattern.chars().take_while(|letter| !matches!(letter, '*' | '?')).count();
    name.chars().take(fixed).chain(pattern.chars().skip(fixed)).collect()
}

/// Whether some of the actions are ones that no node needs: data, secrets, permissions.
fn forbidden(actions: &Actions, statement: &Statement) -> Value<bool> {
    let table = table();
    let mut forbidden = Value::Known(false);
    for action in actions.iter() {
        let name = table.name(action).to_ascii_lowercase();
        let (service, verb) = name.split_once(':').unwrap_or_default();
        let one = match service {
            "bedrock" | "secretsmanager" | "iam" | "dynamodb" | "rds" => Value::Known(true),
            "s3" => Value::Known(table.level(action) != Level::Read),
            "sts" => Value::Known(verb == "assumerole"),
            "ssm" if verb.starts_with("getparameter") => outside_of_aws_parameters(statement),
            "kms" if verb == "decrypt" => {
                any(&statement.resources, |resource| !matches!(reach(resource), Reach::Scoped(_)))
            }
            _ => Value::Known(false),
        };
        forbidden = either(forbidden, one);
        if forbidden == Value::Known(true) {
            break;
        }
    }
    forbidden
}

fn outside_of_aws_parameters(statement: &Statement) -> Value<bool> {
    any(&statement.resources, |resource| {
        let name = resource.splitn(6, ':').nth(5).unwrap_or(resource);
        !name.starts_with("parameter/aws/")
    })
}
