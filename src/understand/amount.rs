//! Sums of money: which one is asked for, among total, secured and gap.

use std::borrow::Cow;
use std::ops::Range;

use super::currency::unit_of_all;
use super::find::holds_any;
use super::goods;
use super::hedges::{BEHIND, ends, hedge_kind};
use super::labels::{Kind, continues_counts, counts_things, follows_money, kind, kind_behind, names_goods};
use super::line_of_goods::Line;
use super::measures::is_time;
use super::numbers::{Counted, NumberMention, clause_before};
use super::numeral::digit;
use super::passage::Passage;
use super::reading::Reading;
use crate::domain::{Amount, Money};
use crate::excerpt::excerpt;

struct Sum {
    kind: Kind,
    amount: Amount,
    /// Byte range of its number.
    range: Range<usize>,
    /// True for a sum beside the goods of the text: 另要运费6千.
    is_extra: bool,
}

/// The sum that a free text asks for: a stated gap; else the total wanted, less what is
/// secured; else the sum of its goods lines.
pub(super) fn read(passage: &Passage<'_>, numbers: &[NumberMention<'_>]) -> Reading<Option<Amount>> {
    let text = passage.text;
    let numbers = &*with_unit_of_all(text, numbers);
    let goods = goods::read(text, numbers);
    let (mut taken, mut doubts) = (Vec::new(), Vec::new());
    let mut sums: Vec<Sum> = Vec::new();
    let mut counted_to = None;
    for (n, number) in numbers.iter().enumerate() {
        if let Counted::Foreign(currency) = number.counted {
            taken.push(number.range());
            let words = excerpt(&text[number.range()]);
            doubts.push(format!("“{words}”是{currency}，不是人民币，没有计入金额；请折合成元"));
        }
        let free = n.checked_sub(1).map_or(0, |before| numbers[before].end);
        let hedge = number.hedge.filter(|hedge| text[number.start..].starts_with(hedge)).map_or(0, str::len);
        let kind = kind_behind(&text[number.end..]).unwrap_or_else(|| kind(text, free, number.start, number.start + hedge));
        let kind = if kind == Kind::Part && counts_part(text, numbers, n) { Kind::Plain } else { kind };
        let follows = counted_to.take().is_some_and(|end| continues_counts(text, end, free, number));
        if number.counted == Counted::Bare
            && (follows || counts_things(text, free, number))
            && !follows_money(text, free, number.start)
        {
            counted_to = Some(number.end);
            continue;
        }
        if !goods.is_price[n] && !is_money(text, numbers, n, kind) {
            continue;
        }
        taken.push(number.range());
        if !goods.is_price[n]
            && !goods.is_in_line[n]
            && let Some(amount) = amount(passage, number, 1.0)
        {
            let is_extra = holds_any(clause_before(text, free, number.start, LABEL_REACH), &EXTRA);
            sums.push(Sum { kind, amount, range: number.range(), is_extra });
        }
    }
    for range in goods.without_days {
        doubts.push(format!("“{}”是每天的钱，没有写多少天，没有算出总额", excerpt(&text[range])));
    }
    settle(text, numbers, &mut sums);
    let found = match with_extras(passage, &goods.lines, &sums) {
        Some(found) => Some(found),
        None => asked(&sums).or_else(|| line_amount(passage, &all_lines(&goods.lines)?)),
    };
    if found.is_none() && doubts.is_empty() {
        let alone = (0..numbers.len()).filter(|&n| goods.is_price[n] && !goods.is_in_line[n]).take(MAX_PRICES);
        doubts.extend(alone.map(|n| {
            let free = n.checked_sub(1).map_or(0, |before| numbers[before].end);
            let before = clause_before(text, free, numbers[n].start, LABEL_REACH);
            let start = before.rfind('每').map_or(numbers[n].start, |at| numbers[n].start - (before.len() - at));
            format!("“{}”是单价，没有写明数量，没有算出总额", excerpt(&text[start..numbers[n].end]))
        }));
    }
    Reading { found, taken, doubts }
}

/// Most doubts about prices without a count.
const MAX_PRICES: usize = 3;

/// Drops a bound that an exact sum follows in the same breath: 不到1万块，八千六.
fn settle(text: &str, numbers: &[NumberMention<'_>], sums: &mut Vec<Sum>) {
    let settles = |[bound, exact]: [&Sum; 2]| {
        let (low, high) = (exact.amount.min_fen?, exact.amount.max_fen?);
        let most = bound.amount.max_fen.filter(|_| bound.amount.min_fen.is_none())?;
        if low != high || high > most || most.yuan() > 2.0 * high.yuan() {
            return None;
        }
        let joins = numbers.windows(2).any(|pair| {
            pair[0].range() == bound.range
                && pair[1].range() == exact.range
                && matches!(&text[pair[0].end..pair[1].start], "，" | "," | "，就" | "、")
        });
        joins.then_some(())
    };
    if let Some(at) = sums.windows(2).position(|pair| settles([&pair[0], &pair[1]]).is_some()) {
        sums.remove(at);
    }
}

/// Words before a sum that comes on top of the goods.
const EXTRA: [&str; 4] = ["另", "外加", "再加", "加上"];
/// How far before a sum such a word may stand, in characters.
const LABEL_REACH: usize = 8;

/// All lines of goods as one.
fn all_lines<'a>(lines: &[Line<'a>]) -> Option<Line<'a>> {
    let (first, last) = (lines.first()?, lines.last()?);
    Some(Line {
        low: lines.iter().map(|line| line.low).sum(),
        high: lines.iter().map(|line| line.high).sum(),
        hedge: lines.iter().find_map(|line| line.hedge),
        range: first.range.start..last.range.end,
    })
}

/// The lines of goods and what comes on top of them, if the text states no other sum.
fn with_extras(passage: &Passage<'_>, lines: &[Line<'_>], sums: &[Sum]) -> Option<Amount> {
    if sums.is_empty() || !sums.iter().all(|sum| sum.is_extra) {
        return None;
    }
    let goods = line_amount(passage, &all_lines(lines)?)?;
    let extra = sums.iter().map(|sum| sum.amount.point()).collect::<Option<Vec<Money>>>()?;
    let extra = extra.into_iter().reduce(Money::plus)?;
    Some(Amount { min_fen: goods.min_fen.map(|fen| fen.plus(extra)), max_fen: goods.max_fen.map(|fen| fen.plus(extra)), ..goods })
}

/// The numbers, those without a unit in the one that the text states for all its sums (单位：万元) if a word for money precedes.
fn with_unit_of_all<'n, 'a>(text: &str, numbers: &'n [NumberMention<'a>]) -> Cow<'n, [NumberMention<'a>]> {
    let Some(yuan) = unit_of_all(text) else { return Cow::Borrowed(numbers) };
    let mut numbers = numbers.to_vec();
    for n in 0..numbers.len() {
        let free = n.checked_sub(1).map_or(0, |before| numbers[before].end);
        let number = numbers[n];
        if number.counted == Counted::Bare && !number.has_big_unit && follows_money(text, free, number.start) {
            let (low, high) = (number.low * yuan, number.high * yuan);
            numbers[n] = NumberMention { low, high, counted: Counted::Money, ..number };
        }
    }
    Cow::Owned(numbers)
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

/// True if 其中 before the `n`th number speaks of people or things and not of sums: 1420人，其中老人612人，便民桥一座66万.
fn counts_part(text: &str, numbers: &[NumberMention<'_>], n: usize) -> bool {
    let Some(at) = text[..numbers[n].start].rfind("其中") else { return false };
    let first = numbers[..n].partition_point(|number| number.start < at);
    matches!(numbers[first].counted, Counted::Things(_))
}

/// Words behind a sum that say what it is enough for, or what is done with it.
const SUFFICES: [&str; 44] = [
    "就", "即可", "可以", "便可", "够", "用于", "用来", "才能", "才够", "不等", "换新", "换一", "换成", "更换", "修一", "修好",
    "修缮", "修复", "维修", "翻修", "翻新", "买", "采购", "购置", "购买", "添置", "新建", "重建", "扩建", "改建", "改造", "建一",
    "建个", "安装", "装修", "加装", "加固", "铺设", "硬化", "聘请", "搭建", "粉刷", "配备", "配齐",
];

/// True if the number, which follows no thing that it counts, is a sum of money. A bare 万 may count things: in 10万尾鱼苗 the measure
/// word shows it, in 近两万学生 there is none. Smaller units (经费8千) need a word for money, or to be spoken as only sums are (8千5, 一台7千).
fn is_money(text: &str, numbers: &[NumberMention<'_>], n: usize, kind: Kind) -> bool {
    let number = &numbers[n];
    let before = n.checked_sub(1).map(|before| &numbers[before]);
    let free = before.map_or(0, |before| before.end);
    let behind = &text[number.end..];
    let ends_clause = !behind.starts_with(char::is_alphanumeric) || SUFFICES.iter().any(|word| behind.starts_with(word));
    let is_labelled = matches!(kind, Kind::Gap | Kind::Wanted | Kind::Secured | Kind::Total);
    match number.counted {
        Counted::Money => true,
        Counted::Things(_) | Counted::Foreign(_) => false,
        Counted::Bare if number.has_big_unit => ends_clause || is_labelled || number.is_hedged_behind,
        Counted::Bare => {
            let is_lacking = || text[..number.start].ends_with("差") && kind == Kind::Gap;
            let is_spoken = || is_spoken(&text[number.range()]) || is_clause(text, number);
            let is_of_one = || before.is_some_and(|one| one.high <= 1.0 && one.end == number.start && is_piece(one));
            number.has_unit
                && ends_clause
                && (follows_money(text, free, number.start) || is_spoken() || is_lacking() || is_of_one())
        }
    }
}

/// True for 一台 and the like, but not for 一人 and 一年.
fn is_piece(one: &NumberMention<'_>) -> bool {
    matches!(one.counted, Counted::Things(of) if !is_time(of) && !matches!(of, "人" | "名" | "位" | "户"))
}

/// True if the number is a clause of its own: 修屋顶，9千。 But 棉被，3千 counts them.
fn is_clause(text: &str, number: &NumberMention<'_>) -> bool {
    let head = text[..number.start].strip_suffix(['，', ',']);
    number.low >= 1000.0 && head.is_some_and(|head| !names_goods(head)) && !text[number.end..].starts_with('、')
}

/// True for 8千5 and 三千二: a digit that counts hundreds behind 千.
fn is_spoken(number: &str) -> bool {
    let number = BEHIND.iter().find_map(|hedge| number.strip_suffix(hedge)).unwrap_or(number);
    let mut last = number.chars().rev();
    let is_digit = last.next().is_some_and(|c| c.is_ascii_digit() || digit(c).is_some());
    is_digit && last.next() == Some('千')
}

/// The sum that a number states, in units of `factor` yuan.
pub(super) fn amount(passage: &Passage<'_>, number: &NumberMention<'_>, factor: f64) -> Option<Amount> {
    let (low, high) = (Money::from_yuan(number.low * factor)?, Money::from_yuan(number.high * factor)?);
    let (min_fen, max_fen) = ends(low, high, number.hedge_kind());
    let range = number.range();
    let text = passage.text[range.clone()].to_owned();
    Some(Amount { min_fen, max_fen, hedge: number.hedge.map(str::to_owned), text, span: Some(passage.span(&range)) })
}

fn line_amount(passage: &Passage<'_>, line: &Line<'_>) -> Option<Amount> {
    let (min_fen, max_fen) = ends(Money::from_yuan(line.low)?, Money::from_yuan(line.high)?, line.hedge.and_then(hedge_kind));
    let text = passage.text[line.range.clone()].to_owned();
    Some(Amount { min_fen, max_fen, hedge: line.hedge.map(str::to_owned), text, span: Some(passage.span(&line.range)) })
}

#[cfg(test)]
mod tests {
    use super::super::numbers::numbers;
    use super::*;

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
}
