//! Names of files as a person would type them: relative to the working directory when they lie below
//! it, with forward slashes.

use std::path::{Component, Path, PathBuf};

/// Takes `.` and `a/..` out of a path without asking the file system.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match clean.components().next_back() {
                Some(Component::Normal(_)) => {
                    clean.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => clean.push(component),
            },
            other => clean.push(other),
        }
    }
    clean
}

/// Returns the name to show for a path.
pub(crate) fn shown(path: &Path, working_directory: &Path) -> String {
    let whole = clean(&working_directory.join(path));
    let short = match whole.strip_prefix(clean(working_directory)) {
        Ok(below) => below.to_owned(),
        Err(_) if path.is_relative() => clean(path),
        Err(_) => whole,
    };
    let mut text = String::new();
    for component in short.components() {
        match component {
            Component::RootDir => text.push('/'),
            other => {
                if !text.is_empty() && !text.ends_with('/') {
                    text.push('/');
                }
                text.push_str(&other.as_os_str().to_string_lossy());
            }
        }
    }
    if text.is_empty() { ".".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_as_a_person_would_type_them() {
        let here = Path::new("/work/repo");
        for (path, expected) in [
            ("infra/../infra/./main.tf", "infra/main.tf"),
            ("/work/repo/infra/main.tf", "infra/main.tf"),
            ("../other/main.tf", "../other/main.tf"),
            ("/tmp/main.tf", "/tmp/main.tf"),
            ("a/../../other/main.tf", "../other/main.tf"),
            (".", "."),
        ] {
            assert_eq!(shown(Path::new(path), here), expected, "{path}");
        }
    }
}
