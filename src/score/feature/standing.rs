//! What is known of an organization whatever the need: room in its budget and calendar, how much and how lately it works.

use crate::catalog::{Flags, Row};
use crate::score::Value;

/// ln((left + 10,000 yuan) / (budget + 10,000 yuan)), at least −3, of this year's budget. Unknown without a stated budget.
pub(in crate::score) fn headroom(row: &Row) -> Value {
    known(row.headroom)
}

/// ln((needs it still takes on this year + 1) / (its limit + 1)). Unknown without a stated limit.
pub(in crate::score) fn slots(row: &Row) -> Value {
    known(row.slots)
}

/// ln(1 + 10 n), n the decayed number of past projects: the mean of a Gamma–Poisson rate up to a constant. Popularity, as a
/// part of its own so that it can be seen and switched off.
pub(in crate::score) fn popularity(row: &Row) -> Value {
    Value::Known(f64::from(row.popularity))
}

/// ln(4 / (1 + years since the last project under its own name began)): 0 after three years. Unknown without a dated project.
pub(in crate::score) fn recency(row: &Row) -> Value {
    if row.idle_years.is_nan() { Value::Unknown } else { Value::Known(4.0_f64.ln() - f64::from(row.idle_years.max(0.0)).ln_1p()) }
}

/// 1 where fewer than two past projects are known, else 0: the other parts then rest on scope, home and stated size.
pub(in crate::score) fn newcomer(row: &Row) -> Value {
    Value::Known(f64::from(u8::from(row.flags.any(Flags::KNOWN) && row.projects < 2)))
}

/// 1 for an organization that is registered for the whole country, else 0.
pub(in crate::score) fn national(row: &Row) -> Value {
    Value::Known(f64::from(u8::from(row.reach.national)))
}

/// 1 for a general charity (慈善会, 红十字会), which takes on needs of every sector, else 0.
pub(in crate::score) fn general(row: &Row) -> Value {
    Value::Known(f64::from(u8::from(row.reach.general)))
}

/// 1 for a branch of another organization, which is asked through its head, else 0.
pub(in crate::score) fn branch(row: &Row) -> Value {
    Value::Known(f64::from(u8::from(row.flags.any(Flags::BRANCH))))
}

fn known(value: f32) -> Value {
    if value.is_nan() { Value::Unknown } else { Value::Known(f64::from(value)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::small::row;

    #[test]
    fn what_the_row_says_is_said() {
        let full = Row {
            headroom: -1.5,
            slots: -0.5,
            popularity: 2.0,
            idle_years: 3.0,
            projects: 2,
            ..row(Flags::KNOWN | Flags::BRANCH)
        };
        assert_eq!(
            [headroom(&full), slots(&full), popularity(&full), recency(&full), newcomer(&full), branch(&full)],
            [-1.5, -0.5, 2.0, 0.0, 0.0, 1.0].map(Value::Known)
        );
        let reach = crate::catalog::Reach { national: true, ..crate::catalog::Reach::default() };
        assert_eq!(national(&Row { reach, ..full }), Value::Known(1.0));
        assert_eq!(general(&Row { reach, ..full }), Value::Known(0.0));
    }

    #[test]
    fn what_the_row_does_not_say_is_unknown() {
        let blank = row(Flags::KNOWN);
        assert_eq!([headroom(&blank), slots(&blank), recency(&blank)], [Value::Unknown; 3]);
        assert_eq!((popularity(&blank), branch(&blank)), (Value::Known(0.0), Value::Known(0.0)));
        assert_eq!(newcomer(&blank), Value::Known(1.0));
        assert_eq!(newcomer(&Row { projects: 1, ..blank }), Value::Known(1.0), "one project is no history yet");
    }

    #[test]
    fn recency_counts_from_three_years_and_no_age_is_negative() {
        assert_eq!(recency(&Row { idle_years: 7.0, ..row(Flags::KNOWN) }), Value::Known(4_f64.ln() - 8_f64.ln()));
        assert_eq!(recency(&Row { idle_years: -0.5, ..row(Flags::KNOWN) }), Value::Known(4_f64.ln()));
    }
}
