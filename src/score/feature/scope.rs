//! The organization's own words against the need's text: all its past work (profile), its name, and its stated scope. An
//! organization without history has no other texts than its name and scope.

use super::definition::{Definition, DependsOn, EvidenceKind, NO_RECORD, NO_TEXT, SHARE, Sign, Theme};
use super::formula::{Family, Formula, Impact, Inputs};
use super::named::Names;
use super::value::Value;
use super::votes::{FEW_WORDS, VoteFacts};
use crate::catalog::Row;
use crate::score::lists::{Lists, Slot};

/// The matches of one need.
pub(crate) struct Matched {
    /// How much the most similar project resembles the need, 0 to 1.
    quality: f64,
    profile: Slot,
    name: Slot,
    scope: Slot,
    /// The organizations that places tie to the need; none if it names no place.
    names: Option<Names>,
}

impl Family for Matched {
    /// None if the need has no text.
    fn new<'a>(inputs: &Inputs<'a, '_>, lists: &mut Lists<'a>) -> Option<Self> {
        let words = inputs.own_words;
        (!inputs.question.topic.is_empty()).then(|| Self {
            quality: inputs.votes.quality(),
            profile: lists.add(words.profiles.clone()),
            name: lists.add(words.names.clone()),
            scope: lists.add(words.scopes.clone()),
            names: Names::new(inputs, lists),
        })
    }
}

/// What sentences about name and scope state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WordFacts {
    /// Words of the need in its name.
    pub(crate) name: Vec<String>,
    /// Some of those in its stated scope.
    pub(crate) scope: Vec<String>,
}

/// What the features of the family share.
const FAMILY: Definition = Definition {
    code: "",
    label: "",
    theme: Theme::Words,
    sign: Sign::Merit,
    bounds: SHARE,
    depends_on: DependsOn::Need,
    evidence: EvidenceKind::Nothing,
    not_asked: NO_TEXT,
    unknown: NO_RECORD,
};

/// BM25 of all its past work, read as one text, as a share of the best organization's score, times q. q is less than 1 where no
/// project is much like the need.
///
/// - Unit: share.
/// - Source: Model 1 of Balog, Azzopardi & de Rijke (IP&M 45, 2009), with BM25 for its language model.
/// - Sign: speaks for. Bound: 0 to 1.
pub(crate) struct Profile;

impl Formula for Profile {
    const DEFINITION: Definition =
        Definition {
            code: "profile", label: "往期项目全文", theme: Theme::Likeness, evidence: EvidenceKind::Voters, ..FAMILY
        };
    type Asked = Matched;
    type Facts = VoteFacts;

    fn value(asked: &Matched, _row: &Row, facts: &[f32]) -> Value {
        Value::Known(asked.quality * f64::from(facts[asked.profile]))
    }

    fn max_impacts(asked: &Matched, impact: &mut Impact<'_>) {
        impact(asked.profile, &|share| asked.quality * share);
    }

    fn sentence(value: f64, facts: &VoteFacts) -> String {
        match facts.precedents {
            0 if value > 0.0 => FEW_WORDS.to_owned(),
            0 => "做过的事与需求不同".to_owned(),
            _ => facts.similar(),
        }
    }
}

/// [`Profile`] of an organization that no place ties to the need: its name holds none of the need's places, and its home helps none
/// of them. 0 for all others. What it has done counts for more where nothing else connects it with the need.
///
/// - Unit: share.
/// - Source: an interaction found among the public claims.
/// - Sign: speaks for. Bound: 0 to 1.
pub(crate) struct Expertise;

impl Formula for Expertise {
    const DEFINITION: Definition =
        Definition { code: "expertise", label: "外地专长", theme: Theme::Likeness, evidence: EvidenceKind::Voters, ..FAMILY };
    type Asked = Matched;
    type Facts = VoteFacts;

    fn value(asked: &Matched, row: &Row, facts: &[f32]) -> Value {
        let is_tied = asked.names.as_ref().is_some_and(|names| names.ties(row, facts) > 0.0);
        Value::Known(if is_tied { 0.0 } else { asked.quality * f64::from(facts[asked.profile]) })
    }

    fn max_impacts(asked: &Matched, impact: &mut Impact<'_>) {
        impact(asked.profile, &|share| asked.quality * share);
    }

    fn sentence(value: f64, facts: &VoteFacts) -> String {
        match facts.precedents {
            _ if value == 0.0 => "在当地或援助方，或做过的事与需求不同".to_owned(),
            0 => format!("不在当地或援助方，{FEW_WORDS}"),
            _ => format!("不在当地或援助方，但{}", facts.similar()),
        }
    }
}

/// BM25 of its name, as a share of a full match.
///
/// - Unit: share.
/// - Source: BM25 (Robertson et al., TREC-3) over names.
/// - Sign: speaks for. Bound: 0 to 1.
pub(crate) struct NameMatch;

impl Formula for NameMatch {
    const DEFINITION: Definition = Definition { code: "name_match", label: "名称用语", ..FAMILY };
    type Asked = Matched;
    type Facts = WordFacts;

    fn value(asked: &Matched, _row: &Row, facts: &[f32]) -> Value {
        Value::Known(f64::from(facts[asked.name]))
    }

    fn max_impacts(asked: &Matched, impact: &mut Impact<'_>) {
        impact(asked.name, &|share| share);
    }

    fn sentence(value: f64, facts: &WordFacts) -> String {
        match facts.name.as_slice() {
            _ if value <= 0.0 => "名称与需求没有相同之处".to_owned(),
            [] => "名称与需求有相同用语".to_owned(),
            words => format!("名称中有“{}”，与需求相同", words.join("、")),
        }
    }
}

/// BM25 of its stated scope, as a share of a full match. Unknown if it states none.
///
/// - Unit: share.
/// - Source: BM25 (Robertson et al., TREC-3) over stated scopes.
/// - Sign: speaks for. Bound: 0 to 1.
pub(crate) struct Scope;

impl Formula for Scope {
    const DEFINITION: Definition =
        Definition { code: "scope", label: "业务范围", unknown: "没有业务范围记录", ..FAMILY };
    type Asked = Matched;
    type Facts = WordFacts;

    fn value(asked: &Matched, row: &Row, facts: &[f32]) -> Value {
        if row.reach.has_scope { Value::Known(f64::from(facts[asked.scope])) } else { Value::Unknown }
    }

    fn max_impacts(asked: &Matched, impact: &mut Impact<'_>) {
        impact(asked.scope, &|share| share);
    }

    fn sentence(value: f64, facts: &WordFacts) -> String {
        match facts.scope.as_slice() {
            _ if value <= 0.0 => "业务范围没有与需求相同的用语".to_owned(),
            [] => "业务范围与需求有相同用语".to_owned(),
            words => format!("业务范围中有“{}”，与需求相同", words.join("、")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::small::{Small, organization, project};
    use crate::score::Question;
    use crate::score::own_words::OwnWords;
    use crate::score::votes::Votes;
    use jiff::civil::date;

    #[test]
    fn name_and_scope_are_a_share_of_a_full_match_and_stubs_wait_for_their_first_project() {
        let organizations = ["净水协会", "乡村医生基金会", "丙净水中心"].map(organization).to_vec();
        let mut small = Small { organizations, ..Small::default() };
        small.organizations[1].scope = Some("资助乡村医生培训".to_owned());
        small.organizations[2].stub = true;
        small.projects = vec![project("p", "修路", &["丙净水中心"], "2024")];
        let catalog = small.catalog();
        let at = |name: &str| catalog.organization(&crate::domain::OrganizationId::new(name)).unwrap();
        let found = |year, topic: &str| {
            let view = catalog.as_of(date(year, 12, 31));
            let own_words = &OwnWords::search(&catalog, &view, topic).unwrap();
            let question = &Question { topic: topic.to_owned(), ..Question::default() };
            let inputs = Inputs { catalog: &catalog, view: &view, question, votes: &Votes::default(), own_words, one: None };
            let mut lists = Lists::default();
            let own = Matched::new(&inputs, &mut lists).unwrap();
            let lists: Vec<Vec<f32>> = (0..3).map(|organization| lists.facts_for(organization)).collect();
            move |organization: usize| {
                let facts: &[f32] = &lists[organization];
                let has_scope = organization == 1;
                let reach = crate::catalog::Reach { has_scope, ..crate::catalog::Reach::default() };
                let row = Row { reach, ..crate::catalog::tests::small::row(0) };
                [NameMatch::value(&own, &row, facts), Scope::value(&own, &row, facts)]
                    .map(|value| if let Value::Known(value) = value { value } else { -1.0 })
            }
        };
        let water = found(2023, "净水");
        let [own, stub] = ["净水协会", "丙净水中心"].map(|name| water(at(name))[0]);
        assert!(own > 0.0 && own <= 1.0 && stub == 0.0, "{own} {stub}");
        assert!(found(2024, "净水")(at("丙净水中心"))[0] > 0.0);
        let doctors = found(2024, "乡村医生培训");
        assert!(doctors(at("乡村医生基金会")).iter().all(|&it| it > 0.0));
        assert_eq!(doctors(at("净水协会")), [0.0, -1.0], "it states no scope");
        let view = catalog.as_of(date(2024, 1, 1));
        let (question, votes, own_words) = (&Question::default(), &Votes::default(), &OwnWords::default());
        let inputs = Inputs { catalog: &catalog, view: &view, question, votes, own_words, one: None };
        assert!(Matched::new(&inputs, &mut Lists::default()).is_none());
    }

    #[test]
    fn a_sentence_says_whether_words_are_shared() {
        let facts = |precedents| VoteFacts { precedents, ..VoteFacts::default() };
        assert_eq!(Profile::sentence(0.2, &facts(1)), "做过同领域的项目");
        assert_eq!(Profile::sentence(0.2, &facts(0)), "往期项目有个别用语与需求相同");
        assert_eq!(Profile::sentence(0.0, &facts(0)), "做过的事与需求不同");
        assert_eq!(Expertise::sentence(0.2, &facts(1)), "不在当地或援助方，但做过同领域的项目");
        assert_eq!(Expertise::sentence(0.0, &facts(1)), "在当地或援助方，或做过的事与需求不同");
        let words = WordFacts { name: vec!["残疾人".to_owned()], scope: vec!["轮椅".to_owned(), "假肢".to_owned()] };
        let name = ["名称中有“残疾人”，与需求相同", "名称与需求没有相同之处"];
        assert_eq!([0.2, 0.0].map(|it| NameMatch::sentence(it, &words)), name);
        let scope = ["业务范围中有“轮椅、假肢”，与需求相同", "业务范围没有与需求相同的用语"];
        assert_eq!([0.2, 0.0].map(|it| Scope::sentence(it, &words)), scope);
        assert_eq!(NameMatch::sentence(0.2, &WordFacts::default()), "名称与需求有相同用语", "by a synonym");
    }
}
