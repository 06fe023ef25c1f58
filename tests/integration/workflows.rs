//! The workflows of the documentation and the action: they parse, every command in them exists as it is
//! written, and the action's own scripts do what they promise.

mod action;
mod shell;

use std::fs;
use std::path::Path;

use serde_json::Value;

/// A fenced block of the page.
struct Block {
    language: String,
    text: String,
}

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some(Block { language: language.to_owned(), text: String::new() }),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Returns the scripts of a workflow: `run` of GitHub Actions, `script` and the like of GitLab.
fn scripts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match (name.as_str(), value) {
                    ("run", Value::String(script)) => found.push(script.clone()),
                    ("script" | "before_script" | "after_script", Value::Array(lines)) => {
                        found.push(lines.iter().map(|line| line.as_str().unwrap()).collect::<Vec<_>>().join("\n"));
                    }
                    // The container of a CronJob: its image runs hfscan.
                    ("args", Value::Array(words)) => {
                        let words: Vec<&str> = words.iter().map(|word| word.as_str().unwrap()).collect();
                        found.push(format!("hfscan {}", words.join(" ")));
                    }
                    _ => scripts(value, found),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| scripts(element, found)),
        _ => {}
    }
}

/// Pages whose commands and workflows are checked.
const PAGES: [&str; 3] = ["docs/ci.md", "docs/audits.md", "docs/security-hub.md"];

/// Returns every script of the pages, Jenkins' included.
fn page_scripts() -> Vec<String> {
    let mut found = Vec::new();
    for page in PAGES {
        for block in blocks(&file(page)) {
            match block.language.as_str() {
                // Tags such as `!Sub` are CloudFormation's own.
                "yaml" if block.text.contains("AWSTemplateFormatVersion") => {}
                "yaml" => scripts(&yaml(&block.text), &mut found),
                "sh" => found.push(block.text),
                "groovy" => found.extend(block.text.split("'''").skip(1).step_by(2).map(str::to_owned)),
                "hcl" | "toml" | "json" | "text" | "" => {}
                other => panic!("{page} has a block of `{other}`"),
            }
        }
    }
    found
}

/// Returns the GitHub workflows of the page.
fn workflows() -> Vec<Value> {
    let all = blocks(&file("docs/ci.md"));
    all.iter()
        .filter(|block| block.language == "yaml")
        .map(|block| yaml(&block.text))
        .filter(|workflow| workflow.get("on").is_some())
        .collect()
}

fn steps(workflow: &Value) -> Vec<&Value> {
    workflow["jobs"].as_object().unwrap().values().flat_map(|job| job["steps"].as_array().unwrap()).collect()
}

#[test]
fn every_command_is_one_of_hfscan() {
    let mut checked = 0;
    for script in page_scripts() {
        for command in shell::commands(&script) {
            shell::check(&command);
            checked += 1;
        }
    }
    assert!(checked >= 5, "only {checked} commands of hfscan found");
}

#[test]
fn a_wrong_command_would_be_found() {
    for command in [
        "hfscan scan plan.json --sauce infra",
        "hfscan scann plan.json",
        "hfscan scan plan.json -o yaml=a",
        "hfscan report a.json b.json",
        "hfscan scan plan.json --fail-on sever",
    ] {
        let commands = shell::commands(&format!("set -e\nif true; then {command} || code=$?; fi"));
        assert_eq!(commands.len(), 1, "{commands:?}");
        assert!(shell::fault(&commands[0]).is_some(), "{command}");
    }
}

#[test]
fn every_script_is_bash() {
    let mut all = page_scripts();
    scripts(&yaml(&file("action.yml")), &mut all);
    assert!(all.len() >= 12);
    for script in all {
        shell::parses(&script);
    }
}

#[test]
fn workflows_ask_for_no_more_than_they_need() {
    let workflows = workflows();
    assert_eq!(workflows.len(), 2);
    for workflow in &workflows {
        assert_eq!(workflow["permissions"], serde_json::json!({}), "nothing by default");
        for job in workflow["jobs"].as_object().unwrap().values() {
            let permissions = job["permissions"].as_object().unwrap();
            assert_eq!(permissions["contents"], "read");
            assert_eq!(permissions["security-events"], "write");
            let comments = job["steps"].to_string().contains("\"comment\":true");
            assert_eq!(permissions.contains_key("pull-requests"), comments);
        }
    }
}

#[test]
fn no_script_is_made_of_expressions() {
    let mut all = page_scripts();
    scripts(&yaml(&file("action.yml")), &mut all);
    for script in all {
        assert!(!script.contains("${{"), "what stands in an expression is run:\n{script}");
    }
}

#[test]
fn the_action_is_used_as_it_is_declared() {
    let action = yaml(&file("action.yml"));
    let (inputs, outputs) = (action["inputs"].as_object().unwrap(), action["outputs"].as_object().unwrap());
    let mut used = 0;
    for workflow in workflows() {
        for step in steps(&workflow) {
            if !step["uses"].as_str().is_some_and(|name| name.contains("/hfscan@")) {
                continue;
            }
            used += 1;
            for name in step["with"].as_object().unwrap().keys() {
                assert!(inputs.contains_key(name), "the action has no input `{name}`");
            }
            for (name, input) in inputs {
                if input["required"] == true {
                    assert!(step["with"].get(name).is_some(), "`{name}` is required");
                }
            }
            let prefix = format!("steps.{}.outputs.", step["id"].as_str().unwrap());
            for part in workflow.to_string().split(&prefix).skip(1) {
                let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
                assert!(outputs.contains_key(&name), "the action has no output `{name}`");
            }
        }
    }
    assert_eq!(used, 1);
    let page = file("docs/ci.md");
    for (name, input) in inputs {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        let row = row.unwrap_or_else(|| panic!("docs/ci.md does not list the input `{name}`"));
        let default = input["default"].as_str().unwrap_or_default();
        if !default.is_empty() && !default.contains("${{") {
            assert!(row.contains(&format!("`{default}`")), "{row}: the default is `{default}`");
        }
    }
    for name in outputs.keys() {
        assert!(page.contains(&format!("`{name}`")), "docs/ci.md does not list the output `{name}`");
    }
}
