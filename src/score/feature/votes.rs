//! Text votes: past projects that resemble the need speak for the organizations that carried them out. Five features read the
//! same votes in different ways. A likeness x is between 0 and 1; shares and decay are those of [`Votes`](crate::score::Votes).

use super::definition::{Definition, DependsOn, EvidenceKind, NO_RECORD, NO_TEXT, NOT_NEGATIVE, SHARE, Sign, Theme, UNBOUNDED};
use super::formula::{Family, Formula, Impact, Inputs};
use super::value::Value;
use super::wording::latest;
use crate::catalog::Row;
use crate::score::lists::{Lists, Slot};
use crate::score::votes::Tally;

/// The readings of the votes on one need.
pub(crate) struct Readings {
    sum: Slot,
    by_sector: Slot,
    best: Slot,
    rank: Slot,
    count: Slot,
    /// Expected votes for one project of an organization if likeness were spread evenly: N / D.
    expected: f64,
}

impl Family for Readings {
    /// None if the need has no text.
    fn new<'a>(inputs: &Inputs<'a, '_>, lists: &mut Lists<'a>) -> Option<Self> {
        let votes = inputs.votes;
        if inputs.question.topic.is_empty() {
            return None;
        }
        let mut add = |reading: fn(&Tally) -> f64| {
            lists.add(votes.tallies().map(|(organization, tally)| (organization, reading(&tally) as f32)).collect::<Vec<_>>())
        };
        Some(Self {
            sum: add(|tally| 9.0 * tally.sum),
            by_sector: add(|tally| tally.by_sector),
            best: add(|tally| tally.best),
            rank: add(|tally| 10.0 * tally.by_rank),
            count: add(|tally| tally.count),
            expected: votes.expected(),
        })
    }
}

/// What sentences about votes state.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct VoteFacts {
    /// How many of its projects are like the need in more than a few words, and in the same field; if any is close, of the close
    /// ones.
    pub(crate) precedents: usize,
    /// True if these are close: the same thing, not only the same field.
    pub(crate) is_close: bool,
    /// Year of the latest of them.
    pub(crate) latest: Option<i16>,
    /// How many of its projects share any words with the need.
    pub(crate) votes: usize,
}

/// What the features of the family share.
const FAMILY: Definition = Definition {
    code: "",
    label: "",
    theme: Theme::Likeness,
    sign: Sign::Merit,
    bounds: NOT_NEGATIVE,
    depends_on: DependsOn::Need,
    evidence: EvidenceKind::Voters,
    not_asked: NO_TEXT,
    unknown: NO_RECORD,
};

/// ln(1 + 9 Σ x² · √share · decay) over its votes. It is 0 if no similar project is the organization's: that is known, not
/// missing.
///
/// - Unit: logarithm of 1 + weighted votes; one fresh full match that it carried out alone gives ln 10.
/// - Source: CombSUM over votes (Macdonald & Ounis, "Voting for candidates", CIKM 2006), damped by a logarithm; the 9 is set by
///   hand.
/// - Sign: speaks for. Bound: at least 0.
pub(crate) struct TextVotes;

impl Formula for TextVotes {
    const DEFINITION: Definition = Definition { code: "text_votes", label: "相似项目", ..FAMILY };
    type Asked = Readings;
    type Facts = VoteFacts;

    fn value(asked: &Readings, _row: &Row, facts: &[f32]) -> Value {
        Value::Known(log1p(facts[asked.sum]))
    }

    fn max_impacts(asked: &Readings, impact: &mut Impact<'_>) {
        impact(asked.sum, &f64::ln_1p);
    }

    fn sentence(_value: f64, facts: &VoteFacts) -> String {
        facts.similar()
    }
}

/// ln(1 + Σ x · closeness · √share · decay) over the closest voters. Closeness is how often organizations combine their sectors
/// with the need's ([`Background::closeness`](crate::catalog::Background::closeness)).
///
/// - Unit: logarithm of 1 + weighted votes.
/// - Source: CombSUM as for [`TextVotes`], with closeness instead of the second x.
/// - Sign: speaks for. Bound: at least 0.
pub(crate) struct SectorVotes;

impl Formula for SectorVotes {
    const DEFINITION: Definition =
        Definition { code: "sector_votes", label: "相近领域的相似项目", evidence: EvidenceKind::SectorVoters, ..FAMILY };
    type Asked = Readings;
    type Facts = VoteFacts;

    fn value(asked: &Readings, _row: &Row, facts: &[f32]) -> Value {
        Value::Known(log1p(facts[asked.by_sector]))
    }

    fn max_impacts(asked: &Readings, impact: &mut Impact<'_>) {
        impact(asked.by_sector, &f64::ln_1p);
    }

    fn sentence(_value: f64, facts: &VoteFacts) -> String {
        facts.similar()
    }
}

/// q · e^((x / x₁ − 1) / 0.15) · decay of the strongest precedent. x₁ is the likeness of the best project, and q says how much
/// that project resembles the need at all.
///
/// - Unit: strength as a precedent, 1 for a fresh full match.
/// - Source: exponential voting (expCombSUM's weight, Macdonald & Ounis, CIKM 2006) with a temperature; the maximum is taken
///   instead of the sum.
/// - Sign: speaks for. Bound: 0 to 1.
pub(crate) struct BestPrecedent;

impl Formula for BestPrecedent {
    const DEFINITION: Definition =
        Definition {
            code: "best_precedent", label: "最相似项目", bounds: SHARE, evidence: EvidenceKind::Precedent, ..FAMILY
        };
    type Asked = Readings;
    type Facts = VoteFacts;

    fn value(asked: &Readings, _row: &Row, facts: &[f32]) -> Value {
        Value::Known(f64::from(facts[asked.best]))
    }

    fn max_impacts(asked: &Readings, impact: &mut Impact<'_>) {
        impact(asked.best, &|strength| strength);
    }

    fn sentence(_value: f64, facts: &VoteFacts) -> String {
        facts.similar()
    }
}

/// ln(1 + 10 Σ √share · decay / (10 + rank)): independent of the scale of text scores.
///
/// - Unit: logarithm of 1 + votes; the best voter counts as one.
/// - Source: reciprocal rank (Macdonald & Ounis, CIKM 2006), damped by 10 ranks.
/// - Sign: speaks for. Bound: at least 0.
pub(crate) struct RankVotes;

impl Formula for RankVotes {
    const DEFINITION: Definition = Definition { code: "rank_votes", label: "相似项目名次", ..FAMILY };
    type Asked = Readings;
    type Facts = VoteFacts;

    fn value(asked: &Readings, _row: &Row, facts: &[f32]) -> Value {
        Value::Known(log1p(facts[asked.rank]))
    }

    fn max_impacts(asked: &Readings, impact: &mut Impact<'_>) {
        impact(asked.rank, &f64::ln_1p);
    }

    fn sentence(_value: f64, facts: &VoteFacts) -> String {
        facts.similar()
    }
}

/// ln((V + ½) / (E + ½)). V is the number of the organization's similar projects; E = its projects · N / D is what its size
/// alone explains. It is 0 without a similar project.
///
/// - Unit: logarithm of a ratio.
/// - Source: observed against expected votes, with half a count added to each (Haldane's correction), instead of the size
///   correction Norm2 of the voting models.
/// - Sign: speaks for. Bound: none stated.
pub(crate) struct TextLift;

impl Formula for TextLift {
    const DEFINITION: Definition = Definition { code: "text_lift", label: "相似项目占比", bounds: UNBOUNDED, ..FAMILY };
    type Asked = Readings;
    type Facts = VoteFacts;

    fn value(asked: &Readings, row: &Row, facts: &[f32]) -> Value {
        let votes = f64::from(facts[asked.count]);
        if votes <= 0.0 {
            return Value::Known(0.0);
        }
        Value::Known(((votes + 0.5) / (f64::from(row.projects) * asked.expected + 0.5)).ln())
    }

    fn max_impacts(asked: &Readings, impact: &mut Impact<'_>) {
        // Holds however few votes are expected.
        impact(asked.count, &|votes| (2.0 * votes).ln_1p());
    }

    fn sentence(value: f64, facts: &VoteFacts) -> String {
        match facts.votes {
            0 => NO_PRECEDENT.to_owned(),
            votes => format!("有{votes}个往期项目与需求有相同用语，{}", expected(value)),
        }
    }
}

const NO_PRECEDENT: &str = "没有做过相近的项目";
/// Neutral, as the points may be for it.
pub(super) const FEW_WORDS: &str = "往期项目有个别用语与需求相同";

impl VoteFacts {
    /// How many projects are like the need, and how much. All features of the family say it in the same words, so that a list of
    /// them can say it once.
    pub(super) fn similar(&self) -> String {
        let how = if self.is_close { "很相近" } else { "同领域" };
        match (self.precedents, self.votes) {
            (0, 0) => NO_PRECEDENT.to_owned(),
            (0, _) => FEW_WORDS.to_owned(),
            (1, _) => format!("做过{how}的项目{}", latest(1, self.latest)),
            (all, _) => format!("做过{all}个{how}的项目{}", latest(all, self.latest)),
        }
    }
}

fn expected(lift: f64) -> String {
    match lift.exp() {
        times if times >= 1.05 => format!("是按其规模预计的{times:.1}倍"),
        times if times > 0.95 => "与按其规模预计的相当".to_owned(),
        _ => "少于按其规模预计的".to_owned(),
    }
}

fn log1p(fact: f32) -> f64 {
    if fact == 0.0 { 0.0 } else { f64::from(fact).ln_1p() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Flags;
    use crate::catalog::tests::small::row;
    use proptest::prelude::*;

    const VOTES: Readings = Readings { sum: 0, by_sector: 1, best: 2, rank: 3, count: 4, expected: 0.2 };

    #[track_caller]
    fn close(value: Value, expected: f64) {
        assert!(matches!(value, Value::Known(it) if (it - expected).abs() < 1e-6), "{value:?}, not {expected}");
    }

    fn readings(projects: u32, facts: &[f32]) -> [Value; 5] {
        let row = Row { projects, ..row(Flags::KNOWN) };
        [
            TextVotes::value(&VOTES, &row, facts),
            SectorVotes::value(&VOTES, &row, facts),
            BestPrecedent::value(&VOTES, &row, facts),
            RankVotes::value(&VOTES, &row, facts),
            TextLift::value(&VOTES, &row, facts),
        ]
    }

    #[test]
    fn five_readings_of_the_same_votes() {
        let [sum, by_sector, best, by_rank, lift] = readings(5, &[9.0, 0.5, 0.25, 1.0, 2.0]);
        close(sum, 10_f64.ln());
        close(by_sector, 1.5_f64.ln());
        close(best, 0.25);
        close(by_rank, 2_f64.ln());
        // Two votes of five projects, where one would be expected: (2 + ½) / (1 + ½).
        close(lift, (2.5_f64 / 1.5).ln());
    }

    #[test]
    fn no_vote_is_a_fact_and_not_a_gap() {
        assert_eq!(readings(9, &[0.0; 5]), [Value::Known(0.0); 5]);
    }

    #[test]
    fn sentences_count_the_precedents_and_only_these() {
        let facts = VoteFacts { precedents: 2, is_close: true, latest: Some(2021), votes: 5 };
        assert_eq!(TextVotes::sentence(1.0, &facts), "做过2个很相近的项目，最近的在2021年");
        let field = VoteFacts { is_close: false, ..facts };
        assert_eq!(BestPrecedent::sentence(1.0, &field), "做过2个同领域的项目，最近的在2021年");
        assert_eq!(BestPrecedent::sentence(1.0, &facts), "做过2个很相近的项目，最近的在2021年");
        let one = VoteFacts { precedents: 1, is_close: false, latest: None, ..facts };
        assert_eq!(SectorVotes::sentence(1.0, &one), "做过同领域的项目");
        assert_eq!(SectorVotes::sentence(1.0, &VoteFacts { latest: Some(2017), ..one }), "做过同领域的项目（2017年）");
        let words = VoteFacts { precedents: 0, votes: 5, ..VoteFacts::default() };
        assert_eq!(TextVotes::sentence(0.1, &words), "往期项目有个别用语与需求相同");
        assert_eq!(TextLift::sentence(2_f64.ln(), &facts), "有5个往期项目与需求有相同用语，是按其规模预计的2.0倍");
        assert_eq!(TextLift::sentence(0.0, &facts), "有5个往期项目与需求有相同用语，与按其规模预计的相当");
        assert_eq!(TextLift::sentence(-1.0, &facts), "有5个往期项目与需求有相同用语，少于按其规模预计的");
        let none = VoteFacts::default();
        let all = [TextVotes::sentence, SectorVotes::sentence, BestPrecedent::sentence, RankVotes::sentence, TextLift::sentence];
        assert_eq!(all.map(|sentence| sentence(0.0, &none)), [NO_PRECEDENT; 5]);
    }

    proptest! {
        /// The expectation for one project is fixed, and the organization already has some votes.
        #[test]
        fn one_more_similar_project_never_lowers_the_lift(projects in 1..1000_u32, votes in 1..1000_u32, expected in 0.0..1.0_f64) {
            let votes = votes.min(projects);
            let all = Readings { expected, ..VOTES };
            let value = |projects: u32, votes: u32| {
                let row = Row { projects, ..row(Flags::KNOWN) };
                match TextLift::value(&all, &row, &[0.0, 0.0, 0.0, 0.0, votes as f32]) {
                    Value::Known(value) => value,
                    other => panic!("{other:?}"),
                }
            };
            prop_assert!(value(projects + 1, votes + 1) >= value(projects, votes) - 1e-12);
        }
    }
}
