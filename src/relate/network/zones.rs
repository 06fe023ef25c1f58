//! Availability zones: which of two are the same, and how many there are.

use std::collections::BTreeSet;

use crate::inventory::aws::ec2::{Subnet, Zones};
use crate::inventory::{Reason, Value};

/// More zones than any region has: the upper end where nothing bounds the number.
const UNBOUNDED: i64 = 100;

/// Returns the zone of a subnet: its name, or its id when only that is told.
pub(in crate::relate) fn of_subnet(subnet: &Subnet) -> Value<String> {
    match (&subnet.availability_zone, &subnet.availability_zone_id) {
        (Value::Known(Some(zone)), _) | (_, Value::Known(Some(zone))) => Value::Known(zone.clone()),
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason.clone()),
        (Value::Known(None), Value::Known(None)) => {
            Value::Unknown(Reason::KnownAfterApply(Some("AWS chooses the zone".to_owned())))
        }
    }
}

/// Returns whether two zones are the same. A name and an id cannot be compared: which id a name
/// stands for differs from account to account.
pub(in crate::relate) fn same(one: &Value<String>, other: &Value<String>) -> Value<bool> {
    match (one, other) {
        (Value::Known(a), Value::Known(b)) if is_id(a) == is_id(b) => Value::Known(a == b),
        (Value::Known(a), Value::Known(b)) => {
            Value::Unknown(Reason::Unresolved(format!("{a} and {b} are a zone's name and a zone's id")))
        }
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason.clone()),
    }
}

/// Counts zones: between those that are certainly told apart, and those plus one for each that is
/// not told.
pub(in crate::relate) fn count<'a>(zones: impl IntoIterator<Item = &'a Value<String>>) -> Zones {
    let mut names = BTreeSet::new();
    let mut unknown = 0_i64;
    for zone in zones {
        match zone {
            Value::Known(name) if is_local(name) => {}
            Value::Known(name) => {
                names.insert(name.clone());
            }
            Value::Unknown(_) => unknown += 1,
        }
    }
    let ids = length(names.iter().filter(|name| is_id(name)).count());
    let distinct = length(names.len());
    // An id may be the zone of one of the names, so the two sets may overlap in full. A zone that
    // is not told may be one of the others, or a local one, so it adds nothing.
    let at_least = ids.max(distinct - ids);
    Zones { names: names.into_iter().collect(), at_least, at_most: distinct + unknown }
}

/// Zones when the subnets are one or some of several: at least one of them, at most all.
pub(in crate::relate) fn count_some<'a>(zones: impl IntoIterator<Item = &'a Value<String>>) -> Zones {
    let all = count(zones);
    Zones {
        at_least: all.at_least.min(1),
        names: if all.names.len() == 1 && all.at_most == 1 { all.names } else { Vec::new() },
        at_most: all.at_most,
    }
}

/// Zones when nothing is known.
pub(in crate::relate) fn unbounded() -> Zones {
    Zones { names: Vec::new(), at_least: 0, at_most: UNBOUNDED }
}

/// Adds two sets of zones.
pub(in crate::relate) fn union<'a>(sets: impl IntoIterator<Item = &'a Zones>) -> Zones {
    let mut names = BTreeSet::new();
    let mut at_least = 0;
    let mut more = 0;
    for set in sets {
        at_least = at_least.max(set.at_least);
        more += set.at_most - length(set.names.len());
        names.extend(set.names.iter().cloned());
    }
    let ids = length(names.iter().filter(|name| is_id(name)).count());
    let distinct = length(names.len());
    Zones {
        at_least: at_least.max(ids.max(distinct - ids)),
        at_most: (distinct + more).min(UNBOUNDED),
        names: names.into_iter().collect(),
    }
}

pub(in crate::relate) fn length(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// Zone ids look like `use1-az1`.
fn is_id(zone: &str) -> bool {
    zone.rsplit('-').next().is_some_and(|last| {
        last.strip_prefix("az").is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// Local and Wavelength zones: `us-east-1-bos-1a`, `us-east-1-wl1-bos-wlz-1`, `use1-bos1-az1`.
pub(in crate::relate) fn is_local(zone: &str) -> bool {
    let parts = zone.split('-');
    if is_id(zone) {
        parts.count() > 2
    } else {
        parts.filter(|part| part.bytes().any(|byte| byte.is_ascii_digit())).count() > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(zones: &[&str]) -> Vec<Value<String>> {
        zones.iter().map(|zone| Value::Known((*zone).to_owned())).collect()
    }

    #[test]
    fn local_zones_do_not_count() {
        for zone in ["us-east-1-bos-1a", "us-east-1-wl1-bos-wlz-1", "use1-bos1-az1"] {
            assert!(is_local(zone), "{zone}");
        }
        for zone in ["us-east-1a", "us-gov-west-1b", "use1-az1", "ap-southeast-2c"] {
            assert!(!is_local(zone), "{zone}");
        }
        let zones = count(&known(&["us-east-1a", "us-east-1-bos-1a", "us-east-1b"]));
        assert_eq!((zones.at_least, zones.at_most), (2, 2));
    }

    #[test]
    fn unknown_zones_widen_the_interval_upwards_only() {
        let mut zones = known(&["us-east-1a", "us-east-1a"]);
        zones.push(Value::Unknown(Reason::KnownAfterApply(None)));
        let counted = count(&zones);
        assert_eq!((counted.at_least, counted.at_most), (1, 2));
    }

    #[test]
    fn names_and_ids_may_mean_the_same_zone() {
        let counted = count(&known(&["us-east-1a", "use1-az1", "use1-az2"]));
        assert_eq!((counted.at_least, counted.at_most), (2, 3));
        let same = same(&Value::Known("us-east-1a".into()), &Value::Known("use1-az1".into()));
        assert!(same.known().is_none());
    }
}
