//! Groups and modes: how much of the organization's work is for the need's groups (the beneficiaries), and how much uses the
//! need's modes (the means of help).

use super::definition::{Definition, DependsOn, EvidenceKind, Sign, Theme, UNBOUNDED};
use super::formula::{Family, Formula, Impact, Inputs};
use super::value::Value;
use crate::catalog::{Flags, Row, TAG_PRIOR};
use crate::score::lists::{Lists, Slot};

/// The groups or the modes that one need asks for: the list of each, and its share of all work.
struct Tags(Vec<(Slot, f64)>);

/// The groups that one need asks for.
pub(crate) struct AskedGroups(Tags);

/// The modes that one need asks for.
pub(crate) struct AskedModes(Tags);

impl Family for AskedGroups {
    /// None if the need names no group.
    fn new<'a>(inputs: &Inputs<'a, '_>, lists: &mut Lists<'a>) -> Option<Self> {
        let past = inputs.view.past.as_ref();
        let tag = |&group: &usize| (lists.group(past, group as u16), past.background.group(group));
        Tags::new(inputs.question.groups.iter().map(tag).collect()).map(Self)
    }
}

impl Family for AskedModes {
    /// None if the need names no mode.
    fn new<'a>(inputs: &Inputs<'a, '_>, lists: &mut Lists<'a>) -> Option<Self> {
        let past = inputs.view.past.as_ref();
        let numbers = inputs.question.modes.iter().filter_map(|code| inputs.catalog.reference.taxonomy.mode(code));
        Tags::new(numbers.map(|mode| (lists.mode(past, mode as u16), past.background.mode(mode))).collect()).map(Self)
    }
}

/// What sentences about groups and modes state.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct TagFacts {
    /// Names of the need's groups.
    pub(crate) groups: Vec<String>,
    /// Names of the need's modes.
    pub(crate) modes: Vec<String>,
    /// How many past projects are for these groups, or by these modes.
    pub(crate) projects: usize,
    /// How many past projects it has in all.
    pub(crate) all: usize,
}

/// What the features of the family share.
const FAMILY: Definition = Definition {
    code: "",
    label: "",
    theme: Theme::Sector,
    sign: Sign::Merit,
    bounds: UNBOUNDED,
    depends_on: DependsOn::Need,
    evidence: EvidenceKind::Nothing,
    not_asked: "",
    unknown: "",
};

/// ln P(g|o) − ln P(g), the mean over the need's groups. Unknown if the history names no group.
///
/// - Unit: logarithm of a ratio of shares, 0 for an organization that works for them as often as everybody does.
/// - Source: Dirichlet smoothing (Zhai & Lafferty, TOIS 22(2), 2004) of the decayed history with [`TAG_PRIOR`] pseudo-counts,
///   set by hand.
/// - Sign: speaks for. Bound: none stated; at most 0 without work for them.
pub(crate) struct Groups;

impl Formula for Groups {
    const DEFINITION: Definition = Definition {
        code: "groups",
        label: "服务对象",
        evidence: EvidenceKind::ForGroups,
        not_asked: "需求未说明服务对象",
        unknown: "没有往期项目服务对象的记录",
        ..FAMILY
    };
    type Asked = AskedGroups;
    type Facts = TagFacts;

    fn value(asked: &AskedGroups, row: &Row, facts: &[f32]) -> Value {
        if row.flags.any(Flags::GROUPED) { asked.0.lift(row.ln_grouped, facts) } else { Value::Unknown }
    }

    fn max_impacts(asked: &AskedGroups, impact: &mut Impact<'_>) {
        asked.0.max_impacts(impact);
    }

    fn sentence(lift: f64, facts: &TagFacts) -> String {
        work_with(lift, &facts.groups, "对象", facts)
    }
}

/// ln P(m|o) − ln P(m), the mean over the need's modes. Unknown if the history names no mode.
///
/// - Unit: logarithm of a ratio of shares, 0 for an organization that uses them as often as everybody does.
/// - Source: as for [`Groups`].
/// - Sign: speaks for. Bound: none stated; at most 0 without work that uses them.
pub(crate) struct Modes;

impl Formula for Modes {
    const DEFINITION: Definition = Definition {
        code: "modes",
        label: "帮扶方式",
        evidence: EvidenceKind::ByModes,
        not_asked: "需求未说明帮扶方式",
        unknown: "没有往期项目帮扶方式的记录",
        ..FAMILY
    };
    type Asked = AskedModes;
    type Facts = TagFacts;

    fn value(asked: &AskedModes, row: &Row, facts: &[f32]) -> Value {
        if row.flags.any(Flags::HAS_MODES) { asked.0.lift(row.ln_with_modes, facts) } else { Value::Unknown }
    }

    fn max_impacts(asked: &AskedModes, impact: &mut Impact<'_>) {
        asked.0.max_impacts(impact);
    }

    fn sentence(lift: f64, facts: &TagFacts) -> String {
        work_with(lift, &facts.modes, "方式", facts)
    }
}

impl Tags {
    fn new(asked: Vec<(Slot, f64)>) -> Option<Self> {
        (!asked.is_empty()).then_some(Self(asked))
    }

    /// The total of an organization is no less than its part.
    fn max_impacts(&self, impact: &mut Impact<'_>) {
        for &(slot, usual) in &self.0 {
            impact(slot, &|mass| ((mass / usual + TAG_PRIOR) / (mass + TAG_PRIOR)).ln() / self.0.len() as f64);
        }
    }

    /// The mean lift; `ln_total` is ln(decayed mass with any tag + prior).
    fn lift(&self, ln_total: f32, facts: &[f32]) -> Value {
        let ln_total = f64::from(ln_total);
        let lift = |&(slot, usual): &(Slot, f64)| match f64::from(facts[slot]) {
            0.0 => TAG_PRIOR.ln() - ln_total,
            mass => (mass / usual + TAG_PRIOR).ln() - ln_total,
        };
        Value::Known(self.0.iter().map(lift).sum::<f64>() / self.0.len() as f64)
    }
}

fn work_with(lift: f64, names: &[String], what: &str, facts: &TagFacts) -> String {
    let names = names.join("、");
    match facts.projects {
        0 => format!("往期项目不以“{names}”为{what}"),
        some if lift < 0.0 => format!("往期{}个项目中有{some}个以“{names}”为{what}", facts.all.max(some)),
        some => format!("以“{names}”为{what}的项目有{some}个"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::small::row;

    #[test]
    fn the_mean_lift_of_what_is_asked() {
        let asked = AskedGroups(Tags(vec![(0, 0.1), (1, 0.3)]));
        // One decayed project with groups: a fifth of it is for the first group asked, nothing for the second.
        let row = |flags| Row { ln_grouped: 6_f32.ln(), ..row(flags) };
        // ((0.2 / 0.1 + 5) / (1 + 5)) and 5 / (1 + 5)
        let expected = ((7.0_f64 / 6.0).ln() + (5.0_f64 / 6.0).ln()) / 2.0;
        let value = Groups::value(&asked, &row(Flags::GROUPED), &[0.2, 0.0]);
        assert!(matches!(value, Value::Known(it) if (it - expected).abs() < 1e-6), "{value:?}");
        assert_eq!(Groups::value(&asked, &row(Flags::HAS_MODES), &[0.2, 0.0]), Value::Unknown);
    }

    #[test]
    fn a_sentence_names_what_is_asked() {
        let [groups, modes] = ["学生", "物资"].map(|name| vec![name.to_owned()]);
        let facts = TagFacts { groups, modes, projects: 4, all: 9 };
        assert_eq!(Groups::sentence(0.0, &facts), "以“学生”为对象的项目有4个");
        assert_eq!(Modes::sentence(-0.1, &facts), "往期9个项目中有4个以“物资”为方式");
        assert_eq!(Modes::sentence(-1.0, &TagFacts { projects: 0, ..facts }), "往期项目不以“物资”为方式");
    }
}
