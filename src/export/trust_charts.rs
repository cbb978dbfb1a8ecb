//! The charts of the page about trust. They stand inside the page, whose style sheet gives them the colours of light and dark.

use super::chart::{interval_chart, reliability_plot};
use super::svg::Caption;
use crate::eval::Interval;
use crate::replay::{Calibration, Estimate};

/// Rankings side by side with their intervals, under a title and a description, as an SVG element; `metric` names the axis.
#[must_use]
pub fn ranking_chart([title, description]: [&str; 2], metric: &str, rows: &[(String, Estimate)]) -> String {
    let interval = |it: &Estimate| Interval { mean: it.mean, low: it.low, high: it.high };
    let rows: Vec<(&str, Interval)> = rows.iter().map(|(label, it)| (label.as_str(), interval(it))).collect();
    interval_chart(Caption { title, description }, metric, &rows)
}

/// Probabilities against what happened, as an SVG element; `None` without cases.
#[must_use]
pub fn calibration_chart(calibration: &Calibration, description: &str) -> Option<String> {
    let caption = Caption { title: "校准：预计概率与实际比例", description };
    let reliability = (!calibration.bins.is_empty()).then(|| calibration.reliability())?;
    Some(reliability_plot(caption, "预计概率", "实际比例", &reliability))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::CalibrationBin;

    #[test]
    fn charts_inside_a_page_have_no_style_of_their_own() {
        let estimate = Estimate { mean: 0.5, low: 0.4, high: 0.6 };
        let bins = vec![CalibrationBin { probability: 0.2, hits: 0.25, cases: 40 }];
        let calibration = Calibration { error: 0.05, brier: 0.1, bins };
        let charts = [
            ranking_chart(["标题", "说明"], "召回率", &[("牵手".to_owned(), estimate)]),
            calibration_chart(&calibration, "说明").unwrap(),
        ];
        assert!(charts.iter().all(|svg| svg.starts_with("<svg") && !svg.contains("style=") && svg.contains("<title>")));
        assert_eq!(calibration_chart(&Calibration::default(), ""), None);
    }
}
