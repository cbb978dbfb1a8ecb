//! What a feature and its family provide. Each family has a file of its own, with a type for each of its features.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::definition::Definition;
use super::value::Value;
use crate::catalog::{Catalog, NO_HOME, NO_PURPOSE, Row, View};
use crate::domain::RegionCode;
use crate::score::Question;
use crate::score::lists::{Lists, Slot};
use crate::score::own_words::OwnWords;
use crate::score::votes::Votes;

/// What a family is prepared from, for one need.
pub(in crate::score) struct Inputs<'a, 'q> {
    pub(in crate::score) catalog: &'a Catalog,
    pub(in crate::score) view: &'a View,
    pub(in crate::score) question: &'q Question,
    pub(in crate::score) votes: &'q Votes,
    pub(in crate::score) own_words: &'q OwnWords,
    /// If the need is prepared for one organization only, that.
    pub(in crate::score) one: Option<&'q One>,
}

impl Inputs<'_, '_> {
    /// The homes by the numbers in rows.
    pub(super) fn homes(&self) -> &[RegionCode] {
        self.one.map_or(self.catalog.homes(), |one| &one.homes)
    }

    /// The purposes by the numbers in rows.
    pub(super) fn purposes(&self) -> &[Vec<usize>] {
        self.one.map_or(self.catalog.purposes(), |one| &one.purposes)
    }

    /// The general charities, ascending, each with the number of its home.
    pub(super) fn general_charities(&self) -> Vec<(u32, u16)> {
        match self.one {
            None => self.catalog.general().iter().map(|&at| (at, self.catalog.home(at as usize))).collect(),
            Some(one) if one.row.reach.general => vec![(one.organization as u32, one.row.home)],
            Some(_) => Vec::new(),
        }
    }

    /// The visible projects of each province's organizations.
    pub(super) fn by_province(&self) -> Cow<'_, BTreeMap<RegionCode, f64>> {
        match self.one {
            None => Cow::Owned(by_province(self.catalog, self.view)),
            Some(one) => Cow::Borrowed(&one.by_province),
        }
    }
}

/// One organization as needs are prepared for it alone: home and purpose are numbered anew.
pub(in crate::score) struct One {
    pub(in crate::score) organization: usize,
    pub(in crate::score) row: Row,
    /// Its home, if it has one.
    homes: Vec<RegionCode>,
    /// None stated, and its own.
    purposes: Vec<Vec<usize>>,
    by_province: BTreeMap<RegionCode, f64>,
}

impl One {
    pub(in crate::score) fn new(catalog: &Catalog, view: &View, organization: usize) -> Self {
        let mut row = view.rows[organization];
        let homes: Vec<RegionCode> = catalog.homes().get(usize::from(row.home)).copied().into_iter().collect();
        row.home = if homes.is_empty() { NO_HOME } else { 0 };
        let stated = Some(usize::from(row.purpose)).filter(|_| row.purpose != NO_PURPOSE);
        let purposes = [usize::from(NO_PURPOSE)].into_iter().chain(stated).map(|number| catalog.purposes()[number].clone());
        row.purpose = if stated.is_some() { 1 } else { NO_PURPOSE };
        Self { organization, row, homes, purposes: purposes.collect(), by_province: by_province(catalog, view) }
    }

    /// The province that it is at home in.
    pub(in crate::score) fn province(&self) -> Option<RegionCode> {
        self.homes.first().map(|home| home.province())
    }

    /// The visible projects of the organizations of its province, and of all provinces.
    pub(in crate::score) fn projects_of_province(&self) -> Option<[f64; 2]> {
        let own = self.by_province.get(&self.province()?).copied().unwrap_or_default();
        Some([own, self.by_province.values().sum::<f64>().max(1.0)])
    }
}

fn by_province(catalog: &Catalog, view: &View) -> BTreeMap<RegionCode, f64> {
    let mut sums: BTreeMap<RegionCode, f64> = BTreeMap::new();
    for (number, home) in catalog.homes().iter().enumerate() {
        *sums.entry(home.province()).or_default() += view.past.by_home.get(number).map_or(0.0, |&projects| projects as f64);
    }
    sums
}

/// What one need asks of the features of a family, prepared once for all organizations.
pub(super) trait Family: Sized {
    /// Prepares the need and adds the lists that the features read. Returns none if the need asks for nothing of the kind.
    fn new<'a>(inputs: &Inputs<'a, '_>, lists: &mut Lists<'a>) -> Option<Self>;
}

/// Takes a list that a feature reads and an increasing function f. Compared with an organization in no list, the number x in
/// that list adds at most f(x) to the feature, whatever else is on the record.
pub(crate) type Impact<'a> = dyn FnMut(Slot, &dyn Fn(f64) -> f64) + 'a;

/// One feature. Its value is a pure function of the need, of the organization's [`Row`] and of the numbers that the need's
/// lists hold for it. Its sentence is a pure function of the value and of facts.
pub(crate) trait Formula {
    /// Names, theme, sign and bounds.
    const DEFINITION: Definition;
    /// What the need asks of its family; `()` where the feature does not depend on the need.
    type Asked;
    /// What its sentence states besides the value.
    type Facts;

    /// The value for one organization: finite where it is known.
    fn value(asked: &Self::Asked, row: &Row, facts: &[f32]) -> Value;

    /// Calls `impact` with each list that the feature reads. Features that read no list do nothing.
    fn max_impacts(_asked: &Self::Asked, _impact: &mut Impact<'_>) {}

    /// The Chinese sentence for a known value. It states a number only where that means something to a reader.
    fn sentence(value: f64, facts: &Self::Facts) -> String;
}

/// A source of the facts that sentences state. `explain` implements it, so a sentence itself sees neither catalog nor scorer.
pub(crate) trait Gather<Facts> {
    /// The facts about one organization and one need.
    fn gather(&self) -> Facts;
}
