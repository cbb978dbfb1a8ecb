//! Whom to call about a need or an organization: restricted personal data.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

/// A contact as a list gave it: a text, an object, or several of them.
///
/// It can be read but not serialised, so that no answer, page, document or log can show one by accident: a type that derives
/// `Serialize` cannot hold it among the fields it writes, and its `Debug` form shows nothing. The ledger's row is the one
/// place that writes it, through [`Contact::for_the_ledger`].
#[derive(Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Contact(Value);

impl Contact {
    /// Takes a contact as it was given.
    #[must_use]
    pub const fn new(contact: Value) -> Self {
        Self(contact)
    }

    /// The content, for the ledger's row and for nothing else. A test looks for other callers.
    #[must_use]
    pub const fn for_the_ledger(&self) -> &Value {
        &self.0
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact(..)")
    }
}
