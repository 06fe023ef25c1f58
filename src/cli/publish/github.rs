//! `--publish github`: what an upload needs, from flags and from what GitHub Actions sets.

use std::time::Duration;

use super::super::ui::Ui;
use super::PublishFlags;
use crate::failure::{Failure, Kind};
use crate::finding::Report;
use crate::publish::github::{self, PublishError, Target, Token, WallPace, target::API};
use crate::report::{self, Format, Look, MOST_SHOWN};

/// Variables that may hold the token, the most specific first.
const TOKENS: [&str; 3] = ["HFSCAN_GITHUB_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"];

/// Events whose `GITHUB_REF` is the default or base branch, not what the workflow checks out.
const ELSEWHERE: [&str; 3] = ["pull_request_target", "workflow_run", "issue_comment"];

/// An upload whose parts are complete and right.
#[derive(Debug)]
pub(in crate::cli) struct Upload {
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
    pub(super) fn upload(&self) -> Result<Upload, Failure> {
        let (name, token) =
            TOKENS.into_iter().find_map(|name| variable(name).map(|token| (name, token))).ok_or_else(|| {
                Failure::usage("there is no token to publish with: GITHUB_TOKEN is not set").hint(
                    "in a workflow: env: GITHUB_TOKEN: ${{ github.token }}, and permissions: security-events: write",
                )
            })?;
        let repository = self
            .github_repository
            .clone()
            .or_else(|| variable("GITHUB_REPOSITORY"))
            .ok_or_else(|| missing("repository", "--github-repository OWNER/NAME"))?;
        let (sha, reference) = self.commit()?;
        let api = self.github_api_url.clone().or_else(|| variable("GITHUB_API_URL")).unwrap_or_else(|| API.to_owned());
        let workspace = variable("GITHUB_WORKSPACE");
        Ok(Upload {
            token: Token::new(&token, name).map_err(Failure::usage)?,
            target: Target::new(&repository, &sha, &reference, &api, workspace.as_deref()).map_err(Failure::usage)?,
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
                if let Some(event) = variable("GITHUB_EVENT_NAME").filter(|event| ELSEWHERE.contains(&event.as_str())) {
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

impl Upload {
    /// Uploads the report as SARIF and waits for GitHub.
    pub(super) fn publish(&self, ui: &Ui, report: &Report, look: &Look) -> Result<(), Failure> {
        let (repository, reference) = (self.target.repository(), self.target.reference());
        ui.detail(&format!("uploading to code scanning of {repository} at {reference}"));
        let progress = ui.progress();
        progress.step("publishing to GitHub");
        let pace = WallPace::start();
        let send = |look: &Look| {
            let mut sarif = Vec::new();
            report::render(Format::Sarif, report, look, &mut sarif)
                .map_err(|error| Failure::output("the SARIF log", &error))?;
            Ok::<_, Failure>(github::publish(&self.target, &self.token, &sarif, &pace, self.timeout))
        };
        let mut published = send(look)?;
        if let Err(PublishError::TooLarge { size, .. }) = published {
            // GitHub would show no more of them anyway.
            let shown = Look { most_results: MOST_SHOWN, ..look.clone() };
            published = send(&shown)?;
            if !matches!(published, Err(PublishError::TooLarge { .. })) {
                ui.warn(&format!(
                    "the SARIF log has {size} bytes when gzipped, more than GitHub takes: of its findings the \
                     {MOST_SHOWN} heaviest were sent, which are all that GitHub shows"
                ));
            }
        }
        drop(progress);
        let published = published.map_err(failure)?;
        for note in &published.notes {
            ui.warn(&format!("GitHub: {note}"));
        }
        if published.unsuccessful {
            ui.warn("GitHub noted the scan as incomplete and left the alerts of this category as they were");
        } else {
            ui.status(&format!("published to code scanning of {repository} at {reference} (upload {})", published.id));
        }
        Ok(())
    }
}

fn failure(error: PublishError) -> Failure {
    let hints = error.hints();
    hints.into_iter().fold(Failure::new(Kind::Publish, error), Failure::hint)
}
