//! The contact of a need or an organization: restricted personal data.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

/// A contact as a list gave it: a text, an object, or several of them.
///
/// A contact can be deserialised but not serialised, so that no answer, page, document or log shows one by accident: a type
/// that derives `Serialize` cannot write it, and its `Debug` form shows nothing. Only the ledger's row writes it, through
/// [`Contact::for_the_ledger`].
#[derive(Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Contact(Value);

impl Contact {
    /// Takes a contact as it was given.
    #[must_use]
    pub const fn new(contact: Value) -> Self {
        Self(contact)
    }

    /// The content, for the ledger's row only. A test checks that nothing else calls this.
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
