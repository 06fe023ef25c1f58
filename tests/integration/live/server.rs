//! A small API server of AWS on this machine: all accounts, regions and services in one process. It
//! answers from a state that the test fills, page by page, fails where the test says so, and keeps a log.

pub(crate) mod errors;
pub(crate) mod fault;
mod http;
mod identity;
mod render;
mod request;
mod routes;
pub(crate) mod services;
pub(crate) mod state;

use std::io::{BufReader, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use fault::{Fault, Kind};
use request::Request;
use services::Service;
use state::State;

/// One request as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Call {
    /// The service as the SDK's metadata name it: `KMS`.
    pub(crate) service: &'static str,
    pub(crate) operation: String,
    pub(crate) account: String,
    pub(crate) region: String,
    /// The access key that signed it.
    pub(crate) key: String,
    /// The status of the answer; 0 when there was none.
    pub(crate) status: u16,
}

impl Call {
    /// Returns its name as `Operation::api` has it.
    pub(crate) fn api(&self) -> String {
        format!("{}.{}", self.service, self.operation)
    }
}

/// What an answer is before it is written.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

struct Shared {
    state: State,
    faults: Vec<(Fault, AtomicU64)>,
    latency: Duration,
    log: Mutex<Vec<Call>>,
    /// Requests that nobody could make sense of: a hole in the server, which the test must hear of.
    strange: Mutex<Vec<String>>,
    sessions: AtomicU64,
    is_over: AtomicBool,
    streams: Mutex<Vec<TcpStream>>,
}

pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(state: State) -> Self {
        Self::with(state, Vec::new(), Duration::ZERO)
    }

    pub(crate) fn failing(state: State, faults: Vec<Fault>) -> Self {
        Self::with(state, faults, Duration::ZERO)
    }

    /// Starts a server with faults that waits before every answer.
    pub(crate) fn with(state: State, faults: Vec<Fault>, latency: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            state,
            faults: faults.into_iter().map(|fault| (fault, AtomicU64::new(0))).collect(),
            latency,
            log: Mutex::default(),
            strange: Mutex::default(),
            sessions: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            streams: Mutex::default(),
        });
        let kept = Arc::clone(&shared);
        let listener = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if kept.is_over.load(Ordering::Acquire) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let shared = Arc::clone(&kept);
                let _ = stream.set_nodelay(true);
                if let Ok(copy) = stream.try_clone() {
                    shared.streams.lock().unwrap().push(copy);
                }
                let serve = move || shared.serve(&stream);
                let _ = std::thread::Builder::new().stack_size(512 * 1024).spawn(serve);
            }
        });
        Self { address, shared, listener: Some(listener) }
    }

    /// Returns the address as an endpoint of the SDK.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns every request so far, in the order of the answers.
    pub(crate) fn log(&self) -> Vec<Call> {
        self.shared.log.lock().unwrap().clone()
    }

    /// Returns how many requests an operation had, such as `KMS.ListKeys`.
    pub(crate) fn count(&self, api: &str) -> usize {
        self.shared.log.lock().unwrap().iter().filter(|call| call.api() == api).count()
    }

    /// Returns requests that are in no table of the server.
    pub(crate) fn strange(&self) -> Vec<String> {
        self.shared.strange.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.listener.take() {
            let _ = thread.join();
        }
        for stream in self.shared.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Shared {
    /// Answers the requests of one connection until it ends.
    fn serve(&self, stream: &TcpStream) {
        let mut reader = BufReader::new(stream);
        while let Some(raw) = http::read(&mut reader) {
            let Some(request) = Request::of(raw) else {
                self.strange.lock().unwrap().push("a request without a signature".to_owned());
                let _ = http::write(stream, &Answer { status: 400, headers: Vec::new(), body: Vec::new() });
                continue;
            };
            if !self.latency.is_zero() {
                std::thread::sleep(self.latency);
            }
            if !self.answer(stream, &request) {
                let _ = stream.shutdown(Shutdown::Both);
                return;
            }
        }
    }

    /// Answers one request; returns whether the connection lives on.
    fn answer(&self, stream: &TcpStream, request: &Request) -> bool {
        let kind = self.faults.iter().find_map(|(fault, count)| fault.strikes(request, count));
        let service = request.service;
        let answer = match kind {
            None => self.regular(request),
            Some(Kind::Delay(time)) => {
                std::thread::sleep(time);
                self.regular(request)
            }
            Some(Kind::Denied) => errors::answer(service, errors::denied(service)),
            Some(Kind::Throttled(_)) => errors::answer(service, errors::throttled(service)),
            Some(Kind::Expired) => errors::answer(service, errors::expired(service)),
            Some(Kind::ServerError) => errors::answer(service, errors::internal(service)),
            Some(Kind::Code(code)) => errors::answer(service, (400, code)),
            Some(Kind::Page) => Answer {
                status: 502,
                headers: vec![("Content-Type", "text/html".to_owned())],
                body: format!("<html><body><h1>Bad gateway</h1>{}</body></html>", errors::MARKER).into_bytes(),
            },
            Some(Kind::Broken(body)) => Answer { status: 200, headers: Vec::new(), body },
            Some(Kind::Truncated) => {
                let answer = self.regular(request);
                self.note(request, answer.status);
                let _ = http::truncated(stream, &answer);
                return false;
            }
            Some(Kind::Reset) => {
                self.note(request, 0);
                return false;
            }
            Some(Kind::Hang) => {
                self.note(request, 0);
                http::hang(stream);
                return false;
            }
        };
        self.note(request, answer.status);
        http::write(stream, &answer).is_ok() && (&mut &*stream).flush().is_ok()
    }

    /// The answer without a fault.
    fn regular(&self, request: &Request) -> Answer {
        if request.operation.is_empty() {
            self.strange.lock().unwrap().push(request.told());
            return errors::answer(request.service, (404, "UnknownOperationException"));
        }
        let mut body = match identity::answer(&self.state, request, &self.sessions) {
            Some(Ok(body)) => Some(body),
            Some(Err(error)) => return errors::answer(request.service, error),
            None => None,
        };
        if body.is_none() {
            body = match self.state.answer(request) {
                Ok(body) => Some(body),
                Err(code) => return errors::answer(request.service, (errors::status_of(request.service, &code), &code)),
            };
        }
        render::answer(request, &body.unwrap_or_default())
    }

    fn note(&self, request: &Request, status: u16) {
        let Service { sdk, .. } = request.service;
        self.log.lock().unwrap().push(Call {
            service: sdk,
            operation: request.operation.clone(),
            account: request.account.clone(),
            region: request.region.clone(),
            key: request.key.clone(),
            status,
        });
    }
}
