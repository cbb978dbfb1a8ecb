//! The purposes that organizations' names state, numbered: few of them differ, so each is looked at once per need.

use std::collections::HashMap;

use super::absent::NO_PURPOSE;
use crate::reference::Reference;

/// The different purposes: sets of top-level sectors by number, a set being empty if no sector has the purpose. The first
/// stands for none stated.
#[derive(Debug, Clone)]
pub(super) struct PurposeNumbers {
    different: Vec<Vec<usize>>,
    numbers: HashMap<Vec<usize>, u16>,
}

impl PurposeNumbers {
    pub(super) fn new(different: impl IntoIterator<Item = Vec<usize>>) -> Self {
        let mut this = Self { different: vec![Vec::new()], numbers: HashMap::new() };
        for purpose in different {
            this.number(Some(purpose));
        }
        this
    }

    /// The number of what a name states; a purpose that is new gets the next one.
    pub(super) fn number(&mut self, stated: Option<Vec<usize>>) -> u16 {
        let Some(stated) = stated else { return NO_PURPOSE };
        if let Some(&number) = self.numbers.get(&stated) {
            return number;
        }
        // A set of sixteen rows has far fewer combinations in names than there are numbers.
        let number = u16::try_from(self.different.len()).unwrap_or(NO_PURPOSE);
        if number != NO_PURPOSE {
            self.different.push(stated.clone());
            self.numbers.insert(stated, number);
        }
        number
    }

    /// By number.
    pub(super) fn all(&self) -> &[Vec<usize>] {
        &self.different
    }
}

/// What the name of an organization states.
pub(super) fn stated(name: &str, reference: &Reference) -> Option<Vec<usize>> {
    reference.purposes.of_name(&reference.taxonomy, name)
}
