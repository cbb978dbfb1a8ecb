//! Model 1 of Balog, Azzopardi & de Rijke (IP&M 45, 2009): all that an organization has done, read as one text.
//!
//! BM25 of that text, as it was on the day: words of all its visible projects counted together, lengths and document
//! frequencies over organizations. Computed from the postings of projects, so that no text of the day has to be stored. Only
//! the rarest words count, up to [`MAX_OCCURRENCES`] occurrences in all.

use std::collections::BTreeMap;

use qianshou_index::IndexError;

use crate::catalog::{Catalog, View, day_number};

/// BM25's constants (Robertson et al., TREC-3).
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// Occurrences of the need's words in past projects that are looked at.
const MAX_OCCURRENCES: usize = 200_000;

/// How well each organization's work matches the need's text, as a share of the best; ascending by organization.
pub(super) fn search(catalog: &Catalog, view: &View, topic: &str) -> Result<Vec<(u32, f32)>, IndexError> {
    let past = &view.past;
    let average = past.words as f64 / past.authors.max(1) as f64;
    let mut scores: BTreeMap<u32, f64> = BTreeMap::new();
    let mut counts: Vec<(u32, u32)> = Vec::new();
    for word in catalog.text.occurrences(topic, day_number(view.as_of), MAX_OCCURRENCES)? {
        counts.clear();
        for (place, times) in word.documents {
            if let Some(project) = catalog.project_at_place(place) {
                counts.extend(catalog.claimants(project).iter().map(|claimant| (claimant.to, times)));
            }
        }
        counts.sort_unstable();
        counts.dedup_by(|next, first| {
            let same = next.0 == first.0;
            first.1 += if same { next.1 } else { 0 };
            same
        });
        let frequency = counts.len() as f64;
        let idf = (1.0 + (past.authors as f64 - frequency + 0.5).max(0.0) / (frequency + 0.5)).ln();
        for &(organization, times) in &counts {
            let length = f64::from(view.rows[organization as usize].words);
            let norm = K1 * (1.0 - B + B * length / average.max(1.0));
            let times = f64::from(times);
            *scores.entry(organization).or_default() += idf * f64::from(word.count) * times * (K1 + 1.0) / (times + norm);
        }
    }
    let best = scores.values().copied().fold(f64::MIN_POSITIVE, f64::max);
    Ok(scores.into_iter().map(|(organization, score)| (organization, (score / best) as f32)).collect())
}
