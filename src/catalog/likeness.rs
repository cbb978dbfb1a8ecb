//! Needs that are the same or nearly the same: linked and shown, never dropped.
//!
//! Two needs are alike if their texts share four fifths of their character triples (Jaccard) and their places and sums do not
//! contradict each other. Candidates come from min-hash signatures in bands (Broder 1997; Leskovec, Rajaraman and Ullman,
//! *Mining of Massive Datasets*, §3.4): comparing all pairs of ten thousand needs would take a hundred million comparisons.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use crate::domain::{Money, Need, NeedId, RegionCode};
use crate::hash::{OFFSET_BASIS, fnv1a_step};

/// Share of common triples from which two texts are nearly the same.
const ALIKE: f64 = 0.8;
/// Two sums further apart than this share of the larger one are different.
const SUM_TOLERANCE: f64 = 0.05;
/// Bands of the signature, and hashes in each. Of texts at [`ALIKE`], one pair in ten million shares no band.
const BANDS: usize = 16;
const ROWS: usize = 2;
/// Most needs of one band that are compared; a list that repeats one text more often has been warned about by then.
pub(super) const MAX_CANDIDATES: usize = 50;

/// A need like another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Like {
    /// Its id.
    pub need: NeedId,
    /// Its title.
    pub title: Option<String>,
    /// Share of common triples, 0 to 1.
    pub likeness: f64,
    /// True if text, places and sum are the same.
    pub is_same: bool,
    /// True if both state places, which agree then.
    pub has_places: bool,
    /// True if both state sums, which agree then.
    pub has_sums: bool,
}

/// Which needs of a band are compared: those of one place, those without a place, or all.
#[derive(Debug, Clone, Copy)]
enum Among {
    Place(RegionCode),
    NoPlace,
    All,
}

impl Among {
    fn number(self) -> u64 {
        match self {
            Self::All => 0,
            Self::NoPlace => 1,
            Self::Place(code) => u64::from(code.digits()),
        }
    }
}

/// The keys of the bands that a need stands in.
pub(super) fn keys(need: &Need) -> Vec<u64> {
    Entry::new(need).keys()
}

/// Compares one need with others.
pub(super) struct Comparison(Entry);

impl Comparison {
    pub(super) fn of(need: &Need) -> Self {
        Self(Entry::new(need))
    }

    /// The keys of the bands whose needs it is compared with, at most [`MAX_CANDIDATES`] of each, the first to arrive.
    pub(super) fn meets(&self) -> Vec<u64> {
        self.0.meets()
    }

    /// How like another need is, if it is.
    pub(super) fn like(&self, other: &Need) -> Option<Like> {
        Some(Entry::new(other)).filter(|other| other.id != self.0.id).and_then(|other| self.0.like(&other))
    }
}

/// Most alike first, then by id.
pub(super) fn most_alike_first(a: &Like, b: &Like) -> Ordering {
    b.is_same.cmp(&a.is_same).then(b.likeness.total_cmp(&a.likeness)).then_with(|| a.need.cmp(&b.need))
}

struct Entry {
    id: NeedId,
    title: Option<String>,
    text: String,
    /// Ascending, without duplicates.
    triples: Vec<u64>,
    places: Vec<RegionCode>,
    sum: Option<Money>,
}

/// All needs so far, ready for comparison with another one.
#[derive(Default)]
pub struct Likeness {
    entries: Vec<Entry>,
    bands: HashMap<u64, Vec<usize>>,
    by_id: HashMap<NeedId, usize>,
}

impl Likeness {
    /// Holds all `needs`.
    pub fn over<'a>(needs: impl IntoIterator<Item = &'a Need>) -> Self {
        let mut this = Self::default();
        needs.into_iter().for_each(|need| this.add(need));
        this
    }

    /// Adds a need; one with a known id replaces the old one.
    pub fn add(&mut self, need: &Need) {
        let entry = Entry::new(need);
        let at = *self.by_id.entry(need.id.clone()).or_insert(self.entries.len());
        // A need that is written again stands in its bands already; a band of a list of like texts is long to search.
        let known: HashSet<_> = self.entries.get(at).map(Entry::keys).unwrap_or_default().into_iter().collect();
        for key in entry.keys().into_iter().filter(|key| !known.contains(key)) {
            self.bands.entry(key).or_default().push(at);
        }
        match self.entries.get_mut(at) {
            Some(known) => *known = entry,
            None => self.entries.push(entry),
        }
    }

    /// The other needs that are like this one, most alike first, then by id.
    #[must_use]
    pub fn similar_to(&self, need: &Need) -> Vec<Like> {
        let entry = Entry::new(need);
        let met = entry.meets().into_iter().filter_map(|key| self.bands.get(&key));
        let met = met.flat_map(|band| band.iter().take(MAX_CANDIDATES).copied());
        let mut candidates: Vec<usize> = met.collect();
        candidates.sort_unstable();
        candidates.dedup();
        let others = candidates.into_iter().map(|at| &self.entries[at]).filter(|other| other.id != need.id);
        let mut alike: Vec<Like> = others.filter_map(|other| entry.like(other)).collect();
        alike.sort_by(most_alike_first);
        alike
    }
}

impl Entry {
    fn new(need: &Need) -> Self {
        let text: String = need.record.normalized.chars().filter(|c| c.is_alphanumeric()).collect();
        let mut places: Vec<RegionCode> = need.record.certain_regions().map(|region| region.code).collect();
        places.sort_unstable();
        Self {
            id: need.id.clone(),
            title: need.record.title.clone(),
            triples: triples(&text),
            text,
            places,
            sum: need.record.amount.as_ref().and_then(|amount| amount.point()),
        }
    }

    /// The keys of the bands that it stands in.
    fn keys(&self) -> Vec<u64> {
        let mut among = if self.places.is_empty() { vec![Among::NoPlace] } else { self.among() };
        among.push(Among::All);
        self.in_bands(&among)
    }

    /// The keys of the bands whose needs it is compared with. A need without a place may belong to any place.
    fn meets(&self) -> Vec<u64> {
        let among = if self.places.is_empty() { vec![Among::All] } else { [self.among(), vec![Among::NoPlace]].concat() };
        self.in_bands(&among)
    }

    fn in_bands(&self, among: &[Among]) -> Vec<u64> {
        let of_band = |(band, key): (usize, u64)| among.iter().map(move |it| hash([it.number(), band as u64, key].into_iter()));
        bands(&self.triples).flat_map(of_band).collect()
    }

    fn among(&self) -> Vec<Among> {
        self.places.iter().copied().map(Among::Place).collect()
    }

    fn like(&self, other: &Self) -> Option<Like> {
        let places =
            self.places.is_empty() || other.places.is_empty() || self.places.iter().any(|code| other.places.contains(code));
        let sums =
            self.sum.zip(other.sum).is_none_or(|(a, b)| a.max(b).minus(a.min(b)).yuan() <= SUM_TOLERANCE * a.max(b).yuan());
        if !places || !sums {
            return None;
        }
        let common = common(&self.triples, &other.triples);
        let all = self.triples.len() + other.triples.len() - common;
        let likeness = if all == 0 { 0.0 } else { common as f64 / all as f64 };
        let is_same = self.text == other.text && self.places == other.places && self.sum == other.sum;
        (likeness >= ALIKE).then(|| Like {
            need: other.id.clone(),
            title: other.title.clone(),
            likeness,
            is_same,
            has_places: !self.places.is_empty() && !other.places.is_empty(),
            has_sums: self.sum.is_some() && other.sum.is_some(),
        })
    }
}

/// How many numbers two ascending lists share.
fn common(a: &[u64], b: &[u64]) -> usize {
    let (mut a, mut b, mut count) = (a.iter().peekable(), b.iter().peekable(), 0);
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        match x.cmp(y) {
            Ordering::Less => drop(a.next()),
            Ordering::Greater => drop(b.next()),
            Ordering::Equal => {
                count += 1;
                a.next();
                b.next();
            }
        }
    }
    count
}

/// Hashes of all runs of three characters, or of the whole text if it is shorter.
fn triples(text: &str) -> Vec<u64> {
    let chars: Vec<char> = text.chars().collect();
    let mut triples: Vec<u64> =
        chars.windows(chars.len().clamp(1, 3)).map(|run| hash(run.iter().map(|&c| u64::from(c)))).collect();
    triples.sort_unstable();
    triples.dedup();
    triples
}

fn bands(triples: &[u64]) -> impl Iterator<Item = (usize, u64)> + use<> {
    let least = |n: usize| triples.iter().map(|&triple| hash([n as u64, triple].into_iter())).min().unwrap_or_default();
    let keys: Vec<(usize, u64)> = (0..BANDS)
        .map(|band| (band, hash((band * ROWS..(band + 1) * ROWS).map(least))))
        .filter(|_| !triples.is_empty())
        .collect();
    keys.into_iter()
}

/// FNV-1a over 64-bit words, mixed after each word and at the end.
fn hash(words: impl Iterator<Item = u64>) -> u64 {
    let mixed = words.fold(OFFSET_BASIS, |hash, word| {
        let hash = fnv1a_step(hash, word);
        hash ^ (hash >> 29)
    });
    let mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(id: &str, text: &str) -> Need {
        let json = serde_json::json!({"id": id, "description": text, "normalized": text});
        serde_json::from_value(json).unwrap()
    }

    const WATER: &str = "为23所乡村小学安装净水设备，解决师生饮水不安全的问题，缺口资金请社会力量支持";

    #[test]
    fn the_same_and_nearly_the_same_are_linked_and_strangers_are_not() {
        let others = [need("a", WATER), need("b", &WATER.replace("23", "25")), need("c", "修建通村公路三公里并安装护栏")];
        let likeness = Likeness::over(&others);
        let alike = likeness.similar_to(&need("x", WATER));
        assert_eq!(alike.iter().map(|it| (it.need.as_str(), it.is_same)).collect::<Vec<_>>(), [("a", true), ("b", false)]);
        assert_eq!(likeness.similar_to(&others[0]).len(), 1, "a need is not like itself");
    }

    #[test]
    fn other_places_and_other_sums_are_other_needs() {
        let with = |id: &str, code: u32, fen: i64| {
            let json = serde_json::json!({
                "id": id, "description": WATER, "normalized": WATER,
                "regions": [{"code": code.to_string(), "name": "", "matched": "", "certain": true}],
                "amount": {"min_fen": fen, "max_fen": fen, "hedge": null, "text": ""}
            });
            serde_json::from_value::<Need>(json).unwrap()
        };
        let likeness = Likeness::over(&[with("a", 533_422, 100_000), with("b", 533_423, 100_000), with("c", 533_422, 200_000)]);
        let alike = likeness.similar_to(&with("x", 533_422, 102_000));
        assert_eq!(alike.iter().map(|it| it.need.as_str()).collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn what_is_alike_does_not_depend_on_the_order_of_arrival() {
        let all: Vec<Need> = (0..40).map(|n| need(&format!("n{n:02}"), &WATER.replace("23", &(n / 4).to_string()))).collect();
        let mut turned = all.clone();
        turned.reverse();
        let (one, other) = (Likeness::over(&all), Likeness::over(&turned));
        for need in &all {
            assert_eq!(one.similar_to(need), other.similar_to(need));
        }
    }
}
