//! Waivers in a run of the program: files and comments, the gate and what people see.

use super::{MAIN, MODULE, PORTS, small};

fn waiver(rule: &str, address: &str, until: &str) -> String {
    format!(
        "[[waiver]]\nrule = \"{rule}\"\naddress = '{address}'\nreason = \"scratch space\"\nowner = \"team-x\"\nuntil = {until}\n\n"
    )
}

#[test]
fn a_file_waives_one_instance_of_several() {
    let folder = small();
    folder.write("hfscan.waivers.toml", &waiver("aws-efs-*", r#"aws_efs_file_system.this["b.c"]"#, "2027-01-31"));
    let ran = folder.scan(&[]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.findings().join("\n"), @r#"
    fail aws-ec2-security-group-forbidden-ports aws_security_group.open ingress[22/tcp/0.0.0.0/0]
    fail aws-ec2-security-group-forbidden-ports aws_security_group.open ingress[3389/tcp/0.0.0.0/0]
    fail aws-efs-encrypted aws_efs_file_system.this["a"]
    fail aws-efs-encrypted module.data["x"].aws_efs_file_system.this
    waived aws-efs-encrypted aws_efs_file_system.this["b.c"]
    "#);
    let outcomes = ran.report().summary.outcomes;
    assert_eq!((outcomes.fail, outcomes.waived), (3, 1));
    assert!(ran.stderr.contains("3 failed, 1 waived"), "{}", ran.stderr);
    assert!(ran.stderr.contains("3 failures at the gate (4 findings)"), "{}", ran.stderr);
    let none = folder.scan(&["--no-waivers"]);
    assert_eq!(none.report().summary.outcomes.waived, 0);
}

#[test]
fn a_file_that_waives_all_opens_the_gate_until_its_end() {
    let folder = small();
    folder.write("accepted.toml", &waiver("*", "**", "2027-01-31"));
    let ran = folder.scan(&["--waivers", "accepted.toml"]);
    assert_eq!((ran.code, ran.report().summary.outcomes.waived), (0, 4), "{}", ran.stderr);
    assert!(ran.stderr.contains("nothing at the gate"), "{}", ran.stderr);
    let late = folder.run(&[
        "scan",
        "plan.json",
        "-f",
        "json",
        "--rule",
        PORTS,
        "--waivers",
        "accepted.toml",
        "--today",
        "2027-02-01",
    ]);
    assert_eq!((late.code, late.report().summary.outcomes.waived), (1, 0));
    insta::assert_snapshot!(late.stderr, @r#"
    warning: accepted.toml:1:1: the waiver of team-x for * on ** ended on 2027-01-31, what it waived counts again; mend it, or decide anew
    4 resources by 1 rule: 1 failed, 0 unknown, 0 errors, 0 passed, 0 not applicable; 1 failure at the gate (2 findings)
    "#);
}

#[test]
fn the_file_is_looked_for_beside_the_plan_too() {
    let folder = small();
    folder.write("plans/plan.json", &folder.read("plan.json"));
    folder.write("plans/hfscan.waivers.toml", &waiver("*", "**", "2027-01-31"));
    let ran =
        folder.run(&["scan", "plans/plan.json", "-f", "json", "--rule", PORTS, "--today", "2026-11-20", "--no-source"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    // The one of the working directory goes before it.
    folder.write("hfscan.waivers.toml", "");
    let ran =
        folder.run(&["scan", "plans/plan.json", "-f", "json", "--rule", PORTS, "--today", "2026-11-20", "--no-source"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
}

#[test]
fn mistakes_in_the_file_end_the_run() {
    let folder = small();
    folder.write(
        "hfscan.waivers.toml",
        "[[waiver]]\nrule = \"a\"\naddress = \"**\"\nreason = \"r\"\nowner = \"o\"\nuntill = 2027-01-31\n",
    );
    let ran = folder.scan(&[]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.stderr, @r#"
    error: hfscan.waivers.toml:1:1: the waiver has no `until`; write until = "2027-01-31" (the last day on which it holds)
    hfscan.waivers.toml:6:1: unknown key `untill`, did you mean `until`?
    "#);
    let missing = folder.scan(&["--waivers", "no.toml"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("there is no file of waivers `no.toml`"), "{}", missing.stderr);
}

#[test]
fn a_comment_on_a_block_waives_every_instance_of_it_and_nothing_else() {
    let folder = small();
    let comment = "# hfscan:ignore[aws-efs-encrypted] until=2027-01-31 owner=team-x scratch space\n";
    folder.write("main.tf", &format!("{comment}{MAIN}"));
    let ran = folder.scan(&[]);
    insta::assert_snapshot!(ran.findings().join("\n"), @r#"
    fail aws-ec2-security-group-forbidden-ports aws_security_group.open ingress[22/tcp/0.0.0.0/0]
    fail aws-ec2-security-group-forbidden-ports aws_security_group.open ingress[3389/tcp/0.0.0.0/0]
    fail aws-efs-encrypted module.data["x"].aws_efs_file_system.this
    waived aws-efs-encrypted aws_efs_file_system.this["a"]
    waived aws-efs-encrypted aws_efs_file_system.this["b.c"]
    "#);
    let report = ran.report();
    let waiver = report.findings.iter().find_map(|finding| finding.waiver.as_ref()).unwrap();
    let place = waiver.place.as_ref().unwrap();
    assert_eq!((place.file.as_str(), place.line, place.column), ("main.tf", 1, 3));
    assert_eq!(waiver.reason, "scratch space");
}

#[test]
fn a_comment_in_a_module_call_waives_the_whole_module() {
    let folder = small();
    let call = "  for_each = toset([\"x\"])\n";
    let comment = "  # hfscan:ignore[HF-AWS-ENC-*] until=2027-01-31 owner=team-x scratch space\n";
    folder.write("main.tf", &MAIN.replace(call, &format!("{call}{comment}")));
    let ran = folder.scan(&["--rule", "aws-efs-encrypted"]);
    let waived: Vec<String> = ran.findings().into_iter().filter(|line| line.starts_with("waived")).collect();
    assert_eq!(waived, ["waived aws-efs-encrypted module.data[\"x\"].aws_efs_file_system.this"]);
}

#[test]
fn comments_inside_a_block_may_narrow_by_tag_and_be_several() {
    let folder = small();
    let name = "  name = \"a\"";
    let comments = format!(
        "  // hfscan:ignore[{PORTS}] until=2027-01-31 owner=o tag=ingress[22/* jump host\n\
         {name} /* hfscan:ignore[aws-efs-encrypted] until=2027-01-31 owner=o none here */"
    );
    folder.write("main.tf", &MAIN.replace(name, &comments));
    let ran = folder.scan(&[]);
    let waived: Vec<String> = ran.findings().into_iter().filter(|line| line.starts_with("waived")).collect();
    assert_eq!(
        waived,
        ["waived aws-ec2-security-group-forbidden-ports aws_security_group.open ingress[22/tcp/0.0.0.0/0]"]
    );
    // The second finding of the group still counts, so the verdict fails.
    let report = ran.report();
    assert_eq!((report.summary.outcomes.fail, report.summary.outcomes.waived), (4, 0));
    assert!(
        ran.stderr.contains("warning: main.tf:13:17: the waiver of o for aws-efs-encrypted waives nothing; remove it"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_comment_that_is_no_waiver_is_told_and_waives_nothing() {
    let folder = small();
    folder.write("data/main.tf", &format!("# hfscan:ignore[aws-efs-encrypted] owner=o scratch space\n{MODULE}"));
    let ran = folder.scan(&[]);
    assert_eq!(ran.report().summary.outcomes.waived, 0);
    assert!(
        ran.stderr.contains("warning: data/main.tf:1:3: the waiver has no end; write `hfscan:ignore["),
        "{}",
        ran.stderr
    );
    // Whoever wants no waivers is not told of them.
    assert!(!folder.scan(&["--no-waivers"]).stderr.contains("no end"));
}

#[test]
fn people_see_what_is_waived_in_a_quiet_section() {
    let folder = small();
    let text = waiver("*", r#"aws_efs_file_system.this["b.c"]"#, "2027-01-31")
        + &waiver("aws-efs-*", "aws_efs_file_system.gone", "2027-01-31");
    folder.write("hfscan.waivers.toml", &text);
    let ran = folder.run(&["scan", "plan.json", "--rule", "aws-efs-encrypted", "--today", "2026-11-20", "--no-source"]);
    insta::assert_snapshot!(ran.stdout, @r#"
    Failed ────────────────────────────────────────────────────── 2 findings, 1 rule

    high  aws-efs-encrypted                                           HF-AWS-ENC-007
      File systems are encrypted at rest

        aws_efs_file_system.this["a"]              file system is not encrypted
          plan.json:6:18
        module.data["x"].aws_efs_file_system.this  file system is not encrypted
          plan.json:44:18

    Waived ─────────────────────────────────────────────────────────────── 1 finding

      aws-efs-encrypted                  scratch space
        aws_efs_file_system.this["b.c"]  team-x, until 2027-01-31

    Waivers to look at ──────────────────────────────────────────────────── 1 waiver

      the waiver of team-x for aws-efs-* on aws_efs_file_system.gone (no resource of
      this run) waives nothing; remove it
        hfscan.waivers.toml:8:1

    Summary ──────────────────────────────────────────────────── 4 resources, 1 rule

      Outcome         Enforced
      fail                   2
      unknown                0
      waived                 1
      pass                   0
      not applicable         0

      Failures        2 high
      Input           plan.json (terraform plan): 4 resources

    ✗ 2 failures at the gate.
    "#);
    assert_eq!(ran.stderr, "");
    let detail = folder.run(&[
        "scan",
        "plan.json",
        "-f",
        "detail",
        "--rule",
        "aws-efs-encrypted",
        "--today",
        "2026-11-20",
        "--no-source",
    ]);
    let (_, waived) = detail.stdout.split_once("waived  high").unwrap();
    insta::assert_snapshot!(waived, @r#"
      aws-efs-encrypted                                              3/3
      File systems are encrypted at rest

      Resource    aws_efs_file_system.this["b.c"]
      Kind        aws.efs.file_system
      Place       plan.json:25:18
      Message     file system is not encrypted
      Attribute   attributes.encrypted = false
      Waived by   scratch space (team-x, until 2027-01-31)
      Waiver      hfscan.waivers.toml:1:1
      Control     HF-AWS-ENC-007; ha-cloud line 112; ha-eks lines 61, 62, 63
      Finding     859e42c5c984d132dcafb85dc5ac5404

    waiver
      Place       hfscan.waivers.toml:8:1
      Note        the waiver of team-x for aws-efs-* on aws_efs_file_system.gone (no
                  resource of this run) waives nothing; remove it

    4 resources by 1 rule: 2 failed, 1 waived, 0 unknown, 0 errors, 0 passed, 0 not
    applicable
    "#);
    assert!(!detail.stderr.contains("warning"), "told once: {}", detail.stderr);
}

#[test]
fn no_waivers_outweighs_the_variable() {
    let folder = small();
    folder.write("accepted.toml", &waiver("*", "**", "2027-01-31"));
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_hfscan"));
    command
        .env_clear()
        .current_dir(folder.path())
        .env("HFSCAN_WAIVERS", "accepted.toml")
        .env("HFSCAN_TODAY", "2026-11-20");
    command.args(["scan", "plan.json", "--rule", PORTS, "-f", "json"]);
    assert_eq!(command.output().unwrap().status.code(), Some(0));
    assert_eq!(command.arg("--no-waivers").output().unwrap().status.code(), Some(1));
}

#[test]
fn one_plan_of_several_with_the_same_addresses_can_be_named() {
    let folder = small();
    folder.write("a.json", &folder.read("plan.json"));
    let scan = ["scan", "a.json", "plan.json", "-f", "json", "--rule", PORTS, "--today", "2026-11-20"];
    folder.write("hfscan.waivers.toml", &waiver("*", "a.json#aws_security_group.open", "2027-01-31"));
    let outcomes = folder.run(&scan).report().summary.outcomes;
    assert_eq!((outcomes.fail, outcomes.waived), (1, 1));
    folder.write("hfscan.waivers.toml", &waiver("*", "aws_security_group.open", "2027-01-31"));
    let outcomes = folder.run(&scan).report().summary.outcomes;
    assert_eq!((outcomes.fail, outcomes.waived), (0, 2));
}

#[test]
fn what_is_lighter_than_listed_still_belongs_to_its_verdict() {
    let folder = small();
    folder.write("hfscan.waivers.toml", &waiver(PORTS, "**", "2027-01-31"));
    let ran = folder.scan(&["--min-severity", "critical"]);
    let report = ran.report();
    assert_eq!((report.summary.outcomes.waived, report.summary.hidden, ran.code), (1, 0, 0));
    assert!(report.waivers.is_empty(), "{:?}", report.waivers);
}

/// The ha-eks environment with a security group's rule, a block of its own, opened too far.
fn opened(comment_on: &str) -> super::Ran {
    let folder = super::Folder::new();
    let environment = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/environments/ha-eks");
    let violation = environment.join("violations/efs-from-whole-network");
    let read = |path: std::path::PathBuf| std::fs::read_to_string(path).unwrap();
    let patched = |name: &str, patch: &str| {
        let patch = read(violation.join(patch));
        diffy::apply(&read(environment.join(name)), &diffy::Patch::from_str(&patch).unwrap()).unwrap()
    };
    folder.write("plan.json", &patched("plan.json", "plan.patch"));
    folder.write("main.tf", &read(environment.join("main.tf")));
    let source = patched("modules/security/main.tf", "change.patch");
    let comment = "# hfscan:ignore[HF-AWS-NET-021] until=2027-01-31 owner=net-team migration, SEC-9\n";
    assert!(source.contains(comment_on), "{comment_on}");
    folder.write("modules/security/main.tf", &source.replace(comment_on, &format!("{comment}{comment_on}")));
    folder.run(&["scan", "plan.json", "-f", "json", "--profile", "ha-eks", "--today", "2026-11-20"])
}

#[test]
fn a_comment_may_stand_on_the_joined_block_or_on_the_resource() {
    for (block, waived) in [
        ("resource \"aws_vpc_security_group_ingress_rule\" \"efs_from_node\"", true),
        ("resource \"aws_security_group\" \"efs\"", true),
        ("resource \"aws_security_group\" \"rds\"", false),
    ] {
        let ran = opened(block);
        assert_eq!(ran.report().summary.outcomes.waived, usize::from(waived), "{block}: {}", ran.stderr);
        assert_eq!(ran.code, i32::from(!waived), "{block}");
        assert_eq!(ran.stderr.contains("waives nothing"), !waived, "{}", ran.stderr);
    }
}
