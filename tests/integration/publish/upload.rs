//! The upload itself: what is sent, how often, and how long it waits. Time is the test's own.

use std::cell::RefCell;
use std::io::Read as _;
use std::time::Duration;

use base64::Engine as _;
use hfscan::publish::github::{Pace, PublishError, Published, Target, Token, publish};

use super::server::{ID, Reply, Server, accepted, answer, limited, status};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";
const SARIF: &[u8] = br#"{"version": "2.1.0", "runs": []}"#;

/// Time that passes only in pauses.
#[derive(Default)]
struct Clock {
    pauses: RefCell<Vec<u64>>,
}

impl Pace for Clock {
    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.pauses.borrow().iter().sum())
    }

    fn pause(&self, wait: Duration) {
        assert_eq!(wait.subsec_nanos(), 0);
        self.pauses.borrow_mut().push(wait.as_secs());
    }
}

struct Outcome {
    result: Result<Published, PublishError>,
    pauses: Vec<u64>,
    server: Server,
}

impl Outcome {
    fn error(&self) -> String {
        self.result.as_ref().unwrap_err().to_string()
    }

    fn hints(&self) -> String {
        self.result.as_ref().unwrap_err().hints().join("\n")
    }

    fn requests(&self) -> Vec<String> {
        self.server.received().iter().map(|request| format!("{} {}", request.method, request.path)).collect()
    }

    /// Returns how often the log was sent.
    fn uploads(&self) -> usize {
        self.server.received().iter().filter(|request| request.method == "POST").count()
    }
}

fn upload(replies: Vec<Reply>) -> Outcome {
    upload_within(replies, 300)
}

fn upload_within(replies: Vec<Reply>, seconds: u64) -> Outcome {
    let server = Server::start(replies);
    let target =
        Target::new("acme/infra", SHA, "refs/pull/7/merge", server.address(), Some("/home/run ner/work")).unwrap();
    let token = Token::new("ghs_marker", "GITHUB_TOKEN").unwrap();
    let clock = Clock::default();
    let result = publish(&target, &token, SARIF, &clock, Duration::from_secs(seconds));
    Outcome { result, pauses: clock.pauses.into_inner(), server }
}

#[test]
fn the_request_is_what_the_api_documents() {
    let outcome = upload(vec![accepted(), status("complete", &[])]);
    assert_eq!(outcome.result.as_ref().unwrap().id, ID);
    assert_eq!(
        outcome.requests(),
        [
            "POST /repos/acme/infra/code-scanning/sarifs".to_owned(),
            format!("GET /repos/acme/infra/code-scanning/sarifs/{ID}")
        ]
    );
    let received = outcome.server.received();
    for request in &received {
        assert_eq!(request.header("authorization"), Some("Bearer ghs_marker"));
        assert_eq!(request.header("accept"), Some("application/vnd.github+json"));
        assert_eq!(request.header("x-github-api-version"), Some("2022-11-28"));
        assert_eq!(request.header("user-agent"), Some(concat!("hfscan/", env!("CARGO_PKG_VERSION"))));
    }
    assert_eq!(received[0].header("content-type"), Some("application/json"));
    let body: serde_json::Value = serde_json::from_slice(&received[0].body).unwrap();
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["commit_sha", "ref", "sarif", "checkout_uri", "tool_name"]);
    assert_eq!(body["commit_sha"], SHA);
    assert_eq!(body["ref"], "refs/pull/7/merge");
    assert_eq!(body["checkout_uri"], "file:///home/run%20ner/work/");
    assert_eq!(body["tool_name"], "hfscan");
    assert_eq!(unpacked(&body), SARIF);
}

/// Returns the SARIF log of an upload.
pub(super) fn unpacked(body: &serde_json::Value) -> Vec<u8> {
    let zipped = base64::engine::general_purpose::STANDARD.decode(body["sarif"].as_str().unwrap()).unwrap();
    let mut sarif = Vec::new();
    flate2::read::GzDecoder::new(zipped.as_slice()).read_to_end(&mut sarif).unwrap();
    sarif
}

#[test]
fn it_waits_until_github_is_done() {
    let pending = || status("pending", &[]);
    let outcome = upload(vec![
        accepted(),
        pending(),
        pending(),
        pending(),
        pending(),
        pending(),
        pending(),
        status("complete", &[]),
    ]);
    assert!(outcome.result.is_ok());
    assert_eq!(outcome.pauses, [1, 2, 4, 8, 10, 10]);
}

#[test]
fn it_does_not_wait_for_ever() {
    let outcome =
        upload_within(std::iter::once(accepted()).chain((0..50).map(|_| status("pending", &[]))).collect(), 60);
    assert_eq!(outcome.error(), format!("GitHub has the upload {ID}, but did not process it within 60 seconds"));
    assert_eq!(outcome.pauses, [1, 2, 4, 8, 10, 10, 10, 10]);
    assert!(outcome.hints().contains("--publish-timeout"));
}

#[test]
fn errors_of_the_processing_stand_one_on_a_line() {
    let outcome = upload(vec![
        accepted(),
        status("failed", &["rejecting SARIF, as there are \u{1b}[31mno runs", "ghs_marker is odd"]),
    ]);
    insta::assert_snapshot!(outcome.error(), @r"
    GitHub could not process the SARIF log:
      rejecting SARIF, as there are  [31mno runs
      *** is odd
    ");
    let silent = upload(vec![accepted(), status("failed", &[])]);
    assert_eq!(silent.error(), "GitHub could not process the SARIF log, and does not say why");
}

#[test]
fn notes_on_results_that_were_taken_are_kept() {
    let outcome = upload(vec![accepted(), status("complete", &["5000 of 6000 results are shown"])]);
    assert_eq!(outcome.result.unwrap().notes, ["5000 of 6000 results are shown"]);
}

#[test]
fn an_incomplete_scan_is_noted_by_github_and_no_failure() {
    let outcome = upload(vec![accepted(), status("failed", &["unsuccessful execution: the tool did not finish"])]);
    assert!(outcome.result.unwrap().unsuccessful);
    let mixed = upload(vec![accepted(), status("failed", &["unsuccessful execution", "rejecting SARIF"])]);
    assert!(mixed.error().contains("rejecting SARIF"));
}

#[test]
fn what_no_other_try_can_help_is_sent_once() {
    for (reply, error, hint) in [
        (answer(400, "bad"), "GitHub refuses the upload (400: bad)", "--github-sha"),
        (answer(401, "Bad credentials"), "GitHub does not accept the token (401: Bad credentials)", "GITHUB_TOKEN"),
        (
            answer(403, "Resource not accessible by integration"),
            "GitHub does not let this token upload (403: Resource not accessible by integration)",
            "security-events: write",
        ),
        (
            answer(403, "Advanced Security must be enabled for this repository to use code scanning."),
            "code scanning is not switched on for this repository (403: Advanced Security must be enabled for this \
             repository to use code scanning.)",
            "Settings, Code security",
        ),
        (
            answer(404, "commit not found"),
            "GitHub finds no such repository or commit (404: commit not found)",
            "pushed",
        ),
        (
            answer(413, "too large"),
            "GitHub refuses the SARIF log: it is too large (GitHub answers 413: too large)",
            "--min-severity",
        ),
        (
            answer(422, "ref is a pull request merge but commit_oid is not a merge commit"),
            "GitHub refuses the upload (422: ref is a pull request merge but commit_oid is not a merge commit)",
            "refs/pull/NUMBER/head",
        ),
        (answer(418, ""), "GitHub answers in a way that it does not document (418)", "--github-api-url"),
        (
            Reply::Answer(200, Vec::new(), "<html>sign in</html>".to_owned()),
            "the answer to the upload (200) has no id: this is not GitHub's API",
            "--github-api-url",
        ),
        (
            Reply::Answer(202, Vec::new(), r#"{"id": "../../user"}"#.to_owned()),
            "the answer to the upload (202) has no id: this is not GitHub's API",
            "--github-api-url",
        ),
    ] {
        let outcome = upload(vec![reply]);
        assert_eq!(outcome.error(), error);
        assert!(outcome.hints().contains(hint), "{error}: {}", outcome.hints());
        assert_eq!(outcome.requests().len(), 1, "{error}");
        assert!(outcome.pauses.is_empty(), "{error}");
    }
}

#[test]
fn what_passes_is_tried_again() {
    let outcome = upload(vec![
        answer(500, "oops"),
        Reply::Drop,
        answer(503, "busy"),
        answer(502, ""),
        accepted(),
        answer(502, ""),
        status("complete", &[]),
    ]);
    assert!(outcome.result.is_ok());
    assert_eq!(outcome.uploads(), 5);
    assert_eq!(outcome.pauses, [2, 4, 8, 16, 2]);
}

#[test]
fn five_tries_are_enough() {
    let outcome = upload((0..9).map(|_| answer(503, "busy")).collect());
    assert_eq!(outcome.error(), "GitHub answers 503: busy, 5 times in a row");
    assert_eq!(outcome.uploads(), 5);
    assert_eq!(outcome.pauses, [2, 4, 8, 16]);
    let dropped = upload((0..9).map(|_| Reply::Drop).collect());
    assert!(dropped.error().contains("cannot be reached"), "{}", dropped.error());
    assert_eq!(dropped.uploads(), 5);
}

#[test]
fn a_server_that_says_nothing_is_left() {
    let outcome = upload_within(vec![Reply::Stall], 1);
    assert!(outcome.error().contains("cannot be reached: it does not answer in time"), "{}", outcome.error());
    assert_eq!(outcome.uploads(), 1);
}

#[test]
fn a_server_that_cannot_prove_itself_is_not_tried_again() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let api = format!("https://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let mut greeting = Vec::new();
        let _ = stream.read_to_end(&mut greeting);
        greeting
    });
    let target = Target::new("acme/infra", SHA, "refs/heads/main", &api, None).unwrap();
    let token = Token::new("ghs_marker", "GITHUB_TOKEN").unwrap();
    let clock = Clock::default();
    let error = publish(&target, &token, SARIF, &clock, Duration::from_mins(5)).unwrap_err();
    assert!(error.to_string().contains("no safe connection to 127.0.0.1"), "{error}");
    assert!(error.hints().join("\n").contains("ca-certificates"));
    assert!(clock.pauses.borrow().is_empty());
    let greeting = server.join().unwrap();
    assert!(!greeting.windows(10).any(|part| part == b"ghs_marker"));
}

#[test]
fn limits_say_how_long_to_wait() {
    const NOW: &str = "Fri, 20 Nov 2026 22:00:00 GMT";
    for (reply, wait) in [
        (limited(403, "You have exceeded a secondary rate limit.", &[("retry-after", "17")]), 17),
        (limited(429, "", &[("Retry-After", "3")]), 3),
        (limited(503, "", &[("retry-after", "Fri, 20 Nov 2026 22:00:09 GMT"), ("date", NOW)]), 10),
        (answer(403, "You have exceeded a secondary rate limit."), 60),
        (answer(429, "slow down"), 60),
        // 1795212005 is 22:00:05 of that day: five seconds after the answer, by the server's clock.
        (
            limited(
                403,
                "API rate limit exceeded",
                &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1795212005"), ("date", NOW)],
            ),
            6,
        ),
        (limited(403, "API rate limit exceeded", &[("x-ratelimit-remaining", "0")]), 60),
    ] {
        let told = format!("{reply:?}");
        let outcome = upload(vec![reply, accepted(), status("complete", &[])]);
        assert!(outcome.result.is_ok(), "{told}: {:?}", outcome.result);
        assert_eq!(outcome.pauses, [wait], "{told}");
    }
}

#[test]
fn a_secondary_limit_without_a_time_doubles() {
    let limit = || answer(403, "You have exceeded a secondary rate limit.");
    let outcome = upload_within(vec![limit(), limit(), limit(), accepted(), status("complete", &[])], 1000);
    assert_eq!(outcome.pauses, [60, 120, 240]);
}

#[test]
fn a_limit_that_outlasts_the_time_ends_at_once() {
    let outcome = upload(vec![limited(403, "API rate limit exceeded", &[("retry-after", "3600")])]);
    assert_eq!(
        outcome.error(),
        "GitHub answers 403: API rate limit exceeded; the next try is due in 3600 seconds, and --publish-timeout \
         (300 seconds) ends before"
    );
    assert!(outcome.pauses.is_empty());
    assert_eq!(outcome.uploads(), 1);
    let huge = upload(vec![limited(429, "", &[("retry-after", "18446744073709551615")])]);
    assert!(huge.error().contains("18446744073709551615 seconds"));
}

#[test]
fn an_upload_that_is_not_known_yet_is_asked_for_again() {
    let outcome = upload(vec![accepted(), answer(404, "Not Found"), status("complete", &[])]);
    assert!(outcome.result.is_ok());
    assert_eq!(outcome.pauses, [2]);
}

#[test]
fn a_move_on_the_same_server_is_followed_with_the_body() {
    let new =
        || Reply::Answer(307, vec![("Location", "/repositories/42/code-scanning/sarifs".to_owned())], String::new());
    let outcome = upload(vec![new(), accepted(), status("complete", &[])]);
    assert!(outcome.result.is_ok());
    let received = outcome.server.received();
    assert_eq!(received[1].path, "/repositories/42/code-scanning/sarifs");
    assert_eq!(received[1].method, "POST");
    assert_eq!(received[0].body, received[1].body);
    let circle = upload((0..9).map(|_| new()).collect());
    assert!(circle.error().contains("again and again"));
    assert_eq!(circle.requests().len(), 4);
}

#[test]
fn the_token_goes_to_no_other_server() {
    let thief = Server::start(Vec::new());
    for code in [301, 302, 307, 308] {
        let outcome =
            upload(vec![Reply::Answer(code, vec![("Location", format!("{}/take", thief.address()))], String::new())]);
        assert!(outcome.error().contains("where the token must not go"), "{}", outcome.error());
        assert_eq!(outcome.uploads(), 1);
    }
    assert!(thief.received().is_empty());
}

#[test]
fn a_log_that_github_would_refuse_is_not_sent() {
    let server = Server::start(Vec::new());
    let target = Target::new("acme/infra", SHA, "refs/heads/main", server.address(), None).unwrap();
    let token = Token::new("ghs_marker", "GITHUB_TOKEN").unwrap();
    // Noise does not compress.
    let mut state = 1_u64;
    let noise: Vec<u8> = (0..12 * 1024 * 1024)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        })
        .collect();
    let error = publish(&target, &token, &noise, &Clock::default(), Duration::from_secs(9)).unwrap_err();
    assert!(matches!(error, PublishError::TooLarge { .. }), "{error}");
    assert!(server.received().is_empty());
}
