//! Two charts: systems side by side with their intervals, and probabilities against what happened.

use super::svg::{Anchor, Caption, Drawing, STRONG, TEXT, WEAK, width};
use crate::eval::{Interval, Reliability};

/// Top of the plot, below the title.
const TOP: f64 = 44.0;
/// Height of the row of a system.
const ROW: f64 = 28.0;
/// Width of the plot of systems, side of the plot of probabilities.
const PLOT: f64 = 360.0;
/// Size of labels.
const LABEL: u32 = 14;
/// Size of numbers.
const NUMBER: u32 = 12;

/// One line for each system, in the order given: a dot at the mean, a bar over the 95 % interval, the figures beside it.
///
/// `metric` names the axis, which always holds 0. Labels are drawn as given, whatever they contain.
#[must_use]
pub(super) fn interval_chart(caption: Caption<'_>, metric: &str, systems: &[(&str, Interval)]) -> String {
    let left = 32.0 + systems.iter().map(|(label, _)| width(label, LABEL)).fold(0.0, f64::max);
    let bottom = TOP + ROW * systems.len() as f64;
    let ticks = ticks(systems.iter().flat_map(|(_, interval)| [interval.low, interval.high]));
    let (first, last) = (ticks[0].0, ticks[ticks.len() - 1].0);
    let x = |value: f64| left + PLOT * (value - first) / (last - first);

    let mut drawing = Drawing::new(caption, (left + PLOT + 176.0).max(width(caption.title, 16) + 32.0), bottom + 56.0);
    for (value, label) in &ticks {
        drawing.line([x(*value), TOP], [x(*value), bottom], if *value == 0.0 { TEXT } else { WEAK }, 1);
        drawing.text([x(*value), bottom + 18.0], Anchor::Middle, NUMBER, label);
    }
    drawing.text([left + PLOT / 2.0, bottom + 42.0], Anchor::Middle, LABEL, metric);
    for (n, (label, Interval { mean, low, high })) in systems.iter().enumerate() {
        let y = TOP + ROW * (n as f64 + 0.5);
        drawing.text([left - 16.0, y + 5.0], Anchor::End, LABEL, label);
        drawing.line([x(*low), y], [x(*high), y], STRONG, 2);
        for end in [*low, *high] {
            drawing.line([x(end), y - 5.0], [x(end), y + 5.0], STRONG, 2);
        }
        drawing.dot([x(*mean), y]);
        drawing.text([left + PLOT + 16.0, y + 4.0], Anchor::Start, NUMBER, &format!("{mean:.3} [{low:.3}, {high:.3}]"));
    }
    drawing.finish()
}

/// A dot for each bin: the given probability on the horizontal axis, the observed share on the vertical one. On the diagonal
/// they agree.
///
/// `probability` and `hits` name the axes.
#[must_use]
pub(super) fn reliability_plot(caption: Caption<'_>, probability: &str, hits: &str, reliability: &Reliability) -> String {
    let left = 56.0;
    let top = TOP + 20.0;
    let bottom = top + PLOT;
    let at = |x: f64, y: f64| [left + PLOT * x, bottom - PLOT * y];

    let mut drawing = Drawing::new(caption, (left + PLOT + 32.0).max(width(caption.title, 16) + 32.0), bottom + 56.0);
    drawing.text([16.0, TOP + 8.0], Anchor::Start, LABEL, hits);
    for tick in (0..=5).map(|n| f64::from(n) / 5.0) {
        drawing.line(at(tick, 0.0), at(tick, 1.0), WEAK, 1);
        drawing.line(at(0.0, tick), at(1.0, tick), WEAK, 1);
        let ([x, _], [_, y]) = (at(tick, 0.0), at(0.0, tick));
        drawing.text([x, bottom + 18.0], Anchor::Middle, NUMBER, &format!("{tick:.1}"));
        drawing.text([left - 8.0, y + 4.0], Anchor::End, NUMBER, &format!("{tick:.1}"));
    }
    drawing.line(at(0.0, 0.0), at(1.0, 1.0), TEXT, 1);
    drawing.text([left + PLOT / 2.0, bottom + 42.0], Anchor::Middle, LABEL, probability);
    for pair in reliability.bins.windows(2) {
        drawing.line(at(pair[0].probability, pair[0].hits), at(pair[1].probability, pair[1].hits), STRONG, 2);
    }
    for bin in &reliability.bins {
        drawing.dot(at(bin.probability, bin.hits));
    }
    let figures = format!("ECE {:.3} · Brier {:.3}", reliability.ece, reliability.brier);
    drawing.text([left + PLOT - 8.0, bottom - 10.0], Anchor::End, NUMBER, &figures);
    drawing.finish()
}

/// Round values that span 0 and all finite `values`, ascending, at least two, with their labels.
fn ticks(values: impl Iterator<Item = f64>) -> Vec<(f64, String)> {
    let (low, high) =
        values.filter(|value| value.is_finite()).fold((0.0_f64, 0.0_f64), |(low, high), x| (low.min(x), high.max(x)));
    let span = if high > low { high - low } else { 1.0 };
    let power = (span / 5.0).log10().floor();
    let step = [1.0, 2.0, 5.0, 10.0].map(|n| n * 10_f64.powf(power)).into_iter().find(|step| span / step <= 5.0);
    let step = step.unwrap_or(span);
    let decimals = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
    let (first, last) = ((low / step).floor(), (high / step).ceil().max((low / step).floor() + 1.0));
    let values = (0..=(last - first) as usize).map(|n| (first + n as f64) * step);
    values.map(|value| (value, format!("{value:.decimals$}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::reliability;
    use proptest::prelude::*;

    const CAPTION: Caption<'_> = Caption { title: "各系统的 nDCG@10", description: "点为均值，横线为95%区间" };

    #[test]
    fn a_chart_says_its_title_its_systems_and_its_figures() {
        let interval = Interval { mean: 0.5, low: 0.4, high: 0.62 };
        let svg = interval_chart(CAPTION, "nDCG@10", &[("学到的权重", interval), ("手工权重 <旧>", interval)]);
        assert!(svg.starts_with("<svg xmlns=") && svg.contains("role=\"img\""));
        assert!(svg.contains("<title>各系统的 nDCG@10</title>") && svg.contains("<desc>点为均值，横线为95%区间</desc>"));
        assert!(svg.contains(">学到的权重<") && svg.contains(">手工权重 &lt;旧&gt;<"));
        assert_eq!(svg.matches("0.500 [0.400, 0.620]").count(), 2);
        assert_eq!(svg.matches("<circle").count(), 2);
    }

    #[test]
    fn the_dot_stands_where_the_axis_says() {
        // Ticks 0.0 .. 0.8 over 360 pixels, from 32 + 14 · 2 pixels on.
        let svg = interval_chart(CAPTION, "", &[("系统", Interval { mean: 0.4, low: 0.2, high: 0.8 })]);
        assert!(svg.contains(&format!("<circle cx=\"{:.1}\"", 32.0 + 28.0 + 180.0)), "{svg}");
    }

    #[test]
    fn every_bin_has_its_dot() {
        let cases: Vec<(f64, bool)> = (0..100).map(|n| (f64::from(n) / 99.0, n % 2 == 0)).collect();
        let svg = reliability_plot(CAPTION, "预测概率", "实际比例", &reliability(&cases).unwrap());
        assert_eq!(svg.matches("<circle").count(), 10);
        assert!(svg.contains(">预测概率<") && svg.contains(">实际比例<") && svg.contains("ECE "));
    }

    #[test]
    fn nothing_to_show_is_an_empty_chart() {
        assert_eq!(interval_chart(CAPTION, "", &[]).matches("<circle").count(), 0);
    }

    proptest! {
        #[test]
        fn ticks_are_few_and_hold_zero_and_all_values(values in prop::collection::vec(prop_oneof![-1.0..1.0_f64, -1e9..1e9_f64, -1e300..1e300_f64, Just(f64::NAN), Just(f64::INFINITY)], 0..5)) {
            let ticks = ticks(values.iter().copied());
            prop_assert!((2..=9).contains(&ticks.len()), "{:?}", ticks);
            let (first, last) = (ticks[0].0, ticks[ticks.len() - 1].0);
            let slack = 1e-9 * (last - first);
            for value in values.into_iter().filter(|value| value.is_finite()).chain([0.0]) {
                prop_assert!(first - slack <= value && value <= last + slack);
            }
        }
    }
}
