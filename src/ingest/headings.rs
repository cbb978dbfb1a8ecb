//! Maps column headings and keys, as people write them, to field names. `(万元)` in a heading is a unit, not part of the name.
//!
//! A heading is known if it is in the lists below, bare or with a unit or remark in parentheses. Failing that, the longest
//! listed heading of at least [`MIN_PART`] characters that it contains counts: 拟申请援助资金 contains 申请援助资金.

use std::collections::HashMap;
use std::sync::LazyLock;

use qianshou_index::normalize::normalize;

pub(crate) use super::heading_words::ERROR_HEADING;
use super::heading_words::{IGNORED, NEED_KEYS, PERSONAL, SYNONYMS, headings};
use crate::domain::EntityKind;
use crate::understand::foreign_currency;

/// Length of the shortest known heading that is looked for inside other headings, in characters.
const MIN_PART: usize = 3;

/// Most headings of a field that a message names.
const MAX_CHOICES: usize = 8;

/// What a heading means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Heading {
    /// A field, and the unit in yuan of a bare number in the column, if the heading states one.
    Field { name: String, yuan: Option<f64> },
    /// A running number or the like.
    Ignored,
    /// Personal data that must not be read.
    Personal,
    /// Not known.
    Unknown,
}

/// The known headings of each kind with their fields.
static KNOWN: LazyLock<[HashMap<&str, &str>; 4]> = LazyLock::new(|| {
    EntityKind::ALL.map(|kind| {
        let chinese = headings(kind).iter().flat_map(|(field, words)| words.split(' ').map(move |word| (word, *field)));
        chinese.chain(headings(kind).iter().map(|(field, _)| (*field, *field))).collect()
    })
});

fn known(kind: EntityKind) -> &'static HashMap<&'static str, &'static str> {
    &KNOWN[EntityKind::ALL.iter().position(|it| *it == kind).unwrap_or_default()]
}

/// The field of records of `kind` with this name, or that one of the listed headings means.
pub(crate) fn field_named(kind: EntityKind, text: &str) -> Option<&'static str> {
    let clean = clean(text);
    listed(kind, &clean, bare(&clean))
}

/// The field that a heading means that stands in the lists.
fn listed(kind: EntityKind, clean: &str, bare: &str) -> Option<&'static str> {
    let name = SYNONYMS.iter().find(|(synonym, _)| *synonym == bare).map_or(bare, |(_, field)| field);
    // For organizations the field has the plural name.
    let name = if kind == EntityKind::Organizations && name == "sector" { "sectors" } else { name };
    let english = || {
        let key: String = bare.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        let is_key = kind == EntityKind::Needs && !key.is_empty() && bare.is_ascii();
        let key_of = |words: &str| words.split(' ').any(|word| word == key);
        let field = || headings(kind).iter().find(|(field, _)| field.replace('_', "") == key).map(|(field, _)| *field);
        NEED_KEYS.iter().find(|(_, words)| key_of(words)).map(|(field, _)| *field).or_else(field).filter(|_| is_key)
    };
    known(kind).get(clean).or_else(|| known(kind).get(name)).copied().or_else(english)
}

/// The field that a heading or key means for records of `kind`.
pub(crate) fn field(kind: EntityKind, text: &str) -> Heading {
    let clean = clean(text);
    let bare = bare(&clean);
    let yuan = unit(text);
    if is_filled_label(&clean) {
        return Heading::Unknown;
    }
    let is_meant = |known: &str| known == bare || known == clean;
    match listed(kind, &clean, bare) {
        Some(field) => Heading::Field { name: field.to_owned(), yuan },
        None if IGNORED.iter().any(|&it| is_meant(it)) => Heading::Ignored,
        None if PERSONAL.split(' ').any(is_meant) => Heading::Personal,
        None => part(kind, bare).map_or(Heading::Unknown, |field| Heading::Field { name: field.to_owned(), yuan }),
    }
}

/// True if a cell is one of the listed headings to the letter. Most cells of a table are none, so this costs little.
pub(crate) fn is_listed(kind: EntityKind, text: &str) -> bool {
    let close: String;
    let mut text = text.trim().trim_start_matches(['*', '＊']);
    if text.contains(char::is_whitespace) {
        close = text.chars().filter(|c| !c.is_whitespace()).collect();
        text = &close;
    }
    let bare = text.find(['(', '（']).filter(|&at| at > 0).map_or(text, |at| &text[..at]).trim_end();
    let is_known = |text: &str| known(kind).contains_key(text);
    is_known(text) || is_known(bare) || IGNORED.contains(&bare) || PERSONAL.split(' ').any(|it| it == bare)
}

/// True for what stands above a table rather than heads a column, a label with its entry: 填报单位:某局, 单位:万元. 其中:自筹 is a heading.
fn is_filled_label(clean: &str) -> bool {
    let head = clean.split('(').next().unwrap_or_default();
    let Some((label, entry)) = head.split_once(':') else { return false };
    let is_label = ["单位", "日期", "时间", "人", "电话", "编号", "文号"].iter().any(|end| label.ends_with(end));
    is_label && !entry.is_empty()
}

/// The field of the longest known heading inside `name`. Contact headings come first: 需求单位联系人 is a contact.
fn part(kind: EntityKind, name: &str) -> Option<&'static str> {
    let inside = known(kind).iter().filter(|(it, _)| name.contains(**it) && it.chars().count() >= MIN_PART);
    // Of equally long ones, any rule will do that does not depend on the order of a map.
    inside.max_by_key(|(it, field)| (**field == "contact", it.len(), **it)).map(|(_, field)| *field)
}

/// The normalised heading, without white space and the marks of required columns, with
/// one form of parentheses, colons and slashes.
pub(super) fn clean(text: &str) -> String {
    let narrow = |c| match c {
        '（' => '(',
        '）' => ')',
        '：' => ':',
        '／' => '/',
        '[' | '【' => '(',
        ']' | '】' => ')',
        c => c,
    };
    let clean: String = normalize(text).text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
    clean.trim_matches(['*', '＊', ':']).to_owned()
}

/// The heading without a unit or remark at its end.
fn bare(clean: &str) -> &str {
    let bare = clean.find('(').filter(|&at| at > 0).map_or(clean, |at| &clean[..at]);
    let abroad = foreign_currency(bare).and_then(|currency| bare.strip_suffix(currency));
    let bare = abroad.map_or(bare, |bare| bare.trim_end_matches(['百', '千', '万', '亿', '/']));
    let cut = bare.find('/').filter(|&at| SHORT_UNITS.iter().any(|(unit, _)| *unit == &bare[at + 1..]));
    let bare = cut.map_or(bare, |at| &bare[..at]);
    UNITS.iter().find_map(|(unit, _)| bare.strip_suffix(unit)).map_or(bare, |it| it.trim_end_matches(['/', ':', ',', '，']))
}

const UNITS: [(&str, f64); 6] = [("百万元", 1e6), ("十万元", 1e5), ("万元", 1e4), ("亿元", 1e8), ("千元", 1e3), ("元", 1.0)];
/// Units that count only if nothing else stands with them: 部分 is no unit.
const SHORT_UNITS: [(&str, f64); 6] = [("万", 1e4), ("亿", 1e8), ("千", 1e3), ("百万", 1e6), ("角", 0.1), ("分", 0.01)];

/// The unit, in yuan, of a bare number under a heading such as `资金缺口(万元)`: from
/// brackets, or from either end of the heading.
pub(crate) fn unit(heading: &str) -> Option<f64> {
    let clean = clean(heading);
    let (bare, marked) = parts(&clean);
    let unit_of = |text: &str| {
        let text = text.trim_start_matches("单位").trim_start_matches(':').trim_start_matches("人民币").trim_start_matches(':');
        let known = UNITS.iter().find(|(unit, _)| text.starts_with(unit) || text.ends_with(unit));
        known.or_else(|| SHORT_UNITS.iter().find(|(unit, _)| *unit == text)).map(|&(_, yuan)| yuan)
    };
    let long = || UNITS.iter().find(|(unit, _)| bare.starts_with(unit) || bare.ends_with(unit)).map(|&(_, yuan)| yuan);
    marked.filter_map(unit_of).next().or_else(long).filter(|_| foreign(heading).is_none())
}

/// What a heading says in brackets or behind a slash, and what stands before.
fn parts(clean: &str) -> (&str, impl Iterator<Item = &str>) {
    let bare = clean.split('(').next().unwrap_or_default();
    let in_brackets = clean.split('(').skip(1).filter_map(|it| it.split(')').next());
    (bare, in_brackets.chain(bare.split(['/', ',', '，', '_', '-', ':']).skip(1)))
}

/// The other currency that a heading names as its unit: 金额（万美元）.
pub(crate) fn foreign(heading: &str) -> Option<&'static str> {
    let clean = clean(heading);
    let (bare, mut marked) = parts(&clean);
    marked.find_map(foreign_currency).or_else(|| foreign_currency(bare).filter(|currency| bare.ends_with(currency)))
}

/// The unit, in yuan, that a line above the table states for the whole table: 单位：万元.
pub(crate) fn stated_unit(text: &str) -> Option<f64> {
    let clean = clean(text);
    let known = |text: &str| {
        let text = text.trim_start_matches(['(', ':']).trim_start_matches("人民币").trim_start_matches('(');
        UNITS.iter().find(|(unit, _)| text.starts_with(unit)).map(|&(_, yuan)| yuan)
    };
    let alone = || known(&clean).filter(|_| clean.starts_with('(') && clean.ends_with(')'));
    clean.match_indices("单位").find_map(|(at, word)| known(&clean[at + word.len()..])).or_else(alone)
}

/// True for the fields in which a merged cell applies to every row that it covers.
pub(crate) fn fills_down(field: &str) -> bool {
    const FILLED: [&str; 7] = ["region", "township", "sector", "submitted_by", "list", "title", "home_region"];
    FILLED.contains(&field)
}

/// True for a heading of the posts that a list asks people for.
pub(super) fn names_posts(heading: &str) -> bool {
    const POSTS: &str = "需求岗位 岗位 岗位名称 需求科室 科室 需求专业 专业 人才需求 所需人才 人才类别 工种";
    let clean = clean(heading);
    POSTS.split(' ').any(|post| post == bare(&clean))
}

/// True for the fields that hold sums.
pub(crate) fn is_money(field: &str) -> bool {
    const MONEY: [&str; 8] = ["amount", "gap", "secured", "subtotal", "budget", "annual_spend", "min_ticket", "unit_price"];
    MONEY.contains(&field)
}

/// True for the fields that say which record a row is.
pub(crate) fn names_record(field: &str) -> bool {
    ["title", "description", "goods", "name", "need", "organization"].contains(&field) || is_goods_count(field)
}

/// The field of the columns of a matrix of goods: the heading is a good, the cells are quantities. Each has a field of its own.
pub(crate) const GOODS_COUNT: &str = "goods_count";

/// True for the field of a column of a matrix of goods.
pub(crate) fn is_goods_count(field: &str) -> bool {
    field.starts_with(GOODS_COUNT)
}

/// The required fields of a record of `kind`: at least one field of each group must be present.
pub(crate) const fn required(kind: EntityKind) -> &'static [&'static [&'static str]] {
    match kind {
        EntityKind::Organizations => &[&["name"]],
        EntityKind::Projects => &[&["title"]],
        EntityKind::Needs => &[&["title", "description", "goods"]],
        EntityKind::Claims => &[&["need"], &["organization"]],
    }
}

/// The fields that a column of records of `kind` can have, each with its first Chinese heading.
#[must_use]
pub fn fields_of(kind: EntityKind) -> Vec<(&'static str, &'static str)> {
    let first = |words: &'static str| words.split(' ').next().unwrap_or(words);
    let goods = (kind == EntityKind::Needs).then_some((GOODS_COUNT, "列名是物资，格内是数量"));
    headings(kind).iter().map(|&(field, words)| (field, first(words))).chain(goods).collect()
}

/// The headings that are accepted for a required group, for messages.
pub(crate) fn choices(kind: EntityKind, group: &[&str]) -> String {
    let of_group = headings(kind).iter().filter(|(field, _)| group.contains(field));
    let names: Vec<&str> =
        of_group.flat_map(|(field, chinese)| std::iter::once(*field).chain(chinese.split(' ').take(MAX_CHOICES))).collect();
    names.join("、")
}

/// Headings that only a list of needs has.
const NAMES_NEED: [&str; 9] =
    ["title", "goods", "description", "项目名称", "需求名称", "物资名称", "需求描述", "需求内容", "资金缺口"];

/// The kind of record that a row of headings belongs to; `None` if the headings do not tell.
pub(crate) fn guess(keys: &[String]) -> Option<EntityKind> {
    let keys: Vec<String> = keys.iter().map(|key| clean(key)).collect();
    let has = |names: &[&str]| keys.iter().any(|key| names.contains(&bare(key)));
    let means = |wanted: &str| {
        keys.iter().any(|key| matches!(field(EntityKind::Needs, key), Heading::Field { name, .. } if name == wanted))
    };
    // A list of needs may say who has claimed them.
    let is_list_of_needs = means("title") && (means("gap") || means("description"));
    if !is_list_of_needs && has(&["need", "需求编号"]) && has(&["organization", "认领单位", "认领组织"]) {
        return Some(EntityKind::Claims);
    }
    if has(&["participants", "参与组织", "实施组织"]) {
        return Some(EntityKind::Projects);
    }
    let fits = |kind| has_required(kind, &keys);
    let count = |kind| keys.iter().filter(|key| field_named(kind, key).is_some()).count();
    let names_organizations = fits(EntityKind::Organizations) && !has(&NAMES_NEED);
    if fits(EntityKind::Needs) && !has(&["name"]) {
        let is_register = names_organizations && count(EntityKind::Organizations) >= count(EntityKind::Needs);
        return Some(if is_register { EntityKind::Organizations } else { EntityKind::Needs });
    }
    fits(EntityKind::Organizations).then_some(EntityKind::Organizations)
}

/// True if `keys` have a field of each required group.
pub(crate) fn has_required(kind: EntityKind, keys: &[String]) -> bool {
    required(kind).iter().all(|group| {
        keys.iter().any(|key| matches!(field(kind, key), Heading::Field { name, .. } if group.contains(&name.as_str())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_carry_their_unit() {
        let gap = field(EntityKind::Needs, "资金缺口（万元）");
        assert_eq!(gap, Heading::Field { name: "gap".to_owned(), yuan: Some(1e4) });
        assert_eq!(field(EntityKind::Needs, "regions"), Heading::Field { name: "region".to_owned(), yuan: None });
        assert_eq!(field(EntityKind::Organizations, "sectors"), Heading::Field { name: "sectors".to_owned(), yuan: None });
        assert_eq!(field(EntityKind::Needs, "序号"), Heading::Ignored);
        assert_eq!(field(EntityKind::Needs, "天气"), Heading::Unknown);
        assert_eq!(field(EntityKind::Needs, "学生姓名"), Heading::Personal);
    }

    #[test]
    fn headings_as_offices_write_them_are_known() {
        let name = |text: &str| match field(EntityKind::Needs, text) {
            Heading::Field { name, .. } => name,
            other => panic!("{text}: {other:?}"),
        };
        for (text, field) in [
            ("*项目名称", "title"),
            ("资金缺口\n（万元）", "gap"),
            ("资金缺口万元", "gap"),
            ("拟申请援助资金（元）", "gap"),
            ("县（市、区）", "region"),
            ("受益人口（户／人）", "beneficiaries"),
            ("需求单位联系人", "contact"),
            ("单价(元)", "unit_price"),
            ("乡镇（村）", "township"),
        ] {
            assert_eq!(name(text), field, "{text}");
        }
        assert_eq!((unit("单价(元)"), unit("资金缺口万元"), unit("总投资")), (Some(1.0), Some(1e4), None));
        for heading in ["资金缺口（万）", "资金缺口【万元】", "资金缺口（万元，含税）", "资金缺口（万元）必填", "万元资金缺口"]
        {
            assert_eq!(unit(heading), Some(1e4), "{heading}");
        }
        for above in ["填报单位：某局  金额单位:万元", "单位：人民币（万元）", "（万元）"] {
            assert_eq!(stated_unit(above), Some(1e4), "{above}");
        }
        assert_eq!((stated_unit("2021年清单  单位：万元"), stated_unit("填报单位：某局")), (Some(1e4), None));
    }

    #[test]
    fn no_heading_of_a_kind_means_two_fields() {
        for kind in EntityKind::ALL {
            let all: Vec<&str> =
                headings(kind).iter().flat_map(|(field, chinese)| std::iter::once(*field).chain(chinese.split(' '))).collect();
            let mut unique = all.clone();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(unique.len(), all.len(), "{kind:?}");
        }
    }
}
