//! Why an upload failed, and what to do about each.

use std::time::Duration;

pub use super::client::ConnectionError;

/// Why an upload failed. Texts of GitHub in it are clean: they hold neither the token nor control
/// characters.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// There was no answer, and another try would not help.
    #[error(transparent)]
    Connection(ConnectionError),
    /// The log could not be packed.
    #[error("the SARIF log cannot be compressed")]
    Compression,
    /// The log is larger than GitHub takes; nothing was sent.
    #[error("the SARIF log has {size} bytes when gzipped, GitHub takes {most}")]
    TooLarge {
        /// Its bytes.
        size: usize,
        /// The most that GitHub takes.
        most: usize,
    },
    /// The token is not valid.
    #[error("GitHub does not accept the token (401{})", words(message))]
    Unauthorized {
        /// GitHub's words.
        message: String,
    },
    /// The token may not do this.
    #[error("GitHub does not let this token upload (403{})", words(message))]
    Forbidden {
        /// GitHub's words.
        message: String,
    },
    /// The repository has no code scanning.
    #[error("code scanning is not switched on for this repository (403{})", words(message))]
    SwitchedOff {
        /// GitHub's words.
        message: String,
    },
    /// Repository or commit are not there, for this token at least.
    #[error("GitHub finds no such repository or commit (404{})", words(message))]
    NotFound {
        /// GitHub's words.
        message: String,
    },
    /// The log is refused.
    #[error("GitHub refuses the SARIF log: {message}")]
    Refused {
        /// Why.
        message: String,
    },
    /// A part of the request is wrong.
    #[error("GitHub refuses the upload ({status}{})", words(message))]
    Invalid {
        /// The status.
        status: u16,
        /// GitHub's words.
        message: String,
    },
    /// An answer that the API does not document.
    #[error("GitHub answers in a way that it does not document ({status}{})", words(message))]
    Unexpected {
        /// The status.
        status: u16,
        /// GitHub's words.
        message: String,
    },
    /// An answer without an id.
    #[error("the answer to the upload ({status}) has no id: this is not GitHub's API")]
    NoReceipt {
        /// The status.
        status: u16,
    },
    /// An answer without a processing status.
    #[error("the answer on upload {id} ({status}) is not what GitHub documents")]
    NoStatus {
        /// The status.
        status: u16,
        /// GitHub's name of the upload.
        id: String,
    },
    /// Every try failed.
    #[error("{reason}, {tries} times in a row")]
    GaveUp {
        /// How many.
        tries: u32,
        /// The last failure.
        reason: String,
    },
    /// The next try would come too late.
    #[error(
        "{reason}; the next try is due in {} seconds, and --publish-timeout ({} seconds) ends before",
        wait.as_secs(),
        timeout.as_secs()
    )]
    NoTimeLeft {
        /// The last failure.
        reason: String,
        /// How long to wait.
        wait: Duration,
        /// All the time there was.
        timeout: Duration,
    },
    /// GitHub has the log and is still at it.
    #[error("GitHub has the upload {id}, but did not process it within {} seconds", timeout.as_secs())]
    Pending {
        /// GitHub's name of the upload.
        id: String,
        /// All the time there was.
        timeout: Duration,
    },
    /// GitHub could not process the log.
    #[error("GitHub could not process the SARIF log{}", lines(errors))]
    Processing {
        /// GitHub's words.
        errors: Vec<String>,
    },
}

fn words(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {message}") }
}

fn lines(errors: &[String]) -> String {
    if errors.is_empty() {
        return ", and does not say why".to_owned();
    }
    errors.iter().fold(String::from(":"), |text, error| format!("{text}\n  {error}"))
}

const KEEP: &str =
    "the findings themselves are written; publish them again with: hfscan report FINDINGS.json --publish github";

impl PublishError {
    /// Returns what the user can do about it.
    pub fn hints(&self) -> Vec<&'static str> {
        match self {
            Self::Unauthorized { .. } => vec![
                "GITHUB_TOKEN must hold a token that is valid now; in a workflow: env: GITHUB_TOKEN: ${{ github.token }}",
            ],
            Self::Forbidden { .. } => vec![
                "a workflow needs permissions: security-events: write; a fine-grained token `Code scanning alerts: write`, \
                 a classic one the scope `security_events`",
                "a pull request from a fork, and Dependabot, get a token that may only read: upload on the push to the \
                 main branch instead (docs/ci.md)",
            ],
            Self::SwitchedOff { .. } => vec![
                "switch it on in Settings, Code security; a private repository needs GitHub Code Security (Advanced Security)",
            ],
            Self::NotFound { .. } => vec![
                "check --github-repository and --github-sha: the commit must be pushed, and the token must see the repository",
                "a repository without code scanning answers 404 too: Settings, Code security",
            ],
            Self::Refused { .. } | Self::TooLarge { .. } => {
                vec!["narrow the report with --min-severity, --rule or --profile, or scan the inputs one by one"]
            }
            Self::Invalid { .. } => vec![
                "--github-sha must be a commit of --github-ref: for refs/pull/NUMBER/merge the merge commit (GITHUB_SHA \
                 of a pull_request run), for refs/pull/NUMBER/head the last commit of the branch",
            ],
            Self::NoReceipt { .. } | Self::NoStatus { .. } | Self::Unexpected { .. } => {
                vec!["check --github-api-url; that of an Enterprise Server ends in /api/v3"]
            }
            Self::Connection(ConnectionError::Unsafe { .. }) => vec![
                "the system's certificates are used: install ca-certificates, or the company's own; SSL_CERT_FILE names others",
            ],
            Self::Connection(ConnectionError::Elsewhere { .. } | ConnectionError::Circle { .. }) => {
                vec!["name the API itself with --github-api-url, and the repository by its present name"]
            }
            Self::Connection(ConnectionError::Unreachable { .. }) | Self::GaveUp { .. } | Self::Compression => {
                vec![KEEP]
            }
            Self::NoTimeLeft { .. } => vec!["give it more time with --publish-timeout SECONDS", KEEP],
            Self::Pending { .. } => {
                vec!["the alerts may appear later; give it more time with --publish-timeout SECONDS"]
            }
            Self::Processing { .. } => vec!["the log that was sent: hfscan report FINDINGS.json -f sarif"],
        }
    }
}
