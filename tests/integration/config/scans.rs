//! Several scans in one file: which are run, what they write, and how the run ends.

use super::{Project, stderr, stdout, told};

const TWO: &str = r#"profile = "ha-eks"

[[scan]]
name = "blue"
inputs = ["blue/*.json"]

[[scan]]
name = "green"
inputs = ["green"]
profile = "default"

[scan.parameters.aws-ec2-tier-zones]
min_private_azs = 4
"#;

fn two() -> Project {
    let project = Project::new(TWO);
    project.plan("blue/plan.json");
    project.plan("green/plan.json");
    project
}

fn profile(output: &std::process::Output) -> serde_json::Value {
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", told(output)));
    report["profile"].clone()
}

#[test]
fn each_scan_has_its_report_in_order_and_the_worst_code_counts() {
    let project = two();
    let output = project.run(&["scan"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let page = stdout(&output);
    let (blue, green) = (page.find("== blue ==").unwrap(), page.find("== green ==").unwrap());
    assert!(page.starts_with("== blue ==\n\n") && blue < green);
    assert!(!page[blue..green].contains("aws-ec2-tier-zones"), "{page}");
    assert!(page[green..].contains("aws-ec2-tier-zones"), "{page}");
    assert_eq!(project.run(&["scan", "--scan", "blue"]).status.code(), Some(0));
}

#[test]
fn one_scan_is_chosen_by_name() {
    let project = two();
    assert_eq!(profile(&project.run(&["scan", "--scan", "green", "-f", "json"])), "default");
    let output = project.command(&["scan", "-f", "json"]).env("HFSCAN_SCAN", "blue").output().unwrap();
    assert_eq!(profile(&output), "ha-eks");
    insta::assert_snapshot!(told(&project.run(&["scan", "--scan", "gren"])), @r"
    exit 2
    error: hfscan.toml has no scan `gren`; expected one of blue, green; did you mean `green`?
    ");
    insta::assert_snapshot!(told(&project.run(&["scan", "--scan", "green", "--no-config", "blue"])), @r"
    exit 2
    error: there is no scan `green`, because there is no hfscan.toml
    hint: name the file with --config, or leave --scan out
    ");
}

#[test]
fn an_input_of_the_command_line_finds_its_scan() {
    let project = two();
    project.plan("elsewhere.json");
    for (input, wanted, code) in [
        ("blue/plan.json", "ha-eks", 0),
        ("./blue/../green/plan.json", "default", 1),
        ("green", "default", 1),
        // What no scan has is judged by the top of the file.
        ("elsewhere.json", "ha-eks", 0),
    ] {
        let output = project.run(&["scan", "-f", "json", input]);
        assert_eq!(profile(&output), wanted, "{input}");
        assert_eq!(output.status.code(), Some(code), "{input}");
    }
    // A flag outweighs the scan.
    assert_eq!(profile(&project.run(&["scan", "-f", "json", "green", "--profile", "ha-eks"])), "ha-eks");
    assert!(stderr(&project.run(&["scan", "-v", "green"])).contains("the inputs are those of scan `green`"));
    let above = project
        .command(&["scan", "-f", "json", "../green/plan.json", "-c", "../hfscan.toml"])
        .current_dir(project.path().join("blue"))
        .output()
        .unwrap();
    assert_eq!(profile(&above), "default", "paths are relative to the file");
}

#[test]
fn an_input_of_several_scans_is_ambiguous() {
    let project = Project::new(
        "[[scan]]\nname = 'a'\ninputs = ['p.json']\n[[scan]]\nname = 'b'\ninputs = ['*.json']\nprofile = 'ha-eks'\n",
    );
    project.plan("p.json");
    insta::assert_snapshot!(told(&project.run(&["scan", "p.json"])), @r"
    exit 2
    error: the inputs belong to several scans of hfscan.toml: a, b; choose with --scan NAME
    ");
    assert_eq!(profile(&project.run(&["scan", "p.json", "--scan", "b", "-f", "json"])), "ha-eks");
}

#[test]
fn a_document_on_stdout_holds_one_scan() {
    let project = two();
    insta::assert_snapshot!(told(&project.run(&["scan", "-f", "sarif"])), @r"
    exit 2
    error: the configuration asks for several scans, and stdout holds one sarif document
    hint: choose one with --scan NAME, or write each to a file: --output sarif=hfscan-{name}.sarif
    ");
}

#[test]
fn files_are_told_apart_by_the_name_of_the_scan() {
    let project = two();
    insta::assert_snapshot!(told(&project.run(&["scan", "-o", "json=all.json"])), @r"
    exit 2
    error: two reports would be written to `all.json`
    hint: each scan writes a file of its own: put {name} into the path, as in sarif=hfscan-{name}.sarif
    ");
    let output = project.run(&["scan", "-q", "-o", "json={name}.json"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    for (name, profile) in [("blue", "ha-eks"), ("green", "default")] {
        let text = std::fs::read(project.path().join(name).with_extension("json")).unwrap();
        let report: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(report["profile"], profile);
        assert!(report["inputs"][0]["path"].as_str().unwrap().starts_with(name));
    }
}

#[test]
fn a_scan_without_a_plan_leaves_the_others_to_be_judged() {
    let project = two();
    project.write("empty/readme.txt", "");
    let text = "\n[[scan]]\nname = 'empty'\ninputs = ['empty']\n";
    let scans = |order: &str| {
        project.write("hfscan.toml", order);
        project.run(&["scan"])
    };
    let output = scans(&format!("{TWO}{text}"));
    assert_eq!(output.status.code(), Some(1), "findings outweigh nothing to scan");
    assert!(stderr(&output).contains("no plan or manifest in `empty`"));
    let output = scans(&format!("{text}\n[[scan]]\nname = 'blue'\ninputs = ['blue']\nprofile = 'ha-eks'\n"));
    assert_eq!(output.status.code(), Some(4), "{}", told(&output));
    assert!(stdout(&output).contains("== blue =="), "the scan behind it is run");
    let output = scans(&format!(
        "{}\n[[scan]]\nname = 'blue'\ninputs = ['blue']\nprofile = 'ha-eks'\n",
        text.replace("['empty']", "['empty/*.json']")
    ));
    assert_eq!(output.status.code(), Some(4), "{}", told(&output));
    assert!(stderr(&output).contains("hfscan.toml:4:11: no file matches `empty/*.json`"), "{}", told(&output));
    assert!(stdout(&output).contains("== blue =="), "the scan behind it is run");
}

#[test]
fn a_glob_that_names_nothing_is_told_at_its_place() {
    let project = Project::new("inputs = [\n  'plans/*/plan.json',\n]\n");
    insta::assert_snapshot!(told(&project.run(&["scan"])), @r"
    exit 4
    error: hfscan.toml:2:3: no file matches `plans/*/plan.json`; correct the glob, or make the plan first
    ");
    project.plan("plans/a/plan.json");
    project.plan("plans/b/plan.json");
    project.write("plans/b/deep/plan.json", "no plan");
    project.write("plans/.terraform/plan.json", "no plan");
    let output = project.run(&["scan", "-f", "json"]);
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", told(&output)));
    let paths: Vec<&str> =
        report["inputs"].as_array().unwrap().iter().map(|input| input["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["plans/a/plan.json", "plans/b/plan.json"]);
}

#[test]
fn folders_with_the_signs_of_globs_are_taken_as_they_are() {
    let project = Project::new("inputs = ['[prod]/plan.json', '{a}/**/*.json']\n");
    project.plan("[prod]/plan.json");
    project.plan("a/b/c/plan.json");
    let output = project.run(&["scan", "-f", "json"]);
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", told(&output)));
    assert_eq!(report["inputs"][0]["path"], "[prod]/plan.json");
    assert_eq!(report["inputs"][1]["path"], "a/b/c/plan.json");
}

#[test]
fn parameters_change_the_outcome_and_a_scan_outweighs_the_top() {
    let project =
        Project::new("inputs = ['plan.json']\nprofile = 'ha-eks'\n[parameters.HF-AWS-NET-003]\nmin_private_azs = 4\n");
    project.plan("plan.json");
    let output = project.run(&["scan"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(stdout(&output).contains("aws-ec2-tier-zones"));
    project.write(
        "hfscan.toml",
        "profile = 'ha-eks'\n[parameters.aws-ec2-tier-zones]\nmin_private_azs = 4\n\
         [[scan]]\nname = 'x'\ninputs = ['plan.json']\n[scan.parameters.HF-AWS-NET-003]\nmin_private_azs = 2\n",
    );
    assert_eq!(project.run(&["scan"]).status.code(), Some(0));
    let page = stdout(&project.run(&["config", "show"]));
    // What nobody sets is told too, but that list grows with every flag.
    let page: String = page
        .lines()
        .filter(|l| !l.ends_with("# default") && !l.ends_with("not set"))
        .map(|l| format!("{l}\n"))
        .collect();
    insta::assert_snapshot!(page, @r#"
    # configuration: hfscan.toml

    [[scan]]
    name = "x"
    inputs = ["plan.json"]                        # hfscan.toml:6
    profile = "ha-eks"                            # hfscan.toml:1

    [scan.parameters."aws-ec2-security-group-load-balancer"]
    restrict_egress = false                       # profile ha-eks

    [scan.parameters."aws-ec2-tier-zones"]
    min_private_azs = 2                           # hfscan.toml:8
    min_public_azs = 3                            # profile ha-eks

    [scan.parameters."aws-eks-control-plane-zones"]
    min_azs = 3                                   # profile ha-eks

    [scan.parameters."aws-eks-managed-nodes-autoscaling"]
    allow_self_managed = false                    # profile ha-eks

    [scan.parameters."aws-eks-node-zones"]
    min_azs = 3                                   # profile ha-eks

    [scan.parameters."aws-elb-load-balancer-zones"]
    min_azs = 3                                   # profile ha-eks

    [scan.parameters."aws-s3-default-encryption"]
    accepted = ["AES256", "aws:kms", "aws:kms:dsse"]  # profile ha-eks
    "#);
    let everything = stdout(&project.run(&["config", "show", "-v"]));
    assert!(everything.contains("min_database_azs = 2") && everything.contains("# default"), "{everything}");
    assert!(toml::from_str::<toml::Table>(&everything).is_ok(), "what is shown is TOML");
}
