//! Why is this organization not among the first, and what would bring it there? For each kind of change, the smallest one that
//! does is found by asking again with the change and ranking all organizations.

use std::sync::Arc;

use super::state::App;
use crate::catalog::Catalog;
use crate::domain::{
    Amount, FuzzyDate, Money, Organization, OrganizationId, Participant, Period, Principal, Project, ProjectId, RegionCode,
    RegionFinding, Role, SectorShare,
};
use crate::error::AppError;
use crate::explain::{PartView, part_view};
use crate::jobs::Cancellation;
use crate::request::{Ask, ResolvedRequest, find_organization};
use crate::score::{Feature, Limit, Question, Scorer, ScoringContext, Texts};

/// A question about one organization.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WhyNotAsk {
    /// The organization: id, name or alias.
    pub organization: String,
    /// The need; `top` says how many organizations count as the first.
    pub ask: Ask,
}

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeOf {
    /// The sum that the need asks for.
    Amount,
    /// The need's place.
    Region,
    /// The need's sector.
    Sector,
    /// The need's mode.
    Mode,
    /// A limit of the organization: budget, calendar, exclusion.
    Limit,
    /// The organization's record.
    Record,
}

/// A single change that brings the organization among the first, verified by ranking again.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What is changed.
    pub of: ChangeOf,
    /// The change in a sentence.
    pub text: String,
    /// The rank it then has.
    pub rank: usize,
    /// The score it then has.
    pub score: i64,
}

/// A part compared with that of the last organization among the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The feature.
    pub feature: Feature,
    /// Its Chinese name.
    pub label: &'static str,
    /// Points of the organization.
    pub points: i64,
    /// Points of the last organization among the first.
    pub theirs: i64,
}

/// Why an organization has the rank it has.
#[derive(Debug, Clone, PartialEq)]
pub struct WhyNot {
    /// The answer uses only what was known on this day.
    pub as_of: jiff::civil::Date,
    /// Name of the snapshot.
    pub snapshot: String,
    /// Version of the word lists of the text search.
    pub lexicon: String,
    /// Its id.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// How many organizations count as the first; fewer than asked for if there are no more.
    pub top: usize,
    /// Its rank among all; none if a limit excludes it.
    pub rank: Option<usize>,
    /// Its score.
    pub score: i64,
    /// The score on a scale from 0 to 100.
    pub fit: u8,
    /// The limits that exclude it.
    pub limits: Vec<&'static str>,
    /// The answer in a sentence.
    pub summary: String,
    /// Its parts.
    pub parts: Vec<PartView>,
    /// The last organization among the first, if it is another one.
    pub last: Option<String>,
    /// The parts in which that organization is ahead or behind, largest difference first.
    pub differences: Vec<Difference>,
    /// For each kind, the smallest single change that brings it among the first; empty if it is there already.
    pub changes: Vec<Change>,
}

/// Maximum number of sectors, and of places, that are tried.
const MAX_TRIED: usize = 40;
/// Maximum number of further projects that are assumed.
const MAX_SUPPOSED: usize = 3;
/// Number of steps in which the sum is lowered.
const AMOUNT_STEPS: i64 = 20;

impl App {
    /// Explains the rank of one organization for a need.
    ///
    /// # Errors
    /// A question or an organization that cannot be resolved, by field; a text index that cannot be read; or it was cancelled.
    pub fn why_not(&self, _who: Principal, ask: &WhyNotAsk, cancellation: &Cancellation) -> Result<WhyNot, AppError> {
        let catalog = self.catalog();
        let ResolvedRequest { as_of, top, question, .. } = ask.ask.resolve(&catalog, self.today())?;
        cancellation.check()?;
        let view = catalog.as_of(as_of);
        cancellation.check()?;
        let organization = find_organization(&catalog, &view, &ask.organization)?;
        let weights = self.weights_for(&ask.ask);
        let context = ScoringContext { catalog: &catalog, view: &view, weights: &weights };
        let scorer = Scorer::new(context, question)?;
        cancellation.check()?;
        let limits = scorer.limits(organization);
        let place = scorer.rank_of(organization);
        let words = catalog.text.highlighter(&scorer.question().topic);
        let parts = scorer.parts(organization);
        let score = parts.iter().map(|part| part.points).sum();
        let first = scorer.rank(top);
        let top = top.min(first.len());
        let last = first.last().map(|it| it.organization).filter(|&it| it != organization);
        let differences = last.map(|last| differences(&scorer, organization, last)).unwrap_or_default();
        let is_first = limits.is_empty() && place <= top;
        // No change to the need and no longer record lifts these limits.
        let is_barred =
            limits.iter().any(|it| matches!(it, Limit::Blacklisted | Limit::Deregistered | Limit::Government | Limit::Applicant));
        let changes = if is_first || is_barred {
            Vec::new()
        } else {
            Search { context, scorer: &scorer, organization, top, cancellation }.changes()?
        };
        let record = catalog.organization_record(organization);
        let why_not = WhyNot {
            as_of,
            snapshot: catalog.version.to_string(),
            lexicon: catalog.text.lexicon_version().to_owned(),
            organization: record.id.clone(),
            name: record.name.clone(),
            top,
            rank: limits.is_empty().then_some(place),
            score,
            fit: weights.fit().fit(score),
            limits: limits.iter().map(|limit| limit.name()).collect(),
            summary: summary(&record, &limits, place, top, &differences),
            parts: parts.iter().map(|it| part_view(&catalog, &scorer, it, organization, as_of, &words)).collect(),
            last: last.map(|last| catalog.organization_facts(last).name().to_owned()),
            differences,
            changes,
        };
        self.sound()?;
        Ok(why_not)
    }
}

fn differences(scorer: &Scorer<'_>, organization: usize, last: usize) -> Vec<Difference> {
    let pairs = scorer.parts(organization).into_iter().zip(scorer.parts(last));
    let mut differences: Vec<Difference> = pairs
        .filter(|(own, theirs)| own.points != theirs.points)
        .map(|(own, theirs)| {
            let feature = own.feature;
            Difference { feature, label: feature.label(), points: own.points, theirs: theirs.points }
        })
        .collect();
    differences.sort_by_key(|it| (std::cmp::Reverse((it.theirs - it.points).abs()), it.feature));
    differences
}

fn summary(record: &Organization, limits: &[Limit], place: usize, top: usize, differences: &[Difference]) -> String {
    let name = &record.name;
    if !limits.is_empty() {
        let labels: Vec<&str> = limits.iter().map(|limit| limit.label()).collect();
        return format!("“{name}”未列入推荐：{}；若不受这些限制，按得分排第{place}位", labels.join("、"));
    }
    if place <= top {
        return format!("“{name}”排第{place}位，已在前{top}位之内");
    }
    let behind: Vec<&str> = differences.iter().filter(|it| it.points < it.theirs).take(3).map(|it| it.label).collect();
    let why = if behind.is_empty() { String::new() } else { format!("，主要差在{}", behind.join("、")) };
    format!("“{name}”排第{place}位，不在前{top}位之内{why}")
}

/// The search for changes.
struct Search<'a> {
    context: ScoringContext<'a>,
    scorer: &'a Scorer<'a>,
    organization: usize,
    top: usize,
    cancellation: &'a Cancellation,
}

impl Search<'_> {
    /// The smallest change of each kind that brings the organization among the first, easiest kinds first.
    fn changes(&self) -> Result<Vec<Change>, AppError> {
        let kinds = [self.limit()?, self.amount()?, self.region()?, self.sector()?, self.mode()?, self.record()?];
        Ok(kinds.into_iter().flatten().collect())
    }

    /// The change, if no limit then excludes the organization and it is among the first.
    fn try_question(
        &self,
        of: ChangeOf,
        question: Question,
        texts: &Arc<Texts>,
        text: impl FnOnce() -> String,
    ) -> Result<Option<Change>, AppError> {
        self.cancellation.check()?;
        let scorer = Scorer::with_texts(self.context, question, Arc::clone(texts));
        Ok(self.verified(of, &scorer, scorer.limit(self.organization).is_none(), text))
    }

    fn verified(&self, of: ChangeOf, scorer: &Scorer<'_>, is_within: bool, text: impl FnOnce() -> String) -> Option<Change> {
        let rank = scorer.rank_of(self.organization);
        let change =
            || Change { of, text: format!("{}，将排第{rank}位", text()), rank, score: scorer.score(self.organization) };
        (is_within && rank <= self.top).then(change)
    }

    /// Lifts the limit if it is the only one that excludes the organization.
    fn limit(&self) -> Result<Option<Change>, AppError> {
        self.cancellation.check()?;
        let limits = self.scorer.limits(self.organization);
        let [limit] = limits.as_slice() else { return Ok(None) };
        Ok(self.verified(ChangeOf::Limit, self.scorer, true, || format!("若不受“{}”所限", limit.label())))
    }

    fn amount(&self) -> Result<Option<Change>, AppError> {
        let Some(asked) = self.scorer.question().amount else { return Ok(None) };
        let lower = |step| Money::from_fen(asked.fen() / AMOUNT_STEPS * (AMOUNT_STEPS - step));
        first((1..AMOUNT_STEPS).filter_map(lower), |amount| {
            let question = Question { amount: Some(amount), ..self.scorer.question().clone() };
            let text = || format!("若所需金额由{asked}降到{amount}");
            self.try_question(ChangeOf::Amount, question, self.scorer.texts(), text)
        })
    }

    /// Tries wider places first, then those where the organization is at home or has worked, nearest first.
    fn region(&self) -> Result<Option<Change>, AppError> {
        let (catalog, question) = (self.context.catalog, self.scorer.question());
        let divisions = catalog.reference.divisions;
        let wider = question.regions.iter().flat_map(|&place| divisions.lineage(place).skip(1));
        let worked = catalog.history(self.organization).iter().map(|it| catalog.project_facts(it.to as usize));
        let worked = worked.filter(|project| project.is_visible(self.context.view.day)).flat_map(|project| project.regions());
        let mut near: Vec<RegionCode> = worked.chain(catalog.home_region(self.organization)).collect();
        let distance = |place: RegionCode| {
            let to = |asked: &RegionCode| {
                let same = [
                    asked.prefecture() == place.prefecture(),
                    asked.province() == place.province(),
                    asked.macro_region() == place.macro_region(),
                ];
                same.iter().position(|&same| same).unwrap_or(same.len())
            };
            question.regions.iter().map(to).min().unwrap_or_default()
        };
        near.sort_by_key(|&place| (distance(place), place));
        let mut tried: Vec<RegionCode> = question.regions.clone();
        for place in wider.chain(near) {
            if tried.len() > MAX_TRIED {
                break;
            }
            if tried.contains(&place) {
                continue;
            }
            tried.push(place);
            let changed = Question { regions: vec![place], ..question.clone() };
            let text = || format!("若需求地区为{}", divisions.full_name(place));
            if let Some(change) = self.try_question(ChangeOf::Region, changed, self.scorer.texts(), text)? {
                return Ok(Some(change));
            }
        }
        Ok(None)
    }

    /// Tries sectors of the same parents first, then those that organizations often combine with the need's.
    fn sector(&self) -> Result<Option<Change>, AppError> {
        let (question, taxonomy) = (self.scorer.question(), &self.context.catalog.reference.taxonomy);
        let background = &self.context.view.past.background;
        let asked: Vec<usize> = question.sectors.iter().map(|&(sector, _)| sector).collect();
        let closeness = |sector: usize| {
            let to = |&other: &usize| background.closeness(taxonomy.parent(other), taxonomy.parent(sector));
            asked.iter().map(to).fold(0.0, f64::max)
        };
        let mut others: Vec<usize> = (0..taxonomy.sector_count()).filter(|sector| asked != [*sector]).collect();
        others.sort_by(|&a, &b| closeness(b).total_cmp(&closeness(a)).then(a.cmp(&b)));
        first(others.into_iter().take(MAX_TRIED), |sector| {
            let changed = Question { sectors: vec![(sector, 1.0)], ..question.clone() };
            // Votes depend on how close the sectors are, so they are counted again.
            let texts = Arc::new(Texts::search(self.context, &changed)?);
            let text = || format!("若需求属于“{}”领域", taxonomy.name(taxonomy.code(sector)));
            self.try_question(ChangeOf::Sector, changed, &texts, text)
        })
    }

    fn mode(&self) -> Result<Option<Change>, AppError> {
        let question = self.scorer.question();
        let modes = self.context.catalog.reference.taxonomy.modes().iter();
        first(modes.filter(|mode| question.modes != [mode.code.clone()]), |mode| {
            let changed = Question { modes: vec![mode.code.clone()], ..question.clone() };
            self.try_question(ChangeOf::Mode, changed, self.scorer.texts(), || format!("若帮扶方式为“{}”", mode.name))
        })
    }

    /// Tries one, two or three more projects with the need's own sectors, places, groups, modes and sum, on the day of the
    /// question.
    fn record(&self) -> Result<Option<Change>, AppError> {
        let ScoringContext { catalog, view, .. } = self.context;
        let Some(project) = like(catalog, self.scorer.question(), view.as_of) else { return Ok(None) };
        first(1..=MAX_SUPPOSED, |projects| {
            self.cancellation.check()?;
            let what_if = view.what_if(catalog, self.organization, &project, projects);
            let texts = Arc::clone(self.scorer.texts());
            let context = ScoringContext { view: &what_if.view, ..self.context };
            let scorer = Scorer::with_what_if(context, self.scorer.question().clone(), texts, Some(&what_if));
            let is_within = scorer.limit(self.organization).is_none();
            let text = || format!("若近期已做过{projects}个同领域、同地区、同规模的项目");
            Ok(self.verified(ChangeOf::Record, &scorer, is_within, text))
        })
    }
}

/// The first change that is found.
fn first<T>(
    candidates: impl IntoIterator<Item = T>,
    mut find: impl FnMut(T) -> Result<Option<Change>, AppError>,
) -> Result<Option<Change>, AppError> {
    candidates.into_iter().find_map(|it| find(it).transpose()).transpose()
}

/// A past project that is what the need asks for; `None` if the need states neither sector nor place.
fn like(catalog: &Catalog, question: &Question, day: jiff::civil::Date) -> Option<Project> {
    if question.sectors.is_empty() && question.regions.is_empty() {
        return None;
    }
    let reference = &catalog.reference;
    let region = |&code: &RegionCode| {
        let name = reference.divisions.full_name(code);
        RegionFinding { code, matched: name.clone(), name, certain: true, span: None }
    };
    let sector = |&(sector, weight): &(usize, f64)| SectorShare { code: reference.taxonomy.code(sector).clone(), weight };
    Some(Project {
        id: ProjectId::new(""),
        title: String::new(),
        description: String::new(),
        participants: vec![Participant { organization: OrganizationId::new(""), amount: question.amount, role: Role::Lead }],
        participant_count: None,
        regions: question.regions.iter().map(region).collect(),
        sectors: question.sectors.iter().map(sector).collect(),
        amount: question.amount.map(|amount| Amount::exact(amount, amount.to_string())),
        beneficiaries: None,
        groups: question.groups.iter().map(|&group| reference.taxonomy.groups()[group].code.clone()).collect(),
        modes: question.modes.clone(),
        period: FuzzyDate::day(day).map(|start| Period { start, end: None }),
        status: None,
        source: None,
    })
}
