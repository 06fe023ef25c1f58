//! The examples of docs/configuration.md are what they say they are.

use std::path::Path;

use hfscan::config::Config;
use hfscan::source::Source;

#[test]
fn its_examples_are_in_order() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md")).unwrap();
    let policies = hfscan::pipeline::policies(None).unwrap();
    let examples: Vec<&str> = page.split("```toml\n").skip(1).map(|block| block.split("```").next().unwrap()).collect();
    assert!(examples.len() >= 3);
    for example in examples {
        let source = Source::from_bytes("example".into(), example.as_bytes().to_vec());
        let config = Config::parse(&source, "example".as_ref(), "".as_ref());
        let config = config.unwrap_or_else(|problems| panic!("{problems:?}\n{example}"));
        config.check_names(&policies).unwrap_or_else(|failure| panic!("{failure}\n{example}"));
    }
}
