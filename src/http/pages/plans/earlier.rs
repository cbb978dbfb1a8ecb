//! The plans from which a plan came step by step, and how it differs from any of them.

use std::sync::Arc;

use super::words::name;
use crate::app::{App, PlanBasis};
use crate::domain::Principal;
use crate::error::AppError;
use crate::plan::{Plan, PlanDifference};

/// Most plans of a chain that are offered for comparison.
const MOST: usize = 12;

/// Id and name of an earlier plan.
pub(super) type Earlier = (String, String);

/// How a plan differs from earlier ones.
pub(super) struct Differences {
    /// From the plan before.
    pub(super) own: Option<PlanDifference>,
    /// From another one that was chosen.
    pub(super) compared: Option<PlanDifference>,
    /// All that can be chosen, the latest first.
    pub(super) earlier: Vec<Earlier>,
}

/// The plans before, the latest first, as far as they are kept.
pub(super) async fn chain(app: &Arc<App>, who: Principal, basis: Option<&PlanBasis>) -> Result<Vec<Earlier>, AppError> {
    let (mut earlier, mut next) = (Vec::new(), basis.and_then(|it| it.before.clone()));
    while let Some(id) = next.take().filter(|_| earlier.len() < MOST) {
        let Some(job) = app.plan_job(who, &id).await? else { break };
        next = app.plan_basis(who, &id).await?.and_then(|it| it.before);
        earlier.push((id, name(&job)));
    }
    Ok(earlier)
}

/// How a plan differs from one of the chain other than the plan before. Its reasons are those of the last step and are left out.
pub(super) async fn compared(
    app: &Arc<App>,
    who: Principal,
    plan: Option<&Plan>,
    earlier: &[Earlier],
    with: Option<&str>,
) -> Result<Option<PlanDifference>, AppError> {
    let chosen = earlier.iter().skip(1).find(|it| Some(it.0.as_str()) == with);
    let (Some((id, _)), Some(plan)) = (chosen, plan) else { return Ok(None) };
    let Some(before) = app.kept_plan(who, id).await? else { return Ok(None) };
    let mut difference = PlanDifference::between(&before, plan);
    difference.pairs.iter_mut().for_each(|it| it.reason = None);
    Ok(Some(difference))
}

/// Id, name and whether it is chosen, where there is a choice.
pub(super) fn choices(earlier: &[Earlier], chosen: Option<&str>) -> Vec<(String, String, bool)> {
    if earlier.len() < 2 {
        return Vec::new();
    }
    let is_chosen = |n: usize, id: &str| chosen.map_or(n == 0, |chosen| chosen == id);
    earlier.iter().enumerate().map(|(n, (id, name))| (id.clone(), name.clone(), is_chosen(n, id))).collect()
}
