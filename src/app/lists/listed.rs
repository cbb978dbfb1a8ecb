//! What lists read of records: facts alone, so that no stored record is read and nothing is allocated.

use super::dimension::Dimension;
use super::kind::ListKind;
use super::numbering::{Numbering, year};
use crate::catalog::Catalog;
use crate::domain::{Money, NeedStatus, OrganizationKind, OrganizationStatus, RegistrationLevel};

/// The records of a list, by position.
pub(super) trait Listed: Sync {
    const KIND: ListKind;

    /// Number of positions.
    fn count(&self) -> usize;

    /// Whether the record is in the list at all.
    fn is_listed(&self, at: usize) -> bool;

    fn id(&self, at: usize) -> &str;

    /// Its place in the order of ids, if that is known without comparing them.
    fn id_order(&self, at: usize) -> Option<u64>;

    fn title(&self, at: usize) -> &str;

    /// The day by which it is sorted and found, counted from 1970-01-01.
    fn day(&self, at: usize) -> Option<i32>;

    fn amount(&self, at: usize) -> Option<Money>;

    /// Its state as given, where states are free text.
    fn status_text(&self, _at: usize) -> &str {
        ""
    }

    /// Appends the numbers of its values; each once, with the values above them.
    fn values(&self, numbering: &Numbering<'_>, dimension: Dimension, at: usize, to: &mut Vec<u32>);
}

/// Organizations, without stubs that gave way to full records.
pub(super) struct Organizations<'a>(pub(super) &'a Catalog);

impl Listed for Organizations<'_> {
    const KIND: ListKind = ListKind::Organizations;

    fn count(&self) -> usize {
        self.0.organization_count()
    }

    fn is_listed(&self, at: usize) -> bool {
        !self.0.organization_facts(at).is_replaced()
    }

    fn id(&self, at: usize) -> &str {
        self.0.organization_facts(at).id()
    }

    fn id_order(&self, at: usize) -> Option<u64> {
        Some(self.0.id_order(at))
    }

    fn title(&self, at: usize) -> &str {
        self.0.organization_facts(at).name()
    }

    fn day(&self, _at: usize) -> Option<i32> {
        None
    }

    /// What it has set aside for this year, else what it spends in a year.
    fn amount(&self, at: usize) -> Option<Money> {
        let facts = self.0.organization_facts(at);
        facts.budget().or_else(|| facts.annual_spend())
    }

    fn values(&self, numbering: &Numbering<'_>, dimension: Dimension, at: usize, to: &mut Vec<u32>) {
        let facts = self.0.organization_facts(at);
        match dimension {
            Dimension::Region => numbering.places(facts.registered_home(), to),
            // Most registers state no sector: those that name, scope and wishes mention stand for it then.
            Dimension::Sector => {
                let stated = if facts.sectors().is_empty() { facts.declared() } else { facts.sectors() };
                numbering.sectors(stated.iter().map(|&it| usize::from(it)), to);
            }
            Dimension::OrganizationStatus => to.extend(place(&OrganizationStatus::ALL, facts.status())),
            Dimension::Kind => to.extend(place(&OrganizationKind::ALL, facts.kind())),
            Dimension::Level => to.extend(facts.level().and_then(|level| place(&RegistrationLevel::ALL, level))),
            Dimension::Fundraising => to.extend(facts.public_fundraising().map(|may| u32::from(!may))),
            Dimension::Rating => to.extend(facts.rating().map(|rating| u32::from(rating) - 1)),
            Dimension::NeedStatus | Dimension::Group | Dimension::List | Dimension::Year => {}
        }
    }
}

/// Past projects that are visible today.
pub(super) struct Projects<'a> {
    pub(super) catalog: &'a Catalog,
    /// Counted from 1970-01-01.
    pub(super) today: i32,
}

impl Listed for Projects<'_> {
    const KIND: ListKind = ListKind::Projects;

    fn count(&self) -> usize {
        self.catalog.project_count()
    }

    fn is_listed(&self, at: usize) -> bool {
        self.catalog.project_facts(at).is_visible(self.today)
    }

    fn id(&self, at: usize) -> &str {
        self.catalog.project_facts(at).id()
    }

    fn id_order(&self, at: usize) -> Option<u64> {
        Some(self.catalog.project_order(at))
    }

    fn title(&self, at: usize) -> &str {
        self.catalog.project_facts(at).title()
    }

    fn day(&self, at: usize) -> Option<i32> {
        self.catalog.project_facts(at).visible_from()
    }

    /// Its total; not while it runs, because the total is not known then.
    fn amount(&self, at: usize) -> Option<Money> {
        let facts = self.catalog.project_facts(at);
        facts.amount().filter(|_| facts.totals_are_known(self.today))
    }

    fn status_text(&self, at: usize) -> &str {
        self.catalog.project_facts(at).status()
    }

    fn values(&self, numbering: &Numbering<'_>, dimension: Dimension, at: usize, to: &mut Vec<u32>) {
        let facts = self.catalog.project_facts(at);
        match dimension {
            Dimension::Region => numbering.places(facts.regions(), to),
            Dimension::Sector => numbering.sectors(facts.sectors().map(|(sector, _)| sector), to),
            Dimension::Year => to.extend(facts.start_year().and_then(year)),
            _ => {}
        }
    }
}

/// Needs.
pub(super) struct Needs<'a> {
    pub(super) catalog: &'a Catalog,
    /// Whether deleted ones are listed too.
    pub(super) with_deleted: bool,
}

impl Listed for Needs<'_> {
    const KIND: ListKind = ListKind::Needs;

    fn count(&self) -> usize {
        self.catalog.need_count()
    }

    fn is_listed(&self, at: usize) -> bool {
        self.with_deleted || !self.catalog.need_facts(at).is_deleted()
    }

    fn id(&self, at: usize) -> &str {
        self.catalog.need_facts(at).id()
    }

    fn id_order(&self, _at: usize) -> Option<u64> {
        None
    }

    fn title(&self, at: usize) -> &str {
        self.catalog.need_facts(at).title()
    }

    fn day(&self, at: usize) -> Option<i32> {
        self.catalog.need_facts(at).day()
    }

    fn amount(&self, at: usize) -> Option<Money> {
        self.catalog.need_facts(at).amount()
    }

    fn values(&self, numbering: &Numbering<'_>, dimension: Dimension, at: usize, to: &mut Vec<u32>) {
        let facts = self.catalog.need_facts(at);
        match dimension {
            Dimension::Region => numbering.places(facts.regions(), to),
            Dimension::Sector => numbering.sectors(facts.sectors().iter().map(|&it| usize::from(it)), to),
            Dimension::NeedStatus => to.extend(place(&NeedStatus::ALL, facts.status())),
            Dimension::Group => {
                to.extend(facts.groups().iter().map(|&group| u32::from(group)));
                to.sort_unstable();
                to.dedup();
            }
            Dimension::List => to.extend(numbering.list(facts.list())),
            Dimension::Year => to.extend(facts.year().and_then(year)),
            _ => {}
        }
    }
}

fn place<T: PartialEq>(all: &[T], it: T) -> Option<u32> {
    all.iter().position(|other| *other == it).map(|at| at as u32)
}
