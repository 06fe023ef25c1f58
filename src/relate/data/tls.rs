//! Whether a database demands TLS: the value in its parameter group, else the default of the
//! engine's family.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::databases::{engine, engine_version};
use crate::inventory::aws::rds::{Cluster, Instance, ParameterGroup, TlsEnforcement};
use crate::inventory::{Edges, Index, Inventory, Reason, Value};

#[derive(Debug, Default, Deserialize)]
struct Table {
    engines: BTreeMap<String, Engine>,
    families: BTreeMap<String, Family>,
}

#[derive(Debug, Deserialize)]
struct Engine {
    parameter: String,
    on: Vec<String>,
    family_version: String,
}

#[derive(Debug, Deserialize)]
struct Family {
    default: Option<String>,
}

// A table that does not parse is an empty one: then no engine has the parameter, and a test fails.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../policies/data/rds_parameter_defaults.json")).unwrap_or_default()
});

impl Engine {
    fn is_on(&self, value: &str) -> bool {
        let value = value.trim().to_ascii_uppercase();
        // `true` is what people write for 1; the engines read it so.
        self.on.contains(&value) || value == "TRUE"
    }
}

/// Returns how an instance demands TLS; null where its cluster does.
pub(super) fn of_instance(inventory: &Inventory, index: Index, instance: &Instance) -> Value<Option<TlsEnforcement>> {
    match &instance.cluster_member {
        Value::Known(true) => Value::Known(None),
        Value::Known(false) => of_database(inventory, index),
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
    }
}

/// Returns how a cluster demands TLS.
pub(super) fn of_cluster(inventory: &Inventory, index: Index, _cluster: &Cluster) -> Value<Option<TlsEnforcement>> {
    of_database(inventory, index)
}

fn of_database(inventory: &Inventory, index: Index) -> Value<Option<TlsEnforcement>> {
    let name = match engine(inventory, index) {
        Value::Known(Some(name)) => name,
        Value::Known(None) => return Value::Unknown(Reason::NotInInput("the engine of its source".to_owned())),
        Value::Unknown(reason) => return Value::Unknown(reason),
    };
    let Some(engine) = TABLE.engines.get(&name) else {
        return Value::Known(None);
    };
    let named = effective_groups(inventory, index);
    let answer = match &named {
        Groups::Named(edges) => of_groups(inventory, edges, &name, engine),
        Groups::Default => by_version(&engine_version(inventory, index), &name, engine),
        Groups::Unclear(reason) => Answer::unknown(reason),
    };
    let groups = match &named {
        Groups::Named(edges) => {
            let inside = edges.targets.iter().map(|&group| inventory.id(group).to_owned());
            inside.chain(edges.outside.iter().cloned()).collect()
        }
        _ => Vec::new(),
    };
    Value::Known(Some(TlsEnforcement {
        engine: name,
        major_version: answer.major,
        parameter: engine.parameter.clone(),
        explicit: answer.explicit,
        enforced: answer.enforced,
        groups,
    }))
}

/// The parameter groups that a database uses.
enum Groups<'a> {
    Named(&'a Edges),
    Default,
    Unclear(Reason),
}

fn effective_groups(inventory: &Inventory, index: Index) -> Groups<'_> {
    let own = inventory.edges(index, "parameter_group");
    if !own.is_absent() {
        return Groups::Named(own);
    }
    let source = inventory.edges(index, "replica_of");
    if source.is_absent() {
        return Groups::Default;
    }
    // A replica takes the group of its source in the same region, the default one in another.
    let region = |index: Index| inventory.resources.get(index).and_then(|resource| resource.region.known()?.as_deref());
    match (source.targets.as_slice(), &source.doubt) {
        (&[source], None) => match (region(index), region(source)) {
            (Some(here), Some(there)) if here == there => {
                let groups = inventory.edges(source, "parameter_group");
                if groups.is_absent() { Groups::Default } else { Groups::Named(groups) }
            }
            (Some(_), Some(_)) => Groups::Default,
            _ => Groups::Unclear(Reason::Unresolved("whether the source is in the same region".to_owned())),
        },
        _ => Groups::Unclear(
            source.incomplete().unwrap_or_else(|| Reason::Unresolved("the parameter group of its source".to_owned())),
        ),
    }
}

/// What one parameter group, or the default one, says.
#[derive(Clone, PartialEq)]
struct Answer {
    major: Value<i64>,
    explicit: Value<bool>,
    enforced: Value<bool>,
}

impl Answer {
    fn unknown(reason: &Reason) -> Self {
        Self {
            major: Value::Unknown(reason.clone()),
            explicit: Value::Unknown(reason.clone()),
            enforced: Value::Unknown(reason.clone()),
        }
    }

    /// Keeps what two candidates agree on.
    fn merge(self, other: &Self, reason: &Reason) -> Self {
        fn same<T: PartialEq>(one: Value<T>, other: &Value<T>, reason: &Reason) -> Value<T> {
            if one == *other { one } else { Value::Unknown(reason.clone()) }
        }
        Self {
            major: same(self.major, &other.major, reason),
            explicit: same(self.explicit, &other.explicit, reason),
            enforced: same(self.enforced, &other.enforced, reason),
        }
    }
}

fn of_groups(inventory: &Inventory, edges: &Edges, name: &str, engine: &Engine) -> Answer {
    let inside = edges.targets.iter().map(|&group| match inventory.get::<ParameterGroup>(group) {
        Some(group) => of_group(group, name, engine),
        None => Answer::unknown(&Reason::NotInInput(inventory.id(group).to_owned())),
    });
    let outside = edges.outside.iter().map(|group| of_name(group, name, engine));
    let doubt = edges.doubt.clone().unwrap_or_else(|| Reason::Unresolved("one of several parameter groups".to_owned()));
    let untold = edges.open.then(|| Answer::unknown(&doubt));
    inside
        .chain(outside)
        .chain(untold)
        .reduce(|one, other| one.merge(&other, &doubt))
        .unwrap_or_else(|| Answer::unknown(&doubt))
}

fn of_group(group: &ParameterGroup, name: &str, engine: &Engine) -> Answer {
    let by_default = match &group.family {
        Value::Known(Some(family)) => by_family(family, name, engine),
        Value::Known(None) => Answer::unknown(&Reason::NotInInput("the family of its parameter group".to_owned())),
        Value::Unknown(reason) => Answer::unknown(reason),
    };
    let parameters = match &group.parameters {
        Value::Known(parameters) => parameters,
        Value::Unknown(reason) => {
            return Answer { major: by_default.major, ..Answer::unknown(reason) };
        }
    };
    let is_named = |name: &Value<String>| name.known().is_some_and(|name| name.eq_ignore_ascii_case(&engine.parameter));
    if let Some(parameter) = parameters.iter().find(|parameter| is_named(&parameter.name)) {
        return Answer {
            major: by_default.major,
            explicit: Value::Known(true),
            enforced: parameter.value.as_ref().map(|value| engine.is_on(value)),
        };
    }
    // A parameter whose name is not known may be this one.
    match parameters.iter().find_map(|parameter| parameter.name.reason()) {
        Some(reason) => Answer { major: by_default.major, ..Answer::unknown(reason) },
        None => match group.defaults.as_ref().map(|defaults| defaults.iter().find(|one| is_named(&one.name))) {
            // What the cloud tells goes before the table.
            Value::Known(Some(default)) => {
                Answer { enforced: default.value.as_ref().map(|value| engine.is_on(value)), ..by_default }
            }
            Value::Known(None) | Value::Unknown(_) => by_default,
        },
    }
}

/// A group outside of the input; the names of the default groups tell their family.
fn of_name(group: &str, name: &str, engine: &Engine) -> Answer {
    let group = group.rsplit(':').next().unwrap_or(group);
    match group.strip_prefix("default.") {
        Some(family) => by_family(family, name, engine),
        None => Answer::unknown(&Reason::NotInInput(format!("parameter group {group}"))),
    }
}

fn by_version(version: &Value<Option<String>>, name: &str, engine: &Engine) -> Answer {
    let version = match version {
        Value::Known(Some(version)) => version,
        Value::Known(None) => {
            return Answer::unknown(&Reason::Unresolved("AWS chooses the engine version that is left out".to_owned()));
        }
        Value::Unknown(reason) => return Answer::unknown(reason),
    };
    let mut numbers = version.split('.');
    let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next());
    // PostgreSQL had two numbers in its major version until 9.6.
    let two = engine.family_version == "major.minor" || major == "9";
    match minor {
        Some(minor) if two => by_family(&format!("{name}{major}.{minor}"), name, engine),
        _ => by_family(&format!("{name}{major}"), name, engine),
    }
}

fn by_family(family: &str, name: &str, engine: &Engine) -> Answer {
    let unlisted = || Reason::NotInTable(format!("defaults of family {family}"));
    let number = family.strip_prefix(name).and_then(|version| version.split('.').next()?.parse().ok());
    let enforced = match TABLE.families.get(family) {
        Some(Family { default: Some(value) }) => Value::Known(engine.is_on(value)),
        Some(Family { default: None }) => {
            Value::Unknown(Reason::NotInTable(format!("default of {} in family {family}", engine.parameter)))
        }
        None => Value::Unknown(unlisted()),
    };
    Answer {
        major: number.map_or_else(|| Value::Unknown(unlisted()), Value::Known),
        explicit: Value::Known(false),
        enforced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::aws::rds::Parameter;

    fn engine(name: &str) -> &'static Engine {
        &TABLE.engines[name]
    }

    fn version(name: &str, version: &str) -> (Option<i64>, Option<bool>) {
        let answer = by_version(&Value::Known(Some(version.to_owned())), name, engine(name));
        (answer.major.known().copied(), answer.enforced.known().copied())
    }

    fn group(family: &str, parameters: &[(&str, &str)]) -> ParameterGroup {
        let known = |text: &str| Value::Known(text.to_owned());
        ParameterGroup {
            family: Value::Known(Some(family.to_owned())),
            cluster: Value::Known(false),
            parameters: Value::Known(
                parameters.iter().map(|(name, value)| Parameter { name: known(name), value: known(value) }).collect(),
            ),
            defaults: Value::Known(Vec::new()),
        }
    }

    #[test]
    fn the_engine_version_tells_the_default() {
        assert_eq!(version("postgres", "14.9"), (Some(14), Some(false)));
        assert_eq!(version("postgres", "16"), (Some(16), Some(true)));
        assert_eq!(version("postgres", "9.6.24"), (Some(9), Some(false)));
        assert_eq!(version("aurora-postgresql", "16.4"), (Some(16), Some(false)));
        assert_eq!(version("aurora-postgresql", "17.4"), (Some(17), Some(true)));
        assert_eq!(version("mysql", "8.0.39"), (Some(8), Some(false)));
        assert_eq!(version("aurora-mysql", "8.0.mysql_aurora.3.05.2"), (Some(8), Some(false)));
        assert_eq!(version("mariadb", "11.8.1"), (Some(11), None));
        assert_eq!(version("postgres", "99.1"), (Some(99), None));
    }

    #[test]
    fn a_group_overrides_the_default_and_its_family_stands_for_the_version() {
        let enforced = |group: &ParameterGroup| of_group(group, "postgres", engine("postgres")).enforced;
        assert_eq!(enforced(&group("postgres16", &[("rds.force_ssl", "0")])), Value::Known(false));
        assert_eq!(enforced(&group("postgres14", &[("rds.force_ssl", "1")])), Value::Known(true));
        assert_eq!(enforced(&group("postgres16", &[("log_statement", "ddl")])), Value::Known(true));
        let mysql = of_group(&group("mysql8.0", &[("require_secure_transport", "on")]), "mysql", engine("mysql"));
        assert_eq!(mysql.enforced, Value::Known(true));
    }

    #[test]
    fn a_default_that_the_cloud_tells_goes_before_the_table_and_behind_the_group() {
        let told = |group: ParameterGroup, value: &str| {
            let known = |text: &str| Value::Known(text.to_owned());
            let default = Parameter { name: known("require_secure_transport"), value: known(value) };
            let group = ParameterGroup { defaults: Value::Known(vec![default]), ..group };
            let answer = of_group(&group, "mariadb", engine("mariadb"));
            (answer.explicit.known().copied(), answer.enforced.known().copied())
        };
        assert_eq!(told(group("mariadb11.8", &[]), "ON"), (Some(false), Some(true)));
        assert_eq!(told(group("mariadb11.8", &[]), "0"), (Some(false), Some(false)));
        let set = group("mariadb11.8", &[("require_secure_transport", "0")]);
        assert_eq!(told(set, "1"), (Some(true), Some(false)));
    }

    #[test]
    fn a_parameter_whose_name_is_not_known_may_be_the_one() {
        let mut unnamed = group("postgres16", &[("x", "1")]);
        if let Value::Known(parameters) = &mut unnamed.parameters {
            parameters[0].name = Value::Unknown(Reason::KnownAfterApply(None));
        }
        let answer = of_group(&unnamed, "postgres", engine("postgres"));
        assert!(answer.enforced.known().is_none() && answer.explicit.known().is_none());
    }

    #[test]
    fn the_name_of_a_default_group_tells_its_family() {
        let answer = of_name("default.postgres14", "postgres", engine("postgres"));
        assert_eq!(answer.enforced, Value::Known(false));
        assert!(of_name("shared", "postgres", engine("postgres")).enforced.known().is_none());
    }
}
