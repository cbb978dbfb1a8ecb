//! Branches: an organization whose name begins with the full name of another is part of it.
//!
//! A special fund, a branch or a department (某基金会某专项基金, 某大学某学院) is not a legal person: what it does, its
//! organization does (Civil Code, art. 74). So the projects of a branch count for its head too. Only registered organizations
//! can be heads: a name that a later project mentions must not change what was known before.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::domain::Organization;

/// Minimum length of a head's name, in characters.
const MIN_CHARS: usize = 4;
/// Endings of organization names. A prefix that ends in none of these is only part of a name.
const ENDINGS: [&str; 24] = [
    "基金会",
    "慈善会",
    "协会",
    "学会",
    "商会",
    "总会",
    "联合会",
    "联谊会",
    "促进会",
    "研究会",
    "志愿者协会",
    "志愿服务队",
    "服务中心",
    "发展中心",
    "研究中心",
    "公司",
    "集团",
    "大学",
    "学院",
    "学校",
    "党校",
    "科学院",
    "研究院",
    "医院",
];

/// Registered organizations with these endings are legal persons of their own, whatever their names begin with
/// (北京大学教育基金会).
const LEGAL_PERSONS: [&str; 12] =
    ["基金会", "慈善会", "协会", "学会", "商会", "总会", "联合会", "促进会", "研究会", "公司", "集团", "医院"];

/// For each organization, the position of the one that it is a branch of.
pub(super) fn heads(organizations: &[Organization]) -> Vec<Option<u32>> {
    let mut by_name: HashMap<String, u32> = HashMap::new();
    for (at, organization) in (0..).zip(organizations).filter(|(_, it)| !it.stub) {
        let name = plain(&organization.name);
        if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            by_name.entry(name).or_insert(at);
        }
    }
    let head = |(at, organization): (usize, &Organization)| {
        let name = plain(&organization.name);
        if !organization.stub && LEGAL_PERSONS.iter().any(|ending| name.ends_with(ending)) {
            return None;
        }
        let prefixes = name.char_indices().skip(MIN_CHARS).map(|(end, _)| &name[..end]);
        // Another spelling of the same name is the same organization; an identical name may be a namesake.
        let spelled = prefixes.chain([name.as_str()]).find_map(|prefix| by_name.get(prefix)).copied();
        spelled.filter(|&head| head as usize != at && organizations[head as usize].name != organization.name)
    };
    organizations.par_iter().enumerate().map(head).collect()
}

/// The name without what may differ between spellings: brackets, spaces, and the 中共 of party schools.
fn plain(name: &str) -> String {
    let plain: String = name.chars().filter(|c| !c.is_whitespace() && !"（）()《》“”\"·".contains(*c)).collect();
    let plain = plain.strip_prefix("中国共产党").or_else(|| plain.strip_prefix("中共")).unwrap_or(&plain);
    plain.replace("委员会党校", "委党校")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::OrganizationId;

    #[test]
    fn branches_have_the_head_whose_name_they_begin_with() {
        let mut organizations: Vec<Organization> = [
            "甲乙基金会",
            "甲乙基金会丙专项基金",
            "丁大学",
            "丁大学法学院",
            "甲乙基金",
            "戊己协会",
            "戊己协会（北京）代表处",
            "某县",
        ]
        .map(|name| Organization::named(OrganizationId::new(name), name))
        .to_vec();
        assert_eq!(heads(&organizations), [None, Some(0), None, None, None, None, Some(5), None], "丁大学 is too short");
        let independent =
            ["某某大学", "某某大学教育基金会", "某某大学"].map(|name| Organization::named(OrganizationId::new(name), name));
        assert_eq!(heads(&independent), [None; 3], "a legal person of its own, and a namesake");
        organizations[0].stub = true;
        assert_eq!(heads(&organizations)[1], None, "nobody is a branch of what is not registered");
    }
}
