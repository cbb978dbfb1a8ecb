//! Embedded tables and their resolvers: divisions, counterpart relations by date, the sector taxonomy.
//!
//! The data lie in `data/`, with their origin in `data/README.md`. The taxonomy can be replaced by a file; what a text
//! *means* by a place name is decided in `understand`, here a name only has candidates.

mod counterpart;
mod divisions;
mod taxonomy;

use std::sync::{Arc, LazyLock};

pub use counterpart::{Counterparts, Relation};
pub use divisions::{Division, Divisions, Level, Mention};
pub use taxonomy::{Pointer, Tag, Taxonomy, TaxonomyError, Trigger, Triggers};

/// All tables, shared.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Places.
    pub divisions: &'static Divisions,
    /// Who helps whom.
    pub counterparts: &'static Counterparts,
    /// Sectors, modes, groups.
    pub taxonomy: Arc<Taxonomy>,
}

static DIVISIONS: LazyLock<Divisions> = LazyLock::new(Divisions::embedded);
static COUNTERPARTS: LazyLock<Counterparts> = LazyLock::new(Counterparts::embedded);

impl Reference {
    /// The embedded tables.
    #[must_use]
    pub fn embedded() -> Self {
        Self::with_taxonomy(Taxonomy::embedded())
    }

    /// The embedded tables with another taxonomy.
    #[must_use]
    pub fn with_taxonomy(taxonomy: Taxonomy) -> Self {
        Self { divisions: &DIVISIONS, counterparts: &COUNTERPARTS, taxonomy: Arc::new(taxonomy) }
    }
}
