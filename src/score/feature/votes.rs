//! Text votes: past projects that resemble the need speak for the organizations that carried them out. Five readings of the
//! same votes, each with a feature of its own.

use crate::score::Value;

use super::{Feature, MaxImpacts};
use crate::score::lists::{Lists, Slot};
use crate::score::votes::{Tally, Votes};

/// The readings that one need asks for.
pub(in crate::score) struct TextVotes {
    sum: Slot,
    by_sector: Slot,
    best: Slot,
    rank: Slot,
    count: Slot,
    /// Votes that one project of an organization would get if likeness were spread evenly: N / D.
    expected: f64,
}

impl TextVotes {
    /// None if the need has no text.
    pub(in crate::score) fn new(votes: &Votes, topic: &str, lists: &mut Lists<'_>) -> Option<Self> {
        if topic.is_empty() {
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

    pub(super) fn max_impacts(&self, impact: &mut MaxImpacts<'_>) {
        impact(Feature::TextVotes, self.sum, &f64::ln_1p);
        impact(Feature::SectorVotes, self.by_sector, &f64::ln_1p);
        impact(Feature::BestPrecedent, self.best, &|strength| strength);
        impact(Feature::RankVotes, self.rank, &f64::ln_1p);
        // However few are expected.
        impact(Feature::TextLift, self.count, &|votes| (2.0 * votes).ln_1p());
    }

    /// ln(1 + 9 Σ x² · share · decay): 0 where no similar project is the organization's, a fact and not a gap.
    pub(in crate::score) fn sum(&self, facts: &[f32]) -> Value {
        Value::Known(log1p(facts[self.sum]))
    }

    /// ln(1 + Σ x · closeness · share · decay) over the closest voters; closeness is how often their sectors and the need's are
    /// under one roof ([`Background::closeness`](crate::catalog::Background::closeness)).
    pub(in crate::score) fn by_sector(&self, facts: &[f32]) -> Value {
        Value::Known(log1p(facts[self.by_sector]))
    }

    /// q · e^((x / x₁ − 1) / 0.15) · decay of the strongest precedent, x₁ the likeness of the best project and q how far that
    /// is like the need at all; 0 to 1.
    pub(in crate::score) fn best(&self, facts: &[f32]) -> Value {
        Value::Known(f64::from(facts[self.best]))
    }

    /// ln(1 + 10 Σ share · decay / (10 + rank)): blind to the scale of text scores.
    pub(in crate::score) fn by_rank(&self, facts: &[f32]) -> Value {
        Value::Known(log1p(facts[self.rank]))
    }

    /// ln((V + ½) / (E + ½)): V similar projects of the organization against E = its projects · N / D, what its size alone
    /// explains. 0 without a similar project.
    pub(in crate::score) fn lift(&self, projects: u32, facts: &[f32]) -> Value {
        let votes = f64::from(facts[self.count]);
        if votes <= 0.0 {
            return Value::Known(0.0);
        }
        Value::Known(((votes + 0.5) / (f64::from(projects) * self.expected + 0.5)).ln())
    }
}

fn log1p(fact: f32) -> f64 {
    if fact == 0.0 { 0.0 } else { f64::from(fact).ln_1p() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VOTES: TextVotes = TextVotes { sum: 0, by_sector: 1, best: 2, rank: 3, count: 4, expected: 0.2 };

    #[track_caller]
    fn close(value: Value, expected: f64) {
        assert!(matches!(value, Value::Known(it) if (it - expected).abs() < 1e-6), "{value:?}, not {expected}");
    }

    #[test]
    fn five_readings_of_the_same_votes() {
        let facts = [9.0, 0.5, 0.25, 1.0, 2.0];
        close(VOTES.sum(&facts), 10_f64.ln());
        close(VOTES.by_sector(&facts), 1.5_f64.ln());
        close(VOTES.best(&facts), 0.25);
        close(VOTES.by_rank(&facts), 2_f64.ln());
        // Two votes of five projects, of which one in five would be expected: (2 + ½) / (1 + ½).
        close(VOTES.lift(5, &facts), (2.5_f64 / 1.5).ln());
    }

    #[test]
    fn no_vote_is_a_fact_and_not_a_gap() {
        let none = [0.0; 5];
        let readings = [VOTES.sum(&none), VOTES.by_sector(&none), VOTES.best(&none), VOTES.by_rank(&none), VOTES.lift(9, &none)];
        assert_eq!(readings, [Value::Known(0.0); 5]);
    }

    proptest! {
        /// What is expected of one project is fixed; the organization has some votes already.
        #[test]
        fn one_more_similar_project_never_lowers_the_lift(projects in 1..1000_u32, votes in 1..1000_u32, expected in 0.0..1.0_f64) {
            let votes = votes.min(projects);
            let all = TextVotes { expected, ..VOTES };
            let value = |projects: u32, votes: u32| match all.lift(projects, &[0.0, 0.0, 0.0, 0.0, votes as f32]) {
                Value::Known(value) => value,
                other => panic!("{other:?}"),
            };
            prop_assert!(value(projects + 1, votes + 1) >= value(projects, votes) - 1e-12);
        }
    }
}
