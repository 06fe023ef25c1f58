//! What the author wrote for a block, as far as the plan shows it.

use std::sync::Arc;

use serde_json::Value as Json;

use super::convert::text;
use crate::collect::terraform::configuration::{Expression, Fields};

/// The configuration of a block.
#[derive(Debug, Clone)]
pub(super) enum Written<'a> {
    /// The plan has no configuration for the resource.
    Nowhere,
    /// This block.
    Fields(&'a Fields),
    /// One of these blocks; the plan's values do not tell which.
    Candidates(Arc<[&'a Fields]>),
    /// All elements share these references: blocks that are attributes to the provider.
    Pooled(&'a Expression),
    /// The block exists, but a plan does not show where it is written: a dynamic block.
    Hidden,
}

/// Expressions of one attribute.
pub(super) enum Found<'a> {
    /// The plan shows none.
    Nothing,
    /// The expression of this very attribute.
    Exact(&'a Expression),
    /// Expressions of which one holds, mixed with those of other attributes perhaps.
    Pooled(Vec<&'a Expression>),
}

impl<'a> Written<'a> {
    /// Returns whether the author wrote the attribute; `None` when the plan does not show.
    pub(super) fn has(&self, name: &str) -> Option<bool> {
        match self {
            Self::Fields(fields) => Some(fields.contains_key(name)),
            Self::Candidates(blocks) => Some(blocks.iter().any(|fields| fields.contains_key(name))),
            Self::Nowhere | Self::Pooled(_) | Self::Hidden => None,
        }
    }

    /// Returns whether the author wrote something for the attribute that is no constant.
    pub(super) fn is_computed(&self, name: &str) -> bool {
        match self.find(name) {
            Found::Exact(expression) => matches!(expression, Expression::References(_)),
            Found::Nothing | Found::Pooled(_) => false,
        }
    }

    pub(super) fn find(&self, name: &str) -> Found<'a> {
        match self {
            Self::Fields(fields) => fields.get(name).map_or(Found::Nothing, Found::Exact),
            Self::Candidates(blocks) => Found::Pooled(blocks.iter().filter_map(|fields| fields.get(name)).collect()),
            Self::Pooled(expression) => Found::Pooled(vec![expression]),
            Self::Nowhere | Self::Hidden => Found::Nothing,
        }
    }

    /// Returns the first reference that the author wrote for an attribute.
    pub(super) fn mention(&self, name: &str) -> Option<String> {
        let first = |expression: &Expression| Some(expression.references().first()?.text.clone());
        match self.find(name) {
            Found::Nothing => None,
            Found::Exact(expression) => first(expression),
            Found::Pooled(expressions) => expressions.into_iter().find_map(first),
        }
    }

    /// Returns the configuration of each element of a nested block.
    pub(super) fn elements(&self, name: &str, afters: &[Option<&Json>], unknowns: &[Option<&Json>]) -> Vec<Self> {
        let one = |written: Self| vec![written; afters.len()];
        match self {
            Self::Nowhere => one(Self::Nowhere),
            Self::Hidden => one(Self::Hidden),
            Self::Pooled(expression) => one(Self::Pooled(expression)),
            Self::Candidates(_) => match self.find(name) {
                Found::Pooled(expressions) => one(candidates(expressions.into_iter().flat_map(fields_of).collect())),
                Found::Nothing | Found::Exact(_) => one(Self::Hidden),
            },
            Self::Fields(fields) => match fields.get(name) {
                None | Some(Expression::Constant(_)) => one(Self::Hidden),
                Some(Expression::Fields(fields)) => one(Self::Fields(fields)),
                Some(pooled @ Expression::References(_)) => one(Self::Pooled(pooled)),
                Some(blocks @ Expression::Blocks(_)) => matched(&fields_of(blocks), afters, unknowns),
            },
        }
    }
}

fn fields_of(expression: &Expression) -> Vec<&Fields> {
    match expression {
        Expression::Blocks(blocks) => blocks.iter().flat_map(fields_of).collect(),
        Expression::Fields(fields) => vec![fields],
        Expression::Constant(_) | Expression::References(_) => Vec::new(),
    }
}

fn candidates(blocks: Vec<&Fields>) -> Written<'_> {
    match blocks.as_slice() {
        [] => Written::Hidden,
        [only] => Written::Fields(only),
        _ => Written::Candidates(blocks.into()),
    }
}

/// Finds the written block of each planned one. Lists keep the author's order, sets do not, and a
/// plan does not tell which it is; the constants that the author wrote decide.
fn matched<'a>(blocks: &[&'a Fields], afters: &[Option<&Json>], unknowns: &[Option<&Json>]) -> Vec<Written<'a>> {
    let element = |index: usize| (afters.get(index).copied().flatten(), unknowns.get(index).copied().flatten());
    let fits = |fields: &Fields, index: usize| {
        let (after, unknown) = element(index);
        fields.iter().all(|(name, expression)| is_compatible(expression, name, after, unknown))
    };
    let in_order = blocks.len() == afters.len() && blocks.iter().enumerate().all(|(index, fields)| fits(fields, index));
    if in_order {
        return blocks.iter().map(|fields| Written::Fields(fields)).collect();
    }
    (0..afters.len())
        .map(|index| {
            let fitting: Vec<&Fields> = blocks.iter().copied().filter(|fields| fits(fields, index)).collect();
            match fitting.as_slice() {
                // With more blocks planned than written, dynamic ones are among them: then only a
                // block that fits nowhere else is this one for sure.
                [only]
                    if blocks.len() >= afters.len()
                        || (0..afters.len()).filter(|&other| fits(only, other)).count() == 1 =>
                {
                    Written::Fields(only)
                }
                _ if blocks.len() < afters.len() => Written::Hidden,
                _ => candidates(fitting),
            }
        })
        .collect()
}

fn is_compatible(expression: &Expression, name: &str, after: Option<&Json>, unknown: Option<&Json>) -> bool {
    let marked = unknown.is_some_and(|marks| marks == &Json::Bool(true) || marks.get(name) == Some(&Json::Bool(true)));
    match expression {
        Expression::Constant(constant) => {
            if marked {
                return constant.is_null();
            }
            let planned = after.and_then(|after| after.get(name)).unwrap_or(&Json::Null);
            match (text(constant), text(planned)) {
                (Some(constant), Some(planned)) => constant == planned,
                // Sets are sorted and types converted: only plain scalars are compared.
                _ => constant.is_null() || !planned.is_null() || constant.as_array().is_some_and(Vec::is_empty),
            }
        }
        Expression::References(_) | Expression::Blocks(_) | Expression::Fields(_) => true,
    }
}
