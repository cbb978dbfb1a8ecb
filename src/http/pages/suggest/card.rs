//! A card: one organization, as a cadre reads it.

use std::collections::HashSet;

use jiff::civil::Date;

use crate::app::{App, OrganizationStanding, Remark, Suggestion};
use crate::domain::{Money, OrganizationKind, Principal, ProjectId, RegistrationLevel, Span};
use crate::explain::{EvidenceProject, EvidenceStrength, PartView, Side, detail, strongest};
use crate::http::pages::html::{day, money};
use crate::http::segment::segment;

/// A piece of a text, and whether it is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http::pages) struct Piece {
    pub(in crate::http::pages) text: String,
    pub(in crate::http::pages) is_marked: bool,
}

/// A past project.
pub(super) struct Evidence {
    pub(super) href: String,
    pub(super) title: Vec<Piece>,
    pub(super) facts: String,
}

/// A reason in a sentence, with projects that no reason above shows.
pub(super) struct Reason {
    pub(super) text: String,
    pub(super) evidence: Vec<Evidence>,
}

/// A row of the score, with the place of its bar in percent of a picture.
pub(super) struct Row {
    pub(super) label: String,
    pub(super) points: String,
    pub(super) text: String,
    pub(super) start: i64,
    pub(super) width: i64,
    pub(super) is_good: bool,
}

/// What a card shows.
pub(super) struct Card {
    pub(super) rank: usize,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) href: String,
    /// Kind, level, home and side.
    pub(super) facts: String,
    pub(super) fit: u8,
    pub(super) meaning: String,
    pub(super) score: i64,
    pub(super) is_thin: bool,
    pub(super) reasons: Vec<Reason>,
    /// All parts that count, which add up to the score.
    pub(super) rows: Vec<Row>,
    pub(super) warnings: Vec<String>,
    pub(super) capacity: String,
    pub(super) commitments: String,
    /// Why somebody here has noted that it does not suit.
    pub(super) remark: Option<String>,
}

/// The card of a suggestion for a need that asks for `sum`.
pub(super) fn card(app: &App, who: Principal, it: &Suggestion, as_of: Date, sum: Option<Money>, remark: Option<&Remark>) -> Card {
    let parts = it.parts.as_deref().unwrap_or_default();
    let standing = app.standing(who, &it.organization, as_of);
    let rows = rows(parts);
    Card {
        rank: it.rank,
        id: it.organization.to_string(),
        name: it.name.clone(),
        href: format!("/organizations/{}", segment(it.organization.as_str())),
        facts: facts(standing.as_ref(), Side::shown(it.side, parts)),
        fit: it.fit,
        meaning: app.fit_meaning(it.fit).unwrap_or_default(),
        score: it.score,
        is_thin: it.evidence == EvidenceStrength::Thin,
        reasons: reasons(parts),
        rows,
        warnings: it.warnings.clone(),
        capacity: standing.as_ref().map(|it| capacity(it, sum)).unwrap_or_default(),
        commitments: standing.as_ref().map(commitments).unwrap_or_default(),
        remark: remark.map(|it| format!("{}（{}）", it.reason.as_deref().unwrap_or_default(), day(it.on))),
    }
}

/// Kind, level, home and side in one line.
pub(super) fn facts(standing: Option<&OrganizationStanding>, side: &str) -> String {
    let kind = standing.map(|it| it.kind).filter(|kind| *kind != OrganizationKind::Other).map_or("", OrganizationKind::label);
    let stated = standing.and_then(|it| it.level.as_deref()).unwrap_or_default();
    let level = RegistrationLevel::of(stated);
    let home = standing.and_then(|it| it.home.clone()).unwrap_or_else(|| "登记地不详".to_owned());
    // A national organization is at home nowhere.
    let home = if level == Some(RegistrationLevel::National) { String::new() } else { home };
    let level = level.map_or(stated, |level| level.label());
    let side = if side == Side::National.label() && !level.is_empty() { "" } else { side };
    let all = [kind, level, &home, side];
    all.into_iter().filter(|it| !it.is_empty() && *it != "不详").collect::<Vec<_>>().join(" · ")
}

/// Ends of the bands in which remaining capacity is told, in 万元: an estimate is no finer.
const BANDS: [i64; 6] = [10, 30, 100, 300, 1_000, 3_000];

/// What an organization can still give, as a band, and what that means for a need.
pub(super) fn capacity(standing: &OrganizationStanding, sum: Option<Money>) -> String {
    let Some(remaining) = standing.means.left else { return "资金情况不明，请先了解".to_owned() };
    let wan = remaining.fen() / Money::WAN.fen();
    let at = BANDS.iter().position(|&end| wan < end).unwrap_or(BANDS.len());
    let band = match (at.checked_sub(1).map(|at| BANDS[at]), BANDS.get(at)) {
        (None, Some(end)) => format!("不足{end}万元"),
        (Some(from), Some(end)) => format!("{from}万元至{end}万元"),
        (from, None) => format!("{}万元以上", from.unwrap_or_default()),
    };
    let enough = match sum {
        Some(sum) if remaining >= sum => "，够承担本项需求",
        Some(sum) if remaining.fen() >= sum.fen() / 3 => "，够承担本项需求的一部分",
        Some(_) => "，只够承担一小部分",
        None => "",
    };
    if standing.means.is_of_past {
        return format!("以往一次出资约{band}{enough}；今年余额不详，请先了解");
    }
    format!("今年估计还可出{band}（{}）{enough}", standing.means.basis.trim_start_matches("估计："))
}

/// What an organization has promised this year.
pub(super) fn commitments(standing: &OrganizationStanding) -> String {
    match standing.commitments {
        0 => "本系统中没有登记它今年的认领".to_owned(),
        needs => format!("今年已申请或认领{needs}项，合计{}", money(standing.committed)),
    }
}

/// The three strongest reasons; each project stands under the first of them that rests on it.
fn reasons(parts: &[PartView]) -> Vec<Reason> {
    let mut shown: HashSet<&ProjectId> = HashSet::new();
    let reason = |part: &'_ PartView, evidence| Reason { text: part.reason.clone(), evidence };
    let mut reasons = Vec::new();
    for part in strongest(parts) {
        let new = part.evidence.iter().filter(|it| shown.insert(&it.project));
        let evidence: Vec<Evidence> = new.take(MOST_PROJECTS).map(evidence).collect();
        reasons.push(reason(part, evidence));
    }
    reasons
}

/// Most projects under one reason of a card.
const MOST_PROJECTS: usize = 2;

fn evidence(it: &EvidenceProject) -> Evidence {
    let facts = [it.period.clone(), it.region.clone(), it.amount_yuan.and_then(Money::from_yuan).map(money)];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let facts = if facts.is_empty() { String::new() } else { format!("（{}）", facts.join("，")) };
    Evidence { href: format!("/projects/{}", segment(it.project.as_str())), title: cut(&it.title, &it.highlights), facts }
}

/// The rows of the score, largest first, with bars on one scale.
pub(super) fn rows(parts: &[PartView]) -> Vec<Row> {
    let mut all = detail(parts);
    all.sort_by_key(|row| std::cmp::Reverse(row.points.abs()));
    let most = all.iter().map(|row| row.points).max().unwrap_or_default().max(0);
    let least = all.iter().map(|row| row.points).min().unwrap_or_default().min(0);
    let scaled = |points: i64| points.abs() * 100 / (most - least).max(1);
    let zero = scaled(least);
    let row = |row: crate::explain::DetailRow<'_>| {
        let width = scaled(row.points).max(1);
        Row {
            points: format!("{:+}", row.points),
            text: row.reason.to_owned(),
            start: if row.points < 0 { (zero - width).max(0) } else { zero },
            width,
            is_good: row.points > 0,
            label: row.label,
        }
    };
    all.into_iter().map(row).collect()
}

/// A text in pieces; `spans` are ranges of characters that ascend and do not overlap.
pub(super) fn cut(text: &str, spans: &[Span]) -> Vec<Piece> {
    let chars: Vec<char> = text.chars().collect();
    let piece = |range: std::ops::Range<usize>, is_marked| Piece { text: chars[range].iter().collect(), is_marked };
    let (mut pieces, mut at) = (Vec::new(), 0);
    for span in spans {
        pieces.push(piece(at..span.0, false));
        pieces.push(piece(span.0..span.1, true));
        at = span.1;
    }
    pieces.push(piece(at..chars.len(), false));
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::plan::Means;

    fn standing(wan: Option<i64>) -> OrganizationStanding {
        OrganizationStanding {
            kind: OrganizationKind::Foundation,
            level: Some("provincial".to_owned()),
            home: Some("上海市".to_owned()),
            means: Means {
                left: wan.and_then(|wan| Money::from_fen(wan * Money::WAN.fen())),
                basis: "申报预算扣除本年已认领",
                is_of_past: false,
            },
            commitments: 2,
            committed: Money::from_fen(45_000_000).unwrap(),
        }
    }

    #[test]
    fn capacity_is_told_as_a_band_against_the_sum() {
        let sum = Money::from_fen(30 * Money::WAN.fen());
        let told = |wan| capacity(&standing(wan), sum);
        assert_eq!(told(Some(45)), "今年估计还可出30万元至100万元（申报预算扣除本年已认领），够承担本项需求");
        assert_eq!(told(Some(10)), "今年估计还可出10万元至30万元（申报预算扣除本年已认领），够承担本项需求的一部分");
        assert_eq!(told(Some(0)), "今年估计还可出不足10万元（申报预算扣除本年已认领），只够承担一小部分");
        assert_eq!(capacity(&standing(Some(5_000)), None), "今年估计还可出3000万元以上（申报预算扣除本年已认领）");
        assert_eq!(told(None), "资金情况不明，请先了解");
        assert_eq!(commitments(&standing(None)), "今年已申请或认领2项，合计45.00万元");
        assert_eq!(facts(Some(&standing(None)), "援助方"), "基金会 · 省级 · 上海市 · 援助方");
    }
}
