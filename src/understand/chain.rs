//! Names that follow one another directly, each in the one before it (成都市青羊区), with the words around them.

use super::naming::is_list;
use super::passage::Passage;
use crate::domain::RegionCode;
use crate::reference::{Divisions, Mention};

/// One or more nested names without anything between them, and their neighbours in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain<'a> {
    pub passage: &'a Passage<'a>,
    /// The names, at least one.
    pub places: &'a [Mention],
    /// The name before them.
    pub previous: Option<&'a Mention>,
    /// The name after them.
    pub next: Option<&'a Mention>,
}

/// `places` as chains, in order.
pub(super) fn chains<'a>(
    divisions: &'a Divisions,
    passage: &'a Passage<'a>,
    places: &'a [Mention],
) -> impl Iterator<Item = Chain<'a>> {
    let mut first: usize = 0;
    let is_nested = |outer: &Mention, inner: &Mention| {
        inner.candidates.iter().any(|&code| outer.candidates.iter().any(|&outer| divisions.contains(outer, code)))
    };
    places.chunk_by(move |a, b| a.end == b.start && is_nested(a, b)).map(move |chain| {
        let previous = first.checked_sub(1).map(|before| &places[before]);
        first += chain.len();
        Chain { passage, places: chain, previous, next: places.get(first) }
    })
}

impl<'a> Chain<'a> {
    /// Where the chain starts.
    pub(super) const fn start(&self) -> usize {
        self.places[0].start
    }

    /// Where the chain ends.
    pub(super) const fn end(&self) -> usize {
        self.places[self.places.len() - 1].end
    }

    /// The text before the chain.
    pub(super) fn before(&self) -> &'a str {
        &self.passage.text[..self.start()]
    }

    /// At most `reach` characters after the chain, within its clause.
    pub(super) fn behind(&self, reach: usize) -> &'a str {
        let rest = &self.passage.text[self.end()..];
        let len = rest.chars().take_while(|c| !"，。；,;".contains(*c)).take(reach).map(char::len_utf8).sum();
        &rest[..len]
    }

    /// Every division that the names may refer to.
    pub(super) fn candidates(&self) -> impl Iterator<Item = RegionCode> + '_ {
        self.places.iter().flat_map(|place| &place.candidates).copied()
    }

    /// True if the chain is the next item of a list after the previous name, in its clause: 南京、苏州.
    pub(super) fn continues_list(&self) -> bool {
        let between = self.previous.map(|previous| self.passage.text[previous.end..self.start()].trim());
        between.is_some_and(|between| is_list(between) && !matches!(between, "，" | ","))
    }

    /// True if the next name lies inside one of these places.
    pub(super) fn contains_next(&self, divisions: &Divisions) -> bool {
        let Some(next) = self.next else { return false };
        let outer = &self.places[self.places.len() - 1].candidates;
        next.candidates.iter().any(|&inner| outer.iter().any(|&outer| divisions.contains(outer, inner)))
    }
}
