//! The fields of a posted form, some of which come in numbered groups: `cell.3` belongs to `at.3`.

use std::collections::HashMap;

/// The fields by name; of two with one name, the later one.
pub(super) struct Posted {
    fields: HashMap<String, String>,
}

impl Posted {
    pub(super) fn new(fields: Vec<(String, String)>) -> Self {
        Self { fields: fields.into_iter().collect() }
    }

    /// A field, if it was sent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// A field of a group.
    pub(super) fn of(&self, name: &str, number: usize) -> Option<&str> {
        self.get(&format!("{name}.{number}"))
    }

    /// The numbers of the groups that have this field, ascending.
    pub(super) fn numbers(&self, name: &str) -> Vec<usize> {
        let number = |field: &String| field.strip_prefix(name)?.strip_prefix('.')?.parse().ok();
        let mut numbers: Vec<usize> = self.fields.keys().filter_map(number).collect();
        numbers.sort_unstable();
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::Posted;

    #[test]
    fn groups_are_told_apart_by_their_number() {
        let fields = [("cell.10", "b"), ("cell.2", "a"), ("cells.3", "x"), ("cell.x", "y"), ("undo", "1")];
        let posted = Posted::new(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        assert_eq!(posted.numbers("cell"), [2, 10]);
        assert_eq!((posted.of("cell", 10), posted.get("undo"), posted.get("cell")), (Some("b"), Some("1"), None));
    }
}
