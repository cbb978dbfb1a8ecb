//! Sector lift: ln P(s|o) − ln P(s), averaged over the need's sectors by their weights.
//!
//! P(s|o) = P(parent|o) · P(s|parent, o), each Dirichlet-smoothed on the decayed history (pseudo-counts [`SECTOR_PRIOR`],
//! [`CHILD_PRIOR`]); where the organization states sectors, half of the parents' pseudo-counts lie on those
//! (smoothing: Zhai & Lafferty, TOIS 22(2), 2004). Unknown without sectors in the history and without declared ones.

use crate::catalog::{Catalog, Flags, Past, Row, SECTOR_PRIOR};
use crate::score::lists::{Lists, Slot};
use crate::score::{Question, Value};

use super::{Feature, MaxImpacts};

const CHILD_PRIOR: f64 = 3.0;
/// Share of the parents' pseudo-counts that lies on declared sectors.
const DECLARED: f64 = 0.5;

/// The sectors that one need asks for.
pub(in crate::score) struct Sectors {
    asked: Vec<Asked>,
}

struct Asked {
    weight: f64,
    parent: Slot,
    declared: Slot,
    /// ln(pseudo-count of the parent) where nothing is declared, and where other sectors are.
    ln_prior: [f64; 2],
    usual: f64,
    ln_usual: f64,
    child: Option<Child>,
}

#[derive(Clone, Copy)]
struct Child {
    slot: Slot,
    usual: f64,
}

impl Sectors {
    /// None if the need names no sector.
    pub(in crate::score) fn new<'a>(
        catalog: &'a Catalog,
        past: &'a Past,
        question: &Question,
        lists: &mut Lists<'a>,
    ) -> Option<Self> {
        let taxonomy = &catalog.reference.taxonomy;
        let mut asked = Vec::new();
        for &(sector, weight) in &question.sectors {
            let parent = taxonomy.parent(sector);
            let usual = past.background.top_sector(parent);
            asked.push(Asked {
                weight,
                parent: lists.sector(past, parent as u16),
                declared: lists.add(catalog.declared.list(parent as u16)),
                ln_prior: [1.0, 1.0 - DECLARED].map(|share| (SECTOR_PRIOR * share * usual).ln()),
                usual,
                ln_usual: usual.ln(),
                child: (sector != parent).then(|| Child {
                    slot: lists.sector(past, sector as u16),
                    usual: past.background.child_sector(sector, parent),
                }),
            });
        }
        (!asked.is_empty()).then_some(Self { asked })
    }

    /// A sum of logarithms is taken apart by ln(1 + a + b) ≤ ln(1 + a) + ln(1 + b); the total of an organization is no less than
    /// its part.
    pub(super) fn max_impacts(&self, impact: &mut MaxImpacts<'_>) {
        for Asked { weight, parent, declared, usual, child, .. } in &self.asked {
            let lift = |mass: f64| weight * ((mass + SECTOR_PRIOR * usual) / (mass + SECTOR_PRIOR) / usual).ln();
            let stated = |own: f64| weight * ((DECLARED * own + (1.0 - DECLARED) * usual) / usual).ln().max(0.0);
            for feature in [Feature::SectorHistory, Feature::ParentSector] {
                impact(feature, *parent, &lift);
                impact(feature, *declared, &stated);
            }
            if let Some(Child { slot, usual }) = child {
                let lift = |mass: f64| weight * ((mass + CHILD_PRIOR * usual) / (mass + CHILD_PRIOR) / usual).ln();
                impact(Feature::SectorHistory, *slot, &lift);
            }
            let own = child.map_or(*parent, |child| child.slot);
            impact(Feature::SectorActivity, own, &|mass| (10.0 * weight * mass).ln_1p());
        }
    }

    /// The lift of the sector itself.
    pub(in crate::score) fn lift(&self, row: &Row, facts: &[f32]) -> Value {
        if !row.flags.any(Flags::SECTORED | Flags::DECLARED) {
            return Value::Unknown;
        }
        Value::Known(
            self.asked.iter().map(|asked| asked.weight * (asked.parent_lift(row, facts) + asked.child_lift(facts))).sum(),
        )
    }

    /// The lift of its parent alone.
    pub(in crate::score) fn parent_lift(&self, row: &Row, facts: &[f32]) -> Value {
        if !row.flags.any(Flags::SECTORED | Flags::DECLARED) {
            return Value::Unknown;
        }
        Value::Known(self.asked.iter().map(|asked| asked.weight * asked.parent_lift(row, facts)).sum())
    }

    /// ln(1 + 10 Σ decayed past projects in the sector): how much of it, not what share.
    pub(in crate::score) fn activity(&self, facts: &[f32]) -> Value {
        let mass = |asked: &Asked| {
            let own = asked.child.map_or(asked.parent, |child| child.slot);
            asked.weight * f64::from(facts[own])
        };
        let mass: f64 = self.asked.iter().map(mass).sum();
        Value::Known(if mass == 0.0 { 0.0 } else { (10.0 * mass).ln_1p() })
    }
}

impl Asked {
    fn parent_lift(&self, row: &Row, facts: &[f32]) -> f64 {
        let (mass, own) = (f64::from(facts[self.parent]), f64::from(facts[self.declared]));
        let declares = row.flags.any(Flags::DECLARED);
        let ln_share = if mass == 0.0 && own == 0.0 {
            self.ln_prior[usize::from(declares)]
        } else {
            let prior = if declares { DECLARED * own + (1.0 - DECLARED) * self.usual } else { self.usual };
            (mass + SECTOR_PRIOR * prior).ln()
        };
        ln_share - f64::from(row.ln_sectored) - self.ln_usual
    }

    fn child_lift(&self, facts: &[f32]) -> f64 {
        let Some(Child { slot, usual }) = self.child else { return 0.0 };
        let parent = f64::from(facts[self.parent]);
        if parent == 0.0 {
            return 0.0;
        }
        ((f64::from(facts[slot]) + CHILD_PRIOR * usual) / (parent + CHILD_PRIOR) / usual).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::small::row;

    #[track_caller]
    fn close(value: Value, expected: f64) {
        assert!(matches!(value, Value::Known(it) if (it - expected).abs() < 1e-6), "{value:?}, not {expected}");
    }

    /// A child of a parent that is a fifth of all work, itself a quarter of the parent.
    fn sectors() -> Sectors {
        let usual: f64 = 0.2;
        let child = Some(Child { slot: 2, usual: 0.25 });
        let ln_prior = [(SECTOR_PRIOR * usual).ln(), (SECTOR_PRIOR * 0.5 * usual).ln()];
        Sectors { asked: vec![Asked { weight: 1.0, parent: 0, declared: 1, ln_prior, usual, ln_usual: usual.ln(), child }] }
    }

    #[test]
    fn the_share_of_its_work_against_everybodys() {
        // Of four decayed projects, three in the parent, one and a half of them in the child.
        let row = Row { ln_sectored: 9_f32.ln(), ..row(Flags::SECTORED) };
        let facts = [3.0, 0.0, 1.5];
        // (3 + 5 · 0.2) / (4 + 5) / 0.2 = 20/9
        close(sectors().parent_lift(&row, &facts), (20.0_f64 / 9.0).ln());
        // (1.5 + 3 · 0.25) / (3 + 3) / 0.25 = 3/2
        close(sectors().lift(&row, &facts), (20.0_f64 / 9.0 * 1.5).ln());
        // ln(1 + 10 · 1.5)
        close(sectors().activity(&facts), 16_f64.ln());
    }

    #[test]
    fn without_work_in_the_sector_what_is_declared_counts() {
        let elsewhere = Row { ln_sectored: 9_f32.ln(), ..row(Flags::SECTORED) };
        // 5 · 0.2 / 9 / 0.2
        close(sectors().lift(&elsewhere, &[0.0; 3]), (5.0_f64 / 9.0).ln());
        let declared = Row { ln_sectored: 5_f32.ln(), ..row(Flags::DECLARED) };
        // 5 · (0.5 · 1 + 0.5 · 0.2) / 5 / 0.2
        close(sectors().lift(&declared, &[0.0, 1.0, 0.0]), 3_f64.ln());
        // 5 · 0.5 · 0.2 / 5 / 0.2
        close(sectors().lift(&declared, &[0.0; 3]), 0.5_f64.ln());
        assert_eq!(sectors().lift(&row(Flags::KNOWN), &[0.0; 3]), Value::Unknown);
        close(sectors().activity(&[0.0; 3]), 0.0);
    }
}
