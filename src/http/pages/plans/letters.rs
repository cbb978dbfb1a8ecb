//! What leaves a plan: its workbook, and letters of invitation.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::show::missing;
use super::words::{iso_day, name};
use crate::app::App;
use crate::domain::{FuzzyDate, Principal};
use crate::error::AppError;
use crate::export::{Sender, invitation_archive, invitation_document, invitation_workbook, invitations};
use crate::http::client::Client;
use crate::http::document::{self, XLSX, disposition};
use crate::http::extract::{Form, Path};
use crate::http::problem::Problem;

/// The media type of documents for word processors.
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// The media type of ZIP archives.
const ZIP: &str = "application/zip";
/// Longest name of an office, in characters.
const MAX_OFFICE: usize = 100;

pub(super) async fn workbook(State(app): State<Arc<App>>, who: Principal, Path(id): Path) -> Result<Response, Problem> {
    let workbook = app.plan_workbook(who, &id).await?.ok_or_else(missing)?;
    let name = format!("{}.xlsx", dated(&app, who, &id).await?);
    let headers = [(CONTENT_TYPE, XLSX.to_owned()), (CONTENT_DISPOSITION, disposition(&name, "plan.xlsx"))];
    Ok((headers, document::body(app, workbook, String::new(), "")).into_response())
}

/// The name of a plan with the day on which it was made, as files are named by it.
async fn dated(app: &App, who: Principal, id: &str) -> Result<String, Problem> {
    let job = app.plan_job(who, id).await?.ok_or_else(missing)?;
    Ok(format!("{}-{}", name(&job), iso_day(job.created_at)))
}

/// What the sending office says. What is blank stays blank in the letters.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    office: String,
    #[serde(default)]
    reply_by: String,
    #[serde(default)]
    reply_to: String,
    #[serde(default)]
    format: String,
}

impl Asked {
    fn sender(&self) -> Result<Sender, Problem> {
        let text = |field: &'static str, text: &str| {
            let text = text.trim();
            if text.chars().count() > MAX_OFFICE {
                return Err(Problem::field(field, format!("过长，最多{MAX_OFFICE}字")));
            }
            Ok((!text.is_empty()).then(|| text.to_owned()))
        };
        let office = text("office", &self.office)?;
        if office.is_none() {
            return Err(Problem::field("office", "请填写发函单位"));
        }
        let day = text("reply_by", &self.reply_by)?;
        let day = day.map(|it| it.parse::<FuzzyDate>().map_err(|error| Problem::field("reply_by", error)));
        let reply_by = day.transpose()?.map(FuzzyDate::latest);
        Ok(Sender { office, reply_by, reply_to: text("reply_to", &self.reply_to)? })
    }
}

/// Letters of invitation: one an organization, as one document, as a document each, or as a table.
pub(super) async fn letters(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Path(id): Path,
    Form(asked): Form<Asked>,
) -> Result<Response, Problem> {
    let plan = app.kept_plan(who, &id).await?.ok_or_else(missing)?;
    let sender = asked.sender()?;
    let (ending, media_type) = match asked.format.as_str() {
        "docx" => ("docx", DOCX),
        "xlsx" => ("xlsx", XLSX),
        "zip" => ("zip", ZIP),
        _ => return Err(Problem::field("format", "邀请函的格式应为 docx、zip 或 xlsx")),
    };
    let bytes = app.compute(client.0, move |_, _| {
        let letters = invitations(&plan, &sender);
        if letters.is_empty() {
            return Err(AppError::invalid("plan", "方案中没有建议合作的组织，没有邀请函可写"));
        }
        Ok(match ending {
            "xlsx" => invitation_workbook(&plan, &letters)?,
            "zip" => invitation_archive(&letters)?,
            _ => invitation_document(&letters)?,
        })
    });
    let name = format!("{}-邀请函.{ending}", dated(&app, who, &id).await?);
    let headers =
        [(CONTENT_TYPE, media_type.to_owned()), (CONTENT_DISPOSITION, disposition(&name, &format!("letters.{ending}")))];
    Ok((headers, bytes.await?).into_response())
}
