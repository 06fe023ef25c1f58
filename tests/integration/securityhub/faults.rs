//! What goes wrong on the way: throttling, servers that fail, findings that are refused, runs that end in
//! the middle. Whatever happens, a run that is started again ends where one ends to which nothing happened.

use hfscan::publish::securityhub::CallError;

use super::*;

/// An account with many violations, so that there are many batches.
fn many(count: usize) -> Account {
    let mut account = Account::new(ACCOUNT);
    for number in 0..count {
        account.list(REGION, SUBNET, &subnet(number));
        account.fail(ROUTES, &subnet(number));
    }
    account
}

#[test]
fn throttling_and_failing_servers_are_waited_for() {
    let world = World::one();
    let next = [
        ("DescribeHub", vec![(500, "InternalException")]),
        ("GetFindings", vec![(429, "TooManyRequestsException"), (503, "ServiceUnavailable")]),
        (
            "BatchImportFindings",
            vec![(400, "ThrottlingException"), (500, "InternalException"), (429, "LimitExceededException")],
        ),
    ];
    world.server.state().faults.next = next.into();
    world.server.state().faults.lost_answers = 1;
    let published = world.publish(&Account::usual().report());
    assert!(published.is_complete(), "{published:?}");
    assert_eq!(world.tally(), BTreeMap::from([("ACTIVE FAILED".to_owned(), 3)]));
    assert!(world.clock.now() >= Duration::from_secs(3), "{:?}", world.clock.now());
}

#[test]
fn a_server_that_never_recovers_is_given_up() {
    let world = World::one();
    world.server.state().faults.next.insert("GetFindings", vec![(500, "InternalException"); 1000]);
    let published = world.publish(&Account::usual().report());
    let outcome = &published.outcomes[0];
    assert_eq!(outcome.unsent, 3);
    insta::assert_snapshot!(outcome.failure.as_ref().unwrap(), @"the service failed with InternalException, 8 times in a row");
    assert_eq!(
        world.server.state().count("BatchImportFindings"),
        0,
        "nothing is sent when it is not known what is there"
    );
}

#[test]
fn every_finding_that_is_refused_is_told() {
    let world = World::one();
    let id = |resource: &str| identity::of(ROUTES, resource, None);
    world.server.state().faults.refuse =
        vec![(id(&subnet(0)), "InvalidInput", 9), (id(&subnet(1)), "InternalFailure", 1)];
    let published = world.publish(&Account::usual().report());
    assert!(!published.is_complete());
    let outcome = &published.outcomes[0];
    assert_eq!((outcome.unsent, outcome.failure.clone()), (0, None));
    let refused: Vec<_> =
        outcome.refused.iter().map(|refused| (refused.code.as_str(), refused.reason.as_str())).collect();
    assert_eq!(refused, [("InvalidInput", "as the test wants it")]);
    assert!(outcome.refused[0].id.ends_with(&id(&subnet(0))));
    // The one that failed inside of Security Hub was sent once more, alone.
    assert_eq!(world.states(), ["site ACTIVE FAILED NEW", "subnet-1 ACTIVE FAILED NEW"]);
    assert_eq!(world.server.state().count("BatchImportFindings"), 2);
    world.server.state().faults.refuse.clear();
    assert_eq!(world.told(&Account::usual().report()), "1 new, 2 unchanged");
}

#[test]
fn one_bad_finding_does_not_take_its_batch_along() {
    let world = World::one();
    // A time before the epoch is refused by nobody, one that runs backwards is: the hub has a later one.
    let account = many(10);
    world.told(&account.report());
    world.server.state().edit(|finding| {
        if finding["Resources"][0]["Id"] == subnet(3).as_str() {
            finding["UpdatedAt"] = serde_json::json!("2027-01-01T00:00:00.000Z");
            finding["ProductFields"]["hfscan/content"] = serde_json::json!("old");
        } else {
            finding["ProductFields"]["hfscan/content"] = serde_json::json!("older");
        }
    });
    let published = world.publish(&account.report());
    assert_eq!(published.outcomes[0].refused.len(), 1);
    assert_eq!(published.counts().to_string(), "10 changed");
    let sent =
        world.server.state().findings().iter().filter(|f| f["ProductFields"]["hfscan/content"] != "older").count();
    assert_eq!(sent, 10);
}

#[test]
fn a_run_that_was_killed_between_batches_ends_like_one_that_was_not() {
    let end = |kills: &[usize]| {
        let mut world = World::one();
        let mut account = many(450);
        world.told(&account.report());
        (0..150).for_each(|number| account.mend(ROUTES, &subnet(number)));
        (150..300).for_each(|number| account.delete(&subnet(number)));
        (450..700).for_each(|number| {
            account.list(REGION, SUBNET, &subnet(number));
            account.fail(ROUTES, &subnet(number));
        });
        world.days_pass(1);
        let mut left = 150 + 150 + 250;
        for &kill in kills {
            world.server.state().faults.imports_before_death = Some(kill);
            let published = world.publish(&account.report());
            assert!(matches!(published.outcomes[0].failure, Some(CallError::Denied(_))));
            left -= kill * 100;
            assert_eq!(published.outcomes[0].unsent, left, "what was not sent is counted");
        }
        world.server.state().faults.imports_before_death = None;
        assert_eq!(world.publish(&account.report()).counts().sent(), left);
        assert_eq!(world.told(&account.report()), "400 unchanged");
        (world.tally(), world.server.state().findings())
    };
    let (tally, undisturbed) = end(&[]);
    assert_eq!(
        tally,
        BTreeMap::from([
            ("ACTIVE FAILED".to_owned(), 400),
            ("ACTIVE PASSED".to_owned(), 150),
            ("ARCHIVED FAILED".to_owned(), 150)
        ])
    );
    for kills in [&[0][..], &[2], &[5], &[1, 1, 1, 0]] {
        let (_, ended) = end(kills);
        assert_eq!(ended, undisturbed, "killed after {kills:?} batches");
    }
}
