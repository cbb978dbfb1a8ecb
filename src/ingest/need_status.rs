//! The state of a need as offices write it in their lists: 已认领, 实施中, √, 已由某基金会认领…

use super::fields::Fields;
use crate::domain::{Need, NeedStatus};
use crate::excerpt::excerpt;

/// What a cell says about the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Status(NeedStatus),
    /// The need stays open, for a reason that the reader is told.
    Open(&'static str),
}

use NeedStatus::{Claimed, Closed, Done, Open, Withdrawn};

/// Whole cells, without blanks and remarks in brackets.
const WORDS: &[(Said, &[&str])] = &[
    (
        Said::Status(Open),
        &[
            "open",
            "published",
            "待认领",
            "未认领",
            "无人认领",
            "尚未认领",
            "没有认领",
            "公布",
            "已公布",
            "发布",
            "已发布",
            "征集中",
            "待对接",
            "未对接",
            "待落实",
            "未落实",
            "未签约",
            "未开始",
            "否",
            "无",
            "×",
            "x",
            "✗",
            "✘",
            "n",
            "no",
            "false",
            "0",
        ],
    ),
    (
        Said::Status(Claimed),
        &[
            "claimed",
            "已认领",
            "认领",
            "认领完成",
            "全部认领",
            "已全部认领",
            "已对接",
            "对接成功",
            "已落实",
            "已签约",
            "签约",
            "已签协议",
            "已签订协议",
            "实施中",
            "正在实施",
            "在实施",
            "进行中",
            "执行中",
            "推进中",
            "建设中",
            "在建",
            "施工中",
            "已启动",
            "已开工",
            "已到账",
            "是",
            "√",
            "✓",
            "✔",
            "y",
            "yes",
            "true",
            "1",
        ],
    ),
    (
        Said::Status(Done),
        &[
            "done",
            "已完成",
            "完成",
            "已完工",
            "完工",
            "已竣工",
            "竣工",
            "已办结",
            "办结",
            "已验收",
            "验收合格",
            "已结项",
            "结项",
            "已交付",
            "已实施完成",
            "实施完毕",
        ],
    ),
    (
        Said::Status(Withdrawn),
        &["withdrawn", "已撤回", "撤回", "已撤销", "撤销", "已取消", "取消", "作废", "已作废", "不再需要", "已撤项", "撤项"],
    ),
    (
        Said::Status(Closed),
        &["closed", "已关闭", "关闭", "已结束", "结束", "终止", "已终止", "中止", "已中止", "已过期", "过期", "停止"],
    ),
    (
        Said::Open("被婉拒的需求仍待认领；如不再征集，请写“关闭”或“撤销”"),
        &["婉拒", "已婉拒", "拒绝", "被拒", "未通过", "declined"],
    ),
    (
        Said::Open("尚未认领完毕，仍按待认领；已落实的资金请填在“已落实资金”一列"),
        &[
            "部分认领",
            "已部分认领",
            "部分落实",
            "部分对接",
            "认领中",
            "对接中",
            "正在对接",
            "洽谈中",
            "有意向",
            "意向认领",
            "拟认领",
            "待签约",
            "待确认",
        ],
    ),
];

/// The state that a row states; if it states none, that of the `stored` need, else open. What a person did to a need outranks
/// what a list says of it.
pub(super) fn status(fields: &mut Fields<'_>, stored: Option<&Need>) -> NeedStatus {
    let kept = stored.map(|it| it.status);
    let Some(text) = fields.word("status") else { return kept.unwrap_or(Open) };
    let status = match said(&text) {
        Some(Said::Status(status)) => status,
        Some(Said::Open(hint)) => {
            fields.warn("status", hint);
            Open
        }
        None => {
            let status = kept.unwrap_or(Open);
            let reason = format!("看不懂的状态，按{}处理；请写待认领、已认领、实施中、已完成、撤销或关闭", status.label());
            fields.warn("status", &reason);
            return status;
        }
    };
    let Some((need, change)) = stored.and_then(|need| Some((need, need.status_change.as_ref()?))) else { return status };
    if status != need.status {
        let reason = format!(
            "这项需求已于{}由人工改为“{}”（原因：{}），状态不变；如要改，请在程序中更改",
            change.on,
            need.status.label(),
            excerpt(&change.note)
        );
        fields.warn("status", &reason);
    }
    need.status
}

fn said(text: &str) -> Option<Said> {
    let plain: String = text.chars().filter(|it| !it.is_whitespace()).collect::<String>().to_lowercase();
    let plain = plain.split(['(', '（', ',', '，', ';', '；', '。', ':', '：']).next().unwrap_or_default();
    if plain.is_empty() {
        return Some(Said::Status(Open));
    }
    let whole = WORDS.iter().find(|(_, words)| words.contains(&plain)).map(|&(said, _)| said);
    // 已由某基金会认领, 某基金会已认领
    let by_somebody = || {
        let is_not = ["未", "无人", "没有", "待", "拟"].iter().any(|it| plain.contains(it));
        let ends = ["认领", "已签约", "承接", "资助"].iter().any(|it| plain.ends_with(it));
        (ends && plain.chars().count() > 4).then_some(Said::Status(if is_not { Open } else { Claimed }))
    };
    whole.or_else(by_somebody)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_offices() {
        let of = |text: &str| match said(text) {
            Some(Said::Status(status)) => status.label(),
            Some(Said::Open(_)) => "待认领（提示）",
            None => "看不懂",
        };
        let table = [
            "已认领",
            "已签约",
            "实施中",
            "已完成",
            "婉拒",
            "已取消",
            "撤销",
            "关闭",
            "待认领",
            "未认领",
            "是",
            "否",
            "√",
            "×",
            "部分认领",
            "认领中",
            "已认领（示例基金会）",
            "已由示例慈善基金会认领",
            "示例慈善基金会已认领",
            "尚无人认领",
            "待示例基金会认领",
            " 实 施 中 ",
            "Closed",
            "等通知",
        ];
        let lines: Vec<String> = table.iter().map(|text| format!("{text}：{}", of(text))).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        已认领：已认领
        已签约：已认领
        实施中：已认领
        已完成：已完成
        婉拒：待认领（提示）
        已取消：已撤回
        撤销：已撤回
        关闭：已关闭
        待认领：待认领
        未认领：待认领
        是：已认领
        否：待认领
        √：已认领
        ×：待认领
        部分认领：待认领（提示）
        认领中：待认领（提示）
        已认领（示例基金会）：已认领
        已由示例慈善基金会认领：已认领
        示例慈善基金会已认领：已认领
        尚无人认领：待认领
        待示例基金会认领：待认领
         实 施 中 ：已认领
        Closed：已关闭
        等通知：看不懂
        ");
    }
}
