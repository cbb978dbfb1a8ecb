//! The address of a list: it holds everything that was asked, so that it can be sent on, and every link of a list is this address
//! with one thing changed.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::app::ListQuery;
use crate::http::pages::html::address;
use crate::http::problem::{Kind, Problem};

/// Fields with values to choose from, of which there may be several.
const CHOSEN: [&str; 10] = ["region", "sector", "status", "group", "list", "year", "kind", "level", "fundraising", "rating"];
/// The other fields of a query.
const TYPED: [&str; 7] = ["q", "without", "amount_from", "amount_to", "from", "to", "sort"];
/// Fields that say how a list is shown.
const SHOWN: [&str; 3] = ["columns", "per_page", "page"];
/// Most parameters of an address.
const MOST: usize = 400;

/// What was asked of a list, as pairs of field and value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ListAddress {
    pairs: Vec<(String, String)>,
}

impl<S: Send + Sync> FromRequestParts<S> for ListAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let stated = axum::extract::Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let unreadable = |_| Problem::new(Kind::Malformed, "地址中有无法识别的编码，请重新打开列表").titled("地址有误");
        let axum::extract::Query(pairs) = stated.map_err(unreadable)?;
        if pairs.len() > MOST {
            return Err(Problem::new(Kind::Invalid, format!("条件过多，最多{MOST}项；请减少勾选")));
        }
        Ok(Self::of(pairs))
    }
}

impl ListAddress {
    /// Empty fields and unknown ones are left out; several values in one field become several pairs.
    fn of(stated: Vec<(String, String)>) -> Self {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (key, text) in stated {
            let is_chosen = CHOSEN.contains(&key.as_str()) || key == "columns";
            if !is_chosen && !TYPED.contains(&key.as_str()) && !SHOWN.contains(&key.as_str()) {
                continue;
            }
            // Names of lists have commas of their own.
            let values: Vec<&str> = if is_chosen && key != "list" { text.split([',', '，']).collect() } else { vec![&text] };
            for value in values.into_iter().map(str::trim).filter(|value| !value.is_empty()) {
                let pair = (key.clone(), value.to_owned());
                if !pairs.contains(&pair) && (is_chosen || !pairs.iter().any(|known| known.0 == key)) {
                    pairs.push(pair);
                }
            }
        }
        Self { pairs }
    }

    /// The value of a field; empty if it has none.
    pub(super) fn value(&self, key: &str) -> &str {
        self.values(key).next().unwrap_or_default()
    }

    /// All values of a field.
    pub(super) fn values(&self, key: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |pair| pair.0 == key).map(|pair| pair.1.as_str())
    }

    /// The columns that are asked for.
    pub(super) fn columns(&self) -> Vec<String> {
        self.values("columns").map(str::to_owned).collect()
    }

    /// What is asked.
    pub(super) fn query(&self) -> Result<ListQuery, Problem> {
        let joined = |key: &str| {
            let values: Vec<&str> = self.values(key).collect();
            (!values.is_empty()).then(|| values.join(if key == "list" { "\n" } else { "," }))
        };
        let number = |key: &'static str| match self.value(key) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| Problem::field(key, "应为数字，例如 2")),
        };
        Ok(ListQuery {
            q: joined("q"),
            without: joined("without"),
            region: joined("region"),
            sector: joined("sector"),
            status: joined("status"),
            group: joined("group"),
            list: joined("list"),
            year: joined("year"),
            kind: joined("kind"),
            level: joined("level"),
            fundraising: joined("fundraising"),
            rating: joined("rating"),
            amount_from: joined("amount_from"),
            amount_to: joined("amount_to"),
            from: joined("from"),
            to: joined("to"),
            sort: joined("sort"),
            page: number("page")?,
            per_page: number("per_page")?,
        })
    }

    /// The same question for a file: without what says how much of it is shown.
    pub(super) fn file(&self, path: &str) -> String {
        self.link(path, |pair| pair.0 != "page" && pair.0 != "per_page", None)
    }

    /// The same with this value of a field and no other.
    pub(super) fn with(&self, path: &str, key: &str, value: &str) -> String {
        self.link(path, |pair| pair.0 != key && pair.0 != "page", Some((key, value)))
    }

    /// The same without some fields.
    pub(super) fn without(&self, path: &str, keys: &[&str]) -> String {
        self.link(path, |pair| !keys.contains(&pair.0.as_str()) && pair.0 != "page", None)
    }

    /// The same without a value of a field.
    pub(super) fn without_value(&self, path: &str, key: &str, value: &str) -> String {
        self.link(path, |pair| (pair.0 != key || pair.1 != value) && pair.0 != "page", None)
    }

    /// The same without a word of a field.
    pub(super) fn without_word(&self, path: &str, key: &str, word: &str) -> String {
        let rest: Vec<&str> = self.value(key).split_whitespace().filter(|&token| token != word).collect();
        self.with(path, key, &rest.join(" "))
    }

    fn link(&self, path: &str, kept: impl Fn(&(String, String)) -> bool, added: Option<(&str, &str)>) -> String {
        let pairs = self.pairs.iter().filter(|&pair| kept(pair)).map(|pair| (pair.0.as_str(), pair.1.as_str()));
        let pairs: Vec<(&str, &str)> = pairs.chain(added.filter(|pair| !pair.1.is_empty())).collect();
        address(path, &pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> ListAddress {
        ListAddress::of(pairs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect())
    }

    #[test]
    fn an_address_changes_one_thing_at_a_time() {
        let all =
            of(&[("q", "净水 -学校"), ("sector", "WAT,EDU"), ("page", "3"), ("colour", "red"), ("to", " "), ("sector", "WAT")]);
        assert_eq!(all.values("sector").collect::<Vec<_>>(), ["WAT", "EDU"]);
        assert_eq!(all.query().unwrap().sector.as_deref(), Some("WAT,EDU"));
        assert_eq!(all.query().unwrap().page, Some(3));
        assert_eq!(of(&[("sector", "WAT"), ("page", "2")]).file("/needs.csv"), "/needs.csv?sector=WAT");
        assert_eq!(all.without("/needs", &["q"]), "/needs?sector=WAT&sector=EDU");
        assert_eq!(all.without("/needs", &["q", "sector"]), "/needs");
        assert_eq!(of(&[("q", "a -b")]).without_word("/needs", "q", "-b"), "/needs?q=a");
        assert_eq!(of(&[("year", "2024"), ("year", "2025")]).without_value("/needs", "year", "2025"), "/needs?year=2024");
        assert_eq!(of(&[("sort", "id")]).with("/needs", "sort", "-id"), "/needs?sort=-id");
        assert!(of(&[("page", "x")]).query().is_err());
    }

    #[test]
    fn names_of_lists_keep_their_commas() {
        let lists = of(&[("list", "甲,乙"), ("list", "丙")]);
        assert_eq!(lists.query().unwrap().list.as_deref(), Some("甲,乙\n丙"));
    }
}
