//! A plan from the question to the answer.

use std::time::Instant;

use jiff::civil::Date;
use rayon::prelude::*;

use super::candidates::min_fit;
use super::decode::Decoder;
use super::draft::{Changes, DRAFT, FrontierPoint, Plan, PlanSetting, PlanSummary, PriceOfFairness};
use super::encode::Encoder;
use super::needs::Listed;
use super::rules::Rules;
use super::search::{self, Solved};
use super::unmet::Trial;
use super::{Fairness, PairRule, PlanAsk, PlanControl, PlanNeeds, PlanProgress, PlanStage, needs};
use crate::catalog::Catalog;
use crate::error::AppError;
use crate::request;
use crate::score::{ScoringContext, Weights};
use crate::solver::integer::Ending;
use crate::solver::stability::unstable_share;
use crate::solver::stop::Stop;

/// Needs for which single changes are tried; beyond, the reason alone is given.
const RELAXED: usize = 200;
/// How far fits are moved to see what of the plan depends on them, and how often.
const NOISE: f64 = 0.05;
const NOISE_TRIES: u64 = 10;

/// Plans partners for many needs at once. With `keep`, starts from an earlier plan.
///
/// # Errors
/// Conditions that cannot be meant or that contradict each other, by name; or a text index that cannot be read.
pub fn plan(
    catalog: &Catalog,
    weights: &Weights,
    today: Date,
    ask: &PlanAsk,
    listed: &PlanNeeds,
    keep: Option<&Plan>,
    control: &PlanControl<'_>,
) -> Result<Plan, AppError> {
    ask.check(keep.is_some())?;
    let stop = search::stop(ask, control, Instant::now());
    let as_of = request::as_of(ask.as_of.as_deref(), today)?;
    let view = catalog.as_of(as_of);
    let context = ScoringContext { catalog, view: &view, weights };
    let Listed { wanted, unplanned, remarks } = needs::read(catalog, &view, ask, listed)?;
    let rules = Rules::new(catalog, &view, ask, &wanted)?;
    let encoder = Encoder { catalog, view: &view, ask, rules: &rules, wanted: &wanted };
    let solved = search::search(context, &encoder, keep, control, stop)?;
    let Solved { encoded, solution, kept, bound_of_all } = &solved;
    let decoder = Decoder::new(context, &wanted, encoded, solution);
    let mut planned = decoder.needs()?;
    let open: Vec<usize> = (0..wanted.len()).filter(|&need| decoder.given(need) < encoded.problem.needs[need].gap).collect();
    // What was stopped is handed over at once: with reasons, but no search for changes.
    let hurried = stop.now();
    let near = kept.as_ref().is_some_and(|kept| ask.max_changes.is_some_and(|most| kept.changes >= most));
    let explain = |(n, &need): (usize, &usize)| {
        decoder.unmet(&rules, need, Trial { changes: n < RELAXED && !hurried, hurried, near, stop })
    };
    let reasons: Result<Vec<_>, AppError> = open.par_iter().enumerate().map(explain).collect();
    for (need, reason) in open.iter().zip(reasons?) {
        planned[*need].unmet = reason;
    }
    let total = open.len();
    (control.progress)(PlanProgress { stage: PlanStage::Explaining, done: total, total, gap: Some(solution.gap()) });
    let (regions, sectors) = decoder.coverage();
    let organizations = decoder.organizations();
    let summary = PlanSummary {
        needs: planned.len(),
        full: planned.iter().filter(|it| it.unmet.is_none()).count(),
        partial: planned.iter().filter(|it| it.unmet.is_some() && !it.partners.is_empty()).count(),
        none: planned.iter().filter(|it| it.unmet.is_some() && it.partners.is_empty()).count(),
        joint: planned.iter().filter(|it| it.partners.len() > 1).count(),
        organizations: organizations.len(),
        asked_yuan: planned.iter().map(|it| it.gap_yuan).sum(),
        proposed_yuan: planned.iter().map(|it| it.proposed_yuan).sum(),
        unit_yuan: encoded.unit_yuan as f64,
        value: encoded.worth_yuan(solution.value),
        bound: encoded.worth_yuan(solution.bound),
        gap: solution.gap(),
        ending: ending(solution.ending).to_owned(),
        pairs: encoded.problem.candidates.len(),
        bound_of_all: bound_of_all.map(|it| encoded.worth_yuan(it)),
        interrupted: matches!(solution.ending, Ending::TimeLimit | Ending::Stopped) || hurried,
        price_of_fairness: if hurried || kept.is_some() { None } else { price_of_fairness(&encoder, &decoder, control, stop) },
        unstable_share: if hurried { None } else { unstable_share(&encoded.problem, NOISE, NOISE_TRIES, stop).ok() },
        changes: kept.as_ref().map(|kept| Changes {
            count: kept.changes,
            limit: ask.max_changes.unwrap_or(kept.changes),
            forced: kept.forced,
            frontier: kept
                .frontier
                .iter()
                .map(|&(changes, value)| FrontierPoint { changes, value: encoded.worth_yuan(value) })
                .collect(),
        }),
    };
    let settings = settings(ask, &rules, &encoder);
    let (note, snapshot) = (DRAFT.to_owned(), catalog.version.to_string());
    Ok(Plan { note, as_of, snapshot, settings, summary, needs: planned, organizations, regions, sectors, unplanned, remarks })
}

const fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::Proven => "已证明最优",
        Ending::Exhausted => "搜索完成，尚未证明最优",
        Ending::TimeLimit => "到达时限，为目前最好的方案",
        Ending::Stopped => "已中断，为目前最好的方案",
    }
}

/// The plan beside one in which every yuan is worth the same.
fn price_of_fairness(
    encoder: &Encoder<'_>,
    decoder: &Decoder<'_>,
    control: &PlanControl<'_>,
    stop: Stop<'_>,
) -> Option<PriceOfFairness> {
    if encoder.ask.fairness == Fairness::Off {
        return None;
    }
    let mut flat = decoder.encoded.problem.clone();
    encoder.make_flat(&mut flat);
    let quiet = PlanControl { stop: control.stop, progress: &|_| {} };
    let other = search::solve_fairly(Fairness::Off, &mut flat, &quiet, stop).ok()?;
    if matches!(other.ending, Ending::TimeLimit | Ending::Stopped) {
        return None;
    }
    let problem = &decoder.encoded.problem;
    let weighed = |amounts: &[i64]| {
        let worth = problem.candidates.iter().zip(amounts).map(|(c, &amount)| i128::from(c.weight) * i128::from(amount));
        decoder.encoded.worth_yuan(worth.sum())
    };
    let below_quarter = |amounts: &[i64]| {
        let mut given = vec![0; problem.needs.len()];
        problem.candidates.iter().zip(amounts).for_each(|(c, amount)| given[c.need as usize] += amount);
        given.iter().zip(&problem.needs).filter(|(given, need)| **given * 4 < need.gap).count()
    };
    let own = &decoder.solution.amounts;
    Some(PriceOfFairness {
        weighed_yuan: weighed(own),
        weighed_yuan_without: weighed(&other.amounts),
        proposed_yuan_without: decoder.yuan(other.amounts.iter().sum()),
        below_quarter: below_quarter(own),
        below_quarter_without: below_quarter(&other.amounts),
    })
}

/// The settings as they were meant.
fn settings(ask: &PlanAsk, rules: &Rules, encoder: &Encoder<'_>) -> Vec<PlanSetting> {
    let wan = |yuan: i64| format!("{}万元", yuan as f64 / 10_000.0);
    let limit = |limit: Option<u32>, unit: &str| limit.map_or_else(|| "不限".to_owned(), |limit| format!("{limit}{unit}"));
    let yes = |on: bool| if on { "是" } else { "否" }.to_owned();
    let fairness = match ask.fairness {
        Fairness::Quarters => "按四分之一分档：越是空缺的需求，下一元越优先",
        Fairness::Leximin => "逐级最大化最低满足率",
        Fairness::Off => "不考虑：每一元同等看待",
    };
    let none_or = |text: String| if text.is_empty() { "无".to_owned() } else { text };
    let taxonomy = &encoder.catalog.reference.taxonomy;
    let name = |organization: usize| encoder.catalog.organizations[organization].name.as_str();
    let pairs = |rule| -> String {
        let these = ask.pairs.iter().zip(&rules.pairs).filter(|(_, it)| it.rule == rule);
        let amount = |yuan: Option<i64>| yuan.map_or_else(String::new, |yuan| format!(" {}", wan(yuan)));
        let these = these.map(|(pair, it)| format!("{}：{}{}", pair.need, name(it.organization), amount(it.yuan)));
        none_or(these.collect::<Vec<_>>().join("；"))
    };
    let earmarks = rules.earmarks.iter();
    let earmarks =
        earmarks.map(|it| format!("{}：{} {}", name(it.organization), taxonomy.name(taxonomy.code(it.sector)), wan(it.yuan)));
    let earmarks: Vec<String> = earmarks.collect();
    let reserves: Vec<String> = rules.reserves.iter().map(|it| format!("{} {}", it.name, wan(it.yuan))).collect();
    let unknown = rules.unknown_budget.map_or_else(|| "不列入".to_owned(), |money| format!("按{}计", wan(money.fen() / 100)));
    let rows = [
        ("公平", fairness.to_owned()),
        ("兼顾地区之间的公平", yes(ask.region_fairness)),
        ("分散负担", yes(ask.spread)),
        ("照顾历史较少的组织", yes(ask.newcomers)),
        ("单家最低金额（组织未声明时）", wan(rules.min_ticket_yuan)),
        ("单家最高金额", rules.max_ticket_yuan.map_or_else(|| "不限".to_owned(), wan)),
        ("每项需求的合作组织上限", limit(ask.max_partners, "家")),
        ("每家组织承担的需求数上限（未声明时）", limit(ask.max_projects, "项")),
        ("最低匹配度", min_fit(ask).to_string()),
        ("资金情况不明的组织", unknown),
        ("须全额满足的需求", format!("{}项", encoder.wanted.iter().filter(|it| it.whole).count())),
        ("指定的组合", pairs(PairRule::Force)),
        ("锁定的组合", pairs(PairRule::Lock)),
        ("排除的组合", pairs(PairRule::Forbid)),
        ("预留资金", none_or(reserves.join("；"))),
        ("专项资金", none_or(earmarks.join("；"))),
        ("对原方案的改动", ask.max_changes.map_or_else(|| "没有原方案".to_owned(), |most| format!("最多{most}个组合"))),
        ("时限", ask.time_limit.map_or_else(|| "无".to_owned(), |seconds| format!("{seconds}秒"))),
    ];
    rows.into_iter().map(|(name, value)| PlanSetting { name: name.to_owned(), value }).collect()
}
