//! Reading texts as needs, with or without a data directory.

use super::state::App;
use crate::clock::Clock;
use crate::domain::{NeedPart, Record, SectorCode};
use crate::privacy::{in_words, mask};
use crate::reference::Reference;
use crate::understand::{Context, several, understand};

/// Understands texts with one taxonomy.
#[derive(Debug, Clone)]
pub struct Reader {
    reference: Reference,
    clock: Clock,
}

impl Reader {
    /// With the embedded taxonomy.
    #[must_use]
    pub fn embedded(clock: Clock) -> Self {
        Self { reference: Reference::embedded(), clock }
    }

    /// What is read from a text; what names persons in it is masked first.
    #[must_use]
    pub fn read(&self, text: &str) -> Record {
        let (text, hidden) = mask(text);
        let mut record = understand(&self.reference, None, &text, &self.context()).record;
        if !hidden.is_empty() {
            record.changes.insert(0, format!("隐去{}", in_words(&hidden)));
        }
        record
    }

    /// The needs of a text, if it states several; else nothing.
    #[must_use]
    pub fn several(&self, text: &str) -> Vec<NeedPart> {
        several(&self.reference, &mask(text).0, &self.context())
    }

    fn context(&self) -> Context {
        Context { region: None, date: self.clock.today() }
    }

    /// Chinese name of a sector, mode or group code; the code itself if the taxonomy does not know it.
    #[must_use]
    pub fn name(&self, code: &str) -> String {
        let taxonomy = &self.reference.taxonomy;
        let tag = taxonomy.modes().iter().chain(taxonomy.groups()).find(|tag| tag.code == code);
        tag.map_or_else(|| taxonomy.name(&SectorCode::new(code)).to_owned(), |tag| tag.name.clone())
    }

    /// Codes and names of the groups of beneficiaries, in the order of the taxonomy.
    #[must_use]
    pub fn groups(&self) -> Vec<(String, String)> {
        self.reference.taxonomy.groups().iter().map(|tag| (tag.code.to_string(), tag.name.clone())).collect()
    }

    /// Codes and names of all sectors: each top-level one, then those below it with a blank before their names.
    #[must_use]
    pub fn sectors(&self) -> Vec<(String, String)> {
        let sectors = self.reference.taxonomy.nested_sectors();
        let name = |name: &str, above: usize| format!("{}{name}", "\u{3000}".repeat(above));
        sectors.map(|(code, own, above)| (code.to_string(), name(own, above))).collect()
    }
}

impl App {
    /// A reader with the taxonomy of this data directory.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader { reference: self.catalog().reference.clone(), clock: self.clock }
    }
}
