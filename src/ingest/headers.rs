//! Column headings and keys, as people write them, → field names. `(万元)` in a heading is a unit, not a name.

use crate::domain::EntityKind;

/// Field, then the Chinese headings that mean it. English keys mean themselves.
type Headings = &'static [(&'static str, &'static [&'static str])];

const ORGANIZATION: Headings = &[
    ("id", &["统一社会信用代码", "组织编号", "编号"]),
    ("name", &["组织名称", "机构名称", "名称", "单位名称"]),
    ("aliases", &["简称", "别名", "曾用名"]),
    ("kind", &["组织类型", "类型"]),
    ("level", &["登记层级", "登记级别"]),
    ("home_region", &["登记地", "所在地区", "所在地"]),
    ("scope", &["业务范围", "宗旨"]),
    ("sectors", &["服务领域", "领域"]),
    ("public_fundraising", &["公开募捐资格"]),
    ("rating", &["评估等级"]),
    ("status", &["状态", "信用状态"]),
    ("annual_spend", &["年度公益支出", "年度支出"]),
    ("budget", &["年度预算", "可用预算"]),
    ("max_projects", &["项目数上限"]),
    ("min_ticket", &["单笔下限", "最低认领金额"]),
    ("willing_regions", &["意向地区"]),
    ("willing_sectors", &["意向领域"]),
    ("excluded_regions", &["不参与地区"]),
    ("excluded_sectors", &["不参与领域"]),
    ("contact", &["联系人", "联系电话"]),
    ("source", &["来源"]),
];

const PROJECT: Headings = &[
    ("id", &["项目编号", "编号"]),
    ("title", &["项目名称", "名称"]),
    ("description", &["项目内容", "项目简介", "项目描述"]),
    ("participants", &["参与组织", "实施组织", "认领单位"]),
    ("participant_count", &["参与组织数"]),
    ("region", &["项目实施地", "实施地点", "地区", "实施地区", "州市", "县(市、区)"]),
    ("sector", &["项目类别", "领域", "所属领域"]),
    ("amount", &["项目金额", "金额", "总投资"]),
    ("beneficiaries", &["受益人数", "受益对象"]),
    ("groups", &["受益人群"]),
    ("modes", &["帮扶方式"]),
    ("year", &["年度", "年份", "起止时间", "实施周期"]),
    ("start", &["开始时间"]),
    ("end", &["结束时间"]),
    ("status", &["状态"]),
    ("source", &["来源"]),
];

const NEED: Headings = &[
    ("id", &["需求编号", "项目编号", "编号"]),
    ("title", &["项目名称", "需求名称", "需求项目"]),
    ("description", &["需求描述", "项目背景", "项目内容", "建设内容及规模", "存在困难"]),
    ("region", &["需求地区", "项目实施地", "实施地点", "地区", "省", "州市", "县(市、区)", "县市区", "乡镇(村)"]),
    ("sector", &["项目类别", "所属领域", "帮扶领域", "类型", "领域"]),
    ("groups", &["受益人群"]),
    ("modes", &["帮扶方式"]),
    ("amount", &["所需资金", "项目预算", "预计投入", "总投资", "金额"]),
    ("gap", &["资金缺口", "申请援助资金"]),
    ("secured", &["已落实资金", "自筹资金", "财政资金"]),
    ("beneficiaries", &["受益人数", "受益对象", "覆盖人口", "覆盖人口(户/人)"]),
    ("urgency", &["紧急程度", "优先级"]),
    ("deadline", &["计划完成时间", "完成时限", "截止时间"]),
    ("submitted_by", &["需求单位", "申报单位", "受助单位", "实施单位"]),
    ("date", &["提交日期", "申报日期"]),
    ("list", &["清单名称"]),
    ("fiscal_covered", &["财政资金是否覆盖"]),
    ("status", &["状态"]),
    ("contact", &["联系人", "联系电话", "援建干部"]),
    ("source", &["来源"]),
];

const CLAIM: Headings = &[
    ("id", &["认领编号", "编号"]),
    ("need", &["需求编号"]),
    ("organization", &["认领单位", "认领组织"]),
    ("amount", &["认领金额"]),
    ("kind", &["认领方式"]),
    ("role", &["角色"]),
    ("state", &["认领状态", "状态"]),
    ("at", &["认领日期"]),
    ("reason", &["备注"]),
];

/// Keys that mean a field under another name.
const SYNONYMS: &[(&str, &str)] = &[
    ("regions", "region"),
    ("sectors", "sector"),
    ("amount_yuan", "amount"),
    ("amount_text", "amount"),
    ("secured_yuan", "secured"),
    ("gap_yuan", "gap"),
    ("annual_spend_yuan", "annual_spend"),
    ("budget_yuan", "budget"),
    ("min_ticket_yuan", "min_ticket"),
];

/// Columns that lists carry and no record has a field for.
const IGNORED: &[&str] = &["序号", "row_no"];

/// What a heading means.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Heading {
    /// A field, and the yuan that a bare number in the column is worth.
    Field { name: String, yuan: f64 },
    /// A running number or the like.
    Ignored,
    /// Nothing known.
    Unknown,
}

const fn headings(kind: EntityKind) -> Headings {
    match kind {
        EntityKind::Organizations => ORGANIZATION,
        EntityKind::Projects => PROJECT,
        EntityKind::Needs => NEED,
        EntityKind::Claims => CLAIM,
    }
}

/// The field that a heading or key means for records of `kind`.
pub(super) fn field(kind: EntityKind, text: &str) -> Heading {
    let clean: String = text.trim().chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
    let (name, yuan) = unit(&clean);
    let canonical = SYNONYMS.iter().find(|(synonym, _)| *synonym == name).map_or(name, |(_, field)| field);
    // An organization's list of sectors is called by the plural.
    let canonical = if kind == EntityKind::Organizations && canonical == "sector" { "sectors" } else { canonical };
    let known = headings(kind).iter().find(|(field, chinese)| {
        *field == canonical || chinese.contains(&name) || chinese.iter().any(|heading| *heading == clean)
    });
    match known {
        Some((field, _)) => Heading::Field { name: (*field).to_owned(), yuan },
        None if IGNORED.contains(&name) => Heading::Ignored,
        None => Heading::Unknown,
    }
}

fn half_width(c: char) -> char {
    match c {
        '（' => '(',
        '）' => ')',
        c => c,
    }
}

/// Splits `资金缺口(万元)` into the name and the yuan a number in the column is worth.
fn unit(heading: &str) -> (&str, f64) {
    for (suffix, yuan) in [("(万元)", 1e4), ("(元)", 1.0), ("(亿元)", 1e8)] {
        if let Some(name) = heading.strip_suffix(suffix) {
            return (name, yuan);
        }
    }
    (heading, 1.0)
}

/// The fields without which a record of `kind` is none: one of each group must be there.
pub(super) const fn required(kind: EntityKind) -> &'static [&'static [&'static str]] {
    match kind {
        EntityKind::Organizations => &[&["name"]],
        EntityKind::Projects => &[&["title"]],
        EntityKind::Needs => &[&["title", "description"]],
        EntityKind::Claims => &[&["need"], &["organization"]],
    }
}

/// The headings that would do for a required group, for messages.
pub(super) fn choices(kind: EntityKind, group: &[&str]) -> String {
    let of_group = headings(kind).iter().filter(|(field, _)| group.contains(field));
    let names: Vec<&str> = of_group.flat_map(|(field, chinese)| std::iter::once(*field).chain(chinese.iter().copied())).collect();
    names.join("、")
}

/// The kind whose headings fit a row best; `None` where no one does better than the others.
pub(super) fn guess(keys: &[String]) -> Option<EntityKind> {
    let has = |names: &[&str]| keys.iter().any(|key| names.contains(&key.as_str()));
    if has(&["need", "需求编号"]) && has(&["organization", "认领单位", "认领组织"]) {
        return Some(EntityKind::Claims);
    }
    if has(&["participants", "参与组织", "实施组织"]) {
        return Some(EntityKind::Projects);
    }
    let fits = |kind| {
        required(kind).iter().all(|group| {
            keys.iter().any(|key| matches!(field(kind, key), Heading::Field { name, .. } if group.contains(&name.as_str())))
        })
    };
    if fits(EntityKind::Needs) && !has(&["name"]) {
        return Some(EntityKind::Needs);
    }
    fits(EntityKind::Organizations).then_some(EntityKind::Organizations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_carry_their_unit() {
        let gap = field(EntityKind::Needs, "资金缺口（万元）");
        assert_eq!(gap, Heading::Field { name: "gap".to_owned(), yuan: 1e4 });
        assert_eq!(field(EntityKind::Needs, "regions"), Heading::Field { name: "region".to_owned(), yuan: 1.0 });
        assert_eq!(field(EntityKind::Organizations, "sectors"), Heading::Field { name: "sectors".to_owned(), yuan: 1.0 });
        assert_eq!(field(EntityKind::Needs, "序号"), Heading::Ignored);
        assert_eq!(field(EntityKind::Needs, "天气"), Heading::Unknown);
    }

    #[test]
    fn no_heading_of_a_kind_means_two_fields() {
        for kind in EntityKind::ALL {
            let all: Vec<&str> = headings(kind)
                .iter()
                .flat_map(|(field, chinese)| std::iter::once(*field).chain(chinese.iter().copied()))
                .collect();
            let mut unique = all.clone();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(unique.len(), all.len(), "{kind:?}");
        }
    }
}
