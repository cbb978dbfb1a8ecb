//! Who would take this on? One need, or a file of needs.

use std::collections::BTreeMap;

use qianshou_index::analyze::Highlighter;
use rayon::prelude::*;

use super::state::App;
use crate::catalog::Catalog;
use crate::domain::{Amount, Entity, Money, Need, NeedPart, OrganizationId, Principal, Record};
use crate::error::AppError;
use crate::explain::{EvidenceStrength, PartView, Side, in_short, part_view, shown_value, strongest, warnings};
use crate::ingest::{self, InputFile, Issue, Names, ReadingContext};
use crate::jobs::Cancellation;
use crate::request::{Ask, ResolvedRequest};
use crate::score::{Feature, Part, Question, Ranked, Scorer, ScoringContext, Weights};
use crate::understand::{refine_regions, topic};

/// An organization that would likely take the need on.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Rank, from 1.
    pub rank: usize,
    /// Its id.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// Sum of the parts' points.
    pub score: i64,
    /// The score on a scale from 0 to 100, in the same order.
    pub fit: u8,
    /// Which side it stands on; none if its home is unknown or elsewhere.
    pub side: Option<Side>,
    /// How much the record says about this need.
    pub evidence: EvidenceStrength,
    /// The score, part by part.
    pub parts: Option<Vec<PartView>>,
    /// What to check before asking it.
    pub warnings: Vec<String>,
}

/// An organization that limits exclude.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOutOrganization {
    /// Its id.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
}

/// Organizations left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The reason.
    pub label: &'static str,
    /// Number of organizations.
    pub count: usize,
    /// The organizations, at most 20; only with `explain`.
    pub organizations: Vec<LeftOutOrganization>,
}

/// Maximum number of organizations listed for one reason.
const SHOWN_LEFT_OUT: usize = 20;

/// The answer to one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The answer uses only what was known on this day.
    pub as_of: jiff::civil::Date,
    /// Name of the snapshot: the number of the last ledger change in it.
    pub snapshot: String,
    /// Version of the word lists of the text search.
    pub lexicon: String,
    /// The need as understood.
    pub understood: Record,
    /// The needs of the text, if it states several; the answer is for all of them together.
    pub several: Vec<NeedPart>,
    /// Best first.
    pub suggestions: Vec<Suggestion>,
    /// Organizations left out, by reason.
    pub left_out: BTreeMap<&'static str, LeftOut>,
    /// What a high fit means, in Chinese; none if the weights in use do not say.
    pub fit_note: Option<String>,
}

/// One line of a bulk answer.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchLine {
    /// Id of the need, or its row if it has no readable id.
    pub need: String,
    /// Its title, or the start of its text.
    pub title: Option<String>,
    /// Names of its places.
    pub region: Option<String>,
    /// What it asks for.
    pub amount: Option<Money>,
    /// Best first; empty with an error.
    pub suggestions: Vec<BatchSuggestion>,
    /// Why the need could not be read.
    pub error: Option<String>,
}

/// One suggestion of a bulk answer.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchSuggestion {
    /// Id of the organization.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// Sum of the parts' points.
    pub score: i64,
    /// The score on a scale from 0 to 100.
    pub fit: u8,
    /// The score, part by part, without evidence.
    pub parts: Option<Vec<BatchPart>>,
    /// The strongest reasons and what to check first, in sentences; empty unless asked for.
    pub reasons: Vec<String>,
}

/// One part in a bulk answer.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchPart {
    /// The feature.
    pub feature: Feature,
    /// Its Chinese name.
    pub label: &'static str,
    /// Its value; null if it is not known or not asked.
    pub value: Option<f64>,
    /// Log-odds per unit.
    pub weight: f64,
    /// Its share of the score.
    pub points: i64,
}

impl App {
    /// Ranks every organization for one need.
    ///
    /// # Errors
    /// A question that cannot be resolved, by field; a text index that cannot be read; or it was cancelled.
    pub fn suggest(&self, _who: Principal, ask: &Ask, cancellation: &Cancellation) -> Result<Answer, AppError> {
        let catalog = self.catalog();
        let ResolvedRequest { as_of, top, record, question } = ask.resolve(&catalog, self.today())?;
        let explain = ask.explain.unwrap_or(true);
        cancellation.check()?;
        let view = catalog.as_of(as_of);
        cancellation.check()?;
        let weights = self.weights_for(ask);
        let scorer = Scorer::new(ScoringContext { catalog: &catalog, view: &view, weights: &weights }, question)?;
        cancellation.check()?;
        let words = explain.then(|| catalog.text.highlighter(&scorer.question().topic));
        let suggestions = scorer
            .rank(top)
            .into_iter()
            .enumerate()
            .map(|(n, ranked)| {
                cancellation.check()?;
                Ok(self.suggestion(&catalog, &scorer, n + 1, ranked, as_of, words.as_ref()))
            })
            .collect::<Result<_, AppError>>()?;
        let left_out = scorer.left_out().into_iter().map(|(limit, organizations)| {
            let shown = if explain { SHOWN_LEFT_OUT } else { 0 };
            let named = |&at: &usize| {
                let it = catalog.organization_facts(at);
                LeftOutOrganization { organization: OrganizationId::new(it.id()), name: it.name().to_owned() }
            };
            let count = organizations.len();
            let organizations = organizations.iter().take(shown).map(named).collect();
            (limit.name(), LeftOut { label: limit.label(), count, organizations })
        });
        let left_out = left_out.collect();
        let (snapshot, lexicon) = (catalog.version.to_string(), catalog.text.lexicon_version().to_owned());
        let several = ask.several(&catalog, as_of)?;
        let fit_note = self.fit_note();
        self.sound()?;
        Ok(Answer { as_of, snapshot, lexicon, understood: record, several, suggestions, left_out, fit_note })
    }

    fn suggestion(
        &self,
        catalog: &Catalog,
        scorer: &Scorer<'_>,
        rank: usize,
        ranked: Ranked,
        as_of: jiff::civil::Date,
        words: Option<&Highlighter>,
    ) -> Suggestion {
        let Ranked { organization, score, .. } = ranked;
        let record = catalog.organization_facts(organization);
        let parts = words.map(|words| {
            let parts = scorer.parts(organization);
            parts.iter().map(|part| part_view(catalog, scorer, part, organization, as_of, words)).collect()
        });
        Suggestion {
            rank,
            organization: OrganizationId::new(record.id()),
            name: record.name().to_owned(),
            score,
            fit: scorer.weights().fit().fit(score),
            side: Side::of(catalog, scorer, organization),
            evidence: if scorer.is_thin(organization) { EvidenceStrength::Thin } else { EvidenceStrength::Solid },
            parts,
            warnings: warnings(catalog, scorer, organization),
        }
    }

    /// Ranks every organization for each need of a file, in file order; stores nothing. Region, sector, amount and groups of
    /// `ask` override those of each row. `with_reasons` adds the reasons in sentences.
    ///
    /// # Errors
    /// An option that cannot be resolved, by field; or a text index that cannot be read.
    pub fn suggest_needs(
        &self,
        _who: Principal,
        file: &InputFile,
        ask: &Ask,
        with_reasons: bool,
        done: &(dyn Fn() + Sync),
    ) -> Result<Vec<BatchLine>, AppError> {
        let catalog = self.catalog();
        // Checks the options once, with a text that stands for any row.
        let probe = Ask { text: Some("需求".to_owned()), need: None, ..ask.clone() };
        let resolved = probe.resolve(&catalog, self.today())?;
        let (names, needs) = (Names::default(), std::collections::HashSet::new());
        let region = resolved.question.regions.first().copied();
        let setting = ReadingContext { region, ..ReadingContext::new(&catalog.reference, &names, &needs, resolved.as_of) };
        let outcomes: Vec<_> = (0..file.table_count()).flat_map(|n| ingest::read(file, n, &setting)).collect();
        let view = catalog.as_of(resolved.as_of);
        let weights = self.weights_for(ask);
        let context = ScoringContext { catalog: &catalog, view: &view, weights: &weights };
        let mut lines = Vec::with_capacity(outcomes.len());
        for batch in outcomes.chunks(BATCH) {
            let prepare = |outcome: &ingest::Outcome| {
                let question = question(&catalog, outcome.entity.as_ref(), ask, &resolved)?;
                Some(Scorer::new(context, question))
            };
            let scorers: Vec<_> = batch.par_iter().map(prepare).collect();
            let readable: Result<Vec<Scorer<'_>>, _> = scorers.into_iter().flatten().collect();
            let readable = readable?;
            let ranked: Vec<(&Scorer<'_>, Vec<Ranked>)> =
                readable.iter().zip(Scorer::rank_all(&readable, resolved.top)).collect();
            let line =
                |(scorer, ranked)| batch_suggestions(&catalog, scorer, ranked, ask, with_reasons.then_some(resolved.as_of));
            let mut suggested = ranked.into_par_iter().map(line).collect::<Vec<_>>().into_iter();
            for outcome in batch {
                lines.push(match &outcome.entity {
                    Some(Entity::Need(need)) => suggested.next().map(|it| batch_line(need_id(outcome), need, it)),
                    _ => Some(unreadable(outcome)),
                });
                done();
            }
        }
        Ok(lines.into_iter().flatten().collect())
    }
}

/// The fit that the note about fits names.
const NOTED_FIT: u8 = 80;
/// Number of needs of a file that are ranked together.
const BATCH: usize = 64;

/// The line of one need.
fn batch_line(id: String, need: &Need, suggestions: Vec<BatchSuggestion>) -> BatchLine {
    BatchLine {
        need: id,
        title: Some(need.title_or_start()),
        region: need.place_names(),
        amount: need.record.amount.as_ref().and_then(Amount::point),
        suggestions,
        error: None,
    }
}

/// The line of a stored need, with reasons as known on `as_of`.
pub(super) fn stored_line(
    catalog: &Catalog,
    need: &Need,
    scorer: &Scorer<'_>,
    ranked: Vec<Ranked>,
    ask: &Ask,
    as_of: jiff::civil::Date,
) -> BatchLine {
    batch_line(need.id.to_string(), need, batch_suggestions(catalog, scorer, ranked, ask, Some(as_of)))
}

/// The ranking of one row; with reasons as known on `as_of`, if that is given.
fn batch_suggestions(
    catalog: &Catalog,
    scorer: &Scorer<'_>,
    ranked: Vec<Ranked>,
    ask: &Ask,
    as_of: Option<jiff::civil::Date>,
) -> Vec<BatchSuggestion> {
    let explain = ask.explain.unwrap_or(false);
    let words = as_of.map(|day| (day, catalog.text.highlighter(&scorer.question().topic)));
    let suggestions = ranked.into_iter().map(|Ranked { organization, score, .. }| {
        let record = catalog.organization_facts(organization);
        let parts = (explain || words.is_some()).then(|| scorer.parts(organization));
        let mut reasons = Vec::new();
        if let Some(((day, words), parts)) = words.as_ref().zip(parts.as_ref()) {
            let strongest = strongest(parts);
            let strongest = strongest.into_iter().map(|it| part_view(catalog, scorer, it, organization, *day, words));
            reasons.extend(in_short(strongest.collect()));
            reasons.extend(warnings(catalog, scorer, organization).into_iter().map(|it| format!("请先核实：{it}")));
        }
        let shown = parts.filter(|_| explain);
        let parts = shown.map(|parts| parts.iter().map(|part| BatchPart::new(part, scorer.weights())).collect());
        let fit = scorer.weights().fit().fit(score);
        let (organization, name) = (OrganizationId::new(record.id()), record.name().to_owned());
        BatchSuggestion { organization, name, score, fit, parts, reasons }
    });
    suggestions.collect()
}

fn need_id(outcome: &ingest::Outcome) -> String {
    outcome.id.clone().unwrap_or_else(|| format!("第{}行", outcome.row))
}

fn unreadable(outcome: &ingest::Outcome) -> BatchLine {
    let reasons: Vec<String> = outcome.rejected.iter().map(Issue::in_words).collect();
    let (need, error) = (need_id(outcome), Some(reasons.join("；")));
    BatchLine { need, title: None, region: None, amount: None, suggestions: Vec::new(), error }
}

/// The question of a row, with the options that override it.
fn question(catalog: &Catalog, entity: Option<&Entity>, ask: &Ask, resolved: &ResolvedRequest) -> Option<Question> {
    let Some(Entity::Need(need)) = entity else { return None };
    let mut record = need.record.clone();
    if ask.region.is_some() {
        record.regions = refine_regions(catalog.reference.divisions, &resolved.record.regions, record.regions);
    }
    if ask.sector.is_some() {
        record.sectors.clone_from(&resolved.record.sectors);
    }
    if ask.amount.is_some() {
        record.amount.clone_from(&resolved.record.amount);
    }
    if ask.group.is_some() {
        record.groups.clone_from(&resolved.record.groups);
    }
    let topic = topic(&catalog.reference, &record.normalized);
    let (homes, with_national) = (resolved.question.homes.clone(), resolved.question.with_national);
    let question = Question::new(catalog, &record, topic).asked_by(catalog, need.submitted_by.as_deref());
    Some(Question { homes, with_national, ..question })
}

impl App {
    /// The day that a question is about.
    ///
    /// # Errors
    /// It is no day.
    pub fn day_of(&self, ask: &Ask) -> Result<jiff::civil::Date, AppError> {
        crate::request::as_of(ask.as_of.as_deref(), self.today())
    }

    /// What a high fit means, from claims that the weights were tested on; none if the model does not say.
    fn fit_note(&self) -> Option<String> {
        let reached = self.model.reached.iter().find(|it| it.fit == NOTED_FIT)?;
        let percent = |share: f64| format!("{:.0}%", 100.0 * share);
        let (claimants, others) = (percent(reached.claimants), percent(reached.others));
        Some(format!(
            "有记录的认领方中，{claimants}的匹配度在{NOTED_FIT}以上（其他组织中{others}）；没有记录的组织不一定是不愿认领。"
        ))
    }

    /// What a fit has meant on claims that the weights were tested on, in Chinese; none if the model does not say.
    #[must_use]
    pub fn fit_meaning(&self, fit: u8) -> Option<String> {
        let percent = |share: f64| format!("{:.0}%", 100.0 * share);
        let reached = &self.model.reached;
        let Some(it) = reached.iter().filter(|it| it.fit <= fit).max_by_key(|it| it.fit) else {
            let least = reached.iter().min_by_key(|it| it.fit)?;
            let (claimants, others) = (percent(1.0 - least.claimants), percent(1.0 - least.others));
            return Some(format!("过去的认领方{claimants}不到{}，其他组织{others}", least.fit));
        };
        let (claimants, others) = (percent(it.claimants), percent(it.others));
        Some(format!("过去的认领方{claimants}达到{}以上，其他组织{others}", it.fit))
    }

    /// The weights that a question is scored with.
    pub(super) fn weights_for(&self, ask: &Ask) -> Weights {
        if ask.ignore_popularity == Some(true) {
            self.model.weights.clone().without(Feature::Popularity)
        } else {
            self.model.weights.clone()
        }
    }
}

impl BatchPart {
    fn new(part: &Part, weights: &Weights) -> Self {
        let (feature, points) = (part.feature, part.points);
        Self { feature, label: feature.label(), value: shown_value(part.value), weight: weights.weight(feature).per_unit, points }
    }
}
