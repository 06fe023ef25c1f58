//! The page of a rule, in Markdown: what `hfscan rules show` prints and what stands in `docs/rules`.

use std::fmt::Write as _;

use super::rule::Rule;

/// Returns the page of a rule.
pub fn of(rule: &Rule) -> String {
    let mut page = format!("# {}\n\n{}\n\n", rule.id, rule.title.trim());
    facts(&mut page, rule);
    let _ = write!(page, "\n## Why\n\n{}\n\n## What to do\n\n{}\n", rule.description.trim(), rule.remediation.trim());
    parameters(&mut page, rule);
    if !rule.references.is_empty() {
        page.push_str("\n## Read on\n\n");
        for reference in &rule.references {
            let _ = writeln!(page, "- <{reference}>");
        }
    }
    page
}

fn facts(page: &mut String, rule: &Rule) {
    page.push_str("| | |\n|---|---|\n");
    if let Some(control) = &rule.control {
        let _ = writeln!(page, "| Control | {control} |");
    }
    let _ = writeln!(page, "| Severity | {} |", rule.severity);
    let _ = writeln!(page, "| Judges | {} |", code(&rule.kinds));
    for (document, lines) in &rule.documents {
        let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
        let noun = if lines.len() == 1 { "line" } else { "lines" };
        let _ = writeln!(page, "| Stated in | {document}, {noun} {} |", lines.join(", "));
    }
    for (framework, controls) in &rule.frameworks {
        let _ = writeln!(page, "| {framework} | {} |", controls.join(", "));
    }
    if !rule.aliases.is_empty() {
        let _ = writeln!(page, "| Former names | {} |", code(&rule.aliases));
    }
    let _ = writeln!(page, "| Source | `{}` |", rule.path);
}

fn parameters(page: &mut String, rule: &Rule) {
    if rule.params.is_empty() {
        return;
    }
    page.push_str("\n## Parameters\n\n| Name | Default | Meaning |\n|---|---|---|\n");
    for (name, parameter) in &rule.params {
        // A bar in a value would end the cell.
        let default = parameter.default.to_string().replace('|', "\\|");
        let description = parameter.description.replace('|', "\\|");
        let _ = writeln!(page, "| `{name}` | `{default}` | {description} |");
    }
}

fn code(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Returns the page that lists rules, sorted by id.
pub fn index(rules: &[&Rule]) -> String {
    let mut page = String::from(
        "# Rules\n\nThese pages are made from the rules; `HFSCAN_BLESS=1 cargo test` writes them anew.\n\n\
         | Rule | Control | Severity | Requirement |\n|---|---|---|---|\n",
    );
    for rule in rules {
        let control = rule.control.as_deref().unwrap_or_default();
        let title = rule.title.trim().replace('|', "\\|");
        let _ = writeln!(page, "| [{id}]({id}.md) | {control} | {} | {title} |", rule.severity, id = rule.id);
    }
    page
}
