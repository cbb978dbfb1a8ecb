//! How a plan differs from the one before, in tables with words.

use super::names::Names;
use super::words::wan;
use crate::plan::{NeedDifference, OrganizationDifference, PairDifference, PlanDifference};

/// Rows that are shown of each table.
const SHOWN: usize = 60;

pub(super) struct Difference {
    pub(super) sentence: String,
    /// Earlier plans to compare with, if there are several: id, name, whether it is chosen.
    pub(super) earlier: Vec<(String, String, bool)>,
    pub(super) pairs: Vec<PairRow>,
    pub(super) more_pairs: usize,
    pub(super) needs: Vec<Row>,
    pub(super) more_needs: usize,
    pub(super) organizations: Vec<Row>,
    pub(super) more_organizations: usize,
    /// Before, now, and the difference of all pairs that differ.
    pub(super) total: [String; 3],
}

pub(super) struct PairRow {
    pub(super) need: String,
    pub(super) organization: String,
    pub(super) kind: &'static str,
    pub(super) before: String,
    pub(super) now: String,
    pub(super) difference: String,
    pub(super) reason: String,
}

pub(super) struct Row {
    pub(super) name: String,
    pub(super) before: String,
    pub(super) now: String,
    pub(super) difference: String,
    pub(super) words: String,
}

impl Difference {
    pub(super) fn new(all: &PlanDifference, names: &Names, earlier: Vec<(String, String, bool)>) -> Self {
        let (before, now): (f64, f64) =
            all.pairs.iter().fold((0.0, 0.0), |sum, it| (sum.0 + it.before_yuan, sum.1 + it.now_yuan));
        Self {
            earlier,
            sentence: Self::in_a_sentence(all),
            pairs: all.pairs.iter().take(SHOWN).map(|it| pair(it, names)).collect(),
            more_pairs: all.pairs.len().saturating_sub(SHOWN),
            needs: all.needs.iter().take(SHOWN).map(|it| need(it, names)).collect(),
            more_needs: all.needs.len().saturating_sub(SHOWN),
            organizations: all.organizations.iter().take(SHOWN).map(organization).collect(),
            more_organizations: all.organizations.len().saturating_sub(SHOWN),
            total: [wan(before), wan(now), signed(now - before)],
        }
    }

    /// How many pairs were added, dropped and changed.
    pub(super) fn in_a_sentence(all: &PlanDifference) -> String {
        if all.is_empty() {
            return "与原方案完全相同".to_owned();
        }
        let count = |is_meant: &dyn Fn(&PairDifference) -> bool| all.pairs.iter().filter(|it| is_meant(it)).count();
        let (added, dropped) = (count(&|it| it.before_yuan == 0.0), count(&|it| it.now_yuan == 0.0));
        format!(
            "与原方案有{}个组合不同：新增{added}个，去掉{dropped}个，金额改变{}个",
            all.pairs.len(),
            all.pairs.len() - added - dropped
        )
    }
}

/// A difference with its sign.
fn signed(yuan: f64) -> String {
    let sum = wan(yuan);
    if yuan > 0.0 && sum != "0.00" { format!("+{sum}") } else { sum }
}

const fn kind(before: f64, now: f64) -> &'static str {
    if before == 0.0 {
        "新增"
    } else if now == 0.0 {
        "去掉"
    } else if now > before {
        "增加"
    } else {
        "减少"
    }
}

fn pair(it: &PairDifference, names: &Names) -> PairRow {
    PairRow {
        need: names.need(it.need.as_str()).to_owned(),
        organization: it.name.clone(),
        kind: kind(it.before_yuan, it.now_yuan),
        before: wan(it.before_yuan),
        now: wan(it.now_yuan),
        difference: signed(it.now_yuan - it.before_yuan),
        reason: it.reason.clone().unwrap_or_default(),
    }
}

fn need(it: &NeedDifference, names: &Names) -> Row {
    let (before, now) = (it.before_yuan.unwrap_or(0.0), it.now_yuan.unwrap_or(0.0));
    let words = match (it.before_yuan, it.now_yuan) {
        (None, _) => "原方案没有这项需求",
        (_, None) => "不再列入方案",
        _ if before == now => "合计不变，组织或金额有调整",
        _ if now > before => "建议合计增加",
        _ => "建议合计减少",
    };
    let name = names.need(it.need.as_str()).to_owned();
    Row { name, before: wan(before), now: wan(now), difference: signed(now - before), words: words.to_owned() }
}

fn organization(it: &OrganizationDifference) -> Row {
    let words = match (it.needs_before, it.needs_now) {
        (0, now) => format!("新参与，{now}项需求"),
        (before, 0) => format!("不再参与，原{before}项需求"),
        (before, now) if before == now => format!("{now}项需求"),
        (before, now) => format!("由{before}项改为{now}项需求"),
    };
    Row {
        name: it.name.clone(),
        before: wan(it.before_yuan),
        now: wan(it.now_yuan),
        difference: signed(it.now_yuan - it.before_yuan),
        words,
    }
}
