//! What lists and searches read of a need.

use bytemuck::{Pod, Zeroable};
use jiff::civil::Date;

use super::{places, sum, to_fen};
use crate::catalog::columns::{Column, Ragged, Strings, table};
use crate::catalog::visibility::{ALWAYS, day_of, year_of};
use crate::domain::{Amount, Money, Need, NeedStatus, RegionCode};
use crate::reference::Taxonomy;

/// The facts of fixed size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(in crate::catalog) struct NeedRow {
    amount: i64,
    /// Day on which it was submitted, counted from 1970-01-01; [`ALWAYS`] if that is not known.
    submitted: i32,
    bits: u32,
}

/// Public budgets cover it.
const COVERED: u32 = 1 << 8;
/// A sum is stated, perhaps without a number.
const HAS_AMOUNT: u32 = 1 << 9;

table! {
    /// The facts of all needs, by position.
    NeedTable {
        rows: Column<NeedRow>,
        ids: Strings,
        titles: Strings,
        /// Numbers of its sectors.
        sectors: Ragged<u16>,
        /// Digits of its certain places.
        regions: Ragged<u32>,
        /// Numbers of its groups.
        groups: Ragged<u16>,
        /// The lists that they are on.
        lists: Strings,
    }
}

/// What lists and searches read of a need. Each fact is looked up when it is asked for.
#[derive(Clone, Copy)]
pub struct NeedFacts<'a> {
    row: &'a NeedRow,
    source: Source<'a>,
}

#[derive(Clone, Copy)]
enum Source<'a> {
    Table(&'a NeedTable, usize),
    Owned(&'a OwnedNeed),
}

/// The facts of one need, apart from the table.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::catalog) struct OwnedNeed {
    row: NeedRow,
    id: String,
    title: String,
    sectors: Vec<u16>,
    regions: Vec<u32>,
    groups: Vec<u16>,
    list: String,
}

impl NeedTable {
    pub(in crate::catalog) fn get(&self, at: usize) -> NeedFacts<'_> {
        NeedFacts { row: &self.rows[at], source: Source::Table(self, at) }
    }

    /// Appends all facts.
    pub(in crate::catalog) fn push(&mut self, it: &NeedFacts<'_>) {
        self.rows.push(*it.row);
        self.ids.push(it.id());
        self.titles.push(it.title());
        self.sectors.push(it.sectors());
        self.regions.push(it.region_digits());
        self.groups.push(it.groups());
        self.lists.push(it.list());
    }

    pub(in crate::catalog) fn len(&self) -> usize {
        self.rows.len()
    }
}

impl OwnedNeed {
    /// The facts that a record states.
    pub(in crate::catalog) fn new(need: &Need, taxonomy: &Taxonomy) -> Self {
        let record = &need.record;
        let status = NeedStatus::ALL.iter().position(|it| *it == need.status).unwrap_or_default() as u32;
        let covered = if need.fiscal_covered == Some(true) { COVERED } else { 0 };
        let has_amount = if record.amount.is_some() { HAS_AMOUNT } else { 0 };
        Self {
            row: NeedRow {
                amount: to_fen(record.amount.as_ref().and_then(Amount::point)),
                submitted: need.date.map_or(ALWAYS, day_of),
                bits: status | covered | has_amount,
            },
            id: need.id.to_string(),
            title: record.title.clone().unwrap_or_default(),
            sectors: record.sectors.iter().filter_map(|share| taxonomy.sector(&share.code)).map(|it| it as u16).collect(),
            regions: record.certain_regions().map(|region| region.code.digits()).collect(),
            groups: record.groups.iter().filter_map(|code| taxonomy.group(code)).map(|group| group as u16).collect(),
            list: need.list.clone().unwrap_or_default(),
        }
    }

    pub(in crate::catalog) const fn facts(&self) -> NeedFacts<'_> {
        NeedFacts { row: &self.row, source: Source::Owned(self) }
    }
}

impl<'a> NeedFacts<'a> {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &'a str {
        match self.source {
            Source::Table(table, at) => table.ids.get(at),
            Source::Owned(own) => &own.id,
        }
    }

    /// Its title; empty if it has none.
    #[must_use]
    pub fn title(&self) -> &'a str {
        match self.source {
            Source::Table(table, at) => table.titles.get(at),
            Source::Owned(own) => &own.title,
        }
    }

    /// Numbers of its sectors, in the order of the record.
    #[must_use]
    pub fn sectors(&self) -> &'a [u16] {
        match self.source {
            Source::Table(table, at) => table.sectors.get(at),
            Source::Owned(own) => &own.sectors,
        }
    }

    /// Numbers of its groups, in the order of the record.
    #[must_use]
    pub fn groups(&self) -> &'a [u16] {
        match self.source {
            Source::Table(table, at) => table.groups.get(at),
            Source::Owned(own) => &own.groups,
        }
    }

    /// Name of the list that it is on; empty if it is on none.
    #[must_use]
    pub fn list(&self) -> &'a str {
        match self.source {
            Source::Table(table, at) => table.lists.get(at),
            Source::Owned(own) => &own.list,
        }
    }

    fn region_digits(&self) -> &'a [u32] {
        match self.source {
            Source::Table(table, at) => table.regions.get(at),
            Source::Owned(own) => &own.regions,
        }
    }

    /// Its state.
    #[must_use]
    pub fn status(&self) -> NeedStatus {
        NeedStatus::ALL[self.row.bits as u8 as usize % NeedStatus::ALL.len()]
    }

    /// True if a person took it out of all lists and answers.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.status() == NeedStatus::Deleted
    }

    /// True if it looks for partners on the day and public budgets do not cover it, as [`Need::is_open_on`] says.
    #[must_use]
    pub fn is_open_on(&self, day: Date) -> bool {
        self.status() == NeedStatus::Open && self.row.submitted <= day_of(day) && self.row.bits & COVERED == 0
    }

    /// Day on which it was submitted, counted from 1970-01-01.
    #[must_use]
    pub fn day(&self) -> Option<i32> {
        Some(self.row.submitted).filter(|&day| day != ALWAYS)
    }

    /// The year in which it was submitted.
    #[must_use]
    pub fn year(&self) -> Option<i16> {
        self.day().map(year_of)
    }

    /// The sum that it asks for.
    #[must_use]
    pub fn amount(&self) -> Option<Money> {
        sum(self.row.amount)
    }

    /// Its certain places, in the order of the record.
    pub fn regions(&self) -> impl Iterator<Item = RegionCode> + Clone + use<'a> {
        places(self.region_digits())
    }
}
