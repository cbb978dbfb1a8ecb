//! Lists of needs, organizations and past projects: one way to filter, count, sort and page, for the pages, their files and the
//! interface alike.
//!
//! A [`ListQuery`] becomes conditions (`conditions`). One parallel pass over the facts of all records (`pass`) gives the records
//! that meet them, how many each condition alone keeps out, and the counts behind the facets; no stored record is read for it.
//! Only the records that are shown are read (`table`).

mod api;
mod bits;
mod columns;
mod conditions;
mod dimension;
mod facets;
mod found;
mod kind;
mod listed;
mod need_cells;
mod numbering;
mod order;
mod organization_cells;
mod pass;
mod project_cells;
mod query;
mod ranges;
mod shown;
mod table;
mod words;

pub use api::{NeedDetails, ProjectDetails, SimilarNeed};
pub(super) use api::{name, project_details, similar_needs};
pub use columns::ListColumn;
pub use conditions::ShownCondition;
pub use dimension::Dimension;
pub use facets::{Facet, FacetValue};
pub use kind::ListKind;
pub use query::{ListQuery, Page};
pub use shown::{Listing, Whole};
pub use table::MAX_EXPORTED;
pub(super) use words::WordSets;
