//! Comments of HCL that speak to hfscan: those with `hfscan:` in them. Strings, templates and heredocs
//! are told apart from code, also in a file that is half written.

use super::tree::Span;

/// What a comment for hfscan begins with.
pub(crate) const MARK: &str = "hfscan:";

/// A comment that speaks to hfscan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Noted {
    /// From `hfscan:` to the end of the line or of the comment.
    pub(crate) span: Span,
    /// Whether nothing but the comment stands on its first line.
    pub(crate) alone: bool,
}

/// What the scanner is in.
enum Inside {
    /// Code, with the number of braces that are open in it.
    Code(usize),
    /// A quoted template.
    Quotes,
    /// A heredoc, with the word that ends it.
    Heredoc(String),
}

/// Finds them, in the order of the text.
pub(crate) fn find(text: &str) -> Vec<Noted> {
    if !text.contains(MARK) {
        return Vec::new();
    }
    let mut scanner = Scanner { text, at: 0, stack: vec![Inside::Code(0)], found: Vec::new() };
    while scanner.at < text.len() {
        scanner.step();
    }
    scanner.found
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    stack: Vec<Inside>,
    found: Vec<Noted>,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.text.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    fn step(&mut self) {
        match self.stack.last() {
            None | Some(Inside::Code(_)) => self.code(),
            Some(Inside::Quotes) => self.quotes(),
            Some(Inside::Heredoc(_)) => self.heredoc(),
        }
    }

    fn code(&mut self) {
        let rest = self.rest();
        let line = || rest.find('\n').unwrap_or(rest.len());
        if rest.starts_with('#') || rest.starts_with("//") {
            let end = line();
            self.comment(end);
        } else if let Some(inner) = rest.strip_prefix("/*") {
            let end = inner.find("*/").map_or(rest.len(), |end| end + 4);
            self.comment(end);
        } else if rest.starts_with('"') {
            self.stack.push(Inside::Quotes);
            self.skip(1);
        } else if let Some(word) = heredoc(rest) {
            let end = line() + 1;
            self.stack.push(Inside::Heredoc(word));
            self.skip(end);
        } else {
            let first = rest.chars().next().unwrap_or_default();
            let nested = self.stack.len() > 1;
            match (first, self.stack.last_mut()) {
                ('{', Some(Inside::Code(braces))) => *braces += 1,
                ('}', Some(Inside::Code(0))) if nested => {
                    self.stack.pop();
                }
                ('}', Some(Inside::Code(braces))) => *braces = braces.saturating_sub(1),
                _ => {}
            }
            self.skip(first.len_utf8());
        }
    }

    /// Handles what may stand in any template; returns whether it did.
    fn template(&mut self) -> bool {
        let rest = self.rest();
        if rest.starts_with("$${") || rest.starts_with("%%{") {
            self.skip(3);
        } else if rest.starts_with("${") || rest.starts_with("%{") {
            self.stack.push(Inside::Code(0));
            self.skip(2);
        } else {
            return false;
        }
        true
    }

    fn quotes(&mut self) {
        if self.template() {
            return;
        }
        let rest = self.rest();
        match rest.chars().next() {
            Some('\\') => self.skip(2),
            // A quoted template ends with its line at the latest.
            Some('"' | '\n') | None => {
                self.stack.pop();
                self.skip(1);
            }
            Some(other) => self.skip(other.len_utf8()),
        }
    }

    fn heredoc(&mut self) {
        let rest = self.rest();
        let begins = self.at == 0 || self.text.as_bytes().get(self.at - 1) == Some(&b'\n');
        if begins && let Some(Inside::Heredoc(word)) = self.stack.last() {
            let line = rest.split('\n').next().unwrap_or_default();
            if line.trim() == word {
                let length = line.len();
                self.stack.pop();
                self.skip(length);
                return;
            }
        }
        if !self.template() {
            let length = self.rest().chars().next().map_or(1, char::len_utf8);
            self.skip(length);
        }
    }

    fn comment(&mut self, length: usize) {
        let start = self.at;
        let body = self.text.get(start..start + length).unwrap_or_default();
        let block = body.starts_with("/*");
        let before = self.text.get(..start).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
        let mut offset = 0;
        for (number, line) in body.split('\n').enumerate() {
            if let Some(mark) = line.find(MARK) {
                let said = line.get(mark..).unwrap_or_default();
                let said = if block { said.strip_suffix("*/").unwrap_or(said) } else { said };
                let from = start + offset + mark;
                self.found.push(Noted {
                    span: from..from + said.trim_end().len(),
                    alone: number > 0 || before.trim().is_empty(),
                });
            }
            offset += line.len() + 1;
        }
        self.skip(length);
    }
}

/// Returns the word of a heredoc that begins here.
fn heredoc(text: &str) -> Option<String> {
    let rest = text.strip_prefix("<<")?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let line = rest.split('\n').next()?;
    let word = line.trim_end();
    let named = word.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_');
    let whole = word.chars().all(|one| one.is_alphanumeric() || matches!(one, '_' | '-'));
    (named && whole && rest.len() > line.len()).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<&str> {
        find(text).into_iter().map(|noted| text.get(noted.span).unwrap()).collect()
    }

    #[test]
    fn comments_of_all_three_kinds_are_found_and_strings_are_not() {
        let text = "# hfscan:a one\r\na = \"# hfscan:no ${b[\"}\"] /* hfscan:b */ } # hfscan:no\" // hfscan:c\n/* x\n hfscan:d y */\n\
                    c = <<-EOT\n # hfscan:no\n EOT\nd = 1 # hfscan:e";
        assert_eq!(said(text), ["hfscan:a one", "hfscan:b", "hfscan:c", "hfscan:d y", "hfscan:e"]);
        assert_eq!(find(text).iter().map(|noted| noted.alone).collect::<Vec<_>>(), [true, false, false, true, false]);
    }

    #[test]
    fn a_half_written_string_does_not_swallow_what_follows() {
        assert_eq!(said("a = \"open\n# hfscan:a"), ["hfscan:a"]);
        assert_eq!(said("a = \"${\n# hfscan:a"), ["hfscan:a"]);
    }
}
