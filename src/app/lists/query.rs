//! What is asked of a list, as typed, and a page of it.

/// What to list. Several values of one field are separated by commas or 、; a record needs one of them. `none` stands for records
/// that say nothing there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Words that title, name or text must contain; those with a leading `-` it must not contain. The name of a place also finds the
    /// records that lie there.
    pub q: Option<String>,
    /// Words that title, name and text must not contain; nor may the record lie in a place of that name.
    pub without: Option<String>,
    /// Places in which the record lies.
    pub region: Option<String>,
    /// Sectors, by code or name; a parent finds its children.
    pub sector: Option<String>,
    /// Status, such as `open` or `normal`.
    pub status: Option<String>,
    /// Groups of beneficiaries, by code or name; needs only.
    pub group: Option<String>,
    /// Names of the lists that needs are on, one a line.
    pub list: Option<String>,
    /// Years: in which a need was submitted, in which a project began.
    pub year: Option<String>,
    /// Legal kinds of organizations.
    pub kind: Option<String>,
    /// Levels at which organizations are registered.
    pub level: Option<String>,
    /// Whether organizations may raise funds in public: `yes` or `no`.
    pub fundraising: Option<String>,
    /// Ratings of organizations, `1A` to `5A`.
    pub rating: Option<String>,
    /// Smallest sum, in 万元 unless it says otherwise.
    pub amount_from: Option<String>,
    /// Largest sum, in 万元 unless it says otherwise.
    pub amount_to: Option<String>,
    /// First day, month or year.
    pub from: Option<String>,
    /// Last day, month or year.
    pub to: Option<String>,
    /// `id`, `title`, `date` or `amount`; a leading `-` reverses the order. By default the order of arrival. Records without a date
    /// or sum come last.
    pub sort: Option<String>,
    /// Page, from 1.
    pub page: Option<usize>,
    /// Records per page, 1 to 200; 20 by default.
    pub per_page: Option<usize>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
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
