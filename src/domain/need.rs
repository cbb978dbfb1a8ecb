//! Needs, and the record that understanding makes of a text.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Amount, Contact, Count, Money, NeedId, NeedStatus, RegionFinding, SectorShare, Span, StatusChange, TagCode};

/// Urgency of a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// 低
    Low,
    /// 中
    Medium,
    /// 高、急需
    High,
}

impl Urgency {
    /// The word used in records: `low`, `medium`, `high`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// The urgency in Chinese.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Low => "低",
            Self::Medium => "中",
            Self::High => "高",
        }
    }
}

/// The deadline of a need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Last day that the words can mean.
    pub not_after: Date,
    /// The words from which it was read.
    pub text: String,
    /// Position of these words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

/// The list of a record that a word contributed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordField {
    /// 领域
    Sectors,
    /// 受益人群
    Groups,
    /// 帮扶方式
    Modes,
    /// 紧急程度
    Urgency,
}

/// A word on which a finding rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// A need as understood: the same record whether it came as text, as a row or through the API.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Record {
    /// Title, if one was given.
    #[serde(default)]
    pub title: Option<String>,
    /// The text as it was given.
    pub description: String,
    /// Title and text, normalised: what is indexed and matched, and what spans refer to.
    pub normalized: String,
    /// The places it concerns.
    #[serde(default)]
    pub regions: Vec<RegionFinding>,
    /// Its sectors; weights sum to 1.
    #[serde(default)]
    pub sectors: Vec<SectorShare>,
    /// Groups of beneficiaries.
    #[serde(default)]
    pub groups: Vec<TagCode>,
    /// Means that are asked for.
    #[serde(default)]
    pub modes: Vec<TagCode>,
    /// The sum asked for: the gap if stated, else the total less the secured money.
    #[serde(default)]
    pub amount: Option<Amount>,
    /// Number of people who benefit.
    #[serde(default)]
    pub beneficiaries: Option<Count>,
    /// Its deadline.
    #[serde(default)]
    pub deadline: Option<Deadline>,
    /// Its urgency.
    #[serde(default)]
    pub urgency: Option<Urgency>,
    /// The words on which sectors, groups, modes and urgency rest, in text order; regions, amount, beneficiaries and deadline
    /// carry their own span.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Word>,
    /// What normalisation changed.
    #[serde(default)]
    pub changes: Vec<String>,
    /// What the reader should check, in words: names that no place has, contradictions, sums in another currency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
}

/// One of several needs that a text states.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedPart {
    /// Position of its words in the normalised text.
    pub span: Span,
    /// Its words.
    pub text: String,
    /// The need as understood; places that the text names for all its needs are among its places.
    pub record: Record,
}

impl Record {
    /// The places that are certain.
    pub fn certain_regions(&self) -> impl Iterator<Item = &RegionFinding> {
        self.regions.iter().filter(|region| region.certain)
    }

    /// Drops the words whose finding is no longer in the record. Callers use it after they have replaced findings by what a
    /// column or field states. The word of a child stays if the record has the child or its parent.
    pub fn drop_stale_words(&mut self) {
        let Self { words, sectors, groups, modes, urgency, .. } = self;
        let is_sector =
            |code: &str, kept: &str| code == kept || code.strip_prefix(kept).is_some_and(|rest| rest.starts_with('.'));
        words.retain(|word| match word.field {
            WordField::Sectors => sectors.iter().any(|share| is_sector(&word.code, share.code.as_str())),
            WordField::Groups => groups.contains(&word.code),
            WordField::Modes => modes.contains(&word.code),
            WordField::Urgency => urgency.is_some_and(|urgency| urgency.code() == word.code),
        });
    }
}

/// A need as the ledger stores it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Need {
    /// Its id.
    pub id: NeedId,
    /// The need as understood.
    #[serde(flatten)]
    pub record: Record,
    /// Money already secured.
    #[serde(rename = "secured_fen", default, skip_serializing_if = "Option::is_none")]
    pub secured: Option<Money>,
    /// Township, village or street, as written; places below the county have no codes here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Office that submitted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_by: Option<String>,
    /// Day on which it was submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// List that it is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Name of the file from which a row without an id first came; lists without a name are told apart by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Whether public budgets cover it (财政资金已覆盖); such needs are not for social organizations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fiscal_covered: Option<bool>,
    /// Its state.
    #[serde(default)]
    pub status: NeedStatus,
    /// The last act of a person that changed its state, if there was one. No list changes the state after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_change: Option<StatusChange>,
    /// Where the record came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Restricted personal data: stored in the ledger and never shown.
    #[serde(default, skip_serializing)]
    pub contact: Option<Contact>,
}

/// Number of characters of the text that replace a missing title.
const TITLE_CHARS: usize = 24;

impl Need {
    /// A need with nothing but its id.
    #[must_use]
    pub fn named(id: NeedId) -> Self {
        Self {
            id,
            record: Record::default(),
            secured: None,
            place: None,
            submitted_by: None,
            date: None,
            list: None,
            file: None,
            fiscal_covered: None,
            status: NeedStatus::default(),
            status_change: None,
            source: None,
            contact: None,
        }
    }

    /// True if it looks for partners on the day and public budgets do not cover it.
    #[must_use]
    pub fn is_open_on(&self, day: Date) -> bool {
        self.status == NeedStatus::Open && self.date.is_none_or(|date| date <= day) && self.fiscal_covered != Some(true)
    }

    /// True if a person took it out of all lists and answers.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.status == NeedStatus::Deleted
    }

    /// Its title, or the start of its text if it has none.
    #[must_use]
    pub fn title_or_start(&self) -> String {
        self.record.title.clone().unwrap_or_else(|| self.record.normalized.chars().take(TITLE_CHARS).collect())
    }

    /// The names of its certain places; none if no place is certain.
    #[must_use]
    pub fn place_names(&self) -> Option<String> {
        let names: Vec<&str> = self.record.certain_regions().map(|region| region.name.as_str()).collect();
        (!names.is_empty()).then(|| names.join("、"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SectorCode;

    #[test]
    fn words_of_findings_that_were_replaced_are_dropped() {
        let word = |field, code: &str| Word { field, code: code.to_owned(), text: String::new(), span: Span(0, 0) };
        let words = vec![
            word(WordField::Sectors, "WAT.drinking"),
            word(WordField::Sectors, "EDU"),
            word(WordField::Groups, "student"),
            word(WordField::Urgency, "high"),
        ];
        let sectors = SectorShare::equal(vec![SectorCode::new("WAT")]);
        let mut record = Record { words, sectors, urgency: Some(Urgency::High), ..Record::default() };
        record.drop_stale_words();
        let left: Vec<&str> = record.words.iter().map(|word| word.code.as_str()).collect();
        assert_eq!(left, ["WAT.drinking", "high"]);
    }
}
