//! Texts that people hand to hfscan: read from a file or stdin, decoded whatever wrote them, with
//! line and column of every byte.

pub mod position;

use std::io::Read as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

pub use position::{Position, Positions};

/// Why a text could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file or stdin could not be read.
    #[error("{file}: cannot be read: {error}")]
    Read {
        /// The file as the user named it.
        file: Arc<str>,
        /// What the system says.
        error: std::io::Error,
    },
}

/// A text with its name and, on demand, the lines and columns in it.
#[derive(Debug)]
pub struct Source {
    name: Arc<str>,
    text: String,
    damaged: bool,
    positions: OnceLock<Positions>,
}

/// Reads the bytes of a file; `-` is stdin. Returns them with the name to show.
pub fn read_bytes(path: &Path) -> Result<(Arc<str>, Vec<u8>), SourceError> {
    if path.as_os_str() == "-" {
        let file: Arc<str> = "<stdin>".into();
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(|error| SourceError::Read { file: Arc::clone(&file), error })?;
        return Ok((file, bytes));
    }
    let file: Arc<str> = path.to_string_lossy().into();
    let bytes = std::fs::read(path).map_err(|error| SourceError::Read { file: Arc::clone(&file), error })?;
    Ok((file, bytes))
}

impl Source {
    /// Reads and decodes a file; `-` is stdin.
    pub fn read(path: &Path) -> Result<Self, SourceError> {
        let (name, bytes) = read_bytes(path)?;
        Ok(Self::from_bytes(name, bytes))
    }

    /// Decodes bytes: UTF-8 or UTF-16, either with or without a byte order mark.
    pub fn from_bytes(name: Arc<str>, bytes: Vec<u8>) -> Self {
        let (text, damaged) = decode(bytes);
        Self { name, text, damaged, positions: OnceLock::new() }
    }

    /// Returns the name as the user gave it.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Returns the decoded text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether some bytes were no valid text and were replaced.
    pub fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// Returns line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        self.positions.get_or_init(|| Positions::new(&self.text)).of(&self.text, offset)
    }
}

/// Windows PowerShell redirects write UTF-16; `-Encoding` and pipes may drop the mark, so that the
/// zero bytes of ASCII text are the only sign left.
fn encoding_of(bytes: &[u8]) -> (&'static Encoding, usize) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return (encoding, length);
    }
    let sample = bytes.get(..bytes.len().min(256)).unwrap_or(bytes);
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let half = sample.len() / 2;
    match (zeros(0), zeros(1)) {
        (even, odd) if half > 0 && odd * 4 > half * 3 && even * 4 < half => (UTF_16LE, 0),
        (even, odd) if half > 0 && even * 4 > half * 3 && odd * 4 < half => (UTF_16BE, 0),
        _ => (UTF_8, 0),
    }
}

fn decode(mut bytes: Vec<u8>) -> (String, bool) {
    let (encoding, mark) = encoding_of(&bytes);
    if encoding == UTF_8 {
        bytes.drain(..mark);
        return match String::from_utf8(bytes) {
            Ok(text) => (text, false),
            Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), true),
        };
    }
    let (text, damaged) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
    (text.into_owned(), damaged)
}
