//! Findings of a hub that have to be sent again, kept until the hub is read to its end: writing while it is
//! read would move its pages. A few stand in memory, many in a file without a name.

use std::io::{self, BufRead as _, BufReader, Seek as _, Write as _};

use tempfile::SpooledTempFile;

use crate::report::asff::AsffFinding;

/// Bytes that stand in memory.
const IN_MEMORY: usize = 16 * 1024 * 1024;

/// Findings that are to be sent again.
pub(super) struct Kept {
    file: SpooledTempFile,
    count: usize,
}

impl Kept {
    pub(super) fn new() -> Self {
        Self { file: SpooledTempFile::new(IN_MEMORY), count: 0 }
    }

    /// Keeps a finding.
    pub(super) fn add(&mut self, finding: &AsffFinding) -> io::Result<()> {
        let mut line = serde_json::to_vec(finding)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.count += 1;
        Ok(())
    }

    /// Returns how many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Returns them in the order in which they came.
    pub(super) fn into_findings(mut self) -> io::Result<impl Iterator<Item = io::Result<AsffFinding>>> {
        self.file.rewind()?;
        let lines = BufReader::new(self.file).lines();
        Ok(lines.map(|line| Ok(serde_json::from_str(&line?)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_into_memory_comes_back_in_its_order() {
        let mut finding = super::super::convert::tests::sample();
        finding.description = "two\nlines ".repeat(10_000);
        let mut kept = Kept::new();
        for number in 0..200 {
            finding.id = number.to_string();
            kept.add(&finding).unwrap();
        }
        assert!(kept.file.is_rolled(), "the test keeps too few");
        assert_eq!(kept.count(), 200);
        let ids: Vec<String> = kept.into_findings().unwrap().map(|finding| finding.unwrap().id).collect();
        assert_eq!(ids, (0..200).map(|number| number.to_string()).collect::<Vec<_>>());
    }
}
