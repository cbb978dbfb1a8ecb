//! Places that are not certain although their names have one meaning: names that contradict each other, quarters that many cities
//! have, short names far from any other place.

use std::collections::{HashMap, HashSet};

use super::naming::{SUFFIXES, is_quarter};
use super::resolve::single;
use crate::domain::{RegionCode, RegionFinding};
use crate::reference::{Divisions, Level, Mention};

/// Makes two names uncertain if one directly follows the other, is a division of a lower level, and does not lie in it
/// (果洛州治多县). Says so for each pair.
pub(super) fn doubt_contradictions(
    divisions: &Divisions,
    text: &str,
    places: &[Mention],
    found: &mut [RegionFinding],
) -> Vec<String> {
    let mut doubts = Vec::new();
    for pair in places.windows(2).filter(|pair| pair[0].end == pair[1].start) {
        let [outer, inner] = pair else { continue };
        let level = |mention: &Mention| mention.candidates.iter().map(|&code| divisions.level(code)).max();
        let fits = |&code: &RegionCode| {
            outer.candidates.iter().any(|&outer| divisions.contains(outer, code) || divisions.contains(code, outer))
        };
        if level(outer) >= level(inner) || inner.candidates.iter().any(fits) {
            continue;
        }
        for finding in found.iter_mut() {
            finding.certain &= !outer.candidates.contains(&finding.code) && !inner.candidates.contains(&finding.code);
        }
        let (outer, name) = (&text[outer.start..outer.end], &text[inner.start..inner.end]);
        let real: Vec<String> = inner.candidates.iter().map(|&code| divisions.full_name(code)).collect();
        doubts.push(format!("“{name}”是{}，不在“{outer}”；请核对", real.join("或")));
    }
    doubts
}

/// Drops the places whose names many cities use (新市区, 城北区) and that lie neither in another place of the text nor in the
/// context. If there are no other places, it keeps them and returns false.
pub(super) fn drop_lone_quarters(
    divisions: &Divisions,
    text: &str,
    places: &mut Vec<Mention>,
    context: Option<RegionCode>,
) -> bool {
    let is_quarter = |place: &Mention| is_quarter(&text[place.start..place.end]);
    if !places.iter().any(is_quarter) {
        return true;
    }
    let named: HashSet<RegionCode> = places.iter().flat_map(|place| place.candidates.iter().copied()).collect();
    let is_in_one = |&code: &RegionCode| {
        divisions.lineage(code).skip(1).any(|outer| named.contains(&outer))
            || context.is_some_and(|it| divisions.contains(it, code))
    };
    let is_lone = |place: &Mention| is_quarter(place) && !place.candidates.iter().any(is_in_one);
    let are_all = places.iter().all(is_lone);
    if !are_all {
        places.retain(|place| !is_lone(place));
    }
    !are_all
}

/// Makes a short county name uncertain if no other place of the text is in its province: such a name is more often part of
/// another word (盘山 in 六盘山, 三江 in 三江源) than a place.
pub(super) fn doubt_strays(divisions: &Divisions, mentions: &[Mention], found: &mut [RegionFinding]) {
    let mut named: HashMap<RegionCode, usize> = HashMap::new();
    for code in mentions.iter().filter_map(|mention| single(&mention.candidates)) {
        *named.entry(code.province()).or_default() += 1;
    }
    let all: usize = named.values().sum();
    for finding in found.iter_mut().filter(|it| it.certain && !it.matched.ends_with(SUFFIXES)) {
        let around = named.get(&finding.code.province()).copied().unwrap_or_default();
        if divisions.level(finding.code) == Level::County && all > 1 && around == 1 {
            finding.certain = false;
        }
    }
}
