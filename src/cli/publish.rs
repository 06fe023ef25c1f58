//! `--publish`: its flags, and the variables that GitHub Actions sets. The only place that reads the
//! environment apart from clap, because a token must not be a flag: every process could read it.

use clap::{Args, ValueEnum};

use super::ui::Ui;
#[cfg(not(feature = "github"))]
use crate::failure::Failure;
use crate::finding::Report;
use crate::report::Look;

/// A service that takes findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Service {
    /// GitHub code scanning; the token is taken from `GITHUB_TOKEN`
    Github,
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
    /// Seconds that an upload may take, retries and GitHub's processing included
    #[arg(long, value_name = "SECONDS", default_value = "300", env = "HFSCAN_PUBLISH_TIMEOUT", hide_env_values = true, value_parser = clap::value_parser!(u32).range(1..=86_400), help_heading = "Publish")]
    publish_timeout: u32,
}

#[cfg(not(feature = "github"))]
pub(super) struct Publisher;

#[cfg(not(feature = "github"))]
impl PublishFlags {
    /// Says how to get what this build does not have.
    pub(super) fn publisher(&self) -> Result<Option<Publisher>, Failure> {
        let _ =
            (&self.github_repository, &self.github_sha, &self.github_ref, &self.github_api_url, self.publish_timeout);
        match self.publish {
            None => Ok(None),
            Some(Service::Github) => Err(Failure::usage("this hfscan was built without the feature `github`")
                .hint("build it with: cargo install --path . --locked --features github")),
        }
    }
}

#[cfg(not(feature = "github"))]
impl Publisher {
    pub(super) fn publish(&self, _ui: &Ui, _report: &Report, _look: &Look) -> Result<(), Failure> {
        Ok(())
    }
}

#[cfg(feature = "github")]
pub(super) use github::Publisher;

#[cfg(feature = "github")]
mod github {
    use std::time::Duration;

    use super::{Look, PublishFlags, Report, Service, Ui};
    use crate::failure::{Failure, Kind};
    use crate::publish::github::{self, PublishError, Target, Token, WallPace, target::API};
    use crate::report::{self, Format};

    /// Variables that may hold the token, the most specific first.
    const TOKENS: [&str; 3] = ["HFSCAN_GITHUB_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"];

    /// Events whose `GITHUB_REF` is the default or base branch, not what the workflow checks out.
    const ELSEWHERE: [&str; 3] = ["pull_request_target", "workflow_run", "issue_comment"];

    /// An upload whose parts are complete and right.
    #[derive(Debug)]
    pub(in crate::cli) struct Publisher {
        target: Target,
        token: Token,
        timeout: Duration,
    }

    #[allow(clippy::disallowed_methods, reason = "the one place for what GitHub Actions sets and for the token")]
    fn variable(name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.trim().is_empty())
    }

    impl PublishFlags {
        /// Returns what is needed to publish, or what is missing, before the scan takes its time.
        pub(in crate::cli) fn publisher(&self) -> Result<Option<Publisher>, Failure> {
            match self.publish {
                None => Ok(None),
                Some(Service::Github) => self.github().map(Some),
            }
        }

        fn github(&self) -> Result<Publisher, Failure> {
            let (name, token) = TOKENS
                .into_iter()
                .find_map(|name| variable(name).map(|token| (name, token)))
                .ok_or_else(|| {
                    Failure::usage("there is no token to publish with: GITHUB_TOKEN is not set")
                        .hint("in a workflow: env: GITHUB_TOKEN: ${{ github.token }}, and permissions: security-events: write")
                })?;
            let repository = self
                .github_repository
                .clone()
                .or_else(|| variable("GITHUB_REPOSITORY"))
                .ok_or_else(|| missing("repository", "--github-repository OWNER/NAME"))?;
            let (sha, reference) = self.commit()?;
            let api =
                self.github_api_url.clone().or_else(|| variable("GITHUB_API_URL")).unwrap_or_else(|| API.to_owned());
            let workspace = variable("GITHUB_WORKSPACE");
            Ok(Publisher {
                token: Token::new(&token, name).map_err(Failure::usage)?,
                target: Target::new(&repository, &sha, &reference, &api, workspace.as_deref())
                    .map_err(Failure::usage)?,
                timeout: Duration::from_secs(u64::from(self.publish_timeout)),
            })
        }

        /// Returns commit and reference. They are one thing: a flag for the one and a variable for the
        /// other would put findings on a branch that does not hold them.
        fn commit(&self) -> Result<(String, String), Failure> {
            match (&self.github_sha, &self.github_ref) {
                (Some(sha), Some(reference)) => Ok((sha.clone(), reference.clone())),
                (Some(_), None) => Err(missing("reference of the commit", "--github-ref REF beside --github-sha")),
                (None, Some(_)) => Err(missing("commit of the reference", "--github-sha SHA beside --github-ref")),
                (None, None) => {
                    if let Some(event) =
                        variable("GITHUB_EVENT_NAME").filter(|event| ELSEWHERE.contains(&event.as_str()))
                    {
                        return Err(Failure::usage(format!(
                            "this workflow runs on `{event}`, where GITHUB_REF is not the branch that was scanned"
                        ))
                        .hint("name it: --github-ref refs/pull/NUMBER/head --github-sha SHA, the last commit of the pull request"));
                    }
                    let sha = variable("GITHUB_SHA").ok_or_else(|| missing("commit", "--github-sha SHA"))?;
                    let reference = variable("GITHUB_REF").ok_or_else(|| missing("reference", "--github-ref REF"))?;
                    Ok((sha, reference))
                }
            }
        }
    }

    fn missing(what: &str, flag: &str) -> Failure {
        Failure::usage(format!("the {what} to publish to is not known"))
            .hint(format!("name it with {flag}; GitHub Actions tells it by itself"))
    }

    impl Publisher {
        /// Uploads the report as SARIF and waits for GitHub.
        pub(in crate::cli) fn publish(&self, ui: &Ui, report: &Report, look: &Look) -> Result<(), Failure> {
            let mut sarif = Vec::new();
            report::render(Format::Sarif, report, look, &mut sarif)
                .map_err(|error| Failure::output("the SARIF log", &error))?;
            let (repository, reference) = (self.target.repository(), self.target.reference());
            ui.detail(&format!("uploading to code scanning of {repository} at {reference}"));
            let progress = ui.progress();
            progress.step("publishing to GitHub");
            let published = github::publish(&self.target, &self.token, &sarif, &WallPace::start(), self.timeout);
            drop(progress);
            let published = published.map_err(failure)?;
            for note in &published.notes {
                ui.warn(&format!("GitHub: {note}"));
            }
            if published.unsuccessful {
                ui.warn("GitHub noted the scan as incomplete and left the alerts of this category as they were");
            } else {
                ui.status(&format!(
                    "published to code scanning of {repository} at {reference} (upload {})",
                    published.id
                ));
            }
            Ok(())
        }
    }

    fn failure(error: PublishError) -> Failure {
        let hints = error.hints();
        hints.into_iter().fold(Failure::new(Kind::Publish, error), Failure::hint)
    }
}
