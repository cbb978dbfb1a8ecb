//! Invitations from a plan: one letter per organization. A letter is a draft to send, neither a claim nor an obligation.

use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use super::DocumentError;
use super::invitation::{Invitation, InvitedNeed, Sender, place};
use super::letter_text::{letter, plain};
use super::tables::{Cell, Column, Kind, Total, workbook, write_sheet};
use crate::domain::OrganizationId;
use crate::plan::{Partner, Plan, PlannedNeed};

/// The invitations of a plan, one per organization, largest sum first.
#[must_use]
pub fn invitations(plan: &Plan, sender: &Sender) -> Vec<Invitation> {
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
        let lines = letter(plan.as_of, name, &needs, total_yuan, sender);
        let text = plain(&lines);
        Invitation { organization: organization.clone(), name: name.to_owned(), needs, total_yuan, text, lines }
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
        facts: need.facts.clone(),
        amount_yuan: partner.amount_yuan,
        gap_yuan: need.gap_yuan,
        lead: partner.lead && need.partners.len() > 1,
        partners: others.map(|it| it.name.clone()).collect(),
        // A letter does not mention how the score weights projects.
        reasons: partner.reasons.iter().map(|it| it.replace("，近年项目权重较高", "")).collect(),
    }
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

const COLUMNS: [Column; 13] = [
    Column("组织", 20.0, Kind::Text, Total::None),
    Column("组织编号", 12.0, Kind::Text, Total::None),
    Column("需求", 22.0, Kind::Text, Total::None),
    Column("需求编号", 12.0, Kind::Text, Total::None),
    Column("地区", 15.0, Kind::Text, Total::None),
    Column("主要内容", 36.0, Kind::Text, Total::None),
    Column("受益对象", 14.0, Kind::Text, Total::None),
    Column("完成时限", 11.0, Kind::Text, Total::None),
    Column("资金缺口（万元）", 11.0, Kind::Money, Total::None),
    Column("建议金额（万元）", 11.0, Kind::Money, Total::Sum),
    Column("牵头", 6.5, Kind::Text, Total::None),
    Column("同时拟邀请", 20.0, Kind::Text, Total::None),
    Column("邀请的考虑", 36.0, Kind::Text, Total::None),
];

/// The invitations as an XLSX workbook: one row per organization and need.
///
/// # Errors
/// The document has more rows than the format allows.
pub fn invitation_workbook(plan: &Plan, invitations: &[Invitation]) -> Result<Vec<u8>, DocumentError> {
    bytes(plan, invitations).map_err(DocumentError::from)
}

fn bytes(plan: &Plan, invitations: &[Invitation]) -> Result<Vec<u8>, XlsxError> {
    let rows: Vec<_> = invitations.iter().flat_map(|it| it.needs.iter().map(|need| row(it, need))).collect();
    let mut book = workbook("邀请函（草案）", plan.as_of)?;
    write_sheet(book.add_worksheet().set_name("邀请")?, &COLUMNS, &rows, plan.as_of)?;
    book.save_to_buffer()
}

fn row(invitation: &Invitation, need: &InvitedNeed) -> Vec<Cell> {
    let facts = &need.facts;
    vec![
        Cell::text(&invitation.name),
        Cell::text(invitation.organization.as_str()),
        Cell::text(&need.title),
        Cell::text(need.need.as_str()),
        Cell::Text(place(need)),
        Cell::text(facts.content.as_deref().unwrap_or_default()),
        Cell::text(facts.beneficiaries.as_deref().unwrap_or_default()),
        Cell::Text(facts.deadline.map(|day| day.to_string()).unwrap_or_default()),
        Cell::Number(need.gap_yuan),
        Cell::Number(need.amount_yuan),
        Cell::text(if need.lead { "牵头" } else { "" }),
        Cell::Text(need.partners.join("、")),
        Cell::Text(need.reasons.join("\n")),
    ]
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;
    use crate::plan::tests::sample::plan;

    fn sender() -> Sender {
        Sender {
            office: Some("示例市合作交流办公室".to_owned()),
            reply_by: Some(jiff::civil::date(2026, 12, 15)),
            reply_to: Some("示例市合作交流办公室社会动员处（传真021-00000000）".to_owned()),
        }
    }

    #[test]
    fn each_organization_gets_one_letter_over_all_its_needs() {
        let plan = plan();
        let all = invitations(&plan, &sender());
        assert_eq!(all.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["乙基金会", "甲基金会"]);
        assert_eq!(all.iter().map(|it| it.total_yuan).sum::<f64>(), plan.summary.proposed_yuan);
        assert_eq!(all[0].needs.iter().map(|it| it.need.as_str()).collect::<Vec<_>>(), ["n1", "n2"]);
        assert!(!all[0].needs[0].lead && all[1].needs[0].lead);
        assert!(!all[0].text.contains("内部核实用语"), "warnings are for the coordinator");
        insta::assert_snapshot!("letter", all[0].text);
        assert!(all[1].text.contains("建议贵单位承担20万元，并建议由贵单位牵头"));
    }

    #[test]
    fn what_the_office_has_not_said_is_left_blank() {
        let all = invitations(&plan(), &Sender::default());
        assert!(all[0].text.contains("请于　　　年　　月　　日前回复　　　　　　　　，"), "{}", all[0].text);
        assert!(all[0].text.contains("（发函单位）"), "{}", all[0].text);
    }

    #[test]
    fn who_stands_alone_leads_nobody() {
        let mut plan = plan();
        plan.needs[0].partners.truncate(1);
        plan.needs[0].partners[0].lead = true;
        assert!(invitations(&plan, &sender()).iter().all(|it| !it.text.contains("牵头")));
    }

    #[test]
    fn letters_are_exported_whole() {
        let mut plan = plan();
        plan.needs[0].title = "<b>#1* 村医</b>".to_owned();
        let all = invitations(&plan, &sender());
        let text = invitation_text(&all);
        assert_eq!(text.matches("关于邀请参与帮扶需求的函").count(), 2);
        assert!(text.contains("<b>#1* 村医</b>"));
        let markdown = invitation_markdown(&all);
        assert!(markdown.contains("\n## 乙基金会\n") && markdown.contains("\\<b\\>\\#1\\* 村医"), "{markdown}");
        let json = serde_json::to_string(&all).unwrap();
        let read: Vec<Invitation> = serde_json::from_str(&json).unwrap();
        assert_eq!(read.iter().map(|it| &it.text).collect::<Vec<_>>(), all.iter().map(|it| &it.text).collect::<Vec<_>>());
    }

    #[test]
    fn the_workbook_has_a_row_an_organization_and_need() {
        let plan = plan();
        let all = invitations(&plan, &sender());
        let bytes = invitation_workbook(&plan, &all).unwrap();
        assert!(bytes == invitation_workbook(&plan, &all).unwrap());
        let range = Xlsx::new(Cursor::new(bytes)).unwrap().worksheet_range("邀请").unwrap();
        assert_eq!(range.height(), 1 + 3 + 1);
        assert_eq!(range.get((1, 9)), Some(&Data::Float(13.5)));
        assert_eq!(range.get((4, 9)), Some(&Data::Float(45.8456)));
        assert_eq!(range.get((1, 6)).unwrap().to_string(), "近200名乡村医生");
    }

    #[test]
    fn a_plan_without_partners_invites_nobody() {
        let mut plan = plan();
        plan.needs.iter_mut().for_each(|need| need.partners.clear());
        assert_eq!(invitations(&plan, &sender()), []);
    }
}
