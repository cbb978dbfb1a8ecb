//! The answer to a question, as the page shows it.

use super::card::{Card, Piece, card};
use super::form::Form;
use super::read::{Chip, chips, marked, remarks};
use super::remark::REASONS;
use crate::app::{Answer, App, OneQuestion, Suggestion};
use crate::domain::{Amount, Principal};
use crate::http::pages::html::{Link, address, day};

/// What is shown of an answer.
pub(super) struct Shown {
    pub(super) as_of: String,
    /// The text as it was matched, in pieces; the words on which findings rest are marked.
    pub(super) text: Vec<Piece>,
    pub(super) chips: Vec<Chip>,
    pub(super) remarks: Vec<String>,
    pub(super) doubts: Vec<String>,
    /// What is most worth asking first.
    pub(super) asked: Option<Asked>,
    /// The needs of the text, if it states several.
    pub(super) several: Vec<Link>,
    pub(super) cards: Vec<Card>,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) fit_note: String,
    /// Addresses of this answer in other forms.
    pub(super) sheet: String,
    pub(super) workbook: String,
    pub(super) here: String,
    /// The query of this page.
    pub(super) question: String,
    /// Reasons for which an organization may not suit.
    pub(super) reasons: [&'static str; 6],
    pub(super) version: String,
}

impl Shown {
    /// True if the question to the cadre is about this field, which then stands with the question.
    pub(super) fn asks_for(&self, field: &str) -> bool {
        self.asked.as_ref().is_some_and(|it| it.field == field)
    }
}

/// Organizations left out for one reason.
pub(super) struct LeftOut {
    pub(super) label: &'static str,
    pub(super) count: usize,
    pub(super) names: Vec<String>,
}

/// A question to the cadre, with answers for buttons.
pub(super) struct Asked {
    pub(super) field: &'static str,
    pub(super) question: String,
    /// What a button sets, and its words.
    pub(super) answers: Vec<(String, String)>,
}

impl From<OneQuestion> for Asked {
    fn from(it: OneQuestion) -> Self {
        let answers = it.answers.into_iter().map(|answer| (format!("{}={}", it.field, answer.value), answer.label));
        Self { field: it.field, question: it.question, answers: answers.collect() }
    }
}

/// What is shown of an answer to the question in `form`.
pub(super) fn shown(app: &App, who: Principal, form: &Form, answer: &Answer, asked: Option<OneQuestion>) -> Shown {
    let reader = app.reader();
    let sum = answer.understood.amount.as_ref().and_then(Amount::point);
    let several = answer.several.iter().map(|part| {
        let fields = [("text", part.text.as_str()), ("region", form.region.as_str()), ("home", form.home.as_str())];
        Link::new(format!("{}#answer", address("/", &fields)), part.text.clone())
    });
    let left_out = answer.left_out.values().map(|it| LeftOut {
        label: it.label,
        count: it.count,
        names: it.organizations.iter().map(|it| it.name.clone()).collect(),
    });
    let noted = app.remarks_on(who, &form.ask());
    let card = |it: &Suggestion| card(app, who, it, answer.as_of, sum, noted.get(&it.organization));
    let here = form.address("/");
    Shown {
        as_of: day(answer.as_of),
        text: marked(&answer.understood),
        chips: chips(app, &reader, form, &answer.understood),
        remarks: remarks(&reader, &answer.understood),
        doubts: answer.understood.doubts.clone(),
        asked: asked.map(Asked::from),
        several: several.collect(),
        cards: answer.suggestions.iter().map(card).collect(),
        left_out: left_out.collect(),
        fit_note: answer.fit_note.clone().unwrap_or_default(),
        sheet: form.address("/sheet"),
        workbook: form.address("/suggestions.xlsx"),
        question: here.split_once('?').map(|it| it.1.to_owned()).unwrap_or_default(),
        here,
        reasons: REASONS,
        version: format!("数据版本 {}，词表版本 {}", answer.snapshot, answer.lexicon),
    }
}
