//! Titles and descriptions: templates, the words of a sector, and filler words drawn by Zipf's law.
//!
//! `{c}` county, `{v}` village, `{p}` people, `{n}` how many, `{o}` object (goods, building or activity), `{m}` how many of
//! the goods with their unit, `{b}` name of a programme, `{y}` year, `{x}` what is wrong, `{h}` how it is done, `{a}` what for.

use super::lexicon::{Leaf, People};
use super::phrases::{
    AIM, AIM_OF, BRAND, BRAND_END, FORMS, HOW, HOW_VERB, NEED_TEXTS, PROJECT_TEXTS, VILLAGE, VILLAGE_END, WRONG,
};
use super::stream::Stream;
use crate::domain::TagCode;

/// What a text is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Goods,
    Building,
    Activity,
}

impl Kind {
    const fn projects(self) -> &'static [&'static str] {
        match self {
            Self::Goods => &[
                "{c}{v}{o}捐赠",
                "{c}{p}{o}配备项目",
                "为{c}{p}捐赠{o}{m}",
                "“{b}”{c}{o}添置",
                "{c}{v}{o}采购",
                "{y}年{c}{o}援助",
                "{o}进{v}：{c}帮扶",
                "{b}·{c}{v}{o}",
            ],
            Self::Building => &[
                "{c}{v}{o}建设",
                "{c}{v}{o}改造项目",
                "援建{c}{v}{o}",
                "“{b}”{c}{o}新建",
                "{c}{o}修缮提升",
                "{c}{v}{o}配套工程",
                "{y}年{c}{o}建设项目",
                "{c}{p}{o}援建",
            ],
            Self::Activity => &[
                "{c}{p}{o}",
                "{c}{v}{o}项目",
                "“{b}”{c}{o}",
                "{y}年{c}{o}",
                "{c}{o}行动",
                "支持{c}{p}{o}",
                "{c}“{b}”{o}计划",
                "{o}走进{c}{v}",
            ],
        }
    }

    const fn needs(self) -> &'static [&'static str] {
        match self {
            Self::Goods => &["{c}{v}急需{o}", "{c}{p}{o}配备需求", "{c}{v}{o}{m}", "{c}{o}添置", "{c}{v}{o}购置资金"],
            Self::Building => &["{c}{v}{o}建设", "{c}{o}改造需求", "{c}{v}{o}建设资金缺口", "{c}{v}新建{o}", "{c}{o}修缮"],
            Self::Activity => &["{c}{p}{o}", "{c}{v}{o}需求", "{c}{o}经费缺口", "{c}希望支持{o}", "{c}{v}{p}{o}"],
        }
    }
}

/// Chance of traditional characters, as in lists from some sites.
const TRADITIONAL: f64 = 0.03;
/// Chance that a project has a description.
const DESCRIBED: f64 = 0.6;
/// The words chosen for one record.
#[derive(Debug)]
pub(super) struct Words<'a> {
    kind: Kind,
    county: &'a str,
    village: String,
    people: &'a People,
    count: u64,
    object: &'static str,
    pieces: String,
    brand: String,
    year: i16,
    is_traditional: bool,
}

impl<'a> Words<'a> {
    pub(super) fn new(leaf: &'a Leaf, county: &'a str, year: i16, stream: &mut Stream) -> Self {
        let (goods, buildings) = (leaf.goods.len(), leaf.buildings.len());
        let all = goods + buildings + leaf.activities.len();
        let at = stream.below(all);
        let (kind, object, unit) = match at {
            at if at < goods => (Kind::Goods, leaf.goods[at].0, leaf.goods[at].1),
            at if at < goods + buildings => (Kind::Building, leaf.buildings[at - goods], ""),
            at => (Kind::Activity, leaf.activities[at - goods - buildings], ""),
        };
        Self {
            kind,
            county,
            village: two(VILLAGE, stream) + VILLAGE_END[stream.zipf(VILLAGE_END.len())],
            people: stream.pick(&leaf.people),
            count: round_count(stream.log_normal(150.0, 1.0)),
            object,
            pieces: format!("{}{unit}", round_count(stream.log_normal(40.0, 1.2))),
            brand: two(BRAND, stream) + BRAND_END[stream.zipf(BRAND_END.len())],
            year,
            is_traditional: stream.chance(TRADITIONAL),
        }
    }

    /// Title and description of a past project; the second may be empty.
    pub(super) fn project(&self, stream: &mut Stream) -> (String, String) {
        let template = *stream.pick(self.kind.projects());
        let title = self.fill(template, stream);
        let text = *stream.pick(PROJECT_TEXTS);
        (title, if stream.chance(DESCRIBED) { self.fill(text, stream) } else { String::new() })
    }

    /// Title and description of a need.
    pub(super) fn need(&self, stream: &mut Stream) -> (String, String) {
        let template = *stream.pick(self.kind.needs());
        let title = self.fill(template, stream);
        let text = *stream.pick(NEED_TEXTS);
        (title, self.fill(text, stream))
    }

    /// The groups that the people belong to.
    pub(super) fn groups(&self) -> Vec<TagCode> {
        self.people.groups.clone()
    }

    /// How many people.
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    /// The mode: goods are given, buildings paid for, activities carried out.
    pub(super) const fn mode(&self) -> &'static str {
        match self.kind {
            Kind::Goods => "goods",
            Kind::Building => "cash",
            Kind::Activity => "service",
        }
    }

    fn fill(&self, template: &str, stream: &mut Stream) -> String {
        let mut text = String::with_capacity(120);
        let mut pieces = template.split(['{', '}']);
        while let Some(plain) = pieces.next() {
            text.push_str(plain);
            match pieces.next() {
                Some("c") => text.push_str(self.county),
                Some("v") => text.push_str(&self.village),
                Some("p") => text.push_str(self.people.word),
                Some("n") => text.push_str(&self.count.to_string()),
                Some("o") => text.push_str(self.object),
                Some("m") => text.push_str(&self.pieces),
                Some("b") => text.push_str(&self.brand),
                Some("y") => text.push_str(&self.year.to_string()),
                Some("x") => text.push_str(WRONG[stream.zipf(WRONG.len())]),
                Some("h") => {
                    text.push_str(HOW[stream.zipf(HOW.len())]);
                    text.push_str(HOW_VERB[stream.zipf(HOW_VERB.len())]);
                }
                Some("a") => {
                    text.push_str(AIM[stream.zipf(AIM.len())]);
                    text.push_str(AIM_OF[stream.zipf(AIM_OF.len())]);
                }
                _ => {}
            }
        }
        if self.is_traditional { traditional(&text) } else { text }
    }
}

/// Draws one of the pairs of characters in `all`; earlier pairs are more common.
fn two(all: &str, stream: &mut Stream) -> String {
    let pairs = all.chars().count() / 2;
    all.chars().skip(2 * stream.zipf(pairs)).take(2).collect()
}

fn round_count(count: f64) -> u64 {
    let count = count.max(2.0) as u64;
    if count < 50 { count } else { count / 10 * 10 }
}

fn traditional(text: &str) -> String {
    let form = |c: char| {
        let mut forms = FORMS.chars().step_by(2).zip(FORMS.chars().skip(1).step_by(2));
        forms.find(|&(simple, _)| simple == c).map_or(c, |(_, traditional)| traditional)
    };
    text.chars().map(form).collect()
}
