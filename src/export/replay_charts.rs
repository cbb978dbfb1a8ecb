//! The three charts of a replay.

use super::chart::{interval_chart, reliability_plot};
use super::svg::Caption;
use crate::eval::Interval;
use crate::replay::Replay;

/// The systems' reciprocal ranks side by side, as an SVG image.
#[must_use]
pub fn replay_chart(replay: &Replay) -> String {
    let systems: Vec<(&str, Interval)> =
        replay.systems.iter().map(|it| (it.label, Interval { mean: it.mrr.mean, low: it.mrr.low, high: it.mrr.high })).collect();
    let description = format!("{}至{}的{}项需求，平均倒数名次及95%区间", replay.from, replay.to, replay.needs);
    interval_chart(Caption { title: "回放：谁把认领方排得更靠前", description: &description }, "平均倒数名次（MRR）", &systems)
}

/// Probabilities against what happened, as an SVG image; `None` without needs.
#[must_use]
pub fn reliability_chart(replay: &Replay) -> Option<String> {
    let description = format!("前十名的预计认领概率与实际认领比例，误差{:.4}", replay.calibration_error);
    let caption = Caption { title: "校准：预计概率与实际比例", description: &description };
    replay.reliability.as_ref().map(|it| reliability_plot(caption, "预计概率", "实际比例", it))
}

/// The fit against who took needs on, as an SVG image; `None` without needs.
#[must_use]
pub fn fit_chart(replay: &Replay) -> Option<String> {
    let description = "横轴为匹配度，纵轴为认领方所占比例；认领方和其他组织两组等权。没有记录的组织不一定是不愿认领";
    let caption = Caption { title: "匹配度与认领记录", description };
    replay.fit_reliability.as_ref().map(|it| reliability_plot(caption, "匹配度/100", "认领方比例", it))
}
