//! Plans as a coordinator goes on with them: listing, naming, deleting, noting other conditions, planning again.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::background::PlanOrder;
use super::basis::gone;
use super::jobs::PlanJob;
use crate::app::lists::{Dimension, FacetValue, ListKind, ListQuery, Page};
use crate::app::state::App;
use crate::domain::{NeedId, OrganizationId, Principal};
use crate::error::{AppError, Code};
use crate::jobs::Cancellation;
use crate::plan::{Plan, PlanAsk};
use crate::request::{MAX_NAME_CHARS, find_organization, typed};
use crate::store::{JobKind, JobState};

impl App {
    /// The plans that are kept or being made, newest first; `page` counts from 1.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn plans(&self, _who: Principal, page: usize, per_page: usize) -> Result<Page<PlanJob>, AppError> {
        let offset = page.saturating_sub(1).saturating_mul(per_page) as u64;
        let limit = u32::try_from(per_page).unwrap_or(u32::MAX);
        let found = self.background.list_jobs(JobKind::Plan, offset, limit).await?;
        let items = found.jobs.into_iter().map(|job| self.with_progress(job)).collect();
        Ok(Page { total: usize::try_from(found.total).unwrap_or(usize::MAX), page, per_page, items })
    }

    /// The plan of a job, if there is one.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn kept_plan(&self, who: Principal, id: &str) -> Result<Option<Plan>, AppError> {
        let Some(document) = self.plan_document(who, id).await? else { return Ok(None) };
        let Some(bytes) = self.background.bytes_of(&document).await? else { return Ok(None) };
        // A large plan takes a while to read.
        let read = tokio::task::spawn_blocking(move || serde_json::from_slice(&bytes)).await;
        let read = read.map_err(|error| AppError::from(crate::jobs::Interrupted::new(&error)))?;
        read.map(Some).map_err(|error| AppError::caused(Code::JobStore, error))
    }

    /// Gives a plan another name.
    ///
    /// # Errors
    /// There is no such plan, the name is too long, or the job store cannot be written.
    pub async fn rename_plan(&self, _who: Principal, id: &str, name: &str) -> Result<(), AppError> {
        let name = typed("name", Some(name), MAX_NAME_CHARS)?.ok_or_else(|| AppError::invalid("name", "请填写名称"))?;
        self.background.find_job(JobKind::Plan, id).await?.ok_or_else(|| gone(id))?;
        if self.background.rename_job(id, &name).await? { Ok(()) } else { Err(gone(id)) }
    }

    /// Deletes a plan that has ended, with all that was kept of it.
    ///
    /// # Errors
    /// There is no such plan, it is being made, or the job store cannot be written.
    pub async fn delete_plan(&self, _who: Principal, id: &str) -> Result<(), AppError> {
        let job = self.background.find_job(JobKind::Plan, id).await?.ok_or_else(|| gone(id))?;
        if !job.state.is_ended() {
            return Err(AppError::new(Code::WrongState, "方案正在制订，不能删除；请先停止"));
        }
        self.background.delete_job(id).await?;
        Ok(())
    }

    /// Notes changes of a plan's conditions for the next plan, on top of those that are noted already. `None` from `change` takes
    /// all of them back.
    ///
    /// # Errors
    /// There is no such plan, what it was made from is not known, the error of `change`, or the job store cannot be written.
    pub async fn note_conditions(
        &self,
        who: Principal,
        id: &str,
        change: impl Fn(PlanAsk) -> Result<Option<PlanAsk>, AppError>,
    ) -> Result<(), AppError> {
        /// How often a change is tried that meets another one.
        const TRIES: usize = 5;
        for _ in 0..TRIES {
            let job = self.background.find_job(JobKind::Plan, id).await?.ok_or_else(|| gone(id))?;
            let basis = self.plan_basis(who, id).await?.ok_or_else(|| gone(id))?;
            let own = PlanAsk { max_changes: None, ..basis.ask };
            let from = job.draft;
            let noted = from.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_else(|| own.clone());
            let to = change(noted)?.filter(|ask| *ask != own);
            if let Some(ask) = &to {
                ask.check(false)?;
            }
            let to = to.as_ref().map(draft_json);
            if from == to || self.background.set_draft(id, from.as_deref(), to.as_deref()).await? {
                return Ok(());
            }
        }
        Err(AppError::new(Code::Busy, "方案的条件正被别人修改；请重试"))
    }

    /// Plans again with the conditions that are noted, near the plan that there is: at most `max_changes` pairs are changed by
    /// choice.
    ///
    /// # Errors
    /// There is no such plan, what it was made from is not known, too many plans wait, or the job store cannot be written.
    pub async fn plan_again(
        self: &Arc<Self>,
        who: Principal,
        owner: &str,
        id: &str,
        max_changes: usize,
    ) -> Result<PlanJob, AppError> {
        let job = self.plan_job(who, id).await?.ok_or_else(|| gone(id))?;
        let basis = self.plan_basis(who, id).await?.ok_or_else(|| gone(id))?;
        // Where no plan came out, the next one starts from the same plan as this one did.
        let before = if job.state == JobState::Done { Some(id.to_owned()) } else { basis.before.clone() };
        let ask = job.draft.unwrap_or_else(|| basis.ask.clone());
        let ask = PlanAsk { max_changes: before.as_ref().map(|_| max_changes), ..ask };
        ask.check(before.is_some())?;
        let (app, source) = (Arc::clone(self), id.to_owned());
        let order = move || {
            let needs = app.needs_of(&source, &basis)?;
            Ok(PlanOrder { ask, needs, keep: None, before, about: basis.about })
        };
        let name = if job.name.is_empty() { job.about } else { job.name };
        self.start_plan(who, owner, &next_name(&name), order).await
    }

    /// The earlier plan that an order names. Must be called from a thread that may block.
    pub(in crate::app) fn earlier_plan(&self, who: Principal, id: &str) -> Result<Plan, AppError> {
        let missing = || AppError::not_found("before", "原方案已不再保留，不能在它的基础上再算；请新做一个方案");
        Handle::current().block_on(self.kept_plan(who, id))?.ok_or_else(missing)
    }

    /// Forgets the conditions that were noted for a plan, now that there is a plan made by them.
    pub(in crate::app) fn conditions_used(&self, id: &str, ask: &PlanAsk) -> Result<(), AppError> {
        let used = draft_json(&PlanAsk { max_changes: None, ..ask.clone() });
        Handle::current().block_on(self.background.set_draft(id, Some(&used), None)).map(drop)
    }

    /// The organization that is meant by an id, a name or an alias.
    ///
    /// # Errors
    /// None or several are meant.
    pub fn organization_meant(&self, _who: Principal, typed: &str) -> Result<OrganizationId, AppError> {
        let catalog = self.catalog();
        let at = find_organization(&catalog, &catalog.as_of(self.today()), typed)?;
        Ok(OrganizationId::new(catalog.organization_facts(at).id()))
    }

    /// The needs that a query of the list of needs finds; open ones if the query names no state.
    ///
    /// # Errors
    /// An invalid query, nothing is found, or it was cancelled.
    pub fn needs_to_plan(&self, who: Principal, query: &ListQuery, cancellation: &Cancellation) -> Result<Vec<NeedId>, AppError> {
        let status = query.status.clone().filter(|it| !it.trim().is_empty()).or_else(|| Some("open".to_owned()));
        let query = ListQuery { status, page: None, per_page: None, ..query.clone() };
        let found = self.every_need(who, &query, cancellation)?;
        if found.items.is_empty() {
            let message = "没有符合这些条件的待认领需求；请检查清单名称，或放宽地区、领域等条件";
            return Err(AppError::invalid("needs", message));
        }
        Ok(found.items.into_iter().map(|need| need.id).collect())
    }

    /// The lists that have open needs: name as a query names it, name for people, number of needs; largest first.
    ///
    /// # Errors
    /// It was cancelled.
    pub fn lists_to_plan(&self, who: Principal, cancellation: &Cancellation) -> Result<Vec<FacetValue>, AppError> {
        let query = ListQuery { status: Some("open".to_owned()), per_page: Some(1), ..ListQuery::default() };
        let listing = self.list(who, ListKind::Needs, &query, &[], cancellation)?;
        let lists = listing.facets.into_iter().find(|facet| facet.dimension == Dimension::List);
        Ok(lists.map(|facet| facet.values).unwrap_or_default())
    }
}

fn draft_json(ask: &PlanAsk) -> String {
    serde_json::to_string(ask).expect("conditions have string keys only")
}

/// The name of the next plan: `甲（2）` follows `甲`, `甲（3）` follows that.
fn next_name(name: &str) -> String {
    let numbered = name.strip_suffix('）').and_then(|it| it.rsplit_once('（'));
    match numbered.and_then(|(stem, number)| Some((stem, number.parse::<u32>().ok()?))) {
        Some((stem, number)) => format!("{stem}（{}）", number.saturating_add(1)),
        None => format!("{name}（2）"),
    }
}

#[cfg(test)]
mod tests {
    use super::next_name;

    #[test]
    fn plans_of_one_name_are_counted() {
        let names = ["春季清单", "春季清单（2）", "春季清单（九）", "（2）"].map(next_name);
        assert_eq!(names, ["春季清单（2）", "春季清单（3）", "春季清单（九）（2）", "（3）"]);
    }
}
