//! The parts of a query and their weights.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::TermInfo;
use tantivy::{DocId, Term};

/// BM25's term saturation and length normalisation (Robertson et al., TREC-3; the constants Lucene and Tantivy use).
const K1: f32 = 1.2;
const B: f32 = 0.75;
/// Most terms of a query that are scored: those with the highest tf·idf.
pub(super) const MAX_TERMS: usize = 48;
/// A word is common if it occurs in more than one in `COMMON` documents and in more than `MANY` documents. A small index has no
/// common words, so nothing is left out for speed.
const COMMON: u64 = 4;
const MANY: u64 = 100_000;
/// Common words are left out only if at least this many rarer words of the text occur.
const ENOUGH_RARE: usize = 4;
/// Up to this term frequency, a word's gain is looked up instead of computed.
const TABLED: usize = 4;

/// A single word, or consecutive words in the phrase field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Wanted {
    Word(Term),
    Phrase(Vec<Term>),
}

/// Where to find the documents of one segment that contain what is wanted.
pub(super) enum Holders {
    /// In the postings of a word.
    Postings(TermInfo),
    /// The visible documents that contain a phrase, ascending.
    Documents(Vec<DocId>),
}

/// A word or phrase that documents are searched for, and its weight.
pub(super) struct Clause {
    pub(super) wanted: Wanted,
    /// Number of visible documents that contain it, positive.
    pub(super) frequency: u64,
    /// Idf × count in the query, less for a synonym.
    pub(super) weight: f32,
    /// Per segment; `None` if no document of the segment contains it.
    pub(super) holders: Vec<Option<Holders>>,
}

/// The words of a query that are scored, heaviest first: at most [`MAX_TERMS`], and no
/// common words if there are enough rarer ones.
pub(super) fn keep(mut query: Vec<Clause>, documents: u64) -> Vec<Clause> {
    keep_by(&mut query, documents, |clause| (clause.frequency, clause.weight, &clause.wanted));
    query
}

/// The same for anything of which `facts` tells frequency, weight and word.
pub(super) fn keep_by<T>(query: &mut Vec<T>, documents: u64, facts: impl Fn(&T) -> (u64, f32, &Wanted)) {
    let is_common = |clause: &T| facts(clause).0 > MANY && facts(clause).0 > documents / COMMON;
    if query.iter().filter(|clause| !is_common(clause)).count() >= ENOUGH_RARE {
        query.retain(|clause| !is_common(clause));
    }
    query.sort_by(|a, b| {
        let (a, b) = (facts(a), facts(b));
        b.1.total_cmp(&a.1).then_with(|| a.2.cmp(b.2))
    });
    query.truncate(MAX_TERMS);
}

pub(super) fn idf(frequency: u64, documents: u64) -> f32 {
    (1.0 + ((documents - frequency) as f32 + 0.5) / (frequency as f32 + 0.5)).ln()
}

/// K1 · (1 − B + B · length / average), for each of the 256 codes that Tantivy stores field lengths as.
pub(super) fn length_norms(tokens: u64, documents: u64) -> [f32; 256] {
    let average = (tokens as f32 / documents as f32).max(1.0);
    std::array::from_fn(|code| {
        let length = FieldNormReader::id_to_fieldnorm(code as u8) as f32;
        K1 * (1.0 - B + B * length / average)
    })
}

/// What one clause adds to the score of a document, by frequency and length.
pub(super) struct Gains<'a> {
    tabled: [[f32; 256]; TABLED],
    weight: f32,
    norms: &'a [f32; 256],
}

impl<'a> Gains<'a> {
    pub(super) fn new(weight: f32, norms: &'a [f32; 256]) -> Self {
        let tabled = std::array::from_fn(|n| norms.map(|norm| gain(weight, n as u32 + 1, norm)));
        Self { tabled, weight, norms }
    }

    /// The gain of one document, as [`Self::at`] gives it.
    pub(super) fn once(weight: f32, frequency: u32, norm: f32) -> f32 {
        gain(weight, frequency, norm)
    }

    /// The gain of a document that contains the word or phrase `frequency` times, at
    /// least once, and whose length has this code.
    pub(super) fn at(&self, frequency: u32, length: u8) -> f32 {
        match self.tabled.get(frequency.wrapping_sub(1) as usize) {
            Some(row) => row[usize::from(length)],
            None => gain(self.weight, frequency, self.norms[usize::from(length)]),
        }
    }
}

fn gain(weight: f32, frequency: u32, norm: f32) -> f32 {
    let tf = frequency as f32;
    weight * tf * (K1 + 1.0) / (tf + norm)
}

#[cfg(test)]
mod tests {
    use tantivy::schema::Field;

    use super::*;

    fn kept(frequencies: &[u64], documents: u64) -> Vec<u64> {
        let clause = |(n, &frequency): (usize, &u64)| Clause {
            wanted: Wanted::Word(Term::from_field_u64(Field::from_field_id(0), n as u64)),
            frequency,
            weight: idf(frequency, documents),
            holders: Vec::new(),
        };
        let query = frequencies.iter().enumerate().map(clause).collect();
        keep(query, documents).iter().map(|clause| clause.frequency).collect()
    }

    #[test]
    fn common_words_go_where_enough_rarer_ones_stay() {
        assert_eq!(kept(&[2_000_000, 9, 8, 7, 1_250_000, 6], 5_000_000), [6, 7, 8, 9, 1_250_000]);
        assert_eq!(kept(&[2_000_000, 9, 8, 7], 5_000_000), [7, 8, 9, 2_000_000]);
        assert_eq!(kept(&[2_000_000], 5_000_000), [2_000_000]);
        assert_eq!(kept(&[100_000, 9, 8, 7, 6], 100_000), [6, 7, 8, 9, 100_000], "in a small index all words count");
    }

    #[test]
    fn the_lightest_words_of_a_long_query_go() {
        let frequencies: Vec<u64> = (1..=60).collect();
        assert_eq!(kept(&frequencies, 1000), frequencies[..MAX_TERMS]);
    }

    #[test]
    fn looked_up_gains_equal_computed_ones() {
        let norms = length_norms(900, 30);
        let gains = Gains::new(3.7, &norms);
        for frequency in 1..=TABLED as u32 + 3 {
            for length in 0..=255 {
                let computed = gain(3.7, frequency, norms[usize::from(length)]);
                assert_eq!(gains.at(frequency, length).to_bits(), computed.to_bits());
            }
        }
    }
}
