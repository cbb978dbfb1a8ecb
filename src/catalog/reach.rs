//! What an organization's name and register say about its reach, whatever the day.

use crate::domain::{Organization, OrganizationKind, unmarked};
use crate::reference::Divisions;

/// What its name and register say about the reach of an organization.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    /// 全国性: registered at the national level, or its name begins with 中国 or 中华.
    pub national: bool,
    /// 综合性慈善组织 (慈善会, 慈善总会, 红十字会): takes on needs of every sector.
    pub general: bool,
    /// It states a scope.
    pub has_scope: bool,
    /// Its name begins with a place.
    pub named: bool,
    /// 基金会
    pub foundation: bool,
    /// It is a foundation of one school, university or hospital.
    pub bound: bool,
}

/// True for 中国某基金会, 中华某协会 and the like, but not for the branch of a bank.
fn named_for_all(name: &str) -> bool {
    const ENDINGS: [&str; 9] = ["基金会", "协会", "学会", "总会", "促进会", "联合会", "研究会", "慈善会", "红十字会"];
    (name.starts_with("中国") || name.starts_with("中华")) && ENDINGS.iter().any(|ending| name.ends_with(ending))
}

impl Reach {
    /// As bits, one a fact.
    pub(super) fn bits(self) -> u8 {
        let facts = [self.national, self.general, self.has_scope, self.named, self.foundation, self.bound];
        facts.iter().enumerate().map(|(n, &fact)| u8::from(fact) << n).sum()
    }

    pub(super) const fn from_bits(bits: u8) -> Self {
        const fn has(bits: u8, n: u8) -> bool {
            bits >> n & 1 == 1
        }
        Self {
            national: has(bits, 0),
            general: has(bits, 1),
            has_scope: has(bits, 2),
            named: has(bits, 3),
            foundation: has(bits, 4),
            bound: has(bits, 5),
        }
    }

    pub(super) fn new(organization: &Organization, divisions: &Divisions) -> Self {
        let (name, level) = (&organization.name, organization.level.as_deref().unwrap_or_default());
        Self {
            national: matches!(level, "national" | "全国" | "全国性" | "国家级") || named_for_all(name),
            has_scope: organization.scope.as_deref().is_some_and(|scope| !scope.is_empty()),
            general: ["慈善会", "慈善总会", "慈善协会", "慈善联合", "红十字"].iter().any(|word| name.contains(word)),
            named: divisions.at_start_of(&unmarked(name)).is_some(),
            foundation: is_foundation(organization),
            bound: institution(is_foundation(organization), name).is_some(),
        }
    }
}

fn is_foundation(organization: &Organization) -> bool {
    organization.kind == OrganizationKind::Foundation || organization.name.ends_with("基金会")
}

/// The school, university or hospital whose foundation the organization of this name is: 复旦大学 of 上海复旦大学教育发展基金会 with its place.
pub(super) fn institution(is_foundation: bool, name: &str) -> Option<&str> {
    const ENDINGS: [&str; 18] = [
        "大学",
        "学院",
        "中学",
        "小学",
        "学校",
        "幼儿园",
        "医院",
        "附中",
        "附小",
        "一中",
        "二中",
        "三中",
        "四中",
        "五中",
        "六中",
        "七中",
        "八中",
        "九中",
    ];
    /// After these a word is no name of an institution: 大学生, 小学生, 中学生, 希望小学, 学校体育.
    const NOT_AFTER: [&str; 2] = ["生", "体育"];
    const NOT_BEFORE: [&str; 5] = ["希望", "乡村", "农村", "贫困", "中国"];
    if !is_foundation {
        return None;
    }
    let ends = ENDINGS.iter().filter_map(|ending| {
        let start = name.rfind(ending)?;
        let end = start + ending.len();
        let is_general = start == 0
            || NOT_AFTER.iter().any(|after| name[end..].starts_with(after))
            || NOT_BEFORE.iter().any(|before| name[..start].ends_with(before));
        (!is_general).then_some(end)
    });
    ends.max().map(|end| &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::OrganizationId;
    use crate::reference::Reference;

    fn named(name: &str) -> Organization {
        Organization::named(OrganizationId::new(name), name)
    }

    #[test]
    fn a_foundation_of_one_institution_is_bound_to_it_and_one_for_pupils_is_not() {
        for (name, of) in [
            ("上海复旦大学教育发展基金会", Some("上海复旦大学")),
            ("北京市育英学校校友促进教育基金会", Some("北京市育英学校")),
            ("福州一中教育发展基金会", Some("福州一中")),
            ("东北师大附中教育发展基金会", Some("东北师大附中")),
            ("中国大学生公益基金会", None),
            ("某省希望小学基金会", None),
            ("某县教育基金会", None),
            ("某某大学", None),
        ] {
            let organization = named(name);
            assert_eq!(institution(is_foundation(&organization), name), of, "{name}");
        }
    }

    #[test]
    fn a_name_says_where_and_what_it_is() {
        let divisions = Reference::embedded().divisions;
        let of = |name: &str| Reach::new(&named(name), divisions);
        let local = of("德钦县慈善总会");
        assert!(local.named && local.general && !local.national && !local.foundation);
        let whole = of("中国红十字基金会");
        assert!(whole.national && whole.general && whole.foundation && !whole.named);
        assert!(!of("中国农业银行某支行").national);
    }
}
