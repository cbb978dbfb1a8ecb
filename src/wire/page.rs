//! Lists: what to list, and a page of it.

use serde::{Deserialize, Serialize};

use super::convert::each;
use crate::app;

/// What to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Words that title, name or text must contain.
    #[param(max_length = 256)]
    pub q: Option<String>,
    /// Place in which the record lies.
    #[param(max_length = 64)]
    pub region: Option<String>,
    /// Sector, by code or name; a parent finds its children.
    #[param(max_length = 64)]
    pub sector: Option<String>,
    /// Status, such as `open` or `normal`.
    #[param(max_length = 64)]
    pub status: Option<String>,
    /// `id`, `title`, `date` or `amount`; a leading `-` reverses the order. By default the order of arrival.
    #[param(max_length = 64)]
    pub sort: Option<String>,
    /// Page, from 1.
    #[param(minimum = 1)]
    pub page: Option<usize>,
    /// Records per page, 1 to 200; 20 by default.
    #[param(minimum = 1, maximum = 200)]
    pub per_page: Option<usize>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// Total number of records that match the query.
    pub total: usize,
    /// This page, from 1.
    pub page: usize,
    /// Records per page.
    pub per_page: usize,
    /// The records.
    pub items: Vec<T>,
}

impl From<ListQuery> for app::ListQuery {
    fn from(it: ListQuery) -> Self {
        let ListQuery { q, region, sector, status, sort, page, per_page } = it;
        Self { q, region, sector, status, sort, page, per_page }
    }
}

impl<T, U: From<T>> From<app::Page<T>> for Page<U> {
    fn from(it: app::Page<T>) -> Self {
        let app::Page { total, page, per_page, items } = it;
        Self { total, page, per_page, items: each(items) }
    }
}
