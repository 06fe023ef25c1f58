//! Kubernetes manifests: YAML or JSON files of API objects → resources. What has to be rendered first,
//! such as a Helm template or what a kustomization changes, is a gap, never a guess.

mod detect;
pub mod failure;
pub(crate) mod kinds;
mod kustomize;
mod manifest;
pub(crate) mod node;
mod stage;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::inventory::kubernetes::Identity;
use crate::inventory::{Annotation, Attributes, Gap, Links, Origin, Resource, Target, Value};
use crate::source::Source;

pub use detect::{is_manifest, unusual};
pub use failure::Failure;
use manifest::{Manifest, Object};
use stage::Stages;

/// Every kind that manifests may hold.
pub const KINDS: [&str; 8] = [
    "kubernetes.apps.daemon_set",
    "kubernetes.apps.deployment",
    "kubernetes.apps.stateful_set",
    "kubernetes.autoscaling.horizontal_pod_autoscaler",
    "kubernetes.core.service",
    "kubernetes.helm.release",
    "kubernetes.keda.scaled_object",
    "kubernetes.object",
];

/// Kinds of objects that belong to no namespace.
const CLUSTER_WIDE: [&str; 17] = [
    "APIService",
    "ClusterIssuer",
    "ClusterRole",
    "ClusterRoleBinding",
    "CSIDriver",
    "CustomResourceDefinition",
    "EC2NodeClass",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "NodePool",
    "PersistentVolume",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
    "ValidatingWebhookConfiguration",
];

/// Fewer files than this are read by one thread.
const FEW: usize = 16;

/// A file to read.
#[derive(Debug)]
pub struct File {
    /// Its text.
    pub source: Source,
    /// Whether the user named the file itself; then it must hold an object.
    pub named: bool,
}

/// What a file, or all files of a folder, gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// The file or folder.
    pub path: String,
    /// How many resources it gave.
    pub resources: usize,
    /// What the reader of the report should know about it.
    pub warnings: Vec<String>,
}

/// What manifests hold, in normalized form.
#[derive(Debug, Default)]
pub struct Collected {
    /// The resources.
    pub resources: Vec<Resource>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// The inputs, for the report.
    pub parts: Vec<Part>,
    /// Files of folders that are no manifests.
    pub passed_over: Vec<String>,
    /// Annotations of its objects that speak to hfscan.
    pub annotations: Vec<Annotation>,
}

/// Reads all manifests of a run; they are one cluster's unless names collide.
pub fn collect(files: &[File]) -> Result<Collected, Failure> {
    let one = |file: &File| manifest::read(&file.source);
    let read: Vec<Result<Manifest, Failure>> =
        if files.len() < FEW { files.iter().map(one).collect() } else { files.par_iter().map(one).collect() };
    let mut collected = Collected::default();
    let mut manifests: Vec<(&File, Manifest)> = Vec::new();
    let mut kustomizations = BTreeMap::new();
    for (file, read) in files.iter().zip(read) {
        let name = file.source.name();
        let mut manifest = match read {
            Ok(manifest) => manifest,
            Err(failure) if file.named => return Err(failure),
            Err(failure) => {
                let is_one = matches!(failure, Failure::Template { .. }) || detect::names_a_kind(file.source.text());
                if is_one {
                    collected.gap(&failure);
                } else {
                    collected.passed_over.push(name.to_string());
                }
                continue;
            }
        };
        if let Some(kustomization) = manifest.kustomization.take() {
            kustomizations.insert(PathBuf::from(&**name), kustomization);
        } else if manifest.objects.is_empty() && manifest.unnamed.is_empty() {
            if file.named {
                return Err(Failure::Nothing { file: Arc::clone(name) });
            }
            collected.passed_over.push(name.to_string());
            continue;
        }
        manifests.push((file, manifest));
    }
    collected.leave_out_what_kustomize_changes(&kustomizations, &mut manifests);
    for (file, manifest) in &manifests {
        for position in &manifest.unnamed {
            collected.gap(&Failure::Template {
                file: Arc::clone(file.source.name()),
                position: *position,
                what: "the kind, the name or the namespace of this object is a placeholder".to_owned(),
                remedy: manifest::remedy(file.source.name()),
            });
        }
    }
    collected.add(manifests);
    Ok(collected)
}

impl Collected {
    fn gap(&mut self, failure: &Failure) {
        let text = failure.to_string();
        let (subject, reason) = match failure {
            Failure::Syntax { file, position, .. } | Failure::Template { file, position, .. } => {
                let subject = format!("{file}:{}:{}", position.line, position.column);
                let reason = text.strip_prefix(&subject).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(&text);
                (subject, reason.to_owned())
            }
            Failure::Nothing { file } => (file.to_string(), text),
        };
        self.gaps.push(Gap::new(subject, reason, KINDS.map(str::to_owned).to_vec()));
    }

    fn leave_out_what_kustomize_changes(
        &mut self,
        kustomizations: &BTreeMap<PathBuf, node::Node>,
        manifests: &mut Vec<(&File, Manifest)>,
    ) {
        let effect = kustomize::effect(kustomizations);
        let mut left_out: BTreeMap<&Path, usize> = BTreeMap::new();
        manifests.retain(|(file, _)| {
            let folder = effect.changed.get(&kustomize::tidy(Path::new(&**file.source.name())));
            if let Some(folder) = folder {
                *left_out.entry(folder).or_default() += 1;
            }
            folder.is_none()
        });
        for folder in &effect.to_render {
            let count = left_out.get(folder.as_path()).copied().unwrap_or(0);
            let shown = if folder.as_os_str().is_empty() { ".".to_owned() } else { folder.display().to_string() };
            self.gaps.push(Gap {
                reason: format!(
                    "a kustomization changes what is here before it is applied, so that {count} files were not judged; \
                     render it first: kubectl kustomize {shown} > manifests.yaml"
                ),
                subject: shown,
                kinds: KINDS.map(str::to_owned).to_vec(),
                ..Gap::default()
            });
        }
    }

    fn add(&mut self, manifests: Vec<(&File, Manifest)>) {
        let keys = manifests.iter().flat_map(|(file, manifest)| {
            let path = Path::new(&**file.source.name());
            manifest.objects.iter().filter_map(move |object| Some((path, key(object)?)))
        });
        let stages = Stages::of(keys);
        let mut parts: BTreeMap<(bool, String), Part> = BTreeMap::new();
        for (file, manifest) in manifests {
            let name = file.source.name();
            let stage = stages.stage_of(Path::new(&**name));
            let Manifest { objects, mut warnings, .. } = manifest;
            let resources = resources(objects, &file.source, stage.as_deref(), &mut warnings, &mut self.annotations);
            // Many files of a folder are one line of the report.
            let folder = Path::new(&**name).parent().filter(|folder| !folder.as_os_str().is_empty());
            let path = match folder {
                Some(folder) if !file.named => folder.display().to_string(),
                _ => name.to_string(),
            };
            let part = parts.entry((file.named, path.clone())).or_default();
            part.path = path;
            part.resources += resources.len();
            part.warnings.append(&mut warnings);
            self.resources.extend(resources);
        }
        self.parts = parts.into_values().collect();
        prefer_own_stage(&mut self.resources);
    }
}

/// What must be unique in a cluster; nothing where the API server makes up the name.
fn key(object: &Object) -> Option<stage::Key> {
    Some((namespace_of(object).to_owned(), kind_of(object), object.name.clone()?))
}

/// The kind, with its API group unless that is one that everybody knows.
fn kind_of(object: &Object) -> String {
    let version = object.node.text(&["apiVersion"]).known().cloned().flatten().unwrap_or_default();
    match version.split_once('/').map(|(group, _)| group) {
        None | Some("apps" | "extensions" | "autoscaling" | "batch") => object.kind.clone(),
        Some(group) => format!("{}.{group}", object.kind),
    }
}

fn namespace_of(object: &Object) -> &str {
    if CLUSTER_WIDE.contains(&object.kind.as_str()) { "" } else { &object.namespace }
}

fn resources(
    objects: Vec<Object>,
    source: &Source,
    stage: Option<&str>,
    warnings: &mut Vec<String>,
    annotations: &mut Vec<Annotation>,
) -> Vec<Resource> {
    let file = source.name();
    let mut by_id: BTreeMap<String, Resource> = BTreeMap::new();
    for object in objects {
        let namespace = namespace_of(&object);
        let name = object.name.clone().unwrap_or_else(|| format!("(made up, line {})", object.position.line));
        let address = match namespace {
            "" => format!("{}/{name}", kind_of(&object)),
            namespace => format!("{namespace}/{}/{name}", kind_of(&object)),
        };
        let id = stage.map_or_else(|| address.clone(), |stage| format!("{stage}#{address}"));
        let mut mapped = kinds::map(&object.node);
        if let Some(identity) = identity_mut(&mut mapped.attributes) {
            identity.stage = stage.map(str::to_owned);
            if namespace.is_empty() {
                identity.namespace = Value::Known(String::new());
            }
        }
        if let Attributes::KubernetesHelmRelease(release) = &mut mapped.attributes {
            release.stage = stage.map(str::to_owned);
        }
        if let Some(stage) = stage {
            let own: Vec<String> = mapped.identifiers.iter().map(|name| format!("{stage}#{name}")).collect();
            mapped.identifiers.extend(own);
        }
        let resource = Resource {
            id: id.as_str().into(),
            name: mapped.name,
            provider: "kubernetes",
            account: Value::Known(None),
            region: Value::Known(None),
            tags: Value::default(),
            identifiers: mapped.identifiers,
            origin: Origin {
                file: Arc::clone(file),
                address: address.as_str().into(),
                type_name: object.kind.as_str().into(),
                line: object.position.line,
                column: object.position.column,
            },
            parts: Vec::new(),
            attributes: mapped.attributes,
        };
        let line = resource.origin.line;
        let told = speaking(&object, &resource.id, source);
        annotations.retain(|annotation| annotation.resource != resource.id);
        annotations.extend(told);
        if let Some(before) = by_id.insert(id, resource) {
            let column = before.origin.column;
            warnings.push(format!(
                "{file}:{}:{column}: {address} stands here and again in line {line}; the last one counts",
                before.origin.line
            ));
        }
    }
    by_id.into_values().collect()
}

/// Returns the annotations of an object that speak to hfscan.
fn speaking(object: &Object, id: &Arc<str>, source: &Source) -> Vec<Annotation> {
    let Value::Known(Some(annotations)) = object.node.at(&["metadata", "annotations"]) else { return Vec::new() };
    let spoken = annotations.fields().iter().filter(|(name, _)| name.to_ascii_lowercase().starts_with("hfscan"));
    let annotation = |(name, node): &(String, node::Node)| {
        let position = source.position(node.at);
        Annotation {
            resource: Arc::clone(id),
            name: name.clone(),
            text: node.text(&[]).known().cloned().flatten(),
            file: Arc::clone(source.name()),
            line: position.line,
            column: position.column,
        }
    };
    spoken.map(annotation).collect()
}

/// Returns what tells an object from others, for writing.
fn identity_mut(attributes: &mut Attributes) -> Option<&mut Identity> {
    Some(match attributes {
        Attributes::KubernetesAppsDaemonSet(inner) => &mut inner.identity,
        Attributes::KubernetesAppsDeployment(inner) => &mut inner.identity,
        Attributes::KubernetesAppsStatefulSet(inner) => &mut inner.identity,
        Attributes::KubernetesAutoscalingHorizontalPodAutoscaler(inner) => &mut inner.identity,
        Attributes::KubernetesCoreService(inner) => &mut inner.identity,
        Attributes::KubernetesKedaScaledObject(inner) => &mut inner.identity,
        Attributes::KubernetesObject(inner) => &mut inner.identity,
        _ => return None,
    })
}

/// Leads the autoscalers of a stage to the objects of that stage, where it has them.
fn prefer_own_stage(resources: &mut [Resource]) {
    let known: BTreeSet<String> = resources
        .iter()
        .flat_map(|resource| &resource.identifiers)
        .filter(|name| name.contains('#'))
        .cloned()
        .collect();
    if known.is_empty() {
        return;
    }
    for resource in resources {
        let (stage, target) = match &mut resource.attributes {
            Attributes::KubernetesAutoscalingHorizontalPodAutoscaler(inner) => {
                (&inner.identity.stage, &mut inner.target)
            }
            Attributes::KubernetesKedaScaledObject(inner) => (&inner.identity.stage, &mut inner.target),
            _ => continue,
        };
        let (Some(stage), Value::Known(Links { targets, .. })) = (stage, target) else { continue };
        for target in targets {
            let (Target::Literal(name) | Target::Resource(name)) = &*target;
            let own = format!("{stage}#{name}");
            if known.contains(&own) {
                *target = Target::Literal(own);
            }
        }
    }
}
