//! The reference page of the command line, made from the same definitions that parse it.

use std::fmt::Write as _;

use clap::Command;

/// Returns `docs/cli.md`.
pub fn page() -> String {
    let mut page = String::from(
        "# Command line\n\nThis page is made from the program; `HFSCAN_BLESS=1 cargo test` writes it anew.\n",
    );
    let mut command = super::command().term_width(100);
    command.build();
    section(&mut page, &command, "hfscan");
    page
}

fn section(page: &mut String, command: &Command, name: &str) {
    let help = command.clone().bin_name(name).disable_version_flag(true).render_long_help().to_string();
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(page, "\n## {name}\n\n```text\n{}\n```\n", help.join("\n").trim());
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        section(page, inner, &format!("{name} {}", inner.get_name()));
    }
}
