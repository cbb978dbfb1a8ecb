//! The value of a feature.

/// The value of a feature for one organization.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A finite number.
    Known(f64),
    /// The organization's record says nothing: the value is missing, not zero.
    Unknown,
    /// The need says nothing to compare with.
    NotAsked,
}

impl Value {
    /// Known, or unknown if the number in the row is NaN.
    pub(super) fn or_unknown(number: f32) -> Self {
        if number.is_nan() { Self::Unknown } else { Self::Known(f64::from(number)) }
    }

    /// 1 for yes, 0 for no.
    pub(super) fn yes_no(yes: bool) -> Self {
        Self::Known(f64::from(u8::from(yes)))
    }
}
