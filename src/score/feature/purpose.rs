//! What the organization's name says it is for: its field of work, and the one school, university or hospital that it serves.

use super::definition::{Definition, DependsOn, EvidenceKind, NOT_APPLICABLE, Sign, Theme};
use super::formula::{Family, Formula, Inputs};
use super::value::Value;
use crate::catalog::{NO_PURPOSE, Row};
use crate::score::lists::{Lists, Slot};

/// Whether each purpose is one that the need asks for.
pub(crate) struct Purposes {
    /// By number of the purpose.
    is_asked: Vec<bool>,
}

impl Family for Purposes {
    /// None if the need asks for no purpose.
    fn new<'a>(inputs: &Inputs<'a, '_>, _lists: &mut Lists<'a>) -> Option<Self> {
        let Inputs { catalog, question, .. } = *inputs;
        let taxonomy = &catalog.reference.taxonomy;
        let groups: Vec<String> = question.groups.iter().map(|&group| taxonomy.groups()[group].code.clone()).collect();
        let mut asked = catalog.reference.purposes.of_need(taxonomy, &question.topic, &groups);
        asked.extend(question.sectors.iter().map(|&(sector, _)| taxonomy.parent(sector)));
        let is_asked = |purpose: &Vec<usize>| purpose.iter().any(|sector| asked.contains(sector));
        (!asked.is_empty()).then(|| Self { is_asked: inputs.purposes().iter().map(is_asked).collect() })
    }
}

/// 1 if the purpose that its name states is one that the need asks for, −1 if it is another. Unknown if its name states none.
///
/// - Unit: yes or no.
/// - Source: the table of purposes ([`crate::reference::Purposes`]), for the need also its sectors.
/// - Sign: speaks for. Bound: −1 to 1.
pub(crate) struct Purpose;

impl Formula for Purpose {
    const DEFINITION: Definition = Definition {
        code: "purpose",
        label: "名称宗旨",
        theme: Theme::Words,
        sign: Sign::Merit,
        bounds: -1.0..=1.0,
        depends_on: DependsOn::Purpose,
        evidence: EvidenceKind::Nothing,
        not_asked: "需求没有表明需要哪类组织",
        unknown: "名称没有限定宗旨",
    };
    type Asked = Purposes;
    type Facts = ();

    fn value(purposes: &Purposes, row: &Row, _facts: &[f32]) -> Value {
        match purposes.is_asked.get(usize::from(row.purpose)) {
            _ if row.purpose == NO_PURPOSE => Value::Unknown,
            Some(true) => Value::Known(1.0),
            Some(false) | None => Value::Known(-1.0),
        }
    }

    fn sentence(value: f64, _facts: &()) -> String {
        if value > 0.0 { "名称表明的宗旨与需求相符" } else { "名称表明的宗旨是其他方面" }.to_owned()
    }
}

/// The foundations of the institutions that the need names.
pub(crate) struct Named(Slot);

impl Family for Named {
    fn new<'a>(inputs: &Inputs<'a, '_>, lists: &mut Lists<'a>) -> Option<Self> {
        let named = inputs.catalog.foundations_named_in(&inputs.question.topic);
        Some(Self(lists.add(named.into_iter().map(|at| (at, 1.0)).collect::<Vec<_>>())))
    }
}

/// −1 for a foundation of one school, university or hospital that the need does not name, else 0.
///
/// - Unit: yes or no.
/// - Source: its name. A rule set by hand: no claimant among the public claims is such a foundation, though registers have many.
/// - Sign: policy. Bound: −1 to 0.
pub(crate) struct Bound;

impl Formula for Bound {
    const DEFINITION: Definition = Definition {
        code: "bound",
        label: "专属一校一院",
        theme: Theme::Standing,
        sign: Sign::Policy,
        bounds: -1.0..=0.0,
        depends_on: DependsOn::Need,
        evidence: EvidenceKind::Nothing,
        not_asked: NOT_APPLICABLE,
        unknown: NOT_APPLICABLE,
    };
    type Asked = Named;
    type Facts = ();

    fn value(named: &Named, row: &Row, facts: &[f32]) -> Value {
        Value::Known(if row.reach.bound && facts[named.0] == 0.0 { -1.0 } else { 0.0 })
    }

    fn sentence(value: f64, _facts: &()) -> String {
        if value < 0.0 {
            "为一所学校或医院设立，一般不资助别处"
        } else {
            "不是为别的学校或医院设立的基金会"
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Reach;
    use crate::catalog::tests::small::{Small, organization, row};
    use crate::score::Question;
    use crate::score::own_words::OwnWords;
    use crate::score::votes::Votes;

    #[test]
    fn a_purpose_matches_or_not_and_a_general_name_says_nothing() {
        let names = ["某省残疾人福利基金会", "某省见义勇为基金会", "某县慈善总会"];
        let small = Small { organizations: names.map(organization).to_vec(), ..Small::default() };
        let catalog = small.catalog();
        let view = catalog.as_of(jiff::civil::date(2024, 1, 1));
        let values = |topic: &str| {
            let question = Question { topic: topic.to_owned(), ..Question::default() };
            let (votes, own_words) = (Votes::default(), OwnWords::default());
            let inputs =
                Inputs { catalog: &catalog, view: &view, question: &question, votes: &votes, own_words: &own_words, one: None };
            let asked = Purposes::new(&inputs, &mut Lists::default())?;
            let at = |name: &str| catalog.organization(&crate::domain::OrganizationId::new(name)).unwrap();
            Some(names.map(|name| Purpose::value(&asked, &view.rows[at(name)], &[])))
        };
        assert_eq!(values("重度残疾人缺轮椅"), Some([Value::Known(1.0), Value::Known(-1.0), Value::Unknown]));
        assert_eq!(values("修桥"), None);
    }

    #[test]
    fn a_foundation_of_one_school_counts_for_that_school_only() {
        let bound = Row { reach: Reach { bound: true, ..Reach::default() }, ..row(0) };
        let values = [[0.0], [1.0]].map(|facts| Bound::value(&Named(0), &bound, &facts));
        assert_eq!(values, [-1.0, 0.0].map(Value::Known));
        assert_eq!(Bound::value(&Named(0), &row(0), &[0.0]), Value::Known(0.0));
    }
}
