//! Which division each name of a text means: its candidates, narrowed down by the other names and the context.

use std::collections::{HashMap, HashSet};

use super::naming::is_list;
use super::passage::Passage;
use crate::domain::{RegionCode, RegionFinding};
use crate::reference::{Divisions, Level, Mention};

/// The divisions that `mentions` mean, each once, without those that contain a certain one. With `province_first`, a name that a
/// province shares means the province.
pub(super) fn resolve(
    divisions: &Divisions,
    passage: &Passage<'_>,
    mentions: &[Mention],
    context: Option<RegionCode>,
    province_first: bool,
) -> Vec<RegionFinding> {
    let around = Surroundings::new(divisions, passage.text, mentions, context);
    let settled: Vec<Vec<RegionCode>> = (0..mentions.len())
        .map(|n| match mentions[n].candidates.iter().find(|&&code| code == code.province()) {
            Some(&province) if province_first => vec![province],
            _ => around.narrow(n),
        })
        .collect();
    let certain = settled.iter().filter_map(|codes| single(codes));
    let refined: HashSet<RegionCode> = certain.flat_map(|code| divisions.lineage(code).skip(1)).collect();
    let mut seen = HashSet::new();
    let mut found: Vec<RegionFinding> = Vec::new();
    for (mention, codes) in mentions.iter().zip(&settled) {
        let is_certain = codes.len() == 1;
        for &code in codes {
            if refined.contains(&code) && is_certain || !seen.insert(code) {
                continue;
            }
            found.push(RegionFinding {
                code,
                name: divisions.full_name(code),
                matched: passage.text[mention.start..mention.end].to_owned(),
                certain: is_certain,
                span: Some(passage.span(&(mention.start..mention.end))),
            });
        }
    }
    found
}

/// The one candidate of a name that has no other.
pub(super) fn single(codes: &[RegionCode]) -> Option<RegionCode> {
    match codes {
        [code] => Some(*code),
        _ => None,
    }
}

/// Number of members of a list by level and parent: provinces go with provinces, counties with those of the same prefecture.
type Siblings = HashMap<(Level, Option<RegionCode>), usize>;

/// How the names in a text explain each other.
struct Surroundings<'a> {
    divisions: &'a Divisions,
    mentions: &'a [Mention],
    context: Option<RegionCode>,
    /// Places whose names have one meaning, and all divisions that contain them.
    anchors: HashSet<RegionCode>,
    above_anchors: HashSet<RegionCode>,
    /// The list that each name is in, and the unambiguous members of each list.
    list_of: Vec<usize>,
    lists: Vec<Siblings>,
}

impl<'a> Surroundings<'a> {
    fn new(divisions: &'a Divisions, text: &str, mentions: &'a [Mention], context: Option<RegionCode>) -> Self {
        let anchors: HashSet<RegionCode> = mentions.iter().filter_map(|mention| single(&mention.candidates)).collect();
        let above_anchors = anchors.iter().flat_map(|&code| divisions.lineage(code).skip(1)).collect();
        let (mut list_of, mut lists): (Vec<usize>, Vec<Siblings>) = (Vec::new(), Vec::new());
        for (n, mention) in mentions.iter().enumerate() {
            let between = n.checked_sub(1).map(|before| &text[mentions[before].end.min(mention.start)..mention.start]);
            if !between.is_some_and(|between| between.is_empty() || is_list(between)) {
                lists.push(Siblings::new());
            }
            list_of.push(lists.len() - 1);
            if let (Some(code), Some(list)) = (single(&mention.candidates), lists.last_mut()) {
                *list.entry((divisions.level(code), divisions.parent(code))).or_default() += 1;
            }
        }
        Self { divisions, mentions, context, anchors, above_anchors, list_of, lists }
    }

    fn siblings(&self, n: usize, code: RegionCode) -> usize {
        let key = (self.divisions.level(code), self.divisions.parent(code));
        self.lists[self.list_of[n]].get(&key).copied().unwrap_or_default()
    }

    /// The candidates of the `n`th mention that fit best. These tests narrow them down in turn, and one that no candidate
    /// passes is skipped: it lies within the name directly before; it contains the name directly after; it is a sibling of
    /// several members of its list; it contains an unambiguous name or lies within one; it is a sibling of one member; it lies
    /// in the context. A province whose name only counties share, or a candidate that contains all others, alone is left.
    fn narrow(&self, n: usize) -> Vec<RegionCode> {
        let (divisions, mention) = (self.divisions, &self.mentions[n]);
        if mention.candidates.len() < 2 {
            return mention.candidates.clone();
        }
        let before = n.checked_sub(1).map(|before| &self.mentions[before]).filter(|before| before.end == mention.start);
        let behind = self.mentions.get(n + 1).filter(|behind| behind.start == mention.end);
        let within = |outer: RegionCode, inner: RegionCode| outer != inner && divisions.contains(outer, inner);
        let is_anchored = |code| {
            self.above_anchors.contains(&code) || divisions.lineage(code).skip(1).any(|outer| self.anchors.contains(&outer))
        };
        let tests: [&dyn Fn(RegionCode) -> bool; 6] = [
            &|code| before.is_some_and(|before| before.candidates.iter().any(|&outer| within(outer, code))),
            &|code| behind.is_some_and(|behind| behind.candidates.iter().any(|&inner| within(code, inner))),
            &|code| self.siblings(n, code) > 1,
            &is_anchored,
            &|code| self.siblings(n, code) > 0,
            &|code| self.context.is_some_and(|context| divisions.contains(context, code)),
        ];
        let mut left = mention.candidates.clone();
        for test in tests {
            let kept: Vec<RegionCode> = left.iter().copied().filter(|&code| test(code)).collect();
            if !kept.is_empty() {
                left = kept;
            }
        }
        // 河北 is the province rather than a district of 天津.
        if let [only] = left.iter().filter(|&&code| divisions.level(code) != Level::County).collect::<Vec<_>>()[..]
            && divisions.level(*only) == Level::Province
        {
            return vec![*only];
        }
        let widest = left.iter().copied().find(|&outer| left.iter().all(|&inner| divisions.contains(outer, inner)));
        widest.map_or(left, |code| vec![code])
    }
}
