//! Flags that say how reports are read: what is listed, and where links lead.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::FalseyValueParser;
use jiff::Timestamp;

use crate::clock;
use crate::report::{Checkout, Home, Look, is_account, is_region};

/// Characters of a category; far more than a name needs, and a reader of GitHub's page sees it whole.
const LONGEST_CATEGORY: usize = 200;

/// How reports are read.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Reports")]
pub(super) struct LookFlags {
    /// List waived failures in SARIF too, as suppressed ones; GitHub shows them as open alerts
    #[arg(long, env = "HFSCAN_SHOW_WAIVED", hide_env_values = true, value_parser = FalseyValueParser::new())]
    show_waived: bool,
    /// URL below which markdown links to files, such as `https://github.com/OWNER/REPO/blob/COMMIT`
    #[arg(long, value_name = "URL", env = "HFSCAN_LINK_BASE", hide_env_values = true)]
    link_base: Option<String>,
    /// Name under which code scanning keeps the alerts of this scan apart from those of others; made of
    /// profile and inputs if not set
    #[arg(long, value_name = "NAME", env = "HFSCAN_CATEGORY", hide_env_values = true, value_parser = category)]
    category: Option<String>,
    /// AWS account of what is scanned, where the input does not tell it, as a plan does not; for asff and ocsf
    #[arg(long, value_name = "ID", env = "HFSCAN_HOME_ACCOUNT", hide_env_values = true, value_parser = account)]
    home_account: Option<String>,
    /// AWS region of what is scanned, where the input does not tell it, and of global resources; for asff and
    /// ocsf; us-east-1 or the first region of the partition if not set
    #[arg(long, value_name = "REGION", env = "HFSCAN_HOME_REGION", hide_env_values = true, value_parser = region)]
    home_region: Option<String>,
    /// Time that reports with a time say; now if not set
    #[arg(long, value_name = "TIME", env = "HFSCAN_NOW", hide = true)]
    now: Option<Timestamp>,
}

/// Returns the id of an account.
fn account(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Ok(String::new()),
        id if is_account(id) => Ok(id.to_owned()),
        _ => Err("expected the twelve digits of an AWS account, such as 123456789012".to_owned()),
    }
}

/// Returns the name of a region.
fn region(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Ok(String::new()),
        name if is_region(name) => Ok(name.to_owned()),
        _ => Err("expected the name of an AWS region, such as eu-central-1".to_owned()),
    }
}

/// Returns a category as GitHub takes it.
fn category(text: &str) -> Result<String, String> {
    let name = text.trim().trim_matches('/');
    if text.chars().any(char::is_control) || name.chars().count() > LONGEST_CATEGORY {
        return Err(format!(
            "expected a name of one line and at most {LONGEST_CATEGORY} characters, such as prod/network"
        ));
    }
    Ok(name.to_owned())
}

impl LookFlags {
    /// Returns a look with these flags and the checkout around the working directory.
    pub(super) fn apply(&self, look: &Look) -> Look {
        Look {
            checkout: checkout(),
            link_base: told(self.link_base.as_ref()),
            show_waived: self.show_waived,
            category: told(self.category.as_ref()),
            home: Home { account: told(self.home_account.as_ref()), region: told(self.home_region.as_ref()) },
            now: self.now.unwrap_or_else(clock::now),
            ..look.clone()
        }
    }
}

/// Returns what a flag says; an empty variable says nothing.
fn told(flag: Option<&String>) -> Option<String> {
    flag.filter(|text| !text.is_empty()).cloned()
}

/// Returns the checkout around the working directory: up to the nearest `.git`, which is a file in a
/// worktree; without one the working directory itself.
fn checkout() -> Checkout {
    let Ok(working) = std::env::current_dir() else {
        return Checkout::default();
    };
    let root: PathBuf = working
        .ancestors()
        .find(|directory| directory.join(".git").exists())
        .map_or_else(|| working.clone(), Path::to_path_buf);
    Checkout::new(&working, &root)
}
