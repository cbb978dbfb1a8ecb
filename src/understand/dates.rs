//! Dates as people write them, each with the last day that it can mean: `2021年6月底`, `十二月月底`, `2027年Q1`, `9月1日`, `五一`.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};

use super::numeral::{digit, starts_number, value};
use crate::domain::FuzzyDate;

/// One date: a year or 今年/明年, then a half-year, a quarter, a month (with a day, a ten-day period or its end), or the end of the
/// year; or 本月底.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?x)^
        (?: (?P<relative>今年|本年|当年|明年|来年|后年)\s*
          | (?P<year>\d{4}|二[〇零一二三四五六七八九]{3})\s*(?:(?P<mark>年)度?|[-/.])?\s*
          | (?P<short>[2-4]\d)年 )?
        (?: (?P<half>上半年|下半年)(?:底|末)?
          | 第?(?P<quarter>[1-4一二三四])季度(?:底|末)?
          | [Qq](?P<q>[1-4])
          | (?P<month>\d{1,2}|[元一二三四五六七八九]|十[一二]?)\s*(?:(?P<moon>月)份?|[-/.])\s*
            (?: (?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})\s*(?:日|号)? | (?P<third>上旬|中旬|下旬|初|中) | 月?(?:底|末) )?
          | (?P<this>本月|这个月|下个月|下月)?(?P<month_end>月底|月末|底|末)
          | (?P<end>年底|年末|年内|年终|底|末|内) )?";
    Regex::new(pattern).expect("the pattern is constant")
});
/// Both ends of 2026.4-2026.8.
static MONTHS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\d{4}[./]\d{1,2}\s*[-~～—–至到]\s*(?P<end>\d{4}[./]\d{1,2})").expect("the pattern is constant")
});
/// Holidays with the same date every year: names, month, day. If one is the start of another, the longer comes first.
const HOLIDAYS: [(&str, i8, i8); 20] = [
    ("元旦节", 1, 1),
    ("元旦", 1, 1),
    ("三八妇女节", 3, 8),
    ("妇女节", 3, 8),
    ("三八节", 3, 8),
    ("五一劳动节", 5, 1),
    ("五一节", 5, 1),
    ("五一", 5, 1),
    ("劳动节", 5, 1),
    ("六一儿童节", 6, 1),
    ("六一", 6, 1),
    ("儿童节", 6, 1),
    ("七一", 7, 1),
    ("八一建军节", 8, 1),
    ("八一", 8, 1),
    ("教师节", 9, 10),
    ("十一国庆", 10, 1),
    ("国庆节", 10, 1),
    ("国庆", 10, 1),
    ("十一", 10, 1),
];
/// The first day of the Chinese year, from 2020 on: month and day.
const SPRING: [(i8, i8); 16] = [
    (1, 25),
    (2, 12),
    (2, 1),
    (1, 22),
    (2, 10),
    (1, 29),
    (2, 17),
    (2, 6),
    (1, 26),
    (2, 13),
    (2, 3),
    (1, 23),
    (2, 11),
    (1, 31),
    (2, 19),
    (2, 8),
];

/// A date in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateMention {
    /// Its byte range.
    pub range: Range<usize>,
    /// The last day that it can mean.
    pub last: Date,
    /// True if it is a stretch of time and its end is meant: a quarter, a half-year, 底, 年内.
    pub is_end: bool,
    /// True if it is a period with its end: 2026.4-2026.8.
    pub is_period: bool,
    /// True for a holiday, which is a date only with 前.
    pub is_holiday: bool,
    /// True if it names its year: 2026年6月, 明年, 本月底.
    pub names_year: bool,
}

/// The date at the start of `text`, its length, and whether its end is meant; the year of `date` if it names none.
pub(super) fn at_start(text: &str, date: Date) -> Option<(usize, Date, bool)> {
    let found = DATE.captures(text)?;
    let len = found.get(0).map_or(0, |all| all.len());
    Some((len, last_day(&found, date)?, is_end(&found)))
}

/// True if the end of a stretch of time is meant.
fn is_end(found: &Captures<'_>) -> bool {
    let is_stretch = || ["half", "quarter", "q"].iter().any(|name| found.name(name).is_some());
    found.get(0).is_some_and(|all| all.as_str().ends_with(['底', '末', '内', '初', '中'])) || is_stretch()
}

/// The last day that a date can mean.
fn last_day(found: &Captures<'_>, date: Date) -> Option<Date> {
    let part = |name| found.name(name).map(|it| it.as_str());
    let year = match (part("year"), part("short"), part("relative")) {
        (Some(year), ..) => calendar_year(year)?,
        (_, Some(short), _) => {
            let year = date.year() / 100 * 100 + short.parse::<i16>().ok()?;
            // 26年底 is a year near today; 30年内 is no year.
            Some(year).filter(|year| (date.year() - 1..=date.year() + 5).contains(year) && part("end") != Some("内"))?
        }
        (.., Some("明年" | "来年")) => date.year() + 1,
        (.., Some("后年")) => date.year() + 2,
        _ => date.year(),
    };
    let end_of = |month: i8| FuzzyDate::month(year, month).map(FuzzyDate::latest);
    if let Some(half) = part("half") {
        return end_of(if half == "上半年" { 6 } else { 12 });
    }
    if let Some(quarter) = part("quarter").or_else(|| part("q")) {
        return end_of(small(quarter)? * 3);
    }
    if let Some(month) = part("month") {
        let month = if month == "元" { 1 } else { small(month)? };
        let day = match (part("day"), part("third")) {
            (Some(day), _) => small(day)?,
            (_, Some("上旬" | "初")) => 10,
            (_, Some("中旬" | "中")) => 20,
            _ => return end_of(month),
        };
        return FuzzyDate::day(Date::new(year, month, day).ok()?).map(FuzzyDate::latest);
    }
    let names_year = part("year").is_some() && part("mark").is_some() || part("short").is_some() || part("relative").is_some();
    if let Some(month_end) = part("month_end") {
        let is_next = matches!(part("this"), Some("下个月" | "下月"));
        let is_month = part("this").is_some() || month_end.starts_with('月') && !names_year;
        let month = if is_next { date.last_of_month().tomorrow().ok()? } else { date };
        return if is_month { Some(month.last_of_month()) } else { names_year.then(|| end_of(12))? };
    }
    (names_year || part("end").is_some_and(|end| end.starts_with('年'))).then(|| end_of(12))?
}

fn calendar_year(text: &str) -> Option<i16> {
    let mut digits = text.chars().map(|c| c.to_digit(10).or_else(|| digit(c).map(u32::from)));
    digits.try_fold(0_u32, |year, digit| Some(year * 10 + digit?))?.try_into().ok()
}

fn small(text: &str) -> Option<i8> {
    let number = text.parse::<i8>().ok();
    number.or_else(|| value(text).filter(|&value| value < 100.0).map(|value| value as i8))
}

/// Characters that a date may start with.
const STARTS: &str = "0123456789元今本当明来后二上下第一三四五六七八九十年月这Qq";
/// Characters that a holiday may start with.
const HOLIDAY_STARTS: &str = "元三妇五劳六儿七八教十国春";

/// The dates of a text, left to right.
pub(super) fn dates(text: &str, date: Date) -> impl Iterator<Item = DateMention> {
    let mut free = 0;
    text.char_indices().filter_map(move |(at, c)| {
        if at < free {
            return None;
        }
        let rest = &text[at..];
        let plain =
            DateMention { range: at..at, last: date, is_end: false, is_period: false, is_holiday: false, names_year: true };
        if HOLIDAY_STARTS.contains(c)
            && let Some((len, last)) = holiday(rest, date)
        {
            free = at + len;
            return Some(DateMention { range: at..free, last, is_holiday: true, ..plain });
        }
        // 元月15日; but 300元月底前
        let is_yuan = || !rest.starts_with("元月") || text[..at].ends_with(|c| starts_number(c) || "万千百亿多余".contains(c));
        if !STARTS.contains(c) || c == '元' && is_yuan() {
            return None;
        }
        if c.is_ascii_digit()
            && let Some(found) = MONTHS.captures(rest).filter(|_| !preceded_by_number(text, at))
        {
            let last = found.name("end")?.as_str().parse::<FuzzyDate>().ok()?.latest();
            free = at + found.get(0)?.len();
            return Some(DateMention { range: at..free, last, is_period: true, ..plain });
        }
        let found = DATE.captures(rest)?;
        let len = found.get(0)?.len();
        // A number that is not a date is skipped as a whole: no date starts at 2021 in 12021年.
        free = if len == 0 { at + rest.bytes().take_while(u8::is_ascii_digit).count() } else { at + len };
        let range = at..at + len;
        let last = last_day(&found, date).filter(|_| stands_alone(text, &range))?;
        let names_year = ["year", "short", "relative", "this", "month_end"].iter().any(|name| found.name(name).is_some());
        Some(DateMention { range, last, is_end: is_end(&found), names_year, ..plain })
    })
}

/// The holiday at the start of `text`: its length and its next day.
fn holiday(text: &str, date: Date) -> Option<(usize, Date)> {
    let next = |day: &dyn Fn(i16) -> Option<Date>| day(date.year()).filter(|day| *day >= date).or_else(|| day(date.year() + 1));
    if text.starts_with("春节") {
        let day = |year: i16| {
            let &(month, day) = SPRING.get(usize::try_from(year - 2020).ok()?)?;
            Date::new(year, month, day).ok()
        };
        return Some(("春节".len(), next(&day)?));
    }
    let &(name, month, day) = HOLIDAYS.iter().find(|(name, ..)| text.starts_with(name))?;
    // 十一月, 六一小学 and 八一职校 are no holidays; what follows decides.
    Some((name.len(), next(&|year| Date::new(year, month, day).ok())?)).filter(|_| !text[name.len()..].starts_with(['月', '个']))
}

/// True unless the date is part of a number or a span of years (三年内 names no year, 2.5 no month), or comes back every year.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let date = &text[range.clone()];
    let has_unit = date.contains(['年', '月', '季', 'Q', 'q']) || date.len() >= 6;
    let before = &text[..range.start];
    let recurs = ["每年", "每", "去", "往年", "历年", "逐", "前", "上"].iter().any(|word| before.ends_with(word));
    has_unit && !recurs && !preceded_by_number(text, range.start)
}

fn preceded_by_number(text: &str, at: usize) -> bool {
    text[..at].ends_with(|c: char| c.is_ascii_digit() || "一二两三四五六七八九十几.-/".contains(c))
}
