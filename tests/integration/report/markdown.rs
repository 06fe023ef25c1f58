//! The comment of a pull request: what a reviewer sees, how large it gets, and that nothing in it is
//! taken for markup that we did not write.

use hfscan::report::{Format, Look};
use proptest::prelude::*;

use super::{hostile, rendered};
use crate::sample;

const LIMIT: usize = 65_536;

fn check(text: &str) -> Result<(), TestCaseError> {
    prop_assert!(text.len() <= LIMIT, "{} bytes", text.len());
    prop_assert!(text.starts_with("<!-- hfscan -->\n"));
    prop_assert!(!text.chars().any(|letter| letter.is_control() && letter != '\n'), "a control character");
    // Outside of code no `<` is foreign, so all tags are ours and can be counted.
    prop_assert_eq!(text.matches("<details").count(), text.matches("</details>").count());
    prop_assert_eq!(text.matches("<summary>").count(), text.matches("</summary>").count());
    prop_assert_eq!(text.matches("<!--").count(), 1);
    prop_assert!(!text.contains("<script"));
    let mut depth = 0;
    for line in text.lines() {
        match line {
            line if line.starts_with("<details") => depth += 1,
            "</details>" => depth -= 1,
            _ => prop_assert!(!line.contains("details>"), "{}", line),
        }
        prop_assert!((0..=1).contains(&depth), "sections are not nested");
    }
    Ok(())
}

/// Whether the end of this line's beginning stands in code: a backslash escapes outside of it only.
fn ends_in_code(line: &str) -> bool {
    let mut code = false;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '`' => code = !code,
            '\\' if !code => _ = letters.next(),
            _ => {}
        }
    }
    code || line.matches("<code>").count() > line.matches("</code>").count()
}

#[test]
fn comment_of_a_change() {
    let text = rendered(Format::Markdown, &sample::mapped(), &sample::in_checkout());
    check(&text).unwrap();
    insta::assert_snapshot!(text, @r#"
    <!-- hfscan -->
    ## ⚠️ hfscan: the scan is incomplete, 2 findings at the gate so far

    This change brings in **1 failure**, fixes **1** and leaves **1** as it was.

    | Severity | New | Unchanged | Fixed | Advisory | In the baseline |
    |---|--:|--:|--:|--:|--:|
    | 🔴 critical | 1 | 1 | · | · | · |
    | 🟠 high | · | · | 1 | · | 1 |
    | 🔵 low | · | · | · | 1 | · |

    1,234 resources judged by 3 rules of `innovate-prod` in `plan.json`: 5,012 passed, 1 unknown, 1 waived.

    ### ⚠️ Not judged

    - `aws_iam_role.broken` could not be read: assume_role_policy is not JSON
    - `aws-ec2-private-subnet-routes` on 1 resource: the rule could not be evaluated: policies/aws/ec2/private_subnet_routes.rego:24: sprintf: expected an array

    ### New in this change

    <details open>
    <summary>🔴 <b>critical</b> · Private subnets reach the internet only through a NAT gateway of the same availability zone, never through an internet gateway · 1 finding</summary>

    `aws-ec2-private-subnet-routes` · HF-AWS-NET-006 · ha-eks line 13 · innovate lines 66, 71, 77

    - `module.network.aws_subnet.private["eu-central-1a"]` · [modules/network/main.tf:12](modules/network/main.tf#L12)<br>default route leads to internet_gateway (`route[0.0.0.0/0]`)<br>→ `module.network.aws_route_table.public` → `igw-0123456789abcdef0`

    **Fix:** Give each private subnet a route table whose default route targets a NAT gateway of the same zone.

    </details>

    ### There before this change

    <details>
    <summary>🔴 <b>critical</b> · Private subnets reach the internet only through a NAT gateway of the same availability zone, never through an internet gateway · 1 finding</summary>

    `aws-ec2-private-subnet-routes` · HF-AWS-NET-006 · ha-eks line 13 · innovate lines 66, 71, 77

    - `module.platform["production"].module.network["eu-central-1"].aws_subnet.private_with_a_long_name["eu-central-1b"]` · [live/prod/main.tf:21](live/prod/main.tf#L21)<br>default route leads to internet_gateway

    **Fix:** Give each private subnet a route table whose default route targets a NAT gateway of the same zone.

    </details>

    ### Advisory

    <details>
    <summary>🔵 <b>low</b> · Everything carries a cost center · 1 finding</summary>

    `aws-tags-cost-center` · ha-eks line 13 · innovate lines 66, 71, 77

    - `aws_subnet.other` · [live/prod/plan.json:9](live/prod/plan.json#L9)<br>the tag CostCenter is missing

    **Fix:** Give each private subnet a route table whose default route targets a NAT gateway of the same zone.

    </details>

    ### In the baseline

    <details>
    <summary>🟠 <b>high</b> · Databases are encrypted with a customer managed key · 1 finding</summary>

    `aws-rds-storage-encrypted-with-customer-managed-key` · HF-AWS-RDS-004 · ha-eks line 13 · innovate lines 66, 71, 77

    - `aws_db_instance.main` · [live/prod/data.tf:40](live/prod/data.tf#L40)<br>storage is not encrypted

    **Fix:** Give each private subnet a route table whose default route targets a NAT gateway of the same zone.

    </details>

    ### Waivers to look at

    - `aws-tags-cost-center on aws_subnet.other` is expired: tags come with the next release (until 2026-06-30)

    <details>
    <summary>✅ 1 failure is fixed by this change</summary>

    - `aws_db_instance.old`<br>storage is not encrypted

    </details>

    <details>
    <summary>❔ 1 outcome cannot be told from this input</summary>

    - `aws-rds-storage-encrypted-with-customer-managed-key` on 1 resource: `attributes.encryption.key` is known after apply (from aws_kms_key.db); `facts.key_owner` is not in the input: aws_kms_key.db

    </details>

    <details>
    <summary>🤝 1 failure is accepted</summary>

    - `aws_db_instance.sandbox` · [live/prod/data.tf:61](live/prod/data.tf#L61)<br>storage is not encrypted<br>`aws-rds-storage-encrypted-with-customer-managed-key`: sandbox without customer data, see RISK-12 (platform@&#8203;example.com, until 2027-01-31)

    </details>

    <sub>hfscan 0.1.0</sub>
    "#);
}

/// What counts as new at the gate is counted as new here too, and the doubt is told.
#[test]
fn a_failure_whose_past_cannot_be_told_is_new() {
    let mut report = sample::mapped();
    let unchanged = |finding: &&mut hfscan::finding::Finding| finding.resource.id.contains("module.platform");
    report.findings.iter_mut().find(unchanged).unwrap().change = None;
    let text = rendered(Format::Markdown, &report, &sample::in_checkout());
    check(&text).unwrap();
    let sentence = "This change brings in **2 failures**, fixes **1** and leaves **0** as it was. \
                    The plan does not tell of 1 of the new ones whether they were there before.";
    assert!(text.contains(sentence), "{text}");
    assert!(!text.contains("There before this change"));
}

#[test]
fn comment_of_a_clean_run() {
    let text = rendered(Format::Markdown, &sample::clean(), &Look::default());
    check(&text).unwrap();
    insta::assert_snapshot!(text, @r#"
    <!-- hfscan -->
    ## ✅ hfscan: nothing at the gate

    12 resources judged by 3 rules of `innovate-prod`: 40 passed.

    <sub>hfscan 0.1.0</sub>
    "#);
}

#[test]
fn comment_without_a_delta_and_with_links() {
    let look = Look { link_base: Some("https://github.com/o/r/blob/abc".to_owned()), ..Look::default() };
    let text = rendered(Format::Markdown, &sample::mixed(), &look);
    check(&text).unwrap();
    assert!(text.contains("[plan.json:1204](https://github.com/o/r/blob/abc/plan.json#L1204)"), "{text}");
    assert!(text.contains("| 🔴 critical | 2 | · |"), "{text}");
}

/// What has no room is the lightest, and it is counted.
#[test]
fn a_comment_that_is_full_says_what_it_leaves_out() {
    let mut report = sample::many(4_000);
    for (number, finding) in report.findings.iter_mut().enumerate() {
        finding.rule = format!("rule-{:03}", number % 40);
        finding.message = "a long way to say that it is wrong ".repeat(4);
    }
    let text = rendered(Format::Markdown, &report, &Look::default());
    check(&text).unwrap();
    assert!(text.len() > LIMIT - 2_000, "the room is used: {}", text.len());
    let note = text.lines().find(|line| line.contains("**Left out**")).unwrap();
    let left_out = |word: &str| -> usize {
        let at = note.find(&format!(" {word}")).unwrap_or_else(|| panic!("{note}"));
        note[..at].rsplit(' ').next().unwrap().replace(',', "").parse().unwrap()
    };
    for (word, mark) in [("critical", "🔴 <b>"), ("high", "🟠 <b>"), ("medium", "🟡 <b>"), ("low", "🔵 <b>")] {
        let shown = text
            .split("<details")
            .filter(|part| part.contains(mark))
            .flat_map(str::lines)
            .filter(|line| line.starts_with("- `"))
            .count();
        assert_eq!(shown + left_out(word), 1_000, "{word}: {shown} shown; {note}");
    }
    assert_eq!(left_out("low"), 1_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn hostile_text_stays_text(report in hostile::report()) {
        let text = rendered(Format::Markdown, &report, &sample::in_checkout());
        check(&text)?;
        for word in ["@alice", "@org/team"] {
            for (at, _) in text.match_indices(word) {
                // A mention in code names nobody.
                let inside = ends_in_code(&text[text[..at].rfind('\n').map_or(0, |end| end + 1)..at]);
                prop_assert!(inside, "{} names somebody", word);
            }
        }
    }

    #[test]
    fn a_huge_report_of_hostile_text_fits(report in hostile::report(), times in 1..400_usize) {
        let mut report = report;
        report.findings = report.findings.iter().flat_map(|finding| vec![finding.clone(); times]).collect();
        report.gaps = vec![report.gaps[0].clone(); times];
        report.waivers = vec![report.waivers[0].clone(); times];
        report.profile = report.profile.map(|profile| profile.repeat(times));
        check(&rendered(Format::Markdown, &report, &Look::default()))?;
    }
}
