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

fn advance(mut position: Position, bytes: &[u8]) -> Position {
    for byte in bytes {
        match byte {
            b'\n' => position = Position { line: position.line.saturating_add(1), column: 1 },
            // Bytes 10xxxxxx continue a character and count nothing.
            0x80..=0xBF => {}
            // Characters of four bytes lie outside of the basic plane: two UTF-16 units.
            0xF0.. => position.column = position.column.saturating_add(2),
            _ => position.column = position.column.saturating_add(1),
        }
    }
    position
}
