//! Kinds of AWS WAF.

use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

model! {
    /// A rule group that a web ACL uses.
    pub struct RuleGroup {
        /// `AWS` or the vendor of a marketplace group; null for a group of one's own.
        pub vendor: Value<Option<String>>,
        /// Name of the managed group, or ARN of one's own.
        pub name: Value<Option<String>>,
        /// Whether the whole group only counts (`override_action` count).
        pub count_only: Value<bool>,
        /// Rules of the group that are overridden to count or allow, or excluded.
        pub weakened_rules: Value<Vec<WeakenedRule>>,
        /// Whether a scope-down statement limits what the group sees.
        pub scoped_down: Value<bool>,
        /// Priority of the rule that uses it.
        pub priority: Value<Option<i64>>,
    }

    /// A rule of a group whose action is overridden.
    pub struct WeakenedRule {
        /// Its name.
        pub name: Value<String>,
        /// Whether the override lets its requests through: count or allow.
        pub weakened: Value<bool>,
    }

    /// A WAFv2 web ACL.
    pub struct WebAcl {
        /// `REGIONAL` or `CLOUDFRONT`.
        pub scope: Value<String>,
        /// `allow` or `block`.
        pub default_action: Value<String>,
        /// Managed and own rule groups, nested statements included.
        pub rule_groups: Value<Vec<RuleGroup>>,
        /// How many other rules it has.
        pub other_rules: Value<i64>,
        /// Lowest limit of its rate-based rules; null without one.
        pub rate_limit: Value<Option<i64>>,
        /// Whether its requests are logged.
        pub logging: Value<bool>,
    }

    /// What is derived for a web ACL.
    pub struct WebAclFacts {
        /// Rule groups that certainly block: the name of a group of AWS, `vendor/name` of another
        /// managed one, id or ARN of one's own.
        pub blocking_groups: Vec<String>,
        /// Rule groups that perhaps block.
        pub doubtful_groups: Vec<DoubtfulGroup>,
        /// Rule groups that do not block.
        pub idle_groups: Vec<IdleGroup>,
        /// Load balancers that it certainly stands before.
        pub load_balancers: Vec<String>,
    }

    /// A rule group of which it cannot be told whether it blocks.
    pub struct DoubtfulGroup {
        /// Its name as in `blocking_groups`; null when it may be any group.
        pub name: Option<String>,
        /// Why, as a phrase.
        pub why: String,
    }

    /// A rule group that is there and does not block.
    pub struct IdleGroup {
        /// Its name as in `blocking_groups`.
        pub name: String,
        /// Why, as a phrase.
        pub why: String,
    }
}

relations!(WebAcl {});
