//! Patterns of addresses: `module.*.aws_s3_bucket.this["logs"]`. Brackets and quotes stand for
//! themselves, so that an address can be pasted as it is; only `*` and `**` are special.

use std::fmt;

/// What a character of an address belongs to. `*` never leaves the zone it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    /// A name: `aws_s3_bucket`.
    Name,
    /// The dot between two steps.
    Dot,
    /// `[`
    Open,
    /// What stands between the brackets, quotes included.
    Key,
    /// `]`
    Close,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// One character in its zone.
    Exact(char, Zone),
    /// `*`: any characters of this zone.
    Within(Zone),
    /// `**`: anything.
    Across,
    /// Behind a step without a key: any key, or none.
    AnyKey,
}

/// A pattern of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    tokens: Vec<Token>,
    /// What every address that it matches begins with.
    start: String,
    /// What every address that it matches ends with.
    end: String,
}

/// Why a text is no pattern of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Nothing to match.
    #[error("an empty address matches nothing; write the address of a resource, or `**` for every one")]
    Empty,
    /// A bracket or a quote has no end.
    #[error("the key `{0}` has no end; write it as in `aws_s3_bucket.this[\"logs\"]`")]
    Open(String),
    /// A key that is neither a number nor quoted.
    #[error("the key `[{0}]` is no number and not quoted; write `[\"{0}\"]`, and put the address in single quotes")]
    Unquoted(String),
}

/// An address cut into characters that know their zone, ready for many patterns.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    text: String,
    characters: Vec<(char, Zone)>,
}

impl Subject {
    /// Cuts an address. Any text will do: an ARN is one long name.
    pub fn new(address: &str) -> Self {
        Self { text: address.to_owned(), characters: zones(address).0 }
    }
}

impl Pattern {
    /// Parses a pattern.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.trim().is_empty() {
            return Err(PatternError::Empty);
        }
        let text = text.trim();
        let (characters, closed) = zones(text);
        if !closed {
            let start = characters.iter().rposition(|(_, zone)| *zone == Zone::Open).unwrap_or_default();
            return Err(PatternError::Open(characters.iter().skip(start).map(|(character, _)| character).collect()));
        }
        check_keys(&characters)?;
        let mut tokens = tokens(&characters);
        if is_module(text) {
            // A module's own address is that of no resource; it stands for all that is in it.
            tokens.extend([Token::Exact('.', Zone::Dot), Token::Across]);
        }
        let start: String = tokens.iter().copied().map_while(exact).collect();
        let end: Vec<char> = tokens.iter().rev().copied().map_while(exact).collect();
        Ok(Self { text: text.to_owned(), start, end: end.into_iter().rev().collect(), tokens })
    }

    /// Returns whether the pattern matches the whole address.
    pub fn matches(&self, subject: &Subject) -> bool {
        // Most addresses are told apart by their ends; thousands of waivers meet thousands of findings.
        if !subject.text.starts_with(&self.start) || !subject.text.ends_with(&self.end) {
            return false;
        }
        // The positions in the pattern that the characters read so far can have led to, ascending.
        let (mut states, mut next) = (Vec::new(), Vec::new());
        self.reach(0, &mut states);
        for &(character, zone) in &subject.characters {
            next.clear();
            for &state in &states {
                match self.tokens.get(state) {
                    Some(Token::Exact(wanted, of)) if *wanted == character && *of == zone => {
                        self.reach(state + 1, &mut next);
                    }
                    Some(Token::Within(of)) if *of == zone => self.reach(state, &mut next),
                    Some(Token::Across) => self.reach(state, &mut next),
                    // It swallows the key up to its end, and is left by the dot or the end behind it.
                    Some(Token::AnyKey) if matches!(zone, Zone::Open | Zone::Key | Zone::Close) => {
                        if zone == Zone::Close {
                            self.reach(state + 1, &mut next);
                        } else if !next.contains(&state) {
                            next.push(state);
                        }
                    }
                    _ => {}
                }
            }
            std::mem::swap(&mut states, &mut next);
            if states.is_empty() {
                return false;
            }
        }
        states.contains(&self.tokens.len())
    }

    /// Adds a position, and those that are reached from it without a character.
    fn reach(&self, mut state: usize, states: &mut Vec<usize>) {
        while !states.contains(&state) {
            states.push(state);
            match self.tokens.get(state) {
                Some(Token::Within(_) | Token::Across | Token::AnyKey) => state += 1,
                _ => return,
            }
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn exact(token: Token) -> Option<char> {
    match token {
        Token::Exact(character, _) => Some(character),
        Token::Within(_) | Token::Across | Token::AnyKey => None,
    }
}

/// Cuts a text into characters with their zones; tells whether every key has an end.
fn zones(text: &str) -> (Vec<(char, Zone)>, bool) {
    let mut characters = Vec::with_capacity(text.len());
    let (mut in_key, mut in_quotes, mut escaped) = (false, false, false);
    for character in text.chars() {
        let zone = if in_quotes {
            in_quotes = escaped || character != '"';
            escaped = character == '\\' && !escaped;
            Zone::Key
        } else if in_key {
            if character == ']' {
                in_key = false;
                Zone::Close
            } else {
                in_quotes = character == '"';
                Zone::Key
            }
        } else {
            match character {
                '.' => Zone::Dot,
                '[' => {
                    in_key = true;
                    Zone::Open
                }
                _ => Zone::Name,
            }
        };
        characters.push((character, zone));
    }
    (characters, !in_key && !in_quotes)
}

/// Refuses `[logs]`: it would match nothing, and a TOML string easily loses its quotes.
fn check_keys(characters: &[(char, Zone)]) -> Result<(), PatternError> {
    for key in characters.split(|(_, zone)| *zone != Zone::Key).filter(|key| !key.is_empty()) {
        let key: String = key.iter().map(|(character, _)| character).collect();
        let quoted = key.len() >= 2 && key.starts_with('"') && key.ends_with('"');
        if !quoted && !key.chars().all(|character| character.is_ascii_digit() || character == '*') {
            return Err(PatternError::Unquoted(key.trim_matches(['"', '\'']).to_owned()));
        }
    }
    Ok(())
}

fn tokens(characters: &[(char, Zone)]) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(characters.len() + 4);
    let mut rest = characters.iter().copied().peekable();
    let mut escaped = false;
    while let Some((character, zone)) = rest.next() {
        if escaped || (character == '\\' && rest.peek().is_some_and(|(next, _)| *next == '\\')) {
            // `\\` is the address's own way to write one backslash.
            escaped = !escaped;
            tokens.push(Token::Exact(character, zone));
        } else if character == '\\' && rest.peek().is_some_and(|(next, _)| *next == '*') {
            tokens.extend(rest.next().map(|(star, zone)| Token::Exact(star, zone)));
        } else if character == '*' {
            let mut across = false;
            while rest.next_if(|(next, _)| *next == '*').is_some() {
                across = true;
            }
            tokens.push(if across && zone == Zone::Name { Token::Across } else { Token::Within(zone) });
        } else {
            tokens.push(Token::Exact(character, zone));
        }
        let step_ends = rest.peek().is_none_or(|(_, zone)| *zone == Zone::Dot);
        if step_ends && zone == Zone::Name && tokens.last() != Some(&Token::Across) {
            tokens.push(Token::AnyKey);
        }
    }
    tokens
}

/// Returns whether an address is that of a module: `module.network["a"]`, `module.*`.
fn is_module(text: &str) -> bool {
    let (characters, _) = zones(text);
    let steps: Vec<String> = characters
        .split(|(_, zone)| *zone == Zone::Dot)
        .map(|step| step.iter().map(|(character, _)| character).collect())
        .collect();
    steps.len() >= 2
        && steps.len().is_multiple_of(2)
        && steps.iter().step_by(2).all(|step| step == "module")
        && steps.iter().skip(1).step_by(2).all(|step| !step.contains("**"))
}
