//! Notes that an organization does not suit a need: kept and shown, without effect on any ranking.

use std::collections::HashMap;

use super::state::App;
use crate::domain::{OrganizationId, Principal};
use crate::error::{AppError, Code};
use crate::hash::fnv1a;
use crate::privacy::masked;
use crate::request::{Ask, MAX_NOTE_CHARS};
use crate::store::Remark;

impl App {
    /// Notes that an organization does not suit what is asked, with the reason, or takes that back.
    ///
    /// # Errors
    /// An unknown organization, no question, a reason that is too long; the note cannot be stored.
    pub fn remark(
        &self,
        _who: Principal,
        ask: &Ask,
        organization: &OrganizationId,
        reason: Option<&str>,
    ) -> Result<(), AppError> {
        if self.catalog().organization(organization).is_none() {
            return Err(AppError::not_found("organization", "没有这个组织"));
        }
        let question = question(ask).ok_or_else(|| AppError::invalid("text", "没有写明是哪项需求"))?;
        let reason = reason.map(str::trim).map(masked).map(std::borrow::Cow::into_owned);
        if reason.as_ref().is_some_and(|reason| reason.is_empty() || reason.chars().count() > MAX_NOTE_CHARS) {
            return Err(AppError::invalid("reason", format!("请写明原因，最多{MAX_NOTE_CHARS}字")));
        }
        let remark = Remark { question, organization: organization.clone(), reason, on: self.today() };
        self.remarks.add(&remark).map_err(|error| AppError::caused(Code::Spool, error))
    }

    /// The notes on what is asked, by organization. Notes that cannot be read are left out, which the log says.
    #[must_use]
    pub fn remarks_on(&self, _who: Principal, ask: &Ask) -> HashMap<OrganizationId, Remark> {
        let Some(question) = question(ask) else { return HashMap::new() };
        let found = self.remarks.on(&question).unwrap_or_else(|error| {
            tracing::warn!("{error}");
            Vec::new()
        });
        found.into_iter().map(|it| (it.organization.clone(), it)).collect()
    }
}

/// What a question is known by: the stored need, or its text whatever the spaces and widths in it.
fn question(ask: &Ask) -> Option<String> {
    if let Some(need) = &ask.need {
        return Some(format!("need:{need}"));
    }
    let text = qianshou_index::normalize::normalize(ask.text.as_deref()?).text;
    let plain: String = text.split_whitespace().collect();
    (!plain.is_empty()).then(|| format!("text:{:016x}", fnv1a(plain.as_bytes())))
}
