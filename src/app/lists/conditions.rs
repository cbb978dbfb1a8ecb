//! A query as conditions, each of which a record meets or not.

use std::sync::Arc;

use jiff::civil::Date;

use super::bits::Bits;
use super::dimension::Dimension;
use super::kind::ListKind;
use super::listed::Listed;
use super::numbering::Numbering;
use super::query::ListQuery;
use super::ranges::{day, in_wan, in_words, sum};
use super::words::WordSets;
use crate::catalog::{Catalog, day_of};
use crate::domain::{FuzzyDate, Money};
use crate::error::AppError;
use crate::request::{MAX_NAME_CHARS, MAX_PLACES_CHARS, typed};

/// A condition of a list as people see it, and what it keeps out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownCondition {
    /// The fields of the query that state it.
    pub fields: &'static [&'static str],
    /// The word of the field that it is about; none if it is all of the field.
    pub word: Option<String>,
    /// What it is about: `地区`.
    pub label: &'static str,
    /// What is asked: `云南省`.
    pub value: String,
    /// The chosen values of the field, as typed and by name; none of a range or a word.
    pub parts: Vec<(String, String)>,
    /// How many records there would be without it.
    pub without: usize,
}

/// A condition.
pub(super) struct Condition {
    pub(super) fields: &'static [&'static str],
    pub(super) word: Option<String>,
    pub(super) label: &'static str,
    pub(super) value: String,
    /// Chosen values, as typed and by name.
    pub(super) parts: Vec<(String, String)>,
    pub(super) test: Test,
}

/// What a record must meet.
pub(super) enum Test {
    Word(Arc<Bits>),
    NoWord(Arc<Bits>),
    Amount {
        from: Option<Money>,
        to: Option<Money>,
    },
    /// Days counted from 1970-01-01.
    Days {
        from: Option<i32>,
        to: Option<i32>,
    },
    /// By number of the value, whether it is chosen.
    Chosen(Dimension, Box<[bool]>),
    /// A state in free text.
    Status(Vec<String>),
}

/// Most words of a query.
const MAX_WORDS: usize = 16;
/// Most values of a field, and how many of them a condition names.
const MAX_VALUES: usize = 200;
const NAMED: usize = 4;

impl Test {
    /// Whether a record meets it; `room` is for the numbers of its values.
    #[inline]
    pub(super) fn passes<L: Listed>(&self, records: &L, numbering: &Numbering<'_>, at: usize, room: &mut Vec<u32>) -> bool {
        match self {
            Self::Word(bits) => bits.has(at),
            Self::NoWord(bits) => !bits.has(at),
            Self::Amount { from, to } => {
                let is_within = |sum| from.is_none_or(|from| sum >= from) && to.is_none_or(|to| sum <= to);
                records.amount(at).is_some_and(is_within)
            }
            Self::Days { from, to } => {
                let is_within = |day| from.is_none_or(|from| day >= from) && to.is_none_or(|to| day <= to);
                records.day(at).is_some_and(is_within)
            }
            Self::Chosen(dimension, chosen) => {
                room.clear();
                records.values(numbering, *dimension, at, room);
                if room.is_empty() { chosen.last() == Some(&true) } else { room.iter().any(|&number| chosen[number as usize]) }
            }
            Self::Status(asked) => asked.iter().any(|status| records.status_text(at) == status),
        }
    }
}

/// The values of a field as typed.
fn values(field: &'static str, typed_values: Option<&str>) -> Result<Vec<String>, AppError> {
    let most = if field == "region" { MAX_PLACES_CHARS } else { MAX_PLACES_CHARS * 4 };
    let Some(text) = typed(field, typed_values, most)? else { return Ok(Vec::new()) };
    let separates = |c: char| match field {
        "list" => c == '\n' || c == '\r',
        // 果洛州玛沁、甘德两县 is read as one text.
        "region" => matches!(c, ',' | '，'),
        _ => matches!(c, ',' | '，' | '、'),
    };
    let mut values: Vec<String> = Vec::new();
    for value in text.split(separates).map(str::trim).filter(|value| !value.is_empty()) {
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }
    if values.len() > MAX_VALUES {
        return Err(AppError::invalid(field, format!("最多选{MAX_VALUES}项")));
    }
    Ok(values)
}

/// True if the query asks for needs that were taken out of all lists.
pub(super) fn asks_for_deleted(query: &ListQuery) -> bool {
    let values = values("status", query.status.as_deref()).unwrap_or_default();
    values.iter().any(|status| status == "deleted" || status == "已删除")
}

/// The conditions of a query.
pub(super) fn conditions(
    catalog: &Catalog,
    kind: ListKind,
    numbering: &Numbering<'_>,
    query: &ListQuery,
    words: &WordSets,
    today: Date,
) -> Result<Vec<Condition>, AppError> {
    let mut all = in_texts(catalog, kind, query, words, today)?;
    for &dimension in kind.facets() {
        let asked = match dimension {
            Dimension::Region => &query.region,
            Dimension::Sector => &query.sector,
            Dimension::NeedStatus | Dimension::OrganizationStatus => &query.status,
            Dimension::Group => &query.group,
            Dimension::List => &query.list,
            Dimension::Year => &query.year,
            Dimension::Kind => &query.kind,
            Dimension::Level => &query.level,
            Dimension::Fundraising => &query.fundraising,
            Dimension::Rating => &query.rating,
        };
        all.extend(chosen(numbering, kind, dimension, asked.as_deref())?);
    }
    if kind == ListKind::Projects {
        let asked = values("status", query.status.as_deref())?;
        if !asked.is_empty() {
            let (value, parts) = (asked.join("、"), asked.iter().map(|status| (status.clone(), status.clone())).collect());
            all.push(Condition { fields: &["status"], word: None, label: "状态", value, parts, test: Test::Status(asked) });
        }
    }
    let (from, to) = (sum("amount_from", query.amount_from.as_deref())?, sum("amount_to", query.amount_to.as_deref())?);
    if from.is_some() || to.is_some() {
        let value = range(from.map(in_wan), to.map(in_wan));
        let label = if kind == ListKind::Organizations { "预算或年度支出" } else { "金额" };
        let (fields, test): (&[&str], _) = (&["amount_from", "amount_to"], Test::Amount { from, to });
        all.push(Condition { fields, word: None, label, value, parts: Vec::new(), test });
    }
    let (from, to) = (day("from", query.from.as_deref())?, day("to", query.to.as_deref())?);
    if from.is_some() || to.is_some() {
        let value = range(from.map(in_words), to.map(in_words));
        let (from, to) = (from.map(|it| day_of(FuzzyDate::earliest(it))), to.map(|it| day_of(it.latest())));
        let (fields, test): (&[&str], _) = (&["from", "to"], Test::Days { from, to });
        all.push(Condition { fields, word: None, label: "日期", value, parts: Vec::new(), test });
    }
    Ok(all)
}

/// The words that a record must or must not have.
fn in_texts(
    catalog: &Catalog,
    kind: ListKind,
    query: &ListQuery,
    words: &WordSets,
    today: Date,
) -> Result<Vec<Condition>, AppError> {
    let mut asked: Vec<(&'static [&'static str], String, bool)> = Vec::new();
    let (q, without) =
        (typed("q", query.q.as_deref(), MAX_NAME_CHARS)?, typed("without", query.without.as_deref(), MAX_NAME_CHARS)?);
    for token in q.as_deref().unwrap_or_default().split_whitespace() {
        let is_excluded = token.chars().count() > 1 && token.starts_with(['-', '－', '−']);
        asked.push((&["q"], token.to_owned(), !is_excluded));
    }
    for token in without.as_deref().unwrap_or_default().split_whitespace() {
        asked.push((&["without"], token.to_owned(), false));
    }
    if asked.len() > MAX_WORDS {
        return Err(AppError::invalid("q", format!("最多{MAX_WORDS}个词")));
    }
    let plain = |(fields, token, _): &(&[&str], String, bool)| {
        let marked = fields == &["q"] && token.chars().count() > 1;
        let word = if marked { token.trim_start_matches(['-', '－', '−']) } else { token };
        qianshou_index::normalize::normalize(if word.is_empty() { token } else { word }).text
    };
    let plain: Vec<String> = asked.iter().map(plain).collect();
    // What normalising leaves nothing of asks for nothing.
    let (asked, plain): (Vec<_>, Vec<String>) = asked.into_iter().zip(plain).filter(|(_, word)| !word.is_empty()).unzip();
    let sets = words.get(catalog, kind, &plain, today);
    let condition = |(((fields, token, is_wanted), word), bits): (((_, _, bool), String), _)| Condition {
        fields,
        word: Some(token),
        label: if is_wanted { "含有" } else { "不含" },
        value: if catalog.reference.divisions.named(&word).is_empty() { word } else { format!("{word}（文字或地区）") },
        parts: Vec::new(),
        test: if is_wanted { Test::Word(bits) } else { Test::NoWord(bits) },
    };
    Ok(asked.into_iter().zip(plain).zip(sets).map(condition).collect())
}

/// The condition that chooses values of a dimension.
fn chosen(
    numbering: &Numbering<'_>,
    kind: ListKind,
    dimension: Dimension,
    asked: Option<&str>,
) -> Result<Option<Condition>, AppError> {
    let asked = values(dimension.field(), asked)?;
    if asked.is_empty() {
        return Ok(None);
    }
    let mut chosen = vec![false; numbering.count(dimension) + 1].into_boxed_slice();
    let mut parts: Vec<(String, String)> = Vec::new();
    for text in asked {
        let numbers = numbering.resolve(dimension, &text)?;
        numbers.iter().for_each(|&number| chosen[number] = true);
        let names: Vec<String> = numbers.iter().map(|&number| numbering.full_name(dimension, number)).collect();
        let name = if names.is_empty() { text.clone() } else { names.join("、") };
        parts.push((text, name));
    }
    let mut names: Vec<&str> = parts.iter().map(|part| part.1.as_str()).collect();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let mut value = names.join("、");
    if more > 0 {
        value.push_str(&format!("等{}项", more + NAMED));
    }
    let fields: &'static [&'static str] = match dimension.field() {
        "region" => &["region"],
        "sector" => &["sector"],
        "status" => &["status"],
        "group" => &["group"],
        "list" => &["list"],
        "year" => &["year"],
        "kind" => &["kind"],
        "level" => &["level"],
        "fundraising" => &["fundraising"],
        _ => &["rating"],
    };
    let is_home = kind == ListKind::Organizations && dimension == Dimension::Region;
    let label = if is_home { "登记地" } else { dimension.label() };
    Ok(Some(Condition { fields, word: None, label, value, parts, test: Test::Chosen(dimension, chosen) }))
}

/// `10.00万元至20.00万元`, `10.00万元起`, `至20.00万元`.
fn range(from: Option<String>, to: Option<String>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("{from}至{to}"),
        (Some(from), None) => format!("{from}起"),
        (None, to) => format!("至{}", to.unwrap_or_default()),
    }
}
