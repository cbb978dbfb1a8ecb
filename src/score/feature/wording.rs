//! Words that the sentences of several families share.

/// Lifts above this are shown as “many times”.
const MAX_TIMES: f64 = 50.0;

/// Words for a lift, ln(share / share of all organizations), compared with the average.
pub(super) fn times(lift: f64) -> String {
    match lift.exp() {
        times if times > MAX_TIMES => format!("是全体平均的{MAX_TIMES:.0}倍以上"),
        times if times >= 1.05 => format!("是全体平均的{times:.1}倍"),
        times if times > 0.95 => "与全体平均相当".to_owned(),
        _ => "低于全体平均".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lift_is_told_as_times_the_average() {
        let lifts = [60.0_f64, 49.96, 2.04, 1.06, 1.0, 0.94, 0.1].map(|times_average| times(times_average.ln()));
        let most = ["是全体平均的50倍以上", "是全体平均的50.0倍", "是全体平均的2.0倍", "是全体平均的1.1倍"];
        assert_eq!(lifts[..4], most);
        assert_eq!(lifts[4..], ["与全体平均相当", "低于全体平均", "低于全体平均"]);
    }
}
