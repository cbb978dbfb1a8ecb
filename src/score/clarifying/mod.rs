//! The clarifying question: which field that a need leaves open is most worth asking for.
//!
//! A question is worth the expected value of perfect information (Raiffa & Schlaifer 1961; for clarifying questions Rao & Daumé
//! III, ACL 2018), with the discounted gain of the first five as the value ([`gain`]). `answers` says what could be answered, and
//! how likely that is by similar past projects.

mod answers;
mod gain;

use std::sync::Arc;

use super::{Question, Ranked, Scorer, ScoringContext, Texts};
use crate::domain::{Money, RegionCode};
use answers::likely_answers;
use gain::{FIRST, POOL, gain};

/// Least expected gain of a question that is asked: an answer takes time to find out.
const WORTH_ASKING: f64 = 0.01;

/// A field that a need can leave open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MissingField {
    /// Where it is.
    Region,
    /// What it is about.
    Sector,
    /// How much it asks for.
    Amount,
    /// Whom it is for.
    Group,
}

impl MissingField {
    /// All of them. Of equally useful questions the first one is asked.
    pub const ALL: [Self; 4] = [Self::Region, Self::Sector, Self::Amount, Self::Group];

    /// The name of the field in a question.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Sector => "sector",
            Self::Amount => "amount",
            Self::Group => "group",
        }
    }

    /// True if the need says nothing about it.
    #[must_use]
    pub const fn is_missing(self, question: &Question) -> bool {
        match self {
            Self::Region => question.regions.is_empty(),
            Self::Sector => question.sectors.is_empty(),
            Self::Amount => question.amount.is_none(),
            Self::Group => question.groups.is_empty(),
        }
    }
}

/// What can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PossibleValue {
    /// A place.
    Region(RegionCode),
    /// A sector, by number.
    Sector(usize),
    /// A sum.
    Amount(Money),
    /// A group, by number.
    Group(usize),
}

impl PossibleValue {
    /// The need with this answer.
    fn given(self, question: &Question) -> Question {
        let mut question = question.clone();
        match self {
            Self::Region(place) => question.regions = vec![place],
            Self::Sector(sector) => question.sectors = vec![(sector, 1.0)],
            Self::Amount(amount) => question.amount = Some(amount),
            Self::Group(group) => question.groups = vec![group],
        }
        question
    }
}

/// A possible answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LikelyAnswer {
    /// The answer.
    pub value: PossibleValue,
    /// How likely it is; the answers to one question sum to 1.
    pub probability: f64,
}

/// A question about a missing field.
#[derive(Debug, Clone, PartialEq)]
pub struct ClarifyingQuestion {
    /// The field.
    pub field: MissingField,
    /// Discounted gain among the first five that the answer is expected to add, 0 to 1.
    pub gain: f64,
    /// Likely answers, most likely first.
    pub answers: Vec<LikelyAnswer>,
}

/// The questions whose answers would change the first five enough, the most useful first. `places` are those that the need may mean
/// without saying which; they are then the answers to where it is. `check` is called between steps and can stop the computation.
///
/// # Errors
/// What `check` returns.
pub fn clarifying_questions<E>(
    context: ScoringContext<'_>,
    scorer: &Scorer<'_>,
    places: &[RegionCode],
    temperature: f64,
    check: &dyn Fn() -> Result<(), E>,
) -> Result<Vec<ClarifyingQuestion>, E> {
    let missing = MissingField::ALL.into_iter().filter(|field| field.is_missing(scorer.question()));
    let asked: Vec<(MissingField, Vec<LikelyAnswer>)> =
        missing.map(|field| (field, likely_answers(context, scorer, field, places))).collect();
    if asked.iter().all(|(_, answers)| answers.is_empty()) {
        return Ok(Vec::new());
    }
    let before: Vec<usize> = scorer.rank(FIRST).iter().map(|it| it.organization).collect();
    let mut questions = Vec::new();
    for (field, answers) in asked {
        let mut answered: Vec<Scorer<'_>> = Vec::with_capacity(answers.len());
        for answer in &answers {
            check()?;
            answered.push(with_answer(context, scorer, answer.value));
        }
        let pools: Vec<Vec<Ranked>> = Scorer::rank_all(&answered, POOL);
        check()?;
        let of = |((scorer, pool), answer): ((&Scorer<'_>, &Vec<Ranked>), &LikelyAnswer)| {
            answer.probability * gain(scorer, &before, pool, temperature)
        };
        let gain = answered.iter().zip(&pools).zip(&answers).map(of).sum();
        if gain >= WORTH_ASKING {
            questions.push(ClarifyingQuestion { field, gain, answers });
        }
    }
    questions.sort_by(|a, b| b.gain.total_cmp(&a.gain).then(a.field.cmp(&b.field)));
    Ok(questions)
}

/// The same need with an answer. The topic stays, so the texts are not searched again.
fn with_answer<'a>(context: ScoringContext<'a>, scorer: &Scorer<'_>, answer: PossibleValue) -> Scorer<'a> {
    let question = answer.given(scorer.question());
    let texts: Arc<Texts> = match answer {
        PossibleValue::Sector(_) => Arc::new(scorer.texts().for_sectors(context, &question.sectors)),
        _ => Arc::clone(scorer.texts()),
    };
    Scorer::with_texts(context, question, texts)
}
