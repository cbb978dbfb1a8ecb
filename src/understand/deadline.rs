//! Deadlines: `2021年6月底前`, `4月底前` (year of the text), `明年一季度`, `2021年3月-2022年6月` (its end).
//!
//! A cell of a date column is read as one deadline. In a sentence, a date has to come with 前, 年内 or 底完成, or end a period,
//! because most dates in a text tell what happened.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use qianshou_index::normalize::normalize;
use regex::{Captures, Regex};

use super::numeral::{digit, value};
use super::passage::Passage;
use super::reading::Reading;
use crate::domain::{Deadline, FuzzyDate, Period};

/// One date: a year or 今年/明年, then a half-year, a quarter, a month (with a day, a ten-day
/// period or its end), or the end of the year.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?x)^
        (?: (?P<relative>今年|本年|当年|明年|来年|后年)\s*
          | (?P<year>\d{4}|二[〇零一二三四五六七八九]{3})\s*(?:(?P<mark>年)度?|[-/.])?\s* )?
        (?: (?P<half>上半年|下半年)(?:底|末)?
          | 第?(?P<quarter>[1-4一二三四])季度(?:底|末)?
          | (?P<month>\d{1,2}|[一二三四五六七八九]|十[一二]?)\s*(?:(?P<moon>月)份?|[-/.])\s*
            (?: (?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})\s*(?:日|号)? | (?P<third>上旬|中旬|下旬) | 底 | 末 )?
          | (?P<end>年底|年末|年内|年终|底|末|内) )?";
    Regex::new(pattern).expect("the pattern is constant")
});
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:以前|之前|前|以内|内)?(?:须|要)?(?:全部|基本)?(?:完成|到位|完工|竣工|交付|建成|投入使用)?")
        .expect("the pattern is constant")
});
static TIME_OF_DAY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[ T]\d{1,2}:\d{2}(?::\d{2})?$").expect("the pattern is constant"));

/// What separates the two ends of a period.
const TO: [&str; 8] = ["~", "～", "—", "–", "－", "至", "到", "-"];
/// Days from 1899-12-30, the day 0 of spreadsheets, to 2000-01-01 and to 2100-01-01.
const SERIALS: Range<i64> = 36_526..73_051;

/// Reads a deadline cell: a date, or words such as `6月底前`, in the year of `date` if none is given.
#[must_use]
pub fn deadline_field(text: &str, date: Date) -> Option<Deadline> {
    let text = normalize(text).text;
    let plain = TIME_OF_DAY.replace(text.trim(), "").into_owned();
    let not_after = exact(&plain)
        .or_else(|| plain.parse().ok().and_then(serial_day))
        .or_else(|| period(&plain, date))
        .or_else(|| whole(&plain, date));
    match not_after {
        Some(not_after) => Some(Deadline { not_after, text, span: None }),
        None => read(&Passage::new(&text), date).found.map(|deadline| Deadline { span: None, ..deadline }),
    }
}

fn exact(text: &str) -> Option<Date> {
    let fuzzy = text.parse::<FuzzyDate>().ok().map(FuzzyDate::latest);
    fuzzy.or_else(|| text.parse::<Period>().ok().map(Period::totals_from))
}

/// The day that a spreadsheet stores as this number, counted from 1899-12-30; `None` for
/// fractions and for days outside 2000 to 2099.
#[must_use]
pub fn serial_day(number: f64) -> Option<Date> {
    let days = (number.fract() == 0.0).then_some(number as i64).filter(|days| SERIALS.contains(days))?;
    jiff::civil::date(1899, 12, 30).checked_add(jiff::Span::new().days(days)).ok()
}

/// The end of `2021年3月至12月` or `3月-8月`: the end takes the year of the start.
fn period(text: &str, date: Date) -> Option<Date> {
    TO.iter().find_map(|mark| {
        let (start, end) = text.split_once(mark)?;
        let first = whole(start, date)?;
        let last = exact(end).or_else(|| whole(end, first))?;
        (last >= first).then_some(last)
    })
}

/// The last day of a text that is a single date, optionally followed by 前 or 前完成.
fn whole(text: &str, date: Date) -> Option<Date> {
    let text = text.trim();
    let found = DATE.captures(text).filter(|found| found.get(0).is_some_and(|all| !all.is_empty()))?;
    let end = found.get(0)?.end();
    let rest = &text[end..];
    let marker = BEFORE.find(rest).map_or(0, |marker| marker.end());
    // 2018年10月完成 tells what happened; 前 or 底 makes it a deadline.
    let is_marked = text[..end].ends_with(['底', '末']) || marker == 0 || !rest.starts_with(DONE);
    (marker == rest.len() && is_marked).then(|| last_day(&found, date))?
}

const DONE: [char; 5] = ['完', '到', '竣', '交', '建'];

/// The last day that a date can mean.
fn last_day(found: &Captures<'_>, date: Date) -> Option<Date> {
    let part = |name| found.name(name).map(|it| it.as_str());
    let year = match (part("year"), part("relative")) {
        (Some(year), _) => calendar_year(year)?,
        (_, Some("明年" | "来年")) => date.year() + 1,
        (_, Some("后年")) => date.year() + 2,
        _ => date.year(),
    };
    let end_of = |month: i8| FuzzyDate::month(year, month).map(FuzzyDate::latest);
    if let Some(half) = part("half") {
        return end_of(if half == "上半年" { 6 } else { 12 });
    }
    if let Some(quarter) = part("quarter") {
        return end_of(small(quarter)? * 3);
    }
    if let Some(month) = part("month") {
        let month = small(month)?;
        let day = match (part("day"), part("third")) {
            (Some(day), _) => small(day)?,
            (_, Some("上旬")) => 10,
            (_, Some("中旬")) => 20,
            _ => return end_of(month),
        };
        return FuzzyDate::day(Date::new(year, month, day).ok()?).map(FuzzyDate::latest);
    }
    let is_year = part("year").is_some() && part("mark").is_some() || part("relative").is_some();
    (is_year || part("end").is_some_and(|end| end.starts_with('年'))).then(|| end_of(12))?
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
const STARTS: &str = "0123456789今本当明来后二上下第一三四五六七八九十年";

/// The dates of a text with their last days, left to right.
fn dates(text: &str, date: Date) -> impl Iterator<Item = (Range<usize>, Date)> {
    let mut free = 0;
    text.char_indices().filter_map(move |(at, c)| {
        if at < free || !STARTS.contains(c) {
            return None;
        }
        let found = DATE.captures(&text[at..])?;
        let range = at..at + found.get(0)?.len();
        // A number that is not a date is skipped as a whole: no date starts at 2021 in 12021年.
        free = if range.is_empty() { at + text[at..].bytes().take_while(u8::is_ascii_digit).count() } else { range.end };
        let day = last_day(&found, date).filter(|_| stands_alone(text, &range))?;
        Some((range, day))
    })
}

/// The first deadline of a free text.
pub(super) fn read(passage: &Passage<'_>, date: Date) -> Reading<Option<Deadline>> {
    let text = passage.text;
    let mut before: Option<(Range<usize>, Date)> = None;
    for (range, day) in dates(text, date) {
        let joins = |start: &Range<usize>| TO.contains(&text[start.end..range.start].trim());
        let joined = before.take().filter(|(start, first)| joins(start) && *first <= day);
        // A period in the past tells what was done.
        let (start, end) = match joined {
            Some((start, _)) if day >= date => (start.start, Some(range.end)),
            _ => (range.start, marked(text, &range)),
        };
        if let Some(end) = end {
            let words = start..end;
            let span = Some(passage.span(&words));
            let deadline = Deadline { not_after: day, text: text[words.clone()].to_owned(), span };
            return Reading { found: Some(deadline), taken: vec![words], doubts: Vec::new() };
        }
        before = Some((range, day));
    }
    Reading::default()
}

/// True unless the date is part of a number or a span of years: 三年内 names no year, 2.5 no month.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let is_number = |c: char| c.is_ascii_digit() || "一二两三四五六七八九十几.-/".contains(c);
    let date = &text[range.clone()];
    let has_unit = date.contains(['年', '月', '季']) || date.len() >= 6;
    has_unit && !text[..range.start].ends_with(is_number)
}

/// The end of the words that make a date a deadline: 前 after it, 底 in it and 完成 after it, or 年内 in it.
fn marked(text: &str, range: &Range<usize>) -> Option<usize> {
    let (date, rest) = (&text[range.clone()], &text[range.end..]);
    let limit = ["以前", "之前", "前", "以内", "内"].iter().find(|word| rest.starts_with(**word));
    let is_end = date.ends_with("年内") || date.ends_with(['底', '末']) && BEFORE.find(rest).is_some_and(|it| !it.is_empty());
    limit.map(|word| range.end + word.len()).or(is_end.then_some(range.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn deadlines_mean_the_last_day_that_the_words_allow() {
        let day = |text| deadline_field(text, date(2021, 3, 1)).map(|it| it.not_after);
        for (text, year, month, last) in [
            ("2021年6月底前", 2021, 6, 30),
            ("4月底前", 2021, 4, 30),
            ("2021.6", 2021, 6, 30),
            ("2021/6/30", 2021, 6, 30),
            ("2022-02-15前", 2022, 2, 15),
            ("年底前", 2021, 12, 31),
            ("明年一季度", 2022, 3, 31),
            ("二〇二一年十二月三十一日", 2021, 12, 31),
            ("6月中旬", 2021, 6, 20),
            ("2021年3月至12月", 2021, 12, 31),
            ("2021-2023年", 2023, 12, 31),
            ("44377", 2021, 6, 30),
        ] {
            assert_eq!(day(text), Some(date(year, month, last)), "{text}");
        }
        for text in ["尽快", "长期", "常年", "三年内", "2018年10月完成主体建设", "13月底前", "约2.5"] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn in_a_sentence_a_date_needs_a_word_that_makes_it_a_deadline() {
        let read = |text: &str| read(&Passage::new(text), date(2021, 3, 1)).found.map(|it| (it.text, it.not_after));
        let found = |text: &str, day| Some((text.to_owned(), day));
        assert_eq!(read("请于6月底前到位"), found("6月底前", date(2021, 6, 30)));
        assert_eq!(read("年内完成改造"), found("年内", date(2021, 12, 31)));
        assert_eq!(read("实施周期2021年3月至2022年6月"), found("2021年3月至2022年6月", date(2022, 6, 30)));
        for text in ["2016年至2019年累计投入80万元", "2019年5月遭受雪灾", "三年内见效", "6月1日儿童节慰问"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
