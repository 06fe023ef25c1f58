//! `hfscan config show`: every key with the value in force and where it comes from, as TOML.

use std::fmt::Write as _;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command, FromArgMatches as _};
use serde_json::Value as Json;

use super::configured::{self, ConfigFlags};
use super::ui::Ui;
use super::{Arguments, Command as Chosen};
use crate::config::keys::{Form, KEYS, Key, Target};
use crate::config::{Config, Run, schema};
use crate::failure::Failure;
use crate::policy::load::Policies;
use crate::policy::select::{self, Origin};
use crate::{Selection, pipeline};

/// Columns up to the comment that says where a value comes from.
const COMMENT: usize = 44;

/// Prints what a scan without flags would use.
pub(super) fn show(flags: &ConfigFlags, ui: &Ui) -> Result<(), Failure> {
    let config = flags.read(ui)?;
    let common = config.as_ref().map(Config::common).unwrap_or_default();
    let file = schema::of_file();
    let of_scan = |key: &&Key| schema::is_of_scan(&file, key.name);
    let scans: Vec<Run> = config.iter().flat_map(Config::runs).filter(|run| run.name.is_some()).collect();
    if let Some(config) = &config {
        config.check_names(&policies(Some(config))?)?;
    }

    let mut page = match &config {
        Some(config) => format!("# configuration: {}\n", config.name()),
        None => "# no configuration file\n".to_owned(),
    };
    let top = matches(&common)?;
    for key in KEYS.iter().filter(|key| scans.is_empty() || !of_scan(key)) {
        line(&mut page, key, schema::type_of(&file, key.name), &top, &common, config.as_ref());
    }
    if scans.is_empty() {
        parameters(&mut page, "parameters", &common, config.as_ref(), ui)?;
    }
    for run in &scans {
        let matches = matches(run)?;
        let _ = writeln!(page, "\n[[scan]]\nname = {}", quoted(run.name.as_deref().unwrap_or_default()));
        for key in KEYS.iter().filter(of_scan) {
            line(&mut page, key, schema::type_of(&file, key.name), &matches, run, config.as_ref());
        }
        parameters(&mut page, "scan.parameters", run, config.as_ref(), ui)?;
    }
    let accounts = config.iter().filter_map(|config| config.file.accounts.as_ref()).flatten();
    for (index, (account, profile)) in accounts.enumerate() {
        let head = if index == 0 { "\n[accounts]\n" } else { "" };
        let _ = writeln!(page, "{head}{} = {}", quoted(account), quoted(profile));
    }
    ui.results(|out| out.write_all(page.as_bytes()))
}

/// Returns the rules that a configuration may speak of.
pub(super) fn policies(config: Option<&Config>) -> Result<Policies, Failure> {
    let run = config.map(Config::common).unwrap_or_default();
    pipeline::policies(selection(&run)?.policies.as_deref())
}

/// Returns the rules that a run chooses.
pub(super) fn selection(run: &Run) -> Result<Selection, Failure> {
    let matches = configured::under(super::command(), run, &[]).try_get_matches_from(["hfscan", "scan"]);
    let mut arguments = matches
        .and_then(|matches| Arguments::from_arg_matches(&matches))
        .map_err(|error| Failure::usage(configured::plain(&error)))?;
    arguments.command.configure(run.clone());
    match arguments.command {
        Chosen::Scan(scan) => Ok(scan.selection()),
        _ => Ok(Selection::default()),
    }
}

fn matches(run: &Run) -> Result<ArgMatches, Failure> {
    // Globs are shown as they stand in the file: what they stand for changes from run to run.
    let inputs = run.settings.iter().find(|setting| setting.key.target == Target::Inputs);
    let inputs = inputs.map(|setting| setting.values.clone()).unwrap_or_default();
    let mut matches = configured::under(super::command(), run, &inputs)
        .try_get_matches_from(["hfscan", "scan"])
        .map_err(|error| Failure::usage(configured::plain(&error)))?;
    matches.remove_subcommand().map(|(_, matches)| matches).ok_or_else(|| Failure::usage("there is no command scan"))
}

fn line(page: &mut String, key: &Key, kind: Option<&str>, matches: &ArgMatches, run: &Run, config: Option<&Config>) {
    let scan = super::command();
    let Some(scan) = scan.find_subcommand("scan") else { return };
    let Some(id) = id_of(scan, key) else { return };
    let setting = run.settings.iter().find(|setting| setting.key == key);
    let from = match (matches.value_source(&id), key.target, setting, config) {
        (Some(ValueSource::EnvVariable), Target::Flag(variable), ..) => variable.to_owned(),
        (_, _, Some(setting), Some(config)) => format!("{}:{}", config.name(), setting.place.line),
        (Some(_), ..) => "default".to_owned(),
        (None, ..) => {
            let _ = writeln!(page, "# {} is not set", key.name);
            return;
        }
    };
    let values: Vec<String> =
        matches.get_raw(&id).into_iter().flatten().map(|value| value.to_string_lossy().into_owned()).collect();
    let value = match (kind, key.form) {
        (Some("boolean"), _) => matches.get_flag(&id).to_string(),
        (Some("integer"), _) => values.concat(),
        (_, Form::Output) => {
            let pairs = values.iter().filter_map(|value| value.split_once('='));
            let pairs: Vec<String> = pairs.map(|(format, path)| format!("{format} = {}", quoted(path))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        (Some("array"), _) => format!("[{}]", values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ")),
        _ => quoted(values.first().map_or("", String::as_str)),
    };
    commented(page, &format!("{} = {value}", key.name), &from);
}

fn parameters(page: &mut String, table: &str, run: &Run, config: Option<&Config>, ui: &Ui) -> Result<(), Failure> {
    let selection = selection(run)?;
    let selected = pipeline::rules(&selection)?;
    for rule in &selected.rules {
        let mut head = false;
        for (name, value) in &rule.params {
            let from = match (select::origin(&selected.profile, &selection.parameters, &rule.rule, name), config) {
                (Origin::Layer { layer, name: rule, .. }, Some(config)) => {
                    format!("{}:{}", config.name(), config.parameter_place(run, layer, rule, name).line)
                }
                (Origin::Profile(_), _) => format!("profile {}", selected.profile.id),
                _ if ui.is_verbose() => "default".to_owned(),
                _ => continue,
            };
            if !head {
                let _ = writeln!(page, "\n[{table}.{}]", quoted(&rule.rule.id));
                head = true;
            }
            commented(page, &format!("{name} = {}", toml_of(value)), &from);
        }
    }
    Ok(())
}

fn id_of(command: &Command, key: &Key) -> Option<String> {
    let mut arguments = command.get_arguments();
    arguments.find(|argument| configured::target(argument) == Some(key.target)).map(|a| a.get_id().to_string())
}

fn commented(page: &mut String, text: &str, from: &str) {
    let _ = writeln!(page, "{text:COMMENT$}  # {from}");
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn toml_of(value: &Json) -> String {
    // TOML has no null, and no parameter is one.
    toml::Value::try_from(value).map_or_else(|_| value.to_string(), |value| value.to_string())
}
