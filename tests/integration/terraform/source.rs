//! Encodings and positions.

use hfscan::source::{Position, Source};
use proptest::prelude::*;

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{FEFF}" } else { "" };
    let units = mark.encode_utf16().chain(text.encode_utf16()).collect::<Vec<u16>>();
    units.into_iter().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

fn source(bytes: Vec<u8>) -> Source {
    Source::from_bytes("x".into(), bytes)
}

#[test]
fn every_encoding_reads_the_same() {
    let text = "{\"format_version\": \"1.0\", \"name\": \"ä€𝄞\"}";
    for little in [true, false] {
        for mark in [true, false] {
            assert_eq!(source(utf16(text, little, mark)).text(), text, "little {little}, mark {mark}");
        }
    }
    assert_eq!(source(text.as_bytes().to_vec()).text(), text);
    assert_eq!(source([b"\xEF\xBB\xBF", text.as_bytes()].concat()).text(), text);
}

#[test]
fn damaged_text_is_told() {
    let mut cut = utf16("{\"a\": 1}", true, true);
    cut.pop();
    assert!(source(cut).is_damaged());
    assert!(source(b"{\"a\": \"\xFF\"}".to_vec()).is_damaged());
    assert!(!source(b"{}".to_vec()).is_damaged());
}

#[test]
fn columns_count_utf16_units() {
    let source = source("aä\n€𝄞x".as_bytes().to_vec());
    let at = |needle: char| source.position(source.text().find(needle).unwrap());
    assert_eq!(at('ä'), Position { line: 1, column: 2 });
    assert_eq!(at('€'), Position { line: 2, column: 1 });
    assert_eq!(at('x'), Position { line: 2, column: 4 });
}

proptest! {
    #[test]
    fn positions_agree_with_counting(text in "(a|ä|€|𝄞|\n){0,3000}", share in 0.0..1.0f64) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a share")]
        let mut offset = (text.len() as f64 * share) as usize;
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let line = 1 + before.matches('\n').count();
        let column = 1 + before.rsplit('\n').next().unwrap().encode_utf16().count();
        let found = source(text.clone().into_bytes()).position(offset);
        prop_assert_eq!((found.line as usize, found.column as usize), (line, column));
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        source(bytes).position(100);
    }
}
