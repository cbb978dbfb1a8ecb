//! The understood record and its parts.

use jiff::civil::Date;
use serde::Serialize;

use super::convert::{each, shown_enum};
use crate::domain::{self, Money};

/// A need as understood: the same record whether it came as text, as a row or through the API.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Record {
    /// Title, if one was given.
    pub title: Option<String>,
    /// The text as it was given.
    pub description: String,
    /// Title and text, normalised: what is indexed and matched, and what spans refer to.
    pub normalized: String,
    /// The places it concerns.
    pub regions: Vec<RegionFinding>,
    /// Its sectors; weights sum to 1.
    pub sectors: Vec<SectorShare>,
    /// Groups of beneficiaries.
    pub groups: Vec<String>,
    /// Means that are asked for.
    pub modes: Vec<String>,
    /// The sum asked for: the gap if stated, else the total less the secured money.
    pub amount: Option<Amount>,
    /// Number of people who benefit.
    pub beneficiaries: Option<Count>,
    /// Its deadline.
    pub deadline: Option<Deadline>,
    /// Its urgency.
    pub urgency: Option<Urgency>,
    /// The words on which sectors, groups, modes and urgency rest, in text order; regions, amount, beneficiaries and deadline
    /// carry their own span.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Word>,
    /// What normalisation changed.
    pub changes: Vec<String>,
    /// What the reader should check, in words: names that no place has, contradictions, sums in another currency.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
}

/// A text as understood, with its needs if it states several.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnderstoodText {
    /// The whole text.
    #[serde(flatten)]
    pub record: Record,
    /// The needs that it states, if there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<NeedPart>,
}

/// One of several needs that a text states.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct NeedPart {
    /// Position of its words in the normalised text.
    pub span: Span,
    /// Its words; with the places of its record as `region`, they make a question of their own.
    pub text: String,
    /// The need as understood; places that the text names for all its needs are among its places.
    pub record: Record,
}

/// A place that a text or a cell names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct RegionFinding {
    /// Six-digit division code (GB/T 2260): `530000` province, `533400` prefecture, `533422` county.
    #[schema(example = "533422")]
    pub code: String,
    /// Its full name, province first.
    pub name: String,
    /// The words from which it was read.
    pub matched: String,
    /// False if the words may mean another place as well; every candidate is then listed.
    pub certain: bool,
    /// Position of the words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

/// A sector and how much of the need or project belongs to it; the weights of one record sum to 1.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SectorShare {
    /// Code of the sector: `MED`, or `MED.village_doctor` for a child.
    #[schema(example = "MED.village_doctor")]
    pub code: String,
    /// Its share, in (0, 1].
    pub weight: f64,
}

/// A sum as stated: `约30万元`, `10-20万元`, `不超过80万元`.
///
/// 约/近/左右: both ends are the stated number; 超/余/多/不低于: no upper end; 不超过: no lower end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Amount {
    /// Lower end in fen; null where open.
    pub min_fen: Option<i64>,
    /// Upper end in fen; null where open.
    pub max_fen: Option<i64>,
    /// The hedging word, if there is one.
    pub hedge: Option<String>,
    /// The words from which it was read.
    pub text: String,
    /// Position of these words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

/// A number of people, households or visits as stated: `近200名`, `6000余人`, `48.3万人次`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Count {
    /// Lower end; null where open.
    pub min: Option<u64>,
    /// Upper end; null where open.
    pub max: Option<u64>,
    /// The hedging word, if there is one.
    pub hedge: Option<String>,
    /// `人`, `人次` or `户`; 人次 and 户 are not persons.
    pub unit: String,
    /// The words from which it was read.
    pub text: String,
    /// Position of these words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

/// The deadline of a need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Deadline {
    /// Last day that the words can mean.
    #[schema(value_type = String, format = Date)]
    pub not_after: Date,
    /// The words from which it was read.
    pub text: String,
    /// Position of these words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

/// A word on which a finding rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Word {
    /// The list that it contributed to.
    pub field: WordField,
    /// The finding in that list: a code, or `low`, `medium`, `high`.
    pub code: String,
    /// The word.
    pub text: String,
    /// Position of the word.
    pub span: Span,
}

/// Position of a finding: `[start, end)` in characters of the normalised text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Span(pub usize, pub usize);

shown_enum! {
    /// The list of a record that a word contributed to.
    WordField from domain::WordField {
        /// 领域
        Sectors,
        /// 受益人群
        Groups,
        /// 帮扶方式
        Modes,
        /// 紧急程度
        Urgency,
    }
}

shown_enum! {
    /// Urgency of a need.
    Urgency from domain::Urgency {
        /// 低
        Low,
        /// 中
        Medium,
        /// 高、急需
        High,
    }
}

impl From<domain::Record> for Record {
    fn from(it: domain::Record) -> Self {
        let domain::Record {
            title,
            description,
            normalized,
            regions,
            sectors,
            groups,
            modes,
            amount,
            beneficiaries,
            deadline,
            urgency,
            words,
            changes,
            doubts,
        } = it;
        Self {
            title,
            description,
            normalized,
            regions: each(regions),
            sectors: each(sectors),
            groups,
            modes,
            amount: amount.map(Amount::from),
            beneficiaries: beneficiaries.map(Count::from),
            deadline: deadline.map(Deadline::from),
            urgency: urgency.map(Urgency::from),
            words: each(words),
            changes,
            doubts,
        }
    }
}

impl From<domain::NeedPart> for NeedPart {
    fn from(it: domain::NeedPart) -> Self {
        let domain::NeedPart { span, text, record } = it;
        Self { span: span.into(), text, record: record.into() }
    }
}

impl UnderstoodText {
    /// The record of a text and the needs that it states.
    #[must_use]
    pub fn new(record: domain::Record, needs: Vec<domain::NeedPart>) -> Self {
        Self { record: record.into(), needs: each(needs) }
    }
}

impl From<domain::RegionFinding> for RegionFinding {
    fn from(it: domain::RegionFinding) -> Self {
        let domain::RegionFinding { code, name, matched, certain, span } = it;
        Self { code: code.into(), name, matched, certain, span: span.map(Span::from) }
    }
}

impl From<domain::SectorShare> for SectorShare {
    fn from(it: domain::SectorShare) -> Self {
        let domain::SectorShare { code, weight } = it;
        Self { code: code.into(), weight }
    }
}

impl From<domain::Amount> for Amount {
    fn from(it: domain::Amount) -> Self {
        let domain::Amount { min_fen, max_fen, hedge, text, span } = it;
        Self { min_fen: min_fen.map(Money::fen), max_fen: max_fen.map(Money::fen), hedge, text, span: span.map(Span::from) }
    }
}

impl From<domain::Count> for Count {
    fn from(it: domain::Count) -> Self {
        let domain::Count { min, max, hedge, unit, text, span } = it;
        Self { min, max, hedge, unit, text, span: span.map(Span::from) }
    }
}

impl From<domain::Deadline> for Deadline {
    fn from(it: domain::Deadline) -> Self {
        let domain::Deadline { not_after, text, span } = it;
        Self { not_after, text, span: span.map(Span::from) }
    }
}

impl From<domain::Word> for Word {
    fn from(it: domain::Word) -> Self {
        let domain::Word { field, code, text, span } = it;
        Self { field: field.into(), code, text, span: span.into() }
    }
}

impl From<domain::Span> for Span {
    fn from(it: domain::Span) -> Self {
        Self(it.0, it.1)
    }
}
