//! Several accounts and regions: roles, refusals, and what goes on all the same.

use super::server::fault::{Fault, Kind};
use super::server::state::{State, Trust};
use super::server::Server;
use super::{EAST, HOME, OTHER, THIRD, WEST, gaps, ids, keys_of, read, role, things, try_read};

fn world() -> State {
    let mut state = State::of(&[EAST, WEST]);
    for account in [HOME, OTHER, THIRD] {
        state.trusts.insert(account.to_owned(), Trust { external_id: Some("external-1".to_owned()), ..Trust::default() });
        for region in [EAST, WEST] {
            things::keys(&mut state, account, region, 3);
        }
    }
    state
}

#[test]
fn each_account_is_read_with_keys_of_its_own() {
    let server = Server::start(world());
    let mut audit = keys_of(&server);
    audit.accounts = vec![THIRD.to_owned(), OTHER.to_owned(), OTHER.to_owned()];
    audit.role = Some(role());
    let accounts = read(&audit);
    assert_eq!(gaps(&accounts), Vec::<String>::new());
    assert_eq!(accounts.len(), 2);
    for (account, number) in accounts.iter().zip([OTHER, THIRD]) {
        assert_eq!(account.account, number);
        assert_eq!(account.regions, [WEST, EAST]);
        assert_eq!(ids(account).len(), 6);
        assert!(ids(account).iter().all(|id| id.contains(number)), "{:?}", ids(account));
        // The new keys are asked whose they are before anything else is asked with them.
        let with_new_keys: Vec<_> = server.log().into_iter().filter(|call| call.account == number).collect();
        assert_eq!(with_new_keys[0].api(), "STS.GetCallerIdentity");
        assert!(with_new_keys.iter().all(|call| call.key == with_new_keys[0].key));
    }
    assert_eq!(server.count("STS.AssumeRole"), 2);
    assert_eq!(server.strange(), Vec::<String>::new());
}

#[test]
fn one_denied_role_one_throttled_region_and_one_broken_page_leave_the_rest_complete() {
    let mut state = world();
    state.page = 2;
    state.trusts.insert(OTHER.to_owned(), Trust { is_denied: true, ..Trust::default() });
    let server = Server::failing(
        state,
        vec![
            Fault::of("KMS.ListKeys", Kind::Throttled(u64::MAX)).account(HOME).region(WEST),
            Fault::of("KMS.ListKeys", Kind::Truncated).account(THIRD).region(EAST).subject("page-2"),
        ],
    );
    let mut audit = keys_of(&server);
    audit.accounts = vec![HOME.to_owned(), OTHER.to_owned(), THIRD.to_owned()];
    audit.role = Some(role());
    audit.attempts = 2;
    let accounts = read(&audit);
    insta::assert_snapshot!(gaps(&accounts).join("\n"), @r"
    111111111111 eu-west-1 kms:ListKeys: throttled: the service refused every try because of too many requests (resources)
    222222222222 - account 222222222222: no session in account 222222222222 by arn:aws:iam::222222222222:role/HfscanAudit: access denied [sts:AssumeRole] (resources)
    333333333333 us-east-1 kms:ListKeys: the answer broke off or could not be read (resources)
    ");
    let counts: Vec<usize> = accounts.iter().map(|account| account.resources.len()).collect();
    // Of the broken page the first one stays.
    assert_eq!(counts, [3, 0, 5]);
}

#[test]
fn a_role_that_leads_to_another_account_is_refused() {
    let mut state = world();
    state.trusts.insert(OTHER.to_owned(), Trust { leads_to: Some(THIRD.to_owned()), ..Trust::default() });
    let server = Server::start(state);
    let mut audit = keys_of(&server);
    audit.accounts = vec![OTHER.to_owned()];
    audit.role = Some(role());
    let accounts = read(&audit);
    insta::assert_snapshot!(gaps(&accounts).join("\n"), @"222222222222 - account 222222222222: asked for account 222222222222, but the credentials are those of account 333333333333 (resources)");
    assert_eq!(accounts[0].resources.len(), 0);
    // Nothing but the question of whose keys they are was asked with them.
    let asked: Vec<String> =
        server.log().into_iter().filter(|call| call.account == THIRD).map(|call| call.api()).collect();
    assert_eq!(asked, ["STS.GetCallerIdentity"]);
}

#[test]
fn a_wrong_external_id_is_a_denied_role() {
    let server = Server::start(world());
    let mut audit = keys_of(&server);
    audit.accounts = vec![OTHER.to_owned()];
    audit.role = Some(hfscan::collect::aws::Role { external_id: Some("guess".to_owned()), ..role() });
    let accounts = read(&audit);
    insta::assert_snapshot!(gaps(&accounts).join("\n"), @"222222222222 - account 222222222222: no session in account 222222222222 by arn:aws:iam::222222222222:role/HfscanAudit: access denied [sts:AssumeRole] (resources)");
}

#[test]
fn a_region_that_is_off_is_a_gap_and_named_regions_are_read_when_nobody_lists_them() {
    let mut state = world();
    state.regions.push(("ap-east-1".to_owned(), false));
    let server = Server::start(state);
    let mut audit = keys_of(&server);
    assert_eq!(read(&audit)[0].regions, [WEST, EAST]);
    audit.regions = vec!["ap-east-1".to_owned(), EAST.to_owned()];
    let accounts = read(&audit);
    assert_eq!(accounts[0].regions, [EAST]);
    insta::assert_snapshot!(gaps(&accounts).join("\n"), @"111111111111 ap-east-1 region ap-east-1: it is not enabled for the account, or does not exist (resources)");

    let server = Server::failing(world(), vec![Fault::of("EC2.DescribeRegions", Kind::Denied)]);
    audit.stand_in = keys_of(&server).stand_in;
    audit.regions = vec![WEST.to_owned(), EAST.to_owned()];
    let accounts = read(&audit);
    assert_eq!(accounts[0].resources.len(), 6);
    insta::assert_snapshot!(gaps(&accounts).join("\n"), @"111111111111 - ec2:DescribeRegions: access denied [ec2:DescribeRegions]");
}

#[test]
fn credentials_that_end_early_are_had_anew() {
    let server = Server::failing(world(), vec![
        Fault::of("KMS.GetKeyPolicy", Kind::Expired).key(&format!("ASIA{OTHER}0000")),
        Fault::of("KMS.ListAliases", Kind::Expired).key(&format!("ASIA{OTHER}0000")),
    ]);
    let mut audit = keys_of(&server);
    audit.accounts = vec![OTHER.to_owned()];
    audit.role = Some(role());
    audit.attempts = 2;
    let accounts = read(&audit);
    assert_eq!(gaps(&accounts), Vec::<String>::new());
    assert_eq!(accounts[0].resources.len(), 6);
    // However many calls failed at once, one new session was enough.
    assert_eq!(server.count("STS.AssumeRole"), 2);
}

#[test]
fn nobody_who_is_not_known_is_audited() {
    let told = |fault: Fault, change: &dyn Fn(&mut hfscan::collect::aws::Audit)| {
        let server = Server::failing(world(), vec![fault]);
        let mut audit = keys_of(&server);
        change(&mut audit);
        try_read(&audit).unwrap_err().to_string()
    };
    let same = |_: &mut hfscan::collect::aws::Audit| {};
    insta::assert_snapshot!(told(Fault::of("STS.GetCallerIdentity", Kind::Code("InvalidClientTokenId")), &same), @"cannot tell whose credentials these are: the region is not enabled for the account, or the credentials do not hold there");
    insta::assert_snapshot!(told(Fault::of("STS.GetCallerIdentity", Kind::Code("SignatureDoesNotMatch")), &same), @"cannot tell whose credentials these are: the signature was refused (SignatureDoesNotMatch): the clock of this machine or the secret key may be wrong");
    insta::assert_snapshot!(told(Fault::of("STS.GetCallerIdentity", Kind::Page), &same), @"cannot tell whose credentials these are: the service failed with status 502");
    insta::assert_snapshot!(told(Fault::of("STS.GetCallerIdentity", Kind::Hang), &|audit| {
        audit.deadline = std::time::Duration::from_millis(500);
    }), @"cannot tell whose credentials these are: the time for the audit was over");
    insta::assert_snapshot!(told(Fault::of("Organizations.ListAccounts", Kind::Denied), &|audit| {
        audit.organization = true;
        audit.role = Some(role());
    }), @"cannot list the accounts of the organization: access denied (organizations:ListAccounts)");
    insta::assert_snapshot!(told(Fault::of("Organizations.ListAccounts", Kind::Code("AWSOrganizationsNotInUseException")), &|audit| {
        audit.organization = true;
        audit.role = Some(role());
    }), @"cannot list the accounts of the organization: the service failed with AWSOrganizationsNotInUseException");
    insta::assert_snapshot!(told(Fault::of("X", Kind::Hang), &|audit| audit.accounts = vec![OTHER.to_owned()]), @"account 222222222222 is not the caller's own, and no role to assume there was named");
}
