//! Invitations from a plan: one letter per organization. A letter is a draft to send, neither a claim nor an obligation.

use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;
use serde::{Deserialize, Serialize};

use super::DocumentError;
use super::tables::{Cell, Column, Kind, Total, workbook, write_sheet};
use crate::domain::{Money, NeedId, OrganizationId};
use crate::plan::{Partner, Plan, PlannedNeed};

/// The invitation of one organization. It contains no contacts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// The needs that it is asked to share, largest amount first.
    pub needs: Vec<InvitedNeed>,
    /// The total sum that it is asked for, in yuan.
    pub total_yuan: f64,
    /// The letter, in Chinese.
    pub text: String,
}

/// A need in an invitation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvitedNeed {
    /// Its id, or its row if it has none.
    pub need: NeedId,
    /// Its title, or the start of its text.
    pub title: String,
    /// Where.
    pub region: Option<String>,
    /// The proposed share, in yuan.
    pub amount_yuan: f64,
    /// The whole gap of the need, in yuan.
    pub gap_yuan: f64,
    /// True if the organization is asked to lead (牵头).
    pub lead: bool,
    /// Names of the other organizations that are asked.
    pub partners: Vec<String>,
    /// The reasons for asking the organization, in sentences.
    pub reasons: Vec<String>,
}

/// The invitations of a plan, one per organization, largest sum first.
#[must_use]
pub fn invitations(plan: &Plan) -> Vec<Invitation> {
    let mut asked: BTreeMap<&OrganizationId, (&str, Vec<InvitedNeed>)> = BTreeMap::new();
    for need in &plan.needs {
        for partner in &need.partners {
            let (_, needs) = asked.entry(&partner.organization).or_insert((&partner.name, Vec::new()));
            needs.push(invited(need, partner));
        }
    }
    let invitations = asked.into_iter().map(|(organization, (name, mut needs))| {
        needs.sort_by(|a, b| b.amount_yuan.total_cmp(&a.amount_yuan));
        let total_yuan = needs.iter().map(|it| it.amount_yuan).sum();
        let text = letter(plan, name, &needs, total_yuan);
        Invitation { organization: organization.clone(), name: name.to_owned(), needs, total_yuan, text }
    });
    let mut invitations: Vec<Invitation> = invitations.collect();
    invitations.sort_by(|a, b| b.total_yuan.total_cmp(&a.total_yuan));
    invitations
}

fn invited(need: &PlannedNeed, partner: &Partner) -> InvitedNeed {
    let others = need.partners.iter().filter(|it| it.organization != partner.organization);
    InvitedNeed {
        need: need.need.clone(),
        title: need.title.split_whitespace().collect::<Vec<_>>().join(" "),
        region: need.region.clone(),
        amount_yuan: partner.amount_yuan,
        gap_yuan: need.gap_yuan,
        lead: partner.lead,
        partners: others.map(|it| it.name.clone()).collect(),
        // A letter does not mention how the score weights projects.
        reasons: partner.reasons.iter().map(|it| it.replace("，近年项目权重较高", "")).collect(),
    }
}

/// The letter; each line is a paragraph.
fn letter(plan: &Plan, name: &str, needs: &[InvitedNeed], total_yuan: f64) -> String {
    let mut lines = vec![
        "关于邀请参与帮扶需求的函（征求意见稿）".to_owned(),
        String::new(),
        format!("{name}："),
        format!(
            "　　为做好基层帮扶需求与社会力量的对接，现有{}项需求拟邀请贵单位考虑，建议金额合计{}。本函仅为邀请，不构成任何义务；是否认领、认领多少，由贵单位自主决定。",
            needs.len(),
            money(total_yuan)
        ),
        String::new(),
        "一、需求和建议金额".to_owned(),
    ];
    for (n, need) in needs.iter().enumerate() {
        let region = need.region.as_ref().map(|region| format!("，{region}")).unwrap_or_default();
        lines.push(format!("　　{}．{}（编号{}{region}）", n + 1, need.title, need.need));
        let lead = if need.lead && !need.partners.is_empty() { "，并建议由贵单位牵头" } else { "" };
        lines.push(format!("　　资金缺口{}，建议贵单位承担{}{lead}。", money(need.gap_yuan), money(need.amount_yuan)));
        if !need.partners.is_empty() {
            lines.push(format!("　　同时拟邀请：{}。", need.partners.join("、")));
        }
        if !need.reasons.is_empty() {
            let reasons: Vec<&str> = need.reasons.iter().map(|it| it.trim_end_matches(['。', '；'])).collect();
            lines.push(format!("　　邀请贵单位的考虑：{}。", reasons.join("；")));
        }
    }
    lines.extend([
        String::new(),
        "二、请予回复".to_owned(),
        "　　请就每项需求从以下三项中选择一项：".to_owned(),
        "　　1．认领：按建议金额承担；".to_owned(),
        "　　2．部分认领：请写明愿意承担的金额或内容；".to_owned(),
        "　　3．暂不考虑：不需说明理由。".to_owned(),
        String::new(),
        "三、有关说明".to_owned(),
        format!(
            "　　以上建议依据{}已知的记录提出，仅供参考，如有不符请予指正。贵单位自行作出认领之前，以上内容均不生效，不计为认领。",
            plan.as_of.strftime("%Y年%-m月%-d日")
        ),
        String::new(),
        "　　　　　　　　　　　　　　　　（发函单位）".to_owned(),
        "　　　　　　　　　　　　　　　　　　年　　月　　日".to_owned(),
    ]);
    lines.join("\n")
}

fn money(yuan: f64) -> String {
    Money::from_yuan(yuan).map_or_else(|| "待定".to_owned(), |money| money.to_string())
}

/// All letters as plain text, separated by rules.
#[must_use]
pub fn invitation_text(invitations: &[Invitation]) -> String {
    let rule = format!("\n\n{}\n\n", "─".repeat(36));
    let letters: Vec<&str> = invitations.iter().map(|it| it.text.as_str()).collect();
    letters.join(&rule) + "\n"
}

/// All letters as Markdown, one section each. Text is escaped, so that data are never taken for markup.
#[must_use]
pub fn invitation_markdown(invitations: &[Invitation]) -> String {
    let mut text = "# 邀请函（草案）\n".to_owned();
    for it in invitations {
        text.push_str(&format!("\n## {}\n", escaped(&it.name)));
        for line in it.text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            text.push_str(&format!("\n{}\n", escaped(line)));
        }
    }
    text
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if "\\`*_{}[]<>#+-!|~&=".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

const COLUMNS: [Column; 11] = [
    Column("组织编号", 12.0, Kind::Text, Total::None),
    Column("组织", 20.0, Kind::Text, Total::None),
    Column("需求编号", 12.0, Kind::Text, Total::None),
    Column("需求", 22.0, Kind::Text, Total::None),
    Column("地区", 15.0, Kind::Text, Total::None),
    Column("资金缺口（万元）", 11.0, Kind::Money, Total::None),
    Column("建议金额（万元）", 11.0, Kind::Money, Total::Sum),
    Column("牵头", 6.5, Kind::Text, Total::None),
    Column("同时拟邀请", 20.0, Kind::Text, Total::None),
    Column("邀请的考虑", 30.0, Kind::Text, Total::None),
    Column("邀请函", 66.0, Kind::Text, Total::None),
];

/// The invitations as an XLSX workbook: one row per organization and need, the letter once per organization.
///
/// # Errors
/// The document has more rows than the format allows.
pub fn invitation_workbook(plan: &Plan, invitations: &[Invitation]) -> Result<Vec<u8>, DocumentError> {
    bytes(plan, invitations).map_err(DocumentError::from)
}

fn bytes(plan: &Plan, invitations: &[Invitation]) -> Result<Vec<u8>, XlsxError> {
    let rows: Vec<_> =
        invitations.iter().flat_map(|it| it.needs.iter().enumerate().map(|(n, need)| row(it, need, n == 0))).collect();
    let mut book = workbook("邀请函（草案）", plan.as_of)?;
    write_sheet(book.add_worksheet().set_name("邀请")?, &COLUMNS, &rows, plan.as_of)?;
    book.save_to_buffer()
}

fn row(invitation: &Invitation, need: &InvitedNeed, is_first: bool) -> Vec<Cell> {
    vec![
        Cell::text(invitation.organization.as_str()),
        Cell::text(&invitation.name),
        Cell::text(need.need.as_str()),
        Cell::text(&need.title),
        Cell::text(need.region.as_deref().unwrap_or_default()),
        Cell::Number(need.gap_yuan),
        Cell::Number(need.amount_yuan),
        Cell::text(if need.lead { "牵头" } else { "" }),
        Cell::Text(need.partners.join("、")),
        Cell::Text(need.reasons.join("\n")),
        if is_first { Cell::text(&invitation.text) } else { Cell::Blank },
    ]
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;
    use crate::plan::tests::sample::plan;

    #[test]
    fn each_organization_gets_one_letter_over_all_its_needs() {
        let plan = plan();
        let all = invitations(&plan);
        assert_eq!(all.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["乙基金会", "甲基金会"]);
        assert_eq!(all.iter().map(|it| it.total_yuan).sum::<f64>(), plan.summary.proposed_yuan);
        let first = &all[0];
        assert_eq!(first.needs.iter().map(|it| it.need.as_str()).collect::<Vec<_>>(), ["n1", "n2"]);
        assert_eq!(first.needs[0].partners, ["甲基金会"]);
        assert!(!first.needs[0].lead && all[1].needs[0].lead);
        for part in [
            "仅为邀请，不构成任何义务",
            "25.8456万元",
            "1．=村医培训（编号n1，云南省",
            "资金缺口33.5万元，建议贵单位承担13.5万元",
            "同时拟邀请：甲基金会。",
            "邀请贵单位的考虑：在当地做过两个项目；领域相符。",
            "2．学校净水 设备（编号n2",
            "1．认领",
            "2．部分认领",
            "3．暂不考虑",
            "依据2026年11月22日已知的记录",
            "自行作出认领之前，以上内容均不生效",
        ] {
            assert!(first.text.contains(part), "{part}\n{}", first.text);
        }
        assert!(!first.text.contains("内部核实用语"), "warnings are for the coordinator");
        assert!(all[1].text.contains("建议贵单位承担20万元，并建议由贵单位牵头"));
    }

    #[test]
    fn letters_are_exported_whole() {
        let mut plan = plan();
        plan.needs[0].title = "<b>#1* 村医</b>".to_owned();
        let all = invitations(&plan);
        let text = invitation_text(&all);
        assert_eq!(text.matches("关于邀请参与帮扶需求的函").count(), 2);
        assert!(text.contains("<b>#1* 村医</b>"));
        let markdown = invitation_markdown(&all);
        assert!(markdown.contains("\n## 乙基金会\n") && markdown.contains("\\<b\\>\\#1\\* 村医"), "{markdown}");
        let json = serde_json::to_string(&all).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Invitation>>(&json).unwrap(), all);
    }

    #[test]
    fn the_workbook_has_a_row_an_organization_and_need() {
        let plan = plan();
        let bytes = invitation_workbook(&plan, &invitations(&plan)).unwrap();
        assert!(bytes == invitation_workbook(&plan, &invitations(&plan)).unwrap());
        let range = Xlsx::new(Cursor::new(bytes)).unwrap().worksheet_range("邀请").unwrap();
        assert_eq!(range.height(), 1 + 3 + 1);
        assert_eq!(range.get((1, 6)), Some(&Data::Float(13.5)));
        assert_eq!(range.get((4, 6)), Some(&Data::Float(45.8456)));
        assert!(range.get((1, 10)).unwrap().to_string().contains("乙基金会："));
        assert_eq!(range.get((2, 10)), Some(&Data::Empty));
    }

    #[test]
    fn a_plan_without_partners_invites_nobody() {
        let mut plan = plan();
        plan.needs.iter_mut().for_each(|need| need.partners.clear());
        assert_eq!(invitations(&plan), []);
    }
}
