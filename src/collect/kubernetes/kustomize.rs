//! Kustomizations: which of the files that were given are changed before they reach a cluster. Those
//! are not judged, because what they will be is not known until they are rendered.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use super::node::Node;

/// Members of a kustomization that name what it takes as it is.
const TAKES: [&str; 2] = ["resources", "bases"];
/// Members that change nothing of what it takes.
const HARMLESS: [&str; 6] = ["apiVersion", "kind", "metadata", "resources", "bases", "commonAnnotations"];

/// What the kustomizations of a run do to its files.
#[derive(Debug, Default)]
pub(super) struct Effect {
    /// Files that are changed, or are patches, with the folder to render.
    pub(super) changed: BTreeMap<PathBuf, PathBuf>,
    /// Folders that have to be rendered.
    pub(super) to_render: BTreeSet<PathBuf>,
}

/// Follows the kustomizations, which are given by their files.
pub(super) fn effect(kustomizations: &BTreeMap<PathBuf, Node>) -> Effect {
    let by_folder: BTreeMap<PathBuf, &Node> =
        kustomizations.iter().map(|(file, node)| (tidy(file.parent().unwrap_or(Path::new(""))), node)).collect();
    let mut effect = Effect::default();
    for (folder, node) in &by_folder {
        if !changes(node) {
            continue;
        }
        effect.to_render.insert(folder.clone());
        let mut left = vec![folder.clone()];
        let mut seen = BTreeSet::new();
        while let Some(next) = left.pop() {
            let Some(node) = by_folder.get(&next).filter(|_| seen.insert(next.clone())) else { continue };
            for name in mentions(node) {
                // Patches may be written into the kustomization itself, and resources may be addresses.
                if name.contains('\n') || name.contains("://") {
                    continue;
                }
                let path = tidy(&next.join(name));
                if by_folder.contains_key(&path) {
                    left.push(path);
                } else {
                    effect.changed.entry(path).or_insert_with(|| folder.clone());
                }
            }
        }
    }
    effect
}

/// Returns whether a kustomization does more than to list files. What it takes from elsewhere cannot be
/// seen either.
fn changes(node: &Node) -> bool {
    let super::node::Content::Map(fields) = &node.content else { return true };
    fields.iter().any(|(name, _)| !HARMLESS.contains(&name.as_str()))
        || TAKES.iter().flat_map(|name| texts(node, name)).any(|name| name.contains("://") || name.contains("?ref="))
}

/// Returns all paths that a kustomization names.
fn mentions(node: &Node) -> Vec<&str> {
    let lists = [
        "resources",
        "bases",
        "components",
        "patchesStrategicMerge",
        "crds",
        "configurations",
        "transformers",
        "generators",
    ];
    let mut found: Vec<&str> = lists.iter().flat_map(|name| texts(node, name)).collect();
    for list in ["patches", "patchesJson6902", "replacements"] {
        let items = node.items(&[list]);
        for item in items.known().into_iter().flatten() {
            found.extend(item.get("path").and_then(text));
        }
    }
    found
}

fn texts<'a>(node: &'a Node, name: &str) -> Vec<&'a str> {
    node.items(&[name]).known().into_iter().flatten().filter_map(|item| text(item)).collect()
}

fn text(node: &Node) -> Option<&str> {
    match &node.content {
        super::node::Content::Text { text, .. } => Some(text),
        _ => None,
    }
}

/// Takes `.` and `..` out of a path without asking the file system.
pub(super) fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(tidy.components().next_back(), Some(Component::Normal(_))) => {
                tidy.pop();
            }
            other => tidy.push(other),
        }
    }
    tidy
}
