//! `/plans/new`: choose needs and conditions, and order a plan.

use std::fs::File;
use std::path::Path as FilePath;
use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::terms::{self, Terms, Typed};
use crate::app::lists::FacetValue;
use crate::app::{App, ListQuery, PlanOrder};
use crate::domain::{EntityKind, NeedId, NeedStatus, Principal};
use crate::error::{AppError, Class, Code};
use crate::http::client::Client;
use crate::http::pages::Layout;
use crate::http::pages::html::{render, see_other};
use crate::http::problem::{Kind, Problem};
use crate::http::upload::Upload;
use crate::ingest::InputFile;
use crate::plan::{PlanAsk, PlanNeeds};

/// Largest list of needs, in bytes and in rows.
const MAX_LIST: usize = 16 << 20;
const MAX_NEEDS: usize = 10_000;
/// The fields that choose needs of the data directory, as the list of needs names them: name, label, hint. Those without a hint
/// come from that list only.
const FILTERS: [(&str, &str, &str); 12] = [
    ("list", "清单", "库中有待认领需求的清单"),
    ("region", "地区", "如 迪庆州、德钦县"),
    ("sector", "领域", "如 助医与健康"),
    ("q", "包含的词", "几个词用空格隔开"),
    ("status", "状态", ""),
    ("without", "不包含的词", ""),
    ("group", "受益人群", ""),
    ("year", "年份", ""),
    ("amount_from", "金额不少于", ""),
    ("amount_to", "金额不多于", ""),
    ("from", "日期不早于", ""),
    ("to", "日期不晚于", ""),
];
/// Longest value of such a field, in characters.
const MAX_FILTER: usize = 2000;
/// Most parameters of an address.
const MAX_PARAMETERS: usize = 400;

struct Filter {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: String,
}

#[derive(Template)]
#[template(path = "plans/new.html")]
struct Page {
    layout: Layout,
    error: Option<String>,
    name: String,
    /// `open`, `list` or `file`.
    needs: String,
    filters: Vec<Filter>,
    /// Lists to choose from: value, words, whether it is chosen.
    lists: Vec<(String, String, bool)>,
    /// How many needs the filters find, if they are given.
    found: Option<String>,
    terms: Terms,
    has_terms: bool,
}

impl Page {
    fn new(layout: Layout, typed: &Typed, lists: &[FacetValue], error: Option<String>, found: Option<String>) -> Self {
        let value = |name: &str| typed.get(name).cloned().unwrap_or_default();
        let filter = |(name, label, hint): (&'static str, _, _)| Filter { name, label, hint, value: value(name) };
        let is_filtered = FILTERS.iter().any(|it| !value(it.0).is_empty());
        let needs = match value("needs").as_str() {
            "open" | "list" | "file" => value("needs"),
            _ if is_filtered => "list".to_owned(),
            _ => "open".to_owned(),
        };
        let has_terms = typed.iter().any(|(name, value)| terms::is_term(name) && !value.is_empty() && value != "quarters");
        let (name, chosen) = (value("name"), value("list"));
        let mut lists: Vec<_> =
            lists.iter().map(|it| (it.code.clone(), format!("{}（{}项）", it.name, it.count), it.code == chosen)).collect();
        if !chosen.is_empty() && lists.iter().all(|it| !it.2) {
            lists.insert(0, (chosen.clone(), chosen.replace('\n', "、"), true));
        }
        let filters = FILTERS.map(filter).into_iter().filter(|it| it.name != "list");
        let filters = filters.filter(|it| !it.hint.is_empty() || !it.value.is_empty()).collect();
        Self { layout, error, name, needs, filters, lists, found, terms: Terms::typed(typed), has_terms }
    }
}

/// What another page says of the needs: the address of the list of needs, in which a field may have several values.
fn asked(stated: Vec<(String, String)>) -> Result<Typed, Problem> {
    if stated.len() > MAX_PARAMETERS {
        return Err(Problem::new(Kind::Invalid, format!("条件过多，最多{MAX_PARAMETERS}项；请减少勾选")));
    }
    let mut typed = Typed::new();
    for (name, value) in stated {
        let value = value.trim();
        if value.is_empty() || name != "needs" && FILTERS.iter().all(|it| it.0 != name) {
            continue;
        }
        // Names of lists have commas of their own.
        let joint = if name == "list" { "\n" } else { "," };
        typed.entry(name).and_modify(|all| all.extend([joint, value])).or_insert_with(|| value.to_owned());
    }
    Ok(typed)
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    layout: Layout,
    stated: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Response, Problem> {
    let unreadable = |_| Problem::new(Kind::Malformed, "地址中有无法识别的编码，请重新打开").titled("地址有误");
    let typed = asked(stated.map_err(unreadable)?.0)?;
    let (mut found, mut error) = (None, None);
    if FILTERS.iter().any(|it| typed.contains_key(it.0)) {
        match chosen(&app, who, client, &typed).await {
            Ok(ids) => found = Some(format!("符合这些条件的需求现有{}项", ids.len())),
            Err(fault) if matches!(fault.class(), Class::Invalid) => error = Some(fault.message),
            Err(fault) => return Err(fault.into()),
        }
    }
    let lists = lists(&app, who, client).await?;
    render(StatusCode::OK, &Page::new(layout, &typed, &lists, error, found))
}

async fn lists(app: &Arc<App>, who: Principal, client: Client) -> Result<Vec<FacetValue>, AppError> {
    app.compute(client.0, move |app, cancellation| app.lists_to_plan(who, cancellation)).await
}

/// The needs that the filters find.
async fn chosen(app: &Arc<App>, who: Principal, client: Client, typed: &Typed) -> Result<Vec<NeedId>, AppError> {
    let value = |name: &str| typed.get(name).filter(|it| !it.is_empty()).cloned();
    let query = ListQuery {
        q: value("q"),
        without: value("without"),
        region: value("region"),
        sector: value("sector"),
        status: value("status"),
        group: value("group"),
        list: value("list"),
        year: value("year"),
        amount_from: value("amount_from"),
        amount_to: value("amount_to"),
        from: value("from"),
        to: value("to"),
        ..ListQuery::default()
    };
    app.compute(client.0, move |app, cancellation| app.needs_to_plan(who, &query, cancellation)).await
}

/// Takes the form and leads on to the page of the plan.
pub(super) async fn order(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    layout: Layout,
    request: Request,
) -> Result<Response, Problem> {
    let upload = Upload::begin(&app, client)?;
    let (mut typed, mut file) = (Typed::new(), None);
    let mut form = upload.form(request).await?;
    while let Some(part) = form.next().await? {
        let name = part.name.clone();
        if name == "file" {
            file = part.file(MAX_LIST).await?;
        } else if FILTERS.iter().any(|it| it.0 == name) {
            // A browser sends the lines of a text apart in its own way.
            typed.insert(name, part.long_text(MAX_FILTER).await?.replace("\r\n", "\n"));
        } else if name == "name" || name == "needs" || terms::is_term(&name) {
            typed.insert(name, part.text().await?);
        } else {
            return Err(part.unknown());
        }
    }
    match start(&app, who, client, &upload.owner, &typed, file).await {
        Ok(id) => Ok(see_other(&format!("/plans/{id}"))),
        // What was typed stays; a file has to be chosen again, as browsers have it.
        Err(problem) if problem.field.is_some() => {
            let status = problem.status();
            let lists = lists(&app, who, client).await?;
            render(status, &Page::new(layout, &typed, &lists, Some(problem.detail), None))
        }
        Err(problem) => Err(problem),
    }
}

async fn start(
    app: &Arc<App>,
    who: Principal,
    client: Client,
    owner: &str,
    typed: &Typed,
    file: Option<(String, File)>,
) -> Result<String, Problem> {
    let mut ask = PlanAsk::default();
    terms::apply(typed, &mut ask)?;
    ask.check(false)?;
    let (needs, about) = match meant(typed, file.is_some())? {
        "open" => (Needs::Open, "全部待认领的需求".to_owned()),
        "list" => {
            if FILTERS.iter().all(|it| typed.get(it.0).is_none_or(String::is_empty)) {
                return Err(Problem::field("needs", "请选择清单，或填写地区、领域、词中的至少一项"));
            }
            let ids = chosen(app, who, client, typed).await?;
            if ids.len() > MAX_NEEDS {
                let count = ids.len();
                return Err(Problem::field("needs", format!("选出的需求有{count}项，一个方案最多{MAX_NEEDS}项；请缩小范围")));
            }
            (Needs::Stored(ids), filters_in_words(typed))
        }
        "file" => {
            let (name, file) = file.ok_or_else(|| Problem::field("file", "请选择需求清单文件"))?;
            let about = format!("上传的清单“{name}”");
            let file = Arc::new(file);
            let (checked, title) = (Arc::clone(&file), name.clone());
            app.background().check_alone(move || read(&title, &checked).map(drop)).await??;
            (Needs::File(name, file), about)
        }
        _ => return Err(Problem::field("needs", "请选择为哪些需求制订方案")),
    };
    let name = typed.get("name").filter(|it| !it.is_empty()).cloned().unwrap_or_else(|| about.clone());
    // The file is read again when its turn comes, so that waiting orders take no memory.
    let order = move || {
        let needs = match needs {
            Needs::Open => PlanNeeds::Open,
            Needs::Stored(ids) => PlanNeeds::Stored(ids),
            Needs::File(name, file) => {
                let again = |_| AppError::new(Code::Spool, "a list that was checked cannot be read again");
                PlanNeeds::File(read(&name, &file).map_err(again)?)
            }
        };
        Ok(PlanOrder { ask, needs, keep: None, before: None, about })
    };
    Ok(app.start_plan(who, owner, &name, order).await?.id)
}

/// Which needs are meant. A field that is filled in says more than the choice that a form begins with.
fn meant(typed: &Typed, has_file: bool) -> Result<&str, Problem> {
    let choice = typed.get("needs").map_or("open", String::as_str);
    let is_filtered = FILTERS.iter().any(|it| typed.get(it.0).is_some_and(|value| !value.is_empty()));
    match (choice, is_filtered, has_file) {
        ("open", true, true) => Err(Problem::field("needs", "既填写了清单或条件，又选择了文件；请选定其中一种，或清空另一种")),
        ("open" | "file", true, false) => Ok("list"),
        ("open" | "list", false, true) => Ok("file"),
        _ => Ok(choice),
    }
}

enum Needs {
    Open,
    Stored(Vec<NeedId>),
    File(String, Arc<File>),
}

fn read(name: &str, mut file: &File) -> Result<InputFile, Problem> {
    use std::io::Seek as _;
    let file = file.rewind().and_then(|()| file.try_clone()).map_err(Problem::internal)?;
    let list = InputFile::from_file(FilePath::new(name), file, &Some(EntityKind::Needs).into());
    let list = list.map_err(|error| Problem::field("file", error.to_string()))?;
    if list.row_count() > MAX_NEEDS {
        return Err(Problem::field("file", format!("需求清单最多{MAX_NEEDS}行；请分批制订")));
    }
    Ok(list)
}

fn filters_in_words(typed: &Typed) -> String {
    let given = FILTERS.iter().filter_map(|(name, label, _)| {
        let value = typed.get(*name).filter(|it| !it.is_empty())?;
        Some(match *name {
            "list" => format!("清单“{}”", value.replace('\n', "”“")),
            "status" => format!("{label}：{}", status_in_words(value)),
            _ => format!("{label}：{value}"),
        })
    });
    given.collect::<Vec<_>>().join("；")
}

/// States as the list of needs names them, in Chinese.
fn status_in_words(values: &str) -> String {
    let label = |value: &str| {
        let known = NeedStatus::ALL.into_iter().find(|it| serde_json::to_value(it).is_ok_and(|name| name == value));
        known.map_or_else(|| value.to_owned(), |it| it.label().to_owned())
    };
    values.split(',').map(label).collect::<Vec<_>>().join("、")
}
