//! Waivers in comments of the source: `# hfscan:ignore[rule-id] until=2027-01-31 owner=team reason`.
//! A comment that means to be one and is not is told, never passed over.

use super::entry::{Entry, RulePattern, Scope, TextPattern, day};
use super::failure::Problem;
use crate::finding::{Place, Waiver};
use crate::policy::failure::similar;

/// What such a comment begins with.
const MARK: &str = "hfscan:ignore";

/// What everything begins with that speaks to hfscan.
const PREFIX: &str = "hfscan:";

/// Words by which people try to waive a finding; `ignore` is the one that does.
const ATTEMPTS: [&str; 6] = ["ignore", "skip", "disable", "waive", "suppress", "noqa"];

/// What every message ends with.
const EXAMPLE: &str = "write `hfscan:ignore[rule-id] until=2027-01-31 owner=team why the risk is accepted`";

/// Settings in front of or between the words of the reason.
const SETTINGS: [&str; 4] = ["until", "owner", "tag", "reason"];

/// Reads a comment; nothing when it does not speak to hfscan. The place is that of the comment.
pub fn parse(text: &str, place: &Place) -> Option<Result<Entry, Problem>> {
    let text = text.trim().trim_start_matches(['#', '/', '*']);
    let text = text.strip_suffix("*/").unwrap_or(text).trim();
    let speech = text.get(find(text, PREFIX)?..)?;
    if !is_addressed(speech) {
        return None;
    }
    let problem = |message: String| Problem::new(place.clone(), &format!("{message}; {EXAMPLE}; nothing is waived"));
    let Some(rest) = speech.strip_prefix(MARK) else {
        return Some(Err(problem("hfscan does not know this comment".to_owned())));
    };
    Some(waiver(rest, place).map_err(problem))
}

/// Returns whether a text that begins with `hfscan:` speaks to it. Prose that only names hfscan has a
/// space behind the colon, and goes on with another word.
fn is_addressed(speech: &str) -> bool {
    let rest = speech.get(PREFIX.len()..).unwrap_or_default();
    let word: String = rest.trim_start().chars().take_while(|letter| letter.is_alphabetic()).collect();
    let word = word.to_ascii_lowercase();
    !rest.starts_with(|letter: char| letter.is_whitespace()) && !rest.is_empty() || similar(&word, ATTEMPTS).is_some()
}

/// Finds a text of ASCII, in any case.
fn find(text: &str, wanted: &str) -> Option<usize> {
    let wanted = wanted.as_bytes();
    text.as_bytes().windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted))
}

fn waiver(rest: &str, place: &Place) -> Result<Entry, String> {
    let Some(rest) = rest.strip_prefix('[') else {
        return Err("the waiver names no rule: brackets have to follow".to_owned());
    };
    let (names, rest) = split_rules(rest).ok_or("the bracket behind the rules is missing")?;
    if rest.starts_with(|character: char| !character.is_whitespace()) {
        return Err("a space is missing behind the bracket".to_owned());
    }
    entry(&rules(names)?, rest, place)
}

/// Makes a waiver of the rules that it is for and of what follows them.
pub(super) fn entry(rules: &[&str], rest: &str, place: &Place) -> Result<Entry, String> {
    let rules = rules.iter().map(|rule| RulePattern::parse(rule)).collect::<Result<_, _>>()?;
    if find(rest, PREFIX).is_some() {
        return Err("two waivers in one comment; put several rules into one pair of brackets".to_owned());
    }
    let mut settings = Settings::default();
    settings.read(rest)?;
    let Settings { until, owner, tag, reason, words } = settings;
    let reason = reason.unwrap_or_else(|| words.join(" "));
    if reason.trim().is_empty() {
        return Err("the waiver has no reason".to_owned());
    }
    let owner = owner.ok_or("the waiver has no owner")?;
    let until = until.ok_or("the waiver has no end")?;
    let until = day(&until).ok_or_else(|| format!("`until={until}` is not a date"))?;
    let tag = tag.map(|tag| TextPattern::parse(&tag)).transpose()?;
    let waiver = Waiver { reason, owner: Some(owner), until: until.to_string(), place: Some(place.clone()) };
    Ok(Entry { rules, scope: Scope::Comment(place.clone()), tag, waiver, until })
}

/// Splits behind the bracket that closes the rules; globs may hold brackets of their own.
fn split_rules(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '[' => depth += 1,
            ']' if depth == 0 => return Some((text.get(..at)?, text.get(at + 1..)?)),
            ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn rules(names: &str) -> Result<Vec<&str>, String> {
    let names: Vec<&str> =
        names.split([',', ' ', '\t', '\n', '\r']).map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return Err("the waiver names no rule".to_owned());
    }
    Ok(names)
}

#[derive(Default)]
struct Settings {
    until: Option<String>,
    owner: Option<String>,
    tag: Option<String>,
    reason: Option<String>,
    words: Vec<String>,
}

impl Settings {
    fn read(&mut self, text: &str) -> Result<(), String> {
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let end = rest.find(|character: char| character.is_whitespace()).unwrap_or(rest.len());
            let word = rest.get(..end).unwrap_or_default();
            let name = word.split_once('=').map(|(name, _)| name);
            if let Some(name) = name.filter(|name| SETTINGS.contains(name)) {
                let (value, after) = value(rest.get(name.len() + 1..).unwrap_or_default(), name)?;
                self.set(name, value)?;
                rest = after.trim_start();
            } else {
                self.word(word, name)?;
                rest = rest.get(end..).unwrap_or_default().trim_start();
            }
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), String> {
        if value.trim().is_empty() {
            return Err(format!("`{name}=` has no value"));
        }
        let field = match name {
            "until" => &mut self.until,
            "owner" => &mut self.owner,
            "tag" => &mut self.tag,
            _ => &mut self.reason,
        };
        if field.replace(value).is_some() {
            return Err(format!("`{name}` is set twice"));
        }
        Ok(())
    }

    /// Takes a word of the reason; one that looks like a misspelt setting is none.
    fn word(&mut self, word: &str, name: Option<&str>) -> Result<(), String> {
        let close = name.and_then(|name| similar(&name.to_ascii_lowercase(), SETTINGS));
        // Further behind it is the reason's own text.
        if let (true, Some(name), Some(close)) = (self.words.is_empty(), name, close) {
            return Err(format!("unknown setting `{name}`, did you mean `{close}`?"));
        }
        self.words.push(word.to_owned());
        Ok(())
    }
}

/// Returns the value of a setting, which may stand in quotes, and what follows it.
fn value<'a>(text: &'a str, name: &str) -> Result<(String, &'a str), String> {
    let Some(quote) = text.chars().next().filter(|character| matches!(character, '"' | '\'')) else {
        let end = text.find(|character: char| character.is_whitespace()).unwrap_or(text.len());
        let (value, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        return Ok((value.to_owned(), rest));
    };
    let inner = text.get(1..).unwrap_or_default();
    let (value, rest) =
        inner.split_once(quote).ok_or_else(|| format!("the value of `{name}` lacks its closing {quote}"))?;
    if rest.starts_with(|character: char| !character.is_whitespace()) {
        return Err(format!("a space is missing behind the value of `{name}`"));
    }
    Ok((value.to_owned(), rest))
}
