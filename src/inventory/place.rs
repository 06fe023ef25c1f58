//! Accounts and regions: which resources and gaps may have to do with each other.

use super::resource::{Gap, Resource};
use super::value::Value;

/// The region of what has none.
pub(crate) const GLOBAL: &str = "global";

/// An account and a region, as far as they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place<'a> {
    /// The account.
    pub account: Option<&'a str>,
    /// The region; `global` for services that have none.
    pub region: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// Returns where a resource is.
    pub fn of(resource: &'a Resource) -> Self {
        let told = |value: &'a Value<Option<String>>| value.known().and_then(Option::as_deref);
        Self { account: told(&resource.account), region: told(&resource.region) }
    }

    /// Returns what a gap touches.
    pub fn of_gap(gap: &'a Gap) -> Self {
        Self { account: gap.account.as_deref(), region: gap.region.as_deref() }
    }

    /// Returns whether two places may be of one account. What is not known may be any.
    pub fn shares_account(self, other: Self) -> bool {
        match (self.account, other.account) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
    }

    /// Returns whether what is here may have to do with what is there: nothing that is known says that
    /// the accounts differ, or the regions. What is global is near to every region of its account.
    pub fn is_near(self, other: Self) -> bool {
        let regions = match (self.region, other.region) {
            (Some(GLOBAL), _) | (_, Some(GLOBAL)) => true,
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        regions && self.shares_account(other)
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    fn place<'a>(account: &'a str, region: &'a str) -> Place<'a> {
        let told = |text: &'a str| (!text.is_empty()).then_some(text);
        Place { account: told(account), region: told(region) }
    }

    #[test]
    fn what_is_known_to_differ_is_not_near() {
        for (one, other, near) in [
            (("1", "a"), ("1", "a"), true),
            (("1", "a"), ("1", "b"), false),
            (("1", "a"), ("2", "a"), false),
            (("1", "a"), ("1", "global"), true),
            (("1", "global"), ("2", "a"), false),
            (("", "a"), ("2", "a"), true),
            (("", ""), ("2", "a"), true),
            (("1", ""), ("1", "b"), true),
        ] {
            let (one, other) = (place(one.0, one.1), place(other.0, other.1));
            assert_eq!(one.is_near(other), near, "{one:?} {other:?}");
            assert_eq!(other.is_near(one), near, "{other:?} {one:?}");
        }
    }
}
