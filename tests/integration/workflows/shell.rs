//! Commands of hfscan in shell scripts, checked by the program's own definition of its command line.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Returns the commands of hfscan in a script, as words. Quotes are taken off; variables stay as
/// they are written.
pub(super) fn commands(script: &str) -> Vec<Vec<String>> {
    let script = script.replace("\\\n", " ");
    let mut found = Vec::new();
    for line in script.lines() {
        for part in simple_commands(line) {
            let Some(start) = part.iter().position(|word| word == "hfscan") else { continue };
            // Behind words such as `if` and `then`, or an assignment, but not as an argument.
            let before = &part[..start];
            if before
                .iter()
                .all(|word| ["if", "then", "else", "do", "!"].contains(&word.as_str()) || word.contains('='))
            {
                found.push(part[start..].to_vec());
            }
        }
    }
    found
}

/// Splits a line at `;`, `&&`, `||` and `|`, leaves redirections out.
fn simple_commands(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word = String::new();
    let mut quote: Option<char> = None;
    let mut begun = false;
    for character in line.chars() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (Some(_), _) => word.push(character),
            (None, '\'' | '"') => {
                quote = Some(character);
                begun = true;
            }
            (None, '#') if !begun => break,
            (None, ';' | '&' | '|') => {
                finish(&mut commands, &mut word, &mut begun);
                if commands.last().is_some_and(|words: &Vec<String>| !words.is_empty()) {
                    commands.push(Vec::new());
                }
            }
            (None, ' ' | '\t') => finish(&mut commands, &mut word, &mut begun),
            (None, _) => {
                word.push(character);
                begun = true;
            }
        }
    }
    finish(&mut commands, &mut word, &mut begun);
    for words in &mut commands {
        while let Some(at) = words.iter().position(|word| word.starts_with('>') || word.starts_with("2>")) {
            let with_target = words[at].trim_start_matches(['2', '>']).is_empty();
            words.drain(at..(at + if with_target { 2 } else { 1 }).min(words.len()));
        }
    }
    commands
}

fn finish(commands: &mut [Vec<String>], word: &mut String, begun: &mut bool) {
    if std::mem::take(begun) {
        commands.last_mut().unwrap().push(std::mem::take(word));
    }
}

/// Returns what hfscan would say against a command, if anything.
pub(super) fn fault(words: &[String]) -> Option<String> {
    // Arrays of further arguments are checked where they are filled.
    let words = words.iter().filter(|word| !word.ends_with("[@]}"));
    hfscan::cli::command().try_get_matches_from(words).err().map(|error| error.to_string())
}

/// Checks a command.
pub(super) fn check(words: &[String]) {
    if let Some(fault) = fault(words) {
        panic!("{}\n{fault}", words.join(" "));
    }
}

/// Checks that bash reads a script.
pub(super) fn parses(script: &str) {
    let mut bash = Command::new("bash").arg("-n").stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    bash.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = bash.wait_with_output().unwrap();
    assert!(output.status.success(), "{}\n{script}", String::from_utf8_lossy(&output.stderr));
}
