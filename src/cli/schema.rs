//! `hfscan schema`: the shape of what a rule sees.

use clap::Args;

use super::ui::Ui;
use crate::failure::Failure;
use crate::inventory::schema;
use crate::policy::failure::similar;

/// Show the kinds of resources, or the JSON Schema of one
#[derive(Debug, Args)]
pub(super) struct SchemaOf {
    /// Kind such as aws.ec2.subnet; lists the kinds if not set
    kind: Option<String>,
}

impl SchemaOf {
    pub(super) fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        let Some(kind) = &self.kind else {
            ui.results(|out| schema::kinds().iter().try_for_each(|kind| writeln!(out, "{kind}")))?;
            return Ok(0);
        };
        let schema = schema::of_kind(kind).ok_or_else(|| {
            let meant = similar(kind, schema::kinds().iter().copied());
            let meant = meant.map_or_else(String::new, |kind| format!("; did you mean `{kind}`?"));
            Failure::usage(format!("there is no kind `{kind}`{meant}")).hint("hfscan schema lists the kinds")
        })?;
        ui.results(|out| {
            serde_json::to_writer_pretty(&mut *out, &schema)?;
            writeln!(out)
        })?;
        Ok(0)
    }
}
