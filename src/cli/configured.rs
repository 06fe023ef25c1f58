//! Puts the configuration file under the command line. Its values become the defaults of the flags,
//! and the words are read once more: so a flag outweighs its variable, the variable the file, and
//! the file the default, for every flag alike.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches as _};

use super::Arguments;
use super::ui::Ui;
use crate::config::keys::Target;
use crate::config::{Config, ConfigFailure, NAME, Run, find};
use crate::failure::Failure;

/// Which configuration file to read.
#[derive(Debug, Args)]
pub(super) struct ConfigFlags {
    /// Configuration file; if not set hfscan.toml here, or in the root of the Git repository
    #[arg(short, long, global = true, value_name = "FILE", env = "HFSCAN_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long, global = true, env = "HFSCAN_NO_CONFIG", hide_env_values = true, value_parser = FalseyValueParser::new())]
    no_config: bool,
}

impl From<ConfigFailure> for Failure {
    fn from(failure: ConfigFailure) -> Self {
        match failure {
            ConfigFailure::NoInput(_) => Self::nothing(failure),
            ConfigFailure::Invalid(_) => {
                Self::usage(failure).hint("docs/configuration.md has every key; --no-config runs without the file")
            }
            _ => Self::usage(failure),
        }
    }
}

impl ConfigFlags {
    /// Returns the path of the file that is in force.
    pub(super) fn path(&self) -> Option<PathBuf> {
        if self.no_config {
            return None;
        }
        // A working directory that is gone has no file either.
        self.config.clone().or_else(|| find(&std::env::current_dir().ok()?))
    }

    /// Returns the file that the user names.
    pub(super) fn named(&self) -> Option<PathBuf> {
        self.config.clone()
    }

    /// Reads the file that is in force, if there is one.
    pub(super) fn read(&self, ui: &Ui) -> Result<Option<Config>, Failure> {
        let Some(path) = self.path() else { return Ok(None) };
        let config = Config::read(&path)?;
        ui.detail(&format!("configuration: {}", config.name()));
        Ok(Some(config))
    }
}

/// Returns what to run: the arguments as they are, or once for each scan of the configuration.
pub(super) fn runs(
    words: &[OsString],
    matches: &ArgMatches,
    arguments: Arguments,
    ui: &Ui,
) -> Result<Vec<Arguments>, Failure> {
    let (definition, matches) = innermost(super::command(), matches);
    if !definition.get_arguments().any(|argument| target(argument).is_some()) {
        return Ok(vec![arguments]);
    }
    let given = many::<PathBuf>(matches, "inputs");
    let takes_inputs = has(&definition, "inputs");
    let Some(config) = arguments.config.read(ui)? else {
        return if takes_inputs && given.is_empty() { Err(no_input()) } else { Ok(vec![arguments]) };
    };
    let runs =
        if takes_inputs { config.choose(&many::<String>(matches, "scan"), &given)? } else { vec![config.common()] };
    if let ([Run { name, .. }], false) = (runs.as_slice(), given.is_empty()) {
        match name {
            Some(name) => ui.detail(&format!("the inputs are those of scan `{name}`")),
            None if config.file.scan.is_none() => {}
            None => ui.detail(&format!("no [[scan]] of {NAME} has these inputs; what stands above them holds")),
        }
    }
    if runs.len() > 1 && !has(&definition, "scan") {
        return Err(Failure::usage(format!("{NAME} has several scans, and this command takes one at a time"))
            .hint("name the inputs of one on the command line"));
    }
    let several = runs.len() > 1;
    let mut planned = Vec::new();
    for run in runs {
        let found = if given.is_empty() && takes_inputs { config.inputs(&run) } else { Ok(Vec::new()) };
        let (inputs, lack) = match found {
            Ok(inputs) => (inputs, None),
            // One scan of several that has no plan leaves the others to be judged.
            Err(failure @ ConfigFailure::NoInput(_)) if several => (Vec::new(), Some(failure.to_string())),
            Err(failure) => return Err(failure.into()),
        };
        if takes_inputs && given.is_empty() && inputs.is_empty() && lack.is_none() {
            return Err(no_input());
        }
        let matches = under(super::command(), &run, &inputs)
            .try_get_matches_from(words)
            .map_err(|error| Failure::usage(plain(&error)))?;
        if planned.is_empty() && config.names_rules() {
            let (_, matches) = innermost(super::command(), &matches);
            let own = many::<PathBuf>(matches, "policies");
            config.check_names(&crate::pipeline::policies(own.first().map(PathBuf::as_path))?)?;
        }
        let mut arguments = Arguments::from_arg_matches(&matches).map_err(|error| Failure::usage(plain(&error)))?;
        arguments.command.configure(run);
        if let (super::Command::Scan(scan), Some(lack)) = (&mut arguments.command, lack) {
            scan.lacks(lack);
        }
        planned.push(arguments);
    }
    Ok(planned)
}

fn no_input() -> Failure {
    Failure::usage(format!("there is no INPUT, neither on the command line nor in {NAME}"))
        .hint("name a plan: hfscan scan plan.json; or write a configuration: hfscan config init")
}

/// Returns the command with the values of a run as the defaults of its flags.
pub(super) fn under(command: Command, run: &Run, inputs: &[String]) -> Command {
    let is_scan = command.get_name() == "scan";
    command
        .mut_args(|argument| match target(&argument) {
            Some(Target::Inputs) if !inputs.is_empty() => argument.default_values(inputs.to_vec()),
            Some(Target::Flag(variable)) => {
                let mut settings = run.settings.iter().filter(|setting| is_scan || !setting.key.scans_only);
                match settings.find(|setting| setting.key.target == Target::Flag(variable)) {
                    Some(setting) => argument.default_values(setting.values.clone()),
                    None => argument,
                }
            }
            _ => argument,
        })
        .mut_subcommands(|command| under(command, run, inputs))
}

/// Returns what key an argument stands for: it is known by its variable, or by being the inputs.
pub(super) fn target(argument: &Arg) -> Option<Target> {
    let variable = argument.get_env().and_then(|name| name.to_str());
    let mut targets = crate::config::keys::KEYS.iter().map(|key| key.target);
    targets.find(|target| match target {
        Target::Inputs => argument.is_positional() && argument.get_id() == "inputs",
        Target::Flag(name) => variable == Some(*name),
    })
}

fn innermost(mut command: Command, mut matches: &ArgMatches) -> (Command, &ArgMatches) {
    while let Some((name, inner)) = matches.subcommand() {
        let Some(found) = command.find_subcommand(name).cloned() else { break };
        (command, matches) = (found, inner);
    }
    (command, matches)
}

fn has(command: &Command, id: &str) -> bool {
    command.get_arguments().any(|argument| argument.get_id() == id)
}

fn many<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, id: &str) -> Vec<T> {
    matches.try_get_many::<T>(id).ok().flatten().into_iter().flatten().cloned().collect()
}

/// Returns what clap has to say, without its label.
pub(super) fn plain(error: &clap::Error) -> String {
    error.to_string().trim().trim_start_matches("error: ").to_owned()
}
