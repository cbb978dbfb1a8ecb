//! Sums of money: the one that is asked for among total, secured and gap.

use std::ops::Range;
use std::sync::LazyLock;

use qianshou_index::normalize::normalize;
use regex::Regex;

use super::numeral::{BEFORE, BEHIND, NUMBER, bend, ends, value};
use super::{Reading, span};
use crate::domain::{Amount, Money};

static SUM: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(
        r"(?P<before>{BEFORE})?(?P<sign>￥|¥|RMB|人民币)?(?P<low>{NUMBER})(?P<low_unit>亿|千万|百万|万|千|[wW])?(?:元?(?:-|~|～|—|–|至|到)+(?P<high>{NUMBER}))?(?P<more>余|多)?(?P<unit>亿|千万|百万|万|千|[wW])?(?P<more2>余|多)?(?P<yuan>元|块钱|人民币)?(?P<behind>{BEHIND})?"
    );
    Regex::new(&pattern).expect("the pattern is constant")
});
/// What makes a sum a unit price: `5000元/人`, `元每校`.
static PER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:/|每)[人名校所台套户个件条村年生]").expect("the pattern is constant"));
static TIMES: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(r"^(?:/|每)?[人名校所台套户个件条村]?(?:[×xX*乘]|[，,]?(?:共|合计|共计))(?P<count>{NUMBER})");
    Regex::new(&pattern).expect("the pattern is constant")
});

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Gap,
    Total,
    Secured,
    Plain,
}

const GAP: [&str; 8] = ["缺口", "尚缺", "还缺", "还差", "申请", "求助", "请求", "需"];
const TOTAL: [&str; 7] = ["总投资", "总预算", "总额", "预算", "共需", "总计", "合计"];
const SECURED: [&str; 8] = ["已落实", "已筹", "自筹", "配套", "已到位", "已投入", "财政资金", "已安排"];
/// How far before a sum its label may stand, in characters.
const LABEL_REACH: usize = 8;

/// Number behind which a bare `万` counts something else than yuan.
const COUNTERS: &str = "人名户只册台套件株亩头棵次斤吨米公平所个条箱瓶位";

struct Sum {
    kind: Kind,
    amount: Amount,
}

/// What the cell of an amount column says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmountField {
    /// A sum.
    Sum(Amount),
    /// 待定、面议、若干: stated to be open.
    Open,
    /// Not a sum.
    Unreadable,
}

/// Reads an amount cell, flag or field: `30万`, `约30万元`, `10-20万元`; a bare number is yuan.
#[must_use]
pub fn amount_field(text: &str) -> AmountField {
    let text = normalize(text).text;
    if let Some(money) = text.replace(',', "").parse().ok().and_then(Money::from_yuan) {
        return AmountField::Sum(Amount::exact(money, money.to_string()));
    }
    if ["待定", "面议", "若干", "视情况", "不限", "/", "-", "无", ""].contains(&text.as_str()) {
        return AmountField::Open;
    }
    match read(&text).found.filter(|_| !text.starts_with('-')) {
        Some(amount) => AmountField::Sum(Amount { span: None, ..amount }),
        None => AmountField::Unreadable,
    }
}

/// The same; a bare number is worth `yuan` each.
#[must_use]
pub fn amount_field_in(text: &str, _yuan: f64) -> AmountField {
    amount_field(text)
}

/// The sum that a free text asks for: a stated gap; else the total, or the first sum, less what is secured.
pub(super) fn read(text: &str) -> Reading<Option<Amount>> {
    let mut taken = Vec::new();
    let mut sums: Vec<Sum> = Vec::new();
    for found in SUM.captures_iter(text) {
        let range = found.get(0).map_or(0..0, |all| all.range());
        if let Some(sum) = sum(text, &found, &range) {
            sums.push(sum);
            taken.push(range);
        } else if found.name("yuan").is_some() {
            taken.push(range);
        }
    }
    let first = |kind| sums.iter().find(|sum| sum.kind == kind);
    let secured = sums.iter().filter(|sum| sum.kind == Kind::Secured).filter_map(|sum| sum.amount.point());
    let secured = secured.reduce(Money::plus);
    let asked = first(Kind::Gap).map(|sum| sum.amount.clone()).or_else(|| {
        let total = first(Kind::Total).or_else(|| first(Kind::Plain))?;
        Some(match secured {
            Some(secured) => total.amount.less(secured),
            None => total.amount.clone(),
        })
    });
    Reading { found: asked, taken }
}

fn sum(text: &str, found: &regex::Captures<'_>, range: &Range<usize>) -> Option<Sum> {
    let part = |name| found.name(name).map_or("", |it| it.as_str());
    let behind = &text[range.end..];
    let (low_unit, unit) = (part("low_unit"), part("unit"));
    let last_unit = if unit.is_empty() { low_unit } else { unit };
    let kind = kind(text, range.start);
    let ends_clause = !behind.starts_with(char::is_alphanumeric);
    // A bare 万 is money where a label says so or nothing is counted behind it: 近两万学生 are people.
    let is_counted = behind.starts_with(|c| COUNTERS.contains(c));
    let is_money = !part("yuan").is_empty()
        || !part("sign").is_empty()
        || !last_unit.is_empty() && !is_counted && (ends_clause || kind != Kind::Plain || !part("behind").is_empty());
    if !is_money || matches!(last_unit, "千" | "百") && part("yuan").is_empty() {
        return None;
    }
    let low_factor = factor(if low_unit.is_empty() { unit } else { low_unit });
    let mut low = value(part("low"))? * low_factor;
    let mut high = match part("high") {
        "" => low,
        high => value(high)? * factor(last_unit),
    };
    if PER.is_match(behind) || text[..range.start].ends_with(['每', '各']) || preceded_by_each(text, range.start) {
        let count = value(TIMES.captures(behind)?.name("count")?.as_str())?;
        low *= count;
        high *= count;
    }
    let hedges = [part("before"), part("more"), part("more2"), part("behind")];
    let hedge = hedges.into_iter().find(|word| bend(word).is_some());
    let (min, max) = ends(Money::from_yuan(low)?, Money::from_yuan(high)?, hedge.and_then(bend));
    let amount = Amount {
        min_fen: min,
        max_fen: max,
        hedge: hedge.map(str::to_owned),
        text: text[range.clone()].to_owned(),
        span: Some(span(text, range)),
    };
    Some(Sum { kind, amount })
}

/// `每校3万元`, `每人资助2000元`, `人均1000元`, `单价2万元`: a unit price whose unit stands before it.
fn preceded_by_each(text: &str, start: usize) -> bool {
    let before: String = clause_before(text, start);
    before.contains('每') || before.ends_with('均') || before.contains("单价")
}

/// The characters before a sum that can belong to it: at most [`LABEL_REACH`], within its own clause.
fn clause_before(text: &str, start: usize) -> String {
    let before = text[..start].chars().rev().take(LABEL_REACH).take_while(|c| !"，。；,;、".contains(*c));
    before.collect::<Vec<_>>().into_iter().rev().collect()
}

fn factor(unit: &str) -> f64 {
    match unit {
        "亿" => 1e8,
        "千万" => 1e7,
        "百万" => 1e6,
        "万" | "w" | "W" => 1e4,
        "千" => 1e3,
        _ => 1.0,
    }
}

/// The label nearest before the sum, within its own clause.
fn kind(text: &str, start: usize) -> Kind {
    let before = clause_before(text, start);
    let nearest = |words: &[&str]| words.iter().filter_map(|word| before.rfind(word)).max();
    [(Kind::Gap, nearest(&GAP)), (Kind::Total, nearest(&TOTAL)), (Kind::Secured, nearest(&SECURED))]
        .into_iter()
        .filter_map(|(kind, at)| Some((at?, kind)))
        .max_by_key(|&(at, _)| at)
        .map_or(Kind::Plain, |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wan(text: &str) -> Option<(Option<f64>, Option<f64>)> {
        let wan = |money: Money| money.fen() as f64 / Money::WAN.fen() as f64;
        read(text).found.map(|it| (it.min_fen.map(wan), it.max_fen.map(wan)))
    }

    #[test]
    fn hedges_open_the_end_that_they_leave_open() {
        for (text, low, high) in [
            ("30万元", Some(30.0), Some(30.0)),
            ("约30万", Some(30.0), Some(30.0)),
            ("30万元左右", Some(30.0), Some(30.0)),
            ("30余万元", Some(30.0), None),
            ("4700多万元", Some(4700.0), None),
            ("超1.87亿元", Some(18700.0), None),
            ("不低于30万", Some(30.0), None),
            ("不超过30万", None, Some(30.0)),
            ("30万元以内", None, Some(30.0)),
            ("10-20万元", Some(10.0), Some(20.0)),
            ("10万至20万元", Some(10.0), Some(20.0)),
            ("2.5w", Some(2.5), Some(2.5)),
            ("三十万元", Some(30.0), Some(30.0)),
            ("二十五万", Some(25.0), Some(25.0)),
            ("1,200元", Some(0.12), Some(0.12)),
        ] {
            assert_eq!(wan(text), Some((low, high)), "{text}");
        }
    }

    #[test]
    fn the_asked_sum_is_the_gap_else_the_total_less_what_is_secured() {
        let gap = |text| wan(text).and_then(|it| it.1);
        assert_eq!(gap("总投资80万元，已落实30万元，缺口50万元"), Some(50.0));
        assert_eq!(gap("总投资80万元，其中自筹30万元"), Some(50.0));
        assert_eq!(gap("项目需15万元"), Some(15.0));
        assert_eq!(gap("需30万用于培训"), Some(30.0));
        assert_eq!(gap("总投资80万元，财政资金30万元，自筹20万元"), Some(30.0));
        assert_eq!(gap("￥300,000"), Some(30.0));
    }

    #[test]
    fn unit_prices_are_no_totals_unless_their_count_stands_beside_them() {
        assert_eq!(wan("5000元/人"), None);
        for text in ["每人2000元", "为50名学生每人资助2000元", "人均1000元", "单价2万元", "2000元/生/年"] {
            assert_eq!(wan(text), None, "{text}");
        }
        assert_eq!(wan("5000元/人×40人"), Some((Some(20.0), Some(20.0))));
        assert_eq!(wan("每校3万元,共8所"), Some((Some(24.0), Some(24.0))));
    }

    #[test]
    fn counts_of_other_things_are_no_money() {
        for text in ["近两万学生", "10万尾鱼苗", "3万双棉鞋", "48.3万人", "3万株树苗", "200名医生", "2021年", "近10000册图书"]
        {
            assert_eq!(wan(text), None, "{text}");
        }
    }

    #[test]
    fn an_amount_cell_is_a_sum_open_or_unreadable() {
        let yuan = |text: &str| match amount_field(text) {
            AmountField::Sum(amount) => amount.point().map(Money::yuan),
            _ => None,
        };
        assert_eq!(yuan("335万"), Some(3_350_000.0));
        assert_eq!(yuan("300000"), Some(300_000.0));
        assert_eq!(amount_field("待定"), AmountField::Open);
        assert_eq!(amount_field("很多钱"), AmountField::Unreadable);
        assert_eq!(amount_field("-5万"), AmountField::Unreadable);
    }
}
