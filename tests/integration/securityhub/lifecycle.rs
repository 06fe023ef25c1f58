//! What becomes of findings as the account changes: they appear, stay, change, resolve and come back, and
//! nothing is closed that was not proved.

use serde_json::json;

use super::*;

#[test]
fn findings_appear_once_and_stay_as_they_are() {
    let mut world = World::one();
    let account = Account::usual();
    assert_eq!(world.told(&account.report()), "3 new");
    assert_eq!(world.states(), ["site ACTIVE FAILED NEW", "subnet-0 ACTIVE FAILED NEW", "subnet-1 ACTIVE FAILED NEW"]);
    let before = world.server.state().findings();
    let imports = world.server.state().count("BatchImportFindings");
    world.days_pass(1);
    assert_eq!(world.told(&account.report()), "3 unchanged");
    assert_eq!(world.server.state().count("BatchImportFindings"), imports, "nothing is sent twice");
    assert_eq!(world.server.state().findings(), before);
}

#[test]
fn fixing_one_violation_resolves_one_finding() {
    let mut world = World::one();
    let mut account = Account::usual();
    world.told(&account.report());
    account.mend(ROUTES, &subnet(1));
    world.days_pass(1);
    assert_eq!(world.told(&account.report()), "1 passed, 2 unchanged");
    assert_eq!(world.states(), ["site ACTIVE FAILED NEW", "subnet-0 ACTIVE FAILED NEW", "subnet-1 ACTIVE PASSED NEW"]);
    assert_eq!(world.told(&account.report()), "2 unchanged");
}

#[test]
fn one_of_two_elements_resolves_alone() {
    let mut world = World::one();
    let mut account = Account::usual();
    let case = |tag: &str| (ROUTES.to_owned(), subnet(5), Some(tag.to_owned()));
    account.wrong.insert(case("route[0.0.0.0/0]"), Outcome::Fail);
    account.wrong.insert(case("route[::/0]"), Outcome::Fail);
    world.told(&account.report());
    account.wrong.remove(&case("route[::/0]"));
    // The rule may find more than it lists, so what it does not list may be there.
    let mut open = account.report();
    open.findings.iter_mut().filter(|finding| finding.tag.is_some()).for_each(|finding| finding.open = true);
    assert_eq!(world.told(&open), "4 unchanged, 1 untouched");
    world.days_pass(1);
    assert_eq!(world.told(&account.report()), "1 passed, 4 unchanged");
}

#[test]
fn what_is_gone_is_archived_and_what_comes_back_is_open_again() {
    let mut world = World::one();
    let mut account = Account::usual();
    world.told(&account.report());
    account.delete(&subnet(0));
    world.days_pass(1);
    assert_eq!(world.told(&account.report()), "1 archived, 2 unchanged");
    assert_eq!(world.states()[1], "subnet-0 ARCHIVED FAILED NEW");
    let first = world.server.state().findings()[0]["FirstObservedAt"].clone();
    world.server.state().edit(|finding| finding["Workflow"]["Status"] = json!("RESOLVED"));
    account.list(REGION, SUBNET, &subnet(0));
    account.fail(ROUTES, &subnet(0));
    world.days_pass(1);
    assert_eq!(world.told(&account.report()), "1 reopened, 2 unchanged");
    // Security Hub itself takes the workflow back.
    assert_eq!(world.states()[1], "subnet-0 ACTIVE FAILED NEW");
    assert!(world.server.state().findings().iter().all(|finding| finding["FirstObservedAt"] == first));
}

#[test]
fn a_passed_finding_that_fails_again_is_open_again() {
    let mut world = World::one();
    let mut account = Account::usual();
    world.told(&account.report());
    account.mend(PUBLIC, "arn:aws:s3:::site");
    world.told(&account.report());
    account.fail(PUBLIC, "arn:aws:s3:::site");
    world.days_pass(1);
    assert_eq!(world.told(&account.report()), "1 reopened, 2 unchanged");
    assert_eq!(world.states()[0], "site ACTIVE FAILED NEW");
}

#[test]
fn a_gap_archives_and_resolves_nothing() {
    let mut world = World::one();
    let mut account = Account::usual();
    world.told(&account.report());
    let before = world.server.state().findings();
    // The listing broke off: of ten subnets two are left, and those with the findings are not among them.
    account.partial.insert((REGION.to_owned(), SUBNET.to_owned()));
    (0..8).for_each(|number| account.delete(&subnet(number)));
    world.days_pass(1);
    assert_eq!(world.told(&account.report()), "1 unchanged, 2 untouched");
    assert_eq!(world.server.state().findings(), before);
    // The same when only the gap tells it.
    account.partial.clear();
    let mut report = account.report();
    report.gaps.push(hfscan::inventory::Gap {
        subject: "subnets".to_owned(),
        reason: "denied".to_owned(),
        kinds: vec![SUBNET.to_owned()],
        account: Some(ACCOUNT.to_owned()),
        region: Some(REGION.to_owned()),
        permission: None,
        hides_resources: true,
    });
    assert_eq!(world.told(&report), "1 unchanged, 2 untouched");
    assert_eq!(world.server.state().findings(), before);
}

#[test]
fn a_rule_that_cannot_tell_or_breaks_resolves_nothing() {
    let mut world = World::one();
    let mut account = Account::usual();
    world.told(&account.report());
    account.set(ROUTES, &subnet(0), Outcome::Unknown);
    account.set(ROUTES, &subnet(1), Outcome::Error);
    account.set(ROUTES, &subnet(2), Outcome::Unknown);
    world.days_pass(1);
    assert_eq!(world.told(&account.report()), "1 unchanged, 2 untouched");
    assert_eq!(world.tally(), BTreeMap::from([("ACTIVE FAILED".to_owned(), 3)]));
}

#[test]
fn fewer_rules_touch_only_their_own() {
    let mut world = World::one();
    let mut account = Account::usual();
    world.told(&account.report());
    account.rules.retain(|rule| rule.id == PUBLIC);
    (0..10).for_each(|number| account.delete(&subnet(number)));
    world.days_pass(1);
    assert_eq!(world.told(&account.report()), "1 unchanged, 2 untouched");
    // The rule is there for other accounts, and this one is judged by another profile.
    let mut report = Account::usual().report();
    report.findings.clear();
    report.inputs.push(hfscan::finding::report::Input {
        path: format!("aws://{ACCOUNT}"),
        rules: vec![PUBLIC.to_owned()],
        ..Default::default()
    });
    assert_eq!(world.told(&report), "1 passed, 2 untouched");
}

#[test]
fn a_list_that_hides_findings_resolves_nothing() {
    let world = World::one();
    let mut account = Account::usual();
    world.told(&account.report());
    account.mend(ROUTES, &subnet(0));
    account.hidden = 1;
    assert_eq!(world.told(&account.report()), "2 unchanged, 1 untouched");
}

#[test]
fn other_words_or_another_weight_are_a_change_and_a_new_version_is_none() {
    let mut world = World::one();
    let mut account = Account::usual();
    world.told(&account.report());
    let first = world.server.state().findings()[0]["CreatedAt"].clone();
    account.rules[0].severity = Severity::Low;
    world.days_pass(1);
    let mut report = account.report();
    report.tool.version = "9.9.9".to_owned();
    assert_eq!(world.told(&report), "2 changed, 1 unchanged");
    let state = world.server.state();
    let changed: Vec<_> =
        state.findings().into_iter().filter(|finding| finding["Severity"]["Label"] == "LOW").collect();
    assert_eq!(changed.len(), 2);
    assert!(changed.iter().all(|finding| finding["CreatedAt"] == first && finding["FirstObservedAt"] == first));
    assert!(changed.iter().all(|finding| finding["UpdatedAt"] == "2026-03-02T02:00:00.000Z"));
}

#[test]
fn unchanged_findings_are_sent_again_before_security_hub_forgets_them() {
    let mut world = World::one();
    let account = Account::usual();
    world.told(&account.report());
    world.days_pass(29);
    assert_eq!(world.told(&account.report()), "3 unchanged");
    world.days_pass(1);
    assert_eq!(world.told(&account.report()), "3 kept alive");
    assert!(world.server.state().findings().iter().all(|finding| {
        finding["UpdatedAt"] == "2026-03-31T02:00:00.000Z" && finding["FirstObservedAt"] == "2026-03-01T02:00:00.000Z"
    }));
    assert_eq!(world.told(&account.report()), "3 unchanged");
}

#[test]
fn what_people_set_stays() {
    let mut world = World::one();
    let mut account = Account::usual();
    world.told(&account.report());
    world.server.state().edit(|finding| {
        finding["Workflow"]["Status"] = json!("SUPPRESSED");
        finding["Note"] = json!({"Text": "known", "UpdatedBy": "me"});
        finding["UserDefinedFields"] = json!({"ticket": "1"});
    });
    account.rules[0].severity = Severity::Low;
    account.mend(PUBLIC, "arn:aws:s3:::site");
    world.days_pass(1);
    assert_eq!(world.told(&account.report()), "2 changed, 1 passed");
    assert_eq!(
        world.states(),
        ["site ACTIVE PASSED SUPPRESSED", "subnet-0 ACTIVE FAILED SUPPRESSED", "subnet-1 ACTIVE FAILED SUPPRESSED"]
    );
    for finding in world.server.state().findings() {
        assert_eq!((&finding["Note"]["Text"], &finding["UserDefinedFields"]["ticket"]), (&json!("known"), &json!("1")));
    }
}

#[test]
fn accepted_findings_are_left_or_marked_and_never_lost() {
    let mut world = World::one();
    let mut account = Account::usual();
    world.told(&account.report());
    account.set(PUBLIC, "arn:aws:s3:::site", Outcome::Waived);
    account.set(ROUTES, &subnet(7), Outcome::Waived);
    world.days_pass(1);
    assert_eq!(world.told(&account.report()), "2 unchanged, 2 waived and not sent");
    assert_eq!(world.states()[0], "site ACTIVE FAILED NEW");
    // What the hub has of it does not expire either.
    world.days_pass(40);
    assert_eq!(world.told(&account.report()), "3 kept alive, 2 waived and not sent");
    world.waived = Waived::Warning;
    assert_eq!(world.told(&account.report()), "1 new, 1 changed, 2 unchanged");
    assert_eq!(world.states()[0], "site ACTIVE WARNING NEW");
    let site = world.server.state().findings().into_iter().find(|finding| state(finding).starts_with("site")).unwrap();
    assert_eq!(
        site["Compliance"]["StatusReasons"][0]["Description"],
        "accepted until 2026-12-31 by web: the site is public"
    );
    assert_eq!(world.told(&account.report()), "4 unchanged");
    // The waiver ends.
    account.fail(PUBLIC, "arn:aws:s3:::site");
    assert_eq!(world.told(&account.report()), "1 changed, 3 unchanged");
    assert_eq!(world.states()[0], "site ACTIVE FAILED NEW");
}

#[test]
fn findings_of_others_are_not_touched() {
    let world = World::one();
    let account = Account::usual();
    world.told(&account.report());
    let product = format!("arn:aws:securityhub:{REGION}:{ACCOUNT}:product/{ACCOUNT}/default");
    let own = world.server.state().findings()[0].clone();
    let guest = |id: &str, product: &str, generator: &str| {
        let mut finding = own.clone();
        finding["Id"] = json!(id);
        finding["ProductArn"] = json!(product);
        finding["GeneratorId"] = json!(generator);
        finding["Resources"][0]["Id"] = json!("arn:aws:s3:::gone");
        finding["ProductFields"]["hfscan/resource"] = json!("arn:aws:s3:::gone");
        finding
    };
    // Another product that says it were hfscan, and another guest of the default product.
    let other = "arn:aws:securityhub:eu-central-1::product/aws/inspector";
    world.server.state().add((ACCOUNT, REGION), guest("a", other, "hfscan/rule"));
    world.server.state().add((ACCOUNT, REGION), guest("b", &product, "company-tool"));
    let mut without_fields = guest("c", &product, "hfscan/rule");
    without_fields["ProductFields"] = json!({});
    world.server.state().add((ACCOUNT, REGION), without_fields);
    let before = world.server.state().findings();
    assert_eq!(world.told(&account.report()), "3 unchanged");
    assert_eq!(world.server.state().findings(), before);
}

#[test]
fn a_dry_run_tells_every_change_and_sends_nothing() {
    let mut world = World::one();
    let mut account = Account::usual();
    world.told(&account.report());
    account.mend(PUBLIC, "arn:aws:s3:::site");
    account.delete(&subnet(0));
    account.fail(ROUTES, &subnet(4));
    world.days_pass(30);
    world.dry_run = true;
    let before = world.server.state().findings();
    let told = Told::default();
    let published = world.publish_told(&account.report(), &told);
    assert_eq!(published.counts().to_string(), "1 new, 1 passed, 1 archived, 1 kept alive");
    assert_eq!(world.server.state().findings(), before);
    let mut changes: Vec<Change> = told.changes.lock().unwrap().iter().map(|(_, change, _)| *change).collect();
    changes.sort();
    assert_eq!(changes, [Change::New, Change::Passed, Change::Archived, Change::KeptAlive]);
    world.dry_run = false;
    assert_eq!(world.told(&account.report()), "1 new, 1 passed, 1 archived, 1 kept alive");
}

#[test]
fn a_resource_whose_id_is_too_long_to_be_kept_is_found_again_and_never_closed() {
    let mut world = World::one();
    let mut account = Account::new(ACCOUNT);
    let long = format!("{}{}", subnet(0), "x".repeat(3_000));
    account.list(REGION, SUBNET, &long);
    account.fail(ROUTES, &long);
    assert_eq!(world.told(&account.report()), "1 new");
    assert_eq!(world.told(&account.report()), "1 unchanged");
    world.days_pass(1);
    // It is in no list any more, and yet nothing proves that it is this one.
    account.delete(&long);
    account.list(REGION, SUBNET, &subnet(1));
    assert_eq!(world.told(&account.report()), "1 untouched");
}
