//! What a document allows and denies, as sets of actions with a lower and an upper bound: what holds
//! whatever the unknown parts turn out to be, and what may hold.

use super::actions::{Actions, matches, table};
use super::conditions::Conditions;
use super::resources::{Reach, reach, within};
use crate::inventory::aws::iam::{PolicyDocument, Statement};
use crate::inventory::{Reason, Value};

/// A set of actions that is not known exactly.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Bounds {
    /// Actions that are certainly in it.
    pub(super) must: Actions,
    /// Actions that may be in it; it has those of `must` too.
    pub(super) may: Actions,
}

impl Bounds {
    /// A set that is known.
    pub(super) fn exactly(actions: Actions) -> Self {
        Self { may: actions.clone(), must: actions }
    }

    /// A set of which nothing is known.
    pub(super) fn anything() -> Self {
        Self { must: Actions::none(), may: Actions::all() }
    }

    /// Adds another set.
    pub(super) fn add(&mut self, other: &Self) {
        self.must.add(&other.must);
        self.may.add(&other.may);
    }

    /// Takes another set away.
    pub(super) fn subtract(&mut self, other: &Self) {
        self.must.subtract(&other.may);
        self.may.subtract(&other.must);
    }

    /// Keeps what another set has too.
    pub(super) fn intersect(&mut self, other: &Self) {
        self.must.intersect(&other.must);
        self.may.intersect(&other.may);
    }

    /// Forgets what is certain.
    fn perhaps(mut self) -> Self {
        self.must = Actions::none();
        self
    }

    fn filtered(&self, services: &[&str]) -> Self {
        Self { must: within(&self.must, services), may: within(&self.may, services) }
    }

    /// Returns whether it has an action.
    pub(super) fn contains(&self, action: usize, doubt: &Reason) -> Value<bool> {
        if self.must.contains(action) {
            Value::Known(true)
        } else if self.may.contains(action) {
            Value::Unknown(doubt.clone())
        } else {
            Value::Known(false)
        }
    }
}

/// A statement that allows actions on roles, kept for what the sets cannot tell: which roles.
#[derive(Debug, Clone)]
pub(super) struct RoleClause {
    /// Actions on roles.
    pub(super) actions: Bounds,
    /// Its resources; none means that it excepts some.
    pub(super) resources: Value<Vec<Value<String>>>,
    /// Its conditions.
    pub(super) conditions: Conditions,
    /// Whether it certainly holds.
    pub(super) certain: bool,
}

/// What a document allows and denies.
#[derive(Debug, Clone, Default)]
pub(super) struct Grants {
    /// Allowed on everything, or on everything of a type.
    pub(super) anywhere: Bounds,
    /// Allowed on something.
    pub(super) somewhere: Bounds,
    /// Denied on everything without condition.
    pub(super) denied: Bounds,
    /// Statements that allow actions on roles.
    pub(super) on_roles: Vec<RoleClause>,
    /// The first reason why a bound is not exact.
    pub(super) doubt: Option<Reason>,
}

impl Grants {
    /// A document of which nothing is known. It may allow anything. That it takes away what another one allows is
    /// not assumed: what is certainly allowed without it is told.
    pub(super) fn unknown(reason: &Reason) -> Self {
        Self {
            anywhere: Bounds::anything(),
            somewhere: Bounds::anything(),
            denied: Bounds::default(),
            on_roles: vec![RoleClause {
                actions: Bounds { must: Actions::none(), may: role_actions().clone() },
                resources: Value::Unknown(reason.clone()),
                conditions: Conditions::unknown(reason),
                certain: false,
            }],
            doubt: Some(reason.clone()),
        }
    }

    /// What a document allows and denies.
    pub(super) fn of(document: &Value<PolicyDocument>) -> Self {
        let statements = match document.as_ref().and_then(|document| document.statements.as_ref().map(Vec::as_slice)) {
            Value::Known(statements) => statements,
            Value::Unknown(reason) => return Self::unknown(&reason),
        };
        let mut grants = Self::default();
        for statement in statements {
            grants.add_statement(statement);
        }
        grants
    }

    /// Adds what another document allows and denies; `doubt` when it may not be attached.
    pub(super) fn add(&mut self, other: &Self, doubt: Option<&Reason>) {
        let soft = |bounds: &Bounds| {
            if doubt.is_some() { bounds.clone().perhaps() } else { bounds.clone() }
        };
        self.anywhere.add(&soft(&other.anywhere));
        self.somewhere.add(&soft(&other.somewhere));
        self.denied.add(&soft(&other.denied));
        self.on_roles.extend(other.on_roles.iter().cloned().map(|mut clause| {
            clause.certain &= doubt.is_none();
            clause
        }));
        if self.doubt.is_none() {
            self.doubt = doubt.or(other.doubt.as_ref()).cloned();
        }
    }

    /// Takes away what is denied.
    pub(super) fn settle(&mut self) {
        self.anywhere.subtract(&self.denied);
        self.somewhere.subtract(&self.denied);
    }

    /// Keeps what a boundary allows too; both must be settled.
    pub(super) fn limit(&mut self, boundary: &Self) {
        self.anywhere.intersect(&boundary.anywhere);
        self.somewhere.intersect(&boundary.somewhere);
        if self.doubt.is_none() {
            self.doubt.clone_from(&boundary.doubt);
        }
    }

    fn add_statement(&mut self, statement: &Statement) {
        let conditions = Conditions::of(statement);
        let actions = actions_of(statement);
        self.note(first_reason(statement));
        let (allows, denies) = match &statement.effect {
            Value::Known(effect) if effect.eq_ignore_ascii_case("allow") => (Some(true), None),
            Value::Known(_) => (None, Some(true)),
            Value::Unknown(_) => (Some(false), Some(false)),
        };
        if let Some(certain) = allows {
            self.allow(statement, &actions, &conditions, certain);
        }
        if let Some(certain) = denies {
            // On every role, an action on roles is denied altogether.
            let denied_on = match everything(statement) {
                Value::Known(false) if any(&statement.resources, is_every_role) == Value::Known(true) => {
                    let of_roles = actions_on_a_role();
                    Value::Known(Bounds { must: actions.must.common(of_roles), may: actions.may.common(of_roles) })
                }
                Value::Known(false) => return,
                Value::Known(true) => Value::Known(actions),
                Value::Unknown(reason) => Value::Unknown(reason),
            };
            let mut denied = match (denied_on, &conditions.none) {
                (_, Value::Known(false)) => return,
                (Value::Known(denied), Value::Known(true)) => denied,
                (Value::Known(denied), Value::Unknown(_)) => denied.perhaps(),
                (Value::Unknown(_), _) => actions_of(statement).perhaps(),
            };
            if !certain {
                denied = denied.perhaps();
            }
            self.denied.add(&denied);
        }
    }

    fn allow(&mut self, statement: &Statement, actions: &Bounds, conditions: &Conditions, certain: bool) {
        let (mut anywhere, mut somewhere) = reached(statement, actions);
        match conditions.by_tag {
            Value::Known(false) => {}
            Value::Known(true) => anywhere = Bounds::default(),
            Value::Unknown(_) => anywhere = anywhere.perhaps(),
        }
        if !certain {
            anywhere = anywhere.perhaps();
            somewhere = somewhere.perhaps();
        }
        self.anywhere.add(&anywhere);
        self.somewhere.add(&somewhere);
        let on_roles = Bounds { must: actions.must.common(role_actions()), may: actions.may.common(role_actions()) };
        if !on_roles.may.is_empty() {
            let excepts = statement.not_resources.known().is_none_or(|list| !list.is_empty());
            self.on_roles.push(RoleClause {
                actions: on_roles,
                resources: if excepts {
                    statement.not_resources.clone().map(|_| Vec::new())
                } else {
                    statement.resources.clone()
                },
                conditions: conditions.clone(),
                certain,
            });
        }
    }

    fn note(&mut self, reason: Option<&Reason>) {
        if self.doubt.is_none() {
            self.doubt = reason.cloned();
        }
    }
}

/// Returns the actions that a statement means.
pub(super) fn actions_of(statement: &Statement) -> Bounds {
    let named = expand(&statement.actions);
    let excepted = match &statement.not_actions {
        Value::Known(list) if list.is_empty() => return named,
        list => expand(list),
    };
    let mut complement = Bounds::exactly(Actions::all());
    complement.subtract(&excepted);
    if statement.not_actions.known().is_none() {
        // It may be empty: then it excepts nothing because it is not there.
        complement = complement.perhaps();
    }
    complement.add(&named);
    complement
}

fn expand(patterns: &Value<Vec<Value<String>>>) -> Bounds {
    let Value::Known(patterns) = patterns else {
        return Bounds::anything();
    };
    let mut bounds = Bounds::default();
    for pattern in patterns {
        match pattern {
            Value::Known(pattern) => bounds.add(&Bounds::exactly(table().expand(pattern).0)),
            Value::Unknown(_) => bounds.add(&Bounds::anything()),
        }
    }
    bounds
}

/// Splits the actions of a statement by how far its resources reach: anywhere, and somewhere.
fn reached(statement: &Statement, actions: &Bounds) -> (Bounds, Bounds) {
    match &statement.not_resources {
        Value::Known(list) if list.is_empty() => {}
        Value::Known(list)
            if list.iter().any(|name| name.known().is_some_and(|name| reach(name) == Reach::Everything)) =>
        {
            return (Bounds::default(), Bounds::default());
        }
        // All but a few resources is as good as all of them.
        Value::Known(list) if list.iter().all(|name| name.known().is_some()) => {
            return (actions.clone(), actions.clone());
        }
        _ => return (actions.clone().perhaps(), actions.clone().perhaps()),
    }
    let Value::Known(resources) = &statement.resources else {
        return (actions.clone().perhaps(), actions.clone().perhaps());
    };
    if resources.is_empty() {
        return (actions.clone(), actions.clone());
    }
    let (mut anywhere, mut somewhere) = (Bounds::default(), Bounds::default());
    for resource in resources {
        match resource.as_ref().map(|resource| reach(resource)) {
            Value::Unknown(_) => {
                anywhere.add(&actions.clone().perhaps());
                somewhere.add(&actions.clone().perhaps());
            }
            Value::Known(Reach::Everything) => {
                anywhere.add(actions);
                somewhere.add(actions);
            }
            Value::Known(Reach::Broad(services)) => {
                let reached = actions.filtered(&services);
                anywhere.add(&reached);
                somewhere.add(&reached);
            }
            Value::Known(Reach::Scoped(services)) => {
                somewhere.add(&services.map_or_else(|| actions.clone(), |services| actions.filtered(&services)));
            }
        }
    }
    (anywhere, somewhere)
}

/// Returns whether the resources of a statement are every resource there is.
pub(super) fn everything(statement: &Statement) -> Value<bool> {
    if !statement.not_resources.known().is_some_and(Vec::is_empty) {
        return match &statement.not_resources {
            Value::Known(_) => Value::Known(false),
            Value::Unknown(reason) => Value::Unknown(reason.clone()),
        };
    }
    any(&statement.resources, |resource| reach(resource) == Reach::Everything)
}

/// Returns whether an ARN pattern means every role.
fn is_every_role(resource: &str) -> bool {
    let fields: Vec<&str> = resource.splitn(6, ':').collect();
    matches!(fields.as_slice(), ["arn", _, "iam", "", _, "role/*" | "role*" | "*"])
}

/// Returns whether an element of a list meets a test.
pub(super) fn any(list: &Value<Vec<Value<String>>>, test: impl Fn(&str) -> bool) -> Value<bool> {
    let list = match list {
        Value::Known(list) => list,
        Value::Unknown(reason) => return Value::Unknown(reason.clone()),
    };
    if list.iter().any(|element| element.known().is_some_and(|text| test(text))) {
        return Value::Known(true);
    }
    match list.iter().find_map(Value::reason) {
        Some(reason) => Value::Unknown(reason.clone()),
        None => Value::Known(false),
    }
}

fn first_reason(statement: &Statement) -> Option<&Reason> {
    fn of(list: &Value<Vec<Value<String>>>) -> Option<&Reason> {
        match list {
            Value::Known(list) => list.iter().find_map(Value::reason),
            Value::Unknown(reason) => Some(reason),
        }
    }
    statement
        .effect
        .reason()
        .or_else(|| of(&statement.actions))
        .or_else(|| of(&statement.not_actions))
        .or_else(|| of(&statement.resources))
        .or_else(|| of(&statement.not_resources))
        .or_else(|| statement.conditions.reason())
        .or_else(|| {
            let conditions = statement.conditions.known()?;
            conditions.iter().find_map(|condition| {
                condition.key.reason().or_else(|| condition.operator.reason()).or_else(|| of(&condition.values))
            })
        })
}

/// Actions whose only resource is a role: who takes that away takes the action away.
fn actions_on_a_role() -> &'static Actions {
    static ACTIONS: std::sync::LazyLock<Actions> = std::sync::LazyLock::new(|| {
        let table = table();
        let mut actions = Actions::none();
        for action in role_actions().iter() {
            let name = table.name(action).to_ascii_lowercase();
            if !name.contains("instanceprofile") && !name.contains("servicelinked") {
                actions.insert(action);
            }
        }
        actions
    });
    &ACTIONS
}

/// Actions whose strength is that of the roles that they may name.
pub(super) fn role_actions() -> &'static Actions {
    static ROLE_ACTIONS: std::sync::LazyLock<Actions> = std::sync::LazyLock::new(|| {
        let table = table();
        let mut actions = Actions::none();
        for action in table.of_service("iam").iter() {
            let name = table.name(action).to_ascii_lowercase();
            if matches("iam:*role*", &name) && table.level(action) != super::actions::Level::Read {
                actions.insert(action);
            }
        }
        actions.add(&table.expand("sts:AssumeRole").0);
        actions
    });
    &ROLE_ACTIONS
}
