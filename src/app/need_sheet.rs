//! All that is known of one need.

use super::claim_lines::{ClaimLine, claim_lines, taken};
use super::lists::{SimilarNeed, similar_needs};
use super::state::App;
use crate::domain::{Amount, Money, Need, NeedId, Principal};
use crate::error::AppError;
use crate::request::find_need;

/// All that is known of one need.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedSheet {
    /// The need.
    pub need: Need,
    /// Needs that are the same or nearly the same.
    pub similar: Vec<SimilarNeed>,
    /// Its claims, those that take money first.
    pub claims: Vec<ClaimLine>,
    /// The sum of the claims that reserve or bind money.
    pub claimed: Money,
    /// What is still missing; none if the need states no sum.
    pub remaining: Option<Money>,
}

impl App {
    /// All that is known of one need.
    ///
    /// # Errors
    /// There is no such need, or it was deleted.
    pub fn need_sheet(&self, _who: Principal, id: &NeedId) -> Result<NeedSheet, AppError> {
        let catalog = self.catalog();
        let need = find_need(&catalog, "id", id)?;
        let claims = claim_lines(&catalog, |claim| claim.need == *id);
        let claimed = taken(&claims);
        let asked = need.record.amount.as_ref().and_then(Amount::point);
        let similar = similar_needs(&catalog, &need);
        Ok(NeedSheet { need: Need::clone(&need), similar, claims, claimed, remaining: asked.map(|asked| asked.minus(claimed)) })
    }
}
