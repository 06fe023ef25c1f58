//! Comments that speak to hfscan are found for the findings that they stand by.

use std::fs;
use std::path::Path;

use hfscan::evaluate::outcome::Outcome;
use hfscan::finding::{Block, Finding, Report};
use hfscan::inventory::aws::rds::Instance;
use hfscan::inventory::{Inventory, Kind as _, Origin, Resource, Value};
use hfscan::locate::{SourceChoice, SourceRequest, Sources};
use hfscan::policy::severity::Severity;

use crate::sample;

const ROOT: &str = r##"# hfscan:root-before-is-far

# hfscan:call-before
module "store" { # hfscan:call-line
  source = "./store"
  # hfscan:call-inside
  name = "x"
}

module "other" {
  # hfscan:other
  source = "./other"
}
"##;

const STORE: &str = r##"locals { a = "# hfscan:string" }
# hfscan:before-1
// not for us
/* hfscan:before-2 */
resource "aws_db_instance" "this" { # hfscan:header
  # hfscan:above
  multi_az = false # hfscan:line
  restore_to_point_in_time {
    # hfscan:nested
    use_latest_restorable_time = true
  }
  /*
    hfscan:block-comment with words */
}
# hfscan:behind
"##;

fn sources(folder: &Path) -> (Sources, Inventory) {
    for (file, text) in [("main.tf", ROOT), ("store/main.tf", STORE), ("other/main.tf", "# hfscan:in-other")] {
        fs::create_dir_all(folder.join(file).parent().unwrap()).unwrap();
        fs::write(folder.join(file), text).unwrap();
    }
    let mut inventory = Inventory::default();
    for (address, line) in [("module.store.aws_db_instance.this[0]", 3), ("module.other.aws_vpc.x", 9)] {
        let origin = Origin {
            file: "plan.json".into(),
            address: address.into(),
            type_name: "aws_db_instance".into(),
            line,
            column: 1,
        };
        inventory.resources.push(Resource {
            id: address.into(),
            name: Value::Known(None),
            provider: "aws",
            account: Value::Known(None),
            region: Value::Known(None),
            tags: Value::default(),
            identifiers: Vec::new(),
            origin,
            parts: Vec::new(),
            attributes: Instance::default().into_attributes(),
        });
    }
    let request =
        SourceRequest { choice: SourceChoice::Directory(folder.to_owned()), working_directory: folder.to_owned() };
    (Sources::open(&request, &inventory), inventory)
}

fn report(path: &[&str]) -> Report {
    let rule = sample::rule("aws-rds-multi-az", None, "t", Severity::High, true);
    let mut finding: Finding = sample::finding(&rule, Outcome::Fail, "module.store.aws_db_instance.this[0]", 3, "m");
    finding.path = path.iter().map(|&step| step.to_owned()).collect();
    finding.block = Some(Block {
        address: "module.store.aws_db_instance.this[0]".to_owned(),
        type_name: "aws_db_instance".to_owned(),
    });
    Report { findings: vec![finding], ..Report::default() }
}

#[test]
fn the_nearest_comment_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let (sources, inventory) = sources(folder.path());
    let mut report = report(&["attributes", "multi_az"]);
    sources.place(&mut report, &inventory);
    let finding = &report.findings[0];
    assert_eq!(finding.unmapped, None);
    assert_eq!(
        finding.place.as_ref().map(|place| (place.file.as_str(), place.line, place.column)),
        Some(("store/main.tf", 7, 3))
    );
    let said: Vec<&str> = sources.comments_of(finding).iter().map(|comment| comment.text.as_str()).collect();
    assert_eq!(
        said,
        [
            "hfscan:above",
            "hfscan:line",
            "hfscan:nested",
            "hfscan:header",
            "hfscan:block-comment with words",
            "hfscan:before-1",
            "hfscan:before-2",
            "hfscan:call-line",
            "hfscan:call-inside",
            "hfscan:call-before",
        ]
    );
}

#[test]
fn all_comments_are_listed_with_their_places() {
    let folder = tempfile::tempdir().unwrap();
    let (sources, _) = sources(folder.path());
    let all: Vec<String> = sources
        .comments()
        .map(|comment| {
            format!("{}:{}:{} {}", comment.place.file, comment.place.line, comment.place.column, comment.text)
        })
        .collect();
    assert_eq!(all.len(), 14, "{all:#?}");
    assert_eq!(all[0], "main.tf:1:3 hfscan:root-before-is-far");
    assert!(all.contains(&"store/main.tf:13:5 hfscan:block-comment with words".to_owned()), "{all:#?}");
    assert!(all.contains(&"other/main.tf:1:3 hfscan:in-other".to_owned()), "{all:#?}");
    assert!(!all.iter().any(|one| one.contains("string")), "{all:#?}");
}

#[test]
fn a_finding_of_which_the_source_shows_nothing_has_no_comment() {
    let folder = tempfile::tempdir().unwrap();
    let (sources, inventory) = sources(folder.path());
    let mut report = report(&["attributes", "multi_az"]);
    if let Some(block) = &mut report.findings[0].block {
        block.address = "module.gone.aws_db_instance.this".to_owned();
    }
    sources.place(&mut report, &inventory);
    assert_eq!(report.findings[0].unmapped.as_deref(), Some("the source has no module \"gone\""));
    assert!(sources.comments_of(&report.findings[0]).is_empty());
    let summary = report.source.unwrap();
    assert_eq!((summary.mapped, summary.unmapped), (0, 1));
}
