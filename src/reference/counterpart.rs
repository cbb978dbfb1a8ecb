//! Counterpart relations (对口支援, 东西部协作 and others): which division helps which, and over what period.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::divisions::{Divisions, Level};
use crate::domain::{FuzzyDate, RegionCode};

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair {
    donor: RegionCode,
    from: Option<FuzzyDate>,
    to: Option<FuzzyDate>,
    programme: String,
}

/// The counterpart relation between an organization's home and a place, on a given day.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// The helping division.
    pub donor: RegionCode,
    /// The helped division.
    pub recipient: RegionCode,
    /// Name of the programme.
    pub programme: String,
    /// Years since the relation ended; `None` while it is running.
    pub ended_years: Option<f64>,
    /// 1 if the recipient is a county, 0.7 for a prefecture, 0.5 for a province; halved every three years after the end.
    pub strength: f64,
}

/// Half-life of an ended relation's strength, in years.
const HALF_LIFE_YEARS: f64 = 3.0;

/// The table of counterpart relations.
#[derive(Debug)]
pub struct Counterparts {
    by_recipient: HashMap<RegionCode, Vec<Pair>>,
    donor_provinces: HashSet<RegionCode>,
    rows: usize,
}

impl Counterparts {
    pub(super) fn embedded() -> Self {
        Self::parse(include_str!("data/counterpart.tsv"))
    }

    fn parse(table: &str) -> Self {
        let mut by_recipient: HashMap<RegionCode, Vec<Pair>> = HashMap::new();
        let mut donor_provinces = HashSet::new();
        for line in table.lines() {
            let columns: Vec<&str> = line.split('\t').collect();
            let code = |n: usize| -> RegionCode { columns[n].parse().expect("the embedded codes are checked by a test") };
            let date = |n: usize| columns[n].parse().ok();
            let pair = Pair { donor: code(0), from: date(2), to: date(3), programme: columns[4].to_owned() };
            donor_provinces.insert(pair.donor.province());
            by_recipient.entry(code(1)).or_default().push(pair);
        }
        for recipient in by_recipient.keys() {
            donor_provinces.remove(&recipient.province());
        }
        Self { by_recipient, donor_provinces, rows: table.lines().count() }
    }

    /// Number of relations.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The (donor, recipient) pairs of the relations that run on a day, in no particular order, one per programme.
    ///
    /// An inexact start or end date counts as the last day that it can mean.
    pub fn running(&self, day: Date) -> impl Iterator<Item = (RegionCode, RegionCode)> {
        let runs =
            move |pair: &&Pair| pair.from.is_none_or(|from| from.latest() <= day) && pair.to.is_none_or(|to| to.latest() >= day);
        let of = move |recipient: RegionCode| move |pair: &Pair| (pair.donor, recipient);
        self.by_recipient.iter().flat_map(move |(&recipient, pairs)| pairs.iter().filter(runs).map(of(recipient)))
    }

    /// True if the province gives counterpart help and receives none: a text that names it next to 援建 means the helper.
    #[must_use]
    pub fn only_helps(&self, province: RegionCode) -> bool {
        self.donor_provinces.contains(&province.province())
    }

    /// True if this very division receives counterpart help.
    #[must_use]
    pub fn is_helped(&self, place: RegionCode) -> bool {
        self.by_recipient.contains_key(&place)
    }

    /// The strongest relation under which an organization based at `home` helps `place` on the day `as_of`.
    ///
    /// An inexact start or end date counts as the last day that it can mean. Among equal strengths the more specific recipient
    /// wins, then the earlier row of the table.
    #[must_use]
    pub fn relation(&self, divisions: &Divisions, home: RegionCode, place: RegionCode, as_of: Date) -> Option<Relation> {
        let helping = self.helping(divisions, place, as_of).filter(|it| divisions.contains(it.pair.donor, home));
        let strongest = helping.reduce(|best, it| if it.strength > best.strength { it } else { best })?;
        let Helping { pair, recipient, ended_years, strength } = strongest;
        Some(Relation { donor: pair.donor, recipient, programme: pair.programme.clone(), ended_years, strength })
    }

    /// The divisions that help `place`, or have helped it, on the day `as_of`, each with the strength of the relation.
    pub fn donors(&self, divisions: &Divisions, place: RegionCode, as_of: Date) -> impl Iterator<Item = (RegionCode, f64)> {
        self.helping(divisions, place, as_of).map(|it| (it.pair.donor, it.strength))
    }

    /// The relations of `place` and of the divisions around it that have started, the most specific recipient first.
    fn helping(&self, divisions: &Divisions, place: RegionCode, as_of: Date) -> impl Iterator<Item = Helping<'_>> {
        divisions.lineage(place).flat_map(move |recipient| {
            let level = match divisions.level(recipient) {
                Level::County => 1.0,
                Level::Prefecture => 0.7,
                Level::Province => 0.5,
            };
            let started = move |pair: &&Pair| pair.from.is_none_or(|from| from.latest() <= as_of);
            self.by_recipient.get(&recipient).into_iter().flatten().filter(started).map(move |pair| {
                let end = pair.to.map(FuzzyDate::latest).filter(|&end| end < as_of);
                let ended_years = end.map(|end| f64::from(end.until(as_of).map_or(0, |span| span.get_days())) / 365.25);
                let strength = level * ended_years.map_or(1.0, |years| (-years / HALF_LIFE_YEARS).exp2());
                Helping { pair, recipient, ended_years, strength }
            })
        })
    }
}

/// A relation on a day.
struct Helping<'a> {
    pair: &'a Pair,
    recipient: RegionCode,
    ended_years: Option<f64>,
    strength: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn code(digits: u32) -> RegionCode {
        RegionCode::new(digits).unwrap()
    }

    fn strength(home: u32, place: u32, as_of: Date) -> f64 {
        let divisions = Divisions::embedded();
        Counterparts::embedded().relation(&divisions, code(home), code(place), as_of).map_or(0.0, |it| it.strength)
    }

    #[test]
    fn every_code_is_a_division_and_every_date_reads() {
        let divisions = Divisions::embedded();
        let table = Counterparts::embedded();
        assert_eq!(table.len(), 259);
        for (recipient, pairs) in &table.by_recipient {
            assert!(divisions.get(*recipient).is_some());
            assert!(pairs.iter().all(|pair| divisions.get(pair.donor).is_some()));
        }
        for line in include_str!("data/counterpart.tsv").lines() {
            for text in line.split('\t').skip(2).take(2).filter(|text| !text.is_empty()) {
                assert!(text.parse::<FuzzyDate>().is_ok(), "{line}");
            }
        }
    }

    #[test]
    fn shanghai_helps_golog_and_nobody_helps_shanghai() {
        assert!(strength(310_000, 632_600, date(2021, 6, 1)) >= 0.7);
        assert!(strength(310_109, 632_600, date(2021, 6, 1)) >= 0.7);
        assert_eq!(strength(440_000, 632_600, date(2021, 6, 1)), 0.0);
        assert_eq!(strength(310_000, 310_109, date(2021, 6, 1)), 0.0);
    }

    #[test]
    fn a_relation_that_has_not_started_does_not_count_and_an_ended_one_fades() {
        // 佛山 → 凉山, 2016–2020
        assert_eq!(strength(440_600, 513_400, date(2016, 6, 1)), 0.0);
        assert_eq!(strength(440_600, 513_400, date(2018, 6, 1)), 0.7);
        let faded = strength(440_600, 513_400, date(2023, 12, 31));
        assert!((faded - 0.35).abs() < 0.01, "{faded}");
    }
}
