//! Closing, withdrawing, reopening and deleting a need: a person's act, with the reason.

use super::state::App;
use crate::catalog::Catalog;
use crate::domain::{Need, NeedAction, NeedId, NeedStatus, OrganizationId, Principal, StatusChange};
use crate::error::{AppError, Code};
use crate::request::{MAX_NOTE_CHARS, quoted, typed};

/// What became of a need.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedNeed {
    /// The need as it is now.
    pub need: Need,
    /// The state before.
    pub from: NeedStatus,
    /// The organizations whose claims of it reserve or bind, in the order of the ledger: they have to be told.
    pub claimants: Vec<Claimant>,
}

/// An organization with a claim of a need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimant {
    /// Its id.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
}

impl App {
    /// Changes the state of a need. The note says why, and stays with the need and in the change log.
    ///
    /// # Errors
    /// There is no such need; the note is missing; the act is not possible in the state that the need is in; a claimed need is
    /// to be deleted; the ledger cannot be written.
    pub async fn change_need(
        &self,
        _who: Principal,
        id: &NeedId,
        action: NeedAction,
        note: Option<&str>,
    ) -> Result<ChangedNeed, AppError> {
        let missing = || AppError::invalid("note", format!("请写明{}的原因", action.label()));
        let note = typed("note", note, MAX_NOTE_CHARS)?.ok_or_else(missing)?.into_owned();
        self.refresh().await?;
        let claimants = claimants(&self.catalog(), id);
        if action == NeedAction::Delete && !claimants.is_empty() {
            let names: Vec<&str> = claimants.iter().map(|it| it.name.as_str()).collect();
            let message = format!("需求“{}”已有认领（{}），不能删除；可改为撤回或关闭", quoted(id.as_str()), names.join("、"));
            return Err(AppError::new(Code::WrongState, message));
        }
        let on = self.today();
        let (now, source) = (self.clock.now(), format!("need {}", action.name()));
        let changed = self.store.change_need(id, &now, &source, |mut need| {
            let from = need.status;
            let Some(to) = action.from(from) else { return Err(not_possible(&need, action)) };
            (need.status, need.status_change) = (to, Some(StatusChange { action, from, on, note }));
            Ok(need)
        });
        let no_need = || AppError::not_found("need", format!("没有编号为“{}”的需求，未改动任何内容", quoted(id.as_str())));
        let need = changed.await?.ok_or_else(no_need)??;
        self.refresh().await?;
        let from = need.status_change.as_ref().map_or(need.status, |change| change.from);
        Ok(ChangedNeed { need, from, claimants })
    }
}

fn not_possible(need: &Need, action: NeedAction) -> AppError {
    let acts: Vec<&str> = NeedAction::possible(need.status).map(NeedAction::label).collect();
    let (title, status) = (quoted(&need.title_or_start()), need.status.label());
    let message = format!("需求“{title}”（{}）的状态是“{status}”，不能{}；可以{}", need.id, action.label(), acts.join("、"));
    AppError::new(Code::WrongState, message)
}

fn claimants(catalog: &Catalog, id: &NeedId) -> Vec<Claimant> {
    let claims = catalog.claims.of_need(id).filter(|claim| claim.state.effect().takes_money());
    let mut found: Vec<Claimant> = Vec::new();
    for claim in claims {
        if found.iter().any(|it| it.organization == claim.organization) {
            continue;
        }
        let organization = claim.organization.clone();
        let name = catalog.organization(&organization).map_or(organization.as_str(), |at| catalog.organization_facts(at).name());
        found.push(Claimant { name: name.to_owned(), organization });
    }
    found
}
