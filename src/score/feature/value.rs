//! What a feature says.

/// What a feature says of one organization.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A finite number.
    Known(f64),
    /// The organization's record says nothing: missing, not zero.
    Unknown,
    /// The need says nothing that it could be compared with.
    NotAsked,
}

impl Value {
    /// Known, or unknown where a row holds not-a-number.
    pub(super) fn or_unknown(number: f32) -> Self {
        if number.is_nan() { Self::Unknown } else { Self::Known(f64::from(number)) }
    }

    /// 1 for yes, 0 for no.
    pub(super) fn yes_no(yes: bool) -> Self {
        Self::Known(f64::from(u8::from(yes)))
    }
}
