//! `/`: the need box, what was understood, and the ranked cards.

use std::collections::HashSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::html::{money, render};
use crate::app::{Answer, App, NeedDetails, Reader, Suggestion, WhyNot, WhyNotAsk};
use crate::domain::{NeedId, Principal, ProjectId, Record, Span, Urgency, WordField};
use crate::error::{AppError, Class};
use crate::explain::{DetailRow, EvidenceProject, EvidenceStrength, PartView, Side, by_theme, detail};
use crate::http::client::Client;
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::http::segment::segment;
use crate::jobs::Cancellation;
use crate::request::{AmountInput, Ask};

/// The form. The address contains the whole question, so it can be sent to a colleague.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct Form {
    /// Id of a stored need: fills the empty fields.
    #[serde(default)]
    #[param(max_length = 256)]
    need: String,
    #[serde(default)]
    #[param(max_length = 10_000)]
    text: String,
    #[serde(default)]
    #[param(max_length = 64)]
    region: String,
    #[serde(default)]
    #[param(max_length = 64)]
    sector: String,
    #[serde(default)]
    #[param(max_length = 64)]
    amount: String,
    /// Where organizations must be registered; several are separated by 、.
    #[serde(default)]
    #[param(max_length = 256)]
    home: String,
    #[serde(default)]
    #[param(max_length = 64)]
    as_of: String,
    /// An organization whose rank is to be explained.
    #[serde(default)]
    #[param(max_length = 256)]
    why: String,
}

struct SectorOption {
    code: String,
    name: String,
    is_chosen: bool,
}

struct Chip {
    label: &'static str,
    text: String,
    is_unsure: bool,
}

struct Link {
    href: String,
    text: String,
}

/// A piece of a text, and whether it is marked.
struct Piece {
    text: String,
    is_marked: bool,
}

struct Evidence {
    href: String,
    title: Vec<Piece>,
    facts: String,
}

struct Reason {
    label: String,
    points: String,
    is_good: bool,
    text: String,
    evidence: Vec<Evidence>,
}

struct Card {
    rank: usize,
    name: String,
    href: String,
    /// Which side it stands on, as people who arrange help say.
    side: &'static str,
    fit: u8,
    score: i64,
    is_thin: bool,
    /// The strongest part of each theme.
    reasons: Vec<Reason>,
    /// All parts that count, which add up to the score.
    counted: Vec<Reason>,
    warnings: Vec<String>,
}

/// Why an organization is not among the first.
struct Why {
    summary: String,
    /// The last organization among the first, with the parts that differ: label, own points, its points.
    last: Option<String>,
    differences: Vec<(&'static str, String, String)>,
    changes: Vec<String>,
}

struct AnswerView {
    as_of: String,
    /// The text as it was matched, in pieces; the words on which findings rest are marked.
    text: Vec<Piece>,
    chips: Vec<Chip>,
    cards: Vec<Card>,
    left_out: String,
    /// What a high fit means.
    fit_note: Option<String>,
    why: Option<Why>,
    why_error: Option<String>,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Page<'a> {
    form: &'a Form,
    sectors: Vec<SectorOption>,
    examples: Vec<Link>,
    /// Needs similar to the stored one that the question is about.
    similar: Vec<Link>,
    error: Option<AppError>,
    result: Option<AnswerView>,
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Query(form): Query<Form>,
) -> Result<Response, Problem> {
    let is_asked = [&form.need, &form.text, &form.region, &form.sector, &form.amount, &form.as_of]
        .iter()
        .any(|field| !field.trim().is_empty());
    let reader = app.reader();
    let (mut error, mut result) = (None, None);
    if is_asked {
        let question = ask(&form);
        // What was known on another day may have to be put together first.
        let is_long = question.as_of.is_some();
        let suggest = move |app: &App, cancellation: &Cancellation| app.suggest(who, &question, cancellation);
        let answer = if is_long { app.compute_long(client.0, suggest).await } else { app.compute(client.0, suggest).await };
        match answer {
            Ok(answer) => result = Some(self::result(&reader, &answer)),
            Err(refusal) => error = Some(refused(refusal)?),
        }
    }
    if let Some(result) = &mut result
        && !form.why.trim().is_empty()
    {
        let question = WhyNotAsk { organization: form.why.trim().to_owned(), ask: ask(&form) };
        match app.compute_long(client.0, move |app, cancellation| app.why_not(who, &question, cancellation)).await {
            Ok(found) => result.why = Some(why(&found)),
            Err(refusal) => result.why_error = Some(refused(refusal)?.message),
        }
    }
    let status = match error.as_ref().map(AppError::class) {
        None => StatusCode::OK,
        Some(Class::NotFound) => StatusCode::NOT_FOUND,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    // A stored need is compared with all other needs.
    let (similar, form) = app.compute(client.0, move |app, _| Ok((similar(app, who, &form), filled(app, who, form)))).await?;
    let sectors = reader.sectors().into_iter().map(|(code, name)| SectorOption { is_chosen: code == form.sector, code, name });
    let examples = App::DEMO_QUESTIONS.map(|text| Link { href: format!("/?text={}", segment(text)), text: text.to_owned() });
    render(status, &Page { form: &form, sectors: sectors.collect(), examples: examples.into(), similar, error, result })
}

/// Faults that the user can correct are shown beside the form; any other replaces the page.
fn refused(error: AppError) -> Result<AppError, Problem> {
    if matches!(error.class(), Class::Invalid | Class::NotFound) { Ok(error) } else { Err(error.into()) }
}

/// True if the question is about a stored need and not about a typed text.
fn asks_need(form: &Form) -> bool {
    !form.need.trim().is_empty() && form.text.trim().is_empty()
}

/// The needs similar to the stored one that the question is about.
fn similar(app: &App, who: Principal, form: &Form) -> Vec<Link> {
    let stored = app.need(who, &NeedId::new(form.need.trim())).ok().filter(|_| asks_need(form));
    let similar = stored.into_iter().flat_map(|view| view.similar).map(|it| {
        let title = it.title.unwrap_or_default();
        Link { href: format!("/?need={}", segment(it.need.as_str())), text: format!("{}{title}", it.need) }
    });
    similar.collect()
}

/// The form filled in from a stored need, so that it can be read, changed and asked again.
fn filled(app: &App, who: Principal, mut form: Form) -> Form {
    if let Some(NeedDetails { need, .. }) = app.need(who, &NeedId::new(form.need.as_str())).ok().filter(|_| asks_need(&form)) {
        form.region = need.record.certain_regions().map(|region| region.name.as_str()).collect::<Vec<_>>().join("、");
        form.amount = need.record.amount.as_ref().map(ToString::to_string).unwrap_or_default();
        form.text = need.record.normalized;
    }
    form
}

fn ask(form: &Form) -> Ask {
    let given = |text: &String| (!text.trim().is_empty()).then(|| text.clone());
    Ask {
        text: given(&form.text),
        need: asks_need(form).then(|| NeedId::new(form.need.trim())),
        submitted_by: None,
        region: given(&form.region),
        sector: given(&form.sector),
        amount: given(&form.amount).map(AmountInput::Text),
        group: None,
        people: None,
        as_of: given(&form.as_of),
        top: None,
        explain: Some(true),
        ignore_popularity: None,
        home: form.home.split(['、', '，', ',', ' ']).map(ToOwned::to_owned).collect(),
    }
}

fn result(reader: &Reader, answer: &Answer) -> AnswerView {
    let card = |it: &Suggestion| {
        let parts = it.parts.as_deref().unwrap_or_default();
        let (main, _) = by_theme(parts);
        let mut shown = HashSet::new();
        let mut counted = detail(parts);
        counted.sort_by_key(|row| std::cmp::Reverse(row.points.abs()));
        let counted = counted.into_iter().map(counted_row).collect();
        let reasons = main.into_iter().map(|part| reason(part, &mut shown)).collect();
        Card {
            rank: it.rank,
            name: it.name.clone(),
            href: format!("/organizations/{}", segment(it.organization.as_str())),
            side: Side::shown(it.side, parts),
            fit: it.fit,
            score: it.score,
            is_thin: it.evidence == EvidenceStrength::Thin,
            reasons,
            counted,
            warnings: it.warnings.clone(),
        }
    };
    let cards = answer.suggestions.iter().map(card);
    let left_out: Vec<String> = answer.left_out.values().map(|it| format!("{}（{}家）", it.label, it.count)).collect();
    AnswerView {
        as_of: answer.as_of.to_string(),
        text: marked(&answer.understood),
        chips: chips(reader, &answer.understood),
        cards: cards.collect(),
        left_out: left_out.join("、"),
        fit_note: answer.fit_note.clone(),
        why: None,
        why_error: None,
    }
}

/// Maximum number of differing parts shown.
const SHOWN_DIFFERENCES: usize = 8;

fn why(found: &WhyNot) -> Why {
    let differences = found.differences.iter().take(SHOWN_DIFFERENCES);
    Why {
        summary: found.summary.clone(),
        last: found.last.clone(),
        differences: differences.map(|it| (it.label, format!("{:+}", it.points), format!("{:+}", it.theirs))).collect(),
        changes: found.changes.iter().map(|it| it.text.clone()).collect(),
    }
}

/// A reason with the projects that are not `shown` yet on the card.
fn reason<'a>(part: &'a PartView, shown: &mut HashSet<&'a ProjectId>) -> Reason {
    let new = part.evidence.iter().filter(|it| shown.insert(&it.project));
    let evidence = new.map(|it| {
        let facts = [it.period.clone(), it.region.clone(), it.amount_yuan.map(money)];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        let facts = if facts.is_empty() { String::new() } else { format!("（{}）", facts.join("，")) };
        Evidence { href: format!("/projects/{}", segment(it.project.as_str())), title: pieces(it), facts }
    });
    Reason {
        label: part.label.to_owned(),
        points: format!("{:+}", part.points),
        is_good: part.points > 0,
        text: part.reason.clone(),
        evidence: evidence.collect(),
    }
}

/// A row of all that counts, without projects: those are shown with the reasons above.
fn counted_row(row: DetailRow<'_>) -> Reason {
    Reason {
        label: row.label,
        points: format!("{:+}", row.points),
        is_good: row.points > 0,
        text: row.reason.to_owned(),
        evidence: Vec::new(),
    }
}

/// The title in pieces, so that the words it shares with the need can be marked.
fn pieces(project: &EvidenceProject) -> Vec<Piece> {
    cut(&project.title, &project.highlights)
}

/// The normalised text in pieces, so that the words on which findings rest can be marked.
fn marked(record: &Record) -> Vec<Piece> {
    let stated = [
        record.amount.as_ref().and_then(|it| it.span),
        record.beneficiaries.as_ref().and_then(|it| it.span),
        record.deadline.as_ref().and_then(|it| it.span),
    ];
    let places = record.regions.iter().filter_map(|region| region.span);
    // 万元 and the like point to the mode and would mark every sum.
    let words = record.words.iter().filter(|word| word.field != WordField::Modes).map(|word| word.span);
    let mut spans: Vec<Span> = stated.into_iter().flatten().chain(places).chain(words).collect();
    spans.sort_by_key(|span| (span.0, std::cmp::Reverse(span.1)));
    let mut end = 0;
    spans.retain(|span| {
        let is_free = span.0 >= end;
        if is_free {
            end = span.1;
        }
        is_free
    });
    cut(&record.normalized, &spans)
}

/// A text in pieces; `spans` ascend and do not overlap.
fn cut(text: &str, spans: &[Span]) -> Vec<Piece> {
    let chars: Vec<char> = text.chars().collect();
    let piece = |range: std::ops::Range<usize>, is_marked| Piece { text: chars[range].iter().collect(), is_marked };
    let (mut pieces, mut at) = (Vec::new(), 0);
    for span in spans {
        pieces.push(piece(at..span.0, false));
        pieces.push(piece(span.0..span.1, true));
        at = span.1;
    }
    pieces.push(piece(at..chars.len(), false));
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

fn chips(reader: &Reader, record: &Record) -> Vec<Chip> {
    let mut chips = Vec::new();
    let mut push = |label, text: String, is_unsure| chips.push(Chip { label, text, is_unsure });
    for region in &record.regions {
        push(if region.certain { "地区" } else { "地区？" }, region.name.clone(), !region.certain);
    }
    for share in &record.sectors {
        push("领域", reader.name(share.code.as_str()), false);
    }
    if let Some(amount) = &record.amount {
        push("金额", amount.to_string(), false);
    }
    if let Some(count) = &record.beneficiaries {
        push("人数", count.text.clone(), false);
    }
    for group in &record.groups {
        push("人群", reader.name(group), false);
    }
    for mode in &record.modes {
        push("方式", reader.name(mode), false);
    }
    if record.urgency == Some(Urgency::High) {
        push("紧急程度", "高".to_owned(), false);
    }
    if let Some(deadline) = &record.deadline {
        push("期限", format!("{}前", deadline.not_after), false);
    }
    for change in &record.changes {
        push("整理", change.clone(), false);
    }
    chips
}
