//! What ranking reads of an organization, whatever the day.

use bytemuck::{Pod, Zeroable};

use super::{places, sum, to_fen};
use crate::catalog::absent::NO_HOME;
use crate::catalog::absent::NO_PURPOSE;
use crate::catalog::absent::NOBODY;
use crate::catalog::columns::{Column, Ragged, Strings, table};
use crate::catalog::reach::Reach;
use crate::catalog::region_step::RegionStep;
use crate::domain::{
    Money, Organization, OrganizationKind, OrganizationStatus, RegionCode, RegionFinding, RegistrationLevel, SectorCode,
    rating_of,
};
use crate::reference::{Divisions, Reference, Taxonomy};

/// The facts of fixed size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(in crate::catalog) struct OrganizationRow {
    annual_spend: i64,
    budget: i64,
    min_ticket: i64,
    max_projects: u32,
    /// Digits of the registered home; 0 for none.
    registered: u32,
    /// Position of the organization that it is a branch of, or [`NOBODY`].
    pub(in crate::catalog) head: u32,
    /// Position of the full record that replaces it, if it is a stub that gave way to one; else [`NOBODY`].
    pub(in crate::catalog) replaced_by: u32,
    bits: u32,
    /// Number of its home among all homes, or [`NO_HOME`].
    pub(in crate::catalog) home: u16,
    /// Number of the purpose that its name states, or [`NO_PURPOSE`].
    pub(in crate::catalog) purpose: u16,
}

const NO_LIMIT: u32 = u32::MAX;

/// Bits of an organization; those of its reach come first.
const STUB: u32 = 1 << 8;
const MAY_RAISE_FUNDS: u32 = 1 << 9;
const MAY_NOT_RAISE_FUNDS: u32 = 1 << 10;
const WISHES: u32 = 1 << 11;
const EXCLUDES: u32 = 1 << 12;
/// Where the number of the status stands.
const STATUS: u32 = 16;
/// A public body.
const GOVERNMENT: u32 = 1 << 20;
/// Where the numbers of level, kind and rating stand: three bits each; of level and rating, 0 is for none.
const LEVEL: u32 = 21;
const KIND: u32 = 24;
const RATING: u32 = 27;
const THREE_BITS: u32 = 7;

/// A place that a name holds, with the chance that this place is meant.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub(in crate::catalog) struct NamedPlace {
    pub(in crate::catalog) digits: u32,
    pub(in crate::catalog) share: f32,
}

table! {
    /// The facts of all organizations, by position.
    OrganizationTable {
        rows: Column<OrganizationRow>,
        ids: Strings,
        names: Strings,
        /// Its other names, one a line.
        aliases: Strings,
        /// Numbers of the top-level sectors that it declares, wishes for, or mentions in its name or scope.
        declared: Ragged<u16>,
        /// Numbers of the sectors that the record states.
        sectors: Ragged<u16>,
        /// Digits of the places that it wishes for.
        wishes: Ragged<u32>,
        excluded_sectors: Ragged<u16>,
        excluded_regions: Ragged<u32>,
        named_after: Ragged<NamedPlace>,
    }
}

/// What ranking reads of an organization. Each fact is looked up when it is asked for.
#[derive(Clone, Copy)]
pub struct OrganizationFacts<'a> {
    pub(in crate::catalog) row: &'a OrganizationRow,
    source: Source<'a>,
}

#[derive(Clone, Copy)]
enum Source<'a> {
    Table(&'a OrganizationTable, usize),
    Owned(&'a OwnedOrganization),
}

/// The facts of one organization, apart from the table.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::catalog) struct OwnedOrganization {
    pub(in crate::catalog) row: OrganizationRow,
    id: String,
    name: String,
    aliases: String,
    declared: Vec<u16>,
    sectors: Vec<u16>,
    wishes: Vec<u32>,
    excluded_sectors: Vec<u16>,
    excluded_regions: Vec<u32>,
    pub(in crate::catalog) named_after: Vec<NamedPlace>,
}

impl OrganizationTable {
    pub(in crate::catalog) fn get(&self, at: usize) -> OrganizationFacts<'_> {
        OrganizationFacts { row: &self.rows[at], source: Source::Table(self, at) }
    }

    /// Appends all facts.
    pub(in crate::catalog) fn push(&mut self, it: &OrganizationFacts<'_>) {
        self.rows.push(*it.row);
        self.ids.push(it.id());
        self.names.push(it.name());
        self.aliases.push(it.alias_lines());
        self.declared.push(it.declared());
        self.sectors.push(it.sectors());
        self.wishes.push(it.wish_digits());
        self.excluded_sectors.push(it.excluded_sectors());
        self.excluded_regions.push(it.excluded_digits());
        self.named_after.push(it.named_after());
    }

    pub(in crate::catalog) fn len(&self) -> usize {
        self.rows.len()
    }
}

impl OwnedOrganization {
    /// The facts that a record states. Its head, its home, its purpose and the places in its name depend on other records or on
    /// numbers that these have: they are not set yet.
    pub(in crate::catalog) fn new(record: &Organization, reference: &Reference) -> Self {
        let wishes = record.willing_regions.iter().any(|wish| wish.certain);
        let excludes = !(record.excluded_sectors.is_empty() && record.excluded_regions.is_empty());
        let bit = |bit: u32, on: bool| if on { bit } else { 0 };
        let level = record.level.as_deref().and_then(RegistrationLevel::of);
        let level = RegistrationLevel::ALL.iter().position(|it| Some(*it) == level).map_or(0, |n| n as u32 + 1);
        let kind = OrganizationKind::ALL.iter().position(|it| *it == record.kind).unwrap_or_default() as u32;
        let rating = record.rating.as_deref().and_then(rating_of).map_or(0, u32::from);
        let status = OrganizationStatus::ALL.iter().position(|it| *it == record.status).unwrap_or_default() as u32;
        let bits = u32::from(Reach::new(record, reference.divisions).bits())
            | bit(STUB, record.stub)
            | bit(MAY_RAISE_FUNDS, record.public_fundraising == Some(true))
            | bit(MAY_NOT_RAISE_FUNDS, record.public_fundraising == Some(false))
            | bit(WISHES, wishes)
            | bit(EXCLUDES, excludes)
            | bit(GOVERNMENT, record.kind == OrganizationKind::Government)
            | status << STATUS
            | level << LEVEL
            | kind << KIND
            | rating << RATING;
        let digits = |regions: &[RegionFinding]| regions.iter().filter(|it| it.certain).map(|it| it.code.digits()).collect();
        Self {
            row: OrganizationRow {
                annual_spend: to_fen(record.annual_spend),
                budget: to_fen(record.budget),
                min_ticket: to_fen(record.min_ticket),
                max_projects: record.max_projects.map_or(NO_LIMIT, |most| most.min(NO_LIMIT - 1)),
                registered: record.home_region.as_ref().map_or(0, |home| home.code.digits()),
                head: NOBODY,
                replaced_by: NOBODY,
                bits,
                home: NO_HOME,
                purpose: NO_PURPOSE,
            },
            id: record.id.to_string(),
            name: record.name.clone(),
            aliases: record.aliases.join("\n"),
            declared: declared(&reference.taxonomy, record),
            sectors: numbers(&reference.taxonomy, &record.sectors),
            wishes: digits(&record.willing_regions),
            excluded_sectors: numbers(&reference.taxonomy, &record.excluded_sectors),
            excluded_regions: digits(&record.excluded_regions),
            named_after: Vec::new(),
        }
    }

    pub(in crate::catalog) const fn facts(&self) -> OrganizationFacts<'_> {
        OrganizationFacts { row: &self.row, source: Source::Owned(self) }
    }
}

impl From<OrganizationFacts<'_>> for OwnedOrganization {
    fn from(it: OrganizationFacts<'_>) -> Self {
        Self {
            row: *it.row,
            id: it.id().to_owned(),
            name: it.name().to_owned(),
            aliases: it.alias_lines().to_owned(),
            declared: it.declared().to_vec(),
            sectors: it.sectors().to_vec(),
            wishes: it.wish_digits().to_vec(),
            excluded_sectors: it.excluded_sectors().to_vec(),
            excluded_regions: it.excluded_digits().to_vec(),
            named_after: it.named_after().to_vec(),
        }
    }
}

impl PartialEq for OrganizationFacts<'_> {
    fn eq(&self, other: &Self) -> bool {
        OwnedOrganization::from(*self) == OwnedOrganization::from(*other)
    }
}

fn numbers(taxonomy: &Taxonomy, codes: &[SectorCode]) -> Vec<u16> {
    codes.iter().filter_map(|code| taxonomy.sector(code)).map(|sector| sector as u16).collect()
}

/// The parents of the sectors that an organization declares, wishes for, or mentions in its name and scope.
fn declared(taxonomy: &Taxonomy, record: &Organization) -> Vec<u16> {
    let codes = record.sectors.iter().chain(&record.scope_sectors).chain(&record.willing_sectors);
    let mut parents: Vec<u16> = codes.filter_map(|code| taxonomy.sector(code)).map(|n| taxonomy.parent(n) as u16).collect();
    parents.sort_unstable();
    parents.dedup();
    parents
}

impl<'a> OrganizationFacts<'a> {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &'a str {
        match self.source {
            Source::Table(table, at) => table.ids.get(at),
            Source::Owned(own) => &own.id,
        }
    }

    /// Registered name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        match self.source {
            Source::Table(table, at) => table.names.get(at),
            Source::Owned(own) => &own.name,
        }
    }

    fn alias_lines(&self) -> &'a str {
        match self.source {
            Source::Table(table, at) => table.aliases.get(at),
            Source::Owned(own) => &own.aliases,
        }
    }

    /// Top-level sectors, by number, that it declares, wishes for, or mentions in its name or scope; ascending.
    #[must_use]
    pub fn declared(&self) -> &'a [u16] {
        match self.source {
            Source::Table(table, at) => table.declared.get(at),
            Source::Owned(own) => &own.declared,
        }
    }

    /// Numbers of the sectors that the record states.
    #[must_use]
    pub fn sectors(&self) -> &'a [u16] {
        match self.source {
            Source::Table(table, at) => table.sectors.get(at),
            Source::Owned(own) => &own.sectors,
        }
    }

    /// Numbers of the sectors that it rules out.
    #[must_use]
    pub fn excluded_sectors(&self) -> &'a [u16] {
        match self.source {
            Source::Table(table, at) => table.excluded_sectors.get(at),
            Source::Owned(own) => &own.excluded_sectors,
        }
    }

    fn wish_digits(&self) -> &'a [u32] {
        match self.source {
            Source::Table(table, at) => table.wishes.get(at),
            Source::Owned(own) => &own.wishes,
        }
    }

    fn excluded_digits(&self) -> &'a [u32] {
        match self.source {
            Source::Table(table, at) => table.excluded_regions.get(at),
            Source::Owned(own) => &own.excluded_regions,
        }
    }

    fn named_after(&self) -> &'a [NamedPlace] {
        match self.source {
            Source::Table(table, at) => table.named_after.get(at),
            Source::Owned(own) => &own.named_after,
        }
    }

    /// Short names and former names.
    pub fn aliases(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.alias_lines().split('\n').filter(|alias| !alias.is_empty())
    }

    /// All its names, the registered one first.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        std::iter::once(self.name()).chain(self.aliases())
    }

    /// Charitable spending of a year.
    #[must_use]
    pub fn annual_spend(&self) -> Option<Money> {
        sum(self.row.annual_spend)
    }

    /// What it has set aside for needs this year.
    #[must_use]
    pub fn budget(&self) -> Option<Money> {
        sum(self.row.budget)
    }

    /// Smallest contribution it makes.
    #[must_use]
    pub fn min_ticket(&self) -> Option<Money> {
        sum(self.row.min_ticket)
    }

    /// Maximum number of needs it takes on in a year.
    #[must_use]
    pub fn max_projects(&self) -> Option<u32> {
        Some(self.row.max_projects).filter(|&most| most != NO_LIMIT)
    }

    /// The place where it is registered.
    #[must_use]
    pub fn registered_home(&self) -> Option<RegionCode> {
        RegionCode::new(self.row.registered)
    }

    /// True for a stub: only a project names it.
    #[must_use]
    pub fn is_stub(&self) -> bool {
        self.has(STUB)
    }

    /// True for a stub that gave way to a full record. It is in no list and no answer.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        self.row.replaced_by != NOBODY
    }

    /// Whether it holds the certificate for public fundraising.
    #[must_use]
    pub fn public_fundraising(&self) -> Option<bool> {
        if self.has(MAY_RAISE_FUNDS) { Some(true) } else { self.has(MAY_NOT_RAISE_FUNDS).then_some(false) }
    }

    /// Standing in the registers.
    #[must_use]
    pub fn status(&self) -> OrganizationStatus {
        OrganizationStatus::ALL[(self.row.bits >> STATUS) as usize % OrganizationStatus::ALL.len()]
    }

    /// True for a public body.
    #[must_use]
    pub fn is_government(&self) -> bool {
        self.has(GOVERNMENT)
    }

    /// Legal kind.
    #[must_use]
    pub fn kind(&self) -> OrganizationKind {
        OrganizationKind::ALL[self.three_bits(KIND) as usize]
    }

    /// Level of its registration, if the record states one.
    #[must_use]
    pub fn level(&self) -> Option<RegistrationLevel> {
        RegistrationLevel::ALL.get((self.three_bits(LEVEL) as usize).checked_sub(1)?).copied()
    }

    /// Number of A of its rating, 1 to 5.
    #[must_use]
    pub fn rating(&self) -> Option<u8> {
        Some(self.three_bits(RATING) as u8).filter(|rating| (1..=5).contains(rating))
    }

    const fn three_bits(&self, from: u32) -> u32 {
        self.row.bits >> from & THREE_BITS
    }

    /// True if it rules out sectors or places.
    #[must_use]
    pub fn excludes(&self) -> bool {
        self.has(EXCLUDES)
    }

    /// True if it wishes for places.
    #[must_use]
    pub fn wishes(&self) -> bool {
        self.has(WISHES)
    }

    /// What its name and register say about its reach.
    #[must_use]
    pub fn reach(&self) -> Reach {
        Reach::from_bits(self.row.bits as u8)
    }

    /// The places that it wishes for.
    pub fn wished_regions(&self) -> impl Iterator<Item = RegionCode> + Clone + use<'a> {
        places(self.wish_digits())
    }

    /// The places that it rules out.
    pub fn excluded_regions(&self) -> impl Iterator<Item = RegionCode> + Clone + use<'a> {
        places(self.excluded_digits())
    }

    fn has(&self, bit: u32) -> bool {
        self.row.bits & bit != 0
    }
}

/// The entries of an organization in the lists that do not depend on the day.
impl OrganizationFacts<'_> {
    /// Equal shares of the top-level sectors that it declares.
    pub(in crate::catalog) fn declared_shares(&self) -> Vec<(u16, f64)> {
        let share = 1.0 / self.declared().len().max(1) as f64;
        self.declared().iter().map(|&parent| (parent, share)).collect()
    }

    /// Equal shares of the places that it wishes for.
    pub(in crate::catalog) fn exact_wishes(&self) -> Vec<(RegionStep, f64)> {
        let share = 1.0 / self.wish_digits().len().max(1) as f64;
        self.wished_regions().map(|wish| (RegionStep::Division(wish), share)).collect()
    }

    /// The same for the places around them too.
    pub(in crate::catalog) fn wishes_around(&self, divisions: &Divisions) -> Vec<(RegionStep, f64)> {
        let share = 1.0 / self.wish_digits().len().max(1) as f64;
        self.wished_regions().flat_map(|wish| RegionStep::path(divisions, wish)).map(|step| (step, share)).collect()
    }

    /// The places in its name.
    pub(in crate::catalog) fn named_places(&self) -> Vec<(RegionCode, f64)> {
        let place = |it: &NamedPlace| Some((RegionCode::new(it.digits)?, f64::from(it.share)));
        self.named_after().iter().filter_map(place).collect()
    }
}
