//! Logical locations: every resource and module once, each with the module around it.

use std::collections::BTreeMap;

use ::sarif::sarif::LogicalLocation;

/// The logical locations of a run.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<LogicalLocation>,
    positions: BTreeMap<String, i64>,
}

impl Table {
    /// Returns a resource as a location that refers to its row. `address` says in which modules it
    /// stands; `id` is the name that it has in the report.
    pub(super) fn resource(&mut self, id: &str, address: &str, kind: &str, name: Option<&str>) -> LogicalLocation {
        let parent = self.modules(address);
        let index = self.row(id, id, kind, name, parent);
        let mut location = LogicalLocation::builder().fully_qualified_name(id).name(id).kind(kind).index(index).build();
        location.decorated_name = name.map(str::to_owned);
        location.parent_index = parent;
        location
    }

    /// Returns the rows.
    pub(super) fn into_rows(self) -> Vec<LogicalLocation> {
        self.rows
    }

    /// Adds the modules that an address names and returns the innermost one.
    fn modules(&mut self, address: &str) -> Option<i64> {
        let mut parent = None;
        let mut start = 0;
        while let Some(end) = module_step(address, start) {
            let (Some(module), Some(step)) = (address.get(..end), address.get(start..end)) else { break };
            parent = Some(self.row(module, step, "module", None, parent));
            start = end + 1;
        }
        parent
    }

    fn row(&mut self, id: &str, name: &str, kind: &str, decorated: Option<&str>, parent: Option<i64>) -> i64 {
        if let Some(&index) = self.positions.get(id) {
            return index;
        }
        let index = i64::try_from(self.rows.len()).unwrap_or(i64::MAX);
        let mut row = LogicalLocation::builder().fully_qualified_name(id).name(name).kind(kind).build();
        row.decorated_name = decorated.map(str::to_owned);
        row.parent_index = parent;
        self.rows.push(row);
        self.positions.insert(id.to_owned(), index);
        index
    }
}

/// Returns the end of the step `module.name["key"]` that begins at `start`, if one does and something
/// follows it. Keys may hold dots and brackets, so quotes are followed.
fn module_step(address: &str, start: usize) -> Option<usize> {
    let rest = address.get(start..)?;
    let name = rest.strip_prefix("module.")?;
    let (mut quoted, mut escaped) = (false, false);
    for (at, letter) in name.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '.' if !quoted => return Some(start + rest.len() - name.len() + at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_of_an_address_stands_in_the_table_once() {
        let mut table = Table::default();
        for (name, index) in [("a", 2), ("b", 3)] {
            let address = format!(r#"module.network["eu.\"1\"[0]"].module.x[0].aws_subnet.{name}"#);
            let location = table.resource(&address, &address, "aws.ec2.subnet", None);
            assert_eq!((location.index, location.parent_index), (Some(index), Some(1)));
        }
        let rows = table.into_rows();
        let told: Vec<_> = rows.iter().map(|row| (row.name.as_deref().unwrap_or(""), row.parent_index)).collect();
        assert_eq!(told[..2], [(r#"module.network["eu.\"1\"[0]"]"#, None), ("module.x[0]", Some(0))]);
        assert_eq!(rows.len(), 4);
    }

    #[test]
    fn what_is_no_terraform_address_has_no_modules() {
        let mut table = Table::default();
        for id in ["arn:aws:iam::123456789012:role/module.x", "module.", "environment", "aws_subnet.module"] {
            assert_eq!(table.resource(id, id, "aws.iam.role", None).parent_index, None);
        }
    }
}
