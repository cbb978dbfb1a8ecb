//! `/needs/{id}`: all that is known of one need.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::claims::Claims;
use super::correct::{Corrected, MOST};
use crate::app::{App, NeedSheet, Reader};
use crate::domain::{NeedId, NeedStatus, Principal};
use crate::http::client::Client;
use crate::http::extract::{Path, Query};
use crate::http::pages::html::{Link, address, day, money, render};
use crate::http::pages::layout::Layout;
use crate::http::pages::suggest::{Piece, marked};
use crate::http::problem::Problem;
use crate::http::segment::segment;

/// A need that is similar to this one.
struct Similar {
    href: String,
    title: String,
    likeness: String,
}

#[derive(Template)]
#[template(path = "lists/need.html")]
struct Page {
    layout: Layout,
    id: String,
    title: String,
    status: &'static str,
    /// `ok`, `wait` or `bad`.
    shape: &'static str,
    suggest: String,
    /// The text as it was read, in pieces; the words on which findings rest are marked.
    text: Vec<Piece>,
    /// Name, value, and where a value leads.
    asked: Vec<(&'static str, String)>,
    regions: Vec<Link>,
    place: String,
    doubts: Vec<String>,
    changes: Vec<String>,
    money: Vec<(&'static str, String)>,
    last_change: Option<String>,
    claims: Claims,
    origin: Vec<(&'static str, String)>,
    list: Option<Link>,
    similar: Vec<Similar>,
    /// What was just corrected on this page.
    corrected: Option<String>,
    most_typed: usize,
    /// Where corrections go.
    action: String,
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    layout: Layout,
    Path(id): Path,
    Query(corrected): Query<Corrected>,
) -> Result<Response, Problem> {
    let need = NeedId::new(id);
    let reader = app.reader();
    // It is compared with all other needs.
    let sheet = app.compute(client.0, move |app, _| app.need_sheet(who, &need)).await?;
    render(StatusCode::OK, &shown(&reader, layout, sheet, &corrected))
}

fn shown(reader: &Reader, layout: Layout, sheet: NeedSheet, corrected: &Corrected) -> Page {
    let NeedSheet { need, similar, claims, claimed, remaining } = sheet;
    let record = &need.record;
    let names = |codes: &[String]| codes.iter().map(|code| reader.name(code)).collect::<Vec<_>>().join("、");
    let sectors: Vec<String> = record.sectors.iter().map(|share| reader.name(share.code.as_str())).collect();
    let known = |fields: Vec<(&'static str, String)>| fields.into_iter().filter(|(_, text)| !text.is_empty()).collect::<Vec<_>>();
    let asked = known(vec![
        ("领域", sectors.join("、")),
        ("受益人群", names(&record.groups)),
        ("帮扶方式", names(&record.modes)),
        ("受益人数", record.beneficiaries.as_ref().map(|it| it.text.clone()).unwrap_or_default()),
        (
            "完成时限",
            record.deadline.as_ref().map(|it| format!("{}前（原文：{}）", day(it.not_after), it.text)).unwrap_or_default(),
        ),
        ("紧急程度", record.urgency.map(|it| it.label().to_owned()).unwrap_or_default()),
        ("财政资金", if need.fiscal_covered == Some(true) { "已覆盖，不再征集社会力量".to_owned() } else { String::new() }),
    ]);
    let amount = record.amount.as_ref().map(|it| match it.point() {
        Some(sum) if it.hedge.is_some() || it.min_fen != it.max_fen => format!("{}（原文：{}）", money(sum), it.text),
        Some(sum) => money(sum),
        None => format!("未定（原文：{}）", it.text),
    });
    let taking = || claims.iter().filter(|claim| claim.state.effect().takes_money());
    let (taken, without_sum) = (taking().next().is_some(), taking().filter(|claim| claim.amount.is_none()).count());
    let missing = |sum| match without_sum {
        0 => money(sum),
        _ => format!("不超过{}（另有{without_sum}项认领没有写金额）", money(sum)),
    };
    let sums = known(vec![
        ("所需金额", amount.unwrap_or_else(|| "没有写明".to_owned())),
        ("已落实资金", need.secured.map(money).unwrap_or_default()),
        ("有效认领合计", if taken { money(claimed) } else { String::new() }),
        ("还缺", remaining.filter(|_| taken).map(missing).unwrap_or_default()),
    ]);
    let regions = record.regions.iter().map(|region| {
        let code = region.code.to_string();
        let text = if region.certain {
            region.name.clone()
        } else {
            format!("{}（原文“{}”，待核对）", region.name, region.matched)
        };
        Link::new(address("/needs", &[("region", code.as_str())]), text)
    });
    let last_change = need.status_change.as_ref().map(|change| {
        let (from, to) = (change.from.label(), need.status.label());
        format!("{}{}：由“{from}”改为“{to}”。原因：{}", day(change.on), change.action.label(), change.note)
    });
    let shape = match need.status {
        NeedStatus::Open => "wait",
        NeedStatus::Claimed | NeedStatus::Done => "ok",
        NeedStatus::Withdrawn | NeedStatus::Closed | NeedStatus::Deleted => "bad",
    };
    let similar = similar.into_iter().map(|it| Similar {
        href: format!("/needs/{}", segment(it.need.as_str())),
        title: it.title.unwrap_or_else(|| it.need.to_string()),
        likeness: if it.is_same {
            "内容、地区和金额都相同，可能重复申报".to_owned()
        } else {
            format!("文字相似{:.0}%", it.likeness * 100.0)
        },
    });
    let origin = known(vec![
        ("申报单位", need.submitted_by.clone().unwrap_or_default()),
        ("申报日期", need.date.map(day).unwrap_or_default()),
        ("来源", need.source.clone().unwrap_or_default()),
        ("编号", need.id.to_string()),
    ]);
    let list = need.list.as_ref().map(|list| Link::new(address("/needs", &[("list", list.as_str())]), list.as_str()));
    Page {
        layout,
        title: need.title_or_start(),
        status: need.status.label(),
        shape,
        suggest: format!("/?need={}", segment(need.id.as_str())),
        text: marked(record),
        asked,
        regions: regions.collect(),
        place: need.place.clone().unwrap_or_default(),
        doubts: record.doubts.clone(),
        changes: record.changes.clone(),
        money: sums,
        last_change,
        claims: Claims::of(&claims, true),
        origin,
        list,
        similar: similar.collect(),
        corrected: corrected.in_words(),
        most_typed: MOST,
        action: format!("/needs/{}", segment(need.id.as_str())),
        id: need.id.to_string(),
    }
}
