//! Sector lift: ln P(s|o) − ln P(s), averaged over the need's sectors by their weights.
//!
//! P(s|o) = P(parent|o) · P(s|parent, o), each Dirichlet-smoothed on the decayed history (pseudo-counts [`PARENT_PRIOR`],
//! [`CHILD_PRIOR`]); where the organization states sectors, half of the parents' pseudo-counts lie on those
//! (smoothing: Zhai & Lafferty, TOIS 22(2), 2004). Unknown without sectors in the history and without declared ones.

use super::{Question, Value};
use crate::catalog::{Catalog, View};

const PARENT_PRIOR: f64 = 5.0;
const CHILD_PRIOR: f64 = 3.0;
/// Share of the parents' pseudo-counts that lies on declared sectors.
const DECLARED: f64 = 0.5;

pub(super) fn value(catalog: &Catalog, view: &View, question: &Question, organization: usize) -> Value {
    if question.sectors.is_empty() {
        return Value::NotAsked;
    }
    let declared = declared_parents(catalog, organization);
    if view.sectored[organization] <= 0.0 && declared.is_empty() {
        return Value::Unknown;
    }
    let lift = |&(sector, weight): &(usize, f64)| weight * lift(catalog, view, organization, sector, &declared);
    Value::Known(question.sectors.iter().map(lift).sum())
}

fn lift(catalog: &Catalog, view: &View, organization: usize, sector: usize, declared: &[usize]) -> f64 {
    let taxonomy = &catalog.reference.taxonomy;
    let parent = taxonomy.parent(sector);
    let mass = |sector: usize| view.sectors.get(organization, sector as u16);
    let usual = view.background.top_sector(parent);
    let prior = if declared.is_empty() {
        usual
    } else {
        let own = if declared.contains(&parent) { 1.0 / declared.len() as f64 } else { 0.0 };
        DECLARED * own + (1.0 - DECLARED) * usual
    };
    let share = (mass(parent) + PARENT_PRIOR * prior) / (view.sectored[organization] + PARENT_PRIOR);
    let mut lift = (share / usual).ln();
    if sector != parent {
        let usual = view.background.child_sector(sector, parent);
        let share = (mass(sector) + CHILD_PRIOR * usual) / (mass(parent) + CHILD_PRIOR);
        lift += (share / usual).ln();
    }
    lift
}

/// Parents of the sectors that the organization declares, wishes for, or speaks of in name and scope, each once.
fn declared_parents(catalog: &Catalog, organization: usize) -> Vec<usize> {
    let taxonomy = &catalog.reference.taxonomy;
    let organization = &catalog.organizations[organization];
    let codes = organization.sectors.iter().chain(&organization.scope_sectors).chain(&organization.willing_sectors);
    let mut parents: Vec<usize> = codes.filter_map(|code| taxonomy.sector(code)).map(|n| taxonomy.parent(n)).collect();
    parents.sort_unstable();
    parents.dedup();
    parents
}
