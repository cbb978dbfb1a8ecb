//! Sums as they come in.

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};

use crate::request;

/// A number in yuan, or text such as `30万元`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AmountInput {
    /// Yuan.
    Yuan(f64),
    /// A sum as people write it.
    Text(String),
}

impl utoipa::PartialSchema for AmountInput {
    fn schema() -> RefOr<Schema> {
        const MOST_YUAN: f64 = 1e12;
        let yuan = ObjectBuilder::new()
            .schema_type(Type::Number)
            .minimum(Some(0.0))
            .maximum(Some(MOST_YUAN))
            .multiple_of(Some(0.01))
            .description(Some("Yuan, exact to the fen."));
        let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(64));
        let text = text.description(Some("A sum as people write it."));
        let both = OneOfBuilder::new().item(yuan).item(text);
        both.description(Some("A number in yuan, or text such as `30万元`.")).into()
    }
}

impl utoipa::ToSchema for AmountInput {}

impl From<AmountInput> for request::AmountInput {
    fn from(it: AmountInput) -> Self {
        match it {
            AmountInput::Yuan(yuan) => Self::Yuan(yuan),
            AmountInput::Text(text) => Self::Text(text),
        }
    }
}
