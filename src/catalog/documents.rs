//! What the text indexes hold: past projects, names and stated scopes, each under the number of its record. No need asks for the
//! mark of invented records, so it may stay in the texts of projects.

use qianshou_index::normalize::normalize;
use qianshou_index::schema::Document;

use super::facts::OrganizationFacts;
use super::visibility::visible_day;
use crate::domain::{Organization, Project, unmarked};

/// The document that the text index holds for the project with number `seq`.
#[must_use]
pub fn document(seq: u64, project: &Project) -> Document {
    let text = format!("{}。{}", project.title, project.description);
    Document { key: seq, visible_from: visible_day(project.period), text: normalize(&text).text }
}

/// The number under which the record at a position stands.
#[must_use]
pub const fn key_of(at: usize) -> u64 {
    at as u64 + 1
}

/// The position of the record that stands under a number.
#[must_use]
pub const fn position_of(key: u64) -> usize {
    key.wrapping_sub(1) as usize
}

/// The stated scope of an organization as a document; none if it states none.
pub(super) fn scope_document(at: usize, record: &Organization) -> Option<Document> {
    let scope = record.scope.as_deref().filter(|scope| !scope.is_empty())?;
    Some(Document { key: key_of(at), visible_from: i64::MIN, text: normalize(&unmarked(scope)).text })
}

/// The name of an organization as a document; none for a stub that gave way to a full record. A stub becomes visible with its
/// first project: `days` are those from which its projects are visible.
pub(super) fn name_document(
    at: usize,
    facts: &OrganizationFacts<'_>,
    days: impl Iterator<Item = Option<i32>>,
) -> Option<Document> {
    if facts.is_replaced() {
        return None;
    }
    let first = || days.map(|day| day.map_or(i64::MIN, i64::from)).min().unwrap_or(i64::MAX);
    let visible_from = if facts.is_stub() { first() } else { i64::MIN };
    Some(Document { key: key_of(at), visible_from, text: normalize(&unmarked(facts.name())).text })
}
