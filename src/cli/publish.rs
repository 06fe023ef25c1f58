//! `--publish`: its flags, and the variables that GitHub Actions sets. The only place that reads the
//! environment apart from clap, because a token must not be a flag: every process could read it.

#[cfg(feature = "github")]
mod github;
#[cfg(feature = "aws")]
mod securityhub;

use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};

use super::ui::Ui;
use crate::failure::Failure;
use crate::finding::Report;
use crate::report::Look;

/// A service that takes findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Service {
    /// GitHub code scanning; the token is taken from `GITHUB_TOKEN`
    Github,
    /// AWS Security Hub, for the findings of an audit
    #[value(name = "securityhub")]
    SecurityHub,
}

/// What is done with accepted findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum WaivedFlag {
    /// New ones are not sent; what the service has stays as it is
    Skip,
    /// They are sent as warnings
    Warning,
}

/// Where findings are published.
#[derive(Debug, Args)]
pub(super) struct PublishFlags {
    /// Send the findings to a service too
    #[arg(
        long,
        value_name = "SERVICE",
        value_enum,
        env = "HFSCAN_PUBLISH",
        hide_env_values = true,
        help_heading = "Publish"
    )]
    publish: Option<Service>,
    /// Repository of the findings; GitHub Actions sets it (`GITHUB_REPOSITORY`)
    #[arg(
        long,
        value_name = "OWNER/NAME",
        env = "HFSCAN_GITHUB_REPOSITORY",
        hide_env_values = true,
        help_heading = "Publish"
    )]
    github_repository: Option<String>,
    /// Commit that was scanned; needs --github-ref; GitHub Actions sets it (`GITHUB_SHA`)
    #[arg(long, value_name = "SHA", env = "HFSCAN_GITHUB_SHA", hide_env_values = true, help_heading = "Publish")]
    github_sha: Option<String>,
    /// Full reference of that commit, such as refs/heads/main; GitHub Actions sets it (`GITHUB_REF`)
    #[arg(long, value_name = "REF", env = "HFSCAN_GITHUB_REF", hide_env_values = true, help_heading = "Publish")]
    github_ref: Option<String>,
    /// API of an Enterprise Server, such as `https://github.example.com/api/v3`
    #[arg(long, value_name = "URL", env = "HFSCAN_GITHUB_API_URL", hide_env_values = true, help_heading = "Publish")]
    github_api_url: Option<String>,
    /// Seconds that an upload to GitHub may take, retries and its processing included
    #[arg(long, value_name = "SECONDS", default_value = "300", env = "HFSCAN_PUBLISH_TIMEOUT", hide_env_values = true, value_parser = clap::value_parser!(u32).range(1..=86_400), help_heading = "Publish")]
    publish_timeout: u32,
    /// Tell what would change in Security Hub, and change nothing; with --verbose one line for each finding
    #[arg(long, env = "HFSCAN_DRY_RUN", hide_env_values = true, value_parser = FalseyValueParser::new(), help_heading = "Publish")]
    dry_run: bool,
    /// What becomes of accepted findings in Security Hub
    #[arg(
        long,
        value_name = "POLICY",
        value_enum,
        default_value = "skip",
        env = "HFSCAN_PUBLISH_WAIVED",
        hide_env_values = true,
        help_heading = "Publish"
    )]
    publish_waived: WaivedFlag,
    /// Role to assume in each account to publish there: its name, or an ARN with {account} in it; an audit's
    /// own role if not set
    #[arg(long, value_name = "ROLE", env = "HFSCAN_PUBLISH_ROLE", hide_env_values = true, help_heading = "Publish")]
    publish_role: Option<String>,
    /// External id that this role demands
    #[arg(
        long,
        value_name = "ID",
        env = "HFSCAN_PUBLISH_EXTERNAL_ID",
        hide_env_values = true,
        requires = "publish_role",
        help_heading = "Publish"
    )]
    publish_external_id: Option<String>,
    /// Profile of the shared AWS configuration files to publish with; that of the audit if not set
    #[arg(
        long,
        value_name = "NAME",
        env = "HFSCAN_PUBLISH_PROFILE_NAME",
        hide_env_values = true,
        help_heading = "Publish"
    )]
    publish_profile_name: Option<String>,
}

/// A publication whose flags were checked.
#[derive(Debug)]
pub(super) enum Publisher {
    /// To GitHub code scanning.
    #[cfg(feature = "github")]
    Github(github::Upload),
    /// To Security Hub.
    #[cfg(feature = "aws")]
    SecurityHub(securityhub::Hubs),
}

impl PublishFlags {
    /// Returns what is needed to publish, or what is missing, before the scan takes its time.
    pub(super) fn publisher(&self) -> Result<Option<Publisher>, Failure> {
        match self.publish {
            None if self.dry_run => Err(Failure::usage("--dry-run is for --publish securityhub")),
            None => Ok(None),
            Some(Service::Github) if self.dry_run => {
                Err(Failure::usage("--dry-run is for --publish securityhub: GitHub cannot be asked what would change"))
            }
            #[cfg(feature = "github")]
            Some(Service::Github) => Ok(Some(Publisher::Github(self.upload()?))),
            #[cfg(feature = "aws")]
            Some(Service::SecurityHub) => Ok(Some(Publisher::SecurityHub(self.hubs()))),
            #[cfg(not(all(feature = "github", feature = "aws")))]
            Some(service) => Err(missing(service)),
        }
    }
}

/// Says how to get what this build does not have.
#[cfg(not(all(feature = "github", feature = "aws")))]
fn missing(service: Service) -> Failure {
    let feature = match service {
        Service::Github => "github",
        Service::SecurityHub => "aws",
    };
    Failure::usage(format!("this hfscan was built without the feature `{feature}`"))
        .hint(format!("build it with: cargo install --path . --locked --features {feature}"))
}

impl Publisher {
    /// Returns whether the service closes whatever the report does not list.
    pub(super) fn closes_what_is_missing(&self) -> bool {
        match *self {
            #[cfg(feature = "github")]
            Self::Github(_) => true,
            #[cfg(feature = "aws")]
            Self::SecurityHub(_) => false,
        }
    }

    /// Publishes a report.
    pub(super) fn publish(&self, ui: &Ui, report: &Report, look: &Look) -> Result<(), Failure> {
        #[cfg(not(any(feature = "github", feature = "aws")))]
        let _ = (ui, report, look);
        match *self {
            #[cfg(feature = "github")]
            Self::Github(ref upload) => upload.publish(ui, report, look),
            #[cfg(feature = "aws")]
            Self::SecurityHub(ref hubs) => hubs.publish(ui, report, look),
        }
    }

    /// Takes over how an audit reached its accounts, where no flag says otherwise.
    #[cfg(feature = "aws")]
    pub(super) fn reach(&mut self, profile_name: Option<&str>, role: Option<&crate::collect::aws::Role>) {
        match self {
            #[cfg(feature = "github")]
            Self::Github(_) => {}
            Self::SecurityHub(hubs) => hubs.reach(profile_name, role),
        }
    }
}
