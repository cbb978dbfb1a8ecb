//! Why is an organization not among the first? Its parts beside those of the last one shown, and what would bring it there.

use std::sync::Arc;

use super::form::Form;
use crate::app::{App, WhyNot, WhyNotAsk};
use crate::domain::Principal;
use crate::error::{AppError, Class};
use crate::http::client::Client;
use crate::http::pages::html::Link;
use crate::http::problem::Problem;

/// Maximum number of differing parts shown.
const SHOWN_DIFFERENCES: usize = 8;
/// Most organizations offered for a part of a name.
const MOST_NAMED: usize = 20;

/// What is shown of the answer.
#[derive(Default)]
pub(super) struct Why {
    pub(super) summary: String,
    /// The last organization among the first, with the parts that differ: label, own points, its points.
    pub(super) last: Option<String>,
    pub(super) differences: Vec<(&'static str, String, String)>,
    pub(super) changes: Vec<String>,
    /// Organizations that the name may mean.
    pub(super) meant: Vec<Link>,
    pub(super) error: Option<String>,
}

/// The answer for the organization in the form; none if it holds none.
pub(super) async fn why(app: &Arc<App>, who: Principal, client: Client, form: &Form) -> Result<Option<Why>, Problem> {
    let typed = form.why.trim().to_owned();
    if typed.is_empty() {
        return Ok(None);
    }
    let question = WhyNotAsk { organization: typed.clone(), ask: form.ask() };
    match app.compute_long(client.0, move |app, cancellation| app.why_not(who, &question, cancellation)).await {
        Ok(found) => Ok(Some(shown(&found))),
        Err(refusal) if matches!(refusal.class(), Class::NotFound | Class::Invalid) => {
            named(app, who, client, form, typed, refusal).await.map(Some)
        }
        Err(fault) => Err(fault.into()),
    }
}

/// A part of a name: one organization is explained, several are offered.
async fn named(
    app: &Arc<App>,
    who: Principal,
    client: Client,
    form: &Form,
    typed: String,
    refusal: AppError,
) -> Result<Why, Problem> {
    let part = typed.clone();
    let found = app.compute(client.0, move |app, _| Ok(app.organizations_named(who, &part, MOST_NAMED))).await?;
    let link = |it: &crate::app::NamedOrganization| {
        let home = it.home.as_deref().map(|home| format!("（{home}）")).unwrap_or_default();
        let why = Form { why: it.id.to_string(), ..form.clone() };
        let mut fields = why.fields();
        fields.push(("why", &why.why));
        Link::new(format!("{}#why", crate::http::pages::html::address("/", &fields)), format!("{}{home}", it.name))
    };
    let is_itself = found.len() == 1 && found[0].id.as_str() == typed;
    let meant: Vec<Link> = if is_itself { Vec::new() } else { found.iter().map(link).collect() };
    let error = if meant.is_empty() { refusal.message } else { format!("名称含“{typed}”的组织如下，请选择") };
    Ok(Why { meant, error: Some(error), ..Why::default() })
}

fn shown(found: &WhyNot) -> Why {
    let differences = found.differences.iter().take(SHOWN_DIFFERENCES);
    Why {
        summary: found.summary.clone(),
        last: found.last.clone(),
        differences: differences.map(|it| (it.label, format!("{:+}", it.points), format!("{:+}", it.theirs))).collect(),
        changes: found.changes.iter().map(|it| it.text.clone()).collect(),
        ..Why::default()
    }
}
