//! Flags that say how reports are read: what is listed, and where links lead.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::FalseyValueParser;

use crate::report::{Checkout, Look};

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
}

impl LookFlags {
    /// Returns a look with these flags and the checkout around the working directory.
    pub(super) fn apply(&self, look: &Look) -> Look {
        Look {
            checkout: checkout(),
            link_base: self.link_base.clone().filter(|base| !base.is_empty()),
            show_waived: self.show_waived,
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
