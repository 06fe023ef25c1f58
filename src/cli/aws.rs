//! Which live AWS accounts a command reads: the flags that `audit aws` and `snapshot aws` share.

use std::str::FromStr;

use clap::Args;
use clap::builder::FalseyValueParser;

use crate::failure::Failure;

/// Accounts, regions and credentials.
#[derive(Debug, Args)]
#[command(next_help_heading = "Accounts")]
pub(super) struct AwsFlags {
    /// Profile of the shared AWS configuration files; the default credential chain if not set
    #[arg(long, value_name = "NAME", env = "HFSCAN_PROFILE_NAME", hide_env_values = true)]
    profile_name: Option<String>,
    /// Region to read; every region that is enabled for the account if not set; repeatable
    #[arg(long, value_name = "REGION", env = "HFSCAN_REGION", hide_env_values = true, value_delimiter = ' ')]
    region: Vec<String>,
    /// Account to read; the caller's own if not set; repeatable
    #[arg(long, value_name = "ACCOUNT", env = "HFSCAN_ACCOUNT", hide_env_values = true, value_delimiter = ' ')]
    account: Vec<String>,
    /// Read every active account of the caller's organization
    #[arg(long, env = "HFSCAN_ORGANIZATION", hide_env_values = true, value_parser = FalseyValueParser::new(), requires = "role")]
    organization: bool,
    /// Role to assume in each account: its name, or an ARN with {account} in it
    #[arg(long, value_name = "ROLE", env = "HFSCAN_ROLE", hide_env_values = true)]
    role: Option<String>,
    /// External id that the role demands
    #[arg(long, value_name = "ID", env = "HFSCAN_EXTERNAL_ID", hide_env_values = true, requires = "role")]
    external_id: Option<String>,
    /// Tag of the role session; repeatable
    #[arg(
        long,
        value_name = "KEY=VALUE",
        env = "HFSCAN_SESSION_TAG",
        hide_env_values = true,
        value_delimiter = ' ',
        requires = "role"
    )]
    session_tag: Vec<Tag>,
    /// Where resources are read from: the services themselves, or what AWS Config recorded
    #[arg(long, value_name = "SOURCE", value_enum, default_value_t, env = "HFSCAN_VIA", hide_env_values = true)]
    via: Via,
    /// Aggregator of AWS Config to ask for all accounts at once: NAME, or REGION/NAME; needs --via config
    #[arg(long, value_name = "NAME", env = "HFSCAN_AGGREGATOR", hide_env_values = true, conflicts_with_all = ["role", "organization"])]
    aggregator: Option<String>,
    /// Minutes that reading may take; what is not read by then is a gap
    #[arg(long, value_name = "MINUTES", default_value = "30", env = "HFSCAN_DEADLINE", hide_env_values = true, value_parser = clap::value_parser!(u32).range(1..=1440))]
    deadline: u32,
    /// Calls that run beside each other
    #[arg(long, value_name = "COUNT", default_value = "64", env = "HFSCAN_CONCURRENCY", hide_env_values = true, value_parser = clap::value_parser!(u32).range(1..=1000))]
    concurrency: u32,
    /// How often a call is tried before it is a gap
    #[arg(long, value_name = "COUNT", default_value = "6", env = "HFSCAN_ATTEMPTS", hide_env_values = true, value_parser = clap::value_parser!(u32).range(1..=20))]
    attempts: u32,
}

/// Where an audit reads from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Via {
    /// The APIs of the services: all kinds, as they are now
    #[default]
    Api,
    /// Queries of AWS Config: few calls, fewer kinds, as they were recorded
    Config,
}

/// A tag of a role session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    key: String,
    value: String,
}

impl FromStr for Tag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((key, value)) if !key.is_empty() => Ok(Self { key: key.to_owned(), value: value.to_owned() }),
            _ => Err("expected KEY=VALUE, such as team=security".to_owned()),
        }
    }
}

/// Says how to get what this build does not have.
#[cfg(not(feature = "aws"))]
pub(super) fn missing() -> Failure {
    Failure::usage("this hfscan was built without the feature `aws`, which reads live AWS accounts")
        .hint("build it with: cargo install --path . --locked --features aws")
}

#[cfg(feature = "aws")]
mod live {
    use std::collections::{BTreeMap, BTreeSet};
    use std::time::Duration;

    use super::{AwsFlags, Failure, Via};
    use crate::cli::ui::{Progress, Ui};
    use crate::collect::aws::calls::Calls;
    use crate::collect::aws::via::ByConfig;
    use crate::collect::aws::{self, Audit, Role, Watch};
    use crate::collect::live::snapshot::Parts;
    use crate::collect::live::{Account, Part, PartName};
    use crate::failure::Kind;

    impl AwsFlags {
        /// Returns what to read.
        pub(in crate::cli) fn audit(&self, kinds: BTreeSet<&'static str>) -> Result<Audit, Failure> {
            let by_config = self.by_config()?;
            Ok(Audit {
                profile_name: self.profile_name.clone(),
                regions: self.region.clone(),
                accounts: self.account.clone(),
                organization: self.organization,
                role: self.role.as_ref().map(|name| Role {
                    name: name.clone(),
                    external_id: self.external_id.clone(),
                    session_name: "hfscan".to_owned(),
                    tags: self
                        .session_tag
                        .iter()
                        .map(|tag| (tag.key.clone(), tag.value.clone()))
                        .collect::<BTreeMap<_, _>>(),
                }),
                by_config,
                kinds,
                deadline: Duration::from_secs(u64::from(self.deadline) * 60),
                concurrency: usize::try_from(self.concurrency).unwrap_or(usize::MAX),
                attempts: self.attempts,
                stand_in: None,
            })
        }

        /// Returns how AWS Config is asked, if it is.
        pub(in crate::cli) fn by_config(&self) -> Result<Option<ByConfig>, Failure> {
            match (self.via, &self.aggregator) {
                (Via::Config, aggregator) => Ok(Some(ByConfig { aggregator: aggregator.clone() })),
                (Via::Api, None) => Ok(None),
                (Via::Api, Some(_)) => Err(Failure::usage("--aggregator names a part of AWS Config")
                    .hint("ask it for the resources: --via config")),
            }
        }
    }

    /// Shows how far an audit is, and keeps its parts if they are to be kept.
    struct Display<'a> {
        progress: Progress,
        parts: Option<&'a Parts>,
    }

    impl Watch for Display<'_> {
        fn progress(&self, done: usize, of: usize, what: &str, calls: u64, resources: usize) {
            self.progress.step(&format!("{done} of {of} regions read, {calls} calls, {resources} resources: {what}"));
        }

        fn finished(&self, name: &PartName) -> Option<Part> {
            self.parts?.finished(name)
        }

        fn part(&self, part: Part, is_new: bool) -> Result<Option<Part>, aws::Failure> {
            match self.parts {
                None => Ok(Some(part)),
                Some(_) if !is_new => Ok(None),
                Some(parts) => match parts.keep(&part) {
                    Ok(()) => Ok(None),
                    Err(error) => Err(aws::Failure::Keep(error.to_string())),
                },
            }
        }
    }

    /// Reads accounts; `parts` take what is read if it is not to be held in memory.
    pub(in crate::cli) fn read(audit: &Audit, parts: Option<&Parts>, ui: &Ui) -> Result<Vec<Account>, Failure> {
        let calls = Calls::default();
        let display = Display { progress: ui.progress(), parts };
        display.progress.step("asking who is calling");
        let accounts = aws::audit(audit, &display, &calls).map_err(failure)?;
        drop(display);
        let count = |count: usize, one: &str, more: &str| format!("{count} {}", if count == 1 { one } else { more });
        let regions: BTreeSet<&String> = accounts.iter().flat_map(|account| &account.regions).collect();
        ui.status(&format!(
            "read {} in {} with {} calls",
            count(accounts.len(), "account", "accounts"),
            count(regions.len(), "region", "regions"),
            calls.total()
        ));
        for (operation, calls) in calls.by_operation() {
            ui.detail(&format!("{calls:6} {operation}"));
        }
        Ok(accounts)
    }

    fn failure(failure: aws::Failure) -> Failure {
        use aws::Failure as Aws;
        let hint = match &failure {
            Aws::NoIdentity(_) => {
                Some("sign in first, as for the aws command: `aws sts get-caller-identity` must work")
            }
            Aws::NoRole(_) => Some("name the role that hfscan may assume there: --role HfscanAudit"),
            Aws::NoOrganization(_) => {
                Some("run it in the management account or a delegated administrator's, or name accounts with --account")
            }
            _ => None,
        };
        let kind = match &failure {
            Aws::NotAnAccount(_) | Aws::NoRole(_) => Kind::Usage,
            _ => Kind::Collect,
        };
        let failure = Failure::new(kind, failure);
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

#[cfg(feature = "aws")]
pub(super) use live::read;
