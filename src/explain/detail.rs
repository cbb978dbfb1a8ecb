//! The parts of a score as a list for readers: what is said once is not said again, and the sum stays the score.

use std::collections::HashSet;

use super::part::{EvidenceProject, PartView};
use crate::domain::ProjectId;
use crate::excerpt::excerpt_of;

/// Parts of so few points are added up in one row.
const FEW_POINTS: i64 = 2;
/// Longest title in a sentence or a row, and the fewest characters that are left of one that is cut at a mark: some are whole
/// descriptions.
const TITLE_CHARS: usize = 24;
const LEAST_TITLE_CHARS: usize = 6;

/// One row: a part, or several that say the same.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DetailRow<'a> {
    /// Names of the parts.
    pub(crate) label: String,
    /// Their sum.
    pub(crate) points: i64,
    /// The reason in a sentence.
    pub(crate) reason: &'a str,
    /// The past projects that no row above shows.
    pub(crate) evidence: Vec<&'a EvidenceProject>,
    /// How many more it rests on, if it shows any.
    pub(crate) more: usize,
    /// True if it rests on projects that a row above shows.
    pub(crate) is_as_above: bool,
}

/// The rows of a score: parts that say the same in one, small ones in the last. Parts without points are left out.
pub(crate) fn detail(parts: &[PartView]) -> Vec<DetailRow<'_>> {
    let mut groups: Vec<(Vec<&PartView>, i64)> = Vec::new();
    for part in parts.iter().filter(|part| part.points != 0) {
        match groups.iter_mut().find(|(same, _)| same[0].reason == part.reason) {
            Some((same, points)) => {
                same.push(part);
                *points += part.points;
            }
            None => groups.push((vec![part], part.points)),
        }
    }
    let (mut few, mut many): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(_, points)| points.abs() <= FEW_POINTS);
    if few.len() == 1 {
        many.append(&mut few);
    }
    let mut shown: HashSet<&ProjectId> = HashSet::new();
    let mut rows = Vec::new();
    for (same, points) in many {
        let (mut evidence, mut is_as_above) = (Vec::new(), false);
        let mut own: HashSet<&ProjectId> = HashSet::new();
        for project in same.iter().flat_map(|part| &part.evidence) {
            if !own.insert(&project.project) {
                continue;
            }
            if shown.insert(&project.project) {
                evidence.push(project);
            } else {
                is_as_above = true;
            }
        }
        let label = match same.as_slice() {
            [first, second] => format!("{}、{}", first.label, second.label),
            [first, _, _, ..] => format!("{}等{}项", first.label, same.len()),
            _ => same[0].label.to_owned(),
        };
        let more = if evidence.is_empty() { 0 } else { same.iter().map(|part| part.more).max().unwrap_or_default() };
        rows.push(DetailRow { label, points, reason: &same[0].reason, evidence, more, is_as_above });
    }
    let points: i64 = few.iter().map(|(_, points)| points).sum();
    if points != 0 {
        rows.push(DetailRow {
            label: "其他小项".to_owned(),
            points,
            reason: "合计",
            evidence: Vec::new(),
            more: 0,
            is_as_above: false,
        });
    }
    rows
}

/// A title for a sentence: whole if it is short, else up to a mark where a reader pauses.
pub(crate) fn short_title(title: &str) -> String {
    let chars: Vec<char> = title.trim().chars().collect();
    if chars.len() <= TITLE_CHARS {
        return excerpt_of(title, TITLE_CHARS);
    }
    let pauses = |&at: &usize| matches!(chars[at], '，' | '；' | '。' | '：' | '（' | '(' | '、' | ',' | ' ' | '—');
    let end = (LEAST_TITLE_CHARS..=TITLE_CHARS).rev().find(pauses).unwrap_or(TITLE_CHARS);
    format!("{}…", excerpt_of(&chars[..end].iter().collect::<String>(), TITLE_CHARS))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::score::Feature;
    use proptest::prelude::*;

    pub(in crate::explain) fn part(feature: Feature, points: i64, reason: &str, projects: &[&str]) -> PartView {
        let project = |id: &&str| EvidenceProject {
            project: ProjectId::new(*id),
            title: format!("项目{id}"),
            highlights: Vec::new(),
            year: None,
            period: None,
            region: None,
            amount_yuan: None,
        };
        PartView {
            feature,
            label: feature.label(),
            value: None,
            weight: 1.0,
            points,
            reason: reason.to_owned(),
            evidence: projects.iter().map(project).collect(),
            more: 0,
        }
    }

    #[test]
    fn what_is_said_once_is_not_said_again() {
        let parts = [
            part(Feature::TextVotes, 30, "做过很相近的项目", &["a"]),
            part(Feature::BestPrecedent, 50, "做过很相近的项目", &["a"]),
            part(Feature::SectorActivity, 20, "做过2个项目", &["b", "a"]),
            part(Feature::Groups, 10, "以学生为对象", &["a"]),
            part(Feature::TicketFit, -10, "没有金额记录", &[]),
            part(Feature::Capacity, -10, "没有金额记录", &[]),
            part(Feature::HomeVotes, 2, "较多", &[]),
            part(Feature::Modes, 1, "以物资为方式", &[]),
        ];
        let rows = detail(&parts);
        let told = rows.iter().map(|row| {
            let new: Vec<&str> = row.evidence.iter().map(|it| it.project.as_str()).collect();
            format!("{} {:+} {} {} {}", row.label, row.points, row.reason, new.join("+"), row.is_as_above)
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                "相似项目、最相似项目 +80 做过很相近的项目 a false",
                "领域项目数 +20 做过2个项目 b true",
                "服务对象 +10 以学生为对象  true",
                "资助规模、资金能力 -20 没有金额记录  false",
                "其他小项 +3 合计  false",
            ]
        );
    }

    proptest! {
        #[test]
        fn the_rows_add_up_to_the_parts(points in prop::collection::vec((-9..9_i64, 0..4_usize), 0..20)) {
            let reasons = ["甲", "乙", "丙", "丁"];
            let parts: Vec<PartView> =
                points.iter().map(|&(points, at)| part(Feature::Home, points, reasons[at], &[])).collect();
            let sum: i64 = points.iter().map(|it| it.0).sum();
            prop_assert_eq!(detail(&parts).iter().map(|row| row.points).sum::<i64>(), sum);
        }
    }

    #[test]
    fn a_long_title_ends_where_a_reader_pauses() {
        let cases = [
            ("“乡村医生”培训赋能项目", "“乡村医生”培训赋能项目"),
            ("甘肃庆阳环县等地农村学校饮用集流水窖水，水质浑浊有异味，需净饮机", "甘肃庆阳环县等地农村学校饮用集流水窖水…"),
            ("云南昭通镇雄县留守儿童多，需培养村级儿童主任开展日常关爱", "云南昭通镇雄县留守儿童多…"),
            ("为四川雅安芦山地震灾区残疾人配轮椅假肢并开展康复训练和回访", "为四川雅安芦山地震灾区残疾人配轮椅假肢并开展康复…"),
        ];
        for (title, short) in cases {
            assert_eq!(short_title(title), short);
        }
    }
}
