//! Codes of places and sectors, and findings of them in a text.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Span;

/// Six-digit division code (GB/T 2260): `530000` province, `533400` prefecture, `533422` county.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegionCode(u32);

impl RegionCode {
    /// The code with these six digits.
    #[must_use]
    pub const fn new(digits: u32) -> Option<Self> {
        if digits >= 100_000 && digits <= 999_999 { Some(Self(digits)) } else { None }
    }

    /// The six digits.
    #[must_use]
    pub const fn digits(self) -> u32 {
        self.0
    }

    /// The code of the province that the digits belong to.
    #[must_use]
    pub const fn province(self) -> Self {
        Self(self.0 / 10_000 * 10_000)
    }

    /// The code with the county digits set to zero.
    #[must_use]
    pub const fn prefecture(self) -> Self {
        Self(self.0 / 100 * 100)
    }

    /// False for provinces and for counties directly under a province (`429004`), whose middle digits are 90.
    #[must_use]
    pub const fn has_prefecture(self) -> bool {
        let middle = self.0 / 100 % 100;
        middle != 0 && middle != 90
    }

    /// First digit: 1 华北, 2 东北, 3 华东, 4 中南, 5 西南, 6 西北, 7 and 8 台港澳.
    #[must_use]
    pub const fn macro_region(self) -> u32 {
        self.0 / 100_000
    }
}

impl FromStr for RegionCode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().ok().filter(|_| text.len() == 6).and_then(Self::new).ok_or_else(|| format!("“{text}”不是六位行政区划代码"))
    }
}

impl TryFrom<String> for RegionCode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<RegionCode> for String {
    fn from(code: RegionCode) -> Self {
        code.to_string()
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A place that a text or a cell names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionFinding {
    /// Its code.
    pub code: RegionCode,
    /// Its full name, province first.
    pub name: String,
    /// The words from which it was read.
    pub matched: String,
    /// False if the words may mean another place as well; every candidate is then listed.
    pub certain: bool,
    /// Position of the words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

/// Code of a sector of the taxonomy: `MED`, or `MED.village_doctor` for a child.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SectorCode(String);

impl SectorCode {
    /// Takes any string; the code that reads it checks it against the taxonomy.
    pub fn new(code: impl Into<String>) -> Self {
        Self(code.into())
    }

    /// The string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<SectorCode> for String {
    fn from(code: SectorCode) -> Self {
        code.0
    }
}

impl fmt::Display for SectorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A sector and how much of the need or project belongs to it; the weights of one record sum to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SectorShare {
    /// The sector.
    pub code: SectorCode,
    /// Its share, in (0, 1].
    pub weight: f64,
}

impl SectorShare {
    /// Equal shares for the listed sectors, each counted once.
    #[must_use]
    pub fn equal(mut codes: Vec<SectorCode>) -> Vec<Self> {
        let mut seen = std::collections::HashSet::new();
        codes.retain(|code| seen.insert(code.clone()));
        let weight = 1.0 / codes.len().max(1) as f64;
        codes.into_iter().map(|code| Self { code, weight }).collect()
    }
}
