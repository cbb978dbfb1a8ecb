//! Deadlines: `2021年6月底前`, `4月底前` (year of the text), `明年一季度`, `2021年3月-2022年6月` (its end).
//!
//! A cell of a date column is read as one deadline. In a sentence, a date has to come with 前, 年内, 底完成, 最迟 or the like, or end a
//! period, because most dates in a text tell what happened.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use qianshou_index::normalize::normalize;
use regex::Regex;

use super::dates::{DateMention, at_start, dates};
use super::passage::Passage;
use super::reading::Reading;
use super::relative_dates::{ends_text, is_told, relative};
use crate::domain::{Deadline, FuzzyDate, Period};

static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:或)?(?:以前|之前|前|以内|内)?(?:就)?(?:须|要|得)?(?:全部|基本)?(?:完成|到位|完工|竣工|交付|建成|投入使用|启用|用上|用|到货|装好|送到)?")
        .expect("the pattern is constant")
});
/// What may stand between a day and 前: a weekday, （含）, a time of day.
static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?x)^ (?:[（(](?:含|周.|星期.)[^）)]{0,4}[）)])?
        (?:\s*(?:上午|中午|下午|晚上|晚|凌晨|早上)?\s*(?:\d{1,2}[:：]\d{2}(?:[:：]\d{2})?|(?:\d{1,2}|[零〇一二两三四五六七八九十]{1,3})\s*[时点](?:\d{1,2}分|半|整|钟)?))?";
    Regex::new(pattern).expect("the pattern is constant")
});
static TIME_OF_DAY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[ T]\d{1,2}:\d{2}(?::\d{2})?$").expect("the pattern is constant"));

/// What separates the two ends of a period.
const TO: [&str; 8] = ["~", "～", "—", "–", "－", "至", "到", "-"];
/// Days from 1899-12-30, the day 0 of spreadsheets, to 2000-01-01 and to 2100-01-01.
const SERIALS: Range<i64> = 36_526..73_051;
/// Words before a date that make it a deadline.
const LATEST: [&str; 15] = [
    "截止到",
    "截至到",
    "不晚于",
    "不迟于",
    "最迟",
    "最晚",
    "最迟于",
    "最晚于",
    "截止日期",
    "截止时间",
    "截止日期为",
    "截止时间为",
    "截止",
    "截至",
    "限",
];
/// What follows 截至 and a date in a report of what was done.
const REPORTED: [&str; 7] = ["已", "累计", "共", "全", "仍", "我", "的"];
/// Words behind a date that make it a deadline.
const LIMITS: [&str; 12] =
    ["或更早", "或之前", "或以前", "以前", "之前", "到来之前", "到来前", "前", "以内", "内", "为限", "截止"];
/// What happens on the day in 9月1日开学前.
const EVENTS: [&str; 14] =
    ["开学", "结束", "到期", "供暖", "入冬", "放假", "开工", "汛期", "雨季", "入汛", "封山", "开班", "开园", "儿童节"];

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
    let (end, last, is_end) = at_start(text, date)?;
    let rest = &text[end..];
    let clock = CLOCK.find(rest).map_or(0, |clock| clock.end());
    let marker = BEFORE.find(&rest[clock..]).map_or(0, |marker| marker.end());
    // 2018年10月完成 tells what happened; 前 or 底 makes it a deadline.
    let is_marked = is_end || marker == 0 || !rest.starts_with(DONE);
    (clock + marker == rest.len() && is_marked).then_some(last)
}

const DONE: [char; 5] = ['完', '到', '竣', '交', '建'];

/// The first deadline of a free text.
pub(super) fn read(passage: &Passage<'_>, date: Date) -> Reading<Option<Deadline>> {
    let text = passage.text;
    let relative = relative(text, date);
    let found = dated(text, date, relative.as_ref().map_or(text.len(), |it| it.0.start)).or(relative);
    let Some((words, not_after)) = found else { return Reading::default() };
    let span = Some(passage.span(&words));
    let deadline = Deadline { not_after, text: text[words.clone()].to_owned(), span };
    Reading { found: Some(deadline), taken: vec![words], doubts: Vec::new() }
}

/// The first date before the byte `limit` that is a deadline: its words and its last day.
fn dated(text: &str, date: Date, limit: usize) -> Option<(Range<usize>, Date)> {
    let mut before: Option<DateMention> = None;
    for found in dates(text, date).take_while(|found| found.range.start < limit) {
        let joins = |start: &DateMention| TO.contains(&text[start.range.end..found.range.start].trim());
        let joined = before.take().filter(|start| joins(start) && start.last <= found.last);
        // A period in the past tells what was done.
        let (start, end) = match joined {
            Some(start) if found.last >= date => (start.range.start, Some(found.range.end)),
            _ if found.is_period => (found.range.start, (found.last >= date).then_some(found.range.end)),
            _ => (found.range.start, marked(text, &found, date)),
        };
        if let Some(end) = end
            && let Some(last) = due(text, &found, end, date)
        {
            return Some((start..end, last));
        }
        before = Some(found);
    }
    None
}

/// The day that a deadline means whose words end at `end`: 8月底前发放, said in November, is in the next year; 8月底前已发放 is no
/// deadline.
fn due(text: &str, found: &DateMention, end: usize, date: Date) -> Option<Date> {
    if found.last >= date {
        return Some(found.last);
    }
    if is_told(&text[end..]) {
        return None;
    }
    if found.names_year {
        return Some(found.last);
    }
    let is_month_end = found.last == found.last.last_of_month();
    let next = found.last.checked_add(jiff::Span::new().years(1)).ok()?;
    Some(if is_month_end { next.last_of_month() } else { next })
}

/// The end of the words that make a date a deadline: 前 after it, perhaps behind a time of day or an event, 最迟 before it, or the
/// end of a stretch of time that something is to be done by.
fn marked(text: &str, found: &DateMention, date: Date) -> Option<usize> {
    let (range, rest) = (&found.range, &text[found.range.end..]);
    let clock = CLOCK.find(rest).map_or(0, |clock| clock.end());
    let limit = |at: usize| LIMITS.iter().find(|word| rest[at..].starts_with(**word)).map(|word| range.end + at + word.len());
    let event = || EVENTS.iter().find(|event| rest.starts_with(**event)).map_or(0, |event| event.len());
    if let Some(end) = limit(clock).or_else(|| limit(event())) {
        return Some(end);
    }
    if found.is_holiday {
        return None;
    }
    let before = text[..range.start].trim_end_matches(['：', ':', ' ', '在']);
    let is_latest = LATEST.iter().any(|word| before.ends_with(word)) && found.last >= date;
    let is_report = || REPORTED.iter().any(|word| rest.trim_start_matches(['，', ',']).starts_with(word));
    let is_due = found.is_end
        && found.last >= date
        && (BEFORE.find(rest).is_some_and(|it| !it.is_empty()) || ends_text(&text[..range.start], rest));
    let is_this_year = text[range.clone()].ends_with("年内");
    (is_latest && !is_report() || is_due || is_this_year).then_some(range.end + if is_latest { clock } else { 0 })
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
