//! Which labelled needs are public claims that the default weights were fitted to, so that no claim counts twice.

use std::collections::HashSet;

use jiff::civil::Date;
use qianshou_index::normalize::normalize;

use super::labelled::LabelledNeed;
use crate::catalog::Catalog;
use crate::domain::{OrganizationId, Project, RegionCode};
use crate::hash::fnv1a;

/// One public claim.
#[derive(Debug, Clone)]
pub struct PublicClaim {
    /// What was done, by whom, where and when.
    pub project: Project,
    /// The event, if the record names one. It serves to keep claims together and is no feature.
    pub event: Option<String>,
    /// True if it was collected after the hand-set weights were set.
    pub is_later: bool,
}

/// The public claims by their texts and by who did something where and when.
#[derive(Debug, Default)]
pub struct Seen {
    texts: HashSet<u64>,
    deeds: HashSet<(String, RegionCode, i16)>,
}

impl Seen {
    /// `name` gives the name of an organization by its id.
    #[must_use]
    pub fn new(claims: &[PublicClaim], name: impl Fn(&OrganizationId) -> Option<String>) -> Self {
        let mut this = Self::default();
        for project in claims.iter().map(|claim| &claim.project) {
            this.texts.insert(text_number(&project.title));
            let Some(period) = project.period else { continue };
            for name in project.participants.iter().filter_map(|it| name(&it.organization)) {
                let year = period.start.earliest().year();
                this.deeds.extend(project.regions.iter().map(|place| (name.clone(), place.code, year)));
            }
        }
        this
    }

    /// True if the need has the text of a public claim, or if one of those who took it on did so in the same place and year.
    pub(super) fn contains(&self, catalog: &Catalog, need: &LabelledNeed) -> bool {
        let year = need.as_of.tomorrow().map_or(need.as_of, |day: Date| day).year();
        let deed = |&organization: &usize| {
            let name = catalog.organization_facts(organization).name();
            need.question.regions.iter().any(|&place| self.deeds.contains(&(name.to_owned(), place, year)))
        };
        self.texts.contains(&text_number(&need.text)) || need.relevant.iter().any(deed)
    }
}

/// Letters alone, so that a full stop makes no difference.
fn text_number(text: &str) -> u64 {
    let plain: String = normalize(text).text.chars().filter(|c| c.is_alphanumeric()).collect();
    fnv1a(plain.as_bytes())
}
