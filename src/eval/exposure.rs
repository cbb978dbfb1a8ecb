//! Which organizations are shown: whether the first ten ranks go to the same few.

use super::metrics::discount;

/// Ranks of an answer that count.
const SHOWN: usize = 10;

/// How the first ten ranks of many answers are spread over organizations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exposure {
    /// Share of the eligible organizations that are ever among the first ten.
    pub coverage: f64,
    /// Gini coefficient of the exposure of all organizations, eligible or not: 0 if all are shown equally, 1 − 1/n if one of n
    /// has all of it. The exposure of an organization is Σ 1/log₂(1 + rank) over the answers that show it.
    pub gini: f64,
}

/// Exposure in `answers`. Each answer is a ranking of ordinals, best first; later ranks and unknown ordinals are ignored.
///
/// `eligible` says for each organization whether any need could have shown it. None if no organization is eligible or none is
/// shown.
#[must_use]
pub fn exposure<'a>(answers: impl IntoIterator<Item = &'a [u32]>, eligible: &[bool]) -> Option<Exposure> {
    let mut times_at_rank = vec![[0_u32; SHOWN]; eligible.len()];
    for answer in answers {
        for (place, &organization) in answer.iter().take(SHOWN).enumerate() {
            if let Some(times) = times_at_rank.get_mut(organization as usize) {
                times[place] += 1;
            }
        }
    }
    let seen = |times: &[u32; SHOWN]| times.iter().zip(1..).map(|(&times, rank)| f64::from(times) * discount(rank)).sum();
    let mut seen: Vec<f64> = times_at_rank.iter().map(seen).collect();
    let covered = seen.iter().zip(eligible).filter(|&(&seen, &eligible)| eligible && seen > 0.0).count();
    let eligible = eligible.iter().filter(|&&eligible| eligible).count();
    seen.sort_by(f64::total_cmp);
    let gini = gini(&seen)?;
    (eligible > 0).then(|| Exposure { coverage: covered as f64 / eligible as f64, gini })
}

/// Σ (2i − n − 1) x_i / (n Σ x) of ascending values; none if all are 0.
fn gini(ascending: &[f64]) -> Option<f64> {
    let n = ascending.len() as f64;
    let total: f64 = ascending.iter().sum();
    let spread: f64 = ascending.iter().enumerate().map(|(i, x)| (2.0 * i as f64 + 1.0 - n) * x).sum();
    (total > 0.0).then(|| (spread / (n * total)).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_ten_places_count_and_the_eleventh_does_not() {
        let answer: Vec<u32> = (0..11).collect();
        let seen = exposure([answer.as_slice()], &[true; 20]).unwrap();
        assert_eq!(seen.coverage, 0.5);
    }

    #[test]
    fn gini_of_exposure_worked_out_by_hand() {
        // Exposures 2, 1/log2 3 and 0: Gini is 2 · 2 / (3 · (2 + 1/log2 3)).
        let seen = exposure([&[0][..], &[0, 1][..]], &[true, true, false]).unwrap();
        assert_eq!(seen.coverage, 1.0);
        assert!((seen.gini - 4.0 / (3.0 * 2.630_929_753_571_457_4)).abs() < 1e-12);
    }

    #[test]
    fn nothing_shown_has_no_exposure() {
        assert_eq!(exposure([], &[true]), None);
        assert_eq!(exposure([&[0][..]], &[]), None);
        assert_eq!(exposure([&[0][..]], &[false]), None);
    }

    proptest! {
        #[test]
        fn equal_exposure_is_0_and_all_for_one_is_the_most_there_is(n in 1..50_u32) {
            let turns: Vec<[u32; 1]> = (0..n).map(|organization| [organization]).collect();
            let equal = exposure(turns.iter().map(|turn| turn.as_slice()), &vec![true; n as usize]).unwrap();
            prop_assert!(equal.gini < 1e-12 && equal.coverage == 1.0);
            let one = exposure([&[0][..]], &vec![true; n as usize]).unwrap();
            prop_assert!((one.gini - (1.0 - 1.0 / f64::from(n))).abs() < 1e-12);
        }

        #[test]
        fn the_order_of_needs_does_not_change_a_bit(mut answers in prop::collection::vec(prop::collection::vec(0..20_u32, 0..12), 1..20)) {
            let of = |answers: &[Vec<u32>]| exposure(answers.iter().map(Vec::as_slice), &[true; 20]);
            let forward = of(&answers);
            answers.reverse();
            prop_assert_eq!(of(&answers), forward);
            prop_assert!(forward.is_none_or(|seen| (0.0..=0.95 + 1e-12).contains(&seen.gini)));
        }
    }
}
