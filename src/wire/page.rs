//! Lists: what to list, and a page of it.

use serde::{Deserialize, Serialize};

use super::convert::each;
use crate::app;

/// What to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Words that title, name or text must contain; those with a leading `-` it must not contain.
    #[param(max_length = 256)]
    pub q: Option<String>,
    /// Words that title, name and text must not contain.
    #[param(max_length = 256)]
    pub without: Option<String>,
    /// Place in which the record lies. Here and in the fields below several are separated by commas, and `none` stands for records
    /// that say nothing there.
    #[param(max_length = 64)]
    pub region: Option<String>,
    /// Sector, by code or name; a parent finds its children.
    #[param(max_length = 64)]
    pub sector: Option<String>,
    /// Status, such as `open` or `normal`.
    #[param(max_length = 64)]
    pub status: Option<String>,
    /// Group of beneficiaries, by code or name; needs only.
    #[param(max_length = 256)]
    pub group: Option<String>,
    /// Name of the list that needs are on.
    #[param(max_length = 1000)]
    pub list: Option<String>,
    /// Year: in which a need was submitted, in which a project began.
    #[param(max_length = 256)]
    pub year: Option<String>,
    /// Legal kind of organizations, such as `foundation`.
    #[param(max_length = 256)]
    pub kind: Option<String>,
    /// Level at which organizations are registered: `national`, `provincial`, `city` or `county`.
    #[param(max_length = 64)]
    pub level: Option<String>,
    /// Whether organizations may raise funds in public: `yes` or `no`.
    #[param(max_length = 64)]
    pub fundraising: Option<String>,
    /// Rating of organizations, `1A` to `5A`.
    #[param(max_length = 64)]
    pub rating: Option<String>,
    /// Smallest sum, in 万元 unless it says otherwise.
    #[param(max_length = 64)]
    pub amount_from: Option<String>,
    /// Largest sum, in 万元 unless it says otherwise.
    #[param(max_length = 64)]
    pub amount_to: Option<String>,
    /// First day, month or year.
    #[param(max_length = 64)]
    pub from: Option<String>,
    /// Last day, month or year.
    #[param(max_length = 64)]
    pub to: Option<String>,
    /// `id`, `title`, `date` or `amount`; a leading `-` reverses the order. By default the order of arrival.
    /// Records without a date or sum come last.
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
        let ListQuery {
            q,
            without,
            region,
            sector,
            status,
            group,
            list,
            year,
            kind,
            level,
            fundraising,
            rating,
            amount_from,
            amount_to,
            from,
            to,
            sort,
            page,
            per_page,
        } = it;
        Self {
            q,
            without,
            region,
            sector,
            status,
            group,
            list,
            year,
            kind,
            level,
            fundraising,
            rating,
            amount_from,
            amount_to,
            from,
            to,
            sort,
            page,
            per_page,
        }
    }
}

impl<T, U: From<T>> From<app::Page<T>> for Page<U> {
    fn from(it: app::Page<T>) -> Self {
        let app::Page { total, page, per_page, items } = it;
        Self { total, page, per_page, items: each(items) }
    }
}
