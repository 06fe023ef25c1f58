//! The process itself is killed while batches are on the way: the next one ends where one ends that nobody
//! killed, whether the hub took the batches that nobody heard of, or not.

use std::process::{Child, Stdio};

use super::command::command;
use super::*;

/// A hub that has 600 findings, and an account of today: 240 of them are mended, 240 gone, 400 are new. That
/// is nine batches, of which some are on the way at a time.
fn changed() -> (World, Report) {
    let mut world = World::one();
    let mut account = Account::new(ACCOUNT);
    let fail = |account: &mut Account, number: usize| {
        account.list(REGION, SUBNET, &subnet(number));
        account.fail(ROUTES, &subnet(number));
    };
    (0..600).for_each(|number| fail(&mut account, number));
    world.told(&account.report());
    (0..240).for_each(|number| account.mend(ROUTES, &subnet(number)));
    (240..480).for_each(|number| account.delete(&subnet(number)));
    (600..1_000).for_each(|number| fail(&mut account, number));
    world.days_pass(1);
    (world, account.report())
}

/// Starts the program.
fn start(world: &World, report: &Report, directory: &std::path::Path) -> Child {
    let mut command = command(world, report, directory);
    command.args(["--now", &world.now.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Lets the time of the hub go on until something happened.
fn wait(world: &World, happened: &mut dyn FnMut() -> bool) {
    let end = std::time::Instant::now() + Duration::from_mins(2);
    while !happened() {
        assert!(std::time::Instant::now() < end, "it takes too long");
        world.clock.0.fetch_add(100_000_000, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Runs the program as often as it is killed, and once more; returns what the hub holds then.
fn end(kills: &[(usize, bool)]) -> Vec<serde_json::Value> {
    let (world, report) = changed();
    let directory = tempfile::tempdir().unwrap();
    for &kill in kills {
        world.server.state().faults.imports_before_silence = Some(kill);
        world.server.state().faults.silent = 0;
        let mut child = start(&world, &report, directory.path());
        wait(&world, &mut || {
            assert_eq!(child.try_wait().unwrap(), None, "it ended before it was killed");
            world.server.state().faults.silent > 0
        });
        child.kill().unwrap();
        child.wait().unwrap();
    }
    world.server.state().faults.imports_before_silence = None;
    let mut child = start(&world, &report, directory.path());
    wait(&world, &mut || child.try_wait().unwrap().is_some());
    // Violations were found, and everything is published.
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!(world.told(&report), "520 unchanged");
    world.server.state().findings()
}

#[test]
fn a_killed_process_is_started_again_and_ends_like_one_that_was_not() {
    let undisturbed = end(&[]);
    assert_eq!(undisturbed.len(), 1_000);
    for kills in [&[(0, false)][..], &[(2, true)], &[(5, false)], &[(0, true), (1, false), (0, true)]] {
        assert_eq!(end(kills), undisturbed, "killed after {kills:?}");
    }
}
