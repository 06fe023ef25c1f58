//! A server on this machine that answers as the test tells it, one request after another, and keeps
//! what it was sent.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// What the server does with one request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Status, headers, body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Reads the request and hangs up.
    Drop,
    /// Reads the request and says nothing until the other side goes away.
    Stall,
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// Returns a header by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) struct Server {
    address: String,
    received: Arc<Mutex<Vec<Received>>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server that gives these replies and then `500`s.
    pub(crate) fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&received);
        let thread = std::thread::spawn(move || {
            let mut replies = replies.into_iter();
            loop {
                let Ok((stream, _)) = listener.accept() else { return };
                let Some(request) = read(&stream) else { continue };
                if request.path == "/stop" {
                    return;
                }
                kept.lock().unwrap().push(request);
                match replies.next().unwrap_or_else(|| answer(500, "no more replies")) {
                    Reply::Answer(status, headers, body) => write(&stream, status, &headers, &body),
                    Reply::Drop => drop(stream),
                    Reply::Stall => {
                        let _ = (&stream).read_to_end(&mut Vec::new());
                    }
                }
            }
        });
        Self { address, received, thread: Some(thread) }
    }

    /// Returns the address without a slash at its end.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Returns what was received so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(mut stream) = TcpStream::connect(self.address.trim_start_matches("http://")) {
            let _ = stream.write_all(b"GET /stop HTTP/1.1\r\n\r\n");
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn read(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut parts = line.split_whitespace();
    let (method, path) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(Received { method, path, headers, body })
}

fn write(mut stream: &TcpStream, status: u16, headers: &[(&'static str, String)], body: &str) {
    let mut text = format!("HTTP/1.1 {status} Status\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
    for (name, value) in headers {
        write!(text, "{name}: {value}\r\n").unwrap();
    }
    let _ = stream.write_all(format!("{text}\r\n{body}").as_bytes());
}

/// An answer with GitHub's shape of an error.
pub(crate) fn answer(status: u16, message: &str) -> Reply {
    let body = serde_json::json!({"message": message, "documentation_url": "https://docs.github.com/rest"});
    Reply::Answer(status, Vec::new(), body.to_string())
}

/// The same with headers.
pub(crate) fn limited(status: u16, message: &str, headers: &[(&'static str, &str)]) -> Reply {
    match answer(status, message) {
        Reply::Answer(status, _, body) => {
            Reply::Answer(status, headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(), body)
        }
        other => other,
    }
}

/// GitHub's answer to an upload that it takes.
pub(crate) fn accepted() -> Reply {
    let body = serde_json::json!({"id": ID, "url": format!("https://api.github.com/repos/acme/infra/code-scanning/sarifs/{ID}")});
    Reply::Answer(202, Vec::new(), body.to_string())
}

/// GitHub's answer on the processing.
pub(crate) fn status(status: &str, errors: &[&str]) -> Reply {
    let mut body = serde_json::json!({"processing_status": status, "analyses_url": null});
    if !errors.is_empty() {
        body["errors"] = serde_json::json!(errors);
    }
    Reply::Answer(200, Vec::new(), body.to_string())
}

/// The id that the server gives.
pub(crate) const ID: &str = "47177e22-5596-11eb-80a1-c1e54ef945c6";
