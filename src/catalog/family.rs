//! Branches: an organization whose name begins with the full name of another is part of it.
//!
//! A special fund, a branch or a department (某基金会某专项基金, 某大学某学院) is not a legal person: what it does, its
//! organization does (Civil Code, art. 74). So the projects of a branch count for its head too. Only registered organizations
//! can be heads: a name that a later project mentions must not change what was known before.

use super::facts::OrganizationFacts;

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

/// The name by which others are recognised as branches of an organization; none if it cannot be a head.
pub(super) fn head_name(it: &OrganizationFacts<'_>) -> Option<String> {
    if it.is_stub() {
        return None;
    }
    Some(plain(it.name())).filter(|name| ends_as_head(name))
}

/// The names of heads that an organization may be a branch of: what its name begins with, the shortest first.
pub(super) fn possible_heads(it: &OrganizationFacts<'_>) -> Vec<String> {
    let name = plain(it.name());
    if !it.is_stub() && LEGAL_PERSONS.iter().any(|ending| name.ends_with(ending)) {
        return Vec::new();
    }
    let prefixes = name.char_indices().skip(MIN_CHARS).map(|(end, _)| &name[..end]);
    prefixes.chain([name.as_str()]).filter(|prefix| ends_as_head(prefix)).map(str::to_owned).collect()
}

fn ends_as_head(name: &str) -> bool {
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// The name without what may differ between spellings: brackets, spaces, and the 中共 of party schools.
fn plain(name: &str) -> String {
    let plain: String = name.chars().filter(|c| !c.is_whitespace() && !"（）()《》“”\"·".contains(*c)).collect();
    let plain = plain.strip_prefix("中国共产党").or_else(|| plain.strip_prefix("中共")).unwrap_or(&plain);
    plain.replace("委员会党校", "委党校")
}
