//! `/needs`, `/organizations`, `/projects`: search, facets with counts, ranges, order, columns and pages.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::address::ListAddress;
use super::facet_view::{FacetView, facet_views};
use super::rows::{Heading, Row, headings, rows, sums};
use crate::app::lists::{ListColumn, Listing, MAX_EXPORTED, ShownCondition};
use crate::app::{App, ListKind, ListQuery, MAX_SUGGESTED};
use crate::domain::Principal;
use crate::error::{AppError, Class};
use crate::http::client::Client;
use crate::http::pages::html::render;
use crate::http::pages::layout::Layout;
use crate::http::problem::Problem;

/// A choice of a control.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) name: &'static str,
    pub(super) is_chosen: bool,
}

/// A condition that can be taken away.
pub(super) struct Chip {
    pub(super) label: &'static str,
    pub(super) text: String,
    pub(super) href: String,
}

/// A condition of an empty list, with what there would be without it.
struct Removal {
    text: String,
    count: usize,
    href: String,
}

/// What a list finds.
struct Results {
    total: usize,
    chips: Vec<Chip>,
    facets: Vec<FacetView>,
    chosen_facets: usize,
    headings: Vec<Heading>,
    rows: Vec<Row>,
    /// A cell a column: the sums of this page, and of the whole list.
    page_sums: Vec<String>,
    whole_sums: Vec<String>,
    first: usize,
    last: usize,
    page: usize,
    pages: usize,
    previous: Option<String>,
    next: Option<String>,
    removals: Vec<Removal>,
}

#[derive(Template)]
#[template(path = "lists/list.html")]
struct ListPage {
    layout: Layout,
    kind: ListKind,
    path: String,
    q: String,
    without: String,
    amount_from: String,
    amount_to: String,
    from: String,
    to: String,
    amount_label: &'static str,
    has_days: bool,
    sorts: Vec<Choice>,
    sizes: Vec<Choice>,
    columns: Vec<Choice>,
    files: Vec<(&'static str, String)>,
    suggestions: Option<String>,
    plan: Option<String>,
    clear: String,
    error: Option<String>,
    result: Option<Results>,
    most_exported: usize,
    most_suggested: usize,
}

/// Numbers of records per page.
const SIZES: [(&str, &str); 3] = [("20", "每页20条"), ("50", "每页50条"), ("200", "每页200条")];

pub(super) async fn needs(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    layout: Layout,
    address: ListAddress,
) -> Result<Response, Problem> {
    page(&app, who, client, layout, ListKind::Needs, address).await
}

pub(super) async fn organizations(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    layout: Layout,
    address: ListAddress,
) -> Result<Response, Problem> {
    page(&app, who, client, layout, ListKind::Organizations, address).await
}

pub(super) async fn projects(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    layout: Layout,
    address: ListAddress,
) -> Result<Response, Problem> {
    page(&app, who, client, layout, ListKind::Projects, address).await
}

async fn page(
    app: &Arc<App>,
    who: Principal,
    client: Client,
    layout: Layout,
    kind: ListKind,
    address: ListAddress,
) -> Result<Response, Problem> {
    let query: ListQuery = address.query()?;
    let columns = address.columns();
    let listed = app.compute(client.0, move |app, cancellation| app.list(who, kind, &query, &columns, cancellation)).await;
    let (status, error, listing) = match listed {
        Ok(listing) => (StatusCode::OK, None, Some(listing)),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, Some(refused(error)?.message), None),
    };
    render(status, &list_page(layout, kind, &address, error, listing.as_ref()))
}

/// Faults that the user can correct are shown beside the form; any other replaces the page.
fn refused(error: AppError) -> Result<AppError, Problem> {
    if error.class() == Class::Invalid { Ok(error) } else { Err(error.into()) }
}

fn list_page(
    layout: Layout,
    kind: ListKind,
    address: &ListAddress,
    error: Option<String>,
    listing: Option<&Listing>,
) -> ListPage {
    let path = format!("/{}", kind.name());
    let value = |key: &str| address.value(key).to_owned();
    let choice = |key: &str, value: &'static str, name: &'static str, usual: &str| {
        let asked = address.value(key);
        Choice { value, name, is_chosen: value == if asked.is_empty() { usual } else { asked } }
    };
    let shown = ListColumn::chosen(kind, &address.columns());
    let columns = ListColumn::all(kind).iter().skip(1).map(|column| Choice {
        value: column.key,
        name: column.column.heading,
        is_chosen: shown.iter().any(|it| it.key == column.key),
    });
    let file = |ending: &str| address.file(&format!("{path}.{ending}"));
    let is_needs = kind == ListKind::Needs;
    ListPage {
        q: value("q"),
        without: value("without"),
        amount_from: value("amount_from"),
        amount_to: value("amount_to"),
        from: value("from"),
        to: value("to"),
        amount_label: if kind == ListKind::Organizations { "预算或年度支出（万元）" } else { "金额（万元）" },
        has_days: kind != ListKind::Organizations,
        sorts: sorts(kind).iter().map(|&(value, name)| choice("sort", value, name, "")).collect(),
        sizes: SIZES.iter().map(|&(value, name)| choice("per_page", value, name, "20")).collect(),
        columns: columns.collect(),
        files: vec![("Excel 工作簿", file("xlsx")), ("CSV", file("csv")), ("JSON", file("json"))],
        suggestions: is_needs.then(|| address.file("/needs/suggestions.xlsx")),
        plan: is_needs.then(|| address.file("/plans/new")),
        clear: address.without(
            &path,
            &[
                "q",
                "without",
                "region",
                "sector",
                "status",
                "group",
                "list",
                "year",
                "kind",
                "level",
                "fundraising",
                "rating",
                "amount_from",
                "amount_to",
                "from",
                "to",
            ],
        ),
        error,
        result: listing.map(|listing| results(listing, address, &path)),
        most_exported: MAX_EXPORTED,
        most_suggested: MAX_SUGGESTED,
        layout,
        kind,
        path,
    }
}

/// The orders of a list.
const fn sorts(kind: ListKind) -> &'static [(&'static str, &'static str)] {
    match kind {
        ListKind::Needs => &[
            ("", "按录入先后"),
            ("-date", "申报日期，新的在前"),
            ("date", "申报日期，旧的在前"),
            ("-amount", "金额，大的在前"),
            ("amount", "金额，小的在前"),
            ("title", "按名称"),
            ("id", "按编号"),
        ],
        ListKind::Organizations => &[
            ("", "按录入先后"),
            ("title", "按名称"),
            ("-amount", "预算或年度支出，大的在前"),
            ("amount", "预算或年度支出，小的在前"),
            ("id", "按编号"),
        ],
        ListKind::Projects => &[
            ("", "按录入先后"),
            ("-date", "时间，新的在前"),
            ("date", "时间，旧的在前"),
            ("-amount", "金额，大的在前"),
            ("amount", "金额，小的在前"),
            ("title", "按名称"),
            ("id", "按编号"),
        ],
    }
}

fn results(listing: &Listing, address: &ListAddress, path: &str) -> Results {
    let facets = facet_views(&listing.facets, address, path);
    let pages = listing.total.div_ceil(listing.per_page).max(1);
    let to = |page: usize| address.with(path, "page", &page.to_string());
    let start = (listing.page - 1).saturating_mul(listing.per_page);
    let (page_sums, whole_sums) = sums(listing);
    let removal = |it: &ShownCondition| Removal {
        text: format!("{}：{}", it.label, it.value),
        count: it.without,
        href: removed(it, address, path),
    };
    Results {
        total: listing.total,
        chips: listing.conditions.iter().flat_map(|it| chips(it, address, path)).collect(),
        chosen_facets: facets.iter().filter(|facet| facet.is_open).count(),
        facets,
        headings: headings(listing, address, path),
        rows: rows(listing),
        page_sums,
        whole_sums,
        first: if listing.ids.is_empty() { 0 } else { start + 1 },
        last: start + listing.ids.len(),
        page: listing.page,
        pages,
        previous: (listing.page > 1).then(|| to((listing.page - 1).min(pages))),
        next: (listing.page < pages).then(|| to(listing.page + 1)),
        removals: if listing.total == 0 { listing.conditions.iter().map(removal).collect() } else { Vec::new() },
    }
}

/// The address without a condition.
fn removed(it: &ShownCondition, address: &ListAddress, path: &str) -> String {
    match &it.word {
        Some(word) => it.fields.first().map_or_else(String::new, |field| address.without_word(path, field, word)),
        None => address.without(path, it.fields),
    }
}

/// A chip for each chosen value, or one for the condition.
fn chips(it: &ShownCondition, address: &ListAddress, path: &str) -> Vec<Chip> {
    let field = it.fields.first().copied().unwrap_or_default();
    if it.parts.is_empty() {
        return vec![Chip { label: it.label, text: it.value.clone(), href: removed(it, address, path) }];
    }
    let chip = |(typed, name): &(String, String)| Chip {
        label: it.label,
        text: name.clone(),
        href: address.without_value(path, field, typed),
    };
    it.parts.iter().map(chip).collect()
}
