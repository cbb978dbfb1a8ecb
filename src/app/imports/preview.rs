//! The beginning of what was accepted of a file, for a person who checks how it was read.

use serde::{Deserialize, Serialize};

use crate::domain::{Amount, Entity, Money, RegionFinding};
use crate::excerpt::excerpt;
use crate::ingest::Outcome;

/// Most rows of a preview.
const MAX_ROWS: usize = 50;
/// Most sums in words of which a preview says how they were read.
const MAX_READINGS: usize = 100;

/// The first accepted rows of a file, and the sum of all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The first rows.
    pub rows: Vec<PreviewRow>,
    /// Sum of all exact sums that accepted needs ask for and accepted projects cost.
    #[serde(rename = "sum_fen")]
    pub sum: Option<Money>,
    /// Number of rows that have such a sum.
    pub summed: usize,
    /// How sums were read that are not written as plain numbers: the first ones.
    #[serde(default)]
    pub readings: Vec<SumReading>,
}

/// A sum that is not written as a plain number (约三十万, 25w), as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SumReading {
    /// The sheet; null for text files.
    pub sheet: Option<String>,
    /// Physical row or line, from 1.
    pub row: u64,
    /// What is written.
    pub text: String,
    /// What it was read as.
    #[serde(rename = "sum_fen")]
    pub sum: Money,
}

/// An accepted row as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRow {
    /// The sheet; null for text files.
    pub sheet: Option<String>,
    /// Physical row or line, from 1.
    pub row: u64,
    /// What the record is called.
    pub title: String,
    /// Its certain places, or where the organization is.
    pub place: String,
    /// Its sum, as it was read.
    pub amount: String,
    /// The same if it is exact.
    #[serde(rename = "exact_fen")]
    pub exact: Option<Money>,
}

impl Preview {
    /// Notes a row, if it was accepted.
    pub(in crate::app) fn note(&mut self, outcome: &Outcome) {
        let Some(entity) = &outcome.entity else { return };
        let (title, place, amount) = match entity {
            Entity::Organization(it) => {
                (it.name.clone(), it.home_region.as_ref().map(|home| home.name.clone()).unwrap_or_default(), None)
            }
            Entity::Project(it) => (it.title.clone(), names(&it.regions), it.amount.as_ref()),
            Entity::Need(it) => (it.title_or_start(), it.place_names().unwrap_or_default(), it.record.amount.as_ref()),
            Entity::Claim(it) => (format!("{} {}", it.need, it.organization), String::new(), None),
        };
        let exact = amount.and_then(Amount::point);
        if let Some(exact) = exact {
            self.sum = Some(self.sum.unwrap_or(Money::ZERO).plus(exact));
            self.summed += 1;
        }
        if let Some((amount, sum)) = amount.zip(exact)
            && self.readings.len() < MAX_READINGS
            && !is_plain(&amount.text)
        {
            let (sheet, row) = (outcome.sheet.clone(), outcome.row);
            self.readings.push(SumReading { sheet, row, text: excerpt(&amount.text), sum });
        }
        if self.rows.len() < MAX_ROWS {
            let amount = amount.map(ToString::to_string).unwrap_or_default();
            let (sheet, row) = (outcome.sheet.clone(), outcome.row);
            self.rows.push(PreviewRow { sheet, row, title: excerpt(&title), place: excerpt(&place), amount, exact });
        }
    }
}

/// The names of the certain ones among some places.
fn names(places: &[RegionFinding]) -> String {
    let certain = places.iter().filter(|place| place.certain).map(|place| place.name.as_str());
    certain.collect::<Vec<_>>().join("、")
}

/// Whether a sum is written as a plain number, with or without its unit.
fn is_plain(text: &str) -> bool {
    let number: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | '，')).collect();
    let number = number.trim_end_matches('元').trim_end_matches('万');
    number.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn words_and_odd_units_are_not_plain() {
        assert!(["30", "30.5万", "1,200", "30 万元", "5000元"].into_iter().all(is_plain));
        assert!(["约三十万", "25w", "10-20万", "约30万元", "三十万"].into_iter().all(|text| !is_plain(text)));
    }
}
