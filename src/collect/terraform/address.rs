//! Terraform addresses: `module.a["k.1"].module.b[0].data.aws_x.y["z"]`, read and written as
//! Terraform does.

use std::fmt;

/// What selects one instance of a resource or module.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// The index that `count` gives.
    Integer(u64),
    /// The key that `for_each` gives.
    String(String),
}

/// One step of a module path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleStep {
    /// The name of the module call.
    pub name: String,
    /// Which instance of it.
    pub key: Option<Key>,
}

/// Whether Terraform manages a resource or only reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// A `resource` block.
    Managed,
    /// A `data` block.
    Data,
}

/// The address of one resource instance.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// The modules it stands in, from the root.
    pub module: Vec<ModuleStep>,
    /// Managed or data.
    pub mode: Mode,
    /// The provider's type, such as `aws_subnet`.
    pub type_name: String,
    /// The name in the configuration.
    pub name: String,
    /// Which instance of it.
    pub key: Option<Key>,
}

/// Why a text is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a Terraform address: expected {expected} at byte {at}")]
pub struct AddressError {
    /// What should stand there.
    pub expected: &'static str,
    /// Where it breaks.
    pub at: usize,
}

impl Address {
    /// Parses an address.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let mut cursor = Cursor::new(text);
        let module = module_steps(&mut cursor)?;
        let mut first = cursor.name()?;
        let mut mode = Mode::Managed;
        if first == "data" {
            cursor.expect('.', "`.` after data")?;
            mode = Mode::Data;
            first = cursor.name()?;
        }
        cursor.expect('.', "`.` after the type")?;
        let name = cursor.name()?;
        let key = cursor.key()?;
        cursor.end()?;
        Ok(Self { module, mode, type_name: first.to_owned(), name: name.to_owned(), key })
    }

    /// Returns the name inside its module, without a key: `data.aws_x.y`.
    pub fn local_name(&self) -> String {
        local_name(self.mode, &self.type_name, &self.name)
    }

    /// Returns the address of the block in the configuration: no keys at all.
    pub fn configuration(&self) -> String {
        let mut text = String::new();
        for step in &self.module {
            text.push_str("module.");
            text.push_str(&step.name);
            text.push('.');
        }
        text.push_str(&self.local_name());
        text
    }
}

/// Writes the name of a resource inside its module.
pub(super) fn local_name(mode: Mode, type_name: &str, name: &str) -> String {
    match mode {
        Mode::Managed => format!("{type_name}.{name}"),
        Mode::Data => format!("data.{type_name}.{name}"),
    }
}

/// Parses a module path such as `module.a["k"].module.b`; an empty text is the root.
pub fn parse_module(text: &str) -> Result<Vec<ModuleStep>, AddressError> {
    let mut cursor = Cursor::new(text);
    let mut steps = Vec::new();
    while !cursor.is_done() {
        if !steps.is_empty() {
            cursor.expect('.', "`.` between modules")?;
        }
        steps.push(module_step(&mut cursor)?.ok_or(cursor.error("module.NAME"))?);
    }
    Ok(steps)
}

fn module_steps(cursor: &mut Cursor<'_>) -> Result<Vec<ModuleStep>, AddressError> {
    let mut steps = Vec::new();
    while let Some(step) = module_step(cursor)? {
        cursor.expect('.', "`.` after the module")?;
        steps.push(step);
    }
    Ok(steps)
}

fn module_step(cursor: &mut Cursor<'_>) -> Result<Option<ModuleStep>, AddressError> {
    if !cursor.take("module.") {
        return Ok(None);
    }
    let name = cursor.name()?.to_owned();
    let key = cursor.key()?;
    Ok(Some(ModuleStep { name, key }))
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(index) => write!(f, "[{index}]"),
            Self::String(key) => {
                f.write_str("[\"")?;
                let mut characters = key.chars().peekable();
                while let Some(character) = characters.next() {
                    match character {
                        '\n' => f.write_str("\\n")?,
                        '\r' => f.write_str("\\r")?,
                        '\t' => f.write_str("\\t")?,
                        '"' => f.write_str("\\\"")?,
                        '\\' => f.write_str("\\\\")?,
                        // A doubled sign keeps `${` from opening a template.
                        '$' | '%' if characters.peek() == Some(&'{') => write!(f, "{character}{character}")?,
                        other if other != ' ' && (other.is_control() || other.is_whitespace()) => {
                            let code = u32::from(other);
                            if code > 0xFFFF {
                                write!(f, "\\U{code:08x}")?;
                            } else {
                                write!(f, "\\u{code:04x}")?;
                            }
                        }
                        other => write!(f, "{other}")?,
                    }
                }
                f.write_str("\"]")
            }
        }
    }
}

impl fmt::Display for ModuleStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "module.{}", self.name)?;
        self.key.as_ref().map_or(Ok(()), |key| write!(f, "{key}"))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.module {
            write!(f, "{step}.")?;
        }
        if self.mode == Mode::Data {
            f.write_str("data.")?;
        }
        write!(f, "{}.{}", self.type_name, self.name)?;
        self.key.as_ref().map_or(Ok(()), |key| write!(f, "{key}"))
    }
}

/// A place in a text that is being parsed; shared with the grammar of references.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn error(&self, expected: &'static str) -> AddressError {
        AddressError { expected, at: self.at }
    }

    pub(super) fn is_done(&self) -> bool {
        self.rest().is_empty()
    }

    pub(super) fn end(&self) -> Result<(), AddressError> {
        if self.is_done() { Ok(()) } else { Err(self.error("the end")) }
    }

    pub(super) fn take(&mut self, prefix: &str) -> bool {
        let found = self.rest().starts_with(prefix);
        if found {
            self.at += prefix.len();
        }
        found
    }

    pub(super) fn expect(&mut self, character: char, expected: &'static str) -> Result<(), AddressError> {
        if self.rest().starts_with(character) {
            self.at += character.len_utf8();
            Ok(())
        } else {
            Err(self.error(expected))
        }
    }

    /// A name is a letter or underscore, then letters, digits, underscores and dashes; Terraform
    /// takes Unicode identifiers.
    pub(super) fn name(&mut self) -> Result<&'a str, AddressError> {
        let rest = self.rest();
        let end = rest
            .char_indices()
            .find(|(_, character)| !(character.is_alphanumeric() || matches!(character, '_' | '-')))
            .map_or(rest.len(), |(index, _)| index);
        let name = rest.get(..end).unwrap_or_default();
        if name.is_empty() {
            return Err(self.error("a name"));
        }
        self.at += end;
        Ok(name)
    }

    /// Parses `[0]` or `["key"]` if one stands here.
    pub(super) fn key(&mut self) -> Result<Option<Key>, AddressError> {
        if !self.take("[") {
            return Ok(None);
        }
        let key = if self.take("\"") { Key::String(self.quoted()?) } else { Key::Integer(self.integer()?) };
        self.expect(']', "`]` after the key")?;
        Ok(Some(key))
    }

    fn integer(&mut self) -> Result<u64, AddressError> {
        let rest = self.rest();
        let end = rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        let number = rest.get(..end).and_then(|digits| digits.parse().ok()).ok_or(self.error("an index"))?;
        self.at += end;
        Ok(number)
    }

    fn quoted(&mut self) -> Result<String, AddressError> {
        let mut key = String::new();
        let mut rest = self.rest().chars();
        let failed = self.error("a quoted key");
        loop {
            match rest.next().ok_or(failed.clone())? {
                '"' => break,
                '\\' => key.push(escape(&mut rest).ok_or(failed.clone())?),
                sign @ ('$' | '%') => {
                    key.push(sign);
                    let mut ahead = rest.clone();
                    if ahead.next() == Some(sign) && ahead.next() == Some('{') {
                        rest.next();
                    }
                }
                other => key.push(other),
            }
        }
        self.at = self.text.len() - rest.as_str().len();
        Ok(key)
    }
}

fn escape(rest: &mut std::str::Chars<'_>) -> Option<char> {
    let digits = match rest.next()? {
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        'u' => 4,
        'U' => 8,
        other @ ('"' | '\\') => return Some(other),
        _ => return None,
    };
    let code = rest.as_str().get(..digits)?;
    rest.nth(digits - 1)?;
    char::from_u32(u32::from_str_radix(code, 16).ok()?)
}
