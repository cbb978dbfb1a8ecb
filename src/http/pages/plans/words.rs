//! Sums, shares, days and states of plans in words.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::{JobState, PlanJob};
use crate::domain::Money;
use crate::http::pages::html;
use crate::plan::PlanStage;
use crate::request::AmountInput;

/// Yuan as 万元 with two decimals, without the unit; the sign of a difference is kept.
pub(super) fn wan(yuan: f64) -> String {
    let sum = Money::from_yuan(yuan.abs()).map_or_else(|| "—".to_owned(), html::wan);
    // Less than half a fen is nothing.
    if yuan < 0.0 && sum != "0.00" { format!("−{sum}") } else { sum }
}

/// The same with the unit.
pub(super) fn money(yuan: f64) -> String {
    format!("{}万元", wan(yuan))
}

/// A sum as it was typed, or in 万元.
pub(super) fn amount(amount: &AmountInput) -> String {
    match amount {
        AmountInput::Yuan(yuan) => money(*yuan),
        AmountInput::Text(text) => text.clone(),
    }
}

/// A part of a whole in percent.
pub(super) fn share(part: f64, whole: f64) -> String {
    if whole > 0.0 { format!("{:.2}%", part / whole * 100.0) } else { "—".to_owned() }
}

/// A moment as people of China read it: `2026年11月22日 08:30`.
pub(super) fn moment(at: Timestamp) -> String {
    let zone = TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(8)));
    let at = at.to_zoned(zone);
    format!("{} {:02}:{:02}", html::day(at.date()), at.hour(), at.minute())
}

/// The day of a moment in China, for names of files: `2026-11-22`.
pub(super) fn iso_day(at: Timestamp) -> String {
    let zone = TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(8)));
    at.to_zoned(zone).date().to_string()
}

/// What a plan is called.
pub(super) fn name(job: &PlanJob) -> String {
    [&job.name, &job.about].into_iter().find(|it| !it.is_empty()).cloned().unwrap_or_else(|| "未命名的方案".to_owned())
}

/// The state of a plan: class and words.
pub(super) const fn state(state: JobState) -> (&'static str, &'static str) {
    match state {
        JobState::Waiting => ("wait", "等候中"),
        JobState::Running => ("wait", "正在制订"),
        JobState::Done => ("ok", "已得出草案"),
        JobState::Failed => ("bad", "没有得出方案"),
        JobState::Cancelled => ("bad", "已取消"),
        JobState::Interrupted => ("bad", "已中断"),
    }
}

/// What a plan is being done to.
pub(super) const fn stage(stage: PlanStage) -> &'static str {
    match stage {
        PlanStage::Scoring => "第一步：为每项需求比较组织",
        PlanStage::Solving => "第二步：拟定建议金额",
        PlanStage::Explaining => "第三步：说明理由，试算可行的调整",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_have_two_decimals_and_keep_their_sign() {
        assert_eq!([335_000.0, 0.0, -120_000.0, -0.001].map(wan), ["33.50", "0.00", "−12.00", "0.00"]);
        assert_eq!([(1.0, 3.0), (0.0, 0.0), (2.0, 2.0)].map(|(part, whole)| share(part, whole)), ["33.33%", "—", "100.00%"]);
    }

    #[test]
    fn moments_are_those_of_china() {
        assert_eq!(moment("2026-11-22T16:05:00Z".parse().unwrap()), "2026年11月23日 00:05");
    }
}
