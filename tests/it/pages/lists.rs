//! Lists: facets, files, and the pages of records.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use axum::http::StatusCode;
use calamine::{Reader as _, Xlsx};
use percent_encoding::percent_decode_str;
use qianshou::app::lists::{Dimension, Listing};
use qianshou::app::{ListKind, ListQuery};
use qianshou::catalog::Catalog;
use qianshou::domain::{Amount, Need, Organization, Project, RegionCode, RegistrationLevel, rating_of};
use qianshou::jobs::Cancellation;
use qianshou::random::SplitMix64;
use serde_json::{Value, json};

use super::{file, page};
use crate::data::{Data, LOCAL, TODAY, lines, needs_of, organizations_of, projects_of};

/// Choices that look random and are the same in every run.
struct Numbers(SplitMix64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        (self.0.bits() % most as u64) as usize
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    fn is_heads(&mut self) -> bool {
        self.below(2) == 0
    }
}

const PLACES: [&str; 7] = [
    "云南省",
    "云南省迪庆藏族自治州",
    "云南省迪庆藏族自治州德钦县",
    "青海省果洛藏族自治州",
    "西藏自治区",
    "重庆市万州区",
    "上海市虹口区",
];
const SECTORS: [&str; 6] = ["WAT.drinking", "WAT", "EDU.facility", "MED.village_doctor", "ELD", "IND.planting"];
const WORDS: [&str; 5] = ["净水", "学校", "培训", "道路", "老人"];

/// Records with every field that lists tell apart, each of them missing now and then.
async fn records() -> Data {
    let mut numbers = Numbers(SplitMix64::new(7));
    let mut needs: Vec<Value> = Vec::new();
    for n in 0..150 {
        let mut need = json!({
            "id": format!("n{n:03}"),
            "title": format!("{}{}{n}", numbers.one(&WORDS), numbers.one(&WORDS)),
            "description": format!("为{}做的事", numbers.one(&WORDS)),
            "status": numbers.one(&["open", "claimed", "done", "withdrawn"]),
            "sector": numbers.one(&SECTORS),
            "amount_yuan": 10_000 * (numbers.below(90) + 1),
        });
        let places: BTreeSet<&str> = (0..=numbers.below(2)).map(|_| numbers.one(&PLACES)).collect();
        if n % 7 > 0 {
            need["region"] = json!(places);
        }
        if numbers.is_heads() {
            need["list"] = json!(numbers.one(&["第一批，清单", "第二批清单"]));
        }
        if numbers.is_heads() {
            need["date"] = json!(format!("20{}-0{}-15", 22 + numbers.below(4), 1 + numbers.below(9)));
        }
        if numbers.is_heads() {
            need["groups"] = json!([numbers.one(&["student", "elder", "village_doctor"])]);
        }
        needs.push(need);
    }
    let mut organizations: Vec<Value> = Vec::new();
    for n in 0..80 {
        let mut organization = json!({
            "id": format!("o{n:03}"),
            "name": format!("甲{n}{}基金会", numbers.one(&WORDS)),
            "scope": format!("支持{}", numbers.one(&WORDS)),
            "kind": numbers.one(&["foundation", "social_group", "social_service_org"]),
            "status": numbers.one(&["normal", "normal", "abnormal", "deregistered"]),
        });
        if numbers.is_heads() {
            organization["home_region"] = json!(numbers.one(&PLACES));
        }
        if numbers.is_heads() {
            organization["level"] = json!(numbers.one(&["national", "provincial", "county"]));
            organization["rating"] = json!(numbers.one(&["3A", "5A", "AAAA"]));
        }
        if numbers.is_heads() {
            organization["public_fundraising"] = json!(numbers.is_heads());
            organization["sectors"] = json!([numbers.one(&SECTORS)]);
            organization["annual_spend_yuan"] = json!(10_000 * (numbers.below(900) + 1));
        }
        organizations.push(organization);
    }
    let mut projects: Vec<Value> = Vec::new();
    for n in 0..120 {
        let mut project = json!({
            "id": format!("p{n:03}"),
            "title": format!("{}项目{n}", numbers.one(&WORDS)),
            "description": format!("做了{}", numbers.one(&WORDS)),
            "participants": [format!("o{:03}", numbers.below(80))],
            "sectors": [numbers.one(&SECTORS)],
            "regions": [numbers.one(&PLACES)],
        });
        if n % 5 > 0 {
            project["year"] = json!(2015 + numbers.below(12));
            project["amount_yuan"] = json!(10_000 * (numbers.below(300) + 1));
        }
        projects.push(project);
    }
    Data::with(&[
        ("organizations.jsonl", lines(&organizations)),
        ("projects.jsonl", lines(&projects)),
        ("needs.jsonl", lines(&needs)),
    ])
    .await
}

/// A record as these tests read it: what it says under each dimension, by code; and the rest that conditions ask for.
struct Plain {
    values: BTreeMap<&'static str, BTreeSet<String>>,
    text: String,
    fen: Option<i64>,
    day: Option<jiff::civil::Date>,
}

fn regions<'a>(catalog: &Catalog, codes: impl Iterator<Item = &'a RegionCode>) -> BTreeSet<String> {
    codes.flat_map(|&code| catalog.reference.divisions.lineage(code)).map(|code| code.to_string()).collect()
}

fn sectors<'a>(codes: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    // A child is called PARENT.child.
    codes.flat_map(|code| [code.to_owned(), code.split('.').next().unwrap().to_owned()]).collect()
}

fn one(code: Option<String>) -> BTreeSet<String> {
    code.into_iter().collect()
}

fn plain_need(catalog: &Catalog, it: &Need) -> Plain {
    let record = &it.record;
    let values = BTreeMap::from([
        ("region", regions(catalog, record.certain_regions().map(|it| &it.code))),
        ("sector", sectors(record.sectors.iter().map(|it| it.code.as_str()))),
        ("status", one(Some(it.status.name().to_owned()))),
        ("group", record.groups.iter().cloned().collect()),
        ("list", one(it.list.clone())),
        ("year", one(it.date.map(|date| date.year().to_string()))),
    ]);
    let fen = record.amount.as_ref().and_then(Amount::point).map(|it| it.fen());
    Plain { values, text: format!("{} {}", record.title.clone().unwrap_or_default(), record.normalized), fen, day: it.date }
}

fn plain_organization(catalog: &Catalog, it: &Organization) -> Plain {
    let stated = sectors(it.sectors.iter().map(|it| it.as_str()));
    let scope = it.scope_sectors.iter().chain(&it.willing_sectors).map(|it| it.as_str().split('.').next().unwrap().to_owned());
    let level = it.level.as_deref().and_then(RegistrationLevel::of);
    let values = BTreeMap::from([
        ("region", regions(catalog, it.home_region.iter().map(|it| &it.code))),
        ("sector", if it.sectors.is_empty() { scope.collect() } else { stated }),
        ("status", one(Some(it.status.name().to_owned()))),
        ("kind", one(Some(it.kind.name().to_owned()))),
        ("level", one(level.map(|it| it.name().to_owned()))),
        ("fundraising", one(it.public_fundraising.map(|may| if may { "yes" } else { "no" }.to_owned()))),
        ("rating", one(it.rating.as_deref().and_then(rating_of).map(|it| format!("{it}A")))),
    ]);
    let text = format!("{} {} {}", it.name, it.aliases.join(" "), it.scope.clone().unwrap_or_default());
    Plain { values, text, fen: it.budget.or(it.annual_spend).map(|it| it.fen()), day: None }
}

fn plain_project(catalog: &Catalog, it: &Project) -> Plain {
    let known = it.as_known_on(TODAY);
    let values = BTreeMap::from([
        ("region", regions(catalog, it.regions.iter().filter(|it| it.certain).map(|it| &it.code))),
        ("sector", sectors(it.sectors.iter().map(|it| it.code.as_str()))),
        ("year", one(it.period.map(|period| period.start.earliest().year().to_string()))),
    ]);
    let fen = known.amount.as_ref().and_then(Amount::point).map(|it| it.fen());
    Plain { values, text: format!("{} {}", it.title, it.description), fen, day: it.period.map(|it| it.visible_from()) }
}

fn plain(data: &Data, kind: ListKind) -> Vec<Plain> {
    let catalog = data.app.catalog();
    match kind {
        ListKind::Needs => needs_of(&catalog).iter().map(|it| plain_need(&catalog, it)).collect(),
        ListKind::Organizations => organizations_of(&catalog).iter().map(|it| plain_organization(&catalog, it)).collect(),
        ListKind::Projects => {
            let all = projects_of(&catalog);
            let visible = all.iter().filter(|it| it.period.is_none_or(|it| it.visible_from() <= TODAY));
            visible.map(|it| plain_project(&catalog, it)).collect()
        }
    }
}

/// The fields of a query in plain words: field and what is asked.
type Asked = Vec<(&'static str, Vec<String>)>;

/// A query about some values that occur, words, and ranges.
fn asked(numbers: &mut Numbers, all: &[Plain]) -> Asked {
    let mut asked: Asked = Vec::new();
    let fields: Vec<&'static str> = all[0].values.keys().copied().collect();
    for field in fields {
        if numbers.below(4) > 0 {
            continue;
        }
        let mut known: BTreeSet<&str> = all.iter().flat_map(|it| &it.values[field]).map(String::as_str).collect();
        known.insert("none");
        let known: Vec<&str> = known.into_iter().collect();
        let chosen: BTreeSet<String> = (0..=numbers.below(2)).map(|_| numbers.one(&known).to_owned()).collect();
        asked.push((field, chosen.into_iter().collect()));
    }
    if numbers.below(3) == 0 {
        let word = numbers.one(&WORDS);
        asked.push(("q", vec![if numbers.is_heads() { word.to_owned() } else { format!("-{word}") }]));
    }
    if numbers.below(4) == 0 {
        asked.push(("amount_from", vec![(numbers.below(40) + 1).to_string()]));
    }
    if numbers.below(4) == 0 {
        asked.push(("from", vec!["2023".to_owned()]));
    }
    asked
}

fn query(asked: &Asked) -> ListQuery {
    let of = |field: &str| {
        let separator = if field == "list" { "\n" } else { "," };
        asked.iter().find(|it| it.0 == field).map(|it| it.1.join(separator))
    };
    ListQuery {
        q: of("q"),
        region: of("region"),
        sector: of("sector"),
        status: of("status"),
        group: of("group"),
        list: of("list"),
        year: of("year"),
        kind: of("kind"),
        level: of("level"),
        fundraising: of("fundraising"),
        rating: of("rating"),
        amount_from: of("amount_from"),
        from: of("from"),
        per_page: Some(200),
        ..ListQuery::default()
    }
}

fn meets(it: &Plain, field: &str, wanted: &[String]) -> bool {
    match field {
        "q" => match wanted[0].strip_prefix('-') {
            Some(word) => !it.text.contains(word),
            None => it.text.contains(&wanted[0]),
        },
        "amount_from" => it.fen.is_some_and(|fen| fen >= wanted[0].parse::<i64>().unwrap() * 1_000_000),
        "from" => it.day.is_some_and(|day| day.year() >= wanted[0].parse::<i16>().unwrap()),
        _ => {
            let values = &it.values[field];
            wanted.iter().any(|value| if value == "none" { values.is_empty() } else { values.contains(value) })
        }
    }
}

/// How many records meet all conditions but those of one field, and pass.
fn count(all: &[Plain], asked: &Asked, but: &str, passes: impl Fn(&Plain) -> bool) -> usize {
    let meets_rest =
        |it: &&Plain| asked.iter().filter(|(field, _)| *field != but).all(|(field, wanted)| meets(it, field, wanted));
    all.iter().filter(meets_rest).filter(|it| passes(it)).count()
}

fn list(data: &Data, kind: ListKind, query: &ListQuery) -> Listing {
    data.app.list(LOCAL, kind, query, &[], &Cancellation::never()).unwrap()
}

#[tokio::test]
async fn counts_of_facets_are_those_of_counting_one_by_one() {
    let data = records().await;
    let mut numbers = Numbers(SplitMix64::new(1));
    for kind in [ListKind::Needs, ListKind::Organizations, ListKind::Projects] {
        let all = plain(&data, kind);
        let mut listed = 0;
        for _ in 0..120 {
            let asked = asked(&mut numbers, &all);
            let listing = list(&data, kind, &query(&asked));
            assert_eq!(listing.total, count(&all, &asked, "", |_| true), "{kind:?} {asked:?}");
            for condition in &listing.conditions {
                let without = count(&all, &asked, condition.fields[0], |_| true);
                assert_eq!(condition.without, without, "{kind:?} {asked:?} without {}", condition.value);
            }
            for facet in &listing.facets {
                let field = facet.dimension.field();
                assert_eq!(facet.more, 0);
                for value in facet.path.iter().chain(&facet.values) {
                    let has = |it: &Plain| meets(it, field, std::slice::from_ref(&value.code));
                    assert_eq!(value.count, count(&all, &asked, field, has), "{kind:?} {asked:?} {field} {}", value.name);
                    let is_chosen = asked.iter().any(|it| it.0 == field && it.1.contains(&value.code));
                    assert_eq!(value.is_chosen, is_chosen, "{kind:?} {asked:?} {field} {}", value.name);
                    listed += 1;
                }
                // Nothing that occurs at the top is missing, unless places or parts are folded away.
                if !matches!(facet.dimension, Dimension::Region | Dimension::Sector) {
                    let known: BTreeSet<&str> = facet.values.iter().map(|it| it.code.as_str()).collect();
                    for value in all.iter().flat_map(|it| &it.values[field]) {
                        let has = |it: &Plain| it.values[field].contains(value);
                        let occurs = count(&all, &asked, field, has) > 0;
                        assert!(!occurs || known.contains(value.as_str()), "{kind:?} {asked:?} {field} {value}");
                    }
                }
            }
        }
        assert!(listed > 1000, "{listed} values were compared");
    }
}

/// The ids of the rows of a page, in their order.
fn ids_of_page(html: &str, kind: &str) -> Vec<String> {
    let begin = format!("<th scope=\"row\"><a href=\"/{kind}/");
    let rows = html.split(begin.as_str()).skip(1);
    rows.map(|row| percent_decode_str(row.split('"').next().unwrap()).decode_utf8().unwrap().into_owned()).collect()
}

#[tokio::test]
async fn page_and_files_have_the_same_records_in_the_same_order() {
    let data = records().await;
    // 云南, 净水, 德钦
    let queries = [
        "",
        "sort=-amount",
        "sort=title&region=%E4%BA%91%E5%8D%97",
        "q=%E5%87%80%E6%B0%B4&sort=-date",
        "without=%E5%87%80%E6%B0%B4&sort=id&amount_from=10",
        "sector=WAT&sector=ELD&sort=amount",
        "region=none&sort=-id",
    ];
    for kind in ["needs", "organizations", "projects"] {
        for query in queries {
            let mut of_pages: Vec<String> = Vec::new();
            for number in 1.. {
                let (status, html) = page(&data, &format!("/{kind}?{query}&per_page=20&page={number}")).await;
                assert_eq!(status, StatusCode::OK, "{kind} {query}: {html}");
                let ids = ids_of_page(&html, kind);
                of_pages.extend(ids);
                if !html.contains("rel=\"next\"") {
                    break;
                }
            }
            let (_, media_type, bytes) = file(&data, &format!("/{kind}.json?{query}")).await;
            assert_eq!(media_type, "application/json");
            let json: Value = serde_json::from_slice(&bytes).unwrap();
            let items = json["items"].as_array().unwrap().iter();
            let of_json: Vec<String> = items.map(|it| it["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(of_json, of_pages, "{kind} {query}");
            assert_eq!(json["total"], of_pages.len());
            let (_, media_type, bytes) = file(&data, &format!("/{kind}.csv?{query}&columns=id")).await;
            assert_eq!(media_type, "text/csv; charset=utf-8");
            let mut csv = csv::Reader::from_reader(bytes.as_ref().strip_prefix("\u{feff}".as_bytes()).unwrap());
            let of_csv: Vec<String> = csv.records().map(|row| row.unwrap()[1].to_owned()).collect();
            assert_eq!(of_csv, of_pages, "{kind} {query}");
            let (_, _, bytes) = file(&data, &format!("/{kind}.xlsx?{query}&columns=id")).await;
            let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
            let range = book.worksheet_range_at(0).unwrap().unwrap();
            let of_xlsx: Vec<String> = range.rows().skip(1).map(|row| row[1].to_string()).collect();
            assert_eq!(of_xlsx, of_pages, "{kind} {query}");
            let api: Value = {
                let (_, _, bytes) = file(&data, &format!("/api/v1/{kind}?{}&per_page=200", query.replace("&sector=", ","))).await;
                serde_json::from_slice(&bytes).unwrap()
            };
            let of_api = api["items"].as_array().unwrap_or_else(|| panic!("{kind} {query}: {api}")).iter();
            assert_eq!(of_api.map(|it| it["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>(), of_pages, "{kind} {query}");
        }
    }
}

#[tokio::test]
async fn sums_stand_below_the_workbook() {
    let data = records().await;
    let (_, _, bytes) = file(&data, "/needs.xlsx?columns=amount").await;
    let range = Xlsx::new(Cursor::new(bytes)).unwrap().worksheet_range_at(0).unwrap().unwrap();
    let rows: Vec<_> = range.rows().collect();
    let (last, rest) = rows.split_last().unwrap();
    assert_eq!(last[0].to_string(), "合计");
    let number = |cell: &calamine::Data| calamine::DataType::as_f64(cell).unwrap();
    let sum: f64 = rest[1..].iter().map(|row| number(&row[1])).sum();
    assert!((number(&last[1]) - sum).abs() < 1e-6, "{last:?} is not {sum}");
}

#[tokio::test]
async fn an_empty_list_says_which_condition_keeps_out_how_many() {
    let data = records().await;
    // 净水, 德钦县
    let path = "/needs?q=%E5%87%80%E6%B0%B4&status=closed&region=533422";
    let (status, html) = page(&data, path).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("没有符合条件的需求") && html.contains("去掉“状态：已关闭”"), "{html}");
    let removals = html.split("id=\"removals\"").nth(1).unwrap().split("</ul>").next().unwrap();
    let status_removed = removals.split("<li>").find(|it| it.contains("状态")).unwrap();
    let href = status_removed.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let count: usize = status_removed.split('：').next_back().unwrap().split('项').next().unwrap().parse().unwrap();
    let (_, html) = page(&data, &href).await;
    assert!(count > 0 && html.contains(&format!("共{count}项")), "{href}: {count}");
    let (status, html) = page(&data, "/needs?region=%E5%81%87%E5%8E%BF&q=x").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("不认识的地区“假县”") && html.contains("value=\"x\""));
}

#[tokio::test]
async fn chosen_values_are_chips_that_can_be_taken_away() {
    let data = records().await;
    let (_, html) = page(&data, "/needs?sector=WAT&sector=ELD&amount_from=5&q=-%E5%87%80%E6%B0%B4").await;
    let chips = html.split("id=\"chosen\"").nth(1).unwrap().split("</ul>").next().unwrap();
    assert_eq!(chips.matches("class=\"chip\"").count(), 4, "{chips}");
    assert!(chips.contains("href=\"/needs?sector=ELD&#38;amount_from=5&#38;q=-%E5%87%80%E6%B0%B4\""), "{chips}");
    assert!(html.contains("value=\"WAT\" checked"));
}

#[tokio::test]
async fn every_page_of_a_record_says_what_is_known() {
    let data = Data::demo().await;
    let (status, html) = page(&data, "/needs/seed-n02").await;
    assert_eq!(status, StatusCode::OK);
    for text in ["“乡村医生”培训赋能", "335.00万元", "上海复星公益基金会", "已确认", "/?need=seed-n02", "近200名"]
    {
        assert!(html.contains(text), "{text}: {html}");
    }
    let (status, html) = page(&data, "/organizations/seed-o03").await;
    assert_eq!(status, StatusCode::OK);
    for text in ["资金能力", "依据：", "认领情况", "往期项目", "<svg role=\"img\"", "用表格看"] {
        assert!(html.contains(text), "{text}: {html}");
    }
    let (status, html) = page(&data, "/projects/seed-p12").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("另有29家，材料未列名称"));
    for path in ["/needs/nothing", "/organizations/nothing", "/projects/nothing", "/needs?page=x", "/needs.xlsx?sort=colour"] {
        assert!(page(&data, path).await.0.is_client_error(), "{path}");
    }
    for path in ["/needs", "/organizations", "/projects", "/needs/seed-n02", "/organizations/seed-o03", "/projects/seed-p12"] {
        let (_, html) = page(&data, path).await;
        assert!(!html.contains(" style=") && !html.contains("http://") && !html.contains("https://"), "{path}");
        assert_eq!(html.matches("<h1").count(), 1, "{path}");
    }
}

#[tokio::test]
async fn suggestions_for_a_list_are_a_workbook_in_the_order_of_the_list() {
    let data = Data::demo().await;
    let (status, _, bytes) = file(&data, "/needs/suggestions.xlsx?status=open&sort=id").await;
    assert_eq!(status, StatusCode::OK);
    let range = Xlsx::new(Cursor::new(bytes)).unwrap().worksheet_range("推荐").unwrap();
    let mut ids: Vec<String> = range.rows().skip(1).map(|row| row[1].to_string()).filter(|id| !id.is_empty()).collect();
    ids.dedup();
    let query =
        ListQuery { status: Some("open".to_owned()), sort: Some("id".to_owned()), per_page: Some(200), ..Default::default() };
    assert_eq!(ids, list(&data, ListKind::Needs, &query).ids);
    let suggested = range.rows().skip(1).filter(|row| !row[5].to_string().is_empty()).count();
    assert!(suggested >= ids.len(), "{suggested} suggestions for {} needs", ids.len());
}

#[tokio::test]
async fn no_list_shows_a_contact() {
    let data = Data::with(&crate::wire::lists_with_contacts()).await;
    let paths = [
        "/needs",
        "/needs.csv",
        "/needs.json",
        "/needs/n",
        "/organizations",
        "/organizations.json",
        "/organizations/o",
        "/projects.csv",
    ];
    for path in paths {
        crate::wire::shows_no_contact(path, &page(&data, path).await.1);
    }
    // What only a contact holds finds nothing.
    let (_, html) = page(&data, "/needs?q=%E5%BC%A0%E6%9F%90%E6%9F%90").await;
    assert!(html.contains("没有符合条件的需求"));
}

/// Needs and other records in two prefectures, none of whose texts names its place.
async fn in_two_prefectures() -> Data {
    let need = |id: &str, title: &str, region: &str| json!({ "id": id, "title": title, "region": region, "amount_yuan": 10_000, "deadline": "2027-06-30" });
    let needs = [
        need("n1", "净水设备", "云南省丽江市玉龙纳西族自治县"),
        need("n2", "净水设备", "云南省迪庆藏族自治州德钦县"),
        need("n3", "救护车", "云南省迪庆藏族自治州维西傈僳族自治县"),
        need("n4", "丽江来的老师", "上海市虹口区"),
    ];
    let organizations = [json!({ "id": "o1", "name": "甲基金会", "home_region": "云南省丽江市" })];
    let projects = [json!({ "id": "p1", "title": "净水", "regions": ["德钦县"], "participants": ["o1"], "year": 2024 })];
    Data::with(&[
        ("organizations.jsonl", lines(&organizations)),
        ("projects.jsonl", lines(&projects)),
        ("needs.jsonl", lines(&needs)),
    ])
    .await
}

#[tokio::test]
async fn the_name_of_a_place_finds_what_lies_there() {
    let data = in_two_prefectures().await;
    let found = |kind, q: &str| list(&data, kind, &ListQuery { q: Some(q.to_owned()), ..Default::default() }).ids;
    let cases: [(&str, &[&str]); 9] = [
        ("丽江", &["n1", "n4"]),
        ("丽江市", &["n1"]),
        ("玉龙县", &["n1"]),
        ("迪庆", &["n2", "n3"]),
        ("德钦", &["n2"]),
        ("云南省迪庆州", &["n2", "n3"]),
        ("净水 迪庆", &["n2"]),
        ("净水 -迪庆", &["n1"]),
        ("上海", &["n4"]),
    ];
    for (q, ids) in cases {
        assert_eq!(found(ListKind::Needs, q), ids, "{q}");
    }
    assert_eq!(found(ListKind::Organizations, "丽江"), ["o1"]);
    assert_eq!(found(ListKind::Projects, "迪庆"), ["p1"]);
    let (_, html) = page(&data, "/needs?q=%E8%BF%AA%E5%BA%86").await;
    assert!(html.contains("迪庆（文字或地区）"), "{html}");
}

#[tokio::test]
async fn several_places_can_be_chosen() {
    let data = in_two_prefectures().await;
    // 迪庆 by its code, 丽江 as it is typed into the field that the facet then has.
    let (_, html) = page(&data, "/needs?region=533400").await;
    assert!(
        html.contains("name=\"region\" maxlength") && html.contains("type=\"hidden\" name=\"region\" value=\"533400\""),
        "{html}"
    );
    let (_, html) = page(&data, "/needs?region=533400&region=%E4%B8%BD%E6%B1%9F").await;
    assert_eq!(ids_of_page(&html, "needs"), ["n1", "n2", "n3"]);
    let chips = html.split("id=\"chosen\"").nth(1).unwrap().split("</ul>").next().unwrap();
    assert_eq!(chips.matches("class=\"chip\"").count(), 2, "{chips}");
}

#[tokio::test]
async fn a_column_that_says_nothing_is_left_out_unless_it_is_chosen() {
    let data = in_two_prefectures().await;
    let head = |html: &str| html.split("<thead>").nth(1).unwrap().split("</thead>").next().unwrap().to_owned();
    let (_, html) = page(&data, "/needs").await;
    assert!(head(&html).contains("完成时限") && !head(&html).contains("申报日期"), "{html}");
    assert!(html.contains("class=\"short\""));
    let (_, html) = page(&data, "/needs?columns=date&columns=amount").await;
    assert!(head(&html).contains("申报日期"));
}

#[tokio::test]
async fn files_are_named_after_the_list_and_the_day() {
    let data = records().await;
    let router = qianshou::http::router(data.app.clone(), &qianshou::config::HttpConfig::default());
    let name = async |path: &str| {
        let request = axum::http::Request::get(path).header("host", "localhost").body(axum::body::Body::empty()).unwrap();
        let response = tower::ServiceExt::oneshot(router.clone(), request).await.unwrap();
        let header = response.headers()["content-disposition"].to_str().unwrap().to_owned();
        percent_decode_str(&header).decode_utf8().unwrap().into_owned()
    };
    let list = "%E7%AC%AC%E4%BA%8C%E6%89%B9%E6%B8%85%E5%8D%95"; // 第二批清单
    for ending in ["xlsx", "csv", "json"] {
        let header = name(&format!("/needs.{ending}?list={list}")).await;
        assert!(header.contains(&format!("filename=\"needs.{ending}\"")), "{header}");
        assert!(header.ends_with(&format!("第二批清单-{TODAY}.{ending}")), "{header}");
        let header = name(&format!("/organizations.{ending}")).await;
        assert!(header.ends_with(&format!("社会组织清单-{TODAY}.{ending}")), "{header}");
    }
}
