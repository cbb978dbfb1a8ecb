//! A need as far as it tells whether it is another one: normalised words, and hashes of what is compared as a whole.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::civil::Date;
use qianshou_index::normalize::normalize;

use crate::domain::{Need, RegionCode};
use crate::reference::Divisions;

/// Shortest text that says which need it is, in characters.
const MIN_TEXT: usize = 6;

/// A need as far as it tells whether it is another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) struct Sketch {
    pub(in crate::app) id: String,
    /// Letters and digits of the title; the quantity of goods is left out.
    pub(in crate::app) title: String,
    /// Ascending.
    pub(in crate::app) places: Vec<RegionCode>,
    township: Option<String>,
    applicant: Option<String>,
    pub(in crate::app) date: Option<Date>,
    /// Name of the list without what says that it is a version.
    pub(in crate::app) list: Option<String>,
    pub(in crate::app) file: Option<String>,
    text: u64,
    has_text: bool,
    sum: Option<u64>,
    people: Option<u64>,
    content: u64,
}

impl Sketch {
    pub(in crate::app) fn of(need: &Need) -> Self {
        let record = &need.record;
        let mut places: Vec<RegionCode> = record.certain_regions().map(|region| region.code).collect();
        places.sort_unstable();
        places.dedup();
        let (title, text) = (title(need), plain(&record.description));
        let (township, applicant) = (need.place.as_deref().map(plain), need.submitted_by.as_deref().map(plain));
        let sum = record.amount.as_ref().map(|it| hash(&(it.min_fen, it.max_fen, it.hedge.as_deref())));
        let people = record.beneficiaries.as_ref().map(|it| hash(&(it.min, it.max)));
        let deadline = record.deadline.as_ref().map(|it| it.not_after);
        let whole = (plain(&record.title.clone().unwrap_or_default()), &text, &places, &township, &applicant);
        let numbers = (sum, people, need.secured, deadline, record.urgency, need.date);
        Self {
            id: need.id.to_string(),
            date: need.date,
            list: need.list.as_deref().map(list_name).filter(|name| !name.is_empty()),
            file: need.file.clone(),
            text: hash(&text),
            has_text: text.chars().nth(MIN_TEXT - 1).is_some(),
            content: hash(&(whole, numbers)),
            title,
            places,
            township,
            applicant,
            sum,
            people,
        }
    }

    /// True if the id was made from the content of a row: `n-`, twelve hexadecimal digits, and perhaps a number.
    pub(in crate::app) fn is_id_made(&self) -> bool {
        let digits = self.id.strip_prefix("n-").and_then(|rest| rest.get(..12));
        digits.is_some_and(|digits| digits.bytes().all(|it| it.is_ascii_hexdigit()))
    }

    /// Equal if the needs are equal in all that is compared.
    pub(in crate::app) const fn content(&self) -> u64 {
        self.content
    }

    /// Place, township, title and applicant.
    pub(in crate::app) fn key(&self) -> Option<u64> {
        (!self.title.is_empty()).then(|| hash(&(&self.title, &self.places, &self.township, &self.applicant)))
    }

    /// Place and title.
    pub(in crate::app) fn loose_key(&self) -> Option<u64> {
        (!self.title.is_empty()).then(|| hash(&(&self.title, &self.places)))
    }

    /// Everything but the title, if that says which need it is.
    pub(in crate::app) fn all_but_title(&self) -> Option<u64> {
        let stated = usize::from(self.has_text) + usize::from(self.sum.is_some()) + usize::from(self.people.is_some());
        let rest = (&self.places, &self.township, &self.applicant, self.text, self.sum, self.people);
        (stated > 1 && !self.places.is_empty()).then(|| hash(&rest))
    }

    pub(in crate::app) fn text(&self) -> Option<u64> {
        self.has_text.then_some(self.text)
    }

    pub(in crate::app) const fn sum(&self) -> Option<u64> {
        self.sum
    }

    pub(in crate::app) const fn people(&self) -> Option<u64> {
        self.people
    }

    /// True unless township or applicant say that it is another need.
    pub(in crate::app) fn may_be_of(&self, other: &Self) -> bool {
        let fits = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        fits(&self.township, &other.township) && fits(&self.applicant, &other.applicant)
    }

    /// Whether only one character of the title or of the applicant differs.
    pub(in crate::app) fn slip(&self, other: &Self) -> Option<Slip> {
        if self.township.is_some() && other.township.is_some() && self.township != other.township || self.title.is_empty() {
            return None;
        }
        let agrees = match (self.sum, other.sum) {
            (Some(a), Some(b)) => a == b,
            (None, None) => self.has_text && self.text == other.text,
            _ => false,
        };
        if self.title == other.title {
            let (a, b) = (self.applicant.as_ref()?, other.applicant.as_ref()?);
            return differ_by_a_slip(a, b).then_some(if agrees { Slip::Certain } else { Slip::Applicant });
        }
        let is_title = self.applicant == other.applicant && differ_by_a_slip(&self.title, &other.title);
        is_title.then_some(if agrees { Slip::Certain } else { Slip::Title })
    }

    /// True if one of both is nowhere in particular, or lies in the place of the other.
    pub(in crate::app) fn is_nested(&self, other: &Self, divisions: &Divisions) -> bool {
        let inside = |outer: &[RegionCode], inner: &[RegionCode]| {
            inner.iter().all(|&it| outer.iter().any(|&around| around == it || divisions.contains(around, it)))
        };
        inside(&self.places, &other.places) || inside(&other.places, &self.places)
    }

    /// True if a need that is equal in all but its title is the same one: by its text, or by the likeness of the titles.
    pub(in crate::app) fn is_retitled(&self, other: &Self, likeness: f64) -> bool {
        self.has_text || self.likeness_of_titles(other) >= likeness
    }

    /// Share of the pairs of characters of both titles that they have in common (Dice 1945), 0 to 1.
    pub(in crate::app) fn likeness_of_titles(&self, other: &Self) -> f64 {
        let (a, b) = (pairs(&self.title), pairs(&other.title));
        let common = a.intersection(&b).count();
        if a.is_empty() || b.is_empty() { 0.0 } else { 2.0 * common as f64 / (a.len() + b.len()) as f64 }
    }
}

/// What differs between two needs that are alike but for a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Slip {
    /// Nothing else than that character.
    Certain,
    /// The title and the sum.
    Title,
    /// The applicant and the sum.
    Applicant,
}

/// True for two texts that differ in one character, unless it tells things of a kind apart: 一小 and 二小, 东村 and 西村.
fn differ_by_a_slip(a: &str, b: &str) -> bool {
    const SHORTEST: usize = 4;
    const TELLING: &str = "一二三四五六七八九十百甲乙丙丁戊东西南北上下前后左右大中小新老男女高初内外";
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().min(b.len()) < SHORTEST || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[start..a.len() - end], &b[start..b.len() - end]);
    let tells = |c: &char| c.is_ascii() || c.is_numeric() || TELLING.contains(*c);
    a.len() <= 1 && b.len() <= 1 && !(a.iter().chain(b).all(tells))
}

fn pairs(text: &str) -> HashSet<(char, char)> {
    text.chars().zip(text.chars().skip(1)).collect()
}

/// Letters and digits of the title, or of the beginning of the text. The title of goods ends with their quantity, which is not
/// part of what they are.
fn title(need: &Need) -> String {
    let title = need.title_or_start();
    let goods = need.record.description.rsplit('。').next().and_then(|last| last.strip_prefix("物资："));
    let Some(goods) = goods else { return plain(&title) };
    let end = title.rfind(|c: char| c.is_ascii_digit()).map(|at| at + 1);
    let start = end.map(|end| title[..end].trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len());
    match (start, end) {
        (Some(start), Some(end)) if title[..start].chars().count() > 1 && goods.starts_with(&title[..start]) => {
            plain(&title[..start]) + "#" + &plain(&title[end..])
        }
        _ => plain(&title),
    }
}

/// Letters and digits of a text.
fn plain(text: &str) -> String {
    normalize(text).text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The name of a list without marks and without what says that it is a version of it: （修订版）, 更新稿, V2. Empty for names that
/// many lists have: without a number and without a place, or of an annex (附件1).
pub(in crate::app) fn list_name(name: &str) -> String {
    const VERSION: [&str; 11] = ["修订", "更新", "更正", "修改", "最新", "定稿", "终稿", "最终", "调整", "版", "稿"];
    let text = normalize(name).text.replace(['（', '【', '['], "(").replace(['）', '】', ']'], ")");
    let mut kept = String::new();
    for (n, part) in text.split('(').enumerate() {
        let (inside, after) = if n == 0 { ("", part) } else { part.split_once(')').unwrap_or((part, "")) };
        let number = inside.strip_prefix(['v', 'V']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if !number && !VERSION.iter().any(|word| inside.contains(word)) {
            kept += inside;
        }
        kept += after;
    }
    let mut plain = plain(&kept);
    let is_annex = plain.strip_prefix("附件").or_else(|| plain.strip_prefix("附表")).is_some_and(|rest| rest.chars().count() < 3);
    let is_own = |c: char| c.is_numeric() || "省市州盟县区旗乡镇村".contains(c);
    if is_annex || !plain.contains(is_own) {
        return String::new();
    }
    loop {
        let bare = ["修订版", "更新版", "修订稿", "更新稿", "修改稿", "最终版", "最新版", "定稿", "终稿", "修订", "更新", "最新"]
            .iter()
            .find_map(|word| plain.strip_suffix(word).filter(|rest| !rest.is_empty()));
        match bare {
            Some(bare) => plain = bare.to_owned(),
            None => return plain,
        }
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_of_a_list_has_its_name_and_another_year_has_not() {
        let name = list_name("2026年德钦县需求清单");
        for version in [
            "2026年德钦县需求清单（修订版）",
            "2026年德钦县 需求清单(V2)",
            "2026年德钦县需求清单更新稿",
            "2026 年德钦县需求清单【最新】",
        ] {
            assert_eq!(list_name(version), name, "{version}");
        }
        for other in ["2025年德钦县需求清单", "2026年维西县需求清单", "2026年德钦县需求清单（第二批）"]
        {
            assert_ne!(list_name(other), name, "{other}");
        }
        for common in ["需求清单", "附件1", "附件 2：", "物资需求汇总表（修订）", "修订"] {
            assert_eq!(list_name(common), "", "{common}");
        }
    }
}
