//! Sectors: how much of the organization's work lies in the need's sectors, as a share compared with everybody's and as an
//! amount.
//!
//! P(s|o) = P(parent|o) · P(s|parent, o). Both factors are Dirichlet-smoothed on the decayed history (pseudo-counts
//! [`SECTOR_PRIOR`], [`CHILD_PRIOR`], set by hand). If the organization states sectors, half of the parents' pseudo-counts lie
//! on those (smoothing: Zhai & Lafferty, TOIS 22(2), 2004).

use super::definition::{Definition, DependsOn, EvidenceKind, NO_RECORD, NO_SECTOR, NOT_NEGATIVE, Sign, Theme, UNBOUNDED};
use super::formula::{Family, Formula, Impact, Inputs};
use super::value::Value;
use super::wording::latest;
use crate::catalog::{Flags, Row, SECTOR_PRIOR};
use crate::score::lists::{Lists, Slot};

const CHILD_PRIOR: f64 = 3.0;
/// Share of the parents' pseudo-counts that lies on declared sectors.
const DECLARED: f64 = 0.5;

/// The sectors that one need asks for.
pub(crate) struct Sectors {
    asked: Vec<Asked>,
}

struct Asked {
    weight: f64,
    parent: Slot,
    declared: Slot,
    /// ln(pseudo-count of the parent) if nothing is declared, and if only other sectors are.
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

impl Family for Sectors {
    /// None if the need names no sector.
    fn new<'a>(inputs: &Inputs<'a, '_>, lists: &mut Lists<'a>) -> Option<Self> {
        let Inputs { catalog, view, question, .. } = *inputs;
        let (past, taxonomy) = (view.past.as_ref(), &catalog.reference.taxonomy);
        let mut asked = Vec::new();
        for &(sector, weight) in &question.sectors {
            let parent = taxonomy.parent(sector);
            let usual = past.background.top_sector(parent);
            asked.push(Asked {
                weight,
                parent: lists.sector(past, parent as u16),
                declared: lists.add(catalog.stated().declared.list(parent as u16)),
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
}

/// What sentences about sectors state.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct SectorFacts {
    /// Names of the need's sectors.
    pub(crate) names: Vec<String>,
    /// Names of their parents.
    pub(crate) parents: Vec<String>,
    /// Those of the names that past projects are in.
    pub(crate) done: Vec<String>,
    /// Those of the parents' names that past projects are in.
    pub(crate) done_parents: Vec<String>,
    /// How many past projects are in the need's parents.
    pub(crate) projects: usize,
    /// How many of them are in the need's own sectors.
    pub(crate) own: usize,
    /// How many past projects it has in all.
    pub(crate) all: usize,
    /// Year of the latest project in these parents, or in the own sectors where these are told.
    pub(crate) latest: Option<i16>,
}

/// What the features of the family share.
const FAMILY: Definition = Definition {
    code: "",
    label: "",
    theme: Theme::Sector,
    sign: Sign::Merit,
    bounds: UNBOUNDED,
    depends_on: DependsOn::Need,
    evidence: EvidenceKind::InSectors,
    not_asked: NO_SECTOR,
    unknown: "没有可以判断领域的记录",
};

/// ln P(s|o) − ln P(s), averaged over the need's sectors by their weights. Unknown if neither the history nor the organization
/// itself names sectors.
///
/// - Unit: logarithm of a ratio of shares, 0 for an organization that works as everybody does.
/// - Source: two-level Dirichlet smoothing, see the head of this file.
/// - Sign: speaks for. Bound: none stated; at most 0 without work in the parents or a declaration of them.
pub(crate) struct SectorHistory;

impl Formula for SectorHistory {
    const DEFINITION: Definition = Definition { code: "sector_history", label: "领域经历", ..FAMILY };
    type Asked = Sectors;
    type Facts = SectorFacts;

    fn value(sectors: &Sectors, row: &Row, facts: &[f32]) -> Value {
        if !row.flags.any(Flags::SECTORED | Flags::DECLARED) {
            return Value::Unknown;
        }
        let lift = |asked: &Asked| asked.weight * (asked.parent_lift(row, facts) + asked.child_lift(facts));
        Value::Known(sectors.asked.iter().map(lift).sum())
    }

    fn max_impacts(sectors: &Sectors, impact: &mut Impact<'_>) {
        sectors.parent_impacts(impact);
        for Asked { weight, child, .. } in &sectors.asked {
            if let Some(Child { slot, usual }) = child {
                let lift = |mass: f64| weight * ((mass + CHILD_PRIOR * usual) / (mass + CHILD_PRIOR) / usual).ln();
                impact(*slot, &lift);
            }
        }
    }

    fn sentence(lift: f64, facts: &SectorFacts) -> String {
        work_in_parents(lift, facts)
    }
}

/// ln P(parent|o) − ln P(parent), averaged over the need's sectors by their weights: the first factor of [`SectorHistory`]
/// alone. Unknown where [`SectorHistory`] is.
///
/// - Unit: logarithm of a ratio of shares.
/// - Source: Dirichlet smoothing, see the head of this file.
/// - Sign: speaks for. Bound: none stated; at most 0 without work in the parents or a declaration of them.
pub(crate) struct ParentSector;

impl Formula for ParentSector {
    const DEFINITION: Definition = Definition { code: "parent_sector", label: "大类领域", ..FAMILY };
    type Asked = Sectors;
    type Facts = SectorFacts;

    fn value(sectors: &Sectors, row: &Row, facts: &[f32]) -> Value {
        if !row.flags.any(Flags::SECTORED | Flags::DECLARED) {
            return Value::Unknown;
        }
        Value::Known(sectors.asked.iter().map(|asked| asked.weight * asked.parent_lift(row, facts)).sum())
    }

    fn max_impacts(sectors: &Sectors, impact: &mut Impact<'_>) {
        sectors.parent_impacts(impact);
    }

    fn sentence(lift: f64, facts: &SectorFacts) -> String {
        work_in_parents(lift, facts)
    }
}

/// ln(1 + 10 Σ weight · decayed past projects in the sector): the amount of such work, not its share.
///
/// - Unit: logarithm of 1 + tenths of a project, counted at today's weight.
/// - Source: damped counts as for popularity; the 10 is set by hand.
/// - Sign: speaks for. Bound: at least 0.
pub(crate) struct SectorActivity;

impl Formula for SectorActivity {
    const DEFINITION: Definition = Definition {
        code: "sector_activity",
        label: "领域项目数",
        bounds: NOT_NEGATIVE,
        evidence: EvidenceKind::InOwnSectors,
        unknown: NO_RECORD,
        ..FAMILY
    };
    type Asked = Sectors;
    type Facts = SectorFacts;

    fn value(sectors: &Sectors, _row: &Row, facts: &[f32]) -> Value {
        let mass: f64 = sectors.asked.iter().map(|asked| asked.weight * f64::from(facts[asked.own()])).sum();
        Value::Known(if mass == 0.0 { 0.0 } else { (10.0 * mass).ln_1p() })
    }

    fn max_impacts(sectors: &Sectors, impact: &mut Impact<'_>) {
        for asked in &sectors.asked {
            impact(asked.own(), &|mass| (10.0 * asked.weight * mass).ln_1p());
        }
    }

    fn sentence(value: f64, facts: &SectorFacts) -> String {
        match facts.own {
            0 if value > 0.0 => format!("做过“{}”领域的项目", facts.parents.join("、")),
            0 => format!("没有“{}”领域的往期项目", facts.names.join("、")),
            own => format!("做过{own}个“{}”项目{}", facts.done.join("、"), latest(own, facts.latest)),
        }
    }
}

impl Sectors {
    /// ln(1 + a + b) ≤ ln(1 + a) + ln(1 + b) splits the logarithm of a sum. The total of an organization is no less than its
    /// part.
    fn parent_impacts(&self, impact: &mut Impact<'_>) {
        for Asked { weight, parent, declared, usual, .. } in &self.asked {
            let lift = |mass: f64| weight * ((mass + SECTOR_PRIOR * usual) / (mass + SECTOR_PRIOR) / usual).ln();
            let stated = |own: f64| weight * ((DECLARED * own + (1.0 - DECLARED) * usual) / usual).ln().max(0.0);
            impact(*parent, &lift);
            impact(*declared, &stated);
        }
    }
}

impl Asked {
    /// The list of the sector itself.
    fn own(&self) -> Slot {
        self.child.map_or(self.parent, |child| child.slot)
    }

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

fn work_in_parents(lift: f64, facts: &SectorFacts) -> String {
    let names = facts.parents.join("、");
    let (count, done) = (facts.projects, facts.done_parents.join("、"));
    if count > 0 && lift < 0.0 {
        // Neither praise nor blame: the share may be low, or only the sector within the field may be missing.
        let missing: Vec<&str> = facts.names.iter().filter(|name| !facts.done.contains(name)).map(String::as_str).collect();
        let missing = if missing.is_empty() { String::new() } else { format!("，没有“{}”项目", missing.join("、")) };
        format!("往期{}个项目中有{count}个是“{done}”方面的{missing}", facts.all.max(count))
    } else if count > 0 {
        format!("做过{count}个“{done}”方面的项目{}", latest(count, facts.latest))
    } else if lift > 0.0 {
        format!("声明的领域或业务范围与“{names}”相符，尚无该领域的往期项目")
    } else if facts.all > 0 {
        format!("往期项目不在“{names}”领域")
    } else {
        format!("声明的领域或业务范围不含“{names}”")
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

    /// A child that is a quarter of its parent, which is a fifth of all work.
    fn sectors() -> Sectors {
        let usual: f64 = 0.2;
        let child = Some(Child { slot: 2, usual: 0.25 });
        let ln_prior = [(SECTOR_PRIOR * usual).ln(), (SECTOR_PRIOR * 0.5 * usual).ln()];
        Sectors { asked: vec![Asked { weight: 1.0, parent: 0, declared: 1, ln_prior, usual, ln_usual: usual.ln(), child }] }
    }

    #[test]
    fn the_share_of_its_work_against_everybodys() {
        // Of four decayed projects, three are in the parent, and one and a half of these in the child.
        let row = Row { ln_sectored: 9_f32.ln(), ..row(Flags::SECTORED) };
        let facts = [3.0, 0.0, 1.5];
        // (3 + 5 · 0.2) / (4 + 5) / 0.2 = 20/9
        close(ParentSector::value(&sectors(), &row, &facts), (20.0_f64 / 9.0).ln());
        // (1.5 + 3 · 0.25) / (3 + 3) / 0.25 = 3/2
        close(SectorHistory::value(&sectors(), &row, &facts), (20.0_f64 / 9.0 * 1.5).ln());
        // ln(1 + 10 · 1.5)
        close(SectorActivity::value(&sectors(), &row, &facts), 16_f64.ln());
    }

    #[test]
    fn without_work_in_the_sector_what_is_declared_counts() {
        let elsewhere = Row { ln_sectored: 9_f32.ln(), ..row(Flags::SECTORED) };
        // 5 · 0.2 / 9 / 0.2
        close(SectorHistory::value(&sectors(), &elsewhere, &[0.0; 3]), (5.0_f64 / 9.0).ln());
        let declared = Row { ln_sectored: 5_f32.ln(), ..row(Flags::DECLARED) };
        // 5 · (0.5 · 1 + 0.5 · 0.2) / 5 / 0.2
        close(SectorHistory::value(&sectors(), &declared, &[0.0, 1.0, 0.0]), 3_f64.ln());
        // 5 · 0.5 · 0.2 / 5 / 0.2
        close(SectorHistory::value(&sectors(), &declared, &[0.0; 3]), 0.5_f64.ln());
        assert_eq!(SectorHistory::value(&sectors(), &row(Flags::KNOWN), &[0.0; 3]), Value::Unknown);
        close(SectorActivity::value(&sectors(), &declared, &[0.0; 3]), 0.0);
    }

    #[test]
    fn a_sentence_tells_work_from_words() {
        let facts = SectorFacts {
            names: vec!["安全饮水".to_owned(), "助学".to_owned()],
            parents: vec!["水".to_owned()],
            done: vec!["安全饮水".to_owned()],
            done_parents: vec!["水".to_owned()],
            projects: 3,
            own: 2,
            all: 4,
            latest: Some(2024),
        };
        assert_eq!(SectorHistory::sentence(2_f64.ln(), &facts), "做过3个“水”方面的项目，最近的在2024年");
        assert_eq!(ParentSector::sentence(-0.1, &facts), "往期4个项目中有3个是“水”方面的，没有“助学”项目");
        assert_eq!(SectorActivity::sentence(1.0, &facts), "做过2个“安全饮水”项目，最近的在2024年");
        let elsewhere = SectorFacts { projects: 0, own: 0, ..facts };
        assert_eq!(ParentSector::sentence(0.1, &elsewhere), "声明的领域或业务范围与“水”相符，尚无该领域的往期项目");
        assert_eq!(ParentSector::sentence(-0.1, &elsewhere), "往期项目不在“水”领域");
        let new = SectorFacts { all: 0, ..elsewhere.clone() };
        assert_eq!(ParentSector::sentence(-0.1, &new), "声明的领域或业务范围不含“水”");
        assert_eq!(SectorActivity::sentence(0.0, &elsewhere), "没有“安全饮水、助学”领域的往期项目");
    }
}
