//! The records of a list in their order, with what was counted on the way.

use super::conditions::{Condition, ShownCondition, conditions};
use super::listed::Listed;
use super::numbering::Numbering;
use super::order::sort;
use super::pass::{Counted, count};
use super::query::ListQuery;
use crate::app::state::App;
use crate::catalog::Catalog;
use crate::error::AppError;
use crate::jobs::Cancellation;

/// The records that a query finds.
pub(super) struct Found<'a> {
    pub(super) numbering: Numbering<'a>,
    pub(super) conditions: Vec<Condition>,
    /// Its records are in the order of the list, as far as it is shown.
    pub(super) counted: Counted,
}

/// How much of a list is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    /// Whether facets are counted.
    pub(super) with_facets: bool,
    /// Number of records that are to be in order.
    pub(super) end: usize,
}

impl App {
    /// The records that a query finds, the first `extent.end` of them in order.
    pub(super) fn found<'a, L: Listed>(
        &self,
        catalog: &'a Catalog,
        records: &L,
        query: &ListQuery,
        extent: Extent,
        cancellation: &Cancellation,
    ) -> Result<Found<'a>, AppError> {
        cancellation.check()?;
        let facets = if extent.with_facets { L::KIND.facets() } else { &[] };
        let with_lists = matches!(L::KIND, super::ListKind::Needs) && (extent.with_facets || query.list.is_some());
        let numbering = Numbering::new(catalog, with_lists);
        let conditions = conditions(catalog, L::KIND, &numbering, query, &self.list_words, self.today())?;
        cancellation.check()?;
        let mut counted = count(records, &numbering, &conditions, facets, cancellation)?;
        sort(&mut counted.found, records, query.sort.as_deref(), extent.end)?;
        cancellation.check()?;
        Ok(Found { numbering, conditions, counted })
    }
}

impl Found<'_> {
    /// The conditions as people see them, each with how many records there would be without it.
    pub(super) fn shown_conditions(&self) -> Vec<ShownCondition> {
        let shown = |(it, alone): (&Condition, &usize)| ShownCondition {
            fields: it.fields,
            word: it.word.clone(),
            label: it.label,
            value: it.value.clone(),
            parts: it.parts.clone(),
            without: self.counted.found.len() + alone,
        };
        self.conditions.iter().zip(&self.counted.alone).map(shown).collect()
    }
}
