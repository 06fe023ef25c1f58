//! `hfscan snapshot`: keeps what an audit reads in a file, to be judged later or elsewhere.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Subcommand};

use super::aws::AwsFlags;
use super::ui::Ui;
use crate::failure::Failure;

/// Keep what an audit reads in a file
#[derive(Debug, Args)]
pub(super) struct Snapshot {
    #[command(subcommand)]
    cloud: Cloud,
}

#[derive(Debug, Subcommand)]
enum Cloud {
    Aws(Box<AwsSnapshot>),
}

/// Keep what an audit of live AWS accounts reads in a file
///
/// `hfscan scan FILE` then judges it, with the same findings as an audit of that moment. No secret is in
/// it: neither user data nor environment variables, passwords or tokens are read. A run that was stopped
/// goes on where it was when it is started again with the same flags; its finished regions lie in
/// FILE.parts until then.
#[derive(Debug, Args)]
struct AwsSnapshot {
    /// File to write; it is replaced as a whole or not at all
    #[arg(short = 'o', long, value_name = "FILE", env = "HFSCAN_FILE", hide_env_values = true)]
    file: PathBuf,
    /// Read everything anew, also what an earlier run finished
    #[arg(long, env = "HFSCAN_FRESH", hide_env_values = true, value_parser = FalseyValueParser::new())]
    fresh: bool,
    #[command(flatten)]
    aws: AwsFlags,
}

impl Snapshot {
    pub(super) fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        match &self.cloud {
            Cloud::Aws(snapshot) => snapshot.run(ui),
        }
    }
}

impl AwsSnapshot {
    #[cfg(not(feature = "aws"))]
    fn run(&self, _ui: &Ui) -> Result<u8, Failure> {
        let _ = (&self.file, self.fresh, &self.aws);
        Err(super::aws::missing())
    }

    #[cfg(feature = "aws")]
    fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        use crate::collect::aws;
        use crate::collect::live::PartName;
        use crate::collect::live::snapshot::Parts;
        use crate::failure::Kind;

        super::output::check_place(&self.file)?;
        let keep = |error: crate::collect::live::snapshot::PartsError| Failure::new(Kind::Output, error);
        let audit = self.aws.audit(aws::kinds())?;
        let parts = Parts::open(&self.file, &audit.described(), self.fresh).map_err(keep)?;
        if parts.earlier() > 0 {
            ui.status(&format!("{} parts of an earlier run are taken over; --fresh reads them anew", parts.earlier()));
        }
        let accounts = super::aws::read(&audit, Some(&parts), ui)?;
        let mut names: Vec<PartName> = accounts
            .iter()
            .flat_map(|account| {
                account.kinds.keys().map(|region| PartName { account: account.account.clone(), region: region.clone() })
            })
            .collect();
        names.sort();
        let gaps = parts.finish(&accounts, &names).map_err(keep)?;
        ui.status(&format!("wrote {}", self.file.display()));
        if gaps > 0 {
            let things = if gaps == 1 { "thing" } else { "things" };
            ui.warn(&format!("{gaps} {things} could not be read; hfscan scan {} lists them", self.file.display()));
            return Ok(3);
        }
        Ok(0)
    }
}
