//! Reports in files: `--output FORMAT=FILE`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum as _;

use crate::failure::Failure;
use crate::finding::Report;
use crate::report::{self, Format, Look};

/// Columns of a report for people in a file.
const WIDTH: usize = 120;

/// A report to write to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    /// Its format.
    pub(super) format: Format,
    /// The file.
    pub(super) path: PathBuf,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || Format::ALL.map(Format::name).join(", ");
        let Some((format, path)) = text.split_once('=') else {
            return Err(format!("expected FORMAT=FILE, such as sarif=hfscan.sarif; formats: {}", names()));
        };
        let format = Format::from_str(format, false)
            .map_err(|_| format!("unknown format `{format}`; expected one of {}", names()))?;
        if path.is_empty() {
            return Err(format!("expected a file name behind `{}=`", format.name()));
        }
        Ok(Self { format, path: PathBuf::from(path) })
    }
}

/// Refuses two reports for one file, and files in directories that do not exist, before the scan
/// takes its time.
pub(super) fn check(outputs: &[Output]) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    for output in outputs {
        let path = output.path.display();
        if !seen.insert(&output.path) {
            return Err(Failure::usage(format!("two reports would be written to `{path}`")));
        }
        check_place(&output.path)?;
    }
    Ok(())
}

/// Refuses a path where no file can be written.
pub(super) fn check_place(path: &Path) -> Result<(), Failure> {
    let (shown, directory) = (path.display(), directory_of(path));
    if path.is_dir() {
        return Err(Failure::usage(format!("`{shown}` is a directory, not a file to write to")));
    }
    if !directory.is_dir() {
        return Err(Failure::usage(format!("there is no directory to write `{shown}` to"))
            .hint(format!("make it first: mkdir -p {}", directory.display())));
    }
    Ok(())
}

impl Output {
    /// Puts the name of the scan where the path says `{name}`.
    pub(super) fn name(&mut self, name: &str) {
        if let Some(path) = self.path.to_str().filter(|path| path.contains("{name}")) {
            self.path = path.replace("{name}", name).into();
        }
    }

    /// Writes the report. The file is replaced as a whole or not at all, so that nobody reads half
    /// of it.
    pub(super) fn write(&self, report: &Report, look: &Look) -> Result<(), Failure> {
        let look = Look { width: WIDTH, color: false, ..look.clone() };
        let render = |out: &mut dyn Write| report::render(self.format, report, &look, out);
        let written = if fs::metadata(&self.path).is_ok_and(|metadata| !metadata.is_file()) {
            // A pipe or a device cannot be replaced.
            File::options().write(true).open(&self.path).and_then(|file| buffered(file, render).map(|_| ()))
        } else {
            replace(&self.path, render)
        };
        written.map_err(|error| Failure::output(&format!("`{}`", self.path.display()), &error))
    }
}

pub(super) fn replace(path: &Path, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".hfscan-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any program makes a file; the user's umask takes away from it.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(directory_of(path))?;
    let file = buffered(file, render)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn buffered<W: Write>(file: W, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<W> {
    let mut writer = BufWriter::new(file);
    render(&mut writer)?;
    writer.into_inner().map_err(io::IntoInnerError::into_error)
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_replaces_the_file_as_a_whole_and_leaves_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.json");
        fs::write(&path, "old").unwrap();
        let output: Output = format!("json={}", path.display()).parse().unwrap();
        output.write(&Report::default(), &Look::default()).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with('{') && text.ends_with("}\n"));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o600, 0o600);
            assert_eq!(mode & 0o111, 0);
        }
    }

    #[test]
    fn a_report_that_breaks_off_leaves_the_old_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.json");
        fs::write(&path, "old").unwrap();
        let broken = replace(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("broken"))
        });
        assert!(broken.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
