//! `/imports`: choose a file and have it checked; templates, help, and the latest imports of this client.

use std::path::Path;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::super::html::{render, see_other};
use super::super::layout::Layout;
use super::outcome::in_short;
use super::{address, moment};
use crate::app::{App, ImportTerms, RecentImport};
use crate::domain::{EntityKind, Principal};
use crate::http::client::Client;
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::http::upload::Upload;
use crate::ingest::{MAX_FILE, MAX_NAME};

#[derive(Template)]
#[template(path = "imports/start.html")]
struct Start {
    layout: Layout,
    kinds: Vec<(&'static str, &'static str)>,
    most_megabytes: usize,
    most_name: usize,
    error: &'static str,
    is_deleted: bool,
    recent: Vec<Recent>,
}

/// An earlier import of this client.
struct Recent {
    href: String,
    name: String,
    at: String,
    status: &'static str,
    outcome: String,
}

/// What the page is to say besides.
#[derive(Default, Deserialize, utoipa::IntoParams)]
pub(super) struct Said {
    deleted: Option<String>,
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    layout: Layout,
    Query(said): Query<Said>,
) -> Result<Response, Problem> {
    render(StatusCode::OK, &start(&app, who, client, layout, said.deleted.is_some(), "").await?)
}

async fn start(
    app: &Arc<App>,
    who: Principal,
    client: Client,
    layout: Layout,
    is_deleted: bool,
    error: &'static str,
) -> Result<Start, Problem> {
    let recent = app.recent_imports(who, &client.0.to_string()).await?;
    Ok(Start {
        layout,
        kinds: EntityKind::ALL.map(|kind| (kind.name(), kind.label())).into(),
        most_megabytes: MAX_FILE >> 20,
        most_name: MAX_NAME,
        error,
        is_deleted,
        recent: recent.iter().map(recent_import).collect(),
    })
}

fn recent_import(RecentImport { job, .. }: &RecentImport) -> Recent {
    let (status, outcome) = in_short(job);
    Recent { href: address(&job.id), name: job.file.clone(), at: moment(job.created_at), status, outcome }
}

/// Takes a file and leads on to the page of its check.
pub(super) async fn submit(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    layout: Layout,
    request: Request,
) -> Result<Response, Problem> {
    let upload = Upload::begin(&app, client)?;
    let mut form = upload.form(request).await?;
    let (mut file, mut terms) = (None, ImportTerms::default());
    while let Some(part) = form.next().await? {
        match part.name.as_str() {
            "file" => file = part.file(MAX_FILE).await?,
            "kind" => terms.kind = kind_of(&part.text().await?)?,
            "list" => terms.list = Some(part.text().await?),
            "hidden" => terms.hidden = !part.text().await?.is_empty(),
            _ => return Err(part.unknown()),
        }
    }
    let Some((name, file)) = file else {
        let page = start(&app, who, client, layout, false, "请先选择文件").await?;
        return render(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    terms.list = list_name(terms.list.as_deref(), &name);
    let job = app.start_check(who, &upload.owner, name, file, terms).await?;
    Ok(see_other(&address(&job.id)))
}

/// The kind with this name; none for an empty one.
pub(super) fn kind_of(text: &str) -> Result<Option<EntityKind>, Problem> {
    let known = EntityKind::ALL.into_iter().find(|kind| kind.name() == text);
    match (text, known) {
        ("", _) => Ok(None),
        (_, Some(kind)) => Ok(Some(kind)),
        _ => Err(Problem::field("kind", "没有这种内容；请在列出的几种中选择")),
    }
}

/// The name of a list that states none: the one that was typed, else that of its file.
fn list_name(typed: Option<&str>, file: &str) -> Option<String> {
    let typed = typed.map(str::trim).filter(|name| !name.is_empty());
    let stem = || Path::new(file).file_stem().and_then(|it| it.to_str()).map(str::trim);
    typed.or_else(stem).filter(|name| !name.is_empty()).map(str::to_owned)
}
