//! Two organizations compared for one need, part by part.

use super::state::App;
use crate::domain::{OrganizationId, Principal, Record};
use crate::error::AppError;
use crate::explain::{PartView, Side, part_view, warnings};
use crate::jobs::Cancellation;
use crate::request::{Ask, ResolvedRequest, find_organization};
use crate::score::{Limit, Scorer, ScoringContext};

/// Two organizations for one need.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Only what was known on this day counts.
    pub as_of: jiff::civil::Date,
    /// The need as understood.
    pub understood: Record,
    /// The two, in the order in which they were asked for.
    pub organizations: [ComparedOrganization; 2],
}

/// One of the two.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedOrganization {
    /// Its id.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its rank among all; none if a limit excludes it.
    pub rank: Option<usize>,
    /// The limits that exclude it, in Chinese.
    pub limits: Vec<&'static str>,
    /// Sum of the parts' points.
    pub score: i64,
    /// The score on a scale from 0 to 100.
    pub fit: u8,
    /// Which side it stands on.
    pub side: Option<Side>,
    /// The score, part by part, in the order of the features.
    pub parts: Vec<PartView>,
    /// What to check before asking it.
    pub warnings: Vec<String>,
}

impl App {
    /// Scores two organizations for one need.
    ///
    /// # Errors
    /// A question or an organization that cannot be resolved, by field; a text index that cannot be read; or it was cancelled.
    pub fn compare(
        &self,
        _who: Principal,
        ask: &Ask,
        two: &[OrganizationId; 2],
        cancellation: &Cancellation,
    ) -> Result<Compared, AppError> {
        let catalog = self.catalog();
        let ResolvedRequest { as_of, record, question, .. } = ask.resolve(&catalog, self.today())?;
        cancellation.check()?;
        let view = catalog.as_of(as_of);
        let [first, second] = two;
        let two = [find_organization(&catalog, &view, first.as_str())?, find_organization(&catalog, &view, second.as_str())?];
        let weights = self.weights_for(ask);
        let scorer = Scorer::new(ScoringContext { catalog: &catalog, view: &view, weights: &weights }, question)?;
        cancellation.check()?;
        let words = catalog.text.highlighter(&scorer.question().topic);
        let one = |at: usize| {
            let facts = catalog.organization_facts(at);
            let limits = scorer.limits(at);
            let parts = scorer.parts(at);
            let score = parts.iter().map(|part| part.points).sum();
            ComparedOrganization {
                organization: OrganizationId::new(facts.id()),
                name: facts.name().to_owned(),
                rank: limits.is_empty().then(|| scorer.rank_of(at)),
                limits: limits.into_iter().map(Limit::label).collect(),
                score,
                fit: scorer.weights().fit().fit(score),
                side: Side::of(&catalog, &scorer, at),
                parts: parts.iter().map(|part| part_view(&catalog, &scorer, part, at, as_of, &words)).collect(),
                warnings: warnings(&catalog, &scorer, at),
            }
        };
        Ok(Compared { as_of, understood: record, organizations: two.map(one) })
    }
}
