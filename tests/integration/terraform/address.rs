//! The grammar of addresses.

use hfscan::collect::terraform::address::{Address, Key, Mode, ModuleStep};
use proptest::prelude::*;

fn key() -> impl Strategy<Value = Option<Key>> {
    prop_oneof![
        Just(None),
        any::<u32>().prop_map(|index| Some(Key::Integer(index.into()))),
        any::<String>().prop_map(|key| Some(Key::String(key))),
        // What breaks parsers that split text.
        "[a.\\[\\]\"\\\\$%{}\n ~é𝄞]{0,12}".prop_map(|key| Some(Key::String(key))),
    ]
}

fn name() -> impl Strategy<Value = String> {
    "[a-z_][a-z0-9_-]{0,8}".prop_filter("reserved", |name| name != "module" && name != "data")
}

fn address() -> impl Strategy<Value = Address> {
    let step = (name(), key()).prop_map(|(name, key)| ModuleStep { name, key });
    let mode = prop_oneof![Just(Mode::Managed), Just(Mode::Data)];
    (proptest::collection::vec(step, 0..4), mode, name(), name(), key())
        .prop_map(|(module, mode, type_name, name, key)| Address { module, mode, type_name, name, key })
}

proptest! {
    #[test]
    fn written_addresses_read_back(address in address()) {
        prop_assert_eq!(Address::parse(&address.to_string()), Ok(address));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = Address::parse(&text);
    }

    #[test]
    fn addresses_with_holes_are_read_or_refused(address in address(), at in 0usize..60, length in 1usize..4) {
        let text = address.to_string();
        let holed: String = text.chars().enumerate().filter(|(i, _)| *i < at || *i >= at + length).map(|(_, c)| c).collect();
        let _ = Address::parse(&holed);
    }
}

#[test]
fn reads_what_terraform_writes() {
    let address = Address::parse(r#"module.a["k.1"].module.b[0].data.aws_x.y["z[\"0\"]\u00a0$${v}"]"#).unwrap();
    assert_eq!(address.module.len(), 2);
    assert_eq!(address.module[0].key, Some(Key::String("k.1".into())));
    assert_eq!(address.mode, Mode::Data);
    assert_eq!(address.key, Some(Key::String("z[\"0\"]\u{a0}${v}".into())));
    assert_eq!(address.configuration(), "module.a.module.b.data.aws_x.y");
}

#[test]
fn modules_and_types_may_be_called_like_words_of_the_grammar() {
    let address = Address::parse("module.data.module.module.aws_x.data").unwrap();
    assert_eq!(address.configuration(), "module.data.module.module.aws_x.data");
    for broken in ["", "aws_x", "aws_x.", "aws_x.y[", "aws_x.y[\"", "aws_x.y[\"a\\\"]", "module.a", "a.b.c", "a.b[1]x"]
    {
        assert!(Address::parse(broken).is_err(), "{broken}");
    }
}
