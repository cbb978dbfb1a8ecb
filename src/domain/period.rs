//! Dates as records give them (a day, a month or a year), and the period of a project.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::excerpt::excerpt;

/// A date known to the day, the month or the year: `2019-07-26`, `2017-12`, `2017`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FuzzyDate {
    earliest: Date,
    latest: Date,
}

impl FuzzyDate {
    /// A whole year.
    #[must_use]
    pub fn year(year: i16) -> Option<Self> {
        Self::between(Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)
    }

    /// A whole month.
    #[must_use]
    pub fn month(year: i16, month: i8) -> Option<Self> {
        let first = Date::new(year, month, 1).ok()?;
        Self::between(first, first.last_of_month())
    }

    /// One day.
    #[must_use]
    pub fn day(day: Date) -> Option<Self> {
        Self::between(day, day)
    }

    /// Years outside 1900–2200 are typing errors.
    fn between(earliest: Date, latest: Date) -> Option<Self> {
        (1900..=2200).contains(&earliest.year()).then_some(Self { earliest, latest })
    }

    /// First day it can mean.
    #[must_use]
    pub const fn earliest(self) -> Date {
        self.earliest
    }

    /// Last day it can mean.
    #[must_use]
    pub const fn latest(self) -> Date {
        self.latest
    }
}

impl FromStr for FuzzyDate {
    type Err = String;

    /// `2017`, `2017年`, `2017-12`, `2017.12`, `2017/12/5`, `2017年12月5日`, `20171205`.
    fn from_str(text: &str) -> Result<Self, String> {
        let trimmed = text.trim().trim_end_matches(['日', '号']);
        let parsed = if trimmed.len() == 8 && trimmed.bytes().all(|b| b.is_ascii_digit()) {
            numbers(&[&trimmed[..4], &trimmed[4..6], &trimmed[6..]])
        } else {
            let parts: Vec<&str> = trimmed.split(['-', '.', '/', '年', '月']).filter(|part| !part.trim().is_empty()).collect();
            numbers(&parts)
        };
        parsed.ok_or_else(|| format!("“{}”不是日期，请写成 2021、2021-06 或 2021-06-30", excerpt(text)))
    }
}

fn numbers(parts: &[&str]) -> Option<FuzzyDate> {
    let number = |part: &str| part.trim().parse::<i16>().ok();
    match *parts {
        [year] if year.len() == 4 => FuzzyDate::year(number(year)?),
        [year, month] => FuzzyDate::month(number(year)?, number(month)?.try_into().ok()?),
        [year, month, day] => {
            FuzzyDate::day(Date::new(number(year)?, number(month)?.try_into().ok()?, number(day)?.try_into().ok()?).ok()?)
        }
        _ => None,
    }
}

impl TryFrom<String> for FuzzyDate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<FuzzyDate> for String {
    fn from(date: FuzzyDate) -> Self {
        date.to_string()
    }
}

impl fmt::Display for FuzzyDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.earliest, self.latest);
        if first == last {
            write!(f, "{first}")
        } else if first.month() == last.month() {
            write!(f, "{:04}-{:02}", first.year(), first.month())
        } else {
            write!(f, "{:04}", first.year())
        }
    }
}

/// When a project ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// When it started.
    pub start: FuzzyDate,
    /// When it ended; absent if it was completed within `start` or is still running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<FuzzyDate>,
}

impl Period {
    /// The last day on which it can have started. The record is visible from that day on, whenever it was reported.
    #[must_use]
    pub const fn visible_from(self) -> Date {
        self.start.latest()
    }

    /// The day from which totals such as the amount are known. A sum that accrues over years is not known in the first year.
    #[must_use]
    pub fn totals_from(self) -> Date {
        self.end.unwrap_or(self.start).latest().max(self.visible_from())
    }

    /// Years from the last activity known on `as_of` to `as_of`; 0 while the project runs.
    #[must_use]
    pub fn age_years(self, as_of: Date) -> f64 {
        let last = self.totals_from().min(as_of);
        let days = last.until(as_of).map_or(0, |span| span.get_days());
        f64::from(days) / 365.25
    }

    /// `2017` or `2017–2019`, for people.
    #[must_use]
    pub fn years(self) -> String {
        let (first, last) = (self.start.earliest().year(), self.totals_from().year());
        if first == last { first.to_string() } else { format!("{first}–{last}") }
    }
}

impl FromStr for Period {
    type Err = String;

    /// One date, or two joined by `-`, `~`, `–`, `—` or 至: `2017-2019`, `2017-12~2019`, `2021年至2023年`.
    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(start) = text.parse() {
            return Ok(Self { start, end: None });
        }
        let split = |mark: &str| {
            let (start, end) = text.split_once(mark)?;
            let (start, end): (FuzzyDate, FuzzyDate) = (start.parse().ok()?, end.parse().ok()?);
            (start.earliest <= end.latest).then_some(Self { start, end: Some(end) })
        };
        ["~", "～", "–", "—", "至", "-"]
            .into_iter()
            .find_map(split)
            .ok_or_else(|| format!("“{}”不是起止时间，请写成 2021 或 2019-2021", excerpt(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn a_record_counts_from_the_last_day_on_which_it_can_have_started() {
        assert_eq!(period("2017").visible_from(), date(2017, 12, 31));
        assert_eq!(period("2017-2019").visible_from(), date(2017, 12, 31));
        assert_eq!(period("2017-2019").totals_from(), date(2019, 12, 31));
        assert_eq!(period("2017-12").visible_from(), date(2017, 12, 31));
        assert_eq!(period("2019-07-26").visible_from(), date(2019, 7, 26));
        assert_eq!(period("2021年至2023年").totals_from(), date(2023, 12, 31));
    }

    #[test]
    fn a_running_project_does_not_age() {
        assert_eq!(period("2006-2022").age_years(date(2019, 7, 1)), 0.0);
        assert!((period("2006").age_years(date(2016, 12, 31)) - 10.0).abs() < 0.01);
    }

    #[test]
    fn nonsense_is_refused_with_a_hint() {
        for text in ["", "十年前", "2019-13", "2019-02-30", "19", "2021-2019", "99999", "-", "2019-7-26-1"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(year in 1900_i16..=2200, month in 1_i8..=12, day in 1_i8..=28, exactness in 0..3) {
            let date = match exactness {
                0 => FuzzyDate::year(year),
                1 => FuzzyDate::month(year, month),
                _ => FuzzyDate::day(date(year, month, day)),
            }.unwrap();
            prop_assert_eq!(date.to_string().parse::<FuzzyDate>().unwrap(), date);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,20}") {
            let _ = text.parse::<Period>();
        }
    }
}
