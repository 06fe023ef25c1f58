//! Flag > variable > file > default, and where a file is found.

use super::{Project, stdout, told};
use hfscan::config::keys::{KEYS, OTHERS, Target};
use hfscan::config::schema;

/// For each key: what the file says, how `config show` prints it, what the variable says and how
/// that is printed.
const VALUES: &[(&str, &str, &str, &str)] = &[
    ("profile", "'ha-eks'", "default", "\"default\""),
    ("source", "'own'", "other", "\"other\""),
    ("waivers", "'w.toml'", "v.toml", "\"v.toml\""),
    ("baseline", "'b.json'", "c.json", "\"c.json\""),
    ("delta", "true", "false", "false"),
    ("new_only", "true", "false", "false"),
    ("show_waived", "true", "0", "false"),
    ("link_base", "'https://a'", "https://b", "\"https://b\""),
    ("category", "'a/b'", "c", "\"c\""),
    ("home_account", "'123456789012'", "210987654321", "\"210987654321\""),
    ("home_region", "'eu-central-1'", "eu-west-1", "\"eu-west-1\""),
    ("publish", "'github'", "github", "\"github\""),
    ("github_repository", "'a/b'", "c/d", "\"c/d\""),
    ("github_api_url", "'https://a'", "https://b", "\"https://b\""),
    ("publish_timeout", "60", "70", "70"),
    ("complete", "true", "false", "false"),
    ("policies", "'own'", "other", "\"other\""),
    ("rules", "['aws-s3-*']", "aws-ec2-* aws-rds-*", "[\"aws-ec2-*\", \"aws-rds-*\"]"),
    ("skip_rules", "['aws-s3-*', 'aws-efs-*']", "aws-ec2-*", "[\"aws-ec2-*\"]"),
    ("framework", "'fsbp'", "nist-800-53", "\"nist-800-53\""),
    ("min_severity", "'medium'", "high", "\"high\""),
    ("fail_on", "'medium'", "critical", "\"critical\""),
    ("strict", "true", "0", "false"),
    ("format", "'json'", "sarif", "\"sarif\""),
    ("output", "{json = 'a.json', sarif = 'b.sarif'}", "json=x.json", "{ json = \"x.json\" }"),
    ("all", "true", "false", "false"),
];

fn line<'a>(page: &'a str, key: &str) -> &'a str {
    page.lines().find(|line| line.starts_with(&format!("{key} = "))).unwrap_or_else(|| panic!("{key} in {page}"))
}

#[test]
fn every_key_is_outweighed_by_its_variable_and_says_so() {
    for key in KEYS {
        let Target::Flag(variable) = key.target else { continue };
        let (_, in_file, in_variable, printed) =
            VALUES.iter().find(|row| row.0 == key.name).unwrap_or_else(|| panic!("a row for {}", key.name));
        let project = Project::new(&format!("# the second line\n{} = {in_file}\n", key.name));
        for folder in ["own", "other"] {
            std::fs::create_dir(project.path().join(folder)).unwrap();
        }
        let page = stdout(&project.run(&["config", "show"]));
        let shown = line(&page, key.name);
        let (value, from) = shown.split_once("  # ").unwrap();
        assert_eq!(from.trim(), "hfscan.toml:2");
        let wanted: toml::Table = toml::from_str(&format!("{} = {in_file}", key.name)).unwrap();
        assert_eq!(toml::from_str::<toml::Table>(value).unwrap(), wanted, "{shown}");

        let page = stdout(&project.command(&["config", "show"]).env(variable, in_variable).output().unwrap());
        let (value, from) = line(&page, key.name).split_once("  # ").unwrap();
        assert_eq!((value.trim_end(), from.trim()), (&*format!("{} = {printed}", key.name), variable));
    }
}

#[test]
fn a_flag_outweighs_the_variable_the_variable_the_file_and_the_file_the_default() {
    let project = Project::new("profile = 'ha-eks'\nformat = 'json'\n");
    project.plan("plan.json");
    let profile = |flags: &[&str], variable: Option<&str>| {
        let mut command = project.command(&["scan", "plan.json"]);
        command.args(flags).envs(variable.map(|value| ("HFSCAN_PROFILE", value)));
        let output = command.output().unwrap();
        let report: serde_json::Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", told(&output)));
        report["profile"].as_str().map(str::to_owned)
    };
    project.write("other/p/profiles/own.yaml", "id: own\ntitle: own\nenforced: [HF-AWS-NET-003]\n");
    assert_eq!(profile(&["--no-config", "-f", "json"], None), None);
    assert_eq!(profile(&[], None).as_deref(), Some("ha-eks"));
    assert_eq!(profile(&[], Some("default")).as_deref(), Some("default"));
    let own = ["--profile", "own", "--policies", "other/p"];
    assert_eq!(profile(&own, Some("default")).as_deref(), Some("own"));
}

#[test]
fn a_list_of_the_command_line_replaces_that_of_the_file() {
    let project = Project::new("rules = ['aws-s3-*']\n");
    let ids = |flags: &[&str]| {
        let output = project.run(&[&["rules", "list", "-f", "json"], flags].concat());
        let rules: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
        rules.iter().map(|rule| rule["rule"]["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(!ids(&[]).is_empty() && ids(&[]).iter().all(|id| id.starts_with("aws-s3-")));
    assert!(ids(&["--rule", "aws-efs-*"]).iter().all(|id| id.starts_with("aws-efs-")));
}

#[test]
fn every_key_of_the_schema_has_its_row_and_every_row_its_flag() {
    let schema = schema::of_file();
    let keys =
        |table: &str| -> Vec<String> { schema.pointer(table).unwrap().as_object().unwrap().keys().cloned().collect() };
    for key in keys("/properties").iter().chain(&keys("/$defs/Scan/properties")) {
        let known = KEYS.iter().any(|row| row.name == key) || OTHERS.contains(&key.as_str());
        assert!(known, "`{key}` has no row in config/keys.rs");
    }
    let command = hfscan::cli::command();
    let scan = command.find_subcommand("scan").unwrap();
    for row in KEYS {
        assert!(keys("/properties").contains(&row.name.to_owned()), "`{}` is no field of File", row.name);
        let Target::Flag(variable) = row.target else { continue };
        let flag = scan.get_arguments().find(|argument| argument.get_env().is_some_and(|name| name == variable));
        assert!(flag.is_some(), "scan has no flag with {variable}");
        // A key is found by the name of its flag.
        let name = variable.trim_start_matches("HFSCAN_").to_lowercase();
        assert_eq!(row.name.trim_end_matches('s'), name.trim_end_matches('s'));
    }
}

#[test]
fn the_file_is_that_of_the_folder_or_of_the_git_root() {
    let project = Project::new("profile = 'ha-eks'\npolicies = 'own'\n");
    std::fs::create_dir_all(project.path().join("own")).unwrap();
    std::fs::create_dir_all(project.path().join("a/b")).unwrap();
    let show = |folder: &str| {
        let output = project.command(&["config", "show"]).current_dir(project.path().join(folder)).output().unwrap();
        stdout(&output)
    };
    assert!(show("").starts_with("# configuration: hfscan.toml\n"));
    assert!(show("a/b").starts_with("# no configuration file\n"), "no Git repository, no file of a folder above");
    // A worktree has a file, a clone a folder.
    project.write(".git", "gitdir: elsewhere\n");
    let page = show("a/b");
    assert!(page.starts_with("# configuration: ../../hfscan.toml\n"), "{page}");
    assert!(line(&page, "policies").starts_with("policies = \"../../own\""), "paths are relative to the file");
    project.write("a/hfscan.toml", "profile = 'default'\n");
    assert!(show("a/b").starts_with("# configuration: ../../hfscan.toml\n"), "nothing between is looked at");
    assert!(show("a").starts_with("# configuration: hfscan.toml\n"));
}

#[test]
fn verbose_says_which_file_is_used_and_no_config_uses_none() {
    let project = Project::new("profile = 'ha-eks'\n");
    project.write("other.toml", "profile = 'default'\n");
    assert!(told(&project.run(&["rules", "list", "-v"])).contains("configuration: hfscan.toml\n"));
    let output = project.command(&["rules", "list", "-v"]).env("HFSCAN_CONFIG", "other.toml").output().unwrap();
    assert!(told(&output).contains("configuration: other.toml\n"));
    let told = told(&project.run(&["rules", "list", "-v", "--no-config", "-c", "other.toml"]));
    assert!(!told.contains("configuration"), "{told}");
}

#[test]
fn without_input_anywhere_it_says_how_to_name_one() {
    let project = Project::new("profile = 'ha-eks'\n");
    insta::assert_snapshot!(told(&project.run(&["scan"])), @r"
    exit 2
    error: there is no INPUT, neither on the command line nor in hfscan.toml
    hint: name a plan: hfscan scan plan.json; or write a configuration: hfscan config init
    ");
    assert_eq!(told(&project.run(&["scan", "--no-config"])), told(&project.run(&["scan"])));
}

#[test]
fn commands_that_no_key_concerns_do_not_read_the_file() {
    let project = Project::new("broken");
    for command in [&["schema"][..], &["completions", "bash"], &["--help"], &["scan", "--help"]] {
        assert!(project.run(command).status.success(), "{command:?}");
    }
    assert_eq!(project.run(&["rules", "list"]).status.code(), Some(2));
}
