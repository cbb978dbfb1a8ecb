//! Maps column headings and keys, as people write them, to field names. `(万元)` in a heading is a unit, not part of the name.
//!
//! A heading is known if it is in the lists below, bare or with a unit or remark in parentheses. Failing that, the longest
//! listed heading of at least [`MIN_PART`] characters that it contains counts: 拟申请援助资金 contains 申请援助资金.

use qianshou_index::normalize::normalize;

use crate::domain::EntityKind;

/// Each field with the Chinese headings that mean it. The name of a field also means itself.
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
    (
        "description",
        &["需求描述", "需求内容", "项目背景", "项目内容", "项目内容及规模", "建设内容", "建设内容及规模", "主要内容", "存在困难"],
    ),
    (
        "region",
        &[
            "需求地区",
            "需求县",
            "项目地区",
            "所在地区",
            "所属地区",
            "项目实施地",
            "实施地点",
            "实施地区",
            "项目地点",
            "地区",
            "省",
            "省份",
            "省(区、市)",
            "州市",
            "市州",
            "市(州)",
            "地市",
            "市",
            "县",
            "县(市、区)",
            "县市区",
            "县区",
            "区县",
            "所在县",
        ],
    ),
    ("township", &["乡镇", "乡镇(村)", "乡(镇)", "乡镇(街道)", "街道", "村", "村(社区)", "行政村", "村(居)"]),
    ("sector", &["项目类别", "所属领域", "帮扶领域", "类型", "领域"]),
    ("groups", &["受益人群"]),
    ("modes", &["帮扶方式"]),
    ("amount", &["所需资金", "项目预算", "预计投入", "总投资", "投资总额", "资金需求", "金额"]),
    ("gap", &["资金缺口", "缺口", "缺口资金", "申请援助资金", "申请资金"]),
    ("secured", &["已落实资金", "已落实", "自筹资金", "自筹", "财政资金"]),
    ("goods", &["物资名称", "物品名称", "品名", "设备名称"]),
    ("specification", &["规格型号", "规格", "型号"]),
    ("goods_unit", &["单位", "计量单位"]),
    ("quantity", &["数量", "需求数量"]),
    ("unit_price", &["单价", "预算单价"]),
    ("subtotal", &["小计", "金额小计"]),
    ("beneficiaries", &["受益人数", "受益人口", "受益人口(户/人)", "受益对象", "覆盖人口", "覆盖人口(户/人)"]),
    ("urgency", &["紧急程度", "优先级", "急需"]),
    ("deadline", &["计划完成时间", "完成时限", "截止时间", "实施周期", "起止时间", "实施期限"]),
    ("submitted_by", &["需求单位", "申报单位", "受助单位", "实施单位"]),
    ("date", &["提交日期", "申报日期"]),
    ("list", &["清单名称"]),
    ("fiscal_covered", &["财政资金是否覆盖"]),
    (
        "status",
        &[
            "状态",
            "是否认领",
            "是否已认领",
            "是否对接",
            "认领状态",
            "认领情况",
            "认领进展",
            "对接状态",
            "对接情况",
            "项目状态",
            "当前状态",
            "需求状态",
            "进展",
            "进展情况",
            "项目进展",
            "实施进展",
            "落实情况",
            "办理情况",
        ],
    ),
    ("contact", &["联系人", "联系电话", "联系方式", "手机", "电话", "负责人", "援建干部"]),
    ("source", &["来源"]),
    ("note", &["备注"]),
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

/// Columns that occur in lists but have no field in any record.
const IGNORED: &[&str] = &["序号", "row_no", "行号", ERROR_HEADING];

/// Heading of the column that is added to an error workbook.
pub(crate) const ERROR_HEADING: &str = "错误说明";

/// Personal data of beneficiaries: no record has a field for it, and it is not read (needs carry counts and groups).
const PERSONAL: &[&str] = &[
    "姓名",
    "受益人姓名",
    "学生姓名",
    "患者姓名",
    "残疾人姓名",
    "户主",
    "户主姓名",
    "身份证号",
    "身份证号码",
    "身份证",
    "银行卡号",
    "银行账号",
    "家庭住址",
];

/// Length of the shortest known heading that is looked for inside other headings, in characters.
const MIN_PART: usize = 3;

/// What a heading means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Heading {
    /// A field, and the unit in yuan of a bare number in the column, if the heading states one.
    Field { name: String, yuan: Option<f64> },
    /// A running number or the like.
    Ignored,
    /// Personal data that must not be read.
    Personal,
    /// Not known.
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
pub(crate) fn field(kind: EntityKind, text: &str) -> Heading {
    let clean = clean(text);
    let bare = bare(&clean);
    let yuan = unit(text);
    let name = SYNONYMS.iter().find(|(synonym, _)| *synonym == bare).map_or(bare, |(_, field)| field);
    // For organizations the field has the plural name.
    let name = if kind == EntityKind::Organizations && name == "sector" { "sectors" } else { name };
    let is_meant = |known: &str| known == name || known == clean;
    let known = headings(kind).iter().find(|(field, chinese)| *field == name || chinese.iter().any(|&it| is_meant(it)));
    match known {
        Some((field, _)) => Heading::Field { name: (*field).to_owned(), yuan },
        None if IGNORED.iter().any(|&it| is_meant(it)) => Heading::Ignored,
        None if PERSONAL.iter().any(|&it| is_meant(it)) => Heading::Personal,
        None => part(kind, bare).map_or(Heading::Unknown, |field| Heading::Field { name: field.to_owned(), yuan }),
    }
}

/// The field of the longest known heading inside `name`. Contact headings come first: 需求单位联系人 is a contact.
fn part(kind: EntityKind, name: &str) -> Option<&'static str> {
    let all = headings(kind).iter().flat_map(|(field, chinese)| chinese.iter().map(move |it| (*field, *it)));
    let inside = all.filter(|(_, it)| name.contains(it) && it.chars().count() >= MIN_PART);
    inside.max_by_key(|(field, it)| (*field == "contact", it.len())).map(|(field, _)| field)
}

/// The normalised heading, without white space and the marks of required columns, with
/// one form of parentheses, colons and slashes.
fn clean(text: &str) -> String {
    let narrow = |c| match c {
        '（' => '(',
        '）' => ')',
        '：' => ':',
        '／' => '/',
        '[' | '【' => '(',
        ']' | '】' => ')',
        c => c,
    };
    let clean: String = normalize(text).text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
    clean.trim_matches(['*', '＊', ':']).to_owned()
}

/// The heading without a unit or remark at its end.
fn bare(clean: &str) -> &str {
    let bare = clean.find('(').filter(|&at| at > 0).map_or(clean, |at| &clean[..at]);
    UNITS.iter().find_map(|(unit, _)| bare.strip_suffix(unit)).map_or(bare, |it| it.trim_end_matches(['/', ':', ',', '，']))
}

const UNITS: [(&str, f64); 6] = [("百万元", 1e6), ("十万元", 1e5), ("万元", 1e4), ("亿元", 1e8), ("千元", 1e3), ("元", 1.0)];

/// The unit, in yuan, of a bare number under a heading such as `资金缺口(万元)`: from
/// brackets, or from either end of the heading.
pub(crate) fn unit(heading: &str) -> Option<f64> {
    let clean = clean(heading);
    let in_brackets = clean.split('(').skip(1).filter_map(|it| it.split(')').next());
    let unit_of = |text: &str| {
        let text = text.trim_start_matches("单位:");
        let known = UNITS.iter().find(|(unit, _)| text.starts_with(unit) || text.ends_with(unit));
        known.map(|&(_, yuan)| yuan).or((text == "万").then_some(1e4)).filter(|_| !text.contains("美元"))
    };
    let bare = clean.split('(').next().unwrap_or_default();
    in_brackets.filter_map(unit_of).next().or_else(|| unit_of(bare))
}

/// The unit, in yuan, that a line above the table states for the whole table: 单位：万元.
pub(crate) fn stated_unit(text: &str) -> Option<f64> {
    let clean = clean(text);
    let known = |text: &str| {
        let text = text.trim_start_matches(['(', ':']).trim_start_matches("人民币").trim_start_matches('(');
        UNITS.iter().find(|(unit, _)| text.starts_with(unit)).map(|&(_, yuan)| yuan)
    };
    let alone = || known(&clean).filter(|_| clean.starts_with('(') && clean.ends_with(')'));
    clean.match_indices("单位").find_map(|(at, word)| known(&clean[at + word.len()..])).or_else(alone)
}

/// True for the fields in which a merged cell applies to every row that it covers.
pub(crate) fn fills_down(field: &str) -> bool {
    const FILLED: [&str; 7] = ["region", "township", "sector", "submitted_by", "list", "title", "home_region"];
    FILLED.contains(&field)
}

/// True for the fields that hold sums.
pub(crate) fn is_money(field: &str) -> bool {
    const MONEY: [&str; 8] = ["amount", "gap", "secured", "subtotal", "budget", "annual_spend", "min_ticket", "unit_price"];
    MONEY.contains(&field)
}

/// True for the fields that say which record a row is.
pub(crate) fn names_record(field: &str) -> bool {
    ["title", "description", "goods", "name", "need", "organization"].contains(&field)
}

/// The required fields of a record of `kind`: at least one field of each group must be present.
pub(crate) const fn required(kind: EntityKind) -> &'static [&'static [&'static str]] {
    match kind {
        EntityKind::Organizations => &[&["name"]],
        EntityKind::Projects => &[&["title"]],
        EntityKind::Needs => &[&["title", "description", "goods"]],
        EntityKind::Claims => &[&["need"], &["organization"]],
    }
}

/// The headings that are accepted for a required group, for messages.
pub(crate) fn choices(kind: EntityKind, group: &[&str]) -> String {
    let of_group = headings(kind).iter().filter(|(field, _)| group.contains(field));
    let names: Vec<&str> = of_group.flat_map(|(field, chinese)| std::iter::once(*field).chain(chinese.iter().copied())).collect();
    names.join("、")
}

/// The kind of record that a row of headings belongs to; `None` if the headings do not tell.
pub(crate) fn guess(keys: &[String]) -> Option<EntityKind> {
    let keys: Vec<String> = keys.iter().map(|key| clean(key)).collect();
    let has = |names: &[&str]| keys.iter().any(|key| names.contains(&bare(key)));
    let means = |wanted: &str| {
        keys.iter().any(|key| matches!(field(EntityKind::Needs, key), Heading::Field { name, .. } if name == wanted))
    };
    // A list of needs may say who has claimed them.
    let is_list_of_needs = means("title") && (means("gap") || means("description"));
    if !is_list_of_needs && has(&["need", "需求编号"]) && has(&["organization", "认领单位", "认领组织"]) {
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
        assert_eq!(gap, Heading::Field { name: "gap".to_owned(), yuan: Some(1e4) });
        assert_eq!(field(EntityKind::Needs, "regions"), Heading::Field { name: "region".to_owned(), yuan: None });
        assert_eq!(field(EntityKind::Organizations, "sectors"), Heading::Field { name: "sectors".to_owned(), yuan: None });
        assert_eq!(field(EntityKind::Needs, "序号"), Heading::Ignored);
        assert_eq!(field(EntityKind::Needs, "天气"), Heading::Unknown);
        assert_eq!(field(EntityKind::Needs, "学生姓名"), Heading::Personal);
    }

    #[test]
    fn headings_as_offices_write_them_are_known() {
        let name = |text: &str| match field(EntityKind::Needs, text) {
            Heading::Field { name, .. } => name,
            other => panic!("{text}: {other:?}"),
        };
        for (text, field) in [
            ("*项目名称", "title"),
            ("资金缺口\n（万元）", "gap"),
            ("资金缺口万元", "gap"),
            ("拟申请援助资金（元）", "gap"),
            ("县（市、区）", "region"),
            ("受益人口（户／人）", "beneficiaries"),
            ("需求单位联系人", "contact"),
            ("单价(元)", "unit_price"),
            ("乡镇（村）", "township"),
        ] {
            assert_eq!(name(text), field, "{text}");
        }
        assert_eq!((unit("单价(元)"), unit("资金缺口万元"), unit("总投资")), (Some(1.0), Some(1e4), None));
        for heading in ["资金缺口（万）", "资金缺口【万元】", "资金缺口（万元，含税）", "资金缺口（万元）必填", "万元资金缺口"]
        {
            assert_eq!(unit(heading), Some(1e4), "{heading}");
        }
        for above in ["填报单位：某局  金额单位:万元", "单位：人民币（万元）", "（万元）"] {
            assert_eq!(stated_unit(above), Some(1e4), "{above}");
        }
        assert_eq!((stated_unit("2021年清单  单位：万元"), stated_unit("填报单位：某局")), (Some(1e4), None));
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
