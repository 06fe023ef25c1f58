//! Text for a terminal: counts, line breaks in sentences and in addresses, and control characters
//! made harmless.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Returns the columns that the text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// Returns a count with thousands set apart: `4,321`.
pub(super) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns a count with its noun: `1 rule`, `2 rules`.
pub(super) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// Cuts text that is longer than so many characters, and marks where.
pub(super) fn clip(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// Replaces control characters, which an input could use to repaint the terminal, and those that turn
/// the direction of writing, and joins lines.
pub(super) fn plain(text: &str) -> String {
    if !text.chars().any(|letter| letter.is_control() || turns(letter)) {
        return text.to_owned();
    }
    let spaced: String = text
        .chars()
        .map(|letter| match letter {
            '\n' | '\r' | '\t' => ' ',
            control if control.is_control() || turns(control) => '\u{fffd}',
            other => other,
        })
        .collect();
    spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Returns whether a character lets text read in another order than it has.
fn turns(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// Breaks a sentence between words; a word that is wider than the line breaks as an address does.
pub(super) fn words(text: &str, width: usize) -> Vec<String> {
    let mut lines = Lines::new(width);
    for word in plain(text).split_whitespace() {
        if lines.fits(word, 1) {
            lines.push_word(word);
        } else {
            lines.end();
            lines.push_pieces(word);
        }
    }
    lines.finish()
}

/// Breaks a name without spaces, such as an address or a path, behind its separators. Nothing is
/// cut: the lines put together are the name.
pub(super) fn name(text: &str, width: usize) -> Vec<String> {
    let mut lines = Lines::new(width);
    lines.push_pieces(&plain(text));
    lines.finish()
}

/// Breaks Markdown-like prose: paragraphs and list items keep their line starts.
pub(super) fn prose(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut paragraph = String::new();
    for line in text.trim().lines().map(str::trim) {
        let starts = line.is_empty() || line.starts_with("- ") || line.starts_with("* ") || line.starts_with('#');
        if starts && !paragraph.is_empty() {
            lines.extend(words(&paragraph, width));
            paragraph.clear();
        }
        if line.is_empty() {
            lines.push(String::new());
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line);
        }
    }
    if !paragraph.is_empty() {
        lines.extend(words(&paragraph, width));
    }
    lines
}

struct Lines {
    width: usize,
    done: Vec<String>,
    line: String,
    used: usize,
}

impl Lines {
    fn new(width: usize) -> Self {
        Self { width: width.max(8), done: Vec::new(), line: String::new(), used: 0 }
    }

    fn fits(&self, text: &str, gap: usize) -> bool {
        let gap = if self.line.is_empty() { 0 } else { gap };
        self.used + gap + width(text) <= self.width
    }

    fn push_word(&mut self, word: &str) {
        if !self.line.is_empty() {
            self.push(" ");
        }
        self.push(word);
    }

    fn push(&mut self, text: &str) {
        self.line.push_str(text);
        self.used += width(text);
    }

    fn end(&mut self) {
        if !self.line.is_empty() {
            self.done.push(std::mem::take(&mut self.line));
            self.used = 0;
        }
    }

    /// Breaks between the steps of an address; within a step that is wider than a line behind
    /// dashes and the like; within a word that is still wider anywhere.
    fn push_pieces(&mut self, text: &str) {
        for step in pieces(text, starts_step) {
            if !self.fits(step, 0) {
                self.end();
            }
            if self.fits(step, 0) {
                self.push(step);
            } else {
                self.push_words_of_name(step);
            }
        }
    }

    fn push_words_of_name(&mut self, step: &str) {
        for word in pieces(step, starts_word) {
            if !self.fits(word, 0) {
                self.end();
            }
            if self.fits(word, 0) {
                self.push(word);
                continue;
            }
            for letter in word.chars() {
                if self.used + letter.width().unwrap_or(0) > self.width {
                    self.end();
                }
                self.line.push(letter);
                self.used += letter.width().unwrap_or(0);
            }
        }
    }

    fn finish(mut self) -> Vec<String> {
        self.end();
        self.done
    }
}

/// An address goes on in a new line in front of a key in brackets or behind a dot or a slash.
fn starts_step(before: char, letter: char) -> bool {
    letter == '[' || matches!(before, '.' | '/')
}

fn starts_word(before: char, _: char) -> bool {
    matches!(before, ':' | '-' | '_' | ',' | ' ' | '=')
}

fn pieces(text: &str, starts: fn(char, char) -> bool) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest
            .char_indices()
            .zip(rest.chars().skip(1))
            .find(|&((_, before), letter)| starts(before, letter))
            .map_or(rest.len(), |((at, before), _)| at + before.len_utf8());
        let (piece, remainder) = rest.split_at_checked(end)?;
        rest = remainder;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_break_behind_separators_and_lose_nothing() {
        let address = r#"module.network["eu-central-1"].module.subnets.aws_subnet.private["größe.a"]"#;
        for width in 8..90 {
            let lines = name(address, width);
            assert_eq!(lines.concat(), address);
            assert!(lines.iter().all(|line| super::width(line) <= width), "{lines:?}");
        }
    }

    #[test]
    fn counts_set_thousands_apart() {
        assert_eq!(
            ["0", "999", "1,000", "1,234,567"],
            [0, 999, 1000, 1_234_567].map(count).each_ref().map(String::as_str)
        );
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(plain("a\u{1b}[2Jb\nc"), "a\u{fffd}[2Jb c");
    }
}
