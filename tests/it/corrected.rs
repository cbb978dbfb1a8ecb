//! A list that is handed in again is the same list: its rows are the needs that they were, with the values of the last version.
//! What is not certain is asked, and nothing is stored twice.

use std::collections::BTreeMap;

use proptest::prelude::*;
use qianshou::app::{App, ImportReport, Reading, SameRow};
use qianshou::domain::{Need, NeedAction, NeedId, NeedStatus};
use qianshou::ingest::InputFile;

use serde_json::json;

use crate::data::{Data, LOCAL, needs_of, open_files};

/// Imports a list under a file name, with decisions such as `3=new`.
async fn import(data: &Data, name: &str, list: &str, same: &[&str]) -> ImportReport {
    let files = open_files(&[data.file(name, list)], None).unwrap();
    let same: Vec<SameRow> = same.iter().map(|it| it.parse().unwrap()).collect();
    import_files(&data.app, &files, &same).await
}

async fn import_files(app: &App, files: &[InputFile], same: &[SameRow]) -> ImportReport {
    let mut import = app.begin_import(LOCAL, None, Reading { same, ..Reading::default() }).unwrap();
    for file in files {
        let read = import.read(file, &|_| {}).unwrap();
        import.write(read, &|_| {}).await.unwrap();
    }
    import.finish(&|_| {}).await.unwrap()
}

/// The needs by title: id and sum in 万元.
fn needs(data: &Data) -> Vec<(String, String, f64)> {
    let sum = |need: &Need| need.record.amount.as_ref().and_then(|it| it.point()).map_or(0.0, |it| it.yuan() / 1e4);
    let mut all: Vec<_> =
        needs_of(&data.app.catalog()).iter().map(|it| (it.title_or_start(), it.id.to_string(), sum(it))).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0).then(a.2.total_cmp(&b.2)));
    all
}

fn reasons(report: &ImportReport) -> Vec<(u64, String)> {
    let all = report.rejected.head().iter().chain(report.warnings.head());
    all.map(|issue| (issue.row, issue.reason.clone())).collect()
}

const NAMED: &str = "2026年德钦县需求清单,,\n项目名称,需求县,资金缺口（万元）\n\
    村卫生室制氧机,德钦县,12\n乡村医生培训,维西县,8\n学校净水设备,贡山县,5.5\n";

#[tokio::test]
async fn a_corrected_sum_updates_the_need_and_is_said() {
    for (first, again, name) in [
        (NAMED.to_owned(), NAMED.replace(",12", ",15"), "甲.csv"),
        // The corrected list has a longer name, or none had one.
        (NAMED.to_owned(), NAMED.replace(",12", ",15").replace("清单,", "清单（修订版）,"), "乙.csv"),
        (unnamed(NAMED), unnamed(&NAMED.replace(",12", ",15")), "丙.csv"),
    ] {
        let data = Data::empty().await;
        import(&data, "甲.csv", &first, &[]).await;
        let before = needs(&data);
        let report = import(&data, name, &again, &[]).await;
        assert_eq!((report.files[0].created, report.files[0].updated), (0, 1), "{:?}", reasons(&report));
        let said = reasons(&report);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].1.contains("“村卫生室制氧机”") && said[0].1.contains("金额由12万元改为15万元"), "{said:?}");
        let ids = |all: &[(String, String, f64)]| all.iter().map(|it| it.1.clone()).collect::<Vec<_>>();
        let after = needs(&data);
        assert_eq!(ids(&after), ids(&before), "ids are stable");
        assert!(after.iter().any(|it| it.0 == "村卫生室制氧机" && it.2 == 15.0), "{after:?}");
        // The corrected list again, and the first one again.
        let report = import(&data, name, &again, &[]).await;
        assert_eq!((report.files[0].created, report.files[0].updated, report.files[0].unchanged), (0, 0, 3));
        import(&data, "甲.csv", &first, &[]).await;
        assert_eq!(needs(&data), before);
    }
}

fn unnamed(list: &str) -> String {
    list.split_once('\n').unwrap().1.to_owned()
}

#[tokio::test]
async fn a_list_of_one_row_without_a_name_is_known_by_its_file() {
    let list = |sum: u32| format!("项目名称,需求县,资金缺口（万元）\n村卫生室制氧机,德钦县,{sum}\n");
    let data = Data::empty().await;
    import(&data, "需求.csv", &list(12), &[]).await;
    let report = import(&data, "需求.csv", &list(15), &[]).await;
    assert_eq!((report.files[0].created, report.files[0].updated), (0, 1), "{:?}", reasons(&report));
    // From another file it is a question, and the answer decides.
    let report = import(&data, "别的.csv", &list(20), &[]).await;
    assert!(report.needs_attention() && !report.files[0].stored);
    let id = needs(&data)[0].1.clone();
    let (row, reason) = reasons(&report)[0].clone();
    assert!(row == 2 && reason.contains(&id) && reason.contains("“村卫生室制氧机”") && reason.contains("--same 2="), "{reason}");
    let report = import(&data, "别的.csv", &list(20), &[&format!("2={id}")]).await;
    assert_eq!((report.files[0].created, report.files[0].updated), (0, 1), "{:?}", reasons(&report));
    assert_eq!(needs(&data)[0].2, 20.0);
    let report = import(&data, "再一份.csv", &list(30), &["2=new"]).await;
    assert_eq!((report.files[0].created, report.files[0].updated), (1, 0), "{:?}", reasons(&report));
}

/// What is changed, the rows of two versions, and what the second one does: created, updated, rows asked about.
type Correction = (&'static str, &'static str, &'static str, (usize, usize, &'static [u64]));

#[tokio::test]
async fn each_kind_of_correction_is_certain_or_asked() {
    let table: &[Correction] = &[
        ("rows in another order", "甲,德钦县,5,\n乙,维西县,8,\n", "乙,维西县,8,\n甲,德钦县,5,\n", (0, 0, &[])),
        ("a row more", "甲水厂,德钦县,5,\n", "甲水厂,德钦县,5,\n乙学校,德钦县,7,\n", (1, 0, &[])),
        ("two equal rows", "甲,德钦县,5,\n甲,德钦县,5,\n", "甲,德钦县,5,\n甲,德钦县,5,\n", (0, 0, &[])),
        ("one of two of a title", "甲,德钦县,5,\n甲,德钦县,8,\n", "甲,德钦县,6,\n甲,德钦县,8,\n", (0, 1, &[])),
        ("both of a title", "甲,德钦县,5,\n甲,德钦县,8,\n", "甲,德钦县,6,\n甲,德钦县,9,\n", (0, 0, &[3, 4])),
        (
            "both, told apart by text",
            "甲,德钦县,5,为东村新建水塔\n甲,德钦县,8,为西村更换水管\n",
            "甲,德钦县,9,为西村更换水管\n甲,德钦县,6,为东村新建水塔\n",
            (0, 2, &[]),
        ),
        ("a row split", "饮水工程,德钦县,10,\n", "饮水工程一期,德钦县,6,\n饮水工程二期,德钦县,4,\n", (0, 0, &[3, 4])),
        ("a row split under one title", "饮水工程,德钦县,10,\n", "饮水工程,德钦县,6,\n饮水工程,德钦县,4,\n", (0, 0, &[3, 4])),
        (
            "another title, the text the same",
            "净水,德钦县,5,为二十所小学安装净水机\n",
            "学校直饮水,德钦县,5,为二十所小学安装净水机\n",
            (0, 1, &[]),
        ),
        ("another title alone", "学校净水设备,德钦县,5,\n", "学校直饮水设备,德钦县,5,\n", (0, 0, &[3])),
        (
            "another need in its place",
            "学校净水设备,德钦县,5,\n乙,维西县,8,\n",
            "通村公路,德钦县,70,\n乙,维西县,8,\n",
            (1, 0, &[]),
        ),
        ("a title and nothing else of one character", "水塔加固工程,德钦县,5,\n", "水塔加高工程,德钦县,5,\n", (0, 1, &[])),
        ("a title of one character and the sum", "水塔加固工程,德钦县,5,\n", "水塔加高工程,德钦县,6,\n", (0, 0, &[3])),
        (
            "the last of a place, reworded",
            "某茶场采茶机,德钦县,5,\n乙,维西县,8,\n",
            "某茶场茶叶采摘机械,德钦县,6,\n乙,维西县,8,\n",
            (0, 0, &[3]),
        ),
        ("a title that counts", "新建水塔一期,德钦县,5,\n", "新建水塔二期,德钦县,5,\n", (0, 0, &[3])),
        ("another place", "净水,德钦县,5,\n乙,贡山县,8,\n", "净水,维西县,5,\n乙,贡山县,8,\n", (0, 0, &[3])),
        ("a place made exact", "净水,迪庆州,5,\n乙,贡山县,8,\n", "净水,维西县,5,\n乙,贡山县,8,\n", (0, 1, &[])),
        ("one title in two counties", "净水,德钦县,5,\n净水,维西县,5,\n", "净水,德钦县,6,\n净水,维西县,7,\n", (0, 2, &[])),
        ("one title in one county more", "净水,德钦县,5,\n", "净水,德钦县,5,\n净水,维西县,5,\n", (1, 0, &[])),
    ];
    for (what, first, again, (created, updated, asked)) in table {
        let list = |rows: &str| format!("2026年迪庆州怒江州需求清单,,,\n项目名称,需求县,资金缺口（万元）,需求描述\n{rows}");
        let data = Data::empty().await;
        import(&data, "甲.csv", &list(first), &[]).await;
        let count = needs(&data).len();
        let report = import(&data, "甲.csv", &list(again), &[]).await;
        let said = reasons(&report);
        let rejected: Vec<u64> = report.rejected.head().iter().map(|issue| issue.row).collect();
        assert_eq!(&rejected.as_slice(), asked, "{what}: {said:?}");
        let file = &report.files[0];
        assert_eq!((file.created, file.updated), (*created, *updated), "{what}: {said:?}");
        assert_eq!(needs(&data).len(), count + created, "{what}");
        assert!(
            file.updated + rejected.len() == 0 || said.iter().any(|(_, it)| it.contains("已有需求") || it.contains("已有的需求")),
            "{what}: {said:?}"
        );
    }
}

#[tokio::test]
async fn the_list_of_another_year_has_other_needs_and_the_repeat_is_said() {
    let data = Data::empty().await;
    import(&data, "甲.csv", NAMED, &[]).await;
    let next = NAMED.replace("2026年", "2027年").replace(",12", ",15");
    let report = import(&data, "甲.csv", &next, &[]).await;
    assert_eq!((report.files[0].created, report.files[0].updated), (3, 0), "{:?}", reasons(&report));
    assert!(reasons(&report).iter().any(|(row, it)| *row == 3 && it.contains("可能重复")), "{:?}", reasons(&report));
    // Each goes on by itself.
    let report = import(&data, "甲.csv", &next.replace(",15", ",16"), &[]).await;
    assert_eq!((report.files[0].created, report.files[0].updated), (0, 1), "{:?}", reasons(&report));
}

#[tokio::test]
async fn a_state_that_people_set_stays_unless_the_list_says_otherwise() {
    let data = Data::empty().await;
    let list = |sum: u32, status: &str| {
        format!("2026年需求清单,,,\n项目名称,需求县,资金缺口（万元）,状态\n净水,德钦县,{sum},{status}\n修路,德钦县,90,\n")
    };
    let status = |data: &Data| needs_of(&data.app.catalog()).iter().find(|it| it.title_or_start() == "净水").unwrap().status;
    import(&data, "甲.csv", &list(5, "已认领"), &[]).await;
    let report = import(&data, "甲.csv", &list(6, ""), &[]).await;
    assert_eq!(status(&data), NeedStatus::Claimed);
    assert!(reasons(&report)[0].1.contains("状态不变"), "{:?}", reasons(&report));
    let report = import(&data, "甲.csv", &list(6, "待认领"), &[]).await;
    assert_eq!(status(&data), NeedStatus::Open);
    assert!(reasons(&report)[0].1.contains("状态由已认领改为待认领"), "{:?}", reasons(&report));
}

#[tokio::test]
async fn a_corrected_list_never_undoes_what_a_person_did() {
    for (action, status) in [
        (NeedAction::Withdraw, NeedStatus::Withdrawn),
        (NeedAction::Close, NeedStatus::Closed),
        (NeedAction::Delete, NeedStatus::Deleted),
    ] {
        let data = Data::empty().await;
        import(&data, "甲.csv", NAMED, &[]).await;
        let id = NeedId::new(needs(&data).into_iter().find(|it| it.0 == "村卫生室制氧机").unwrap().1);
        data.app.change_need(LOCAL, &id, action, Some("已另行解决")).await.unwrap();
        let report = import(&data, "甲.csv", &NAMED.replace(",12", ",15"), &[]).await;
        let said = reasons(&report);
        let why = |it: &str| it.contains(status.label()) && it.contains("已另行解决") && it.contains("状态不变");
        assert!(said.iter().any(|(row, it)| *row == 3 && why(it) && it.contains("金额由12万元改为15万元")), "{said:?}");
        let catalog = data.app.catalog();
        assert_eq!((needs_of(&catalog).len(), catalog.need_even_if_deleted(&id).unwrap().status), (3, status));
        // Not even if it says so, and then that is said.
        let stated = NAMED.replace("资金缺口（万元）", "资金缺口（万元）,状态").replace(",12", ",15,待认领");
        let said = reasons(&import(&data, "甲.csv", &stated, &[]).await);
        assert!(said.iter().any(|(_, it)| it.contains("由人工改为")), "{said:?}");
        assert_eq!(data.app.catalog().need_even_if_deleted(&id).unwrap().status, status);
    }
}

#[tokio::test]
async fn the_api_takes_the_decisions_in_its_form() {
    let data = Data::empty().await;
    let list = |sum: u32| format!("项目名称,需求县,资金缺口（万元）\n村卫生室制氧机,德钦县,{sum}\n");
    import(&data, "甲.csv", &list(12), &[]).await;
    let id = needs(&data)[0].1.clone();
    let import = async |sum: u32, same: &[(&str, &str)]| {
        let job = crate::api::import(&data, ("乙.csv", &list(sum)), same).await;
        let file = &job["report"]["files"][0];
        (job["report"]["totals"]["rejected"].clone(), file["created"].clone(), file["updated"].clone())
    };
    let counts = |rejected: u32, created: u32, updated: u32| (json!(rejected), json!(created), json!(updated));
    assert_eq!(import(20, &[]).await, counts(1, 0, 0));
    assert_eq!(import(20, &[("same", &format!("2={id}"))]).await, counts(0, 0, 1));
    assert_eq!(import(30, &[("same", "2=new")]).await, counts(0, 1, 0));
    let wrong = crate::api::form("/api/v1/imports", ("乙.csv", &list(40)), &[("same", "没有")]);
    let refused = crate::api::send(&data, wrong).await;
    assert!(refused.status == 422 && refused.body["detail"].as_str().unwrap().contains("行号=编号"), "{}", refused.body);
}

#[tokio::test]
async fn a_decision_that_cannot_be_followed_keeps_the_file_out() {
    let data = Data::empty().await;
    import(&data, "甲.csv", NAMED, &[]).await;
    let id = needs(&data)[0].1.clone();
    let twice = [format!("3={id}"), format!("4={id}")];
    for (same, row) in [
        (vec!["3=没有"], 3),
        (vec!["9=new"], 9),
        (vec!["甲表!3=new"], 3),
        (vec!["3=new", "3=new"], 3),
        (twice.iter().map(String::as_str).collect(), 4),
    ] {
        let report = import(&data, "乙.csv", &NAMED.replace(",12", ",15"), &same).await;
        assert!(!report.files[0].stored, "{same:?}");
        assert_eq!(report.rejected.head().iter().map(|issue| issue.row).collect::<Vec<_>>(), [row], "{same:?}");
    }
}

#[tokio::test]
async fn sheets_of_one_title_and_goods_with_other_quantities_are_no_strangers() {
    let data = Data::empty().await;
    let list =
        |masks: u32| format!("2026年物资清单,,,\n物资名称,数量,单位,需求县\nN95口罩,{masks},只,德钦县\n防护服,30,套,德钦县\n");
    import(&data, "甲.csv", &list(500), &[]).await;
    let report = import(&data, "甲.csv", &list(800), &[]).await;
    assert_eq!((report.files[0].created, report.files[0].updated), (0, 1), "{:?}", reasons(&report));
    assert_eq!(needs(&data)[0].0, "N95口罩800只");
}

#[tokio::test]
async fn lists_that_are_called_alike_are_not_one() {
    let list = |above: &str, rows: &str| format!("{above}项目名称,需求县,资金缺口（万元）\n{rows}");
    let table: &[(&str, &str, [&str; 2], [&str; 2])] = &[
        // Each county hands in its own file under one title.
        (
            "one title, a file a county",
            "2026年迪庆州需求清单,,\n",
            ["德钦.csv", "维西.csv"],
            ["净水,德钦县,5\n修路,德钦县,60\n冷库,德钦县,70\n", "净水,维西县,6\n修路,维西县,80\n冷库,维西县,90\n"],
        ),
        ("an annex is no name", "附件1,,\n", ["德钦.csv", "维西.csv"], ["净水,德钦县,5\n", "净水,维西县,6\n"]),
        (
            "files of one name",
            "",
            ["需求.csv", "需求.csv"],
            ["净水,德钦县,5\n修路,德钦县,60\n", "净水,维西县,5\n修路,维西县,60\n"],
        ),
    ];
    for (what, above, [first, second], [one, two]) in table {
        let data = Data::empty().await;
        import(&data, first, &list(above, one), &[]).await;
        let report = import(&data, second, &list(above, two), &[]).await;
        let rows = two.lines().count();
        assert_eq!((report.files[0].created, report.files[0].updated), (rows, 0), "{what}: {:?}", reasons(&report));
        assert!(!reasons(&report).iter().any(|(_, it)| it.contains("没有了")), "{what}: {:?}", reasons(&report));
        // Both go on, in one file or two.
        let report = import(&data, second, &list(above, &two.replace(",6\n", ",7\n")), &[]).await;
        assert_eq!(report.files[0].created, 0, "{what}: {:?}", reasons(&report));
        let report = import(&data, "合并.csv", &list(above, &format!("{one}{}", two.replace(",6\n", ",7\n"))), &[]).await;
        assert_eq!((report.files[0].created, report.files[0].updated), (0, 0), "{what}: {:?}", reasons(&report));
    }
    // A generic title is no proof that two lists are one: that is asked.
    let data = Data::empty().await;
    import(&data, "甲乡.csv", &list("需求清单,,\n", "饮水工程,德钦县,5\n"), &[]).await;
    let report = import(&data, "乙乡.csv", &list("需求清单,,\n", "饮水工程,德钦县,8\n"), &[]).await;
    assert_eq!(report.rejected.head().iter().map(|issue| issue.row).collect::<Vec<_>>(), [3]);
}

#[tokio::test]
async fn two_versions_in_one_import_are_one_list() {
    let data = Data::empty().await;
    let paths = [data.file("1.csv", NAMED), data.file("2.csv", &NAMED.replace(",12", ",15"))];
    let files = open_files(&paths, Some(qianshou::domain::EntityKind::Needs)).unwrap();
    let report = import_files(&data.app, &files, &[]).await;
    let counts: Vec<_> = report.files.iter().map(|file| (file.created, file.updated, file.unchanged)).collect();
    assert_eq!(counts, [(3, 0, 0), (0, 1, 2)], "{:?}", reasons(&report));
    assert_eq!(needs(&data).len(), 3);
}

#[tokio::test]
async fn what_is_no_longer_on_a_list_is_named_and_stays() {
    let data = Data::empty().await;
    import(&data, "甲.csv", NAMED, &[]).await;
    let report = import(&data, "甲.csv", &NAMED.replace("乡村医生培训,维西县,8\n", ""), &[]).await;
    let said = reasons(&report);
    assert!(said.len() == 1 && said[0].0 == 0 && said[0].1.contains("没有了已有需求“乡村医生培训”（编号n-"), "{said:?}");
    assert_eq!(needs(&data).len(), 3);
}

/// A row of a list: title, county and sum in 万元.
type Row = (u8, u8, u32);

fn csv(rows: &[Row], is_named: bool) -> String {
    const COUNTIES: [&str; 4] = ["德钦县", "维西县", "贡山县", "福贡县"];
    const TITLES: [&str; 8] = [
        "村卫生室制氧机",
        "乡村医生培训",
        "小学净水设备",
        "通村公路硬化",
        "养老院取暖改造",
        "冷库建设",
        "文化广场灯光",
        "防灾物资储备",
    ];
    let row = |(title, county, sum): &Row| format!("{},{},{sum}\n", TITLES[usize::from(*title)], COUNTIES[usize::from(*county)]);
    let title = if is_named { "2026年迪庆州怒江州需求清单,,\n" } else { "" };
    format!("{title}项目名称,需求县,资金缺口（万元）\n{}", rows.iter().map(row).collect::<String>())
}

/// Versions of a list: its rows differ in title or place; each version has other sums and another order.
fn versions() -> impl Strategy<Value = Vec<Vec<Row>>> {
    let keys = proptest::collection::btree_set((0..8_u8, 0..4_u8), 3..12);
    keys.prop_flat_map(|keys| {
        let keys: Vec<(u8, u8)> = keys.into_iter().collect();
        let count = keys.len();
        // At most a third of the sums change at once: a list of which all have changed is known by its name only.
        let change = (proptest::collection::vec((0..count, 1..900_u32), 0..=count / 3), Just(keys.clone()).prop_shuffle());
        let first: Vec<Row> = keys.iter().map(|&(title, county)| (title, county, 10 + u32::from(title))).collect();
        proptest::collection::vec(change, 1..5).prop_map(move |changes| {
            let mut sums: BTreeMap<(u8, u8), u32> = first.iter().map(|row| ((row.0, row.1), row.2)).collect();
            let mut versions = vec![first.clone()];
            for (changed, order) in changes {
                for (at, sum) in changed {
                    sums.insert(keys[at], sum);
                }
                versions.push(order.iter().map(|key| (key.0, key.1, sums[key])).collect());
            }
            versions
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_versions_makes_two_needs_of_a_row(versions in versions(), is_named: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let data = Data::empty().await;
            let mut ids: Option<Vec<String>> = None;
            for (n, rows) in versions.iter().enumerate() {
                let report = import(&data, &format!("{n}.csv"), &csv(rows, is_named), &[]).await;
                prop_assert!(!report.needs_attention(), "{:?}", reasons(&report));
                let again = import(&data, &format!("{n}.csv"), &csv(rows, is_named), &[]).await;
                prop_assert_eq!(again.files[0].unchanged, rows.len());
                let all = needs(&data);
                prop_assert_eq!(all.len(), rows.len());
                let mut sums: Vec<u32> = rows.iter().map(|row| row.2).collect();
                let mut stored: Vec<u32> = all.iter().map(|it| it.2 as u32).collect();
                sums.sort_unstable();
                stored.sort_unstable();
                prop_assert_eq!(sums, stored, "the last version's values hold");
                let mut now: Vec<String> = all.into_iter().map(|it| it.1).collect();
                now.sort();
                prop_assert_eq!(ids.get_or_insert_with(|| now.clone()), &now, "ids are stable");
            }
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn ids_that_were_made_before_are_found_and_kept() {
    // The id of such a row since the first version, its sum included.
    let data = Data::empty().await;
    import(&data, "甲.csv", NAMED, &[]).await;
    let ids: Vec<String> = needs(&data).into_iter().map(|it| it.1).collect();
    assert_eq!(ids, ["n-47c79561717a", "n-40143885ad31", "n-7deee467de08"]);
    assert!(data.app.need(LOCAL, &NeedId::new(ids[0].as_str())).is_ok());
}

#[tokio::test]
async fn the_name_of_an_office_may_be_corrected() {
    let list = |office: &str, sum: u32| {
        format!(
            "2026年德钦县医院需求清单,,,\n医院名称,所需物资,需求县,金额\n{office},制氧机4台,德钦县,{sum}\n某镇卫生院,病床3张,德钦县,9000\n"
        )
    };
    for (office, sum, expected) in
        [("德钦县升平镇卫生院", 5000, (0, 1, 0)), ("德钦县升平镇卫生院", 6000, (0, 0, 1)), ("德钦县第二卫生所", 5000, (1, 0, 0))]
    {
        let data = Data::empty().await;
        import(&data, "甲.csv", &list("德钦县升平镇卫生所", 5000), &[]).await;
        let report = import(&data, "甲.csv", &list(office, sum), &[]).await;
        let file = &report.files[0];
        assert_eq!((file.created, file.updated, report.rejected.len()), expected, "{office} {sum}: {:?}", reasons(&report));
    }
}

#[tokio::test]
async fn rows_beside_each_other_are_corrected_apart() {
    let list = |rows: &str| format!("2026年福贡县需求清单,,,,,,\n项目名称,需求县,资金缺口,,项目名称,需求县,资金缺口\n{rows}");
    let data = Data::empty().await;
    import(&data, "甲.csv", &list("水塔,福贡县,5000,,浴室,福贡县,6000\n路灯,福贡县,7000,,病床,福贡县,8000\n"), &[]).await;
    let before = needs(&data);
    let again = list("路灯,福贡县,7000,,浴室,福贡县,6500\n水塔,福贡县,5500,,病床,福贡县,8000\n");
    let report = import(&data, "甲.csv", &again, &[]).await;
    let file = &report.files[0];
    assert_eq!((file.created, file.updated, file.unchanged), (0, 2, 2), "{:?}", reasons(&report));
    let after: Vec<_> = needs(&data);
    let named = |all: &[(String, String, f64)]| all.iter().map(|it| (it.0.clone(), it.1.clone())).collect::<Vec<_>>();
    assert_eq!(named(&after), named(&before));
    let sum = |title: &str| after.iter().find(|it| it.0 == title).map(|it| (it.2 * 1e4).round());
    assert_eq!([sum("水塔"), sum("浴室"), sum("路灯"), sum("病床")], [5500.0, 6500.0, 7000.0, 8000.0].map(Some));
}
