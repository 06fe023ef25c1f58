//! Where an upload goes and who sends it; both are checked before anything is sent.

use std::fmt;
use std::net::IpAddr;

use ureq::http::Uri;

/// The API of github.com.
pub const API: &str = "https://api.github.com";

/// Why an upload has no place to go.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TargetError {
    /// The repository is not `owner/name`.
    #[error("`{0}` is no repository of GitHub, expected OWNER/NAME such as acme/infrastructure")]
    Repository(String),
    /// The commit is not a full hash.
    #[error("`{0}` is no commit, expected the full SHA of 40 hexadecimal digits")]
    Sha(String),
    /// The reference is not a full one.
    #[error("`{0}` is no full reference, expected refs/heads/BRANCH, refs/tags/TAG or refs/pull/NUMBER/merge")]
    Reference(String),
    /// The API cannot be reached safely.
    #[error("`{0}` is no address of GitHub's API, expected one such as {API} or https://github.example.com/api/v3")]
    Api(String),
    /// The API has no TLS.
    #[error("`{0}` has no TLS: the token would travel in the clear, expected https://")]
    Plain(String),
    /// The token has characters that no token has.
    #[error("the token in {0} is empty or holds characters that no token of GitHub has")]
    Token(&'static str),
}

/// The repository, commit and reference that findings belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    api: String,
    repository: String,
    sha: String,
    reference: String,
    checkout: Option<String>,
    plain: bool,
}

impl Target {
    /// Checks the parts of a target. `workspace` is the folder of the checkout: absolute paths in the
    /// log are relative to it in the repository.
    pub fn new(
        repository: &str,
        sha: &str,
        reference: &str,
        api: &str,
        workspace: Option<&str>,
    ) -> Result<Self, TargetError> {
        if !is_repository(repository) {
            return Err(TargetError::Repository(shown(repository)));
        }
        if sha.len() != 40 || !sha.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(TargetError::Sha(shown(sha)));
        }
        if !is_reference(reference) {
            return Err(TargetError::Reference(shown(reference)));
        }
        let api = api.trim_end_matches('/');
        Ok(Self {
            plain: is_plain(api)?,
            api: api.to_owned(),
            repository: repository.to_owned(),
            sha: sha.to_ascii_lowercase(),
            reference: reference.to_owned(),
            checkout: workspace.filter(|folder| folder.starts_with('/')).map(file_uri),
        })
    }

    /// Returns `owner/name`.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// Returns the commit.
    pub fn sha(&self) -> &str {
        &self.sha
    }

    /// Returns the full reference.
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// Returns the folder of the checkout as a URI.
    pub fn checkout(&self) -> Option<&str> {
        self.checkout.as_deref()
    }

    pub(super) fn api(&self) -> &str {
        &self.api
    }

    /// Returns whether the API is one on this machine, without TLS.
    pub(super) fn is_plain(&self) -> bool {
        self.plain
    }

    pub(super) fn uploads(&self) -> String {
        format!("/repos/{}/code-scanning/sarifs", self.repository)
    }

    pub(super) fn upload(&self, id: &str) -> String {
        format!("{}/{id}", self.uploads())
    }
}

fn is_repository(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.len() <= 100
            && part != "."
            && part != ".."
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    text.split_once('/').is_some_and(|(owner, name)| is_part(owner) && is_part(name))
}

fn is_reference(text: &str) -> bool {
    let named = ["refs/heads/", "refs/tags/", "refs/pull/"]
        .iter()
        .any(|prefix| text.strip_prefix(prefix).is_some_and(|name| !name.is_empty()));
    named && text.len() <= 1000 && !text.chars().any(|character| character.is_control() || character == ' ')
}

/// Returns whether the API is on this machine and has no TLS; elsewhere TLS is required.
fn is_plain(api: &str) -> Result<bool, TargetError> {
    let wrong = || TargetError::Api(without_user(api));
    let uri: Uri = api.parse().map_err(|_| wrong())?;
    let authority = uri.authority().ok_or_else(wrong)?;
    // A name and password in the address would end up in logs.
    if authority.as_str().contains('@') || uri.query().is_some() || api.contains('#') {
        return Err(wrong());
    }
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match uri.scheme_str() {
        Some("https") => Ok(false),
        Some("http") if here => Ok(true),
        Some("http") => Err(TargetError::Plain(shown(api))),
        _ => Err(wrong()),
    }
}

fn without_user(api: &str) -> String {
    match (api.find("://"), api.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => {
            let (before, after) = (api.get(..scheme + 3), api.get(at..));
            shown(&format!("{}***{}", before.unwrap_or_default(), after.unwrap_or_default()))
        }
        _ => shown(api),
    }
}

/// Returns a text of the user as an error may show it.
fn shown(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(200).collect()
}

/// Returns a folder as a URI with a slash at its end.
fn file_uri(folder: &str) -> String {
    use fmt::Write as _;
    let mut uri = String::from("file://");
    for byte in folder.trim_end_matches('/').bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri.push('/');
    uri
}

/// A token of GitHub. It can be sent, but not shown.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Takes a token from the variable of the environment that is named. White space around it is
    /// what files and secret stores leave there.
    pub fn new(text: &str, variable: &'static str) -> Result<Self, TargetError> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TargetError::Token(variable));
        }
        Ok(Self(text.to_owned()))
    }

    pub(super) fn header(&self) -> String {
        format!("Bearer {}", self.0)
    }

    /// Returns a text without the token, should a server have sent it back.
    pub(super) fn hide(&self, text: &str) -> String {
        text.replace(&self.0, "***")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}
