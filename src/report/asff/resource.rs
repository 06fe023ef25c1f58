//! The resource of a finding: AWS's name of its type, and the evidence as names and texts.

use std::collections::BTreeMap;

use super::shape::{AsffResource, ResourceDetails};
use super::{limits, told};
use crate::finding::Finding;
use crate::report::aws_types;
use crate::report::cloud::Whereabouts;

/// Related resources that the evidence tells; those behind them say little more.
const MOST_RELATED: usize = 10;

/// Returns the resource of a finding with the evidence.
pub(super) fn of(finding: &Finding, place: &Whereabouts) -> AsffResource {
    let subject = &finding.resource;
    let id = told(&subject.id, limits::RESOURCE_ID).or_else(|| told(&subject.address, limits::RESOURCE_ID));
    AsffResource {
        type_name: aws_types::in_security_hub(&subject.kind).to_owned(),
        id: id.unwrap_or_else(|| "unnamed".to_owned()),
        partition: limits::PARTITIONS.contains(&place.partition.as_str()).then(|| place.partition.clone()),
        region: place.region.clone(),
        details: ResourceDetails { other: evidence(finding) },
    }
}

fn evidence(finding: &Finding) -> BTreeMap<String, String> {
    let subject = &finding.resource;
    let related: Vec<&str> = finding.related.iter().take(MOST_RELATED).map(|related| related.id.as_str()).collect();
    let reasons: Vec<String> = finding.reasons.iter().map(ToString::to_string).collect();
    let fields = [
        ("kind", subject.kind.clone()),
        ("type", aws_types::in_cloud_formation(&subject.kind).unwrap_or_default().to_owned()),
        ("name", subject.name.clone().unwrap_or_default()),
        ("address", subject.address.clone()),
        ("element", finding.tag.clone().unwrap_or_default()),
        ("attribute", finding.path.join(".")),
        ("value", finding.value.as_ref().map_or_else(String::new, ToString::to_string)),
        ("related", related.join(" → ")),
        ("unknown", reasons.join("; ")),
        ("block", finding.block.as_ref().map_or_else(String::new, |block| block.address.clone())),
    ];
    let told = fields.into_iter().filter_map(|(name, text)| Some((name.to_owned(), told(&text, limits::OTHER_VALUE)?)));
    told.collect()
}
