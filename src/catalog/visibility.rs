//! The day from which a record is visible.

use jiff::civil::Date;

use crate::domain::Period;

/// Days since 1970-01-01, the calendar of the text index.
#[must_use]
pub fn day_number(date: Date) -> i64 {
    i64::from(Date::constant(1970, 1, 1).until(date).map_or(0, |span| span.get_days()))
}

/// The first day on which a record with this period is visible; undated ones always are.
pub(super) fn visible_day(period: Option<Period>) -> i64 {
    period.map_or(i64::MIN, |period| day_number(period.visible_from()))
}

/// True if a record with this period is visible on the day: undated ones always are.
#[must_use]
pub fn is_visible(period: Option<Period>, as_of: Date) -> bool {
    period.is_none_or(|period| period.visible_from() <= as_of)
}
