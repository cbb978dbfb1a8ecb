//! Which records have a word, or lie in the place that it names: found once a snapshot, because the pages of a list and the links of
//! its facets ask again.

use std::sync::Arc;

use quick_cache::sync::Cache;
use rayon::prelude::*;

use super::bits::Bits;
use super::kind::ListKind;
use crate::catalog::{Catalog, day_number, position_of};
use crate::domain::RegionCode;
use crate::store::LedgerVersion;

/// Number of words that are remembered.
const KEPT: usize = 64;

/// Snapshot, list, day, version of the word lists, and word.
type Key = (LedgerVersion, ListKind, i64, Box<str>, Box<str>);

/// The records of words that were lately asked for.
pub(in crate::app) struct WordSets(Cache<Key, Arc<Bits>>);

impl Default for WordSets {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

impl WordSets {
    /// For each word, the records that have it or lie in a place of that name. The text index also finds projects by synonyms of a
    /// word, and where words are cut in another way; if it cannot be read, the word alone has to do.
    pub(super) fn get(&self, catalog: &Catalog, kind: ListKind, words: &[String], today: jiff::civil::Date) -> Vec<Arc<Bits>> {
        let day = if kind == ListKind::Projects { day_number(today) } else { 0 };
        let lexicon = catalog.text.lexicon_version();
        let key = |word: &str| -> Key { (catalog.version, kind, day, Box::from(lexicon), Box::from(word)) };
        let mut sets: Vec<Option<Arc<Bits>>> = words.iter().map(|word| self.0.get(&key(word))).collect();
        let missing: Vec<usize> = (0..words.len()).filter(|&n| sets[n].is_none()).collect();
        let wanted: Vec<&str> = missing.iter().map(|&n| words[n].as_str()).collect();
        if !wanted.is_empty() {
            let count = match kind {
                ListKind::Needs => catalog.need_count(),
                ListKind::Organizations => catalog.organization_count(),
                ListKind::Projects => catalog.project_count(),
            };
            let found = catalog.containing(kind.bodied(), &wanted);
            for (n, found) in missing.into_iter().zip(found) {
                let by_index = if kind == ListKind::Projects {
                    catalog.text.find(&words[n], day_number(today)).unwrap_or_default()
                } else {
                    Vec::new()
                };
                let there = in_place(catalog, kind, &words[n], count);
                let all = found.into_iter().map(|at| at as usize).chain(by_index.into_iter().map(position_of)).chain(there);
                let set = Arc::new(Bits::of(count, all));
                // What was found among damaged data is asked for again.
                if catalog.damage().is_none() {
                    self.0.insert(key(&words[n]), Arc::clone(&set));
                }
                sets[n] = Some(set);
            }
        }
        sets.into_iter().flatten().collect()
    }
}

/// The records that lie in a place with this name; for organizations, that are registered there. None if it is no place. Facts alone
/// are read.
fn in_place(catalog: &Catalog, kind: ListKind, name: &str, count: usize) -> Vec<usize> {
    let reference = &catalog.reference;
    let named = reference.divisions.named(name);
    if named.is_empty() {
        return Vec::new();
    }
    let numbers = &reference.numbers;
    let is_inside = |number: usize| numbers.lineage(numbers.code(number)).any(|outer| named.contains(&numbers.code(outer)));
    let inside: Vec<bool> = (0..numbers.count()).map(is_inside).collect();
    let is_there = |code: RegionCode| numbers.lineage(code).next().is_some_and(|nearest| inside[nearest]);
    let has = |&at: &usize| match kind {
        ListKind::Needs => catalog.need_facts(at).regions().any(is_there),
        ListKind::Organizations => catalog.organization_facts(at).registered_home().is_some_and(is_there),
        ListKind::Projects => catalog.project_facts(at).regions().any(is_there),
    };
    (0..count).into_par_iter().filter(has).collect()
}
