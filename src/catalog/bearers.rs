//! Organizations by the exact name or alias that they bear.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::domain::Organization;

/// Who bears which name. Names are compared without blanks and in one width of characters.
#[derive(Debug, Default)]
pub(super) struct Bearers {
    /// Digests of names and aliases with the position of their bearer, ascending; 16 bytes a name.
    digests: Vec<(u64, u32)>,
}

/// How an organization bears a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Borne {
    AsName,
    AsAlias,
}

impl Bearers {
    pub(super) fn of(organizations: &[Organization]) -> Self {
        let names = |it: &Organization, at: u32| {
            let names = std::iter::once(&it.name).chain(&it.aliases);
            names.map(|name| (digest(&plain(name)), at)).collect::<Vec<_>>()
        };
        let mut digests: Vec<(u64, u32)> = organizations.iter().zip(0..).flat_map(|(it, at)| names(it, at)).collect();
        digests.sort_unstable();
        digests.dedup();
        digests.shrink_to_fit();
        Self { digests }
    }

    /// The positions of those who bear `text`, ascending.
    pub(super) fn find(&self, organizations: &[Organization], text: &str) -> Vec<(usize, Borne)> {
        let text = plain(text);
        let wanted = digest(&text);
        let start = self.digests.partition_point(|&(digest, _)| digest < wanted);
        let same = self.digests[start..].iter().take_while(|&&(digest, _)| digest == wanted);
        let borne = |at: usize| {
            let it = &organizations[at];
            if plain(&it.name) == text {
                return Some((at, Borne::AsName));
            }
            it.aliases.iter().any(|alias| plain(alias) == text).then_some((at, Borne::AsAlias))
        };
        same.filter_map(|&(_, at)| borne(at as usize)).collect()
    }
}

fn plain(name: &str) -> String {
    qianshou_index::normalize::normalize(name).text.split_whitespace().collect()
}

fn digest(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}
