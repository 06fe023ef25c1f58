//! Identities outlive everything but rule, resource and element.

use hfscan::finding::identity;

#[test]
fn identity_depends_on_rule_resource_and_tag_alone() {
    let id = identity::of("rule", "aws_subnet.a", Some("ingress[443]"));
    assert_eq!(id, identity::of("rule", "aws_subnet.a", Some("ingress[443]")));
    assert_eq!(id.len(), 32);
    assert!(id.chars().all(|letter| letter.is_ascii_hexdigit()));
    for other in [
        identity::of("rules", "aws_subnet.a", Some("ingress[443]")),
        identity::of("rule", "aws_subnet.b", Some("ingress[443]")),
        identity::of("rule", "aws_subnet.a", Some("ingress[22]")),
        identity::of("rule", "aws_subnet.a", None),
        identity::of("rulea", "ws_subnet.a", Some("ingress[443]")),
    ] {
        assert_ne!(id, other);
    }
}

/// Waivers and alerts hang on these: a change here is a change of `hfscan/v1`.
#[test]
fn identity_never_changes() {
    insta::assert_snapshot!(identity::of("aws-ec2-private-subnet-routes", "aws_subnet.a", None), @r#"1fcdec01f9476c6b1c9b5e1b08d6ae01"#);
}

#[test]
fn untagged_denials_do_not_depend_on_list_positions() {
    let path = |position: &str| ["attributes", "ingress", position, "port"].map(str::to_owned);
    assert_eq!(
        identity::of_untagged("rule", "a", &path("0"), "open"),
        identity::of_untagged("rule", "a", &path("7"), "open")
    );
    assert_ne!(
        identity::of_untagged("rule", "a", &path("0"), "open"),
        identity::of_untagged("rule", "a", &path("0"), "closed")
    );
}
