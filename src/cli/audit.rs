//! `hfscan audit`: judges live accounts and writes reports.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Subcommand};

use super::RuleFlags;
use super::accepted::WaiverFlags;
use super::aws::AwsFlags;
use super::deliver::DeliverFlags;
use super::ui::Ui;
use crate::config::Run;
use crate::failure::Failure;
use crate::{Accepted, Request};

/// Judge live accounts
#[derive(Debug, Args)]
pub(super) struct Audit {
    #[command(subcommand)]
    cloud: Cloud,
}

#[derive(Debug, Subcommand)]
enum Cloud {
    Aws(Box<AwsAudit>),
}

/// Judge live AWS accounts
///
/// Reads what the selected rules need, in every enabled region of the accounts, and judges each account as
/// a plan is judged. What could not be read is a gap: it is listed with the permission that is missing, what
/// hangs on it is unknown, and the exit code is 3.
#[derive(Debug, Args)]
struct AwsAudit {
    #[command(flatten)]
    aws: AwsFlags,
    /// Print the IAM policy that an audit by these rules needs, and stop
    #[arg(long, env = "HFSCAN_PRINT_POLICY", hide_env_values = true, value_parser = FalseyValueParser::new(), help_heading = "Accounts")]
    print_policy: bool,
    /// Profiles of accounts, from the configuration.
    #[arg(skip)]
    profiles: BTreeMap<String, String>,
    /// Threads to use; one for each core if not set
    #[arg(short, long, value_name = "COUNT", env = "HFSCAN_JOBS", hide_env_values = true, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// List what is in order and what does not apply too
    #[arg(long, env = "HFSCAN_ALL", hide_env_values = true, value_parser = FalseyValueParser::new(), help_heading = "Reports")]
    all: bool,
    #[command(flatten)]
    rules: RuleFlags,
    #[command(flatten)]
    waivers: WaiverFlags,
    /// Findings that need not be told anew; see `hfscan baseline`
    #[arg(long, value_name = "FILE", env = "HFSCAN_BASELINE", hide_env_values = true, help_heading = "Accepted risks")]
    baseline: Option<PathBuf>,
    #[command(flatten)]
    deliver: DeliverFlags,
}

impl Audit {
    /// Takes what a configuration says that is no flag.
    pub(super) fn configure(&mut self, run: Run) {
        let Cloud::Aws(audit) = &mut self.cloud;
        audit.deliver.name(run.name.as_deref().unwrap_or("audit"));
        audit.rules.parameters = run.parameters;
        audit.profiles = run.accounts;
    }

    pub(super) fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        match &self.cloud {
            Cloud::Aws(audit) => audit.run(ui),
        }
    }
}

impl AwsAudit {
    fn request(&self) -> Result<Request, Failure> {
        Ok(Request {
            selection: self.rules.selection(),
            complete: true,
            all: self.all,
            jobs: self.jobs.map(usize::from),
            accepted: Accepted { baseline: self.baseline.clone(), ..self.waivers.accepted(&[])? },
            profiles: self.profiles.clone(),
            ..Request::default()
        })
    }

    #[cfg(not(feature = "aws"))]
    fn run(&self, _ui: &Ui) -> Result<u8, Failure> {
        let _ = (&self.aws, self.print_policy, self.request()?, self.deliver.check()?);
        Err(super::aws::missing())
    }

    #[cfg(feature = "aws")]
    fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        use crate::collect::aws::policy;
        use crate::pipeline::live;

        let request = self.request()?;
        let mut delivery = self.deliver.check()?;
        if self.deliver.new_only {
            return Err(Failure::usage("an account has no state before: --new-only is for plans")
                .hint("a baseline lets only new findings count: hfscan baseline create"));
        }
        let kinds = live::needed_kinds(&request)?;
        if self.print_policy {
            let policy = match self.aws.by_config()? {
                Some(by) => policy::config_policy(&kinds, &by),
                None => policy::read_policy(&kinds),
            };
            ui.results(|out| writeln!(out, "{policy}"))?;
            return Ok(0);
        }
        let audit = self.aws.audit(kinds)?;
        delivery.reach(audit.profile_name.as_deref(), audit.role.as_ref());
        let accounts = super::aws::read(&audit, None, ui)?;
        let progress = ui.progress();
        let report = live::judge_accounts(accounts, &request, &|what| progress.step(what))?;
        drop(progress);
        delivery.run(ui, &report)
    }
}
