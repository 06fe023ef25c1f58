//! One file of manifests: its documents, the objects in them, and what in it is none.

use std::path::Path;
use std::sync::Arc;

use super::failure::Failure;
use super::node::{Content, Node, is_placeholder};
use super::yaml;
use crate::source::{Position, Source};

/// A file, read.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// Its objects with their places.
    pub(super) objects: Vec<Object>,
    /// The kustomization that it is, if it is one.
    pub(super) kustomization: Option<Node>,
    /// Objects that cannot be told apart: their name or kind is a placeholder.
    pub(super) unnamed: Vec<Position>,
    /// What is odd about it.
    pub(super) warnings: Vec<String>,
}

/// An object of the API.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) node: Node,
    pub(super) position: Position,
    pub(super) kind: String,
    pub(super) namespace: String,
    /// Null when the API server makes it up.
    pub(super) name: Option<String>,
}

/// Reads a file.
pub(super) fn read(source: &Source) -> Result<Manifest, Failure> {
    let documents = yaml::documents(source).map_err(|broken| {
        let file = Arc::clone(source.name());
        let text = source.text();
        // A template of Jinja is one as well, but what renders it is not known.
        let what = ["{{", "{%"].iter().find(|mark| text.contains(**mark));
        match what {
            Some(_) => Failure::Template {
                position: broken.position,
                what: "this is a template that is not rendered yet".to_owned(),
                remedy: remedy(&file),
                file,
            },
            None => Failure::Syntax { file, position: broken.position, message: broken.message },
        }
    })?;
    let mut manifest = Manifest::default();
    if source.is_damaged() {
        manifest.warnings.push(format!("{}: some bytes are no valid text and were replaced", source.name()));
    }
    let by_name = is_kustomization_file(source.name());
    let mut others = Vec::new();
    for document in documents {
        let at = document.at;
        if by_name && is_kustomization(&document, true) || is_kustomization(&document, false) {
            manifest.kustomization = Some(document);
        } else if matches!(document.content, Content::Null) {
            // Separators at both ends leave empty documents.
        } else if !manifest.add(document, source, None) {
            others.push(source.position(at));
        }
    }
    let is_kubernetes = !manifest.objects.is_empty() || !manifest.unnamed.is_empty();
    if is_kubernetes {
        manifest.warnings.extend(others.iter().map(|position| {
            format!(
                "{}:{}:{}: this document is no Kubernetes object, it lacks `apiVersion` or `kind`, and was passed over",
                source.name(),
                position.line,
                position.column
            )
        }));
    }
    Ok(manifest)
}

impl Manifest {
    /// Adds the object, or those of a list. Returns whether it is one.
    fn add(&mut self, node: Node, source: &Source, of_list: Option<(&str, &str)>) -> bool {
        let position = source.position(node.at);
        // Items of a `DeploymentList` may leave out what the list says already.
        let said = |name: &str| match node.get(name).map(|node| &node.content) {
            Some(Content::Text { text, .. }) if !text.is_empty() => Some(text.clone()),
            Some(Content::Unknown(_)) => Some("{{".to_owned()),
            _ => None,
        };
        let kind = said("kind").or_else(|| of_list.map(|(_, kind)| kind.to_owned()));
        let api_version = said("apiVersion").or_else(|| of_list.map(|(version, _)| version.to_owned()));
        let (Some(kind), Some(api_version)) = (kind, api_version) else { return false };
        if let Some(of_items) = kind.strip_suffix("List")
            && matches!(node.get("items").map(|node| &node.content), None | Some(Content::List(_)))
        {
            let inherited = (!of_items.is_empty()).then_some((api_version.as_str(), of_items));
            let Content::Map(fields) = node.content else { return true };
            let items = fields.into_iter().rev().find(|(name, _)| name == "items");
            if let Some((_, Node { content: Content::List(items), .. })) = items {
                for item in items {
                    let at = source.position(item.at);
                    if !self.add(item, source, inherited) {
                        self.warnings.push(format!(
                            "{}:{}:{}: this item is no Kubernetes object, it lacks `apiVersion` or `kind`, and was passed over",
                            source.name(),
                            at.line,
                            at.column
                        ));
                    }
                }
            }
            return true;
        }
        let namespace = node.text_or(&["metadata", "namespace"], "default");
        let name = node.text(&["metadata", "name"]);
        let (Some(namespace), Some(name)) = (namespace.known().cloned(), name.known().cloned()) else {
            self.unnamed.push(position);
            return true;
        };
        if is_placeholder(&kind) || is_placeholder(&api_version) {
            self.unnamed.push(position);
            return true;
        }
        let node = if of_list.is_some() { with_type(node, api_version, kind.clone()) } else { node };
        self.objects.push(Object { node, position, kind, namespace, name });
        true
    }
}

/// Writes into an object what its list says of it.
fn with_type(node: Node, api_version: String, kind: String) -> Node {
    let Content::Map(mut fields) = node.content else { return node };
    for (name, text) in [("apiVersion", api_version), ("kind", kind)] {
        fields.push((name.to_owned(), Node { at: node.at, content: Content::Text { text, plain: false } }));
    }
    Node { at: node.at, content: Content::Map(fields) }
}

/// Returns whether the name of a file says that it is a kustomization.
pub(super) fn is_kustomization_file(path: &str) -> bool {
    let name = Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    matches!(name, "kustomization.yaml" | "kustomization.yml" | "Kustomization")
}

/// Kustomizations may leave out their type; Flux has a kind of the same name.
fn is_kustomization(document: &Node, by_name: bool) -> bool {
    let api_version = document.text(&["apiVersion"]).known().cloned().flatten();
    match api_version {
        Some(version) => version.starts_with("kustomize.config.k8s.io/"),
        None => by_name && matches!(document.content, Content::Map(_)),
    }
}

/// Says how to make manifests of a template.
pub(super) fn remedy(file: &str) -> String {
    let path = Path::new(file);
    let chart = path.ancestors().find(|folder| folder.file_name().is_some_and(|name| name == "templates"));
    match chart.and_then(Path::parent) {
        Some(chart) => {
            let chart = if chart.as_os_str().is_empty() { Path::new(".") } else { chart };
            format!("render it first: helm template {} > manifests.yaml", chart.display())
        }
        None => "render it first: helm template CHART > manifests.yaml, or what else fills it in".to_owned(),
    }
}
