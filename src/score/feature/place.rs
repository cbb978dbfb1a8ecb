//! Home: where the organization is registered. Whatever depends only on the home is computed once per need for each place that
//! is the home of some organization. An organization of the whole country has no home.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::definition::{Definition, DependsOn, EvidenceKind, NO_PLACE, NO_TEXT, SHARE, Sign, Theme, UNBOUNDED};
use super::formula::{Family, Formula, Inputs};
use super::value::Value;
use crate::catalog::{Catalog, NO_HOME, Row};
use crate::domain::RegionCode;
use crate::reference::{Reference, Relation};
use crate::score::Question;
use crate::score::lists::Lists;

/// What the features of homes share.
const FAMILY: Definition = Definition {
    code: "",
    label: "",
    theme: Theme::Place,
    sign: Sign::Merit,
    bounds: SHARE,
    depends_on: DependsOn::Home,
    evidence: EvidenceKind::Home,
    not_asked: NO_PLACE,
    unknown: NO_HOME_KNOWN,
};

const NO_HOME_KNOWN: &str = "没有登记所在地，或是全国性组织";

/// What each home means for one need.
pub(crate) struct Homes {
    /// Nearness and counterpart relation, by number of the home.
    by_number: Vec<(f64, f64)>,
}

impl Family for Homes {
    /// None if the need names no place.
    fn new<'a>(inputs: &Inputs<'a, '_>, _lists: &mut Lists<'a>) -> Option<Self> {
        let question = inputs.question;
        if question.regions.is_empty() {
            return None;
        }
        let near = |home: RegionCode| question.regions.iter().map(|&place| nearness(home, place)).fold(0.0, f64::max);
        let by_number = inputs.homes().iter().zip(strengths(inputs)).map(|(&home, strength)| (near(home), strength)).collect();
        Some(Self { by_number })
    }
}

impl Homes {
    fn lookup(&self, row: &Row) -> Option<(f64, f64)> {
        if row.home == NO_HOME { None } else { self.by_number.get(usize::from(row.home)).copied() }
    }
}

/// What the sentence about a counterpart relation states.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RelationFacts {
    /// Full name of the helping division.
    pub(crate) donor: String,
    /// Full name of the helped one.
    pub(crate) recipient: String,
    /// Name of the programme.
    pub(crate) programme: String,
    /// Years since it ended; none while it runs.
    pub(crate) ended_years: Option<f64>,
}

/// The strength of the counterpart relation between its home and each of the need's places on the day of the question, on
/// average. Unknown without a home.
///
/// - Unit: strength: 1 for a helped county, 0.7 for a prefecture, 0.5 for a province, halved every three years after the end; 0
///   without a relation.
/// - Source: official relations ([`crate::reference`]); strengths and half-life are set by hand.
/// - Sign: speaks for. Bound: 0 to 1.
pub(crate) struct Counterpart;

impl Formula for Counterpart {
    const DEFINITION: Definition =
        Definition { code: "counterpart", label: "对口关系", evidence: EvidenceKind::Relation, ..FAMILY };
    type Asked = Homes;
    type Facts = Option<RelationFacts>;

    fn value(homes: &Homes, row: &Row, _facts: &[f32]) -> Value {
        homes.lookup(row).map_or(Value::Unknown, |home| Value::Known(home.1))
    }

    fn sentence(_value: f64, facts: &Option<RelationFacts>) -> String {
        let Some(RelationFacts { donor, recipient, programme, ended_years }) = facts else {
            return "所在地与需求地区没有对口关系".to_owned();
        };
        match ended_years {
            None => format!("{donor}对口{recipient}（{programme}）"),
            Some(years) if *years < 1.0 => format!("{donor}曾对口{recipient}（{programme}，结束不足一年）"),
            Some(years) => format!("{donor}曾对口{recipient}（{programme}，已结束约{years:.0}年）"),
        }
    }
}

/// What the sentence about a home states.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HomeFacts {
    /// Full name of the division.
    pub(crate) name: String,
    /// Name of the province.
    pub(crate) province: String,
    /// True if it was read from the organization's name because no record states it.
    pub(crate) is_inferred: bool,
}

/// How near its home is to the nearest of the need's places. If only the province of the home is known, it is near all of the
/// province. Unknown without a home.
///
/// - Unit: 1 in the same county, 0.85 in the same prefecture, 0.7 in the same province, 0.2 in the same macro-region, else 0.
/// - Source: set by hand.
/// - Sign: speaks for. Bound: 0 to 1.
pub(crate) struct Home;

impl Formula for Home {
    const DEFINITION: Definition = Definition { code: "home", label: "所在地", ..FAMILY };
    type Asked = Homes;
    type Facts = Option<HomeFacts>;

    fn value(homes: &Homes, row: &Row, _facts: &[f32]) -> Value {
        homes.lookup(row).map_or(Value::Unknown, |home| Value::Known(home.0))
    }

    fn sentence(nearness: f64, facts: &Option<HomeFacts>) -> String {
        let Some(HomeFacts { name, is_inferred, .. }) = facts else { return NO_HOME_KNOWN.to_owned() };
        let how = if *is_inferred { "，由名称判断" } else { "" };
        match nearness {
            near if near >= 0.99 => format!("就在需求所在的县（{name}{how}）"),
            near if near >= 0.8 => format!("与需求同在一个市州（{name}{how}）"),
            near if near >= 0.5 => format!("与需求同在一省（{name}{how}）"),
            near if near > 0.0 => format!("与需求同在一个大区（{name}{how}）"),
            _ => format!("在{name}{how}，不在需求所在地一带"),
        }
    }
}

/// The lift of the province of each home, by number of the home.
pub(crate) struct Provinces {
    by_number: Vec<f64>,
}

/// Prior votes of every province.
const HOME_PRIOR: f64 = 3.0;

/// The most that [`HomeVotes`] can be where the organizations of the province have `own` of all `projects`: all of theirs vote,
/// in full, and nobody else's.
pub(in crate::score) fn most_home_votes([own, projects]: [f64; 2]) -> f64 {
    /// Covers the rounding of the logarithm.
    const SLACK: f64 = 1e-9;
    ((own + HOME_PRIOR) / (own * own / projects + HOME_PRIOR)).ln() + SLACK
}

impl Family for Provinces {
    /// None if the need has no text.
    fn new<'a>(inputs: &Inputs<'a, '_>, _lists: &mut Lists<'a>) -> Option<Self> {
        if inputs.question.topic.is_empty() {
            return None;
        }
        let lifts = home_votes(inputs);
        let lift = |home: &RegionCode| lifts.get(&home.province()).copied().unwrap_or_default();
        Some(Self { by_number: inputs.homes().iter().map(lift).collect() })
    }
}

/// The value of [`HomeVotes`] for each province that is the home of some organization.
pub(in crate::score) fn home_votes(inputs: &Inputs<'_, '_>) -> BTreeMap<RegionCode, f64> {
    let Inputs { catalog, votes, .. } = *inputs;
    let province = |home: u16| catalog.homes().get(usize::from(home)).map(|home| home.province());
    let mut got: BTreeMap<RegionCode, f64> = BTreeMap::new();
    for &(project, likeness) in votes.close() {
        for participant in catalog.participants(project).iter().filter(|participant| !participant.is_by_branch()) {
            // Organizations without a home count on neither side of the comparison.
            if let Some(home) = province(catalog.home(participant.to as usize)) {
                *got.entry(home).or_default() += likeness;
            }
        }
    }
    let usual = inputs.by_province();
    let votes: f64 = got.values().sum();
    let projects: f64 = usual.values().sum::<f64>().max(1.0);
    let lift = |(&home, usual): (&RegionCode, &f64)| {
        let got = got.get(&home).copied().unwrap_or_default();
        (home, ((got + HOME_PRIOR) / (votes * usual / projects + HOME_PRIOR)).ln())
    };
    usual.iter().map(lift).collect()
}

/// Votes for the organizations of its province against those that its number of projects explains: ln((v + 3) / (e + 3)).
/// v is the sum of the likeness of the closest voters; e is the same sum, spread by where projects come from.
/// Organizations that know the topics of an area tend to be based there. Unknown without a home.
///
/// - Unit: logarithm of a ratio.
/// - Source: observed against expected votes, smoothed by 3 votes, set by hand.
/// - Sign: speaks for. Bound: none stated.
pub(crate) struct HomeVotes;

impl Formula for HomeVotes {
    const DEFINITION: Definition =
        Definition { code: "home_votes", label: "同省相似项目", bounds: UNBOUNDED, not_asked: NO_TEXT, ..FAMILY };
    type Asked = Provinces;
    type Facts = Option<HomeFacts>;

    fn value(provinces: &Provinces, row: &Row, _facts: &[f32]) -> Value {
        provinces.by_number.get(usize::from(row.home)).map_or(Value::Unknown, |&lift| Value::Known(lift))
    }

    fn sentence(lift: f64, facts: &Option<HomeFacts>) -> String {
        let province = facts.as_ref().map_or("所在省份", |home| home.province.as_str());
        format!("{province}的组织做这类项目{}", if lift > 0.0 { "较多" } else { "较少" })
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
    let Reference { counterparts, divisions, .. } = &catalog.reference;
    let of = |&place| counterparts.relation(divisions, home, place, as_of);
    question.regions.iter().filter_map(of).max_by(|a, b| a.strength.total_cmp(&b.strength))
}

/// The strength of the counterpart relation of each home to each of the need's places, on average; by number of the home.
pub(super) fn strengths(inputs: &Inputs<'_, '_>) -> Vec<f64> {
    let Inputs { catalog, view, question, .. } = *inputs;
    let Reference { counterparts, divisions, .. } = &catalog.reference;
    let mut strengths = vec![0.0; inputs.homes().len()];
    for &place in &question.regions {
        let donors: Vec<(RegionCode, f64)> = counterparts.donors(divisions, place, view.as_of).collect();
        if donors.is_empty() {
            continue;
        }
        for (home, sum) in inputs.homes().iter().zip(&mut strengths) {
            let around: Vec<RegionCode> = divisions.lineage(*home).collect();
            let helping = donors.iter().filter(|(donor, _)| around.contains(donor));
            *sum += helping.map(|&(_, strength)| strength).fold(0.0, f64::max);
        }
    }
    let places = question.regions.len().max(1) as f64;
    strengths.into_iter().map(|sum| sum / places).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Flags;
    use crate::catalog::tests::small::{Small, organization, place, project, row};
    use crate::score::own_words::OwnWords;
    use crate::score::votes::Votes;

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
    fn votes_for_a_province_against_what_its_number_of_projects_explains() {
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
        let question = Question { topic: "学校净水设备".to_owned(), ..Question::default() };
        let own_words = &OwnWords::default();
        let inputs = Inputs { catalog: &catalog, view: &view, question: &question, votes: &votes, own_words, one: None };
        let provinces = Provinces::new(&inputs, &mut Lists::default()).unwrap();
        let of = |home: u16| HomeVotes::value(&provinces, &Row { home, ..row(Flags::KNOWN) }, &[]);
        // One of four projects belongs to Shanghai and three to Jiangsu; the only vote is for Shanghai.
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
        let mut small = Small { organizations: ["a", "b"].map(organization).to_vec(), ..Small::default() };
        small.organizations[0].home_region = Some(place(310_000));
        let catalog = small.catalog();
        let view = catalog.as_of(jiff::civil::date(2019, 7, 1));
        let homes = |regions: Vec<RegionCode>| {
            let (question, votes, own_words) =
                (Question { regions, ..Question::default() }, Votes::default(), OwnWords::default());
            let inputs =
                Inputs { catalog: &catalog, view: &view, question: &question, votes: &votes, own_words: &own_words, one: None };
            Homes::new(&inputs, &mut Lists::default())
        };
        let values = |digits, row: &Row| {
            let homes = homes(vec![RegionCode::new(digits).unwrap()]).unwrap();
            [Counterpart::value(&homes, row, &[]), Home::value(&homes, row, &[])]
        };
        let shanghai = Row { home: catalog.home(0), ..row(Flags::KNOWN) };
        // 上海 helps 迪庆 (533400) at the level of the prefecture, and nobody in 台湾.
        assert_eq!(values(533_400, &shanghai), [0.7, 0.0].map(Value::Known));
        assert_eq!(values(710_000, &shanghai), [0.0, 0.0].map(Value::Known));
        let two = homes([533_400, 710_000].map(|code| RegionCode::new(code).unwrap()).to_vec()).unwrap();
        assert_eq!(Counterpart::value(&two, &shanghai, &[]), Value::Known(0.35), "one of two places");
        let nowhere = Row { home: catalog.home(1), ..row(Flags::KNOWN) };
        assert_eq!(values(533_400, &nowhere), [Value::Unknown; 2]);
        assert!(homes(Vec::new()).is_none());
    }

    #[test]
    fn a_relation_is_told_with_its_end_and_a_home_with_its_distance() {
        let relation = |ended_years| {
            let [donor, recipient, programme] = ["上海市", "迪庆州", "沪滇协作"].map(str::to_owned);
            Counterpart::sentence(0.7, &Some(RelationFacts { donor, recipient, programme, ended_years }))
        };
        assert_eq!(relation(None), "上海市对口迪庆州（沪滇协作）");
        assert_eq!(relation(Some(0.4)), "上海市曾对口迪庆州（沪滇协作，结束不足一年）");
        assert_eq!(relation(Some(2.6)), "上海市曾对口迪庆州（沪滇协作，已结束约3年）");
        assert_eq!(Counterpart::sentence(0.0, &None), "所在地与需求地区没有对口关系");
        let home = |nearness, is_inferred| {
            let [name, province] = ["云南省"; 2].map(str::to_owned);
            Home::sentence(nearness, &Some(HomeFacts { name, province, is_inferred }))
        };
        assert_eq!(home(1.0, false), "就在需求所在的县（云南省）");
        assert_eq!(home(0.85, false), "与需求同在一个市州（云南省）");
        assert_eq!(home(0.7, true), "与需求同在一省（云南省，由名称判断）");
        assert_eq!(home(0.2, false), "与需求同在一个大区（云南省）");
        assert_eq!(home(0.0, true), "在云南省，由名称判断，不在需求所在地一带");
        assert_eq!(Home::sentence(0.0, &None), "没有登记所在地，或是全国性组织");
        let [name, province] = ["上海市黄浦区", "上海市"].map(str::to_owned);
        let shanghai = Some(HomeFacts { name, province, is_inferred: false });
        let votes = [0.5, -0.5].map(|lift| HomeVotes::sentence(lift, &shanghai));
        assert_eq!(votes, ["上海市的组织做这类项目较多", "上海市的组织做这类项目较少"]);
    }
}
