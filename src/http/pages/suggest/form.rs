//! The question as the address holds it, so that it can be kept, sent to a colleague, and asked again.

use serde::Deserialize;

use crate::domain::NeedId;
use crate::http::pages::html::address;
use crate::request::{AmountInput, Ask};

/// The fields of the question.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct Form {
    /// Id of a stored need. It is asked with all that is stored of it, unless a text is given.
    #[serde(default)]
    #[param(max_length = 256)]
    pub(super) need: String,
    #[serde(default)]
    #[param(max_length = 10_000)]
    pub(super) text: String,
    #[serde(default)]
    #[param(max_length = 64)]
    pub(super) region: String,
    #[serde(default)]
    #[param(max_length = 64)]
    pub(super) sector: String,
    #[serde(default)]
    #[param(max_length = 64)]
    pub(super) amount: String,
    #[serde(default)]
    #[param(max_length = 64)]
    pub(super) people: String,
    #[serde(default)]
    #[param(max_length = 64)]
    pub(super) group: String,
    /// Where organizations must be registered; several are separated by 、.
    #[serde(default)]
    #[param(max_length = 256)]
    pub(super) home: String,
    #[serde(default)]
    #[param(max_length = 64)]
    pub(super) as_of: String,
    /// How many organizations are shown.
    #[serde(default)]
    #[param(max_length = 4)]
    pub(super) top: String,
    /// An organization whose rank is to be explained.
    #[serde(default)]
    #[param(max_length = 256)]
    pub(super) why: String,
    /// A field with the value that a button sets: `region=迪庆州`. It wins over the field itself.
    #[serde(default)]
    #[param(max_length = 256)]
    pub(super) set: String,
}

/// Numbers of organizations that can be shown.
pub(super) const TOPS: [usize; 3] = [10, 20, 50];

impl Form {
    /// The question after the button that was pressed.
    pub(super) fn settled(mut self) -> Self {
        let set = std::mem::take(&mut self.set);
        if let Some((field, value)) = set.split_once('=') {
            let value = value.to_owned();
            match field {
                "region" => self.region = value,
                "sector" => self.sector = value,
                "amount" => self.amount = value,
                "people" => self.people = value,
                "group" => self.group = value,
                _ => {}
            }
        }
        self
    }

    /// The question that the pairs of a query hold.
    pub(super) fn of(pairs: &[(String, String)]) -> Self {
        let of = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|it| it.1.clone()).unwrap_or_default();
        Self {
            need: of("need"),
            text: of("text"),
            region: of("region"),
            sector: of("sector"),
            amount: of("amount"),
            people: of("people"),
            group: of("group"),
            home: of("home"),
            as_of: of("as_of"),
            top: of("top"),
            why: String::new(),
            set: String::new(),
        }
    }

    /// True if anything is asked.
    pub(super) fn is_asked(&self) -> bool {
        [&self.need, &self.text, &self.region, &self.sector, &self.amount].iter().any(|field| !field.trim().is_empty())
    }

    /// True if the question is about a stored need and not about a typed text.
    pub(super) fn asks_need(&self) -> bool {
        !self.need.trim().is_empty() && self.text.trim().is_empty()
    }

    /// The fields that say what is asked, with their names, as an address or the hidden fields of another form need them.
    pub(super) fn fields(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("need", if self.asks_need() { self.need.as_str() } else { "" }),
            ("text", &self.text),
            ("region", &self.region),
            ("sector", &self.sector),
            ("amount", &self.amount),
            ("people", &self.people),
            ("group", &self.group),
            ("home", &self.home),
            ("as_of", &self.as_of),
            ("top", &self.top),
        ];
        all.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect()
    }

    /// The address of this question under a path.
    pub(super) fn address(&self, path: &str) -> String {
        address(path, &self.fields())
    }

    /// The question for the use cases.
    pub(super) fn ask(&self) -> Ask {
        let given = |text: &String| (!text.trim().is_empty()).then(|| text.clone());
        Ask {
            text: given(&self.text),
            need: self.asks_need().then(|| NeedId::new(self.need.trim())),
            submitted_by: None,
            region: given(&self.region),
            sector: given(&self.sector),
            amount: given(&self.amount).map(AmountInput::Text),
            group: given(&self.group),
            people: given(&self.people),
            as_of: given(&self.as_of),
            top: self.top.trim().parse().ok().filter(|top| TOPS.contains(top)),
            explain: Some(true),
            ignore_popularity: None,
            home: self.home.split(['、', '，', ',', ' ']).map(ToOwned::to_owned).collect(),
        }
    }
}
