//! The words of each sector: who is helped, with what, and by doing what. Written by hand for this generator, with the
//! trigger words of the taxonomy where they fit into a sentence.
//!
//! `data/lexicon.tsv`: code of the sector; beneficiaries `word/group,group`; goods `word/unit`; buildings; activities.

use crate::domain::{SectorCode, TagCode};
use crate::reference::Reference;

/// A word for beneficiaries, and their groups.
#[derive(Debug)]
pub(super) struct People {
    pub(super) word: &'static str,
    pub(super) groups: Vec<TagCode>,
}

/// The words of one sector.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) code: SectorCode,
    /// Number of its top-level sector.
    pub(super) top: usize,
    pub(super) people: Vec<People>,
    /// Word and unit.
    pub(super) goods: Vec<(&'static str, &'static str)>,
    pub(super) buildings: Vec<&'static str>,
    pub(super) activities: Vec<&'static str>,
}

/// The words of all sectors without children.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub(super) leaves: Vec<Leaf>,
    /// Top-level sector → its rows of `leaves`.
    pub(super) of_top: Vec<Vec<usize>>,
}

impl Lexicon {
    pub(super) fn new(reference: &Reference) -> Self {
        let tops: Vec<&str> = reference.taxonomy.top_sectors().map(|(code, _)| code.as_str()).collect();
        let leaves: Vec<Leaf> = include_str!("data/lexicon.tsv").lines().filter_map(|line| leaf(line, &tops)).collect();
        let of_top = |top: usize| (0..leaves.len()).filter(|&n| leaves[n].top == top).collect();
        Self { of_top: (0..tops.len()).map(of_top).collect(), leaves }
    }
}

/// A line of the table; `None` for a sector that the taxonomy does not have.
fn leaf(line: &'static str, tops: &[&str]) -> Option<Leaf> {
    let mut columns = line.split('\t');
    let mut words = || columns.next().unwrap_or_default().split(' ').filter(|word| !word.is_empty());
    let code = words().next()?;
    let top = tops.iter().position(|top| code.split('.').next() == Some(top))?;
    let people = words().map(|cell| {
        let (word, groups) = cell.split_once('/').unwrap_or((cell, ""));
        People { word, groups: groups.split(',').filter(|it| !it.is_empty()).map(str::to_owned).collect() }
    });
    Some(Leaf {
        code: SectorCode::new(code),
        top,
        people: people.collect(),
        goods: words().filter_map(|cell| cell.split_once('/')).collect(),
        buildings: words().collect(),
        activities: words().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sector_without_children_has_words() {
        let reference = Reference::embedded();
        let (lexicon, taxonomy) = (Lexicon::new(&reference), &reference.taxonomy);
        let parents: Vec<usize> =
            (0..taxonomy.sector_count()).filter(|&n| taxonomy.parent(n) != n).map(|n| taxonomy.parent(n)).collect();
        for n in (0..taxonomy.sector_count()).filter(|n| !parents.contains(n)) {
            let leaf = lexicon.leaves.iter().find(|leaf| leaf.code == *taxonomy.code(n)).unwrap();
            assert!(!leaf.people.is_empty() && !leaf.goods.is_empty(), "{}", leaf.code);
            assert!(leaf.activities.len() + leaf.buildings.len() > 1, "{}", leaf.code);
            let groups = leaf.people.iter().flat_map(|it| &it.groups);
            assert!(groups.clone().all(|code| taxonomy.groups().iter().any(|tag| tag.code == *code)), "{}", leaf.code);
        }
        assert!(lexicon.of_top.iter().all(|leaves| !leaves.is_empty()));
    }
}
