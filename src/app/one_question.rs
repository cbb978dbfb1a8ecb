//! The one question to ask first: the missing field whose answer would change the first five most.

use super::public_claims::{COLLECTED, PublicClaims};
use super::state::App;
use crate::catalog::Catalog;
use crate::domain::{Principal, Record, RegionCode};
use crate::error::AppError;
use crate::jobs::Cancellation;
use crate::replay::{self, QuestionsReport};
use crate::request::{Ask, ResolvedRequest};
use crate::score::{ClarifyingQuestion, LikelyAnswer, MissingField, PossibleValue, Scorer, ScoringContext, clarifying_questions};

/// Answers that are offered.
const OFFERED: usize = 4;

/// A question about a field that a need leaves open.
#[derive(Debug, Clone, PartialEq)]
pub struct OneQuestion {
    /// The field: `region`, `sector`, `amount` or `group`, the name of the parameter that takes the answer.
    pub field: &'static str,
    /// The question, in Chinese.
    pub question: String,
    /// Discounted gain among the first five that the answer is expected to add, 0 to 1.
    pub gain: f64,
    /// Likely answers, most likely first. Others are possible.
    pub answers: Vec<OneAnswer>,
}

/// An answer that is offered.
#[derive(Debug, Clone, PartialEq)]
pub struct OneAnswer {
    /// The answer, in Chinese.
    pub label: String,
    /// The value of the parameter.
    pub value: String,
    /// How likely it is among the offered ones, as far as similar past projects tell.
    pub probability: f64,
}

impl App {
    /// The missing field that is most worth asking for; none if nothing is missing or no answer would change the first five.
    ///
    /// # Errors
    /// A question that cannot be resolved, by field; a text index that cannot be read; or it was cancelled.
    pub fn one_question(&self, _who: Principal, ask: &Ask, cancellation: &Cancellation) -> Result<Option<OneQuestion>, AppError> {
        let catalog = self.catalog();
        let ResolvedRequest { as_of, record, question, .. } = ask.resolve(&catalog, self.today())?;
        if !MissingField::ALL.iter().any(|field| field.is_missing(&question)) {
            return Ok(None);
        }
        cancellation.check()?;
        let view = catalog.as_of(as_of);
        cancellation.check()?;
        let weights = self.weights_for(ask);
        let context = ScoringContext { catalog: &catalog, view: &view, weights: &weights };
        let scorer = Scorer::new(context, question)?;
        let check = || cancellation.check().map_err(AppError::from);
        let places = uncertain_places(&record);
        let questions = clarifying_questions(context, &scorer, &places, self.model.temperature, &check)?;
        self.sound()?;
        Ok(questions.into_iter().next().map(|it| in_words(&catalog, &record, it)))
    }

    /// Measures on the public claims what the answer to the one question gains.
    ///
    /// # Errors
    /// Rows that cannot be fitted.
    pub fn measure_questions(_who: Principal, says: &dyn Fn(&str)) -> Result<QuestionsReport, AppError> {
        let public = PublicClaims::read()?;
        replay::questions(&public.claims, COLLECTED, &|projects| public.catalog(projects), says)
    }
}

/// The places that the words of the need may mean.
fn uncertain_places(record: &Record) -> Vec<RegionCode> {
    let mut places: Vec<RegionCode> = record.regions.iter().filter(|it| !it.certain).map(|it| it.code).collect();
    places.dedup();
    places
}

fn in_words(catalog: &Catalog, record: &Record, asked: ClarifyingQuestion) -> OneQuestion {
    let ClarifyingQuestion { field, gain, answers } = asked;
    let unsure = record.regions.iter().find(|it| !it.certain);
    let question = match (field, unsure) {
        (MissingField::Region, Some(place)) => format!("“{}”指的是哪里？", place.matched),
        (MissingField::Region, None) => "受助地在哪个县？".to_owned(),
        (MissingField::Sector, _) => "主要属于哪个领域？".to_owned(),
        (MissingField::Amount, _) => "大约需要多少资金？".to_owned(),
        (MissingField::Group, _) => "主要帮助哪类人群？".to_owned(),
    };
    let answers = answers.into_iter().take(OFFERED).map(|it| answer(catalog, it)).collect();
    OneQuestion { field: field.name(), question, gain, answers }
}

fn answer(catalog: &Catalog, answer: LikelyAnswer) -> OneAnswer {
    let reference = &catalog.reference;
    let (label, value) = match answer.value {
        PossibleValue::Region(place) => {
            let name = reference.divisions.full_name(place);
            (name.clone(), name)
        }
        PossibleValue::Sector(sector) => {
            let code = reference.taxonomy.code(sector);
            (reference.taxonomy.name(code).to_owned(), code.to_string())
        }
        PossibleValue::Amount(amount) => (format!("约{amount}"), amount.to_string()),
        PossibleValue::Group(group) => {
            let tag = &reference.taxonomy.groups()[group];
            (tag.name.clone(), tag.code.clone())
        }
    };
    OneAnswer { label, value, probability: answer.probability }
}
