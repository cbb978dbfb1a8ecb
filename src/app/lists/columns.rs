//! The columns of each list: which there are, which are shown unless others are chosen.

use super::kind::ListKind;
use crate::export::{RecordColumn, RecordKind};

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ListColumn {
    /// Its name in addresses.
    pub key: &'static str,
    /// Its heading, width and content.
    pub column: RecordColumn,
    /// Whether it is shown if none are chosen.
    pub is_default: bool,
    /// What the list is sorted by to put this column in order.
    pub sort: Option<&'static str>,
}

const fn column(key: &'static str, heading: &'static str, width: f64, kind: RecordKind) -> ListColumn {
    ListColumn { key, column: RecordColumn { heading, width, kind }, is_default: false, sort: None }
}

impl ListColumn {
    const fn shown(self) -> Self {
        Self { is_default: true, ..self }
    }

    const fn sorted(self, by: &'static str) -> Self {
        Self { sort: Some(by), ..self }
    }

    /// The columns of a list. The first one, with name or title, is always shown.
    #[must_use]
    pub const fn all(kind: ListKind) -> &'static [Self] {
        match kind {
            ListKind::Needs => &NEEDS,
            ListKind::Organizations => &ORGANIZATIONS,
            ListKind::Projects => &PROJECTS,
        }
    }

    /// Whether these columns are others than the usual ones.
    pub(super) fn is_own_choice(kind: ListKind, chosen: &[Self]) -> bool {
        let usual = Self::chosen(kind, &[]);
        chosen.len() != usual.len() || chosen.iter().zip(&usual).any(|(a, b)| a.key != b.key)
    }

    /// The chosen columns in their own order; the usual ones if none are chosen. Names of no column are passed over.
    #[must_use]
    pub fn chosen(kind: ListKind, keys: &[String]) -> Vec<Self> {
        let all = Self::all(kind);
        let is_chosen = |column: &Self| keys.iter().any(|key| key == column.key);
        let has_choice = all.iter().any(is_chosen);
        let first = &all[0];
        let rest = all[1..].iter().filter(|column| if has_choice { is_chosen(column) } else { column.is_default });
        std::iter::once(first).chain(rest).copied().collect()
    }
}

const NEEDS: [ListColumn; 17] = [
    column("title", "项目名称", 30.0, RecordKind::Text).shown().sorted("title"),
    column("id", "编号", 14.0, RecordKind::Text).sorted("id"),
    column("region", "需求地区", 24.0, RecordKind::Text).shown(),
    column("sector", "领域", 16.0, RecordKind::Text).shown(),
    column("group", "受益人群", 14.0, RecordKind::Text),
    column("amount", "所需金额（万元）", 11.0, RecordKind::Sum).shown().sorted("amount"),
    column("amount_text", "金额原文", 14.0, RecordKind::Text),
    column("secured", "已落实资金（万元）", 11.0, RecordKind::Sum),
    column("beneficiaries", "受益人数", 12.0, RecordKind::Text),
    column("deadline", "完成时限", 12.0, RecordKind::Text).shown(),
    column("urgency", "紧急程度", 9.0, RecordKind::Text),
    column("status", "状态", 9.0, RecordKind::Text).shown(),
    column("list", "所在清单", 24.0, RecordKind::Text),
    column("date", "申报日期", 12.0, RecordKind::Text).shown().sorted("date"),
    column("submitted_by", "申报单位", 18.0, RecordKind::Text),
    column("text", "需求描述", 50.0, RecordKind::Text),
    column("source", "来源", 20.0, RecordKind::Text),
];

const ORGANIZATIONS: [ListColumn; 15] = [
    column("title", "组织名称", 30.0, RecordKind::Text).shown().sorted("title"),
    column("id", "编号", 20.0, RecordKind::Text).sorted("id"),
    column("home", "登记地", 20.0, RecordKind::Text).shown(),
    column("kind", "类别", 12.0, RecordKind::Text).shown(),
    column("level", "级别", 8.0, RecordKind::Text),
    column("sector", "领域", 18.0, RecordKind::Text).shown(),
    column("status", "状态", 14.0, RecordKind::Text).shown(),
    column("fundraising", "公开募捐资格", 10.0, RecordKind::Text),
    column("rating", "评估等级", 9.0, RecordKind::Text).shown(),
    column("budget", "本年预算（万元）", 11.0, RecordKind::Sum),
    column("spending", "年度公益支出（万元）", 12.0, RecordKind::Sum).sorted("amount"),
    column("projects", "往期项目（个）", 9.0, RecordKind::Count).shown(),
    column("aliases", "简称", 16.0, RecordKind::Text),
    column("scope", "业务范围", 40.0, RecordKind::Text),
    column("source", "来源", 20.0, RecordKind::Text),
];

const PROJECTS: [ListColumn; 13] = [
    column("title", "项目名称", 30.0, RecordKind::Text).shown().sorted("title"),
    column("id", "编号", 14.0, RecordKind::Text).sorted("id"),
    column("period", "时间", 12.0, RecordKind::Text).shown().sorted("date"),
    column("region", "地区", 24.0, RecordKind::Text).shown(),
    column("sector", "领域", 16.0, RecordKind::Text).shown(),
    column("group", "受益人群", 14.0, RecordKind::Text),
    column("mode", "帮扶方式", 12.0, RecordKind::Text),
    column("amount", "金额（万元）", 11.0, RecordKind::Sum).shown().sorted("amount"),
    column("participants", "参与组织", 30.0, RecordKind::Text).shown(),
    column("beneficiaries", "受益", 14.0, RecordKind::Text),
    column("status", "状态", 10.0, RecordKind::Text),
    column("text", "内容", 50.0, RecordKind::Text),
    column("source", "来源", 20.0, RecordKind::Text),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_columns_come_in_their_own_order() {
        let keys = |chosen: &[&str]| -> Vec<&str> {
            let chosen: Vec<String> = chosen.iter().map(|&key| key.to_owned()).collect();
            ListColumn::chosen(ListKind::Projects, &chosen).iter().map(|column| column.key).collect()
        };
        assert_eq!(keys(&["amount", "id", "colour"]), ["title", "id", "amount"]);
        assert_eq!(keys(&["colour"]), keys(&[]));
        assert_eq!(keys(&[]), ["title", "period", "region", "sector", "amount", "participants"]);
    }
}
