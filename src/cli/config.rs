//! `hfscan config`: the configuration file, and what it comes to.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use clap::{Args, Subcommand};

use super::configured::ConfigFlags;
use super::effective;
use super::ui::Ui;
use crate::config::{Config, NAME, Run, schema, starter};
use crate::failure::Failure;
use crate::pipeline;

/// Show, check or begin the configuration file
#[derive(Debug, Args)]
pub(super) struct ConfigCommand {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the configuration in force, and where each value comes from
    ///
    /// As TOML: what hfscan scan without flags would use. With -v also the parameters that nobody sets.
    Show,
    /// Write a commented hfscan.toml
    Init,
    /// Check the configuration file, with its rules, parameters and inputs
    Check,
    /// Print the JSON Schema of the file, with the parameters of all rules
    Schema,
}

impl ConfigCommand {
    pub(super) fn run(&self, flags: &ConfigFlags, ui: &Ui) -> Result<u8, Failure> {
        match self.command {
            Command::Show => effective::show(flags, ui)?,
            Command::Init => init(flags, ui)?,
            Command::Check => check(flags, ui)?,
            Command::Schema => {
                let config = flags.read(ui)?;
                let policies = effective::policies(config.as_ref())?;
                ui.results(|out| {
                    serde_json::to_writer_pretty(&mut *out, &schema::with(&policies))?;
                    writeln!(out)
                })?;
            }
        }
        Ok(0)
    }
}

fn init(flags: &ConfigFlags, ui: &Ui) -> Result<(), Failure> {
    let path = flags.named().unwrap_or_else(|| NAME.into());
    let shown = path.display();
    let written = OpenOptions::new().write(true).create_new(true).open(&path);
    match written.and_then(|mut file| file.write_all(starter().as_bytes())) {
        Ok(()) => {
            ui.status(&format!("wrote {shown}; set what differs, then: hfscan config check"));
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(Failure::usage(format!("`{shown}` is there already and is left as it is"))
                .hint("hfscan config show tells what it comes to; write another with -c FILE"))
        }
        Err(error) => Err(Failure::output(&format!("`{shown}`"), &error)),
    }
}

fn check(flags: &ConfigFlags, ui: &Ui) -> Result<(), Failure> {
    let Some(config) = flags.read(ui)? else {
        return Err(Failure::usage(format!("there is no {NAME}, neither here nor in the root of the Git repository"))
            .hint("hfscan config init writes one"));
    };
    let policies = effective::policies(Some(&config))?;
    config.check_names(&policies)?;
    for run in config.runs() {
        pipeline::rules(&effective::selection(&run)?)?;
        // Plans are made later than the file is checked: a glob without a file is worth a word only.
        match config.inputs(&run) {
            Err(failure @ crate::config::ConfigFailure::NoInput(_)) => ui.warn(&failure.to_string()),
            Err(failure) => return Err(failure.into()),
            Ok(paths) => {
                for path in paths.iter().filter(|path| !Path::new(path).exists()) {
                    ui.warn(&format!("there is no file or directory `{path}` yet"));
                }
            }
        }
        absent(&config, &run, ui);
    }
    ui.status(&format!("{} is in order", config.name()));
    Ok(())
}

/// Warns of files that a scan will refuse to do without; they may be made later, as plans are.
fn absent(config: &Config, run: &Run, ui: &Ui) {
    for setting in run.settings.iter().filter(|setting| ["source", "waivers", "baseline"].contains(&setting.key.name)) {
        for path in setting.values.iter().filter(|path| !Path::new(path).exists()) {
            let (file, line, name) = (config.name(), setting.place.line, setting.key.name);
            ui.warn(&format!("{file}:{line}: there is no `{path}` yet, which `{name}` names; a scan needs it"));
        }
    }
}
