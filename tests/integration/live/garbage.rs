//! Bodies that are nothing: they never end the audit and are never taken for an empty answer.

use proptest::prelude::{Strategy as _, any, prop};
use proptest::test_runner::{Config, TestRunner};

use super::server::Server;
use super::server::fault::{Fault, Kind};
use super::server::state::State;
use super::{EAST, HOME, audit_of, gaps, read, things};

#[test]
fn garbage_is_a_gap() {
    let mut state = State::of(&[EAST]);
    things::keys(&mut state, HOME, EAST, 1);
    let server = Server::start(state);
    read(&audit_of(&server));
    let mut apis: Vec<String> = server.log().iter().map(super::server::Call::api).collect();
    apis.sort();
    apis.dedup();
    apis.retain(|api| !api.starts_with("STS."));
    let bodies = proptest::strategy::Union::new([
        prop::collection::vec(any::<u8>(), 1..200).boxed(),
        "<[a-zA-Z]{1,10}>.{0,100}".prop_map(String::into_bytes).boxed(),
        "[\\[\"0-9a-z].{0,50}".prop_map(String::into_bytes).boxed(),
        "\\{\"[A-Z][a-z]{1,8}\": .{0,50}".prop_map(String::into_bytes).boxed(),
    ]);
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    let cases = (prop::sample::select(apis), bodies);
    runner
        .run(&cases, |(api, body)| {
            let is_json = serde_json::from_slice::<serde_json::Value>(&body).is_ok_and(|value| value.is_object());
            let mut state = State::of(&[EAST]);
            things::keys(&mut state, HOME, EAST, 1);
            let server = Server::failing(state, vec![Fault::of(&api, Kind::Broken(body))]);
            let accounts = read(&audit_of(&server));
            assert!(is_json || !gaps(&accounts).is_empty(), "{api}");
            Ok(())
        })
        .unwrap();
}
