//! Where the source of the plans is: flags that every command takes which places findings in it.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

use crate::failure::Failure;
use crate::locate::{SourceChoice, SourceRequest};

/// Where the source of the plans is.
#[derive(Debug, Args)]
#[command(next_help_heading = "Source")]
pub(super) struct SourceFlags {
    /// Folder of the `.tf` files that the plans were made from; without it, the folder of the plan and the Git work tree around it are searched
    #[arg(long, value_name = "DIR", env = "HFSCAN_SOURCE", hide_env_values = true)]
    source: Option<PathBuf>,
    /// Leave places in the plan
    #[arg(long, env = "HFSCAN_NO_SOURCE", hide_env_values = true, value_parser = FalseyValueParser::new())]
    no_source: bool,
}

impl SourceFlags {
    /// Returns what the source is looked up with.
    pub(super) fn request(&self) -> Result<SourceRequest, Failure> {
        let choice = match &self.source {
            _ if self.no_source => SourceChoice::Off,
            Some(folder) if !folder.is_dir() => {
                return Err(Failure::usage(format!("--source {}: not a folder", folder.display()))
                    .hint("name the folder where terraform plan runs"));
            }
            Some(folder) => SourceChoice::Directory(folder.clone()),
            None => SourceChoice::Automatic,
        };
        // Without a working directory, paths are shown as they are given.
        let working_directory = std::env::current_dir().unwrap_or_default();
        Ok(SourceRequest { choice, working_directory })
    }
}
