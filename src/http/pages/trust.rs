//! `/trust`: how far the ranking can be trusted: what was measured, by which command, on which data, and what the score does not
//! know. All figures are of needs whose outcomes the weights had not seen.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::html::{day, render};
use super::layout::Layout;
use crate::app::{App, Trust, TrustCharts};
use crate::domain::Principal;
use crate::http::client::Client;
use crate::http::problem::Problem;

/// One way to rank on one group of needs.
struct Ranking {
    group: String,
    /// Number of needs in it.
    needs: String,
    /// True below the first row of the group.
    is_again: bool,
    label: String,
    is_own: bool,
    recall5: String,
    recall10: String,
    mrr: String,
    /// Mean reciprocal rank of this program minus that of this ranking; empty for this program.
    ahead: String,
}

/// What was measured on one set of needs.
struct Measured {
    /// What was asked of what, in sentences.
    about: String,
    command: String,
    /// When, with what.
    made_by: String,
    /// The result in a sentence.
    summary: String,
    rankings: Vec<Ranking>,
    charts: TrustCharts,
    /// Probability given, share that happened, number of cases.
    calibration: Vec<[String; 3]>,
    calibration_error: String,
}

#[derive(Template)]
#[template(path = "trust.html")]
struct Page {
    layout: Layout,
    replay: Option<Measured>,
    public: Measured,
    /// Fit, share of claimants and of others that reach it.
    reached: Vec<[String; 3]>,
    basis: Vec<(&'static str, String)>,
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    who: Principal,
    client: Client,
    layout: Layout,
) -> Result<Response, Problem> {
    let trust = app.compute(client.0, move |app, _| Ok(app.trust(who))).await?;
    render(StatusCode::OK, &shown(layout, &trust))
}

fn shown(layout: Layout, trust: &Trust) -> Page {
    let reached = trust.reached.iter().map(|it| [format!("{}以上", it.fit), percent(it.claimants), percent(it.others)]).collect();
    Page { layout, reached, basis: basis(trust), replay: replay(trust), public: public(trust) }
}

fn percent(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}

/// A share with its 95 % interval.
fn share_between(mean: f64, low: f64, high: f64) -> String {
    format!("{:.0}%（{:.0}%–{:.0}%）", 100.0 * mean, 100.0 * low, 100.0 * high)
}

/// A difference with its 95 % interval.
fn difference(mean: f64, low: f64, high: f64) -> String {
    format!("{mean:+.3}（{low:+.3}至{high:+.3}）")
}

fn basis(trust: &Trust) -> Vec<(&'static str, String)> {
    let it = &trust.basis;
    let short = |hash: &str| hash.chars().take(8).collect::<String>();
    let model = if it.is_default { "随程序附带的默认权重" } else { "由本机构记录学得的权重" };
    vec![
        ("程序版本", it.program.to_owned()),
        ("权重", format!("{model}，学过{}以前的记录，数据标识{}", day(it.seen_until), short(&it.model))),
        ("记录", format!("组织{}家、往期项目{}个、需求{}项", it.organizations, it.projects, it.needs)),
        ("数据快照", it.snapshot.clone()),
        ("检索词表", it.lexicon.clone()),
    ]
}

fn replay(trust: &Trust) -> Option<Measured> {
    let it = trust.replay.as_ref()?;
    let own = it.systems.first()?;
    let slices = it.slices.iter().filter(|slice| slice.label.starts_with("认领方：名称"));
    let slices: Vec<String> = slices
        .map(|slice| format!("{}的{}项中{}", slice.label.trim_start_matches("认领方："), slice.needs, percent(slice.recall10)))
        .collect();
    let systems = it.systems.iter().enumerate().map(|(n, system)| Ranking {
        group: "全部需求".to_owned(),
        needs: it.needs.to_string(),
        is_again: n > 0,
        label: system.label.clone(),
        is_own: n == 0,
        recall5: percent(system.recall5),
        recall10: share_between(system.recall10.mean, system.recall10.low, system.recall10.high),
        mrr: format!("{:.3}", system.mrr.mean),
        ahead: if n == 0 {
            String::new()
        } else {
            difference(system.difference.mean, system.difference.low, system.difference.high)
        },
    });
    let made_by = &it.made_by;
    Some(Measured {
        about: format!(
            "把{}至{}的{}项已有结果的需求当作当时的新需求，只用此前已知的记录重新推荐，再看当年的认领方排在第几位；{}个认领方中有{}个当时还没有记录，无法找到。所用权重只学过{}以前的记录。",
            day(it.from),
            day(it.to),
            it.needs,
            it.answers,
            it.unknown_answers,
            day(it.seen_until)
        ),
        command: made_by.command.clone(),
        made_by: format!(
            "{}运行，程序版本{}，数据快照{}，词表{}，权重数据标识{}",
            day(made_by.day),
            made_by.program,
            made_by.snapshot,
            made_by.lexicon,
            made_by.model.chars().take(8).collect::<String>()
        ),
        summary: format!(
            "认领方排在前10名的占{}{}。",
            percent(own.recall10.mean),
            if slices.is_empty() { String::new() } else { format!("（{}）", slices.join("，")) }
        ),
        rankings: systems.collect(),
        charts: trust.replay_charts.clone(),
        calibration: it.calibration.bins.iter().map(|bin| bin_row(bin.probability, bin.hits, bin.cases)).collect(),
        calibration_error: format!("{:.3}", it.calibration.error),
    })
}

fn bin_row(probability: f64, hits: f64, cases: usize) -> [String; 3] {
    [format!("{:.1}%", 100.0 * probability), format!("{:.1}%", 100.0 * hits), cases.to_string()]
}

/// Groups that are shown: all claims, then those of local bodies and of others.
const SHOWN_GROUPS: usize = 3;

fn public(trust: &Trust) -> Measured {
    let it = trust.public;
    let directory = it.directories.first();
    let groups = directory.map(|directory| &directory.groups[..directory.groups.len().min(SHOWN_GROUPS)]).unwrap_or_default();
    let name = |label: &str| label.split('：').next_back().unwrap_or_default().to_owned();
    let rankings = groups.iter().flat_map(|group| {
        group.rankers.iter().enumerate().map(|(n, ranker)| Ranking {
            group: name(&group.label),
            needs: group.needs.to_string(),
            is_again: n > 0,
            label: if n == 0 { "本程序（默认权重）".to_owned() } else { ranker.label.to_string() },
            is_own: n == 0,
            recall5: percent(ranker.recall5),
            recall10: share_between(ranker.recall10.mean, ranker.recall10.low, ranker.recall10.high),
            mrr: format!("{:.3}", ranker.mrr.mean),
            ahead: match n {
                0 => String::new(),
                _ => difference(ranker.mrr_difference.mean, ranker.mrr_difference.low, ranker.mrr_difference.high),
            },
        })
    });
    let shares: Vec<String> = groups
        .iter()
        .filter_map(|group| {
            Some(format!("{}的{}项中{}", name(&group.label), group.needs, percent(group.rankers.first()?.recall10.mean)))
        })
        .collect();
    Measured {
        about: format!(
            "{}项公开报道或公示过的认领（收集至{}），按{}个事件分成{}份；每份都由没有见过它的权重、在没有它的记录中排序，候选为案例中的{}家组织。",
            it.claims,
            day(it.as_of),
            it.events,
            it.folds,
            directory.map_or(0, |directory| directory.organizations)
        ),
        command: it.command.clone(),
        made_by: format!("程序版本{}，数据标识{}", it.program, it.data.chars().take(8).collect::<String>()),
        summary: format!("认领方排在前10名的比例：{}。", shares.join("，")),
        rankings: rankings.collect(),
        charts: trust.public_charts.clone(),
        calibration: directory
            .map(|it| it.calibration.bins.iter().map(|bin| bin_row(bin.probability, bin.hits, bin.cases)).collect())
            .unwrap_or_default(),
        calibration_error: directory.map_or_else(String::new, |it| format!("{:.3}", it.calibration.error)),
    }
}
