//! Model 1 of Balog, Azzopardi & de Rijke (IP&M 45, 2009): all that an organization has done, read as one text.
//!
//! BM25 of that text, as it was on the day: words of all its visible projects counted together, lengths and document
//! frequencies over organizations. Computed from the postings of projects, so that no text of the day has to be stored. Only
//! the rarest words count, up to [`MAX_OCCURRENCES`] occurrences in all.

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
    let average = (past.words as f64 / past.authors.max(1) as f64).max(1.0);
    // One place an organization; pages that no word touches are never made.
    let mut counts = vec![0_u32; catalog.organizations.len()];
    let mut scores = vec![0.0_f64; catalog.organizations.len()];
    let mut scored: Vec<u32> = Vec::new();
    let mut holders: Vec<u32> = Vec::new();
    for word in catalog.text.occurrences(topic, day_number(view.as_of), MAX_OCCURRENCES)? {
        for (place, times) in word.documents {
            let Some(project) = catalog.project_at_place(place) else { continue };
            for claimant in catalog.claimants(project) {
                let count = &mut counts[claimant.to as usize];
                if *count == 0 {
                    holders.push(claimant.to);
                }
                *count += times;
            }
        }
        let frequency = holders.len() as f64;
        let idf = (1.0 + (past.authors as f64 - frequency + 0.5).max(0.0) / (frequency + 0.5)).ln();
        let weight = idf * f64::from(word.count) * (K1 + 1.0);
        for organization in holders.drain(..) {
            let at = organization as usize;
            let times = f64::from(std::mem::take(&mut counts[at]));
            let norm = K1 * (1.0 - B + B * f64::from(view.rows[at].words) / average);
            if scores[at] == 0.0 {
                scored.push(organization);
            }
            scores[at] += weight * times / (times + norm);
        }
    }
    scored.sort_unstable();
    let best = scored.iter().map(|&at| scores[at as usize]).fold(f64::MIN_POSITIVE, f64::max);
    Ok(scored.into_iter().map(|at| (at, (scores[at as usize] / best) as f32)).collect())
}
