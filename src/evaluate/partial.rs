//! stub
use super::engine::Program;
use super::gate::Others;
use super::outcome::{Denial, Doubt};
use super::view::View;
use std::sync::Arc;

/// Three-valued truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    Yes,
    No,
    Maybe,
}

/// What a rule says over all possible values.
#[derive(Debug, Clone)]
pub struct Answer {
    pub applies: Truth,
    pub denials: Vec<Denial>,
    pub may_deny: bool,
    pub unsure: Vec<String>,
    pub may_be_unsure: bool,
    pub doubts: Vec<Doubt>,
}

pub fn evaluate(_: &Program, view: &View, _: Option<&Others>) -> Result<Answer, Arc<str>> {
    Ok(Answer {
        applies: Truth::Maybe,
        denials: vec![],
        may_deny: true,
        unsure: vec![],
        may_be_unsure: false,
        doubts: view
            .unknown
            .iter()
            .map(|u| Doubt {
                path: u.path.to_string(),
                reason: u.reason.to_string(),
            })
            .collect(),
    })
}
