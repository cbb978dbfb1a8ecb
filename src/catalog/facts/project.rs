//! What ranking reads of a past project.

use bytemuck::{Pod, Zeroable};
use jiff::civil::Date;

use super::{NO_SUM, places, sum, to_fen};
use crate::catalog::columns::{Column, Ragged, Strings, table};
use crate::catalog::visibility::{ALWAYS, date_of, day_of, year_of};
use crate::domain::{Amount, Money, Project, RegionCode};
use crate::reference::Taxonomy;

/// The facts of fixed size. Days are counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(in crate::catalog) struct ProjectRow {
    amount: i64,
    /// The first day on which it is visible; [`ALWAYS`] if it is undated.
    visible_from: i32,
    /// The day from which totals are known.
    totals_from: i32,
    /// The first day on which it can have started.
    start: i32,
    /// Number of participants, named or not.
    partners: u32,
    /// Number of words in its text.
    words: u32,
    bits: u32,
}

/// A sum is stated, perhaps without a number.
const HAS_AMOUNT: u32 = 1;

table! {
    /// The facts of all past projects, by position.
    ProjectTable {
        rows: Column<ProjectRow>,
        ids: Strings,
        titles: Strings,
        /// Numbers of its sectors.
        sectors: Ragged<u16>,
        /// Their weights.
        weights: Ragged<f64>,
        /// Digits of its certain places.
        regions: Ragged<u32>,
        /// Numbers of its groups.
        groups: Ragged<u16>,
        /// Numbers of its modes.
        modes: Ragged<u16>,
        /// The share of each participant in fen.
        shares: Ragged<i64>,
        /// Their states as given.
        statuses: Strings,
    }
}

/// What ranking reads of a past project. Each fact is looked up when it is asked for.
#[derive(Clone, Copy)]
pub struct ProjectFacts<'a> {
    row: &'a ProjectRow,
    source: Source<'a>,
}

#[derive(Clone, Copy)]
enum Source<'a> {
    Table(&'a ProjectTable, usize),
    Owned(&'a OwnedProject),
}

/// The facts of one project, apart from the table.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::catalog) struct OwnedProject {
    row: ProjectRow,
    id: String,
    title: String,
    sectors: Vec<u16>,
    weights: Vec<f64>,
    regions: Vec<u32>,
    groups: Vec<u16>,
    modes: Vec<u16>,
    shares: Vec<i64>,
    status: String,
}

impl ProjectTable {
    pub(in crate::catalog) fn get(&self, at: usize) -> ProjectFacts<'_> {
        ProjectFacts { row: &self.rows[at], source: Source::Table(self, at) }
    }

    /// Appends all facts.
    pub(in crate::catalog) fn push(&mut self, it: &ProjectFacts<'_>) {
        self.rows.push(*it.row);
        self.ids.push(it.id());
        self.titles.push(it.title());
        self.sectors.push(it.sector_numbers());
        self.weights.push(it.weights());
        self.regions.push(it.region_digits());
        self.groups.push(it.groups());
        self.modes.push(it.modes());
        self.shares.push(it.shares());
        self.statuses.push(it.status());
    }

    /// Sets the number of words of a project in memory.
    pub(in crate::catalog) fn set_words(&mut self, at: usize, words: u32) {
        if let Some(row) = self.rows.values().get_mut(at) {
            row.words = words;
        }
    }

    pub(in crate::catalog) fn len(&self) -> usize {
        self.rows.len()
    }
}

impl OwnedProject {
    /// The facts that a record states; `words` is the number of words in its text.
    pub(in crate::catalog) fn new(record: &Project, taxonomy: &Taxonomy, words: u32) -> Self {
        let known = record.sectors.iter().filter_map(|share| Some((taxonomy.sector(&share.code)? as u16, share.weight)));
        let (sectors, weights) = known.unzip();
        let day = |of: fn(crate::domain::Period) -> Date| record.period.map_or(ALWAYS, |period| day_of(of(period)));
        Self {
            row: ProjectRow {
                amount: to_fen(record.amount.as_ref().and_then(Amount::point)),
                visible_from: day(crate::domain::Period::visible_from),
                totals_from: day(crate::domain::Period::totals_from),
                start: day(|period| period.start.earliest()),
                partners: record.partners() as u32,
                words,
                bits: if record.amount.is_some() { HAS_AMOUNT } else { 0 },
            },
            id: record.id.to_string(),
            title: record.title.clone(),
            sectors,
            weights,
            regions: record.regions.iter().filter(|it| it.certain).map(|it| it.code.digits()).collect(),
            groups: record.groups.iter().filter_map(|code| taxonomy.group(code)).map(|group| group as u16).collect(),
            modes: record.modes.iter().filter_map(|code| taxonomy.mode(code)).map(|mode| mode as u16).collect(),
            shares: (0..record.participants.len()).map(|n| record.share(n).map_or(NO_SUM, Money::fen)).collect(),
            status: record.status.clone().unwrap_or_default(),
        }
    }

    pub(in crate::catalog) const fn facts(&self) -> ProjectFacts<'_> {
        ProjectFacts { row: &self.row, source: Source::Owned(self) }
    }
}

impl<'a> ProjectFacts<'a> {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &'a str {
        match self.source {
            Source::Table(table, at) => table.ids.get(at),
            Source::Owned(own) => &own.id,
        }
    }

    /// Its title.
    #[must_use]
    pub fn title(&self) -> &'a str {
        match self.source {
            Source::Table(table, at) => table.titles.get(at),
            Source::Owned(own) => &own.title,
        }
    }

    /// Its state as given; empty if none is.
    #[must_use]
    pub fn status(&self) -> &'a str {
        match self.source {
            Source::Table(table, at) => table.statuses.get(at),
            Source::Owned(own) => &own.status,
        }
    }

    /// Numbers of its groups.
    #[must_use]
    pub fn groups(&self) -> &'a [u16] {
        match self.source {
            Source::Table(table, at) => table.groups.get(at),
            Source::Owned(own) => &own.groups,
        }
    }

    /// Numbers of its modes.
    #[must_use]
    pub fn modes(&self) -> &'a [u16] {
        match self.source {
            Source::Table(table, at) => table.modes.get(at),
            Source::Owned(own) => &own.modes,
        }
    }

    fn sector_numbers(&self) -> &'a [u16] {
        match self.source {
            Source::Table(table, at) => table.sectors.get(at),
            Source::Owned(own) => &own.sectors,
        }
    }

    fn weights(&self) -> &'a [f64] {
        match self.source {
            Source::Table(table, at) => table.weights.get(at),
            Source::Owned(own) => &own.weights,
        }
    }

    fn region_digits(&self) -> &'a [u32] {
        match self.source {
            Source::Table(table, at) => table.regions.get(at),
            Source::Owned(own) => &own.regions,
        }
    }

    fn shares(&self) -> &'a [i64] {
        match self.source {
            Source::Table(table, at) => table.shares.get(at),
            Source::Owned(own) => &own.shares,
        }
    }

    /// Numbers of its sectors, with weights.
    pub fn sectors(&self) -> impl Iterator<Item = (usize, f64)> + use<'a> {
        self.sector_numbers().iter().zip(self.weights()).map(|(&sector, &weight)| (usize::from(sector), weight))
    }

    /// Its certain places, in the order of the record.
    pub fn regions(&self) -> impl Iterator<Item = RegionCode> + Clone + use<'a> {
        places(self.region_digits())
    }

    /// Number of its certain places.
    #[must_use]
    pub fn region_count(&self) -> usize {
        self.region_digits().len()
    }

    /// True if its dates are known. An undated project is always visible and counts as old.
    #[must_use]
    pub fn is_dated(&self) -> bool {
        self.row.visible_from != ALWAYS
    }

    /// True if it is visible on the day, counted from 1970-01-01.
    #[must_use]
    pub fn is_visible(&self, day: i32) -> bool {
        self.row.visible_from <= day
    }

    /// The first day on which it is visible, counted from 1970-01-01; none if it is undated.
    #[must_use]
    pub fn visible_from(&self) -> Option<i32> {
        self.is_dated().then_some(self.row.visible_from)
    }

    /// Year in which it started.
    #[must_use]
    pub fn start_year(&self) -> Option<i16> {
        self.is_dated().then(|| year_of(self.row.start))
    }

    /// The first day on which it can have started.
    #[must_use]
    pub fn start(&self) -> Option<Date> {
        self.is_dated().then(|| date_of(self.row.start))
    }

    /// True if its totals are known on the day.
    #[must_use]
    pub fn totals_are_known(&self, day: i32) -> bool {
        self.row.totals_from <= day
    }

    /// Days from its last activity known on the day to that day, 0 while it runs; none if it is undated.
    #[must_use]
    pub fn age_days(&self, day: i32) -> Option<i32> {
        self.is_dated().then(|| day - self.row.totals_from.min(day))
    }

    /// Its total sum, known or not on a day.
    #[must_use]
    pub fn amount(&self) -> Option<Money> {
        sum(self.row.amount)
    }

    /// True if the record says something of a sum.
    #[must_use]
    pub fn has_amount(&self) -> bool {
        self.row.bits & HAS_AMOUNT != 0
    }

    /// What the `n`th named participant brought: stated, or an equal share of the rest.
    #[must_use]
    pub fn share(&self, n: usize) -> Option<Money> {
        sum(*self.shares().get(n)?)
    }

    /// Number of participants that the record names.
    #[must_use]
    pub fn named_participants(&self) -> usize {
        self.shares().len()
    }

    /// Number of participants, named or not.
    #[must_use]
    pub fn partners(&self) -> usize {
        self.row.partners as usize
    }

    /// Number of words in its text.
    #[must_use]
    pub fn words(&self) -> u32 {
        self.row.words
    }
}
