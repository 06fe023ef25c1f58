//! Reads the `# METADATA` block of a rule into a [`Rule`].

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::failure::Problem;
use super::rule::{Parameter, Rule};
use super::severity::Severity;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    title: String,
    description: String,
    #[serde(default)]
    related_resources: Vec<RelatedResource>,
    // Read by OPA's own tools; a rule may carry them.
    #[serde(default, rename = "scope")]
    _scope: Option<String>,
    #[serde(default, rename = "authors")]
    _authors: Option<serde_json::Value>,
    #[serde(default, rename = "organizations")]
    _organizations: Option<serde_json::Value>,
    #[serde(default, rename = "entrypoint")]
    _entrypoint: Option<bool>,
    custom: Custom,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RelatedResource {
    Address(String),
    Described {
        #[serde(rename = "ref")]
        reference: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Custom {
    #[serde(default)]
    control: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    kinds: Vec<String>,
    severity: String,
    #[serde(default)]
    documents: BTreeMap<String, Vec<u32>>,
    remediation: String,
    #[serde(default)]
    frameworks: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    params: BTreeMap<String, Parameter>,
    #[serde(default)]
    aliases: Vec<String>,
}

/// Parses a rule file: its metadata block and its package line.
pub fn parse(path: &str, text: &str, custom: bool) -> Result<Rule, Vec<Problem>> {
    let problem = |line: u32, message: String| vec![Problem::new(path, line, 1, message)];
    let (package_line, package) = package_of(text).ok_or_else(|| {
        problem(
            1,
            "no package; expected `package hfscan.rules.<cloud>.<service>.<rule>`; add it below the metadata".into(),
        )
    })?;
    let (first_line, yaml) = block_of(text).ok_or_else(|| {
        problem(
            1,
            "no metadata; expected a comment block that begins with `# METADATA`; `hfscan rules new` writes one".into(),
        )
    })?;
    if first_line > package_line {
        return Err(problem(
            first_line,
            "metadata stand below the package; expected them above it; move the block up".into(),
        ));
    }
    let block: Block = serde_saphyr::from_str(&yaml).map_err(|error| {
        let (line, column) =
            error.location().map_or((0, 0), |location| (small(location.line()), small(location.column())));
        let what = error.without_snippet().to_string();
        // The YAML stands two columns to the right, behind `# `, and begins below `# METADATA`.
        vec![Problem::new(
            path,
            first_line + line,
            column + 2,
            format!("metadata: {what}; expected title, description and custom {{kind, severity, remediation, …}}; see docs/writing-rules.md"),
        )]
    })?;

    let mut problems = Vec::new();
    let mut add = |key: &str, message: String| {
        problems.push(Problem::new(path, line_of(text, key).unwrap_or(first_line), 1, message));
    };
    let severity = block.custom.severity.parse::<Severity>().unwrap_or_else(|error| {
        add("severity:", format!("{error}; correct the metadata"));
        Severity::Low
    });
    let mut kinds = block.custom.kinds;
    kinds.extend(block.custom.kind);
    kinds.sort();
    kinds.dedup();
    if kinds.is_empty() {
        add(
            "custom:",
            "no kind; expected `kind: aws.s3.bucket` or `kinds: […]`; `hfscan schema` lists the kinds".into(),
        );
    }
    for (key, value) in
        [("title:", &block.title), ("description:", &block.description), ("remediation:", &block.custom.remediation)]
    {
        if value.trim().is_empty() {
            add(key, format!("`{}` is empty; expected a sentence; write one", key.trim_end_matches(':')));
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Rule {
        id: id_of(&package).into(),
        package,
        path: path.to_owned(),
        title: block.title.trim().to_owned(),
        description: block.description.trim().to_owned(),
        references: block
            .related_resources
            .into_iter()
            .map(|resource| match resource {
                RelatedResource::Address(reference) | RelatedResource::Described { reference } => reference,
            })
            .collect(),
        control: block.custom.control,
        kinds,
        severity,
        documents: block.custom.documents,
        remediation: block.custom.remediation.trim().to_owned(),
        frameworks: block.custom.frameworks,
        params: block.custom.params,
        aliases: block.custom.aliases,
        custom,
        text: Arc::from(text),
    })
}

/// Returns the line and the name of a module's package.
pub fn package_of(text: &str) -> Option<(u32, String)> {
    text.lines().zip(1..).find_map(|(line, number)| {
        let name = line.strip_prefix("package ")?;
        let name = name.split('#').next()?.trim();
        Some((number, name.to_owned()))
    })
}

/// Returns the id that belongs to a package: what follows `hfscan.rules`, with dashes.
pub fn id_of(package: &str) -> String {
    package.strip_prefix("hfscan.rules.").unwrap_or(package).replace(['.', '_'], "-")
}

fn block_of(text: &str) -> Option<(u32, String)> {
    let mut lines = text.lines().zip(1..).skip_while(|(line, _)| line.trim() != "# METADATA");
    let (_, first) = lines.next()?;
    let mut yaml = String::new();
    for (line, _) in lines {
        let Some(content) = line.strip_prefix('#') else { break };
        yaml.push_str(content.strip_prefix(' ').unwrap_or(content));
        yaml.push('\n');
    }
    Some((first, yaml))
}

fn line_of(text: &str, key: &str) -> Option<u32> {
    text.lines()
        .zip(1..)
        .find(|(line, _)| line.strip_prefix('#').is_some_and(|line| line.trim_start().starts_with(key)))
        .map(|(_, number)| number)
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
