//! The words of a letter of invitation, line by line, so that plain text and documents say the same.

use jiff::civil::Date;

use super::invitation::{InvitedNeed, Lines, Sender, Style, place};
use crate::domain::Money;

/// Longest account of what is needed, in characters. Lists have it whole.
const MAX_CONTENT: usize = 300;

/// The letter to one organization.
pub(super) fn letter(as_of: Date, name: &str, needs: &[InvitedNeed], total_yuan: f64, sender: &Sender) -> Lines {
    let total = money(total_yuan);
    let mut lines = vec![
        (Style::Title, "关于邀请参与帮扶需求的函（草稿）".to_owned()),
        blank(),
        (Style::Address, format!("{name}：")),
        body(format!(
            "为做好基层帮扶需求与社会力量的对接，现有{}项需求拟邀请贵单位考虑，建议金额合计{total}。本函仅为邀请，不构成任何义务；是否认领、认领多少，由贵单位自主决定。",
            needs.len()
        )),
        heading("一、需求和建议"),
    ];
    for (n, need) in (1..).zip(needs) {
        lines.push((Style::Item, format!("（{}）{}", numeral(n), need.title)));
        lines.extend(of_need(need));
    }
    let day = |day: Date| day.strftime("%Y年%-m月%-d日").to_string();
    let by = sender.reply_by.map_or_else(|| "　　　年　　月　　日".to_owned(), day);
    let to = sender.reply_to.as_deref().unwrap_or("　　　　　　　　");
    lines.extend([
        heading("二、请予回复"),
        body(format!("请于{by}前回复{to}，并就每项需求从以下三项中选择一项：")),
        body("1．认领：按建议金额承担；"),
        body("2．部分认领：请写明愿意承担的金额或内容；"),
        body("3．暂不考虑：不需说明理由。"),
        heading("三、有关说明"),
        body(format!(
            "以上建议依据{}已知的记录提出，仅供参考，如有不符请予指正。贵单位自行作出认领之前，以上内容均不生效，不计为认领。",
            day(as_of)
        )),
        blank(),
        (Style::Signature, sender.office.clone().unwrap_or_else(|| "（发函单位）".to_owned())),
        (Style::Signature, "　　年　　月　　日".to_owned()),
    ]);
    lines
}

fn of_need(need: &InvitedNeed) -> Vec<(Style, String)> {
    let facts = &need.facts;
    let place = place(need);
    let deadline = facts.deadline.map(|day| format!("希望在{}前完成", day.strftime("%Y年%-m月%-d日")));
    let known = [
        (!place.is_empty()).then(|| format!("地点：{place}")),
        facts.submitted_by.as_ref().map(|it| format!("申报单位：{}", office(it, need.region.as_deref()))),
        facts.beneficiaries.as_ref().map(|it| format!("受益对象：{it}")),
        deadline,
        Some(format!("编号：{}", need.need)),
    ];
    let known: Vec<String> = known.into_iter().flatten().collect();
    let mut lines = vec![body(format!("{}。", known.join("；")))];
    if let Some(content) = &facts.content {
        let text: String = content.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_long = text.chars().count() > MAX_CONTENT;
        let shown: String = text.chars().take(MAX_CONTENT).collect();
        let end = if is_long { "……（全文见需求清单）" } else { "。" };
        lines.push(body(format!("主要内容：{}{end}", shown.trim_end_matches('。'))));
    }
    let lead = if need.lead { "，并建议由贵单位牵头" } else { "" };
    let share = format!("资金缺口{}，建议贵单位承担{}{lead}。", money(need.gap_yuan), money(need.amount_yuan));
    let others =
        if need.partners.is_empty() { String::new() } else { format!("同时拟邀请：{}。", need.partners.join("、")) };
    lines.push(body(format!("{share}{others}")));
    if !need.reasons.is_empty() {
        let reasons: Vec<&str> = need.reasons.iter().map(|it| it.trim_end_matches(['。', '；'])).collect();
        lines.push(body(format!("邀请贵单位的考虑：{}。", reasons.join("；"))));
    }
    lines
}

/// An office with the place that it belongs to, unless its name says where.
fn office(name: &str, region: Option<&str>) -> String {
    match region {
        Some(region) if name.starts_with(['县', '市', '区', '州', '镇', '乡']) => format!("{region}（{name}）"),
        _ => name.to_owned(),
    }
}

fn body(text: impl Into<String>) -> (Style, String) {
    (Style::Body, text.into())
}

fn heading(text: &str) -> (Style, String) {
    (Style::Heading, text.to_owned())
}

const fn blank() -> (Style, String) {
    (Style::Blank, String::new())
}

fn money(yuan: f64) -> String {
    Money::from_yuan(yuan).map_or_else(|| "待定".to_owned(), |money| money.to_string())
}

/// A number below 100 in Chinese, as headings count; larger ones in digits.
fn numeral(n: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match (n / 10, n % 10) {
        (0, ones) => DIGITS[ones].to_owned(),
        (1, ones) => format!("十{}", DIGITS[ones]),
        (tens @ 2..=9, ones) => format!("{}十{}", DIGITS[tens], DIGITS[ones]),
        _ => n.to_string(),
    }
}

/// The letter as plain text; each line is a paragraph.
pub(super) fn plain(lines: &Lines) -> String {
    let line = |(style, text): &(Style, String)| match style {
        Style::Title | Style::Address | Style::Heading => text.clone(),
        Style::Item | Style::Body => format!("　　{text}"),
        Style::Signature => format!("　　　　　　　　　　　　　　　　{text}"),
        Style::Blank => String::new(),
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{numeral, office};

    #[test]
    fn an_office_is_named_with_its_place() {
        let region = Some("云南省迪庆藏族自治州德钦县");
        assert_eq!(office("县民政局", region), "云南省迪庆藏族自治州德钦县（县民政局）");
        assert_eq!(office("德钦县卫生健康局", region), "德钦县卫生健康局");
        assert_eq!(office("县民政局", None), "县民政局");
    }

    #[test]
    fn headings_count_in_chinese() {
        let all = [1, 10, 11, 20, 46, 99, 100].map(numeral);
        assert_eq!(all, ["一", "十", "十一", "二十", "四十六", "九十九", "100"]);
    }
}
