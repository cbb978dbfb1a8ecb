//! The places in the organization's name: by law the name of a local organization begins with its division, and a chamber of
//! people from elsewhere (某市某省商会) holds two. Of nested places only the innermost counts.

use std::collections::BTreeMap;

use super::definition::{Definition, DependsOn, EvidenceKind, NO_PLACE, NO_RECORD, SHARE, Sign, Theme};
use super::formula::{Family, Formula, Impact, Inputs};
use super::place::strengths;
use super::value::Value;
use crate::catalog::{NO_HOME, Row, is_beyond};
use crate::domain::RegionCode;
use crate::reference::Level;
use crate::score::lists::{Lists, Slot};

/// The lists of organizations named after one of the need's places or a place around it.
pub(crate) struct Names {
    counties: Vec<Named>,
    prefectures: Vec<Named>,
    provinces: Vec<Named>,
    /// By number of the home.
    homes: Vec<Tie>,
    /// The general charities whose home helps, with the strength of the relation.
    helping_charities: Slot,
}

/// What ties a home to the need's places.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Tie {
    /// Strength of the counterpart relation.
    helping: f64,
    /// True if it is in another province, which does not help the need's places. 港澳台 organizations are registered nowhere else
    /// and work in all provinces, so they are never outside.
    is_outside: bool,
}

/// Organizations named after one place, and the share of the need's places that lie in it.
struct Named {
    slot: Slot,
    share: f64,
}

impl Family for Names {
    /// None if the need names no place.
    fn new<'a>(inputs: &Inputs<'a, '_>, lists: &mut Lists<'a>) -> Option<Self> {
        let Inputs { catalog, question, .. } = *inputs;
        let divisions = catalog.reference.divisions;
        let mut shares: BTreeMap<RegionCode, f64> = BTreeMap::new();
        for place in question.regions.iter().flat_map(|&place| divisions.lineage(place)) {
            *shares.entry(place).or_default() += 1.0 / question.regions.len() as f64;
        }
        let mut of_level = |level: Level| -> Vec<Named> {
            let of_level = shares.iter().filter(|(place, _)| divisions.level(**place) == level);
            let named = of_level.filter_map(|(&place, &share)| {
                Some(Named { slot: lists.add_if_any(catalog.stated().named_after.list(place))?, share })
            });
            named.collect()
        };
        let [counties, prefectures, provinces] = [Level::County, Level::Prefecture, Level::Province].map(&mut of_level);
        let is_near = |home: RegionCode| question.regions.iter().any(|place| place.province() == home.province());
        let tie = |(&home, helping): (&RegionCode, f64)| Tie {
            helping,
            is_outside: helping == 0.0 && !is_near(home) && !is_beyond(home),
        };
        if question.regions.is_empty() {
            return None;
        }
        let homes: Vec<Tie> = inputs.homes().iter().zip(strengths(inputs)).map(tie).collect();
        let strength = |(at, home): (u32, u16)| {
            let tie = homes.get(usize::from(home));
            tie.filter(|tie| tie.helping > 0.0).map(|tie| (at, tie.helping as f32))
        };
        let charities = inputs.general_charities().into_iter();
        let helping_charities = lists.add(charities.filter_map(strength).collect::<Vec<_>>());
        Some(Self { counties, prefectures, provinces, homes, helping_charities })
    }
}

impl Names {
    fn all(&self) -> impl Iterator<Item = &Named> {
        self.counties.iter().chain(&self.prefectures).chain(&self.provinces)
    }

    fn tie(&self, row: &Row) -> Option<Tie> {
        if row.home == NO_HOME { None } else { self.homes.get(usize::from(row.home)).copied() }
    }

    /// True if its name begins with a place outside and holds none of the need's places.
    fn is_elsewhere(&self, row: &Row, facts: &[f32]) -> bool {
        row.reach.named && self.tie(row).is_some_and(|tie| tie.is_outside) && held(self.all(), facts) == 0.0
    }

    /// How much its name or a counterpart relation ties it to the need's places, 0 to 1.
    pub(super) fn ties(&self, row: &Row, facts: &[f32]) -> f64 {
        held(self.all(), facts).max(self.tie(row).map_or(0.0, |tie| tie.helping))
    }
}

/// The share of the need's places that lie in places of the name, 0 to 1.
fn held<'a>(named: impl Iterator<Item = &'a Named>, facts: &[f32]) -> f64 {
    named.map(|it| it.share * f64::from(facts[it.slot].min(1.0))).sum::<f64>().min(1.0)
}

fn max_impacts<'a>(named: impl Iterator<Item = &'a Named>, impact: &mut Impact<'_>) {
    for it in named {
        impact(it.slot, &|certain| it.share * certain.min(1.0));
    }
}

/// What sentences about places in a name state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NameFacts {
    /// Names of the need's county, prefecture and province, as far as its name holds them.
    pub(crate) places: [Option<String>; 3],
    /// True if its home is in one of the need's provinces.
    pub(crate) is_local: bool,
}

impl NameFacts {
    /// What a name that holds a place of one level, 0 to 2 outwards, says of the organization.
    fn named(&self, value: f64, level: usize) -> String {
        let generic = ["县", "市州", "省份"][level];
        match &self.places[level] {
            _ if value <= 0.0 => format!("名称中没有需求所在的{generic}"),
            None => format!("名称中含有需求所在的{generic}"),
            Some(place) if self.is_local && level == 2 => {
                let reach = if place.ends_with('市') {
                    "全市性"
                } else if place.ends_with('区') {
                    "全区性"
                } else {
                    "全省性"
                };
                format!("{place}的{reach}组织")
            }
            Some(place) if self.is_local => format!("{place}的组织"),
            Some(place) => format!("名称中含有“{place}”"),
        }
    }
}

/// What the features of the family share.
const FAMILY: Definition = Definition {
    code: "",
    label: "",
    theme: Theme::Place,
    sign: Sign::Merit,
    bounds: SHARE,
    depends_on: DependsOn::Need,
    evidence: EvidenceKind::Nothing,
    not_asked: NO_PLACE,
    unknown: NO_RECORD,
};

/// The share of the need's places whose county its name holds.
///
/// - Unit: share; less if the name may mean several places.
/// - Source: the registered name.
/// - Sign: speaks for. Bound: 0 to 1.
pub(crate) struct NamedCounty;

impl Formula for NamedCounty {
    const DEFINITION: Definition = Definition { code: "named_county", label: "名称含需求县", ..FAMILY };
    type Asked = Names;
    type Facts = NameFacts;

    fn value(names: &Names, _row: &Row, facts: &[f32]) -> Value {
        Value::Known(held(names.counties.iter(), facts))
    }

    fn max_impacts(names: &Names, impact: &mut Impact<'_>) {
        max_impacts(names.counties.iter(), impact);
    }

    fn sentence(value: f64, facts: &NameFacts) -> String {
        facts.named(value, 0)
    }
}

/// The share of the need's places whose prefecture its name holds, without one of its counties.
///
/// - Unit: share; less if the name may mean several places.
/// - Source: the registered name.
/// - Sign: speaks for. Bound: 0 to 1.
pub(crate) struct NamedPrefecture;

impl Formula for NamedPrefecture {
    const DEFINITION: Definition = Definition { code: "named_prefecture", label: "名称含需求市州", ..FAMILY };
    type Asked = Names;
    type Facts = NameFacts;

    fn value(names: &Names, _row: &Row, facts: &[f32]) -> Value {
        Value::Known(held(names.prefectures.iter(), facts))
    }

    fn max_impacts(names: &Names, impact: &mut Impact<'_>) {
        max_impacts(names.prefectures.iter(), impact);
    }

    fn sentence(value: f64, facts: &NameFacts) -> String {
        facts.named(value, 1)
    }
}

/// The share of the need's places whose province its name holds, without a place inside it.
///
/// - Unit: share; less if the name may mean several places.
/// - Source: the registered name.
/// - Sign: speaks for. Bound: 0 to 1.
pub(crate) struct NamedProvince;

impl Formula for NamedProvince {
    const DEFINITION: Definition = Definition { code: "named_province", label: "名称含需求省份", ..FAMILY };
    type Asked = Names;
    type Facts = NameFacts;

    fn value(names: &Names, _row: &Row, facts: &[f32]) -> Value {
        Value::Known(held(names.provinces.iter(), facts))
    }

    fn max_impacts(names: &Names, impact: &mut Impact<'_>) {
        max_impacts(names.provinces.iter(), impact);
    }

    fn sentence(value: f64, facts: &NameFacts) -> String {
        facts.named(value, 2)
    }
}

/// −1 if its name begins with a place in a province that neither needs nor helps, and holds none of the need's places, else 0.
///
/// - Unit: yes or no.
/// - Source: the registered name, and the official relations ([`crate::reference`]).
/// - Sign: speaks for, as the value is negative. Bound: −1 to 0.
pub(crate) struct Elsewhere;

impl Formula for Elsewhere {
    const DEFINITION: Definition = Definition { code: "elsewhere", label: "外省组织", bounds: -1.0..=0.0, ..FAMILY };
    type Asked = Names;
    type Facts = ();

    fn value(names: &Names, row: &Row, facts: &[f32]) -> Value {
        Value::Known(if names.is_elsewhere(row, facts) { -1.0 } else { 0.0 })
    }

    fn sentence(value: f64, _facts: &()) -> String {
        if value < 0.0 { "名称表明是外省的组织" } else { "名称没有表明是外省的组织" }.to_owned()
    }
}

/// Value of a general charity of another province.
const GENERAL_ELSEWHERE: f64 = -0.7;

/// What the sentence about a general charity states.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct GeneralFacts {
    /// True if its home is in one of the need's provinces.
    pub(crate) is_local: bool,
}

/// For a general charity (慈善会, 红十字会), the larger of the share of the need's places in the places of its name and the strength
/// of its counterpart relation; −0.7 if it is one of a province that neither needs nor helps. It is 0 for all other organizations.
///
/// - Unit: share.
/// - Source: the registered name; the −0.7 is the ratio of the two effects among public claims, set by hand.
/// - Sign: speaks for. Bound: −0.7 to 1.
pub(crate) struct LocalGeneral;

impl Formula for LocalGeneral {
    const DEFINITION: Definition =
        Definition { code: "local_general", label: "慈善会系统", bounds: GENERAL_ELSEWHERE..=1.0, ..FAMILY };
    type Asked = Names;
    type Facts = GeneralFacts;

    fn value(names: &Names, row: &Row, facts: &[f32]) -> Value {
        if !row.reach.general {
            return Value::Known(0.0);
        }
        let tie = held(names.all(), facts).max(f64::from(facts[names.helping_charities]));
        Value::Known(if names.is_elsewhere(row, facts) { GENERAL_ELSEWHERE } else { tie })
    }

    fn max_impacts(names: &Names, impact: &mut Impact<'_>) {
        max_impacts(names.all(), impact);
        impact(names.helping_charities, &|strength| strength);
    }

    fn sentence(value: f64, facts: &GeneralFacts) -> String {
        match value {
            value if value > 0.0 && facts.is_local => "当地的综合性慈善组织",
            value if value > 0.0 => "援助方的综合性慈善组织",
            value if value < 0.0 => "外省的综合性慈善组织，一般先帮助本地",
            _ => "不是当地或援助方的综合性慈善组织",
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Reach;
    use crate::catalog::tests::small::row;

    /// Facts: the county, one of two places; the prefecture and the province, around both; helping charities. Home 0 is inside, home 1 outside, and
    /// home 2 helps.
    fn names() -> Names {
        let named = |slot, share| vec![Named { slot, share }];
        let tie = |helping, is_outside| Tie { helping, is_outside };
        Names {
            counties: named(0, 0.5),
            prefectures: named(1, 1.0),
            provinces: named(2, 1.0),
            homes: vec![tie(0.0, false), tie(0.0, true), tie(0.7, false)],
            helping_charities: 3,
        }
    }

    fn of(home: u16, general: bool) -> Row {
        let reach = Reach { named: true, general, ..Reach::default() };
        Row { home, reach, ..row(0) }
    }

    #[test]
    fn a_name_that_holds_the_place_counts_by_level_and_by_the_share_of_the_places() {
        let levels = |facts: [f32; 3]| {
            [NamedCounty::value, NamedPrefecture::value, NamedProvince::value].map(|value| value(&names(), &of(0, false), &facts))
        };
        assert_eq!(levels([1.0, 0.0, 0.0]), [0.5, 0.0, 0.0].map(Value::Known));
        assert_eq!(levels([0.0, 1.0, 0.5]), [0.0, 1.0, 0.5].map(Value::Known));
    }

    #[test]
    fn what_is_named_after_another_province_is_elsewhere_unless_it_is_also_named_after_the_place() {
        let value = |home, facts: [f32; 3]| Elsewhere::value(&names(), &of(home, false), &facts);
        assert_eq!([0, 1, 2].map(|home| value(home, [0.0; 3])), [0.0, -1.0, 0.0].map(Value::Known));
        assert_eq!(value(1, [0.0, 1.0, 0.0]), Value::Known(0.0), "a chamber of people from there");
        let unnamed = Row { home: 1, ..row(0) };
        assert_eq!(Elsewhere::value(&names(), &unnamed, &[0.0; 3]), Value::Known(0.0));
    }

    #[test]
    fn a_name_that_holds_the_place_says_what_the_organization_is() {
        let facts = |places: [Option<&str>; 3], is_local| NameFacts { places: places.map(|it| it.map(str::to_owned)), is_local };
        let yunnan = facts([None, None, Some("云南省")], true);
        assert_eq!(NamedProvince::sentence(1.0, &yunnan), "云南省的全省性组织");
        assert_eq!(NamedProvince::sentence(1.0, &facts([None, None, Some("重庆市")], true)), "重庆市的全市性组织");
        let guests = facts([None, None, Some("云南省")], false);
        assert_eq!(NamedProvince::sentence(1.0, &guests), "名称中含有“云南省”", "a chamber of people from there");
        assert_eq!(NamedCounty::sentence(1.0, &facts([Some("昭觉县"), None, None], true)), "昭觉县的组织");
        assert_eq!(NamedCounty::sentence(1.0, &yunnan), "名称中含有需求所在的县");
        assert_eq!(NamedPrefecture::sentence(0.0, &yunnan), "名称中没有需求所在的市州");
    }

    #[test]
    fn a_general_charity_counts_at_its_place_and_where_its_home_helps() {
        let value = |home, general, facts: [f32; 4]| LocalGeneral::value(&names(), &of(home, general), &facts);
        assert_eq!(value(0, true, [0.0, 0.0, 1.0, 0.0]), Value::Known(1.0));
        assert_eq!(value(1, true, [0.0; 4]), Value::Known(GENERAL_ELSEWHERE));
        assert_eq!(value(2, true, [0.0, 0.0, 0.0, 0.5]), Value::Known(0.5), "the helping side");
        assert_eq!([value(0, false, [0.0, 0.0, 1.0, 0.0]), value(1, false, [0.0; 4])], [Value::Known(0.0); 2]);
    }
}
