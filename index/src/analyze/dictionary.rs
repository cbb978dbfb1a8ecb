//! The words that texts are cut into: the default list of jieba as the build script compiled it, and the words of a lexicon.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::lexicon::LexiconError;
use super::slot::{DIRECT, ROOT, Slot};

/// The hash table of the trie of all default words, eight bytes a slot.
static TABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/dictionary.bin"));
const SLOTS: usize = TABLE.len() / size_of::<Slot>();
/// The sum of the frequencies of all default words, and the distinct frequencies in order.
const FREQUENCIES: (u64, &[u64]) = include!(concat!(env!("OUT_DIR"), "/frequencies.rs"));

/// All words with their frequencies.
#[derive(Debug)]
pub(super) struct Dictionary {
    /// Logarithms of the distinct frequencies of the default words.
    logarithms: Vec<f64>,
    /// The words of the lexicon by their first character. They come before the default words.
    own: HashMap<char, Vec<OwnWord>, FxBuildHasher>,
    /// A bit for each first character of these, by the lower 16 bits of its code: most characters start none of them.
    own_firsts: Box<[u64; 1 << 10]>,
    /// Logarithm of the sum of all frequencies.
    total: f64,
}

#[derive(Debug)]
struct OwnWord {
    chars: Box<[char]>,
    frequency: u64,
    logarithm: f64,
}

impl OwnWord {
    fn starts(&self, text: &[char]) -> bool {
        text.starts_with(&self.chars)
    }
}

impl Dictionary {
    /// The default words and those of `lines`: a word, its frequency (0 if it states none) and what else a line holds. A word that
    /// is there already gets the new frequency.
    pub(super) fn new(lines: &str) -> Result<Self, LexiconError> {
        let (total, distinct) = FREQUENCIES;
        let logarithms = distinct.iter().map(|&frequency| (frequency as f64).ln()).collect();
        let mut this = Self { logarithms, own: HashMap::default(), own_firsts: Box::new([0; 1 << 10]), total: 0.0 };
        let mut total = u128::from(total);
        for (n, line) in lines.lines().enumerate() {
            let mut parts = line.split_whitespace();
            let Some(word) = parts.next() else { continue };
            let frequency =
                parts.next().map_or(Ok(0), str::parse).map_err(|source| LexiconError::Words { line: n + 1, source })?;
            total += u128::from(frequency);
            total -= u128::from(this.insert(word.chars().collect(), frequency));
        }
        this.total = (total as f64).ln();
        Ok(this)
    }

    /// Adds a word; its frequency so far.
    fn insert(&mut self, chars: Box<[char]>, frequency: u64) -> u64 {
        let default = default_word(&chars.iter().copied()).map_or(0, |number| FREQUENCIES.1[number]);
        let word = OwnWord { chars, frequency, logarithm: (frequency as f64).ln() };
        let (at, bit) = first_bit(word.chars[0]);
        self.own_firsts[at] |= bit;
        let own = self.own.entry(word.chars[0]).or_default();
        match own.iter_mut().find(|it| it.chars == word.chars) {
            Some(old) => std::mem::replace(old, word).frequency,
            None => {
                own.push(word);
                default
            }
        }
    }

    /// Logarithm of the sum of all frequencies.
    pub(super) const fn total(&self) -> f64 {
        self.total
    }

    /// True if `word` is one of the words.
    pub(super) fn contains(&self, word: &(impl Iterator<Item = char> + Clone)) -> bool {
        let is_own = |first| self.own_words(first).iter().any(|it| it.chars.iter().copied().eq(word.clone()));
        default_word(word).is_some() || word.clone().next().is_some_and(is_own)
    }

    /// The words of the lexicon that start with this character.
    #[inline]
    fn own_words(&self, first: char) -> &[OwnWord] {
        let (at, bit) = first_bit(first);
        if self.own_firsts[at] & bit == 0 { &[] } else { self.own.get(&first).map_or(&[], Vec::as_slice) }
    }

    /// Calls `visit` with the length in characters of each word that `text` starts with, and the logarithm of its frequency.
    #[inline]
    pub(super) fn words_at(&self, text: &[char], mut visit: impl FnMut(usize, f64)) {
        let Some(first) = text.first() else { return };
        let own = self.own_words(*first);
        default_words(text.iter().copied(), |length, number| {
            if !own.iter().any(|it| it.chars.len() == length && it.starts(text)) {
                visit(length, self.logarithms[number]);
            }
        });
        for word in own.iter().filter(|it| it.starts(text)) {
            visit(word.chars.len(), word.logarithm);
        }
    }
}

/// Place and mask of the bit for a first character.
const fn first_bit(c: char) -> (usize, u64) {
    (c as usize >> 6 & 0x3ff, 1 << (c as u32 & 63))
}

/// The number of the frequency of a default word.
fn default_word(word: &(impl Iterator<Item = char> + Clone)) -> Option<usize> {
    let mut last = None;
    default_words(word.clone(), |length, number| last = Some((length, number)));
    last.filter(|&(length, _)| length == word.clone().count()).map(|(_, number)| number)
}

/// Calls `visit` with the length in characters of each default word that `text` starts with, and the number of its frequency.
#[inline]
fn default_words(text: impl Iterator<Item = char>, mut visit: impl FnMut(usize, usize)) {
    let (mut node, mut last) = (ROOT, None);
    for (at, c) in text.enumerate() {
        if last.is_some_and(|last: Slot| !last.may_lead_on(c)) {
            return;
        }
        let Some((next, slot)) = step(node, c) else { return };
        if let Some(number) = slot.word().checked_sub(1) {
            visit(at + 1, number);
        }
        (node, last) = (next, Some(slot));
    }
}

/// Follows the transition from `node` on `c`.
#[inline]
fn step(node: u32, c: char) -> Option<(u32, Slot)> {
    if node == ROOT && (c as usize) < DIRECT {
        return Some((c as u32, slot(c as usize))).filter(|it| !it.1.is_empty());
    }
    let wanted = Slot::new(node, c)?;
    let mut at = wanted.home(SLOTS);
    loop {
        let found = slot(at);
        if found.has_key_of(wanted) {
            return Some((at as u32, found));
        }
        if found.is_empty() {
            return None;
        }
        at = if at + 1 == SLOTS { DIRECT } else { at + 1 };
    }
}

#[inline]
fn slot(at: usize) -> Slot {
    let (bytes, _) = TABLE[at * size_of::<Slot>()..].split_first_chunk().expect("a whole slot");
    Slot::from_bytes(*bytes)
}
