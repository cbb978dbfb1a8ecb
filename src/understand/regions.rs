//! Places: all candidates of every name, narrowed by the other names and by the context; ambiguous stays ambiguous.

use std::ops::Range;

use qianshou_index::normalize::normalize;

use super::{Reading, span};
use crate::domain::{RegionCode, RegionFinding};
use crate::reference::{Divisions, Level, Mention, Reference};

/// What the cell of a region column says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegionField {
    /// One or more places, all certain.
    Certain(Vec<RegionFinding>),
    /// At least one name may mean several places: every candidate, and none certain among its own.
    Ambiguous(Vec<RegionFinding>),
    /// No name in it is a place that the table knows.
    Unknown,
}

/// Reads a region column, flag or field. There common words count as places. `province_first`: a bare 河南 or 海南 means
/// the province, as in the home of an organization.
#[must_use]
pub fn region_field(reference: &Reference, text: &str, context: Option<RegionCode>, province_first: bool) -> RegionField {
    let text = normalize(text).text;
    if let Some(code) = text.parse().ok().filter(|&code| reference.divisions.get(code).is_some()) {
        let name = reference.divisions.full_name(code);
        return RegionField::Certain(vec![RegionFinding { code, name, matched: text, certain: true, span: None }]);
    }
    let mentions = reference.divisions.mentions(&text);
    if names_more(&text, &mentions) {
        return RegionField::Unknown;
    }
    let mut found = resolve(reference.divisions, &text, &mentions, context, province_first);
    found.iter_mut().for_each(|finding| finding.span = None);
    if found.is_empty() {
        RegionField::Unknown
    } else if found.iter().all(|finding| finding.certain) {
        RegionField::Certain(found)
    } else {
        RegionField::Ambiguous(found)
    }
}

/// True if something else than the known names ends like one (假县): part of the place is unknown. 三县, 各县 and 全州
/// count places and name none.
fn names_more(text: &str, mentions: &[Mention]) -> bool {
    const COUNTING: &str = "一二两三四五六七八九十0123456789各全多等个余和与及";
    let mut rest = String::new();
    let mut at = 0;
    for mention in mentions {
        rest.push_str(&text[at..mention.start]);
        rest.push('、');
        at = mention.end;
    }
    rest.push_str(&text[at..]);
    let pieces = rest.split(|c: char| !c.is_alphanumeric());
    pieces.into_iter().any(|piece| {
        let name = piece.strip_suffix(['省', '州', '市', '县', '旗']).unwrap_or_default();
        !name.is_empty() && !name.ends_with(|c| COUNTING.contains(c))
    })
}

/// The stated places; where the text names certain ones inside them, those.
#[must_use]
pub fn refine_regions(divisions: &Divisions, stated: &[RegionFinding], read: Vec<RegionFinding>) -> Vec<RegionFinding> {
    if stated.is_empty() {
        return read;
    }
    let within = |region: &RegionFinding| stated.iter().any(|outer| outer.certain && divisions.contains(outer.code, region.code));
    let inner: Vec<RegionFinding> = read.into_iter().filter(|region| region.certain && within(region)).collect();
    let covered = |outer: &RegionFinding| inner.iter().any(|region| divisions.contains(outer.code, region.code));
    let mut regions: Vec<RegionFinding> = stated.iter().filter(|outer| !covered(outer)).cloned().collect();
    regions.extend(inner.iter().cloned());
    regions
}

/// The places that a free text concerns; the helping side (上海援建…) is none of them.
pub(super) fn read(reference: &Reference, text: &str, context: Option<RegionCode>) -> Reading<Vec<RegionFinding>> {
    let divisions = reference.divisions;
    let all = divisions.mentions(text);
    let is_place = |n: usize| !all[n].is_common_word || stands_as_place(divisions, text, &all, n);
    let mut mentions: Vec<Mention> = (0..all.len()).filter(|&n| is_place(n)).map(|n| all[n].clone()).collect();
    let taken: Vec<Range<usize>> = mentions.iter().map(|mention| mention.start..mention.end).collect();
    mentions.retain(|mention| !is_township(divisions, text, mention));
    let helps: Vec<bool> = mentions.iter().map(|mention| is_helper(reference, text, mention)).collect();
    // A text that names nobody but the helper speaks of a need at the helper's own place.
    if helps.contains(&false) {
        let mut helps = helps.into_iter();
        mentions.retain(|_| !helps.next().unwrap_or_default());
    }
    let mut found = resolve(divisions, text, &mentions, context, false);
    doubt_strays(divisions, &mentions, &mut found);
    Reading { found, taken }
}

/// A bare short name of a county far from every other place of the text is more often part of another word (盘山 in
/// 六盘山, 三江 in 三江源) than a place: it stays a candidate.
fn doubt_strays(divisions: &Divisions, mentions: &[Mention], found: &mut [RegionFinding]) {
    let named: Vec<RegionCode> = mentions.iter().filter_map(|mention| single(&mention.candidates)).collect();
    for finding in found.iter_mut().filter(|it| it.certain && !it.matched.ends_with(SUFFIXES)) {
        let around = named.iter().filter(|code| code.province() == finding.code.province()).count();
        if divisions.level(finding.code) == Level::County && named.len() > 1 && around == 1 {
            finding.certain = false;
        }
    }
}

const SUFFIXES: [char; 6] = ['县', '州', '市', '区', '盟', '旗'];
/// True for the short name of a county that a township or street bears as well: 洪山镇, 米林社区.
fn is_township(divisions: &Divisions, text: &str, mention: &Mention) -> bool {
    let behind = &text[mention.end..];
    let is_township = behind.starts_with('乡') && !["乡村", "乡镇"].iter().any(|word| behind.starts_with(word))
        || ["镇", "社区", "街道"].iter().any(|word| behind.starts_with(word));
    let is_short = !text[mention.start..mention.end].ends_with(SUFFIXES);
    is_township && is_short && mention.candidates.iter().all(|&code| divisions.level(code) == Level::County)
}

const HELPING: [&str; 11] = ["援", "帮扶", "捐", "对口", "协作", "结对", "社会组织", "基金会", "慈善", "企业", "爱心"];
/// How far behind a name a helping word still belongs to it.
const HELPING_REACH: usize = 8;

/// True where a common word means a place after all: 县, 州 or 市 follows, a name that contains it stands directly before,
/// or it is the short name of a province at the start of a clause.
fn stands_as_place(divisions: &Divisions, text: &str, all: &[Mention], n: usize) -> bool {
    let mention = &all[n];
    let before = n.checked_sub(1).map(|before| &all[before]).filter(|before| before.end == mention.start);
    let follows_container = before.is_some_and(|before| {
        let inside =
            |inner: &RegionCode| before.candidates.iter().any(|&outer| outer != *inner && divisions.contains(outer, *inner));
        mention.candidates.iter().any(inside)
    });
    let starts_clause = !text[..mention.start].chars().next_back().is_some_and(char::is_alphanumeric);
    let names_province = mention.candidates.iter().any(|&code| code == code.province());
    text[mention.end..].starts_with(SUFFIXES) || follows_container || starts_clause && names_province
}

/// True for a province that only helps, named together with helping.
fn is_helper(reference: &Reference, text: &str, mention: &Mention) -> bool {
    if !mention.candidates.iter().all(|&code| reference.counterparts.only_helps(code)) {
        return false;
    }
    let behind: String = text[mention.end..].chars().take_while(|c| !"，。；,;".contains(*c)).take(HELPING_REACH).collect();
    HELPING.iter().any(|word| behind.contains(word))
}

fn resolve(
    divisions: &Divisions,
    text: &str,
    mentions: &[Mention],
    context: Option<RegionCode>,
    province_first: bool,
) -> Vec<RegionFinding> {
    let settled: Vec<Vec<RegionCode>> = (0..mentions.len())
        .map(|n| {
            if province_first && let Some(&province) = mentions[n].candidates.iter().find(|&&c| c == c.province()) {
                return vec![province];
            }
            narrow(divisions, mentions, n, context)
        })
        .collect();
    let certain: Vec<RegionCode> = settled.iter().filter_map(|codes| single(codes)).collect();
    let mut found: Vec<RegionFinding> = Vec::new();
    for (mention, codes) in mentions.iter().zip(&settled) {
        let is_certain = codes.len() == 1;
        for &code in codes {
            let refined = certain.iter().any(|&inner| inner != code && divisions.contains(code, inner));
            if refined && is_certain || found.iter().any(|finding| finding.code == code) {
                continue;
            }
            found.push(RegionFinding {
                code,
                name: divisions.full_name(code),
                matched: text[mention.start..mention.end].to_owned(),
                certain: is_certain,
                span: Some(span(text, &(mention.start..mention.end))),
            });
        }
    }
    found
}

fn single(codes: &[RegionCode]) -> Option<RegionCode> {
    match codes {
        [code] => Some(*code),
        _ => None,
    }
}

/// The candidates of the `n`th mention that fit best: those within the name directly before, or around the name directly
/// behind; those related to an unambiguous name; those in the context; the one that contains all others.
fn narrow(divisions: &Divisions, mentions: &[Mention], n: usize, context: Option<RegionCode>) -> Vec<RegionCode> {
    let mention = &mentions[n];
    if mention.candidates.len() < 2 {
        return mention.candidates.clone();
    }
    let before = n.checked_sub(1).map(|before| &mentions[before]).filter(|before| before.end == mention.start);
    let behind = mentions.get(n + 1).filter(|behind| behind.start == mention.end);
    let anchors = mentions.iter().filter_map(|other| single(&other.candidates));
    let anchors: Vec<RegionCode> = anchors.collect();
    let within = |outer: RegionCode, inner: RegionCode| outer != inner && divisions.contains(outer, inner);
    let tests: [&dyn Fn(RegionCode) -> bool; 4] = [
        &|code| before.is_some_and(|before| before.candidates.iter().any(|&outer| within(outer, code))),
        &|code| behind.is_some_and(|behind| behind.candidates.iter().any(|&inner| within(code, inner))),
        &|code| anchors.iter().any(|&anchor| within(anchor, code) || within(code, anchor)),
        &|code| context.is_some_and(|context| divisions.contains(context, code)),
    ];
    let mut left = mention.candidates.clone();
    for test in tests {
        let kept: Vec<RegionCode> = left.iter().copied().filter(|&code| test(code)).collect();
        if !kept.is_empty() {
            left = kept;
        }
    }
    let widest = left.iter().copied().find(|&outer| left.iter().all(|&inner| divisions.contains(outer, inner)));
    widest.map_or(left, |code| vec![code])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, context: Option<u32>) -> Vec<(String, bool)> {
        let context = context.and_then(RegionCode::new);
        read(&Reference::embedded(), text, context).found.into_iter().map(|it| (it.name, it.certain)).collect()
    }

    fn certain(text: &str) -> Vec<String> {
        names(text, None).into_iter().filter(|it| it.1).map(|it| it.0).collect()
    }

    #[test]
    fn the_most_specific_name_of_a_chain_counts() {
        assert_eq!(certain("云南省迪庆藏族自治州德钦县升平镇"), ["云南省迪庆藏族自治州德钦县"]);
        assert_eq!(certain("青海玉树、果洛高原牧区"), ["青海省玉树藏族自治州", "青海省果洛藏族自治州"]);
        assert_eq!(certain("果洛州玛沁、甘德、达日三县").len(), 3);
    }

    #[test]
    fn the_helping_side_is_no_region_of_the_need() {
        assert_eq!(certain("上海援建的果洛州玛沁县"), ["青海省果洛藏族自治州玛沁县"]);
        assert_eq!(certain("上海市慈善基金会拟资助德钦县"), ["云南省迪庆藏族自治州德钦县"]);
        assert_eq!(certain("上海市虹口区独居老人"), ["上海市虹口区"]);
        assert_eq!(certain("上海市崇明区爱心超市"), ["上海市崇明区"]);
    }

    #[test]
    fn old_names_resolve_and_common_words_do_not() {
        assert_eq!(certain("中甸县小学"), ["云南省迪庆藏族自治州香格里拉市"]);
        assert_eq!(certain("建设长安街道"), [] as [&str; 0]);
    }

    #[test]
    fn ambiguous_names_list_every_candidate_and_none_is_certain() {
        let found = names("海南小学饮水", None);
        // 海南省, 海南州, 乌海市海南区
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|(_, certain)| !certain));
        assert_eq!(certain("朝阳小学净水"), [] as [&str; 0]);
        assert_eq!(certain("青海海南州共和县"), ["青海省海南藏族自治州共和县"]);
        assert_eq!(names("海南小学饮水", Some(630_000)), [("青海省海南藏族自治州".to_owned(), true)]);
    }

    #[test]
    fn a_short_name_inside_another_word_is_not_taken_for_certain() {
        assert_eq!(certain("陕西宝鸡六盘山片区救护车"), ["陕西省宝鸡市"]);
        assert_eq!(certain("青海可可西里保护三江源生态"), ["青海省"]);
        assert_eq!(certain("青海果洛玛沁、云南迪庆德钦").len(), 2);
        assert_eq!(certain("云南省昭通市洪山镇小学"), ["云南省昭通市"]);
    }

    #[test]
    fn a_bare_name_of_a_prefecture_and_its_county_means_the_prefecture() {
        assert_eq!(certain("玉树牧民定居点"), ["青海省玉树藏族自治州"]);
        assert_eq!(certain("玉树市结古镇"), ["青海省玉树藏族自治州玉树市"]);
    }

    #[test]
    fn a_region_field_says_unknown_for_what_is_no_place() {
        let reference = Reference::embedded();
        assert_eq!(region_field(&reference, "假县", None, false), RegionField::Unknown);
        assert_eq!(region_field(&reference, "云南省迪庆州假县", None, false), RegionField::Unknown);
        for text in ["果洛州玛沁、甘德、达日三县", "云南省迪庆州德钦县升平镇", "青海省各县"] {
            assert!(matches!(region_field(&reference, text, None, false), RegionField::Certain(_)), "{text}");
        }
        let home = region_field(&reference, "河南", None, true);
        assert!(matches!(home, RegionField::Certain(found) if found[0].name == "河南省"));
        assert!(matches!(region_field(&reference, "533422", None, false), RegionField::Certain(_)));
    }
}
