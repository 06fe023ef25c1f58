//! Flags that say how reports are read: what is listed, and where links lead.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::FalseyValueParser;

use crate::report::{Checkout, Look};

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
            link_base: self.link_base.clone().filter(|base| !base.is_empty()),
            show_waived: self.show_waived,
            category: self.category.clone().filter(|name| !name.is_empty()),
            ..look.clone()
        }
    }
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
