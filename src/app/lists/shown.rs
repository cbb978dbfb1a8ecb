//! Lists as pages and files show them.

use super::api::{ProjectDetails, page_of, project_details};
use super::columns::ListColumn;
use super::conditions::{ShownCondition, asks_for_deleted};
use super::facets::{Facet, facets};
use super::found::{Extent, Found};
use super::kind::ListKind;
use super::listed::{Needs, Organizations, Projects};
use super::query::ListQuery;
use super::table::{MAX_EXPORTED, table};
use crate::app::state::App;
use crate::catalog::{Catalog, day_of};
use crate::domain::{Money, Need, Organization, Principal};
use crate::error::AppError;
use crate::export::{RecordCell, RecordTable};
use crate::jobs::Cancellation;

/// A page of a list with all that is shown beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// What is listed.
    pub kind: ListKind,
    /// Number of records that match the query.
    pub total: usize,
    /// This page, from 1.
    pub page: usize,
    /// Records per page.
    pub per_page: usize,
    /// The columns.
    pub columns: Vec<ListColumn>,
    /// The records of this page in these columns.
    pub table: RecordTable,
    /// Their ids.
    pub ids: Vec<String>,
    /// The facets.
    pub facets: Vec<Facet>,
    /// The conditions of the query.
    pub conditions: Vec<ShownCondition>,
    /// Sum of the amounts of all records that match.
    pub sum: Money,
    /// How many of them state an amount.
    pub with_sum: usize,
}

/// All records of a list, as far as one file holds them.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole<T> {
    /// Number of records that match the query.
    pub total: usize,
    /// The first of them, at most [`MAX_EXPORTED`].
    pub items: Vec<T>,
}

impl App {
    /// A page of a list in chosen columns, with its facets.
    ///
    /// # Errors
    /// An invalid query, or it was cancelled.
    pub fn list(
        &self,
        _who: Principal,
        kind: ListKind,
        query: &ListQuery,
        columns: &[String],
        cancellation: &Cancellation,
    ) -> Result<Listing, AppError> {
        let catalog = self.catalog();
        let (page, per_page) = page_of(query)?;
        let start = (page - 1).saturating_mul(per_page);
        let extent = Extent { with_facets: true, end: start.saturating_add(per_page) };
        let found = self.found_of(&catalog, kind, query, extent, cancellation)?;
        let columns = ListColumn::chosen(kind, columns);
        let counted = &found.counted;
        let records = counted.found.get(start.min(counted.found.len())..extent.end.min(counted.found.len())).unwrap_or_default();
        let (mut table, ids) = table(&catalog, kind, &columns, self.today(), records, cancellation)?;
        let is_own_choice = ListColumn::is_own_choice(kind, &columns);
        let columns = if is_own_choice { columns } else { without_empty(columns, &mut table) };
        Ok(Listing {
            kind,
            total: counted.found.len(),
            page,
            per_page,
            columns,
            table,
            ids,
            facets: facets(kind, &found.numbering, &found.conditions, kind.facets(), &counted.counts),
            conditions: found.shown_conditions(),
            sum: Money::from_fen(counted.fen).unwrap_or(Money::MAX),
            with_sum: counted.with_sum,
        })
    }

    /// All records of a list in chosen columns, at most [`MAX_EXPORTED`]; the table says if there are more.
    ///
    /// # Errors
    /// An invalid query, or it was cancelled.
    pub fn list_table(
        &self,
        _who: Principal,
        kind: ListKind,
        query: &ListQuery,
        columns: &[String],
        cancellation: &Cancellation,
    ) -> Result<RecordTable, AppError> {
        let catalog = self.catalog();
        let whole = self.positions(&catalog, kind, query, MAX_EXPORTED, cancellation)?;
        let columns = ListColumn::chosen(kind, columns);
        let (mut table, _) = table(&catalog, kind, &columns, self.today(), &whole.items, cancellation)?;
        let unit = kind.unit();
        table.note = (whole.total > whole.items.len())
            .then(|| format!("只含前{MAX_EXPORTED}{unit}，共{}{unit}；请用条件缩小范围后分次导出", whole.total));
        Ok(table)
    }

    /// All needs of a list.
    ///
    /// # Errors
    /// An invalid query, or it was cancelled.
    pub fn every_need(&self, _who: Principal, query: &ListQuery, cancellation: &Cancellation) -> Result<Whole<Need>, AppError> {
        let catalog = self.catalog();
        let whole = self.positions(&catalog, ListKind::Needs, query, MAX_EXPORTED, cancellation)?;
        whole.read(cancellation, |at| Need::clone(&catalog.need_record(at)))
    }

    /// All organizations of a list.
    ///
    /// # Errors
    /// An invalid query, or it was cancelled.
    pub fn every_organization(
        &self,
        _who: Principal,
        query: &ListQuery,
        cancellation: &Cancellation,
    ) -> Result<Whole<Organization>, AppError> {
        let catalog = self.catalog();
        let whole = self.positions(&catalog, ListKind::Organizations, query, MAX_EXPORTED, cancellation)?;
        whole.read(cancellation, |at| Organization::clone(&catalog.organization_record(at)))
    }

    /// All past projects of a list.
    ///
    /// # Errors
    /// An invalid query, or it was cancelled.
    pub fn every_project(
        &self,
        _who: Principal,
        query: &ListQuery,
        cancellation: &Cancellation,
    ) -> Result<Whole<ProjectDetails>, AppError> {
        let catalog = self.catalog();
        let today = self.today();
        let whole = self.positions(&catalog, ListKind::Projects, query, MAX_EXPORTED, cancellation)?;
        whole.read(cancellation, |at| project_details(&catalog, &catalog.project_once(at).as_known_on(today)))
    }

    /// The first `most` records of a list by position, whatever its page.
    pub(in crate::app) fn positions(
        &self,
        catalog: &Catalog,
        kind: ListKind,
        query: &ListQuery,
        most: usize,
        cancellation: &Cancellation,
    ) -> Result<Whole<u32>, AppError> {
        let found = self.found_of(catalog, kind, query, Extent { with_facets: false, end: most }, cancellation)?;
        let mut items = found.counted.found;
        let total = items.len();
        items.truncate(most);
        Ok(Whole { total, items })
    }

    pub(super) fn found_of<'a>(
        &self,
        catalog: &'a Catalog,
        kind: ListKind,
        query: &ListQuery,
        extent: Extent,
        cancellation: &Cancellation,
    ) -> Result<Found<'a>, AppError> {
        match kind {
            ListKind::Needs => {
                let records = Needs { catalog, with_deleted: asks_for_deleted(query) };
                self.found(catalog, &records, query, extent, cancellation)
            }
            ListKind::Organizations => self.found(catalog, &Organizations(catalog), query, extent, cancellation),
            ListKind::Projects => {
                let records = Projects { catalog, today: day_of(self.today()) };
                self.found(catalog, &records, query, extent, cancellation)
            }
        }
    }
}

/// The columns without those that say nothing in any row; the first one stays.
fn without_empty(mut columns: Vec<ListColumn>, table: &mut RecordTable) -> Vec<ListColumn> {
    let says = |n: usize| table.rows.iter().any(|row| row.get(n).is_some_and(|cell| *cell != RecordCell::Blank));
    let kept: Vec<bool> = (0..columns.len()).map(|n| n == 0 || table.rows.is_empty() || says(n)).collect();
    retain(&mut columns, &kept);
    retain(&mut table.columns, &kept);
    table.rows.iter_mut().for_each(|row| retain(row, &kept));
    columns
}

/// Leaves out what is not kept, by position.
fn retain<T>(all: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    all.retain(|_| kept.next() != Some(&false));
}

impl Whole<u32> {
    fn read<T>(self, cancellation: &Cancellation, record: impl Fn(usize) -> T) -> Result<Whole<T>, AppError> {
        let read = |at: u32| -> Result<T, AppError> {
            cancellation.check()?;
            Ok(record(at as usize))
        };
        let items: Result<Vec<T>, AppError> = self.items.into_iter().map(read).collect();
        Ok(Whole { total: self.total, items: items? })
    }
}
