//! Foreign text made harmless: whatever an address, a message or a reason holds, it stays text. It
//! opens no tag and no link, names nobody, refers to no issue and ends no cell.

use std::fmt::Write as _;

use super::super::checkout::escaped;
use super::super::text::{clip, plain};
use crate::report::Look;

/// Characters of a name that are shown.
const LONGEST_NAME: usize = 300;

/// Returns a name, such as an address, as code.
pub(super) fn code(text: &str) -> String {
    let text = clip(&plain(text), LONGEST_NAME);
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    if !text.contains(['<', '>', '&', '`', '|']) {
        return format!("`{text}`");
    }
    html_code(text)
}

/// Returns a name as code within HTML, where Markdown is not read.
pub(super) fn html_code(text: &str) -> String {
    format!("<code>{}</code>", entities(&clip(&plain(text), LONGEST_NAME)))
}

/// Returns a sentence of foreign words.
pub(super) fn prose(text: &str, most: usize) -> String {
    let text = clip(&plain(text), most);
    let mut safe = String::with_capacity(text.len());
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let after = letters.peek().copied().unwrap_or(' ');
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '$' => safe.push_str("&#36;"),
            // Names stay readable in the source too: an underscore within a word marks nothing.
            '_' if before.is_alphanumeric() && after.is_alphanumeric() => safe.push('_'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' => {
                safe.push('\\');
                safe.push(letter);
            }
            // A space without width keeps a mention and a reference to an issue from being one.
            '@' | '#' if after.is_alphanumeric() => {
                safe.push(letter);
                safe.push_str("&#8203;");
            }
            _ => safe.push(letter),
        }
        before = letter;
    }
    safe
}

/// Returns a sentence of foreign words within HTML.
pub(super) fn html(text: &str, most: usize) -> String {
    let safe = entities(&clip(&plain(text), most));
    let mut apart = String::with_capacity(safe.len());
    let mut letters = safe.chars().peekable();
    while let Some(letter) = letters.next() {
        apart.push(letter);
        if letter == '@' && letters.peek().is_some_and(|after| after.is_alphanumeric()) {
            apart.push_str("&#8203;");
        }
    }
    apart
}

/// Returns a sentence of a rule, which is Markdown: what it marks as code stays code, all else is text.
pub(super) fn sentence(text: &str, most: usize) -> String {
    marked(text, most, code, |words| prose(words, usize::MAX))
}

/// Returns a sentence of a rule within HTML.
pub(super) fn html_sentence(text: &str, most: usize) -> String {
    marked(text, most, html_code, |words| html(words, usize::MAX))
}

/// Returns a link to a line of a file in the checkout.
pub(super) fn link(file: &str, line: u32, look: &Look) -> String {
    let told = format!("{file}:{line}");
    let mut target = String::new();
    if let Some(base) = &look.link_base {
        let _ = write!(target, "{}/", base.trim_end_matches('/'));
    }
    target.push_str(&escaped(file).replace('@', "%40"));
    // These end a link or its line.
    let target = target.replace('(', "%28").replace(')', "%29").replace(['<', '>', ' ', '\n', '\r', '\\'], "");
    format!("[{}]({target}#L{line})", prose(&told, LONGEST_NAME))
}

fn marked(text: &str, most: usize, name: impl Fn(&str) -> String, words: impl Fn(&str) -> String) -> String {
    let text = clip(&plain(text.trim()), most);
    let pieces: Vec<&str> = text.split('`').collect();
    // An even number of pieces means that one mark has no partner: then none is taken for one.
    if pieces.len().is_multiple_of(2) {
        return words(&text);
    }
    pieces
        .iter()
        .enumerate()
        .map(|(position, piece)| if position % 2 == 1 { name(piece) } else { words(piece) })
        .collect()
}

/// Every mark that HTML or Markdown could read, as an entity.
fn entities(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' | '$' | '#' | '"' => {
                let _ = write!(safe, "&#{};", u32::from(letter));
            }
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_marks_nothing() {
        assert_eq!(
            prose("a|b `c` <b> @alice #12 x_y _z_", 99),
            r"a\|b \`c\` &lt;b&gt; @&#8203;alice #&#8203;12 x_y \_z\_"
        );
        assert_eq!(code("a`b</details>"), "<code>a&#96;b&lt;/details&gt;</code>");
        assert_eq!(code(r#"aws_x.y["a"]"#), r#"`aws_x.y["a"]`"#);
        assert_eq!(html("@bob & <co>", 99), "@&#8203;bob &amp; &lt;co&gt;");
    }

    #[test]
    fn code_in_a_rule_stays_code() {
        assert_eq!(sentence("Set `multi_az` to `true`.", 99), "Set `multi_az` to `true`.");
        assert_eq!(sentence("Set `multi_az to true.", 99), r"Set \`multi_az to true.");
    }

    #[test]
    fn links_lead_to_the_line() {
        let mut look = Look::default();
        assert_eq!(link("a (b)/main.tf", 3, &look), "[a (b)/main.tf:3](a%20%28b%29/main.tf#L3)");
        look.link_base = Some("https://git.example/o/r/blob/abc/".to_owned());
        assert_eq!(link("main.tf", 3, &look), "[main.tf:3](https://git.example/o/r/blob/abc/main.tf#L3)");
    }
}
