//! Deadlines: `2021年6月底前`, `4月底前` (year of the text), `2021-06-30前`, `年底前`.

use std::sync::LazyLock;

use jiff::civil::Date;
use qianshou_index::normalize::normalize;
use regex::Regex;

use super::{Reading, span};
use crate::domain::{Deadline, FuzzyDate};

static BEFORE_DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:(?P<year>\d{4})(?:年|-|/|\.))?(?P<month>\d{1,2})(?:月|-|/|\.)(?:(?P<day>\d{1,2})日?|底|末)?(?:以前|之前|前|内完成|底完成)")
        .expect("the pattern is constant")
});
static END_OF_YEAR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:(?P<year>\d{4})年?)?(?:年底前|年内|年底以前|底前完成)").expect("the pattern is constant"));

/// Reads a deadline cell: a date, or words such as `6月底前`, in the year of `date` where none is given.
#[must_use]
pub fn deadline_field(text: &str, date: Date) -> Option<Deadline> {
    let text = normalize(text).text;
    if let Ok(fuzzy) = text.parse::<FuzzyDate>() {
        return Some(Deadline { not_after: fuzzy.latest(), text, span: None });
    }
    read(&text, date).found.map(|deadline| Deadline { span: None, ..deadline })
}

pub(super) fn read(text: &str, date: Date) -> Reading<Option<Deadline>> {
    let year = |found: &regex::Captures<'_>| found.name("year").map_or(Some(date.year()), |it| it.as_str().parse().ok());
    let month = BEFORE_DATE.captures_iter(text).find_map(|found| {
        let (year, month) = (year(&found)?, found.name("month")?.as_str().parse().ok()?);
        let day = match found.name("day") {
            Some(day) => FuzzyDate::day(Date::new(year, month, day.as_str().parse().ok()?).ok()?)?,
            None => FuzzyDate::month(year, month)?,
        };
        Some((found.get(0)?.range(), day.latest()))
    });
    let found = month.or_else(|| {
        let found = END_OF_YEAR.captures_iter(text).find(|found| {
            // 三年内 is a span, not this year.
            let before = found.get(0).and_then(|all| text[..all.start()].chars().next_back());
            !before.is_some_and(|c| c.is_ascii_digit() || "一二两三四五六七八九十几".contains(c))
        })?;
        Some((found.get(0)?.range(), FuzzyDate::year(year(&found)?)?.latest()))
    });
    match found {
        None => Reading::default(),
        Some((range, not_after)) => {
            let deadline = Deadline { not_after, text: text[range.clone()].to_owned(), span: Some(span(text, &range)) };
            Reading { found: Some(deadline), taken: vec![range] }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::deadline_field;
    use jiff::civil::date;

    #[test]
    fn deadlines_mean_the_last_day_that_the_words_allow() {
        let day = |text| deadline_field(text, date(2021, 3, 1)).map(|it| it.not_after);
        assert_eq!(day("2021年6月底前"), Some(date(2021, 6, 30)));
        assert_eq!(day("4月底前"), Some(date(2021, 4, 30)));
        assert_eq!(day("2021.6"), Some(date(2021, 6, 30)));
        assert_eq!(day("2021/6/30"), Some(date(2021, 6, 30)));
        assert_eq!(day("2022-02-15前"), Some(date(2022, 2, 15)));
        assert_eq!(day("年底前"), Some(date(2021, 12, 31)));
        for text in ["尽快", "三年内", "2018年10月完成主体建设"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
