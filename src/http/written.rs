//! JSON answers that are written where they are computed: a thousand suggestions with their reasons are megabytes, which would
//! hold up the threads that serve everybody.

use axum::body::Bytes;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A value as JSON: the bytes that `serde_json` writes, which looks at each of them where `sonic_rs` looks at 32 at once.
pub(super) struct Written(Bytes);

impl Written {
    pub(super) fn new(value: &impl Serialize) -> Self {
        Self(sonic_rs::to_vec(value).expect("shapes of the wire have string keys only").into())
    }
}

impl IntoResponse for Written {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], self.0).into_response()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_bytes_are_those_of_serde_json(
            text in any::<String>(),
            controls in "[\\x00-\\x1f\"\\\\/\u{7f}\u{2028}]{0,40}",
            numbers in prop::collection::vec(any::<f64>(), 0..8),
            whole in any::<(i64, u64, u8, bool, Option<f64>)>(),
        ) {
            let value = BTreeMap::from([(text, (controls, numbers, whole)), (String::new(), Default::default())]);
            let written = Written::new(&value).0;
            prop_assert_eq!(String::from_utf8(written.to_vec()).unwrap(), serde_json::to_string(&value).unwrap());
        }
    }
}
