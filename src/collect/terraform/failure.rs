//! Why an input is no readable plan: each says what it is and which command makes the right one.

use std::sync::Arc;

use crate::source::{Position, SourceError};

/// Command that turns a saved plan into what hfscan reads.
const SHOW: &str = "make one with: terraform plan -out plan.bin && terraform show -json plan.bin > plan.json";

/// Why a plan could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The file itself could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Nothing is in it.
    #[error("{file}: the file is empty, expected a Terraform plan as JSON; {SHOW}")]
    Empty {
        /// The file.
        file: Arc<str>,
    },
    /// A state instead of a plan.
    #[error("{file}:{}:{}: this is a Terraform state, expected a plan as JSON; {SHOW}", position.line, position.column)]
    State {
        /// The file.
        file: Arc<str>,
        /// Where it begins.
        position: Position,
    },
    /// HCL instead of a plan.
    #[error("{file}:{}:{}: this is Terraform configuration (HCL), expected a plan as JSON; {SHOW}", position.line, position.column)]
    Configuration {
        /// The file.
        file: Arc<str>,
        /// Where it begins.
        position: Position,
    },
    /// The human-readable plan instead of the JSON.
    #[error("{file}: this is the text that terraform prints for people, expected a plan as JSON; {SHOW}")]
    Text {
        /// The file.
        file: Arc<str>,
    },
    /// The text ends before the plan does.
    #[error("{file}:{}:{}: the plan is cut off here, expected more JSON; write it again: terraform show -json plan.bin > plan.json", position.line, position.column)]
    Truncated {
        /// The file.
        file: Arc<str>,
        /// Where the text ends.
        position: Position,
    },
    /// The JSON is broken.
    #[error("{file}:{}:{}: not valid JSON: {message}; write it again: terraform show -json plan.bin > plan.json", position.line, position.column)]
    Syntax {
        /// The file.
        file: Arc<str>,
        /// Where it breaks.
        position: Position,
        /// What is wrong, without any of the text.
        message: String,
    },
    /// JSON, but no plan; or no JSON at all.
    #[error("{file}:{}:{}: this is no Terraform plan: {found}; {SHOW}", position.line, position.column)]
    NotAPlan {
        /// The file.
        file: Arc<str>,
        /// Where the JSON begins.
        position: Position,
        /// What it is.
        found: String,
    },
    /// A saved plan that only terraform can open.
    #[error(
        "{file}: this is a saved plan in Terraform's own format, and {problem}; convert it in the folder where it was made: terraform show -json {file} > plan.json (OpenTofu: tofu show -json {file} > plan.json)"
    )]
    Binary {
        /// The file.
        file: Arc<str>,
        /// Why it could not be converted here.
        problem: String,
    },
    /// One resource of a readable plan is unreadable.
    #[error("{file}:{}:{}: {address}: its values cannot be read: {message}", position.line, position.column)]
    Resource {
        /// The file.
        file: Arc<str>,
        /// Where the resource stands.
        position: Position,
        /// Its address.
        address: Arc<str>,
        /// What is wrong, without any of the values.
        message: String,
    },
}

impl Failure {
    /// Returns whether the file is readable but something else than a plan, as most files of a folder
    /// are.
    pub fn is_another_kind_of_file(&self) -> bool {
        matches!(
            self,
            Self::Empty { .. }
                | Self::State { .. }
                | Self::Configuration { .. }
                | Self::Text { .. }
                | Self::NotAPlan { .. }
        )
    }
}
