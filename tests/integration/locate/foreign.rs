//! Foreign text: whatever a `.tf` file holds, nothing panics, and every place lies inside of its file.

use std::fs;
use std::path::Path;

use hfscan::evaluate::outcome::Outcome;
use hfscan::finding::{Block, Place, Report};
use hfscan::inventory::aws::ec2::SecurityGroup;
use hfscan::inventory::{Inventory, Kind as _, Origin, Resource, Value};
use hfscan::locate::{SourceChoice, SourceRequest, Sources};
use hfscan::policy::severity::Severity;
use proptest::prelude::*;

use crate::sample;

/// Addresses, types, paths and tags that the odd code has.
const ASKED: &[(&str, &str, &str, Option<&str>)] = &[
    ("aws_security_group.web", "aws_security_group", "facts.ingress", Some("ingress[22/tcp/0.0.0.0/0]")),
    ("aws_security_group.listed", "aws_security_group", "attributes.ingress.1.protocol", None),
    ("aws_db_instance.überall", "aws_db_instance", "attributes.multi_az", None),
    ("aws_eks_cluster.this", "aws_eks_cluster", "attributes.endpoint_private_access", None),
    ("aws_iam_role_policy.second", "aws_iam_role_policy", "attributes.inline_policies", Some("second/All")),
    ("aws_iam_policy.wide", "aws_iam_policy", "attributes.document", Some("Wide")),
    ("aws_efs_file_system.größe", "aws_efs_file_system", "attributes.encrypted", None),
    ("module.store[\"a.b\"].aws_s3_bucket.this", "aws_s3_bucket", "id", None),
];

fn inventory() -> Inventory {
    let mut inventory = Inventory::default();
    for (address, type_name, _, _) in ASKED {
        let origin = Origin {
            file: "plan.json".into(),
            address: (*address).into(),
            type_name: (*type_name).into(),
            line: 1,
            column: 1,
        };
        inventory.resources.push(Resource {
            id: (*address).into(),
            name: Value::Known(None),
            provider: "aws",
            account: Value::Known(None),
            region: Value::Known(None),
            tags: Value::default(),
            identifiers: Vec::new(),
            origin,
            parts: Vec::new(),
            attributes: SecurityGroup::default().into_attributes(),
        });
    }
    inventory
}

fn report() -> Report {
    let rule = sample::rule("r", None, "t", Severity::Low, true);
    let findings = ASKED.iter().map(|(address, type_name, path, tag)| {
        let mut finding = sample::finding(&rule, Outcome::Fail, address, 1, "m");
        finding.path = path.split('.').map(str::to_owned).collect();
        finding.tag = tag.map(str::to_owned);
        finding.block = Some(Block { address: (*address).to_owned(), type_name: (*type_name).to_owned() });
        finding
    });
    Report { findings: findings.collect(), ..Report::default() }
}

/// Places the findings in a folder and checks every place that comes out.
fn place_all(folder: &Path) -> Report {
    let request =
        SourceRequest { choice: SourceChoice::Directory(folder.to_owned()), working_directory: folder.to_owned() };
    let inventory = inventory();
    let sources = Sources::open(&request, &inventory);
    let mut report = report();
    sources.place(&mut report, &inventory);
    for finding in &report.findings {
        sources.comments_of(finding);
        for place in finding.place.iter().chain(finding.related.iter().filter_map(|related| related.place.as_ref())) {
            if place.file != "plan.json" {
                check(folder, place);
            }
        }
    }
    for comment in sources.comments() {
        check(folder, &comment.place);
    }
    report
}

fn check(folder: &Path, place: &Place) {
    let bytes = fs::read(folder.join(&place.file)).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').split('\n').collect();
    let width = |line: u32| u32::try_from(lines[line as usize - 1].encode_utf16().count()).unwrap();
    let (end_line, end_column) = (place.end_line.unwrap(), place.end_column.unwrap());
    assert!(place.line >= 1 && end_line as usize <= lines.len(), "{place:?}");
    assert!((place.line, place.column) <= (end_line, end_column), "{place:?}");
    assert!(place.column >= 1 && place.column <= width(place.line) + 1, "{place:?}");
    assert!(end_column <= width(end_line) + 1, "{place:?}");
}

fn odd(file: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/terraform/odd").join(file)).unwrap()
}

const FILES: &[&str] = &["main.tf", "groups.tf", "identity.tf", "data.tf.json", "exposed_override.tf"];

fn write_odd(folder: &Path) {
    for file in FILES {
        fs::write(folder.join(file), odd(file)).unwrap();
    }
    fs::create_dir_all(folder.join("modules/store")).unwrap();
    fs::write(folder.join("modules/store/main.tf"), odd("modules/store/main.tf")).unwrap();
}

#[test]
fn untouched_code_maps_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    write_odd(folder.path());
    let report = place_all(folder.path());
    assert!(report.findings.iter().all(|finding| finding.unmapped.is_none()), "{:#?}", report.findings);
    assert_eq!(report.source.unwrap().mapped, ASKED.len());
}

/// One change of a file: cut out, double, or overwrite some bytes.
#[derive(Debug, Clone)]
struct Edit {
    file: usize,
    at: u16,
    length: u8,
    text: String,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let text = prop_oneof![
        Just(String::new()),
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("\"".to_owned()),
        Just("${".to_owned()),
        Just("<<EOT\n".to_owned()),
        Just("/* hfscan:x".to_owned()),
        Just("# hfscan:ü🦀\r\n".to_owned()),
        Just("dynamic \"ingress\" {}".to_owned()),
        Just("🦀".to_owned()),
        "[a-z\\[\\](){}\"=,.:\n\r\t $%#/*🦀]{0,12}",
    ];
    let edit = (0..FILES.len(), any::<u16>(), 0..40_u8, text);
    prop::collection::vec(edit.prop_map(|(file, at, length, text)| Edit { file, at, length, text }), 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn broken_code_never_panics_and_places_lie_inside(edits in edits()) {
        let folder = tempfile::tempdir().unwrap();
        write_odd(folder.path());
        for edit in &edits {
            let path = folder.path().join(FILES[edit.file]);
            let mut bytes = fs::read(&path).unwrap();
            let at = usize::from(edit.at) % (bytes.len() + 1);
            let end = (at + usize::from(edit.length)).min(bytes.len());
            bytes.splice(at..end, edit.text.bytes());
            fs::write(&path, bytes).unwrap();
        }
        place_all(folder.path());
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200), json in any::<bool>()) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(if json { "x.tf.json" } else { "x.tf" }), bytes).unwrap();
        fs::write(folder.path().join("main.tf"), odd("main.tf")).unwrap();
        place_all(folder.path());
    }
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    for (file, text) in [
        ("deep.tf", format!("a = {}1{}", "[".repeat(50_000), "]".repeat(50_000))),
        ("deep.tf", format!("{}{}", "a {\n".repeat(50_000), "}\n".repeat(50_000))),
        ("deep.tf", format!("a = {}1", "-".repeat(50_000))),
        ("deep.tf.json", format!("{}{}", "{\"a\":".repeat(50_000), "}".repeat(50_000))),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write_odd(folder.path());
        fs::write(folder.path().join(file), text).unwrap();
        let path = folder.path().to_owned();
        // As in a scan, whose workers have a deep stack.
        let report =
            std::thread::Builder::new().stack_size(16 << 20).spawn(move || place_all(&path)).unwrap().join().unwrap();
        let warnings = report.source.unwrap().warnings;
        assert!(warnings.iter().any(|warning| warning.starts_with(file)), "{warnings:?}");
        assert!(report.findings.iter().all(|finding| finding.unmapped.is_none()));
    }
}
