//! Foundations of one school, university or hospital, found by the name of that institution in a text.

use aho_corasick::AhoCorasick;

use super::facts::OrganizationFacts;
use super::reach::institution;
use crate::reference::Divisions;

/// The institutions that have a foundation of their own.
pub(super) struct Institutions {
    matcher: Option<AhoCorasick>,
    /// The foundation of each pattern, by position.
    foundations: Vec<u32>,
}

impl Institutions {
    pub(super) fn new<'a>(organizations: impl Iterator<Item = (u32, OrganizationFacts<'a>)>, divisions: &Divisions) -> Self {
        let mut names: Vec<(&str, u32)> = Vec::new();
        for (at, organization) in organizations {
            names.extend(known_as(&organization, divisions).into_iter().map(|name| (name, at)));
        }
        let matcher = AhoCorasick::new(names.iter().map(|entry| entry.0)).ok().filter(|_| !names.is_empty());
        Self { matcher, foundations: names.into_iter().map(|entry| entry.1).collect() }
    }

    /// The foundations of the institutions that `text` names, in any order, perhaps several times.
    pub(super) fn named_in(&self, text: &str) -> Vec<u32> {
        let Some(matcher) = &self.matcher else { return Vec::new() };
        matcher.find_overlapping_iter(text).map(|found| self.foundations[found.pattern().as_usize()]).collect()
    }
}

/// The names of the institution whose foundation the organization is; none if it is no such foundation. An institution is also
/// known by its name without the places before it.
pub(super) fn known_as<'a>(organization: &OrganizationFacts<'a>, divisions: &Divisions) -> Vec<&'a str> {
    let Some(name) = institution(organization.reach().foundation, organization.name()) else { return Vec::new() };
    let bare = divisions.mentions(name).iter().fold(0, |end, it| if it.start == end { it.end } else { end });
    let bare = Some(&name[bare..]).filter(|bare| bare.len() < name.len() && bare.chars().count() > 2);
    std::iter::once(name).chain(bare).collect()
}
