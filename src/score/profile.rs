//! Model 1 of Balog, Azzopardi & de Rijke (IP&M 45, 2009): all that an organization has done, read as one text.
//!
//! This is BM25 of that text as it was on the day: words are counted over all its visible projects, lengths and document
//! frequencies over organizations. It is computed from the postings of projects, so that no text has to be stored per day. Only
//! the rarest words count, up to [`MAX_OCCURRENCES`] occurrences in total.

use std::cell::RefCell;

use qianshou_index::IndexError;
use qianshou_index::searcher::Occurrences;
use rayon::prelude::*;

use super::small_day::is_small;
use crate::catalog::{Catalog, Past, View, day_number, position_of};

/// BM25's constants (Robertson et al., TREC-3).
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// Most occurrences of the need's words in past projects that are read.
const MAX_OCCURRENCES: usize = 50_000;

thread_local! {
    /// Numbers by organization, all 0 between uses. Allocating them anew for each word would take longer than the counting.
    static COUNTS: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
    static SCORES: RefCell<Vec<f64>> = const { RefCell::new(Vec::new()) };
}

/// How well each organization's past work matches the need's text, as a share of the best; ascending by organization.
pub(super) fn search(catalog: &Catalog, view: &View, topic: &str) -> Result<Vec<(u32, f32)>, IndexError> {
    let words = catalog.text.occurrences(topic, day_number(view.as_of), MAX_OCCURRENCES)?;
    let least = if is_small(view) { words.len() } else { 1 };
    let gains: Vec<_> = words.par_iter().with_min_len(least).map(|word| gains(catalog, &view.past, word)).collect();
    Ok(SCORES.with_borrow_mut(|scores| {
        scores.resize(catalog.organization_count().max(scores.len()), 0.0);
        for (organization, gain) in gains.into_iter().flatten() {
            scores[organization as usize] += gain;
        }
        let best = scores.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let found = (0..).zip(scores.iter()).filter(|(_, score)| **score > 0.0);
        let found = found.map(|(at, score)| (at, (score / best) as f32)).collect();
        scores.fill(0.0);
        found
    }))
}

/// The same for one organization: 0 if its past work shares no word with the text.
pub(super) fn share_of(catalog: &Catalog, view: &View, topic: &str, organization: usize) -> Result<f32, IndexError> {
    let words = catalog.text.occurrences(topic, day_number(view.as_of), MAX_OCCURRENCES)?;
    let gains: Vec<_> = words.iter().map(|word| gains(catalog, &view.past, word)).collect();
    Ok(SCORES.with_borrow_mut(|scores| {
        scores.resize(catalog.organization_count().max(scores.len()), 0.0);
        for &(organization, gain) in gains.iter().flatten() {
            scores[organization as usize] += gain;
        }
        let own = scores[organization];
        // Only the numbers that are not 0 are read, as there are few of them in a nation's list.
        let taken = gains.iter().flatten().map(|&(organization, _)| std::mem::take(&mut scores[organization as usize]));
        let best = taken.fold(f64::MIN_POSITIVE, f64::max);
        (own / best) as f32
    }))
}

/// What one word adds to the score of each organization that has it.
fn gains(catalog: &Catalog, past: &Past, word: &Occurrences) -> Vec<(u32, f64)> {
    let projects = catalog.project_count();
    let average = (past.all_words as f64 / past.authors.max(1) as f64).max(1.0);
    COUNTS.with_borrow_mut(|counts| {
        counts.resize(catalog.organization_count().max(counts.len()), 0);
        let mut holders: Vec<u32> = Vec::with_capacity(word.documents.len());
        for &(key, times) in &word.documents {
            let project = position_of(key);
            for participant in if project < projects { catalog.participants(project) } else { &[] } {
                let count = &mut counts[participant.to as usize];
                if *count == 0 {
                    holders.push(participant.to);
                }
                *count += times;
            }
        }
        let frequency = holders.len() as f64;
        let idf = (1.0 + (past.authors as f64 - frequency + 0.5).max(0.0) / (frequency + 0.5)).ln();
        let weight = idf * f64::from(word.count) * (K1 + 1.0);
        let gain = |organization: u32| {
            let times = f64::from(std::mem::take(&mut counts[organization as usize]));
            let norm = K1 * (1.0 - B + B * f64::from(past.words[organization as usize]) / average);
            (organization, weight * times / (times + norm))
        };
        holders.into_iter().map(gain).collect()
    })
}
