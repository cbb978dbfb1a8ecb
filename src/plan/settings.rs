//! The conditions of a plan as resolved, and how its search ended. In memory they are codes and numbers. Writing a plan turns
//! them into Chinese words, and reading it back gives only words.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Fairness;

/// How the search for a plan ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum PlanEnding {
    /// The plan is optimal, or within the tolerance of the bound.
    Proven,
    /// All steps were done.
    Exhausted,
    /// The time limit was reached.
    TimeLimit,
    /// Somebody asked to stop.
    Stopped,
    /// As an earlier version of the program wrote it.
    Written(String),
}

impl PlanEnding {
    const WORDS: [(Self, &'static str); 4] = [
        (Self::Proven, "已证明最优"),
        (Self::Exhausted, "搜索完成，尚未证明最优"),
        (Self::TimeLimit, "到达时限，为目前最好的方案"),
        (Self::Stopped, "已中断，为目前最好的方案"),
    ];
}

impl fmt::Display for PlanEnding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(words) => f.write_str(words),
            known => f.write_str(Self::WORDS.iter().find(|it| it.0 == *known).map_or("", |it| it.1)),
        }
    }
}

impl From<String> for PlanEnding {
    fn from(words: String) -> Self {
        let known = Self::WORDS.into_iter().find(|it| it.1 == words);
        known.map_or(Self::Written(words), |it| it.0)
    }
}

impl From<PlanEnding> for String {
    fn from(ending: PlanEnding) -> Self {
        ending.to_string()
    }
}

/// One resolved condition of a plan: its name and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlanSetting {
    /// In Chinese.
    #[schema(value_type = String)]
    pub name: SettingName,
    /// In Chinese.
    #[schema(value_type = String)]
    pub value: SettingValue,
}

macro_rules! setting_names {
    ($($(#[$doc:meta])* $name:ident $words:literal,)+) => {
        /// What a condition is about.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum SettingName {
            $($(#[$doc])* $name,)+
            /// As an earlier version of the program wrote it.
            Written(String),
        }

        impl fmt::Display for SettingName {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$name => $words,)+
                    Self::Written(words) => words,
                })
            }
        }

        impl From<String> for SettingName {
            fn from(words: String) -> Self {
                match words.as_str() {
                    $($words => Self::$name,)+
                    _ => Self::Written(words),
                }
            }
        }
    };
}

setting_names! {
    /// How unmet needs are weighed against each other.
    Fairness "公平",
    /// Whether places are weighed too.
    RegionFairness "兼顾地区之间的公平",
    /// Whether the load is spread.
    Spread "分散负担",
    /// Whether newcomers get a bonus.
    Newcomers "照顾历史较少的组织",
    /// The smallest share.
    MinTicket "单家最低金额（组织未声明时）",
    /// The largest share.
    MaxTicket "单家最高金额",
    /// Maximum number of partners of a need.
    MaxPartners "每项需求的合作组织上限",
    /// Maximum number of needs of an organization.
    MaxProjects "每家组织承担的需求数上限（未声明时）",
    /// Minimum fit of a partner.
    MinFit "最低匹配度",
    /// What is assumed of organizations whose money is unknown.
    UnknownBudget "资金情况不明的组织",
    /// Needs that are met in full or not at all.
    Whole "须全额满足的需求",
    /// Pairs that are forced.
    Forced "指定的组合",
    /// Pairs that are locked.
    Locked "锁定的组合",
    /// Pairs that are forbidden.
    Forbidden "排除的组合",
    /// Pairs that may be in the plan in spite of limits.
    Invited "放宽限制、可以邀请的组合",
    /// Reserves for places or sectors.
    Reserves "预留资金",
    /// Earmarked money.
    Earmarks "专项资金",
    /// Organizations that take no part.
    Excluded "不列入方案的组织",
    /// What organizations can give, where the plan sets it.
    Budgets "本方案设定的可用资金",
    /// How many needs organizations take part in, where the plan sets it.
    ProjectLimits "本方案设定的承担需求数上限",
    /// What needs ask for, where the plan sets it.
    Gaps "本方案设定的所需金额",
    /// How many partners needs have, where the plan sets it.
    PartnerLimits "本方案设定的合作组织上限",
    /// How far an earlier plan may change.
    MaxChanges "对原方案的改动",
    /// The time after which the best plan so far is returned.
    TimeLimit "时限",
}

impl From<SettingName> for String {
    fn from(name: SettingName) -> Self {
        name.to_string()
    }
}

/// The value of a condition.
#[derive(Debug, Clone)]
pub enum SettingValue {
    /// How unmet needs are weighed.
    Fairness(Fairness),
    /// On or off.
    Switch(bool),
    /// Yuan; none: no limit.
    Yuan(Option<i64>),
    /// Partners; none: no limit.
    Partners(Option<u32>),
    /// Needs; none: no limit.
    Projects(Option<u32>),
    /// Fit, 0 to 100.
    Fit(u8),
    /// Yuan that are assumed; none: left out of the plan.
    Assumed(Option<i64>),
    /// A number of needs.
    Needs(usize),
    /// Need, name of the organization, yuan.
    Pairs(Vec<(String, String, Option<i64>)>),
    /// Names, each with what is said of it.
    Listed(Vec<String>),
    /// Place or sector, yuan.
    Reserves(Vec<(String, i64)>),
    /// Name of the organization, sector, yuan.
    Earmarks(Vec<(String, String, i64)>),
    /// Changes; none: there is no earlier plan.
    Changes(Option<usize>),
    /// Seconds; none: no limit.
    Seconds(Option<f64>),
    /// As it was read back.
    Written(String),
}

/// A sum in 万元 as text.
struct Wan(i64);

impl fmt::Display for Wan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}万元", self.0 as f64 / 10_000.0)
    }
}

fn listed(parts: impl Iterator<Item = String>) -> String {
    let text = parts.collect::<Vec<_>>().join("；");
    if text.is_empty() { "无".to_owned() } else { text }
}

impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fairness(Fairness::Quarters) => f.write_str("满足得越少的需求越优先"),
            Self::Fairness(Fairness::Leximin) => f.write_str("逐级最大化最低满足率"),
            Self::Fairness(Fairness::Off) => f.write_str("不考虑：每一元同等看待"),
            Self::Switch(on) => f.write_str(if *on { "是" } else { "否" }),
            Self::Yuan(None) | Self::Partners(None) | Self::Projects(None) => f.write_str("不限"),
            Self::Yuan(Some(yuan)) => Wan(*yuan).fmt(f),
            Self::Partners(Some(most)) => write!(f, "{most}家"),
            Self::Projects(Some(most)) => write!(f, "{most}项"),
            Self::Fit(fit) => fit.fmt(f),
            Self::Assumed(None) => f.write_str("不列入"),
            Self::Assumed(Some(yuan)) => write!(f, "按{}计", Wan(*yuan)),
            Self::Needs(count) => write!(f, "{count}项"),
            Self::Pairs(pairs) => f.write_str(&listed(pairs.iter().map(|(need, name, yuan)| {
                let amount = yuan.map_or_else(String::new, |yuan| format!(" {}", Wan(yuan)));
                format!("{need}：{name}{amount}")
            }))),
            Self::Listed(names) => f.write_str(&listed(names.iter().cloned())),
            Self::Reserves(reserves) => {
                f.write_str(&listed(reserves.iter().map(|(name, yuan)| format!("{name} {}", Wan(*yuan)))))
            }
            Self::Earmarks(earmarks) => {
                f.write_str(&listed(earmarks.iter().map(|(name, sector, yuan)| format!("{name}：{sector} {}", Wan(*yuan)))))
            }
            Self::Changes(None) => f.write_str("没有原方案"),
            Self::Changes(Some(most)) => write!(f, "择优改动最多{most}个组合"),
            Self::Seconds(None) => f.write_str("无"),
            Self::Seconds(Some(seconds)) => write!(f, "{seconds}秒"),
            Self::Written(words) => f.write_str(words),
        }
    }
}

/// Values are equal if their texts are, because values that were read back are only text.
impl PartialEq for SettingValue {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for SettingValue {}

impl Serialize for SettingValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SettingValue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::Written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_program_wrote_is_kept_word_for_word() {
        for ending in ["已证明最优", "到达时限，为目前最好的方案", "已是最优"] {
            let read: PlanEnding = serde_json::from_value(ending.into()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), ending);
        }
        assert_eq!(PlanEnding::from("已证明最优".to_owned()), PlanEnding::Proven);
        let setting = serde_json::json!({"name": "公平", "value": "别的办法"});
        let read: PlanSetting = serde_json::from_value(setting.clone()).unwrap();
        assert_eq!(read.name, SettingName::Fairness);
        assert_eq!(serde_json::to_value(&read).unwrap(), setting);
    }
}
