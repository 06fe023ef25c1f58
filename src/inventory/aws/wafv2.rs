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
        pub weakened_rules: Value<Vec<Value<String>>>,
        /// Whether a scope-down statement limits what the group sees.
        pub scoped_down: Value<bool>,
        /// Priority of the rule that uses it.
        pub priority: Value<Option<i64>>,
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
    pub struct WebAclFacts {}
}

relations!(WebAcl {});
