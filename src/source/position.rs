//! Line and column of a byte offset, in UTF-16 units as editors and SARIF count them. Plans are
//! often one line of many megabytes, so the text is cut into blocks: a look-up reads one block only.

const BLOCK: usize = 1024;

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in UTF-16 units, from 1.
    pub column: u32,
}

/// Line and column at the start of every block of a text.
#[derive(Debug)]
pub struct Positions {
    blocks: Vec<Position>,
}

impl Positions {
    /// Reads the text once.
    pub fn new(text: &str) -> Self {
        let mut blocks = Vec::with_capacity(text.len() / BLOCK + 1);
        let mut position = Position { line: 1, column: 1 };
        for block in text.as_bytes().chunks(BLOCK) {
            blocks.push(position);
            position = advance(position, block);
        }
        blocks.push(position);
        Self { blocks }
    }

    /// Returns line and column of a byte offset of the same text; past the end is the end.
    pub fn of(&self, text: &str, offset: usize) -> Position {
        let offset = offset.min(text.len());
        let block = offset / BLOCK;
        let start = self.blocks.get(block).copied().unwrap_or(Position { line: 1, column: 1 });
        advance(start, text.as_bytes().get(block * BLOCK..offset).unwrap_or_default())
    }
}

/// Counts without a branch for each byte, so that the compiler can count many at once.
fn advance(position: Position, bytes: &[u8]) -> Position {
    let count = |bytes: &[u8], is: fn(u8) -> bool| {
        u32::try_from(bytes.iter().filter(|byte| is(**byte)).count()).unwrap_or(u32::MAX)
    };
    let lines = count(bytes, |byte| byte == b'\n');
    let (start, tail) = match bytes.iter().rposition(|byte| *byte == b'\n') {
        Some(last) => (1, bytes.get(last + 1..).unwrap_or_default()),
        None => (position.column, bytes),
    };
    // Bytes 10xxxxxx continue a character and count nothing. Characters of four bytes lie outside of
    // the basic plane: two UTF-16 units.
    let units = count(tail, |byte| byte & 0xC0 != 0x80).saturating_add(count(tail, |byte| byte >= 0xF0));
    Position { line: position.line.saturating_add(lines), column: start.saturating_add(units) }
}
