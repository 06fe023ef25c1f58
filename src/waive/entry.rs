//! One waiver as it is written: which findings it accepts, why, by whom and until when.

use std::fmt::Write as _;

use globset::{Glob, GlobBuilder, GlobMatcher};
use jiff::civil::Date;

use super::address::{Pattern, Subject};
use crate::finding::{Finding, Place, Waiver};
use crate::policy::rule::Rule;

/// A waiver as it is written.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Rules that it is for: any of these.
    pub rules: Vec<RulePattern>,
    /// Where it holds.
    pub scope: Scope,
    /// Elements of the resource that it is for.
    pub tag: Option<TextPattern>,
    /// Reason, owner, end and place, as a finding shows them.
    pub waiver: Waiver,
    /// Last day on which it holds.
    pub until: Date,
}

/// Where a waiver holds.
#[derive(Debug, Clone)]
pub enum Scope {
    /// For resources that a file of waivers names.
    Resources(Box<Named>),
    /// For what stands in the block, or is called by the module, that a comment is on.
    Comment(Place),
}

/// The resources that a waiver names.
#[derive(Debug, Clone)]
pub struct Named {
    /// Their addresses.
    pub address: Pattern,
    /// Their accounts.
    pub account: Option<TextPattern>,
    /// Their kinds.
    pub kind: Option<TextPattern>,
}

/// A glob of rule ids, former ids or controls, as `--rule` takes it.
#[derive(Debug, Clone)]
pub struct RulePattern {
    text: String,
    matcher: GlobMatcher,
}

impl RulePattern {
    /// Parses a glob; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let glob = Glob::new(text).map_err(|error| {
            format!("`{text}` is not a glob: {}; `*` stands for any text, as in `aws-s3-*`", error.kind())
        })?;
        Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() })
    }

    /// Returns the glob as it is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether it names this rule by its id, a former id or its control.
    pub fn names(&self, rule: &Rule) -> bool {
        self.matcher.is_match(&*rule.id)
            || rule.control.as_ref().is_some_and(|control| self.matcher.is_match(control))
            || rule.aliases.iter().any(|alias| self.matcher.is_match(alias))
    }
}

/// A text in which `*` stands for any text, and all else for itself: tags and accounts are full of
/// brackets.
#[derive(Debug, Clone)]
pub struct TextPattern {
    text: String,
    matcher: GlobMatcher,
}

impl TextPattern {
    /// Parses a pattern; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('*').collect();
        let last = parts.len().saturating_sub(1);
        let mut escaped = String::new();
        for (position, part) in parts.iter().enumerate() {
            escaped.push_str(&globset::escape(part));
            // Two stars in a row mean no more than one, but globset gives them a sense of their own.
            if position < last && !escaped.ends_with('*') {
                escaped.push('*');
            }
        }
        let glob = GlobBuilder::new(&escaped)
            .backslash_escape(false)
            .build()
            .map_err(|error| format!("`{text}` cannot be matched: {}; use `*` for what differs", error.kind()))?;
        Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() })
    }

    /// Returns whether it matches the whole text.
    pub fn matches(&self, text: &str) -> bool {
        self.text == text || self.matcher.is_match(text)
    }
}

/// The addresses by which a finding may be waived.
pub(super) struct Addresses(Vec<Subject>);

impl Addresses {
    /// The resource's address and id, which differ when several plans use one address, and the
    /// address of the block that was joined into it and says what is wrong.
    pub(super) fn of(finding: &Finding) -> Self {
        let mut addresses = vec![finding.resource.address.as_str(), finding.resource.id.as_str()];
        addresses.extend(finding.block.as_ref().map(|block| block.address.as_str()));
        addresses.sort_unstable();
        addresses.dedup();
        Self(addresses.into_iter().map(Subject::new).collect())
    }
}

impl Entry {
    /// Returns whether it accepts a finding of this rule at these addresses; `comments` are the
    /// places of the comments on its block and calls.
    pub(super) fn accepts(&self, finding: &Finding, rule: &Rule, addresses: &Addresses, comments: &[&Place]) -> bool {
        self.names(rule)
            && self.tag.as_ref().is_none_or(|tag| finding.tag.as_deref().is_some_and(|text| tag.matches(text)))
            && match &self.scope {
                Scope::Resources(named) => {
                    let Named { address, account, kind } = &**named;
                    kind.as_ref().is_none_or(|kind| kind.matches(&finding.resource.kind))
                        && account.as_ref().is_none_or(|account| {
                            finding.resource.account.as_deref().is_some_and(|text| account.matches(text))
                        })
                        && addresses.0.iter().any(|subject| address.matches(subject))
                }
                Scope::Comment(place) => comments.contains(&place),
            }
    }

    /// Returns whether it is for this rule.
    pub(super) fn names(&self, rule: &Rule) -> bool {
        self.rules.iter().any(|pattern| pattern.names(rule))
    }

    /// Returns what it waives, in its own words: `aws-s3-* on module.data.**`.
    pub fn subject(&self) -> String {
        let rules: Vec<&str> = self.rules.iter().map(RulePattern::text).collect();
        let mut subject = rules.join(", ");
        if let Some(tag) = &self.tag {
            let _ = write!(subject, " for {}", tag.text);
        }
        if let Scope::Resources(named) = &self.scope {
            let _ = write!(subject, " on {}", named.address);
            for (name, pattern) in [("kind", &named.kind), ("account", &named.account)] {
                if let Some(pattern) = pattern {
                    let _ = write!(subject, ", {name} {}", pattern.text);
                }
            }
        }
        subject
    }
}

/// Reads the last day of a waiver: `2027-01-31`.
pub(super) fn day(text: &str) -> Option<Date> {
    // jiff takes more forms than one; people compare dates by eye.
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    let [year, month, day] = parts.as_slice() else { return None };
    if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
