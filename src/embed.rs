//! Build script: writes a table of every policy file, so that a new file is in the next build
//! without a list that somebody keeps. Tests stay out of the binary.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "cargo talks to build scripts by variables and stdout"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("policies");
    println!("cargo:rerun-if-changed={}", root.display());
    println!("cargo:rerun-if-changed=src/embed.rs");

    let mut files = Vec::new();
    if root.is_dir() {
        walk(&root, &mut files)?;
    }
    files.sort();

    let mut table = String::from(
        "/// Every file of `policies/`, by its path in there.\npub(super) static FILES: &[(&str, &str)] = &[\n",
    );
    for file in &files {
        let name = name_in(&root, file);
        if !is_test(&name) {
            let _ = writeln!(table, "    ({name:?}, include_str!({:?})),", file.display().to_string());
        }
    }
    table.push_str("];\n");

    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("embedded_policies.rs"), table)
}

fn walk(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "rego" || e == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}

fn name_in(root: &Path, file: &Path) -> String {
    let relative = file.strip_prefix(root).unwrap_or(file);
    relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn is_test(name: &str) -> bool {
    name.ends_with("_test.rego") || name.ends_with("_cases.yaml")
}
