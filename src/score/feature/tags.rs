//! Lift of the need's groups (whom it is for) or modes (by which means): ln P(g|o) − ln P(g), the mean over those asked.
//!
//! P is Dirichlet-smoothed on the decayed history with [`TAG_PRIOR`] pseudo-counts. Unknown where the history names none.

use crate::catalog::{Flags, Past, Row, TAG_PRIOR};
use crate::reference::Taxonomy;
use crate::score::lists::{Lists, Slot};
use crate::score::{Question, Value};

use super::{Feature, MaxImpacts};

/// The groups or the modes that one need asks for.
pub(in crate::score) struct Tags {
    asked: Vec<(Slot, f64)>,
    flag: u16,
    ln_total: fn(&Row) -> f32,
}

impl Tags {
    /// The groups; none if the need names none.
    pub(in crate::score) fn groups<'a>(past: &'a Past, question: &Question, lists: &mut Lists<'a>) -> Option<Self> {
        let mut asked = Vec::new();
        for &group in &question.groups {
            asked.push((lists.group(past, group as u16), past.background.group(group)));
        }
        (!asked.is_empty()).then_some(Self { asked, flag: Flags::GROUPED, ln_total: |row| row.ln_grouped })
    }

    /// The modes; none if the need names none.
    pub(in crate::score) fn modes<'a>(
        past: &'a Past,
        taxonomy: &Taxonomy,
        question: &Question,
        lists: &mut Lists<'a>,
    ) -> Option<Self> {
        let mut asked = Vec::new();
        for mode in question.modes.iter().filter_map(|code| taxonomy.mode(code)) {
            asked.push((lists.mode(past, mode as u16), past.background.mode(mode)));
        }
        (!asked.is_empty()).then_some(Self { asked, flag: Flags::HAS_MODES, ln_total: |row| row.ln_with_modes })
    }

    /// The total of an organization is no less than its part.
    pub(super) fn max_impacts(&self, feature: Feature, impact: &mut MaxImpacts<'_>) {
        for &(slot, usual) in &self.asked {
            let lift = |mass: f64| ((mass / usual + TAG_PRIOR) / (mass + TAG_PRIOR)).ln() / self.asked.len() as f64;
            impact(feature, slot, &lift);
        }
    }

    pub(in crate::score) fn value(&self, row: &Row, facts: &[f32]) -> Value {
        if !row.flags.any(self.flag) {
            return Value::Unknown;
        }
        let ln_total = f64::from((self.ln_total)(row));
        let lift = |&(slot, usual): &(Slot, f64)| match f64::from(facts[slot]) {
            0.0 => TAG_PRIOR.ln() - ln_total,
            mass => (mass / usual + TAG_PRIOR).ln() - ln_total,
        };
        Value::Known(self.asked.iter().map(lift).sum::<f64>() / self.asked.len() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::small::row;

    #[test]
    fn the_mean_lift_of_what_is_asked() {
        let tags = Tags { asked: vec![(0, 0.1), (1, 0.3)], flag: Flags::GROUPED, ln_total: |row| row.ln_grouped };
        // One decayed project with a group, a fifth of it for the first one asked, none for the second.
        let row = |flags| Row { ln_grouped: 6_f32.ln(), ..row(flags) };
        // ((0.2 / 0.1 + 5) / (1 + 5)) and 5 / (1 + 5)
        let expected = ((7.0_f64 / 6.0).ln() + (5.0_f64 / 6.0).ln()) / 2.0;
        let value = tags.value(&row(Flags::GROUPED), &[0.2, 0.0]);
        assert!(matches!(value, Value::Known(it) if (it - expected).abs() < 1e-6), "{value:?}");
        assert_eq!(tags.value(&row(Flags::HAS_MODES), &[0.2, 0.0]), Value::Unknown);
    }
}
