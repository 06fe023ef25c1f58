//! Listings of several pages.

use super::server::Server;
use super::server::state::State;
use super::{EAST, HOME, audit_of, gaps, read, things};

#[test]
fn every_page_of_a_listing_is_read() {
    let mut state = State::of(&[EAST]);
    things::keys(&mut state, HOME, EAST, 5);
    state.page = 2;
    let server = Server::start(state);
    let accounts = read(&audit_of(&server));
    assert_eq!(gaps(&accounts), Vec::<String>::new());
    assert_eq!(accounts.len(), 1);
    let keys = accounts[0].resources.iter().filter(|resource| resource.attributes.kind() == "aws.kms.key");
    assert_eq!(keys.count(), 5);
    assert_eq!(server.count("KMS.ListKeys"), 3);
    assert_eq!(server.count("KMS.ListAliases"), 3);
    assert_eq!(server.strange(), Vec::<String>::new());
}

#[test]
fn an_organization_of_several_pages_is_read_without_its_suspended_accounts() {
    let mut state = State::of(&[EAST]);
    let accounts: Vec<String> = (1..=5).map(|number| format!("{number}").repeat(12)).collect();
    for account in &accounts {
        state.member(HOME, account, &format!("account-{account}"), "ACTIVE");
    }
    state.member(HOME, "999999999999", "closed", "SUSPENDED");
    state.page = 2;
    let server = Server::start(state);
    let mut audit = audit_of(&server);
    audit.organization = true;
    audit.role = Some(super::role());
    let read = read(&audit);
    assert_eq!(read.iter().map(|account| account.account.clone()).collect::<Vec<_>>(), accounts);
    assert_eq!(read[2].name.as_deref(), Some("account-333333333333"));
    assert_eq!(server.count("Organizations.ListAccounts"), 3);
    // The management account has no such role: its own credentials serve.
    assert_eq!(server.count("STS.AssumeRole"), 4);
}
