//! The rows of one account and region, by type, with what Config does not record there.

use std::collections::BTreeMap;

use super::row::{Node, Row};
use crate::inventory::Reason;

/// Rows of one account: those of a region, or those that belong to none.
#[derive(Debug, Default)]
pub(super) struct Rows<'a> {
    by_type: BTreeMap<&'a str, Vec<&'a Row>>,
    /// Types of which more may exist than the rows tell, and why.
    missing: BTreeMap<&'static str, Reason>,
}

impl<'a> Rows<'a> {
    /// Sorts rows by type; those that are gone are left out.
    pub(super) fn of_rows(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let mut by_type: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in rows.into_iter().filter(|row| !row.is_gone()) {
            by_type.entry(row.head("resourceType").unwrap_or_default()).or_default().push(row);
        }
        Self { by_type, missing: BTreeMap::new() }
    }

    /// Notes that a type may have more.
    pub(super) fn miss(&mut self, type_name: &'static str, reason: Reason) {
        self.missing.entry(type_name).or_insert(reason);
    }

    /// Returns the rows of a type.
    pub(super) fn of(&self, type_name: &str) -> impl Iterator<Item = &'a Row> + use<'a> {
        self.by_type.get(type_name).cloned().unwrap_or_default().into_iter()
    }

    /// Returns whether the rows of a type are all that there are.
    pub(super) fn whole(&self, type_name: &str) -> Result<(), Reason> {
        self.missing.get(type_name).map_or(Ok(()), |reason| Err(reason.clone()))
    }
}

/// The type under which Config records its own recorders.
pub(super) const RECORDER: &str = "AWS::Config::ConfigurationRecorder";

/// The names of recorders that a service runs for itself begin so, and no others may. What they record the
/// service sees; queries need not.
const OF_SERVICE: &str = "AWSConfigurationRecorderFor";

/// What the recorders of a region record. A query for a type that none records has an empty answer, and
/// no error.
#[derive(Debug, Default)]
pub(super) struct Recorders<'a>(Vec<Node<'a>>);

impl<'a> Recorders<'a> {
    /// Takes the recorders out of rows, without those of services.
    pub(super) fn of(rows: &Rows<'a>) -> Self {
        let is_own = |one: &Node<'_>| !one.text("Name").is_some_and(|name| name.starts_with(OF_SERVICE));
        Self(rows.of(RECORDER).map(Row::configuration).filter(is_own).collect())
    }

    /// Whether any recorder is known.
    pub(super) fn are_known(&self) -> bool {
        !self.0.is_empty()
    }

    /// Returns whether a type is recorded and kept up to date.
    pub(super) fn record(&self, type_name: &str) -> bool {
        self.0.iter().any(|recorder| recorder.flag("Recording") == Some(true) && records(*recorder, type_name))
    }
}

fn records(recorder: Node<'_>, type_name: &str) -> bool {
    let Some(group) = recorder.node("RecordingGroup") else { return false };
    let names = |path: &str| group.texts(path).iter().any(|name| name == type_name);
    let is_global = type_name.starts_with("AWS::IAM::");
    match group.text("RecordingStrategy.UseOnly").as_deref() {
        Some("EXCLUSION_BY_RESOURCE_TYPES") => !names("ExclusionByResourceTypes.ResourceTypes"),
        Some("INCLUSION_BY_RESOURCE_TYPES") => names("ResourceTypes"),
        _ if group.flag("AllSupported") == Some(true) => {
            !is_global || group.flag("IncludeGlobalResourceTypes") == Some(true)
        }
        _ => names("ResourceTypes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(group: &str, recording: bool, type_name: &str) -> bool {
        let text = format!(
            r#"{{"resourceType":"{RECORDER}","configuration":{{"Recording":{recording},"RecordingGroup":{group}}}}}"#
        );
        let row = Row::parse(&text).unwrap();
        Recorders::of(&Rows::of_rows([&row])).record(type_name)
    }

    #[test]
    fn a_recorder_tells_what_it_records() {
        let (bucket, role) = ("AWS::S3::Bucket", "AWS::IAM::Role");
        let all = r#"{"AllSupported":true,"IncludeGlobalResourceTypes":false}"#;
        assert!(recorded(all, true, bucket) && !recorded(all, true, role) && !recorded(all, false, bucket));
        assert!(recorded(r#"{"AllSupported":true,"IncludeGlobalResourceTypes":true}"#, true, role));
        let some = r#"{"AllSupported":false,"ResourceTypes":["AWS::IAM::Role"]}"#;
        assert!(recorded(some, true, role) && !recorded(some, true, bucket));
        let others = r#"{"RecordingStrategy":{"UseOnly":"EXCLUSION_BY_RESOURCE_TYPES"},
            "ExclusionByResourceTypes":{"ResourceTypes":["AWS::S3::Bucket"]}}"#;
        assert!(recorded(others, true, role) && !recorded(others, true, bucket));
        assert!(!recorded("null", true, bucket));
    }

    #[test]
    fn a_recorder_of_a_service_proves_nothing() {
        let recorders = |name: &str| {
            let group = r#"{"AllSupported":true}"#;
            let document = format!(r#"{{"Name":"{name}","Recording":true,"RecordingGroup":{group}}}"#);
            let row = format!(r#"{{"resourceType":"{RECORDER}","configuration":{document}}}"#);
            let row = Row::parse(&row).unwrap();
            let recorders = Recorders::of(&Rows::of_rows([&row]));
            (recorders.are_known(), recorders.record("AWS::S3::Bucket"))
        };
        assert_eq!(recorders("default"), (true, true));
        assert_eq!(recorders("AWSConfigurationRecorderForSecurityHub"), (false, false));
    }

    #[test]
    fn rows_that_are_gone_are_left_out() {
        let row = |status: &str| {
            let text = format!(r#"{{"resourceType":"AWS::EC2::VPC","configurationItemStatus":"{status}"}}"#);
            Row::parse(&text).unwrap()
        };
        let (there, gone) = (row("OK"), row("ResourceDeleted"));
        let mut rows = Rows::of_rows([&there, &gone]);
        assert_eq!(rows.of("AWS::EC2::VPC").count(), 1);
        assert!(rows.whole("AWS::EC2::VPC").is_ok());
        rows.miss("AWS::EC2::VPC", Reason::Unread("x".to_owned()));
        assert!(rows.whole("AWS::EC2::VPC").is_err());
    }
}
