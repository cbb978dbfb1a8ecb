//! Sums of money: which one is asked for, among total, secured and gap.

use qianshou_index::normalize::normalize;

use super::goods;
use super::numbers::{Counted, NumberMention, clause_before, numbers, sentence_before};
use super::numeral::{ends, hedge_kind};
use super::passage::Passage;
use super::reading::Reading;
use crate::domain::{Amount, Money};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Gap,
    Total,
    Wanted,
    Secured,
    Plain,
    /// One of several items that make up a sum stated earlier (after 其中), or what people earn.
    Part,
}

/// Labels of a sum. The label that ends nearest before the sum counts; if two end together, the longer one.
const LABELS: [(Kind, &[&str]); 5] = [
    (Kind::Part, &["收入", "工资", "产值", "营收"]),
    (
        Kind::Gap,
        &[
            "缺口",
            "尚缺",
            "还缺",
            "还差",
            "尚需",
            "仍需",
            "仍缺",
            "现需",
            "再需",
            "还需",
            "申请",
            "求助",
            "请求",
            "援助",
            "需援助",
            "需资助",
            "拟募",
        ],
    ),
    (Kind::Total, &["总投资", "总预算", "总额", "总造价", "总价", "预算", "概算", "投资", "共需", "共", "总计", "合计", "共计"]),
    (Kind::Wanted, &["需", "需要", "所需", "缺"]),
    (
        Kind::Secured,
        &["已落实", "已筹", "已募", "自筹", "配套", "已到位", "已投入", "财政资金", "财政", "已安排", "已争取", "已有", "投劳"],
    ),
];
/// How far before a sum its label may stand, in characters.
const LABEL_REACH: usize = 8;
/// How far before a part the word 其中 may stand, in characters.
const PART_REACH: usize = 40;

/// Words for an amount that is deliberately left open.
const OPEN: [&str; 12] = ["待定", "面议", "若干", "视情况", "不限", "暂无", "另议", "未定", "不详", "待核", "待议", "按实际"];

struct Sum {
    kind: Kind,
    amount: Amount,
}

/// The content of an amount cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmountField {
    /// A sum.
    Sum(Amount),
    /// Explicitly left open: 待定, 面议, 若干.
    Open,
    /// Not a sum.
    Unreadable,
}

/// Reads an amount from a cell, command-line flag or form field: `30万`, `约30万元`, `10-20万元`; a bare number is in yuan.
#[must_use]
pub fn amount_field(text: &str) -> AmountField {
    amount_field_in(text, 1.0)
}

/// Reads a cell of a column whose heading names a unit of `yuan_per_unit` yuan, such as 10 000 for 万元.
///
/// A bare number, range (`10-20`) or hedged number (`约30`) takes that unit; a unit in the cell takes precedence.
#[must_use]
pub fn amount_field_in(text: &str, yuan_per_unit: f64) -> AmountField {
    let text = compared(&join_thousands(normalize(text).text.trim_matches([' ', '_'])));
    // A form that was not filled in: ____万元.
    let is_blank = text.is_empty() || text.starts_with(['万', '元']) && !text.starts_with("万余");
    if is_blank || ["/", "-", "—", "无"].contains(&text.as_str()) || OPEN.iter().any(|word| text.starts_with(word)) {
        return AmountField::Open;
    }
    if text.starts_with(['-', '－']) || has_odd_comma(&text) || text.contains('+') {
        return AmountField::Unreadable;
    }
    let bare = || bare(&text, yuan_per_unit);
    match read(&Passage::new(&text), &numbers(&text)).found.or_else(bare) {
        Some(amount) => AmountField::Sum(Amount { span: None, ..amount }),
        None => AmountField::Unreadable,
    }
}

/// Puts a leading comparison into words: `>30万` becomes `超过30万`.
fn compared(text: &str) -> String {
    const MARKS: [(&str, &str); 9] = [
        (">=", "不低于"),
        ("<=", "不超过"),
        ("≥", "不低于"),
        ("≤", "不超过"),
        (">", "超过"),
        ("<", "不超过"),
        ("不足", "不超过"),
        ("少于", "不超过"),
        ("低于", "不超过"),
    ];
    let found = MARKS.iter().find_map(|(mark, word)| Some(format!("{word}{}", text.strip_prefix(mark)?)));
    found.unwrap_or_else(|| text.to_owned())
}

/// True if a comma between digits is not a thousands separator: `1,5` may be one and a half or fifteen.
fn has_odd_comma(text: &str) -> bool {
    let pieces: Vec<&str> = text.split(',').collect();
    pieces.windows(2).any(|pair| {
        let group = pair[1].bytes().take_while(u8::is_ascii_digit).count();
        pair[0].ends_with(|c: char| c.is_ascii_digit()) && group > 0 && group != 3
    })
}

/// Turns `1，200，000` into `1,200,000` and `30 000` into `30000`. Only for cells: in a sentence such a comma may end a clause.
fn join_thousands(text: &str) -> String {
    let is_group = |text: &str| text.bytes().take(4).take_while(u8::is_ascii_digit).count() == 3;
    let mut joined = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let behind = &text[at + c.len_utf8()..];
        let is_thousands = joined.ends_with(|c: char| c.is_ascii_digit()) && is_group(behind);
        match c {
            '，' if is_thousands => joined.push(','),
            // 30 000元
            ' ' if is_thousands => {}
            _ => joined.push(c),
        }
    }
    joined
}

/// The sum of a cell that holds a number without a unit, optionally followed by a remark in brackets.
fn bare(text: &str, yuan_per_unit: f64) -> Option<Amount> {
    let numbers = numbers(text);
    let number = numbers.first()?;
    let rest = text[number.end..].trim_start();
    let is_alone = text[..number.start].trim().is_empty() && (rest.is_empty() || rest.starts_with(['(', '（']));
    // 12万5千 states its unit, although it does not end with it.
    let says_unit = text[number.start..number.end].contains(['万', '亿', 'w', 'W']);
    let factor = if number.has_big_unit || says_unit { 1.0 } else { yuan_per_unit };
    let is_bare = is_alone && number.counted == Counted::Bare;
    if is_bare { amount(&Passage::new(text), number, factor) } else { None }
}

/// The sum that a free text asks for: a stated gap; else the total wanted, less what is
/// secured; else the sum of its goods lines.
pub(super) fn read(passage: &Passage<'_>, numbers: &[NumberMention<'_>]) -> Reading<Option<Amount>> {
    let text = passage.text;
    let prices: Vec<_> = (0..numbers.len()).map(|n| goods::price(text, numbers, n)).collect();
    let lines = goods::lines(text, numbers, &prices);
    let mut taken = Vec::new();
    let mut sums: Vec<Sum> = Vec::new();
    for (n, number) in numbers.iter().enumerate() {
        let free = n.checked_sub(1).map_or(0, |before| numbers[before].end);
        let kind = kind_behind(&text[number.end..]).unwrap_or_else(|| kind(text, free, number.start));
        if !is_money(text, number, kind) {
            continue;
        }
        taken.push(number.range());
        // Both lists ascend.
        let last = lines.partition_point(|line| line.range.start <= number.start);
        let in_line = last.checked_sub(1).is_some_and(|last| number.end <= lines[last].range.end);
        if prices[n].is_none()
            && !in_line
            && let Some(amount) = amount(passage, number, 1.0)
        {
            sums.push(Sum { kind, amount });
        }
    }
    let found = asked(&sums).or_else(|| {
        let first = lines.first()?;
        let all = goods::Line {
            low: lines.iter().map(|line| line.low).sum(),
            high: lines.iter().map(|line| line.high).sum(),
            hedge: lines.iter().find_map(|line| line.hedge),
            range: first.range.start..lines.last().map_or(first.range.end, |last| last.range.end),
        };
        line_amount(passage, &all)
    });
    Reading { found, taken, doubts: Vec::new() }
}

/// The sum that is asked for among those stated.
fn asked(sums: &[Sum]) -> Option<Amount> {
    let position = |kind| sums.iter().position(|sum| sum.kind == kind);
    if let Some(gap) = position(Kind::Gap) {
        return Some(sums[gap].amount.clone());
    }
    // 总投资80万元，需30万元 asks for 30; 设备需20万元，共计25万元 for 25.
    let whole = match (position(Kind::Total), position(Kind::Wanted)) {
        (Some(total), Some(wanted)) if wanted > total => return Some(sums[wanted].amount.clone()),
        (Some(total), _) => total,
        (None, wanted) => wanted.or_else(|| position(Kind::Plain))?,
    };
    // 需80万元，已自筹30万元 lacks 50; 已自筹30万元，需50万元 lacks 50 as well.
    let later = if sums[whole].kind == Kind::Total { sums } else { &sums[whole..] };
    let secured = later.iter().filter(|sum| sum.kind == Kind::Secured).filter_map(|sum| sum.amount.point());
    let amount = &sums[whole].amount;
    Some(secured.reduce(Money::plus).map_or_else(|| amount.clone(), |secured| amount.less(secured)))
}

/// True if the number is a sum of money. A bare 万 before other text may count things: in 10万尾鱼苗 the list of measure words
/// shows it, in 近两万学生 there is no measure word.
fn is_money(text: &str, number: &NumberMention<'_>, kind: Kind) -> bool {
    let ends_clause = !text[number.end..].starts_with(char::is_alphanumeric);
    let is_labelled = matches!(kind, Kind::Gap | Kind::Wanted | Kind::Secured | Kind::Total);
    match number.counted {
        Counted::Money => true,
        Counted::Things(_) => false,
        Counted::Bare => number.has_big_unit && (ends_clause || is_labelled || number.is_hedged_behind),
    }
}

fn amount(passage: &Passage<'_>, number: &NumberMention<'_>, factor: f64) -> Option<Amount> {
    let (low, high) = (Money::from_yuan(number.low * factor)?, Money::from_yuan(number.high * factor)?);
    let (min_fen, max_fen) = ends(low, high, number.hedge_kind());
    let range = number.range();
    let text = passage.text[range.clone()].to_owned();
    Some(Amount { min_fen, max_fen, hedge: number.hedge.map(str::to_owned), text, span: Some(passage.span(&range)) })
}

fn line_amount(passage: &Passage<'_>, line: &goods::Line<'_>) -> Option<Amount> {
    let (min_fen, max_fen) = ends(Money::from_yuan(line.low)?, Money::from_yuan(line.high)?, line.hedge.and_then(hedge_kind));
    let text = passage.text[line.range.clone()].to_owned();
    Some(Amount { min_fen, max_fen, hedge: line.hedge.map(str::to_owned), text, span: Some(passage.span(&line.range)) })
}

/// A label directly after a sum: 30万元已落实, 50万元的缺口.
fn kind_behind(behind: &str) -> Option<Kind> {
    let behind = behind.strip_prefix('的').or_else(|| behind.strip_prefix("资金")).unwrap_or(behind);
    if behind.starts_with("缺口") {
        return Some(Kind::Gap);
    }
    let is_secured = ["已落实", "已到位", "已筹", "已自筹", "由财政", "由县", "自筹"].iter().any(|word| behind.starts_with(word));
    is_secured.then_some(Kind::Secured)
}

/// The nearest label before the sum, within its clause and after the previous number.
fn kind(text: &str, free: usize, start: usize) -> Kind {
    let before = clause_before(text, free, start, LABEL_REACH);
    let labels = LABELS.iter().flat_map(|(kind, words)| words.iter().map(|word| (*kind, *word)));
    let nearest = labels.filter_map(|(kind, word)| Some((before.rfind(word)? + word.len(), word.len(), kind)));
    let is_part = || sentence_before(text, start, PART_REACH).contains("其中");
    match nearest.max_by_key(|&(end, len, _)| (end, len)) {
        Some((_, _, kind)) => kind,
        None if is_part() => Kind::Part,
        None => Kind::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_were_misread_once_stay_right() {
        let yuan = |text: &str| match amount_field_in(text, 1e4) {
            AmountField::Sum(amount) => Some((amount.min_fen.map(Money::yuan), amount.max_fen.map(Money::yuan))),
            _ => None,
        };
        let exact = |value: f64| Some((Some(value), Some(value)));
        for (text, expected) in [
            ("12万5千", exact(125_000.0)),
            ("2万5", exact(25_000.0)),
            ("两万五", exact(25_000.0)),
            ("30 000元", exact(30_000.0)),
            ("1 200 000元", exact(1_200_000.0)),
            (">30万", Some((Some(300_000.0), None))),
            ("不足30万", Some((None, Some(300_000.0)))),
            ("1,5", None),
            ("30万+20万", None),
            ("____万元", None),
        ] {
            assert_eq!(yuan(text), expected, "{text}");
        }
        assert_eq!(amount_field("    万元"), AmountField::Open);
    }

    fn wan(text: &str) -> Option<(Option<f64>, Option<f64>)> {
        let wan = |money: Money| money.fen() as f64 / Money::WAN.fen() as f64;
        read(&Passage::new(text), &numbers(text)).found.map(|it| (it.min_fen.map(wan), it.max_fen.map(wan)))
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
        assert_eq!(gap("项目共需80万元，已落实30万元"), Some(50.0));
        assert_eq!(gap("项目需资金80万元，已自筹30万元，尚缺50万元"), Some(50.0));
        assert_eq!(gap("总投资80万元，需30万元"), Some(30.0));
        assert_eq!(gap("已筹集30万元，需50万元"), Some(50.0));
        assert_eq!(gap("已筹约15万，仍需10万"), Some(10.0));
        assert_eq!(gap("需资金50万元，其中30万元已落实"), Some(20.0));
        assert_eq!(gap("人均收入8000元，户均3.5亩地，全村320户1200人"), None);
        assert_eq!(gap("30万元，其中设备20万元、培训10万元"), Some(30.0));
        assert_eq!(gap("设备20万元，培训5万元，共计25万元"), Some(25.0));
    }

    #[test]
    fn unit_prices_are_no_totals_unless_their_count_stands_beside_them() {
        assert_eq!(wan("5000元/人"), None);
        for text in ["每人2000元", "人均1000元", "单价2万元", "2000元/生/年"] {
            assert_eq!(wan(text), None, "{text}");
        }
        for (text, sum) in [
            ("5000元/人×40人", 20.0),
            ("每校3万元,共8所", 24.0),
            ("为50名学生每人资助2000元", 10.0),
            ("每名学生补助1000元，共计200人", 20.0),
            ("净水器2套，每套1.5万元", 3.0),
            ("2000元×157台", 31.4),
            ("电脑20台，单价4000元，共8万元", 8.0),
            ("电脑20台，单价4000元；课桌椅150套，180元/套", 10.7),
            ("每人每年2000元，共50人，3年", 30.0),
            ("每人每月500元，20人，12个月", 12.0),
            ("预算每年10万元，共三年", 30.0),
        ] {
            assert_eq!(wan(text), Some((Some(sum), Some(sum))), "{text}");
        }
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
