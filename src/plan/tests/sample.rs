//! A small plan.

use crate::domain::{NeedId, OrganizationId};
use crate::plan::{
    Alternate, ChangedPair, Changes, Coverage, DRAFT, FrontierPoint, NeedFacts, Partner, Plan, PlanEnding, PlanSetting,
    PlanSummary, PlannedNeed, PlannedOrganization, PriceOfFairness, Relaxation, SettingName, SettingValue, Unmet, UnplannedNeed,
};

fn partner(id: &str, amount_yuan: f64, lead: bool) -> Partner {
    Partner {
        organization: OrganizationId::new(id),
        name: format!("{id}基金会"),
        amount_yuan,
        lead,
        score: 300,
        fit: 71,
        reasons: vec!["在当地做过两个项目".to_owned(), "领域相符".to_owned()],
        warnings: vec!["内部核实用语".to_owned()],
    }
}

fn need(id: &str, title: &str, gap_yuan: f64, partners: Vec<Partner>) -> PlannedNeed {
    let proposed_yuan: f64 = partners.iter().map(|it| it.amount_yuan).sum();
    let unmet = (proposed_yuan < gap_yuan).then(|| Unmet {
        yuan: gap_yuan - proposed_yuan,
        reason: "资金不足".to_owned(),
        relaxations: ["甲基金会预算增加10万元", "允许再增加一家合作组织"]
            .map(|text| Relaxation { text: text.to_owned(), yuan: 0.0, adjustment: None })
            .to_vec(),
    });
    PlannedNeed {
        need: NeedId::new(id),
        title: title.to_owned(),
        facts: NeedFacts {
            content: Some("村医培训两期，购置随访设备".to_owned()),
            beneficiaries: Some("近200名乡村医生".to_owned()),
            place: Some("升平镇".to_owned()),
            deadline: Some(jiff::civil::date(2027, 6, 30)),
            submitted_by: Some("德钦县卫生健康局".to_owned()),
        },
        region: Some("云南省迪庆藏族自治州德钦县".to_owned()),
        sectors: vec!["助医与健康".to_owned()],
        gap_yuan,
        proposed_yuan,
        partners,
        alternates: vec![Alternate {
            organization: OrganizationId::new("丁"),
            name: "丁基金会".to_owned(),
            fit: 40,
            free_yuan: 120_000.0,
        }],
        unmet,
    }
}

fn organization(id: &str, load_yuan: f64, projects: usize, max_projects: Option<u32>) -> PlannedOrganization {
    PlannedOrganization {
        organization: OrganizationId::new(id),
        name: format!("{id}基金会"),
        capacity_yuan: 1_000_000.0,
        capacity_source: "组织自报的年度预算".to_owned(),
        load_yuan,
        projects,
        max_projects,
        value_of_10k_yuan: 3_456.0,
    }
}

/// Three needs (one met in full by two partners, one in part, one not at all), two organizations, one unplanned need.
pub(crate) fn plan() -> Plan {
    let needs = vec![
        need("n1", "=村医培训", 335_000.0, vec![partner("甲", 200_000.0, true), partner("乙", 135_000.0, false)]),
        need("n2", "学校净水\n设备", 500_000.0, vec![partner("乙", 123_456.0, true)]),
        need("n3", "@义肢安装", 80_000.0, Vec::new()),
    ];
    let coverage =
        |name: &str, needs, asked_yuan, proposed_yuan| Coverage { name: name.to_owned(), needs, asked_yuan, proposed_yuan };
    Plan {
        note: DRAFT.to_owned(),
        as_of: jiff::civil::date(2026, 11, 22),
        snapshot: "42".to_owned(),
        settings: vec![PlanSetting { name: SettingName::MinTicket, value: SettingValue::Yuan(Some(10_000)) }],
        summary: PlanSummary {
            needs: 3,
            full: 1,
            partial: 1,
            none: 1,
            joint: 1,
            organizations: 2,
            asked_yuan: 915_000.0,
            proposed_yuan: 458_456.0,
            unit_yuan: 1.0,
            value: 210_000.0,
            bound: 212_000.0,
            gap: 2_000.0 / 212_000.0,
            ending: PlanEnding::Exhausted,
            pairs: 5,
            bound_of_all: Some(213_000.0),
            interrupted: false,
            price_of_fairness: Some(PriceOfFairness {
                weighed_yuan: 300_000.0,
                weighed_yuan_without: 310_000.0,
                proposed_yuan_without: 470_000.0,
                below_quarter: 2,
                below_quarter_without: 3,
            }),
            unstable_share: Some(0.03),
            changes: Some(Changes {
                count: 2,
                limit: 3,
                forced: 1,
                chosen: 1,
                pairs: vec![ChangedPair {
                    need: NeedId::new("n1"),
                    title: "村医培训".to_owned(),
                    organization: OrganizationId::new("甲"),
                    name: "甲基金会".to_owned(),
                    before_yuan: 335_000.0,
                    now_yuan: 200_000.0,
                    chosen: false,
                    reason: "该组织可用的资金现为20万元".to_owned(),
                }],
                frontier: vec![FrontierPoint { changes: 0, value: 180_000.0 }, FrontierPoint { changes: 2, value: 210_000.0 }],
            }),
        },
        needs,
        organizations: vec![organization("乙", 258_456.0, 2, None), organization("甲", 200_000.0, 1, Some(3))],
        regions: vec![coverage("德钦县", 2, 835_000.0, 458_456.0), coverage("维西县", 1, 80_000.0, 0.0)],
        sectors: vec![coverage("助医与健康", 3, 915_000.0, 458_456.0)],
        unplanned: vec![UnplannedNeed {
            need: "第7行".to_owned(),
            title: Some("修路".to_owned()),
            region: Some("维西县".to_owned()),
            reason: "没有写金额".to_owned(),
        }],
        remarks: Vec::new(),
    }
}
