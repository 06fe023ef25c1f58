//! Patterns of addresses.

use hfscan::collect::terraform::address::{Address, Key, Mode, ModuleStep};
use hfscan::waive::address::{Pattern, Subject};
use proptest::prelude::*;

fn matches(pattern: &str, address: &str) -> bool {
    Pattern::parse(pattern).unwrap().matches(&Subject::new(address))
}

#[test]
fn keys_are_literal_and_a_step_without_one_stands_for_all_instances() {
    for (pattern, address, wanted) in [
        (r#"aws_s3_bucket.this["logs"]"#, r#"aws_s3_bucket.this["logs"]"#, true),
        (r#"aws_s3_bucket.this["logs"]"#, r#"aws_s3_bucket.this["logs2"]"#, false),
        (r#"aws_s3_bucket.this["logs"]"#, "aws_s3_bucket.this", false),
        ("aws_s3_bucket.this", r#"aws_s3_bucket.this["a.b]\"c"]"#, true),
        ("aws_s3_bucket.this", "aws_s3_bucket.this[0]", true),
        ("aws_s3_bucket.this", "aws_s3_bucket.this2", false),
        ("aws_s3_bucket.this", "aws_s3_bucket.this.more", false),
        ("aws_s3_bucket.this[0]", "aws_s3_bucket.this[0]", true),
        ("aws_s3_bucket.this[0]", "aws_s3_bucket.this[01]", false),
        ("aws_s3_bucket.this[0]", r#"aws_s3_bucket.this["0"]"#, false),
        ("aws_s3_bucket.this[*]", r#"aws_s3_bucket.this["a"]"#, true),
        ("aws_s3_bucket.this[*]", "aws_s3_bucket.this", false),
        (r#"aws_s3_bucket.this["log-*"]"#, r#"aws_s3_bucket.this["log-a.b"]"#, true),
        (r#"aws_s3_bucket.this["log-*"]"#, r#"aws_s3_bucket.this["log"]"#, false),
        (r#"aws_acm.this["\*.example.com"]"#, r#"aws_acm.this["*.example.com"]"#, true),
        (r#"aws_acm.this["\*.example.com"]"#, r#"aws_acm.this["www.example.com"]"#, false),
        (r#"module.*.aws_s3_bucket.this["logs"]"#, r#"module.data["x"].aws_s3_bucket.this["logs"]"#, true),
        (r#"module.*.aws_s3_bucket.this["logs"]"#, r#"module.a.module.b.aws_s3_bucket.this["logs"]"#, false),
        ("module.*.aws_s3_bucket.this", "aws_s3_bucket.this", false),
        ("**.aws_s3_bucket.*", r#"module.a["x.y"].module.b.aws_s3_bucket.this[3]"#, true),
        ("**", r#"module.a["x.y"].aws_s3_bucket.this[3]"#, true),
        ("module.data", r#"module.data["x"].aws_s3_bucket.this"#, true),
        ("module.data", r#"module.data["x"].module.b.data.aws_x.y["z"]"#, true),
        ("module.data", "module.database.aws_s3_bucket.this", false),
        (r#"module.data["x"]"#, r#"module.data["y"].aws_s3_bucket.this"#, false),
        ("aws_s3_*.this", "aws_s3_bucket.this", true),
        ("aws_s3_*.this", "aws_s3_bucket.a.this", false),
        ("arn:aws:s3:::my.logs*", "arn:aws:s3:::my.logs-2", true),
        ("arn:aws:ec2:*:*:instance/**", "arn:aws:ec2:eu-central-1:1:instance/i-1", true),
    ] {
        assert_eq!(matches(pattern, address), wanted, "{pattern} on {address}");
    }
}

#[test]
fn a_pattern_that_could_match_nothing_is_refused_with_what_to_write() {
    let told = |text: &str| Pattern::parse(text).unwrap_err().to_string();
    assert!(told(" ").contains("write the address of a resource"));
    assert!(told("aws_s3_bucket.this[logs]").contains("write `[\"logs\"]`"));
    assert!(told("aws_s3_bucket.this['logs']").contains("write `[\"logs\"]`"));
    assert!(told("aws_s3_bucket.this[\"logs").contains("has no end"));
    assert!(told("aws_s3_bucket.this[0").contains("has no end"));
}

fn key() -> impl Strategy<Value = Option<Key>> {
    let text = prop_oneof![
        "[a-z.\\[\\]\"*\\\\${} ]{0,12}",
        any::<String>(),
        Just("*.example.com".to_owned()),
        Just("\\*".to_owned()),
        Just("a\"].b[\"".to_owned()),
    ];
    prop_oneof![
        Just(None),
        any::<u64>().prop_map(|index| Some(Key::Integer(index))),
        text.prop_map(|key| Some(Key::String(key)))
    ]
}

fn address() -> impl Strategy<Value = Address> {
    let step = ("[a-zß][a-z0-9_-]{0,6}", key()).prop_map(|(name, key)| ModuleStep { name, key });
    (prop::collection::vec(step, 0..3), any::<bool>(), "[a-z]{1,4}_[a-z_]{1,6}", "[a-z_][a-z0-9_-]{0,6}", key())
        .prop_map(|(module, data, type_name, name, key)| Address {
            module,
            mode: if data { Mode::Data } else { Mode::Managed },
            type_name,
            name,
            key,
        })
}

proptest! {
    #[test]
    fn an_address_matches_its_own_literal(address in address()) {
        let text = address.to_string();
        prop_assert!(matches(&text, &text), "{text}");
    }

    #[test]
    fn an_address_without_keys_matches_every_instance(address in address()) {
        prop_assert!(matches(&address.configuration(), &address.to_string()), "{address}");
    }

    #[test]
    fn instances_never_share_a_literal(address in address(), other in key()) {
        let mut sibling = address.clone();
        sibling.key = other;
        let literal = address.to_string();
        // A literal with a star in it is a pattern, and one without a key stands for every instance.
        if sibling != address && address.key.is_some() && !literal.contains('*') {
            prop_assert!(!matches(&literal, &sibling.to_string()), "{literal} on {sibling}");
        }
    }

    #[test]
    fn any_text_is_a_pattern_or_is_refused(pattern in any::<String>(), address in any::<String>()) {
        if let Ok(pattern) = Pattern::parse(&pattern) {
            pattern.matches(&Subject::new(&address));
        }
    }

    #[test]
    fn stars_and_brackets_never_panic(pattern in "[a\\[\\]\"*.\\\\]{0,16}", address in "[a\\[\\]\"*.\\\\]{0,16}") {
        if let Ok(pattern) = Pattern::parse(&pattern) {
            pattern.matches(&Subject::new(&address));
        }
    }
}
