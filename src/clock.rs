//! The current day and time. They are injected, so that tests and replays can fix them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan, Zoned};

/// The source of the current day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock, in China's time zone.
    System,
    /// Always this day, at midnight.
    Fixed(Date),
}

/// China has one time zone, UTC+8, and no daylight saving time.
const CHINA: Offset = Offset::constant(8);

impl Clock {
    /// The current day.
    #[must_use]
    pub fn today(self) -> Date {
        match self {
            Self::System => Zoned::new(Timestamp::now(), TimeZone::fixed(CHINA)).date(),
            Self::Fixed(date) => date,
        }
    }

    /// The day that it will be in so many seconds.
    #[must_use]
    pub fn day_in(self, seconds: i64) -> Date {
        match self {
            Self::System => {
                let then = Timestamp::now().saturating_add(seconds.seconds()).unwrap_or(Timestamp::MAX);
                Zoned::new(then, TimeZone::fixed(CHINA)).date()
            }
            Self::Fixed(date) => date,
        }
    }

    /// The current moment, for what expires.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Fixed(date) => TimeZone::fixed(CHINA).to_timestamp(date.to_datetime(Time::midnight())).unwrap_or_default(),
        }
    }

    /// A moment on the clocks of China.
    #[must_use]
    pub fn local(moment: Timestamp) -> DateTime {
        Zoned::new(moment, TimeZone::fixed(CHINA)).datetime()
    }

    /// The current time, for the change log: `2026-01-31T08:00:00+08:00`.
    #[must_use]
    pub fn now(self) -> String {
        match self {
            Self::System => {
                let now = Zoned::new(Timestamp::now(), TimeZone::fixed(CHINA)).datetime();
                format!("{}+08:00", now.round(jiff::Unit::Second).unwrap_or(now))
            }
            Self::Fixed(date) => format!("{date}T00:00:00+08:00"),
        }
    }
}
