//! Words that make a number inexact: 约30万, 30万以内, 不到5万.

/// How a word before or after a number makes it inexact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HedgeKind {
    /// 约、近、左右、几
    About,
    /// 超、余、多、不低于
    AtLeast,
    /// 不超过、以内
    AtMost,
}

/// Hedges before a number. If one is the end of another, the longer comes first.
pub(super) const BEFORE: [&str; 51] = [
    "最多出",
    "最多给",
    "最高不超过",
    "不超",
    "不满",
    "至少要",
    "至少需要",
    "至少需",
    "起码要",
    "不低于",
    "不少于",
    "不小于",
    "不超过",
    "不高于",
    "不多于",
    "不大于",
    "控制在",
    "差不多",
    "不到",
    "不足",
    "小于",
    "少于",
    "低于",
    "大约需要",
    "大约需",
    "约需要",
    "约需",
    "约要",
    "大约",
    "大概要",
    "大概需要",
    "大概",
    "估计",
    "估算",
    "约为",
    "将近",
    "接近",
    "超过",
    "高于",
    "大于",
    "多于",
    "至少",
    "至多",
    "最多",
    "最高",
    "最少",
    "起码",
    "约",
    "近",
    "超",
    "逾",
];
/// Hedges after a number.
pub(super) const BEHIND: [&str; 13] =
    ["左右", "上下", "以上", "以内", "以下", "之内", "之多", "之间", "出头", "封顶", "打底", "起步", "上限"];

/// The sense of a hedging word; `None` for other words.
pub(super) fn hedge_kind(word: &str) -> Option<HedgeKind> {
    Some(match word {
        "大约" | "约" | "近" | "将近" | "接近" | "左右" | "上下" | "之多" | "之间" | "几" | "来" | "差不多" | "大概" | "估计"
        | "估算" | "大约需要" | "大约需" | "约需要" | "约需" | "约要" | "大概要" | "大概需要" | "约为" => {
            HedgeKind::About
        }
        "超过" | "超" | "逾" | "不低于" | "不少于" | "不小于" | "至少" | "至少要" | "至少需要" | "至少需" | "起码要" | "最少"
        | "起码" | "以上" | "余" | "多" | "上" | "高于" | "大于" | "多于" | "出头" | "打底" | "起步" | "起" => {
            HedgeKind::AtLeast
        }
        "不超过" | "不高于" | "不多于" | "不大于" | "至多" | "最多出" | "最多给" | "最高不超过" | "最多" | "不超" | "不满"
        | "最高" | "以内" | "以下" | "之内" | "控制在" | "不到" | "不足" | "小于" | "少于" | "低于" | "封顶" | "上限" => {
            HedgeKind::AtMost
        }
        _ => return None,
    })
}

/// Both ends of a number with its hedge applied: `About` keeps both, `AtLeast` opens the upper end, `AtMost` the lower.
pub(super) fn ends<T: Copy>(low: T, high: T, hedge_kind: Option<HedgeKind>) -> (Option<T>, Option<T>) {
    match hedge_kind {
        None | Some(HedgeKind::About) => (Some(low), Some(high)),
        Some(HedgeKind::AtLeast) => (Some(low), None),
        Some(HedgeKind::AtMost) => (None, Some(high)),
    }
}
