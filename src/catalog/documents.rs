//! What the text indexes hold: past projects, names and stated scopes. No need asks for the mark of invented records, so it may
//! stay in the texts of projects.

use qianshou_index::normalize::normalize;
use qianshou_index::schema::Document;
use rayon::prelude::*;

use super::participations::Participations;
use super::visibility::visible_day;
use crate::domain::{Organization, Project, unmarked};
use crate::store::Numbered;

/// The document that the text index holds for a project.
#[must_use]
pub fn document(project: &Numbered<Project>) -> Document {
    let text = format!("{}。{}", project.value.title, project.value.description);
    Document { key: project.seq, visible_from: visible_day(project.value.period), text: normalize(&text).text }
}

/// Stated scopes as documents; organizations that state none have no document.
pub(super) fn scope_documents(organizations: &[Organization]) -> Vec<Document> {
    let document = |(at, organization): (usize, &Organization)| {
        let scope = organization.scope.as_deref().filter(|scope| !scope.is_empty())?;
        Some(Document { key: at as u64, visible_from: i64::MIN, text: normalize(&unmarked(scope)).text })
    };
    organizations.par_iter().enumerate().filter_map(document).collect()
}

/// Names as documents. A stub becomes visible with its first project.
pub(super) fn name_documents(
    organizations: &[Organization],
    projects: &[Project],
    participations: &Participations,
) -> Vec<Document> {
    let document = |(at, organization): (usize, &Organization)| {
        let days = participations
            .of_organization(at)
            .iter()
            .map(|participation| visible_day(projects[participation.to as usize].period));
        let visible_from = if organization.stub { days.min().unwrap_or(i64::MAX) } else { i64::MIN };
        Document { key: at as u64, visible_from, text: normalize(&unmarked(&organization.name)).text }
    };
    organizations.par_iter().enumerate().map(document).collect()
}
