//! Foundations of one school, university or hospital, found by the name of that institution in a text.

use aho_corasick::AhoCorasick;

use super::reach::institution;
use crate::domain::Organization;
use crate::reference::Divisions;

/// The institutions that have a foundation of their own.
pub struct Institutions {
    matcher: Option<AhoCorasick>,
    /// The foundation of each pattern, by position.
    foundations: Vec<u32>,
}

impl Institutions {
    /// An institution is also known by its name without the places before it.
    pub(super) fn new(organizations: &[Organization], divisions: &Divisions) -> Self {
        let mut names: Vec<(&str, u32)> = Vec::new();
        for (at, organization) in (0..).zip(organizations) {
            let Some(name) = institution(organization) else { continue };
            let bare = divisions.mentions(name).iter().fold(0, |end, it| if it.start == end { it.end } else { end });
            names.push((name, at));
            names.extend(Some((&name[bare..], at)).filter(|(bare, _)| bare.len() < name.len() && bare.chars().count() > 2));
        }
        let matcher = AhoCorasick::new(names.iter().map(|entry| entry.0)).ok().filter(|_| !names.is_empty());
        Self { matcher, foundations: names.into_iter().map(|entry| entry.1).collect() }
    }

    /// The foundations of the institutions that `text` names, ascending.
    #[must_use]
    pub fn named_in(&self, text: &str) -> Vec<u32> {
        let Some(matcher) = &self.matcher else { return Vec::new() };
        let mut found: Vec<u32> =
            matcher.find_overlapping_iter(text).map(|found| self.foundations[found.pattern().as_usize()]).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::OrganizationId;
    use crate::reference::Reference;

    #[test]
    fn an_institution_is_found_with_and_without_its_place() {
        let names = ["上海复旦大学教育发展基金会", "某县教育基金会", "福州一中教育发展基金会"];
        let organizations = names.map(|name| Organization::named(OrganizationId::new(name), name));
        let institutions = Institutions::new(&organizations, Reference::embedded().divisions);
        assert_eq!(institutions.named_in("复旦大学附属学校缺设备"), [0]);
        assert_eq!(institutions.named_in("福州一中的贫困学生"), [2]);
        assert!(institutions.named_in("一中的贫困学生").is_empty(), "too short without its place");
    }
}
