//! Deadlines counted from the day of the text: `十天之内送到`, `下周五前`, `明天之前`, `下个月10号前`, `15号前`.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};
use regex::{Captures, Regex};

use super::numeral::quantity;

static RELATIVE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?x)
        (?P<count>半|\d{1,3}|[一二两三四五六七八九十]{1,3})\s*
            (?P<unit>个?小时|天|日|周|个?星期|个?礼拜|个半月|个月)(?P<within>之内|以内|内)
      | (?: (?P<week>本|这个?|下下个?|下个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])?
          | (?P<day>今天|今日|今晚|明天|明日|明晚|大后天|后天)
          | (?P<month>本月|这个月|当月|下个月|下月)\s*
                (?: (?P<date>\d{1,2}|[一二三四五六七八九十]{1,3})\s*[日号]? | (?P<third>上旬|中旬|下旬|初|中|底|末) )?
          | (?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})号 )
        (?:上午|中午|下午|晚上|晚|早上|下班)?
        (?P<limit>之前|以前|前|之内|以内|内|为止|为限|截止)";
    Regex::new(pattern).expect("the pattern is constant")
});
/// Words before a stretch of time that is over, that comes again, or that is no time to act.
const NOT_AHEAD: [&str; 20] = [
    "近",
    "过去",
    "这",
    "每",
    "连续",
    "前",
    "上",
    "头",
    "短短",
    "工期",
    "有效期",
    "质保",
    "保质期",
    "月",
    "年",
    "第",
    "逐",
    "隔",
    "双",
    "以往",
];
/// What is to be done within a stretch of time.
const TO_DO: [&str; 44] = [
    "送", "到", "完成", "解决", "办", "请", "装", "交", "运", "修", "发", "建", "给", "安排", "配", "落实", "筹", "要", "需",
    "来", "补", "换", "买", "搬", "拿", "开", "备", "通", "救", "拨", "汇", "转", "用上", "进场", "上岗", "招", "做", "搭", "清",
    "调", "回复", "答复", "反馈", "搞定",
];
/// Words that ask, before it.
const ASKING: [&str; 13] = ["请", "须", "要", "务必", "最好", "希望", "盼", "急", "争取", "尽量", "力争", "限", "望"];
/// What tells of the past behind it.
const TOLD: [&str; 7] = ["已", "曾", "发生", "连续", "新增", "累计", "出现"];
/// What follows 前 in words for a place.
const IN_FRONT: [char; 8] = ['面', '后', '方', '往', '排', '院', '门', '线'];
/// How far around a stretch of time these words may stand, in characters.
const REACH: usize = 12;

/// The first relative deadline of a text: its byte range and its last day.
pub(super) fn relative(text: &str, today: Date) -> Option<(Range<usize>, Date)> {
    RELATIVE.captures_iter(text).find_map(|found| {
        let all = found.get(0)?.range();
        let last = last_day(&found, text, &all, today).filter(|last| *last >= today)?;
        Some((all, last))
    })
}

fn last_day(found: &Captures<'_>, text: &str, range: &Range<usize>, today: Date) -> Option<Date> {
    let part = |name| found.name(name).map(|it| it.as_str());
    let (before, behind) = (&text[..range.start], &text[range.end..]);
    if NOT_AHEAD.iter().any(|word| before.ends_with(word)) || is_told(behind) || behind.starts_with(IN_FRONT) {
        return None;
    }
    let follows_number = before.ends_with(|c: char| c.is_ascii_alphanumeric() || "零〇一二两三四五六七八九十百几.-/".contains(c));
    if let (Some(count), Some(unit)) = (part("count"), part("unit")) {
        return (!follows_number && is_to_do(before, behind)).then(|| today.checked_add(stretch(count, unit)?).ok())?;
    }
    let is_before = part("limit").is_some_and(|limit| limit.contains('前'));
    if let Some(day) = part("day") {
        let ahead = match day {
            "今天" | "今日" | "今晚" => 0,
            "明天" | "明日" | "明晚" => 1,
            "后天" => 2,
            _ => 3,
        };
        return today.checked_add(ahead.days()).ok();
    }
    if let Some(month) = part("month") {
        let first = if month.starts_with('下') { today.last_of_month().tomorrow().ok()? } else { today.first_of_month() };
        return match (part("date"), part("third")) {
            (Some(day), _) => in_month(first, day),
            (_, Some("上旬" | "初")) => in_month(first, "10"),
            (_, Some("中旬" | "中")) => in_month(first, "20"),
            // 下个月前 is before it starts.
            (None, None) if is_before => first.yesterday().ok(),
            _ => Some(first.last_of_month()),
        };
    }
    if let Some(day) = part("number") {
        let this = in_month(today.first_of_month(), day).filter(|day| *day >= today);
        let next = || in_month(today.last_of_month().tomorrow().ok()?, day);
        return if is_before && !follows_number { this.or_else(next) } else { None };
    }
    week(part("week"), part("weekday"), is_before, today).filter(|_| !follows_number)
}

/// The last day that 下周五 and the like mean; a week ends with Sunday.
fn week(week: Option<&str>, weekday: Option<&str>, is_before: bool, today: Date) -> Option<Date> {
    let monday = today.checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days()).ok()?;
    let weeks = match week {
        Some(week) if week.starts_with("下下") => 2,
        Some(week) if week.starts_with('下') => 1,
        _ => 0,
    };
    let start = monday.checked_add(weeks.weeks()).ok()?;
    let Some(weekday) = weekday else {
        // 下周前 is before it starts; 周内 alone names no week.
        let last = if is_before { start.yesterday().ok() } else { start.checked_add(6.days()).ok() };
        return last.filter(|_| week.is_some());
    };
    let names = ["一", "二", "三", "四", "五", "六", "日"];
    let offset = names.iter().position(|name| *name == weekday).unwrap_or(Weekday::Sunday.to_monday_zero_offset() as usize);
    let day = start.checked_add(i64::try_from(offset).ok()?.days()).ok()?;
    // 周三前 on a Friday is in the next week.
    if week.is_none() && day < today { day.checked_add(1.week()).ok() } else { Some(day) }
}

fn in_month(first: Date, day: &str) -> Option<Date> {
    let number = quantity(day).filter(|it| it.len == day.len() && it.high <= 31.0)?;
    Date::new(first.year(), first.month(), number.high as i8).ok()
}

/// The stretch of time 三天, 半个月, 一个半月.
fn stretch(count: &str, unit: &str) -> Option<Span> {
    let half = count == "半";
    // 三五天 is at most five.
    let last = count.char_indices().next_back()?.0;
    let number = quantity(count).filter(|it| it.len == count.len()).or_else(|| quantity(&count[last..]));
    let count = number.map(|it| it.high as i64).or(half.then_some(0))?;
    Some(match unit {
        "个半月" => count.months().days(15),
        "个月" if half => 15.days(),
        "个月" => count.months(),
        "天" | "日" if !half => count.days(),
        "小时" | "个小时" => ((count + 23) / 24).days(),
        _ if half => return None,
        _ => count.weeks(),
    })
}

/// True if the words around a stretch of time ask for something to be done in it.
fn is_to_do(before: &str, behind: &str) -> bool {
    let clause = clause_start(behind);
    let asks = || {
        let start = before.char_indices().rev().take(REACH).take_while(|(_, c)| !"，。；,;".contains(*c)).last();
        start.is_some_and(|(at, _)| ASKING.iter().any(|word| before[at..].contains(word)))
    };
    TO_DO.iter().any(|word| clause.contains(word)) || asks() || ends_text(before, behind)
}

/// True if a date is the last clause of its text: 想换锅炉，一个月内.
pub(super) fn ends_text(before: &str, behind: &str) -> bool {
    before.ends_with(['，', ',', '；']) && behind.trim_end_matches(['。', '！', '!', ' ']).is_empty()
}

/// True if the clause that starts with `behind` tells what happened.
pub(super) fn is_told(behind: &str) -> bool {
    let clause = clause_start(behind);
    // 下了大雪; but 送到就好了, 了解.
    let is_done = || clause.split_once('了').is_some_and(|(_, rest)| !rest.is_empty() && !rest.starts_with('解'));
    TOLD.iter().any(|word| clause.contains(word)) || is_done()
}

fn clause_start(text: &str) -> &str {
    let len = text.chars().take(REACH).take_while(|c| !"，。；,;！？".contains(*c)).map(char::len_utf8).sum();
    &text[..len]
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn deadlines_are_counted_from_the_day_of_the_text() {
        // A Thursday.
        let day = |text| relative(text, date(2026, 11, 26)).map(|(_, day)| day);
        for (text, year, month, last) in [
            ("请在五天之内运到", 2026, 12, 1),
            ("48小时内送达", 2026, 11, 28),
            ("三周内派两名技术员来", 2026, 12, 17),
            ("半个月内要装好", 2026, 12, 11),
            ("一个半月内建好", 2027, 1, 10),
            ("两三天内送来", 2026, 11, 29),
            ("下周三前到货", 2026, 12, 2),
            ("下下周一之前", 2026, 12, 7),
            ("本周六前", 2026, 11, 28),
            ("周二前送到", 2026, 12, 1),
            ("周末前送到", 2026, 11, 29),
            ("这周内解决", 2026, 11, 29),
            ("下周前发货", 2026, 11, 29),
            ("明天中午前", 2026, 11, 27),
            ("后天之前要用", 2026, 11, 28),
            ("下个月15号前", 2026, 12, 15),
            ("下月中旬前", 2026, 12, 20),
            ("本月28日前", 2026, 11, 28),
            ("下个月前", 2026, 11, 30),
            ("20号前", 2026, 12, 20),
        ] {
            assert_eq!(day(text), Some(date(year, month, last)), "{text}");
        }
        for text in [
            "近三天内下了大雪",
            "一周内发生两次塌方",
            "每两周内",
            "三天内见效",
            "10日内累计降雨",
            "2号前面的路",
            "每周五前交表",
            "上周五前送来",
            "周内",
            "工期三个月内",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
