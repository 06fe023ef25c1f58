//! The references that a plan lists for an expression: their grammar, and which of them are only
//! shorter forms of another.

use super::address::{Cursor, Key, Mode, local_name};

/// One step after the root of a reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// `.name`
    Attribute(String),
    /// `[0]` or `["key"]`
    Index(Key),
    /// `[*]` or `.*`
    Splat,
}

/// What a reference starts from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Root {
    /// A resource or data source of the same module, as `aws_x.y` or `data.aws_x.y`.
    Resource(String),
    /// An output of a module call, or the call as a whole.
    Module(String),
    /// An input variable of the module.
    Variable(String),
    /// A local value; a plan does not tell what it stands for.
    Local(String),
    /// `each.key`
    EachKey,
    /// `each.value`
    EachValue,
    /// `count.index`
    CountIndex,
    /// `path`, `terraform` or `self`: never another resource.
    Constant,
}

/// A reference, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// As the plan writes it.
    pub text: String,
    /// What it starts from.
    pub root: Root,
    /// What follows.
    pub steps: Vec<Step>,
}

impl Reference {
    /// Parses one reference; `None` when it is none, such as the iterator of a dynamic block.
    pub fn parse(text: &str) -> Option<Self> {
        let mut cursor = Cursor::new(text);
        let first = cursor.name().ok()?.to_owned();
        let mut steps = Vec::new();
        while !cursor.is_done() {
            if cursor.take("[*]") || cursor.take(".*") {
                steps.push(Step::Splat);
            } else if let Some(key) = cursor.key().ok()? {
                steps.push(Step::Index(key));
            } else {
                cursor.expect('.', "`.`").ok()?;
                // Terraform 0.12 writes `aws_x.y.0` as well.
                let name = cursor.name().ok()?;
                steps.push(
                    name.parse().map_or_else(|_| Step::Attribute(name.to_owned()), |i| Step::Index(Key::Integer(i))),
                );
            }
        }
        let (root, used) = root(&first, &steps)?;
        Some(Self { text: text.to_owned(), root, steps: steps.split_off(used) })
    }
}

fn root(first: &str, steps: &[Step]) -> Option<(Root, usize)> {
    let name = |index: usize| match steps.get(index) {
        Some(Step::Attribute(name)) => Some(name.as_str()),
        _ => None,
    };
    Some(match first {
        "var" => (Root::Variable(name(0)?.to_owned()), 1),
        "local" => (Root::Local(name(0)?.to_owned()), 1),
        "module" => (Root::Module(name(0)?.to_owned()), 1),
        "each" if name(0)? == "key" => (Root::EachKey, 1),
        "each" => (Root::EachValue, 1),
        "count" => (Root::CountIndex, 1),
        "path" | "terraform" | "self" => (Root::Constant, 0),
        "data" => (Root::Resource(local_name(Mode::Data, name(0)?, name(1)?)), 2),
        type_name => (Root::Resource(local_name(Mode::Managed, type_name, name(0)?)), 1),
    })
}

/// Keeps the references that say most: Terraform writes `a.b[0].id`, then `a.b[0]`, then `a.b` for
/// one and the same mention. A shorter one that does not follow its longer form was written by the
/// author.
pub fn longest(texts: &[String]) -> Vec<Reference> {
    let mut kept: Vec<Reference> = Vec::new();
    let mut previous: Option<&str> = None;
    for text in texts {
        if !previous.is_some_and(|longer| shortens(longer, text))
            && let Some(reference) = Reference::parse(text)
            && !kept.contains(&reference)
        {
            kept.push(reference);
        }
        previous = Some(text);
    }
    kept
}

fn shortens(longer: &str, shorter: &str) -> bool {
    longer.strip_prefix(shorter).is_some_and(|rest| rest.starts_with(['.', '[']))
}
