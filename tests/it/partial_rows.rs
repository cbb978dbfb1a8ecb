//! A row that states part of a record changes that part: nothing is wiped by a column that is missing or a cell that is blank,
//! and a known name never becomes a second record.

use qianshou::domain::{ClaimState, EntityKind, NeedId, OrganizationId};
use serde_json::{Value, json};

use crate::data::{Data, LOCAL, open_files, organizations_of, projects_of};

/// Imports a list and returns what was said: rejected rows, then warnings.
async fn import(data: &Data, name: &str, list: &str, kind: EntityKind) -> (Vec<String>, Vec<String>) {
    let files = open_files(&[data.file(name, list)], Some(kind)).unwrap();
    let report = data.app.import(LOCAL, None, &files, false, &|_| {}).await.unwrap();
    let reasons = |issues: &[qianshou::ingest::Issue]| issues.iter().map(|issue| issue.reason.clone()).collect();
    (reasons(report.rejected.head()), reasons(report.warnings.head()))
}

/// The stored record as JSON, without its contact.
fn organization(data: &Data, id: &str) -> Value {
    let catalog = data.app.catalog();
    let at = catalog.organization(&OrganizationId::new(id)).expect("a stored organization");
    serde_json::to_value(&*catalog.organization_record(at)).unwrap()
}

fn full() -> Value {
    json!({
        "id": "o1", "name": "云南省青山慈善基金会", "aliases": ["青山基金会"], "kind": "基金会", "level": "省级",
        "home_region": "云南省昆明市", "scope": "资助山区教育", "sectors": ["EDU"], "public_fundraising": "是", "rating": "4A",
        "annual_spend_yuan": 3_000_000, "budget_yuan": 1_000_000, "max_projects": 5, "min_ticket_yuan": 20_000,
        "willing_regions": ["迪庆州"], "willing_sectors": ["EDU"], "excluded_regions": ["上海市"], "excluded_sectors": ["MED"],
        "status": "活动异常", "source": "民政局名录", "contact": "13900001234"
    })
}

async fn with_full() -> Data {
    Data::with(&[("organizations.jsonl", full().to_string())]).await
}

#[tokio::test]
async fn three_columns_of_an_organization_keep_the_others() {
    for (name, list) in [
        ("org.csv", "统一社会信用代码,组织名称,年度预算,服务领域,简称\no1,云南省青山慈善基金会,200万元,,\n".to_owned()),
        ("org.jsonl", json!({"id": "o1", "budget_yuan": 2_000_000, "sectors": "", "aliases": [], "scope": " "}).to_string()),
        // By its name alone.
        ("name.csv", "组织名称,年度预算\n云南省青山慈善基金会,200万元\n".to_owned()),
        ("alias.csv", "组织名称,年度预算\n青山基金会,200万元\n".to_owned()),
    ] {
        let data = with_full().await;
        let mut expected = organization(&data, "o1");
        expected["budget_fen"] = json!(200_000_000);
        let (rejected, _) = import(&data, name, &list, EntityKind::Organizations).await;
        assert!(rejected.is_empty(), "{name}: {rejected:?}");
        assert_eq!(organization(&data, "o1"), expected, "{name}");
        assert_eq!(organizations_of(&data.app.catalog()).len(), 1, "{name}: no twin");
        let contact = data.app.erase_contact(LOCAL, EntityKind::Organizations, "o1").await;
        assert!(contact.is_ok(), "{name}: the contact is still there");
    }
}

#[tokio::test]
async fn null_and_the_word_clear_and_the_rest_stays() {
    let fields = ["aliases", "level", "home_region", "public_fundraising", "rating", "annual_spend_fen", "max_projects"];
    let by_null = json!({
        "id": "o1", "aliases": null, "level": null, "home_region": null, "public_fundraising": null, "rating": null,
        "annual_spend_yuan": null, "max_projects": null, "status": null, "contact": null
    });
    let by_word = "统一社会信用代码,组织名称,简称,登记层级,登记地,公开募捐资格,评估等级,年度公益支出,项目数上限,状态,联系电话\n\
        o1,云南省青山慈善基金会,清空,清空,清空,清空,清空,清空,清空,清空,清空\n";
    for (name, list) in [("a.jsonl", by_null.to_string()), ("a.csv", by_word.to_owned())] {
        let data = with_full().await;
        let mut expected = organization(&data, "o1");
        for field in fields {
            expected.as_object_mut().unwrap().remove(field);
        }
        expected["status"] = json!("normal");
        let (rejected, _) = import(&data, name, &list, EntityKind::Organizations).await;
        assert!(rejected.is_empty(), "{rejected:?}");
        assert_eq!(organization(&data, "o1"), expected, "{name}");
        assert!(data.app.erase_contact(LOCAL, EntityKind::Organizations, "o1").await.is_err(), "{name}: the contact is gone");
    }
}

#[tokio::test]
async fn a_need_a_project_and_a_claim_keep_what_their_row_leaves_out() {
    let need = json!({
        "id": "n1", "title": "学校净水", "description": "为二十所小学安装净水机", "region": "德钦县", "sector": "WAT",
        "amount_yuan": 300_000, "secured_yuan": 50_000, "beneficiaries": "4000人", "deadline": "2027-06-30", "urgency": "高",
        "township": "升平镇", "submitted_by": "德钦县教体局", "date": "2026-03-01", "status": "已认领", "contact": "某某 0887-8380000"
    });
    let project = json!({
        "id": "p1", "title": "乡村医生培训", "description": "培训乡村医生二百名", "region": "维西县", "sector": "MED", "year": 2020,
        "participants": ["云南省青山慈善基金会:30万元:牵头"], "amount_yuan": 300_000, "beneficiaries": "200人", "status": "已完成"
    });
    let claim =
        json!({"id": "c1", "need": "n1", "organization": "o1", "amount_yuan": 100_000, "state": "已签协议", "at": "2026-05-01"});
    let files = [
        ("organizations.jsonl", full().to_string()),
        ("projects.jsonl", project.to_string()),
        ("needs.jsonl", need.to_string()),
        ("claims.jsonl", claim.to_string()),
    ];
    let data = Data::with(&files).await;
    let stored = |data: &Data| {
        let catalog = data.app.catalog();
        let need = serde_json::to_value(&*catalog.need(&NeedId::new("n1")).unwrap()).unwrap();
        let project = serde_json::to_value(&projects_of(&catalog)[0]).unwrap();
        (need, project, catalog.claims.iter().next().unwrap().clone())
    };
    let (mut need, mut project, mut claim) = stored(&data);
    need["secured_fen"] = json!(8_000_000);
    need["urgency"] = json!("low");
    project["source"] = json!("年报");
    claim.reason = Some("首笔已到".to_owned());
    for (name, list, kind) in [
        ("n.jsonl", json!({"id": "n1", "secured_yuan": 80_000, "urgency": "低"}), EntityKind::Needs),
        ("p.jsonl", json!({"id": "p1", "source": "年报"}), EntityKind::Projects),
        ("c.jsonl", json!({"id": "c1", "reason": "首笔已到"}), EntityKind::Claims),
    ] {
        let said = import(&data, name, &list.to_string(), kind).await;
        assert_eq!(said, (Vec::new(), Vec::new()), "{name}");
    }
    let now = stored(&data);
    assert_eq!(now.0, need);
    assert_eq!(now.1, project);
    assert_eq!(now.2, claim);
    assert_eq!(claim.state, ClaimState::AgreementSigned);
    // What the old text said follows the new text; what columns stated stays.
    let text = json!({"id": "n1", "description": "为三十所小学安装净水机，受益师生六千人"}).to_string();
    assert_eq!(import(&data, "t.jsonl", &text, EntityKind::Needs).await, (Vec::new(), Vec::new()));
    let (text, ..) = stored(&data);
    for kept in ["title", "amount", "beneficiaries", "deadline", "urgency", "sectors", "place", "submitted_by", "status"] {
        assert_eq!(text[kept], need[kept], "{kept}");
    }
    assert_eq!(text["regions"][0]["code"], need["regions"][0]["code"]);
    assert!(text["normalized"].as_str().unwrap().contains("三十所"));
}

#[tokio::test]
async fn a_name_that_two_bear_is_refused_with_the_choice() {
    let twins = [
        json!({"id": "a", "name": "仁爱慈善会", "home_region": "昆明市"}),
        json!({"id": "b", "name": "仁爱慈善会", "home_region": "大理州"}),
    ];
    let data = Data::empty().await;
    let list = format!("{}\n{}\n", twins[0], twins[1]);
    let (rejected, _) = import(&data, "o.jsonl", &list, EntityKind::Organizations).await;
    assert!(rejected.is_empty(), "{rejected:?}");
    let (rejected, _) = import(&data, "o.csv", "组织名称,年度预算\n仁爱慈善会,200万元\n", EntityKind::Organizations).await;
    assert!(rejected[0].contains("编号a") && rejected[0].contains("编号b") && rejected[0].contains("昆明市"), "{rejected:?}");
    assert_eq!(organizations_of(&data.app.catalog()).len(), 2);
    // Another id for a known name is said.
    let third = json!({"id": "o9", "name": "云南省青山慈善基金会"}).to_string();
    let data = with_full().await;
    let (rejected, warnings) = import(&data, "o.jsonl", &third, EntityKind::Organizations).await;
    assert!(rejected.is_empty() && warnings[0].contains("同名") && warnings[0].contains("编号o1"), "{warnings:?}");
}

#[tokio::test]
async fn near_names_are_suggested() {
    let data = with_full().await;
    let project =
        json!({"id": "p", "title": "学校净水", "participants": ["云南青山慈善基金会", "四川省彩虹助学会"], "year": 2020});
    let (_, warnings) = import(&data, "p.jsonl", &project.to_string(), EntityKind::Projects).await;
    let asked = "名录中没有“云南青山慈善基金会”，是否为“云南省青山慈善基金会”？";
    assert!(warnings[0].starts_with(asked) && !warnings[1].contains("是否为"), "{warnings:?}");
    let (_, warnings) = import(&data, "o.csv", "组织名称\n云南省青山慈善基金\n", EntityKind::Organizations).await;
    assert!(warnings.iter().any(|it| it.contains("是否为“云南省青山慈善基金会”")), "{warnings:?}");
    let need = "项目名称,需求县\n净水,久冶县\n";
    let (rejected, _) = import(&data, "n.csv", need, EntityKind::Needs).await;
    assert!(rejected[0].contains("久治县"), "{rejected:?}");
}

#[tokio::test]
async fn a_duplicate_is_named_by_its_row_and_title() {
    let data = Data::empty().await;
    let list = "2025年清单,,\n项目名称,需求县,资金缺口（万元）\n为二十所小学安装净水设备,德钦县,12\n为二十所小学安装净水设备,德钦县,12\n";
    let (_, warnings) = import(&data, "甲.csv", list, EntityKind::Needs).await;
    assert!(warnings[0].contains("第3行需求“为二十所小学安装净水设备”"), "{warnings:?}");
    let other = list.replace("2025", "2026").replace(",12\n为二十所小学安装净水设备,德钦县,12\n", ",12.1\n");
    let (_, warnings) = import(&data, "乙.csv", &other, EntityKind::Needs).await;
    assert!(warnings.iter().any(|it| it.contains("“为二十所小学安装净水设备”（编号n-")), "{warnings:?}");
    // Two rows of one organization are one record; the later row adds to the first.
    let list = "统一社会信用代码,组织名称,年度预算,评估等级\nx1,甲基金会,30万元,\nx1,甲基金会,,4A\n";
    let (_, warnings) = import(&data, "o.csv", list, EntityKind::Organizations).await;
    assert!(warnings[0].contains("第2行“甲基金会”"), "{warnings:?}");
    let stored = organization(&data, "x1");
    assert_eq!((&stored["budget_fen"], &stored["rating"]), (&json!(30_000_000), &json!("4A")));
}
