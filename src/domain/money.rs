//! Money in fen, and numbers as people state them: with hedges, open ends and the words they were read from.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Span;

/// A sum of money: integer fen (1 yuan = 100 fen), never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// Ten thousand yuan (1 万元).
    pub const WAN: Self = Self(1_000_000);
    /// The largest sum that is accepted: 10^12 yuan.
    pub const MAX: Self = Self(100_000_000_000_000);

    /// From fen; `None` below zero or above [`Money::MAX`].
    #[must_use]
    pub const fn from_fen(fen: i64) -> Option<Self> {
        if fen < 0 || fen > Self::MAX.0 { None } else { Some(Self(fen)) }
    }

    /// From yuan, rounded to the nearest fen; `None` if negative, too large or not a number.
    #[must_use]
    pub fn from_yuan(yuan: f64) -> Option<Self> {
        let fen = (yuan * 100.0).round();
        (fen >= 0.0 && fen <= Self::MAX.0 as f64).then_some(Self(fen as i64))
    }

    /// The sum in fen.
    #[must_use]
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// The sum in yuan. It is exact below 2^53 fen, and [`Money::MAX`] is below that.
    #[must_use]
    pub fn yuan(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// Sum of two, capped at [`Money::MAX`].
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self((self.0 + other.0).min(Self::MAX.0))
    }

    /// Difference, not below zero.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self((self.0 - other.0).max(0))
    }
}

impl fmt::Display for Money {
    /// 万元 from ten thousand yuan on, 元 below, without trailing zeros: `33.5万元`, `800元`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, name) = if self.0 >= Self::WAN.0 { (Self::WAN.0, "万元") } else { (100, "元") };
        let (whole, rest) = (self.0 / unit, self.0 % unit);
        if rest == 0 {
            return write!(f, "{whole}{name}");
        }
        let digits = if unit == 100 { 2 } else { 6 };
        let fraction = format!("{rest:0digits$}");
        write!(f, "{whole}.{}{name}", fraction.trim_end_matches('0'))
    }
}

/// A sum as stated: `约30万元`, `10-20万元`, `不超过80万元`.
///
/// 约/近/左右: both ends are the stated number; 超/余/多/不低于: no upper end; 不超过: no lower end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Lower end in fen; null where open.
    pub min_fen: Option<Money>,
    /// Upper end in fen; null where open.
    pub max_fen: Option<Money>,
    /// The hedging word, if there is one.
    pub hedge: Option<String>,
    /// The words from which it was read.
    pub text: String,
    /// Position of these words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

impl Amount {
    /// A plain sum.
    #[must_use]
    pub fn exact(money: Money, text: impl Into<String>) -> Self {
        Self { min_fen: Some(money), max_fen: Some(money), hedge: None, text: text.into(), span: None }
    }

    /// The one figure to match on: the upper end, else the lower.
    #[must_use]
    pub fn point(&self) -> Option<Money> {
        self.max_fen.or(self.min_fen)
    }

    /// The same statement with `secured` taken off both ends.
    #[must_use]
    pub fn less(&self, secured: Money) -> Self {
        Self {
            min_fen: self.min_fen.map(|min| min.minus(secured)),
            max_fen: self.max_fen.map(|max| max.minus(secured)),
            ..self.clone()
        }
    }
}

impl fmt::Display for Amount {
    /// The sum in 万元, with its hedge: `约30万元`, `10万元至20万元`, `30万元以上`, `不超过80万元`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min_fen, self.max_fen) {
            (Some(min), Some(max)) if min == max && self.hedge.is_some() => write!(f, "约{max}"),
            (Some(min), Some(max)) if min == max => write!(f, "{max}"),
            (Some(min), Some(max)) => write!(f, "{min}至{max}"),
            (Some(min), None) => write!(f, "{min}以上"),
            (None, Some(max)) => write!(f, "不超过{max}"),
            (None, None) => f.write_str(&self.text),
        }
    }
}

/// A number of people, households or visits as stated: `近200名`, `6000余人`, `48.3万人次`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Lower end; null where open.
    pub min: Option<u64>,
    /// Upper end; null where open.
    pub max: Option<u64>,
    /// The hedging word, if there is one.
    pub hedge: Option<String>,
    /// `人`, `人次` or `户`; 人次 and 户 are not persons.
    pub unit: String,
    /// The words from which it was read.
    pub text: String,
    /// Position of these words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn money_is_shown_in_wan_without_trailing_zeros() {
        let show = |fen| Money::from_fen(fen).unwrap().to_string();
        assert_eq!(show(33_500_000), "33.5万元");
        assert_eq!(show(335_000_000), "335万元");
        assert_eq!(show(80_000), "800元");
        assert_eq!(show(80_050), "800.5元");
        assert_eq!(show(1_000_001), "1.000001万元");
        assert_eq!(show(0), "0元");
    }

    proptest! {
        #[test]
        fn yuan_and_back_keeps_every_fen(fen in 0..=Money::MAX.fen()) {
            let money = Money::from_fen(fen).unwrap();
            prop_assert_eq!(Money::from_yuan(money.yuan()), Some(money));
        }

        #[test]
        fn sums_stay_within_bounds_and_differences_undo_them(a in 0..=Money::MAX.fen() / 2, b in 0..=Money::MAX.fen() / 2) {
            let (a, b) = (Money::from_fen(a).unwrap(), Money::from_fen(b).unwrap());
            prop_assert_eq!(a.plus(b).minus(b), a);
            prop_assert!(a.minus(b) >= Money::ZERO);
        }

        #[test]
        fn what_is_shown_reads_back(fen in 0..1_000_000_000_i64) {
            let shown = Money::from_fen(fen).unwrap().to_string();
            let (digits, unit) = match shown.strip_suffix("万元") { Some(d) => (d, 1e6), None => (shown.strip_suffix("元").unwrap(), 100.0) };
            prop_assert_eq!((digits.parse::<f64>().unwrap() * unit).round() as i64, fen);
        }

        #[test]
        fn strange_yuan_are_refused(yuan in prop_oneof![Just(f64::NAN), Just(f64::INFINITY), -1e12..-0.01, 1e13..1e300]) {
            prop_assert_eq!(Money::from_yuan(yuan), None);
        }
    }
}
