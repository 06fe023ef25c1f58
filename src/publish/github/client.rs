//! One request and its answer. The token goes to the API's own host and to no other, whatever an
//! answer says.

use std::io::Read as _;
use std::time::Duration;

use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, USER_AGENT};
use ureq::http::{Method, Request as HttpRequest, Response, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use super::answer::Answer;
use super::{Target, Token};

/// The layout of the API that this module is written for.
const VERSION: &str = "2022-11-28";

/// Longest time for one request.
const LONGEST: Duration = Duration::from_mins(2);
const LONGEST_CONNECT: Duration = Duration::from_secs(30);

/// Bytes of an answer that are read.
const MOST: u64 = 256 * 1024;

/// Moves of a repository that are followed.
const MOVES: usize = 3;

/// Characters of GitHub's own text that an error shows.
const SHOWN: usize = 500;

/// What to send.
pub(super) struct Request {
    pub(super) path: String,
    /// Makes it a POST.
    pub(super) body: Option<Vec<u8>>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// The server could not be reached, or it broke off.
    #[error("{host} cannot be reached: {reason}")]
    Unreachable {
        /// The server.
        host: String,
        /// What the system says.
        reason: String,
    },
    /// The server could not prove who it is, or the connection could not be set up at all.
    #[error("no safe connection to {host}: {reason}")]
    Unsafe {
        /// The server.
        host: String,
        /// What is wrong.
        reason: String,
    },
    /// The server sent us somewhere else.
    #[error("{host} sends the upload to {to}, where the token must not go")]
    Elsewhere {
        /// The server.
        host: String,
        /// The other server.
        to: String,
    },
    /// The server sent us in a circle.
    #[error("{host} moves the upload again and again")]
    Circle {
        /// The server.
        host: String,
    },
}

impl ConnectionError {
    /// Returns whether another try may help.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }
}

pub(super) struct Client<'a> {
    target: &'a Target,
    token: &'a Token,
    agent: Agent,
}

impl<'a> Client<'a> {
    pub(super) fn new(target: &'a Target, token: &'a Token) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .https_only(!target.is_plain())
            // Redirects are followed by hand, so that the token stays with the API's host.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
            .timeout_connect(Some(LONGEST_CONNECT))
            // A connection that the server closed meanwhile would look like a failure.
            .max_idle_connections(0);
        if target.is_plain() {
            // Without TLS a proxy would read the token.
            config = config.proxy(None);
        }
        Self { target, token, agent: config.build().new_agent() }
    }

    /// Sends a request and reads the answer, whatever its status.
    pub(super) fn send(&self, request: &Request, left: Duration) -> Result<Answer, ConnectionError> {
        let mut address = format!("{}{}", self.target.api(), request.path);
        for _ in 0..=MOVES {
            let response = self.once(&address, request.body.as_deref(), left)?;
            let status = response.status().as_u16();
            match response.headers().get(LOCATION).and_then(|value| value.to_str().ok()) {
                // A repository that was renamed or moved.
                Some(location) if matches!(status, 301 | 302 | 307 | 308) => {
                    address = self.moved(location)?;
                }
                _ => return self.read(response),
            }
        }
        Err(ConnectionError::Circle { host: self.host() })
    }

    fn once(&self, address: &str, body: Option<&[u8]>, left: Duration) -> Result<Response<Body>, ConnectionError> {
        let mut authorization = HeaderValue::from_str(&self.token.header())
            .map_err(|_| self.unsafe_connection("the token cannot stand in a header"))?;
        authorization.set_sensitive(true);
        let request = HttpRequest::builder()
            .uri(address)
            .method(if body.is_some() { Method::POST } else { Method::GET })
            .header(AUTHORIZATION, authorization)
            .header(ACCEPT, "application/vnd.github+json")
            .header("X-GitHub-Api-Version", VERSION)
            .header(USER_AGENT, concat!("hfscan/", env!("CARGO_PKG_VERSION")));
        let most = Some(left.clamp(Duration::from_secs(1), LONGEST));
        let answer = if let Some(body) = body {
            let request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body)
                .map_err(|error| self.unsafe_connection(&error.to_string()))?;
            self.agent.run(self.agent.configure_request(request).timeout_global(most).build())
        } else {
            let request = request.body(()).map_err(|error| self.unsafe_connection(&error.to_string()))?;
            self.agent.run(self.agent.configure_request(request).timeout_global(most).build())
        };
        answer.map_err(|error| self.failed(&error))
    }

    fn read(&self, mut response: Response<Body>) -> Result<Answer, ConnectionError> {
        let mut bytes = Vec::new();
        response.body_mut().as_reader().take(MOST).read_to_end(&mut bytes).map_err(|error| {
            ConnectionError::Unreachable { host: self.host(), reason: self.clean(&error.to_string()) }
        })?;
        let body = String::from_utf8_lossy(&bytes).into_owned();
        let message = serde_json::from_str::<serde_json::Value>(&body)
            .ok()
            .and_then(|json| json.get("message").and_then(|message| message.as_str()).map(|text| self.clean(text)))
            .unwrap_or_default();
        let headers = response.headers();
        Ok(Answer {
            status: response.status().as_u16(),
            message,
            body,
            retry_after: text(headers, "retry-after"),
            remaining: text(headers, "x-ratelimit-remaining"),
            reset: text(headers, "x-ratelimit-reset"),
            date: text(headers, "date"),
        })
    }

    /// Returns the new address if it is on the same server.
    fn moved(&self, location: &str) -> Result<String, ConnectionError> {
        let elsewhere = |to: &str| ConnectionError::Elsewhere { host: self.host(), to: self.clean(to) };
        let api: Uri = self.target.api().parse().map_err(|_| elsewhere("an address that is none"))?;
        if location.starts_with('/') && !location.starts_with("//") {
            let origin = format!("{}://{}", api.scheme_str().unwrap_or("https"), self.host());
            return Ok(format!("{origin}{location}"));
        }
        let new: Uri = location.parse().map_err(|_| elsewhere("an address that is none"))?;
        if new.scheme() == api.scheme() && new.authority() == api.authority() {
            Ok(location.to_owned())
        } else {
            Err(elsewhere(new.authority().map_or("an address without a host", |authority| authority.host())))
        }
    }

    fn failed(&self, error: &ureq::Error) -> ConnectionError {
        use ureq::Error;
        let host = self.host();
        match error {
            Error::HostNotFound => ConnectionError::Unreachable { host, reason: "its name is not known".to_owned() },
            Error::Timeout(_) => ConnectionError::Unreachable { host, reason: "it does not answer in time".to_owned() },
            // How a failed handshake arrives, such as a certificate that nobody vouches for.
            Error::Io(inner) if inner.kind() == std::io::ErrorKind::InvalidData => {
                self.unsafe_connection(&inner.to_string())
            }
            Error::Io(_) | Error::ConnectionFailed | Error::Protocol(_) => {
                ConnectionError::Unreachable { host, reason: self.clean(&error.to_string()) }
            }
            _ => self.unsafe_connection(&error.to_string()),
        }
    }

    fn unsafe_connection(&self, reason: &str) -> ConnectionError {
        ConnectionError::Unsafe { host: self.host(), reason: self.clean(reason) }
    }

    fn host(&self) -> String {
        let api = self.target.api();
        let api = api.split_once("://").map_or(api, |(_, rest)| rest);
        api.split('/').next().unwrap_or(api).to_owned()
    }

    /// Returns a text from outside as it may be shown: without the token, without control characters
    /// that would steer a terminal, and not endless.
    pub(super) fn clean(&self, text: &str) -> String {
        let text = self.token.hide(text);
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut short: String = text.trim().chars().take(SHOWN).collect();
        if text.trim().chars().nth(SHOWN).is_some() {
            short.push('…');
        }
        short
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
