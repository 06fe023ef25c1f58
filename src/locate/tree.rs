//! What a file of the source says, with the bytes where it stands: one tree for HCL and for JSON.

use std::ops::Range;

/// Bytes of a file.
pub(crate) type Span = Range<usize>;

/// A name with what stands under it: an attribute, a nested block, a top-level block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Name of the attribute, or type of the block.
    pub(crate) name: String,
    /// Labels of a block.
    pub(crate) labels: Vec<String>,
    /// What a person looks at: `name = value` of an attribute, the header of a block.
    pub(crate) head: Span,
    /// All of it.
    pub(crate) whole: Span,
    /// What stands under it.
    pub(crate) node: Node,
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// The body of a block, or an object.
    Body(Vec<Entry>),
    /// The elements of a list, each with its place.
    List(Vec<(Span, Node)>),
    /// Any other expression.
    Leaf(Leaf),
}

/// An expression that is no object and no list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Leaf {
    /// Its text, if it is a literal string, number or truth value.
    pub(crate) text: Option<String>,
    /// The names that it mentions, as in `data.aws_iam_policy_document.x.json`.
    pub(crate) mentions: Vec<Vec<String>>,
}

impl Entry {
    /// Returns the entries below it; none for a list or a leaf.
    pub(crate) fn entries(&self) -> &[Entry] {
        self.node.entries()
    }

    /// Returns whether it is a block or attribute of this name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// Returns whether it is the top-level block with these labels.
    pub(crate) fn is_block(&self, name: &str, labels: &[&str]) -> bool {
        self.name == name && self.labels.iter().map(String::as_str).eq(labels.iter().copied())
    }
}

impl Node {
    /// Returns the entries of a body.
    pub(crate) fn entries(&self) -> &[Entry] {
        match self {
            Self::Body(entries) => entries,
            Self::List(_) | Self::Leaf(_) => &[],
        }
    }

    /// Returns the entry of this name; the first of several blocks.
    pub(crate) fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.is(name))
    }

    /// Returns the text of a literal.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Leaf(leaf) => leaf.text.as_deref(),
            Self::Body(_) | Self::List(_) => None,
        }
    }
}

/// Why a file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    /// Where it breaks, in bytes.
    pub(crate) at: usize,
    /// What is wrong, without anything that the file holds.
    pub(crate) what: String,
}
