//! The form on the page of a need that adds or corrects its sum, place and deadline: it is read and stored as a record that is handed
//! in through the interface.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::app::App;
use crate::domain::{EntityKind, NeedId, Principal};
use crate::http::client::Client;
use crate::http::extract::{Form, Path};
use crate::http::pages::html::{address, see_other};
use crate::http::problem::Problem;
use crate::http::segment::segment;

/// Longest text of a field, in characters.
pub(super) const MOST: usize = 64;
/// The fields of the form, with the names that people know.
const FIELDS: [(&str, &str); 3] = [("amount", "所需金额"), ("region", "地区"), ("deadline", "完成时限")];

/// What is typed; an empty field changes nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Correction {
    amount: String,
    region: String,
    deadline: String,
}

/// Which fields were just corrected, in the address of the page.
#[derive(Default, Deserialize, utoipa::IntoParams)]
pub(super) struct Corrected {
    corrected: Option<String>,
}

impl Corrected {
    /// What was corrected, in words: `所需金额、地区`.
    pub(super) fn in_words(&self) -> Option<String> {
        let named: Vec<&str> = self.corrected.as_deref()?.split(',').collect();
        let known: Vec<&str> = FIELDS.iter().filter(|(name, _)| named.contains(name)).map(|(_, label)| *label).collect();
        (!known.is_empty()).then(|| known.join("、"))
    }
}

/// Stores what was typed, and leads back to the page.
pub(super) async fn correct(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    Path(id): Path,
    Form(typed): Form<Correction>,
) -> Result<Response, Problem> {
    // The need has to exist: a form adds nothing.
    let need = NeedId::new(id.as_str());
    app.compute(client.0, move |app, _| app.need(who, &need)).await?;
    let (mut record, mut changed) = (Map::new(), Vec::new());
    for ((name, label), text) in FIELDS.into_iter().zip([typed.amount, typed.region, typed.deadline]) {
        let text = text.trim();
        if text.chars().count() > MOST {
            return Err(Problem::field(name, format!("{label}过长，最多{MOST}字")));
        }
        if !text.is_empty() {
            record.insert(name.to_owned(), Value::from(if name == "amount" { in_wan(text) } else { text.to_owned() }));
            changed.push(name);
        }
    }
    let page = format!("/needs/{}", segment(&id));
    if changed.is_empty() {
        return Ok(see_other(&page));
    }
    record.insert("id".to_owned(), Value::from(id));
    app.submit(who, EntityKind::Needs, record).await?;
    Ok(see_other(&address(&page, &[("corrected", changed.join(",").as_str())])))
}

/// A plain number is in 万元, as everywhere on the pages.
fn in_wan(text: &str) -> String {
    let number = text.replace([',', '，', ' '], "");
    if number.parse::<f64>().is_ok() { format!("{number}万元") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_are_wan() {
        assert_eq!(
            (in_wan("1,200.5"), in_wan("约30万"), in_wan("5000元")),
            ("1200.5万元".into(), "约30万".into(), "5000元".into())
        );
    }

    #[test]
    fn only_known_fields_are_named() {
        let words = |text: &str| Corrected { corrected: Some(text.to_owned()) }.in_words();
        assert_eq!(words("region,amount").as_deref(), Some("所需金额、地区"));
        assert_eq!(words("<b>"), None);
    }
}
