//! One pass over the facts of all records: which meet all conditions, how many each condition alone keeps out, and how often each
//! value occurs.
//!
//! A record that fails one condition only would be in the list without that condition. So the counts of a facet, which are those of
//! the list without the facet's own condition, are taken over the records that fail nothing or only that. Counts are integers and
//! parts are joined in order: the result does not depend on the number of threads.

use rayon::prelude::*;

use super::conditions::{Condition, Test};
use super::dimension::Dimension;
use super::listed::Listed;
use super::numbering::Numbering;
use crate::domain::Money;
use crate::jobs::{Cancellation, Cancelled};

/// Records that one task looks at.
const TASK: usize = 8192;

/// What a pass has counted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    /// The records that meet all conditions, ascending by position.
    pub(super) found: Vec<u32>,
    /// By condition, the records that meet all others and not this one.
    pub(super) alone: Vec<usize>,
    /// By facet and number of the value, records; the last number is for those that say nothing.
    pub(super) counts: Vec<Vec<u32>>,
    /// Sum in fen over the records found, and how many of them state one.
    pub(super) fen: i64,
    pub(super) with_sum: usize,
}

impl Counted {
    fn empty(numbering: &Numbering<'_>, conditions: &[Condition], facets: &[Dimension]) -> Self {
        let counts = facets.iter().map(|&facet| vec![0; numbering.count(facet) + 1]).collect();
        Self { alone: vec![0; conditions.len()], counts, ..Self::default() }
    }

    fn add(&mut self, part: Self) {
        self.found.extend(part.found);
        self.alone.iter_mut().zip(part.alone).for_each(|(sum, own)| *sum += own);
        for (sums, own) in self.counts.iter_mut().zip(part.counts) {
            sums.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        }
        self.fen = self.fen.saturating_add(part.fen);
        self.with_sum += part.with_sum;
    }
}

/// Goes through all records once.
pub(super) fn count<L: Listed>(
    records: &L,
    numbering: &Numbering<'_>,
    conditions: &[Condition],
    facets: &[Dimension],
    cancellation: &Cancellation,
) -> Result<Counted, Cancelled> {
    // By condition, the facet whose own it is.
    let own: Vec<Option<usize>> = conditions
        .iter()
        .map(|condition| match condition.test {
            Test::Chosen(dimension, _) => facets.iter().position(|&facet| facet == dimension),
            _ => None,
        })
        .collect();
    let starts: Vec<usize> = (0..records.count()).step_by(TASK).collect();
    let part = |&start: &usize| -> Result<Counted, Cancelled> {
        cancellation.check()?;
        let mut counted = Counted::empty(numbering, conditions, facets);
        let mut room: Vec<u32> = Vec::new();
        for at in start..records.count().min(start + TASK) {
            if !records.is_listed(at) {
                continue;
            }
            let mut fails = conditions.iter().enumerate().filter(|(_, it)| !it.test.passes(records, numbering, at, &mut room));
            let (first, second) = (fails.next().map(|it| it.0), fails.next());
            let mut tally = |facet: usize| {
                let counts = &mut counted.counts[facet];
                room.clear();
                records.values(numbering, facets[facet], at, &mut room);
                match (room.as_slice(), counts.last_mut()) {
                    ([], Some(nothing)) => *nothing += 1,
                    (values, _) => values.iter().for_each(|&number| counts[number as usize] += 1),
                }
            };
            match (first, second) {
                (None, _) => {
                    (0..facets.len()).for_each(&mut tally);
                    counted.found.push(at as u32);
                    if let Some(sum) = records.amount(at) {
                        counted.fen = counted.fen.saturating_add(Money::fen(sum));
                        counted.with_sum += 1;
                    }
                }
                (Some(only), None) => {
                    own[only].into_iter().for_each(&mut tally);
                    counted.alone[only] += 1;
                }
                (Some(_), Some(_)) => {}
            }
        }
        Ok(counted)
    };
    let parts: Result<Vec<Counted>, Cancelled> = starts.par_iter().map(part).collect();
    let mut all = Counted::empty(numbering, conditions, facets);
    for part in parts? {
        all.add(part);
    }
    Ok(all)
}
