//! Five thousand resources of one account behind a slow network: time against the same calls one by one, and memory.

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::command::program;
use super::server::Server;
use super::server::state::State;
use super::{EAST, HOME, things};
use crate::harness::peak_memory;

const LATENCY: Duration = Duration::from_millis(50);

/// 2,800 subnets, 600 keys, 800 roles with as many instance profiles, and one thing of everything.
fn world() -> State {
    let mut state = State::of(&[EAST]);
    things::everything(&mut state, HOME);
    for number in 0..2_800 {
        things::subnet(&mut state, HOME, EAST, &format!("subnet-more-{number}"));
    }
    for number in 0..800 {
        things::role(&mut state, HOME, &format!("more-{number}"));
    }
    things::keys(&mut state, HOME, EAST, 600);
    state
}

#[test]
fn five_thousand_resources_are_read_beside_each_other_in_little_memory() {
    let server = Server::with(world(), Vec::new(), LATENCY);
    let home = tempfile::tempdir().unwrap();
    let findings = std::fs::File::create(home.path().join("findings.json")).unwrap();
    let start = Instant::now();
    let mut child = program(&server, home.path())
        .args(["audit", "aws", "--format", "json"])
        .stdout(findings)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0;
    let status = loop {
        most = most.max(peak_memory(&child.id().to_string()));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let took = start.elapsed();
    assert_eq!(status.code(), Some(1), "it found something, and could read everything");
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(home.path().join("findings.json")).unwrap()).unwrap();
    let resources = report["summary"]["resources"].as_u64().unwrap();
    assert!(resources >= 5_000, "{resources}");
    let calls = server.log().len();
    let one_by_one = LATENCY * u32::try_from(calls).unwrap();
    let ratio = one_by_one.as_secs_f64() / took.as_secs_f64();
    println!(
        "{resources} resources, {calls} calls in {took:.1?}, judged and written: {ratio:.1} times as fast as the calls \
         one by one; at most {} MB",
        most / 1024
    );
    assert!(ratio >= 5.0, "{calls} calls took {took:?}, one by one {one_by_one:?}");
    assert!(most < 400 * 1024, "{most} kB");
}
