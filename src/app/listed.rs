//! What lists read of records: the properties by which they filter and sort, taken from facts as far as possible.

use std::collections::HashSet;

use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;

use crate::catalog::{Bodied, Catalog, day_number, position_of};
use crate::domain::{Money, RegionCode};

/// The records of a list, by position.
pub(super) trait Listed: Sync {
    /// Number of positions.
    fn count(&self) -> usize;
    /// Whether the record is in the list at all.
    fn is_listed(&self, at: usize) -> bool;
    fn id(&self, at: usize) -> &str;
    fn title(&self, at: usize) -> &str;
    fn regions(&self, at: usize) -> Vec<RegionCode>;
    /// Numbers of its sectors.
    fn sectors(&self, at: usize) -> Vec<usize>;
    fn status(&self, at: usize) -> String;
    fn date(&self, at: usize) -> Option<i32>;
    fn money(&self, at: usize) -> Option<Money>;
    /// The records that have a word in their titles or texts, or as their ids.
    fn with_word(&self, word: &str, today: Date) -> HashSet<usize>;
}

/// The records that may have a word and pass `holds`.
fn holding(catalog: &Catalog, kind: Bodied, word: &str, holds: impl Fn(usize) -> bool + Sync) -> HashSet<usize> {
    catalog.containing(kind, word).into_par_iter().filter(|&at| holds(at)).collect()
}

/// Organizations, without stubs that gave way to full records.
pub(super) struct Organizations<'a>(pub(super) &'a Catalog);

impl Listed for Organizations<'_> {
    fn count(&self) -> usize {
        self.0.organization_count()
    }

    fn is_listed(&self, at: usize) -> bool {
        !self.0.organization_facts(at).is_replaced()
    }

    fn id(&self, at: usize) -> &str {
        self.0.organization_facts(at).id()
    }

    fn title(&self, at: usize) -> &str {
        self.0.organization_facts(at).name()
    }

    fn regions(&self, at: usize) -> Vec<RegionCode> {
        self.0.organization_facts(at).registered_home().into_iter().collect()
    }

    fn sectors(&self, at: usize) -> Vec<usize> {
        self.0.organization_facts(at).sectors().iter().map(|&sector| usize::from(sector)).collect()
    }

    fn status(&self, at: usize) -> String {
        tag(&self.0.organization_facts(at).status())
    }

    fn date(&self, _at: usize) -> Option<i32> {
        None
    }

    fn money(&self, at: usize) -> Option<Money> {
        let facts = self.0.organization_facts(at);
        facts.budget().or_else(|| facts.annual_spend())
    }

    fn with_word(&self, word: &str, _today: Date) -> HashSet<usize> {
        holding(self.0, Bodied::Organizations, word, |at| {
            let record = self.0.organization_record(at);
            let scope = record.scope.as_deref().unwrap_or_default();
            record.name.contains(word) || scope.contains(word) || record.id.as_str() == word
        })
    }
}

/// Past projects that are visible today.
pub(super) struct Projects<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) today: i32,
}

impl Listed for Projects<'_> {
    fn count(&self) -> usize {
        self.catalog.project_count()
    }

    fn is_listed(&self, at: usize) -> bool {
        self.catalog.project_facts(at).is_visible(self.today)
    }

    fn id(&self, at: usize) -> &str {
        self.catalog.project_facts(at).id()
    }

    fn title(&self, at: usize) -> &str {
        self.catalog.project_facts(at).title()
    }

    fn regions(&self, at: usize) -> Vec<RegionCode> {
        self.catalog.project_facts(at).regions().collect()
    }

    fn sectors(&self, at: usize) -> Vec<usize> {
        self.catalog.project_facts(at).sectors().map(|(sector, _)| sector).collect()
    }

    fn status(&self, at: usize) -> String {
        self.catalog.project_once(at).status.clone().unwrap_or_default()
    }

    fn date(&self, at: usize) -> Option<i32> {
        self.catalog.project_facts(at).visible_from()
    }

    fn money(&self, at: usize) -> Option<Money> {
        self.catalog.project_facts(at).amount()
    }

    /// The text index also finds projects by synonyms of a word, and where words are cut in another way. If it cannot be read,
    /// the word alone has to do.
    fn with_word(&self, word: &str, today: Date) -> HashSet<usize> {
        let mut found = holding(self.catalog, Bodied::Projects, word, |at| {
            let record = self.catalog.project_once(at);
            record.title.contains(word) || record.description.contains(word) || record.id.as_str() == word
        });
        let by_index = self.catalog.text.find(word, day_number(today)).unwrap_or_default();
        found.extend(by_index.into_iter().map(position_of));
        found
    }
}

/// Needs.
pub(super) struct Needs<'a> {
    pub(super) catalog: &'a Catalog,
    /// Whether deleted ones are listed too.
    pub(super) with_deleted: bool,
}

impl Listed for Needs<'_> {
    fn count(&self) -> usize {
        self.catalog.need_count()
    }

    fn is_listed(&self, at: usize) -> bool {
        self.with_deleted || !self.catalog.need_facts(at).is_deleted()
    }

    fn id(&self, at: usize) -> &str {
        self.catalog.need_facts(at).id()
    }

    fn title(&self, at: usize) -> &str {
        self.catalog.need_facts(at).title()
    }

    fn regions(&self, at: usize) -> Vec<RegionCode> {
        self.catalog.need_facts(at).regions().collect()
    }

    fn sectors(&self, at: usize) -> Vec<usize> {
        self.catalog.need_facts(at).sectors().iter().map(|&sector| usize::from(sector)).collect()
    }

    fn status(&self, at: usize) -> String {
        tag(&self.catalog.need_facts(at).status())
    }

    fn date(&self, at: usize) -> Option<i32> {
        self.catalog.need_facts(at).day()
    }

    fn money(&self, at: usize) -> Option<Money> {
        self.catalog.need_facts(at).amount()
    }

    fn with_word(&self, word: &str, _today: Date) -> HashSet<usize> {
        holding(self.catalog, Bodied::Needs, word, |at| {
            let need = self.catalog.need_record(at);
            let title = need.record.title.as_deref().unwrap_or_default();
            title.contains(word) || need.record.normalized.contains(word) || need.id.as_str() == word
        })
    }
}

/// The name that a status has in JSON.
fn tag(status: &impl Serialize) -> String {
    match serde_json::to_value(status) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}
