//! What the demo data promises: size, spread, honesty.

use std::collections::HashSet;

use crate::data::{Data, needs_of, organizations_of, projects_of, records};
use qianshou::domain::OrganizationId;

fn text<'a>(record: &'a serde_json::Value, key: &str) -> &'a str {
    record[key].as_str().unwrap_or_default()
}

fn is_synthetic(record: &serde_json::Value) -> bool {
    text(record, "id").starts_with("demo-")
}

#[tokio::test]
async fn the_demo_is_large_and_wide_enough() {
    let data = Data::demo().await;
    let catalog = data.app.catalog();
    assert!(organizations_of(&catalog).len() >= 60);
    let projects = projects_of(&catalog);
    let complete = projects.iter().filter(|it| !it.participants.is_empty() && it.amount.is_some() && it.period.is_some());
    assert!(complete.count() >= 150);
    let needs = needs_of(&catalog);
    let open: Vec<_> = needs.iter().filter(|it| it.status == qianshou::domain::NeedStatus::Open).collect();
    let prefectures: HashSet<_> = open.iter().flat_map(|it| it.record.certain_regions()).map(|it| it.code.prefecture()).collect();
    let sectors: HashSet<_> =
        open.iter().flat_map(|it| &it.record.sectors).filter_map(|it| it.code.as_str().split('.').next()).collect();
    assert!(open.len() >= 40 && prefectures.len() >= 12 && sectors.len() >= 10);
}

#[test]
fn synthetic_records_say_so_and_take_nobody_real() {
    let names = |synthetic: bool| -> HashSet<String> {
        let all = records("organizations.jsonl");
        all.iter().filter(|it| is_synthetic(it) == synthetic).map(|it| text(it, "name").to_owned()).collect()
    };
    assert!(names(true).iter().all(|name| name.starts_with("示例")));
    assert!(names(false).iter().all(|name| !name.starts_with("示例")));
    for (file, key) in [("projects.jsonl", "title"), ("needs.jsonl", "title")] {
        for record in records(file).iter().filter(|it| is_synthetic(it)) {
            assert!(text(record, key).starts_with("【示例】") && text(record, "source").contains("示例"), "{record}");
            for participant in record["participants"].as_array().into_iter().flatten() {
                assert!(text(participant, "organization").starts_with("demo-"), "{record}");
            }
        }
    }
}

#[tokio::test]
async fn the_joint_claims_of_the_seeds_are_kept_as_far_as_they_are_known() {
    let data = Data::demo().await;
    let catalog = data.app.catalog();
    let doctors = catalog.project_record(catalog.project(&qianshou::domain::ProjectId::new("seed-p05")).unwrap());
    assert_eq!(doctors.amount.as_ref().unwrap().point().unwrap().yuan(), 3_350_000.0);
    let stated = doctors.participants.iter().filter_map(|it| it.amount).map(qianshou::domain::Money::yuan);
    assert_eq!(stated.collect::<Vec<_>>(), [1e6, 1e6]);
    assert_eq!(doctors.participants.len(), 7);
    let water = catalog.project_record(catalog.project(&qianshou::domain::ProjectId::new("seed-p12")).unwrap());
    assert_eq!((water.participants.len(), water.partners()), (0, 29));
    assert_eq!(catalog.claims.len(), 7);
    assert!(catalog.organization(&OrganizationId::new("seed-o03")).is_some());
}
