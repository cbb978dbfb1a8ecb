//! A plan on the screen.

use crate::cli::output::{Output, table};
use crate::domain::Money;
use crate::plan::{Plan, PlanSummary};

/// Maximum number of needs printed one by one; the others are only counted.
const SHOWN: usize = 50;

/// Prints the needs with their partners, the unmet amounts and the figures.
pub(super) fn show(plan: &Plan, was_interrupted: bool, output: &mut Output) -> anyhow::Result<()> {
    if was_interrupted {
        output.line("已中断，以下为目前最好的方案")?;
    } else if plan.summary.interrupted {
        output.line("已到时间上限，以下为目前最好的方案")?;
    }
    if !plan.remarks.is_empty() {
        output.line(format!("提醒（{}处）：", plan.remarks.len()))?;
        for remark in plan.remarks.iter().take(SHOWN) {
            output.line(format!("  {remark}"))?;
        }
    }
    output.line(format!("按 {} 已知的记录编制：", plan.as_of))?;
    show_needs(plan, output)?;
    show_open(plan, output)?;
    show_changes(plan, output)?;
    for line in figures(&plan.summary) {
        output.line(line)?;
    }
    output.line(&plan.note)
}

fn show_needs(plan: &Plan, output: &mut Output) -> anyhow::Result<()> {
    let rows = plan.needs.iter().take(SHOWN).map(|need| {
        let partners = need.partners.iter().map(|it| {
            let lead = if it.lead && need.partners.len() > 1 { "（牵头）" } else { "" };
            format!("{}{lead} {}", it.name, money(it.amount_yuan))
        });
        let partners: Vec<String> = partners.collect();
        let partners = if partners.is_empty() { "（暂无）".to_owned() } else { partners.join("\n") };
        vec![need.need.to_string(), need.title.clone(), money(need.gap_yuan), money(need.proposed_yuan), partners]
    });
    output.line(table(&["编号", "需求", "资金缺口", "建议合计", "建议合作组织"], &[2, 3], rows).to_string())?;
    more(plan.needs.len(), output)
}

fn show_open(plan: &Plan, output: &mut Output) -> anyhow::Result<()> {
    let unmet = plan.needs.iter().filter_map(|need| Some((need, need.unmet.as_ref()?)));
    let unmet = unmet.map(|(need, unmet)| {
        let relaxation = unmet.relaxations.first().map(|it| it.text.clone()).unwrap_or_default();
        vec![format!("{}\n{}", need.title, need.need), money(unmet.yuan), unmet.reason.clone(), relaxation]
    });
    let unplanned = plan.unplanned.iter().map(|it| {
        let name = it.title.as_ref().map_or_else(|| it.need.clone(), |title| format!("{title}\n{}", it.need));
        vec![name, "未纳入方案".to_owned(), it.reason.clone(), String::new()]
    });
    let rows: Vec<_> = unmet.chain(unplanned).collect();
    if rows.is_empty() {
        let text = if plan.needs.is_empty() {
            "\n没有可以编制方案的需求"
        } else {
            "\n所有需求都有足额的合作建议"
        };
        return output.line(text);
    }
    let count = rows.len();
    output.line(format!("\n未全额满足的需求（{count}项）："))?;
    let rows = rows.into_iter().take(SHOWN);
    output.line(table(&["需求", "尚缺", "原因", "其余建议不变时，可使其满足的调整"], &[1], rows).to_string())?;
    more(count, output)
}

/// What differs from the earlier plan, pair by pair.
fn show_changes(plan: &Plan, output: &mut Output) -> anyhow::Result<()> {
    let Some(changes) = plan.summary.changes.as_ref().filter(|it| !it.pairs.is_empty()) else { return Ok(()) };
    output.line("\n与原方案不同的组合：")?;
    let rows = changes.pairs.iter().take(SHOWN).map(|it| {
        let need = format!("{}\n{}", it.title, it.need);
        vec![need, it.name.clone(), money(it.before_yuan), money(it.now_yuan), it.reason.clone()]
    });
    output.line(table(&["需求", "组织", "原金额", "现金额", "原因"], &[2, 3], rows).to_string())?;
    more(changes.pairs.len(), output)
}

fn more(count: usize, output: &mut Output) -> anyhow::Result<()> {
    match count.checked_sub(SHOWN).filter(|more| *more > 0) {
        Some(more) => output.line(format!("……另有{more}项，用 --out 写出全部")),
        None => Ok(()),
    }
}

fn figures(it: &PlanSummary) -> Vec<String> {
    let mut lines = vec![
        format!(
            "\n需求{}项：全额满足{}项，部分满足{}项，没有合作组织{}项；资金缺口合计{}，建议合计{}，涉及{}家组织",
            it.needs,
            it.full,
            it.partial,
            it.none,
            money(it.asked_yuan),
            money(it.proposed_yuan),
            it.organizations
        ),
        format!(
            "方案价值（按匹配度折算，减去未满足部分的代价）{}，上界{}，差距{}；{}",
            worth(it.value),
            worth(it.bound),
            percent(it.gap),
            it.ending
        ),
        match it.bound_of_all {
            Some(bound) => format!("考虑了{}对需求和组织；换用其余任何组合，方案价值也不会超过{}", it.pairs, worth(bound)),
            None => format!("考虑了{}对需求和组织；其余组合未全部核算，上界只对所考虑的组合成立", it.pairs),
        },
    ];
    if let Some(price) = &it.price_of_fairness {
        lines.push(format!(
            "公平的代价：建议金额按匹配度折算为{}，不考虑公平时为{}；满足不到四分之一的需求{}项，不考虑公平时{}项",
            worth(price.weighed_yuan),
            worth(price.weighed_yuan_without),
            price.below_quarter,
            price.below_quarter_without
        ));
    }
    if let Some(unstable) = it.unstable_share {
        lines.push(format!(
            "稳定性（不计最低金额等条件的估算）：匹配度有5%以内的偏差时，{}的建议金额会换成建议给别的组织",
            percent(unstable)
        ));
    }
    if let Some(changes) = &it.changes {
        lines.push(format!(
            "与原方案相比：{}个组合不同，其中{}个因原方案已无法执行，{}个为使方案更好（最多允许{}个）",
            changes.count, changes.forced, changes.chosen, changes.limit
        ));
    }
    lines
}

fn money(yuan: f64) -> String {
    Money::from_yuan(yuan).map_or_else(|| "—".to_owned(), |money| money.to_string())
}

/// The value of a plan as text: a weighted sum, not one that anybody pays; it may be below zero.
fn worth(yuan: f64) -> String {
    // Avoids a minus sign before a zero.
    format!("{:.2}万元", (yuan / 100.0).round() / 100.0 + 0.0)
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}
