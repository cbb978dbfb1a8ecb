//! Embedded tables and their resolvers: divisions, counterpart relations by date, the sector taxonomy, the purposes that names
//! state.
//!
//! The data are in `data/`; `data/README.md` gives their origin. A file can replace the taxonomy. Here a place name only has
//! candidates: `understand` decides which of them a text means.

mod counterpart;
mod division_numbers;
mod divisions;
mod purposes;
mod short_names;
mod taxonomy;

use std::sync::{Arc, LazyLock};

pub use counterpart::{Counterparts, Relation};
pub use division_numbers::DivisionNumbers;
pub use divisions::{Division, Divisions, Level, Mention};
pub use purposes::Purposes;
pub use taxonomy::{Pointer, Tag, Taxonomy, TaxonomyError, Trigger, Triggers};

/// All reference tables, cheap to clone.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Administrative divisions.
    pub divisions: &'static Divisions,
    /// The same by number.
    pub numbers: &'static DivisionNumbers,
    /// Counterpart relations.
    pub counterparts: &'static Counterparts,
    /// Purposes that names state.
    pub purposes: &'static Purposes,
    /// Sectors, modes, groups.
    pub taxonomy: Arc<Taxonomy>,
}

static DIVISIONS: LazyLock<Divisions> = LazyLock::new(Divisions::embedded);
static NUMBERS: LazyLock<DivisionNumbers> = LazyLock::new(|| DivisionNumbers::of(&DIVISIONS));
static COUNTERPARTS: LazyLock<Counterparts> = LazyLock::new(Counterparts::embedded);
static PURPOSES: LazyLock<Purposes> = LazyLock::new(Purposes::embedded);

impl Reference {
    /// The embedded data. What is derived from them has to be derived anew when they change.
    pub const DATA: [&str; 4] = [
        include_str!("data/divisions.tsv"),
        include_str!("data/region_aliases.tsv"),
        include_str!("data/purposes.tsv"),
        include_str!("data/taxonomy.json"),
    ];

    /// The embedded tables.
    #[must_use]
    pub fn embedded() -> Self {
        Self::with_taxonomy(Taxonomy::embedded())
    }

    /// The embedded tables with another taxonomy.
    #[must_use]
    pub fn with_taxonomy(taxonomy: Taxonomy) -> Self {
        Self {
            divisions: &DIVISIONS,
            numbers: &NUMBERS,
            counterparts: &COUNTERPARTS,
            purposes: &PURPOSES,
            taxonomy: Arc::new(taxonomy),
        }
    }
}
