//! Days as numbers, and the day from which a record is visible.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::domain::Period;

/// The day from which a record without a date is visible.
pub(super) const ALWAYS: i32 = i32::MIN;

const FIRST: Date = Date::constant(1970, 1, 1);

/// Days since 1970-01-01.
pub(crate) fn day_of(date: Date) -> i32 {
    FIRST.until(date).map_or(0, |span| span.get_days())
}

/// The date of a day.
pub(super) fn date_of(day: i32) -> Date {
    FIRST.saturating_add(day.days())
}

/// The year of a day.
pub(super) fn year_of(day: i32) -> i16 {
    date_of(day).year()
}

/// Days since 1970-01-01, the calendar of the text index.
#[must_use]
pub fn day_number(date: Date) -> i64 {
    i64::from(day_of(date))
}

/// The first day on which a record with this period is visible, in the calendar of the text index; undated ones always are.
pub(super) fn visible_day(period: Option<Period>) -> i64 {
    period.map_or(i64::MIN, |period| day_number(period.visible_from()))
}

/// True if a record with this period is visible on the day: undated ones always are.
#[must_use]
pub fn is_visible(period: Option<Period>, as_of: Date) -> bool {
    period.is_none_or(|period| period.visible_from() <= as_of)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_and_dates_are_the_same() {
        for date in [date(1970, 1, 1), date(1969, 12, 31), date(2026, 11, 26), date(1900, 2, 28), date(9999, 12, 31)] {
            assert_eq!(date_of(day_of(date)), date);
        }
        assert_eq!((day_of(date(1970, 1, 2)), year_of(-1)), (1, 1969));
    }
}
