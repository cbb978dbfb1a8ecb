//! Home and name: where the organization is registered, and which places its name holds. What concerns homes is looked up once
//! a need for each place that is anybody's home.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Feature, MaxImpacts};
use crate::catalog::{Catalog, NO_HOME, Past, Row};
use crate::domain::RegionCode;
use crate::reference::{Level, Relation};
use crate::score::lists::{Lists, Slot};
use crate::score::votes::Votes;
use crate::score::{Question, Value};

/// What each home means for one need.
pub(in crate::score) struct Homes {
    /// Nearness and counterpart relation, by number of the home.
    by_number: Vec<(f64, f64)>,
}

impl Homes {
    /// None if the need names no place.
    pub(in crate::score) fn new(catalog: &Catalog, question: &Question, as_of: Date) -> Option<Self> {
        let of = |&home: &RegionCode| {
            let near = question.regions.iter().map(|&place| nearness(home, place)).fold(0.0, f64::max);
            (near, relation(catalog, question, home, as_of).map_or(0.0, |relation| relation.strength))
        };
        (!question.regions.is_empty()).then(|| Self { by_number: catalog.homes.iter().map(of).collect() })
    }

    /// Nearness of home and place: 1 in one county, 0.85 in one prefecture, 0.7 in one province, 0.2 in one macro-region,
    /// else 0; the nearest of the need's places. A home known by its province only is near all of the province.
    pub(in crate::score) fn nearness(&self, row: &Row) -> Value {
        self.lookup(row).map_or(Value::Unknown, |home| Value::Known(home.0))
    }

    /// Counterpart relation on the day of the question: 1 for a helped county, 0.7 for a prefecture, 0.5 for a province, halved
    /// every three years after the end; 0 for none. The strongest of the need's places.
    pub(in crate::score) fn counterpart(&self, row: &Row) -> Value {
        self.lookup(row).map_or(Value::Unknown, |home| Value::Known(home.1))
    }

    fn lookup(&self, row: &Row) -> Option<(f64, f64)> {
        if row.home == NO_HOME { None } else { self.by_number.get(usize::from(row.home)).copied() }
    }
}

/// Whether the organization's name holds one of the need's places: 1 for a county or prefecture, 0.6 for a province; less where
/// the name may mean several places.
pub(in crate::score) struct Named(Vec<(Slot, f64)>);

impl Named {
    /// None if the need names no place.
    pub(in crate::score) fn new<'a>(catalog: &'a Catalog, question: &Question, lists: &mut Lists<'a>) -> Option<Self> {
        let divisions = catalog.reference.divisions;
        let mut worth: BTreeMap<RegionCode, f64> = BTreeMap::new();
        for place in question.regions.iter().flat_map(|&place| divisions.lineage(place)) {
            worth.insert(place, if divisions.level(place) == Level::Province { 0.6 } else { 1.0 });
        }
        let slot = |(place, worth)| Some((lists.add_if_any(catalog.named_after.list(place))?, worth));
        (!question.regions.is_empty()).then(|| Self(worth.into_iter().filter_map(slot).collect()))
    }

    pub(super) fn max_impacts(&self, impact: &mut MaxImpacts<'_>) {
        for &(slot, worth) in &self.0 {
            impact(Feature::NamedPlace, slot, &|certain| worth * certain.min(1.0));
        }
    }

    pub(in crate::score) fn value(&self, facts: &[f32]) -> Value {
        let of = |&(slot, worth): &(Slot, f64)| worth * f64::from(facts[slot].min(1.0));
        Value::Known(self.0.iter().map(of).fold(0.0, f64::max))
    }
}

/// Votes for the organizations of a province against what its number of projects explains: ln((v + 3) / (e + 3)), v the sum of
/// likeness over the closest voters, e the same spread by where projects come from. Who knows a land's topics sits there.
pub(in crate::score) struct HomeVotes {
    by_number: Vec<f64>,
}

/// Votes that every province has beforehand.
const HOME_PRIOR: f64 = 3.0;

impl HomeVotes {
    /// None if the need has no text.
    pub(in crate::score) fn new(catalog: &Catalog, past: &Past, votes: &Votes, topic: &str) -> Option<Self> {
        if topic.is_empty() {
            return None;
        }
        let province = |home: u16| catalog.homes.get(usize::from(home)).map(|home| home.province());
        let mut got: BTreeMap<RegionCode, f64> = BTreeMap::new();
        let mut usual: BTreeMap<RegionCode, f64> = BTreeMap::new();
        for &(project, likeness) in votes.close() {
            for participant in catalog.participants(project).iter().filter(|participant| !participant.by_branch) {
                // Who has no home is on neither side of the comparison.
                if let Some(home) = province(catalog.home(participant.to as usize)) {
                    *got.entry(home).or_default() += likeness;
                }
            }
        }
        for (home, projects) in catalog.homes.iter().zip(&past.by_home) {
            *usual.entry(home.province()).or_default() += projects;
        }
        let votes: f64 = got.values().sum();
        let projects: f64 = usual.values().sum::<f64>().max(1.0);
        let lift = |home: &RegionCode| {
            let home = home.province();
            let (got, usual) = (got.get(&home).copied().unwrap_or_default(), usual.get(&home).copied().unwrap_or_default());
            ((got + HOME_PRIOR) / (votes * usual / projects + HOME_PRIOR)).ln()
        };
        Some(Self { by_number: catalog.homes.iter().map(lift).collect() })
    }

    pub(in crate::score) fn value(&self, row: &Row) -> Value {
        self.by_number.get(usize::from(row.home)).map_or(Value::Unknown, |&lift| Value::Known(lift))
    }
}

fn nearness(home: RegionCode, place: RegionCode) -> f64 {
    let same_county = home == place && home != home.prefecture();
    let prefecture = home.prefecture();
    if same_county {
        1.0
    } else if prefecture == place.prefecture() && home.has_prefecture() {
        0.85
    } else if home.province() == place.province() {
        0.7
    } else if home.macro_region() == place.macro_region() {
        0.2
    } else {
        0.0
    }
}

/// The strongest counterpart relation of a home to the need's places.
pub(in crate::score) fn relation(catalog: &Catalog, question: &Question, home: RegionCode, as_of: Date) -> Option<Relation> {
    let counterparts = catalog.reference.counterparts;
    let of = |&place| counterparts.relation(catalog.reference.divisions, home, place, as_of);
    question.regions.iter().filter_map(of).max_by(|a, b| a.strength.total_cmp(&b.strength))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_the_home_the_larger() {
        let code = |digits| RegionCode::new(digits).unwrap();
        let place = code(533_422);
        let values = [533_422, 533_400, 530_000, 510_000, 310_000].map(|home| nearness(code(home), place));
        assert_eq!(values, [1.0, 0.85, 0.7, 0.2, 0.0]);
        assert_eq!(nearness(code(533_423), place), 0.85, "a neighbouring county");
        assert_eq!(nearness(code(429_004), code(429_005)), 0.7, "counties under the province itself share no prefecture");
    }

    #[test]
    fn a_name_that_holds_the_place_counts_and_a_province_less() {
        let named = Named(vec![(0, 0.6), (1, 1.0)]);
        let values = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]].map(|facts| named.value(&facts));
        assert_eq!(values, [0.0, 0.6, 1.0].map(Value::Known));
    }

    #[test]
    fn votes_for_a_province_against_what_its_number_of_projects_explains() {
        use crate::catalog::tests::small::{Small, organization, place, project, row};
        use crate::catalog::{Flags, Row};

        let mut small = Small { organizations: ["a", "b", "c"].map(organization).to_vec(), ..Small::default() };
        for (organization, home) in small.organizations.iter_mut().zip([310_000, 320_100, 0]) {
            organization.home_region = (home > 0).then(|| place(home));
        }
        small.projects = vec![
            project("p1", "学校净水设备", &["a"], "2024"),
            project("p2", "修路", &["b"], "2024"),
            project("p3", "助学", &["b"], "2024"),
            project("p4", "养老", &["b"], "2024"),
        ];
        let catalog = small.catalog();
        let view = catalog.as_of(jiff::civil::date(2024, 12, 31));
        let votes = Votes::collect(&catalog, &view, "学校净水设备", &[]).unwrap();
        let likeness = votes.close()[0].1;
        assert_eq!((votes.close().len(), votes.close()[0].0), (1, 0));
        let homes = HomeVotes::new(&catalog, &view.past, &votes, "学校净水设备").unwrap();
        let of = |number: u16| homes.value(&Row { home: number, ..row(Flags::KNOWN) });
        // One of four projects is Shanghai's, three are Jiangsu's, the one vote is for Shanghai.
        for (number, expected) in [
            (catalog.home(0), ((likeness + 3.0) / (likeness * 0.25 + 3.0)).ln()),
            (catalog.home(1), (3.0 / (likeness * 0.75 + 3.0)).ln()),
        ] {
            assert!(matches!(of(number), Value::Known(it) if (it - expected).abs() < 1e-12), "{:?}, not {expected}", of(number));
        }
        assert_eq!(of(catalog.home(2)), Value::Unknown);
    }

    #[test]
    fn an_unknown_home_is_unknown_and_a_relation_has_its_strength() {
        use crate::catalog::tests::small::{Small, organization, place, row};
        use crate::catalog::{Flags, Row};

        let mut small = Small { organizations: ["a", "b"].map(organization).to_vec(), ..Small::default() };
        small.organizations[0].home_region = Some(place(310_000));
        let catalog = small.catalog();
        let asks = |digits| Question { regions: vec![RegionCode::new(digits).unwrap()], ..Question::default() };
        let homes = |digits| Homes::new(&catalog, &asks(digits), jiff::civil::date(2019, 7, 1)).unwrap();
        let shanghai = Row { home: catalog.home(0), ..row(Flags::KNOWN) };
        // 上海 helps 迪庆 (533400) at the level of the prefecture, and nobody in 台湾.
        assert_eq!(homes(533_400).counterpart(&shanghai), Value::Known(0.7));
        assert_eq!(
            (homes(710_000).counterpart(&shanghai), homes(710_000).nearness(&shanghai)),
            (Value::Known(0.0), Value::Known(0.0))
        );
        let nowhere = Row { home: catalog.home(1), ..row(Flags::KNOWN) };
        assert_eq!((homes(533_400).counterpart(&nowhere), homes(533_400).nearness(&nowhere)), (Value::Unknown, Value::Unknown));
        assert!(Homes::new(&catalog, &Question::default(), jiff::civil::date(2019, 7, 1)).is_none());
    }
}
