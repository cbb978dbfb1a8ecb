//! What asking one question gains: the public claims without place, sum and sector, with the one question answered by the truth.
//!
//! Place, sum and sector are taken out of what is asked, and the names of the place out of the words that are searched. Each way
//! to choose one of the three gets the true answer to its question, if the claim has one, and the first five are judged
//! again. Weights, temperature and catalog of a claim are those of the other folds ([`folds`](super::folds)).

use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;

use super::compact;
use super::folds::{Asked, Directory, Folds};
use super::labelled::{LabelledNeed, is_local};
use super::public::{self, Fits};
use super::run::Estimate;
use super::seen::PublicClaim;
use crate::catalog::{Catalog, View};
use crate::error::AppError;
use crate::eval::{Judged, Observed, Paired, difference_interval, mean_interval};
use crate::reference::Divisions;
use crate::score::{MissingField, Question, Scorer, ScoringContext, Texts, Weights, clarifying_questions};

/// Seed of the bootstrap.
const SEED: u64 = 20_261_126;
/// First ranks that are judged.
const FIRST: usize = 5;
/// The fields that are taken out.
const TAKEN_OUT: [MissingField; 3] = [MissingField::Region, MissingField::Sector, MissingField::Amount];

/// A way to choose what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionStrategy {
    /// The question that the program asks first.
    OneQuestion,
    /// Any of the three whose answer is on record, each as often.
    Random,
    /// Always the place.
    Region,
    /// Always the sector.
    Sector,
    /// Always the sum.
    Amount,
    /// No question.
    Nothing,
    /// All three.
    Everything,
    /// For each claim the one of the three that turned out best: no way to choose one question can gain more.
    Hindsight,
}

impl QuestionStrategy {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::OneQuestion,
        Self::Random,
        Self::Region,
        Self::Sector,
        Self::Amount,
        Self::Nothing,
        Self::Everything,
        Self::Hindsight,
    ];

    /// Chinese name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::OneQuestion => "问最有用的一项",
            Self::Random => "随机问一项",
            Self::Region => "总是问地区",
            Self::Sector => "总是问领域",
            Self::Amount => "总是问金额",
            Self::Nothing => "不问",
            Self::Everything => "三项都问",
            Self::Hindsight => "事后看最好的一项",
        }
    }
}

/// How one way to ask did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StrategyReport {
    /// The way.
    pub strategy: QuestionStrategy,
    /// Its Chinese name.
    pub label: &'static str,
    /// nDCG of the first five after the answer.
    pub ndcg5: Estimate,
    /// nDCG of the one question minus that of this way.
    pub difference: Estimate,
}

/// How the ways to ask did on a group of claims.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionGroup {
    /// The group, in Chinese.
    pub label: &'static str,
    /// Number of claims.
    pub needs: usize,
    /// The ways to ask.
    pub strategies: Vec<StrategyReport>,
}

/// How often a field was asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AskedField {
    /// The field; none if nothing was asked.
    pub field: Option<&'static str>,
    /// Number of claims.
    pub needs: usize,
}

/// One claim: what was asked, and what each answer gains.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionCase {
    /// Id of the claim.
    pub id: String,
    /// True if the name of a claimant holds one of the need's places.
    pub is_local: bool,
    /// The field that was asked for.
    pub asked: Option<&'static str>,
    /// The expected gain of each question, most useful first.
    pub gains: Vec<(&'static str, f64)>,
    /// nDCG of the first five, in the order of [`QuestionStrategy::ALL`].
    pub ndcg5: Vec<f64>,
}

/// What asking one question gains.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionsReport {
    /// Number of claims.
    pub needs: usize,
    /// Number of events that they are drawn by.
    pub events: usize,
    /// Number of candidates.
    pub organizations: usize,
    /// What was asked, most often first.
    pub asked: Vec<AskedField>,
    /// Results by group.
    pub groups: Vec<QuestionGroup>,
    /// All claims.
    pub cases: Vec<QuestionCase>,
}

/// Measures the questions on `claims`, which were collected up to the day `as_of`.
///
/// # Errors
/// Rows that cannot be fitted, or an index that cannot be read.
pub fn questions(
    claims: &[PublicClaim],
    as_of: Date,
    directory: &Directory<'_>,
    says: &dyn Fn(&str),
) -> Result<QuestionsReport, AppError> {
    says("由公开案例计算特征");
    let fitted = public::cases(claims, as_of, directory)?;
    says("按事件交叉拟合");
    let fits = Fits::new(&fitted, &compact::start()).map_err(|error| public::unfit(&error))?;
    says("去掉地区、领域和金额，逐项提问");
    let temperatures = public::temperatures(&fitted, &fits.held_out).map_err(|error| public::unfit(&error))?;
    let folds = Folds::new(claims);
    let mut cases: Vec<(u32, QuestionCase)> = Vec::with_capacity(claims.len());
    let mut organizations = 0;
    for (held_out, &temperature) in temperatures.iter().enumerate() {
        let Asked { catalog, numbers, needs } = folds.asked(claims, held_out, as_of, directory)?;
        organizations = organizations.max(catalog.organization_count());
        for (numbers, needs) in by_day(&numbers, &needs) {
            let view = catalog.as_of(needs[0].as_of);
            let setting = Setting { catalog: &catalog, view: &view, weights: &fits.held_out[held_out], temperature };
            let asked: Result<Vec<QuestionCase>, AppError> = needs.par_iter().map(|need| setting.case(need)).collect();
            cases.extend(numbers.iter().map(|&n| folds.cluster(n)).zip(asked?));
        }
    }
    Ok(report(cases, folds.events(), organizations))
}

/// Needs of one day, with the numbers of their claims.
fn by_day<'a>(numbers: &'a [usize], needs: &'a [LabelledNeed]) -> impl Iterator<Item = (&'a [usize], &'a [LabelledNeed])> {
    let mut start = 0;
    needs.chunk_by(|a, b| a.as_of == b.as_of).map(move |of_day| {
        let numbers = &numbers[start..start + of_day.len()];
        start += of_day.len();
        (numbers, of_day)
    })
}

/// What the needs of one day and fold are asked with.
struct Setting<'a> {
    catalog: &'a Catalog,
    view: &'a Arc<View>,
    weights: &'a Weights,
    temperature: f64,
}

impl Setting<'_> {
    fn context(&self) -> ScoringContext<'_> {
        ScoringContext { catalog: self.catalog, view: self.view, weights: self.weights }
    }

    fn case(&self, need: &LabelledNeed) -> Result<QuestionCase, AppError> {
        let truth = &need.question;
        let blank = blank(self.catalog.reference.divisions, truth);
        let scorer = Scorer::new(self.context(), blank.clone())?;
        let gains = clarifying_questions(self.context(), &scorer, &[], self.temperature, &|| Ok::<(), AppError>(()))?;
        let nothing = ndcg(&scorer, need);
        let of = |fields: &[MissingField]| self.answered(need, &blank, fields);
        let [region, sector, amount] = [of(&TAKEN_OUT[..1])?, of(&TAKEN_OUT[1..2])?, of(&TAKEN_OUT[2..])?];
        let after = |field: MissingField| match field {
            MissingField::Region => region,
            MissingField::Sector => sector,
            MissingField::Amount => amount,
            MissingField::Group => nothing,
        };
        let on_record: Vec<MissingField> = TAKEN_OUT.into_iter().filter(|field| !field.is_missing(truth)).collect();
        let random = on_record.iter().map(|&field| after(field)).sum::<f64>() / on_record.len().max(1) as f64;
        let asked = gains.first().map(|it| it.field);
        let ndcg5 = QuestionStrategy::ALL.map(|strategy| match strategy {
            QuestionStrategy::OneQuestion => Ok(asked.map_or(nothing, after)),
            QuestionStrategy::Random => Ok(if on_record.is_empty() { nothing } else { random }),
            QuestionStrategy::Region => Ok(region),
            QuestionStrategy::Sector => Ok(sector),
            QuestionStrategy::Amount => Ok(amount),
            QuestionStrategy::Nothing => Ok(nothing),
            QuestionStrategy::Everything => of(&TAKEN_OUT),
            QuestionStrategy::Hindsight => Ok(region.max(sector).max(amount)),
        });
        let whole = Scorer::with_texts(self.context(), truth.clone(), Arc::clone(scorer.texts()));
        Ok(QuestionCase {
            id: need.id.clone(),
            is_local: need.relevant.iter().any(|&it| is_local(&whole.values(it))),
            asked: asked.map(MissingField::name),
            gains: gains.iter().map(|it| (it.field.name(), it.gain)).collect(),
            ndcg5: ndcg5.into_iter().collect::<Result<_, AppError>>()?,
        })
    }

    /// nDCG with the true answers to some questions.
    fn answered(&self, need: &LabelledNeed, blank: &Question, fields: &[MissingField]) -> Result<f64, AppError> {
        let (mut question, truth) = (blank.clone(), &need.question);
        for field in fields {
            match field {
                MissingField::Region => question.regions.clone_from(&truth.regions),
                MissingField::Sector => question.sectors.clone_from(&truth.sectors),
                MissingField::Amount => question.amount = truth.amount,
                MissingField::Group => question.groups.clone_from(&truth.groups),
            }
        }
        let texts = Arc::new(Texts::search(self.context(), &question)?);
        Ok(ndcg(&Scorer::with_texts(self.context(), question, texts), need))
    }
}

/// The question without place, sum and sector, and without the names of the places in its words.
fn blank(divisions: &Divisions, truth: &Question) -> Question {
    let mut topic = truth.topic.clone();
    for place in truth.regions.iter().flat_map(|&place| divisions.lineage(place)) {
        let mut names: Vec<&str> = divisions.names_of(place).filter(|name| name.chars().nth(1).is_some()).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        for name in names {
            topic = topic.replace(name, " ");
        }
    }
    Question { regions: Vec::new(), sectors: Vec::new(), amount: None, topic, ..truth.clone() }
}

fn ndcg(scorer: &Scorer<'_>, need: &LabelledNeed) -> f64 {
    let first = scorer.rank(FIRST);
    let rank = |&it: &usize| first.iter().position(|ranked| ranked.organization == it).map(|at| at + 1);
    Judged { ranks: need.relevant.iter().map(rank).collect() }.ndcg(FIRST).unwrap_or_default()
}

fn report(cases: Vec<(u32, QuestionCase)>, events: usize, organizations: usize) -> QuestionsReport {
    let group = |label: &'static str, keep: &dyn Fn(&QuestionCase) -> bool| {
        let kept: Vec<&(u32, QuestionCase)> = cases.iter().filter(|(_, case)| keep(case)).collect();
        let strategies = QuestionStrategy::ALL.iter().enumerate().map(|(n, &strategy)| {
            let observed: Vec<Observed> =
                kept.iter().map(|(cluster, case)| Observed { cluster: *cluster, value: case.ndcg5[n] }).collect();
            let pairs: Vec<Paired> = kept
                .iter()
                .map(|(cluster, case)| Paired { cluster: *cluster, ours: case.ndcg5[0], theirs: case.ndcg5[n] })
                .collect();
            StrategyReport {
                strategy,
                label: strategy.label(),
                ndcg5: mean_interval(&observed, SEED).map(Estimate::from).unwrap_or_default(),
                difference: difference_interval(&pairs, SEED).map(Estimate::from).unwrap_or_default(),
            }
        });
        QuestionGroup { label, needs: kept.len(), strategies: strategies.collect() }
    };
    let groups = vec![
        group("全部案例", &|_| true),
        group("认领方名称含需求地", &|case| case.is_local),
        group("认领方名称不含需求地", &|case| !case.is_local),
    ];
    let fields = MissingField::ALL.map(|field| Some(field.name())).into_iter().chain([None]);
    let count = |field| AskedField { field, needs: cases.iter().filter(|(_, case)| case.asked == field).count() };
    let mut asked: Vec<AskedField> = fields.map(count).filter(|it| it.needs > 0).collect();
    asked.sort_by_key(|it| std::cmp::Reverse(it.needs));
    let mut cases: Vec<QuestionCase> = cases.into_iter().map(|(_, case)| case).collect();
    cases.sort_by(|a, b| a.id.cmp(&b.id));
    QuestionsReport { needs: cases.len(), events, organizations, asked, groups, cases }
}
