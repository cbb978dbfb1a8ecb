//! The states of a need, the acts that change them, and which act is possible in which state.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// State of a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedStatus {
    /// Looking for partners.
    #[default]
    Open,
    /// Taken on in full.
    Claimed,
    /// Carried out.
    Done,
    /// Taken back by those who asked.
    Withdrawn,
    /// No partner is sought any more.
    Closed,
    /// Taken out of all lists and answers. The ledger keeps it.
    Deleted,
}

impl NeedStatus {
    /// All states.
    pub const ALL: [Self; 6] = [Self::Open, Self::Claimed, Self::Done, Self::Withdrawn, Self::Closed, Self::Deleted];

    /// The name that records and addresses use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Claimed => "claimed",
            Self::Done => "done",
            Self::Withdrawn => "withdrawn",
            Self::Closed => "closed",
            Self::Deleted => "deleted",
        }
    }

    /// The state in Chinese.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "待认领",
            Self::Claimed => "已认领",
            Self::Done => "已完成",
            Self::Withdrawn => "已撤回",
            Self::Closed => "已关闭",
            Self::Deleted => "已删除",
        }
    }
}

/// What a person does to a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedAction {
    /// 关闭
    Close,
    /// 撤回
    Withdraw,
    /// 恢复
    Reopen,
    /// 删除
    Delete,
}

/// Which act leads from which states to which: the only way to a state other than by a list.
const TRANSITIONS: [(NeedAction, &[NeedStatus], NeedStatus); 4] = {
    use NeedStatus::{Claimed, Closed, Deleted, Done, Open, Withdrawn};
    [
        (NeedAction::Close, &[Open, Claimed], Closed),
        (NeedAction::Withdraw, &[Open, Claimed, Closed], Withdrawn),
        (NeedAction::Reopen, &[Claimed, Done, Withdrawn, Closed, Deleted], Open),
        (NeedAction::Delete, &[Open, Claimed, Done, Withdrawn, Closed], Deleted),
    ]
};

impl NeedAction {
    /// All acts.
    pub const ALL: [Self; 4] = [Self::Close, Self::Withdraw, Self::Reopen, Self::Delete];

    /// The act in Chinese.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Close => "关闭",
            Self::Withdraw => "撤回",
            Self::Reopen => "恢复",
            Self::Delete => "删除",
        }
    }

    /// The act's name on the command line and in the interface.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Close => "close",
            Self::Withdraw => "withdraw",
            Self::Reopen => "reopen",
            Self::Delete => "delete",
        }
    }

    /// The state that the act leads to from `from`; `None` if it is not possible there.
    #[must_use]
    pub fn from(self, from: NeedStatus) -> Option<NeedStatus> {
        TRANSITIONS.iter().find(|(act, froms, _)| *act == self && froms.contains(&from)).map(|&(.., to)| to)
    }

    /// The acts that are possible in a state.
    pub fn possible(status: NeedStatus) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |act| act.from(status).is_some())
    }
}

/// The last act on a need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusChange {
    /// What was done.
    pub action: NeedAction,
    /// The state before.
    pub from: NeedStatus,
    /// The day.
    pub on: Date,
    /// Why.
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_acts() {
        let table = NeedStatus::ALL.map(|status| {
            let acts: Vec<_> = NeedAction::possible(status)
                .map(|act| format!("{}→{}", act.label(), act.from(status).unwrap().label()))
                .collect();
            format!("{}：{}", status.label(), acts.join("，"))
        });
        insta::assert_snapshot!(table.join("\n"), @r"
        待认领：关闭→已关闭，撤回→已撤回，删除→已删除
        已认领：关闭→已关闭，撤回→已撤回，恢复→待认领，删除→已删除
        已完成：恢复→待认领，删除→已删除
        已撤回：恢复→待认领，删除→已删除
        已关闭：撤回→已撤回，恢复→待认领，删除→已删除
        已删除：恢复→待认领
        ");
    }
}
