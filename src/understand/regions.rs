//! Places: the candidates of every name, narrowed down by the other names and the context. What is ambiguous stays ambiguous.

use std::collections::{HashMap, HashSet};

use qianshou_index::normalize::normalize;

use super::helpers::helpers;
use super::passage::Passage;
use super::places::{self, Places, SUFFIXES, is_list};
use super::reading::Reading;
use crate::domain::{RegionCode, RegionFinding};
use crate::reference::{Divisions, Level, Mention, Reference};

/// The content of a region cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegionField {
    /// One or more places, all certain.
    Certain(Vec<RegionFinding>),
    /// At least one name may mean several places: all its candidates are listed, none of them as certain.
    Ambiguous(Vec<RegionFinding>),
    /// It names no place of the table, or something in it looks like the name of an unknown place.
    Unknown,
}

/// Reads a region from a cell, command-line flag or form field, where common words count as places. With `province_first`, a
/// bare 河南 or 海南 means the province, as in the home of an organization.
#[must_use]
pub fn region_field(reference: &Reference, text: &str, context: Option<RegionCode>, province_first: bool) -> RegionField {
    let text = normalize(text).text;
    if let Some(code) = text.parse().ok().filter(|&code| reference.divisions.get(code).is_some()) {
        let name = reference.divisions.full_name(code);
        return RegionField::Certain(vec![RegionFinding { code, name, matched: text, certain: true, span: None }]);
    }
    let mut mentions = reference.divisions.mentions(&text);
    if let Some(found) = whole(reference, &text, context) {
        return found;
    }
    // In 万州区梨树乡, 梨树 is not 梨树县; on its own, it may be.
    let is_town = |mention: &Mention| {
        let is_all = &text[mention.start..mention.end] == "全州" && !text[mention.end..].starts_with('县');
        is_all || places::is_township(reference.divisions, &text, mention)
    };
    if !mentions.iter().all(is_town) {
        mentions.retain(|mention| !is_town(mention));
    }
    if names_more(&text, &mentions) {
        return RegionField::Unknown;
    }
    let mut found = resolve(reference.divisions, &Passage::new(&text), &mentions, context, province_first);
    found.iter_mut().for_each(|finding| finding.span = None);
    if found.is_empty() {
        RegionField::Unknown
    } else if found.iter().all(|finding| finding.certain) {
        RegionField::Certain(found)
    } else {
        RegionField::Ambiguous(found)
    }
}

/// 全州, 全县 and the like mean the whole of the place that the list is about; `None` if that place is not known.
fn whole(reference: &Reference, text: &str, context: Option<RegionCode>) -> Option<RegionField> {
    if !["全州", "全县", "全市", "全省", "全区", "各县", "各乡镇"].contains(&text.trim()) {
        return None;
    }
    let code = context?;
    let name = reference.divisions.full_name(code);
    Some(RegionField::Certain(vec![RegionFinding { code, name, matched: text.to_owned(), certain: true, span: None }]))
}

/// True if anything besides the known names ends like a place name (假县): part of the place is unknown. 三县, 各县 and 全州
/// count places without naming any.
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

/// The stated places, each replaced by the certain places inside it that the text names, if any;
/// without stated places, all places of the text.
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

/// The places that a free text concerns, without the helping side (上海援建…).
pub(super) fn read(reference: &Reference, passage: &Passage<'_>, context: Option<RegionCode>) -> Reading<Vec<RegionFinding>> {
    let divisions = reference.divisions;
    let Places { mut places, named } = places::read(divisions, passage);
    let helps = helpers(reference, passage, &places);
    // If a text names only helpers, the need is at their own place.
    if helps.contains(&false) {
        let mut helps = helps.into_iter();
        places.retain(|_| !helps.next().unwrap_or_default());
    }
    let mut found = resolve(divisions, passage, &places, context, false);
    doubt_strays(divisions, &places, &mut found);
    Reading { found, taken: named }
}

/// Makes a short county name uncertain if no other place of the text is in its province: such a name is more often part of
/// another word (盘山 in 六盘山, 三江 in 三江源) than a place.
fn doubt_strays(divisions: &Divisions, mentions: &[Mention], found: &mut [RegionFinding]) {
    let mut named: HashMap<RegionCode, usize> = HashMap::new();
    for code in mentions.iter().filter_map(|mention| single(&mention.candidates)) {
        *named.entry(code.province()).or_default() += 1;
    }
    let all: usize = named.values().sum();
    for finding in found.iter_mut().filter(|it| it.certain && !it.matched.ends_with(SUFFIXES)) {
        let around = named.get(&finding.code.province()).copied().unwrap_or_default();
        if divisions.level(finding.code) == Level::County && all > 1 && around == 1 {
            finding.certain = false;
        }
    }
}

fn resolve(
    divisions: &Divisions,
    passage: &Passage<'_>,
    mentions: &[Mention],
    context: Option<RegionCode>,
    province_first: bool,
) -> Vec<RegionFinding> {
    let around = Surroundings::new(divisions, passage.text, mentions, context);
    let settled: Vec<Vec<RegionCode>> = (0..mentions.len())
        .map(|n| match mentions[n].candidates.iter().find(|&&code| code == code.province()) {
            Some(&province) if province_first => vec![province],
            _ => around.narrow(n),
        })
        .collect();
    let certain = settled.iter().filter_map(|codes| single(codes));
    let refined: HashSet<RegionCode> = certain.flat_map(|code| divisions.lineage(code).skip(1)).collect();
    let mut seen = HashSet::new();
    let mut found: Vec<RegionFinding> = Vec::new();
    for (mention, codes) in mentions.iter().zip(&settled) {
        let is_certain = codes.len() == 1;
        for &code in codes {
            if refined.contains(&code) && is_certain || !seen.insert(code) {
                continue;
            }
            found.push(RegionFinding {
                code,
                name: divisions.full_name(code),
                matched: passage.text[mention.start..mention.end].to_owned(),
                certain: is_certain,
                span: Some(passage.span(&(mention.start..mention.end))),
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

/// Number of members of a list by level and parent: provinces go with provinces, counties with those of the same prefecture.
type Siblings = HashMap<(Level, Option<RegionCode>), usize>;

/// How the names in a text explain each other.
struct Surroundings<'a> {
    divisions: &'a Divisions,
    mentions: &'a [Mention],
    context: Option<RegionCode>,
    /// Places whose names have one meaning, and all divisions that contain them.
    anchors: HashSet<RegionCode>,
    above_anchors: HashSet<RegionCode>,
    /// The list that each name is in, and the unambiguous members of each list.
    list_of: Vec<usize>,
    lists: Vec<Siblings>,
}

impl<'a> Surroundings<'a> {
    fn new(divisions: &'a Divisions, text: &str, mentions: &'a [Mention], context: Option<RegionCode>) -> Self {
        let anchors: HashSet<RegionCode> = mentions.iter().filter_map(|mention| single(&mention.candidates)).collect();
        let above_anchors = anchors.iter().flat_map(|&code| divisions.lineage(code).skip(1)).collect();
        let (mut list_of, mut lists): (Vec<usize>, Vec<Siblings>) = (Vec::new(), Vec::new());
        for (n, mention) in mentions.iter().enumerate() {
            let between = n.checked_sub(1).map(|before| &text[mentions[before].end.min(mention.start)..mention.start]);
            if !between.is_some_and(|between| between.is_empty() || is_list(between)) {
                lists.push(Siblings::new());
            }
            list_of.push(lists.len() - 1);
            if let (Some(code), Some(list)) = (single(&mention.candidates), lists.last_mut()) {
                *list.entry((divisions.level(code), divisions.parent(code))).or_default() += 1;
            }
        }
        Self { divisions, mentions, context, anchors, above_anchors, list_of, lists }
    }

    fn siblings(&self, n: usize, code: RegionCode) -> usize {
        let key = (self.divisions.level(code), self.divisions.parent(code));
        self.lists[self.list_of[n]].get(&key).copied().unwrap_or_default()
    }

    /// The candidates of the `n`th mention that fit best. These tests narrow them down in turn, and one that no candidate
    /// passes is skipped: it lies within the name directly before; it contains the name directly after; it is a sibling of
    /// several members of its list; it contains an unambiguous name or lies within one; it is a sibling of one member; it lies
    /// in the context. If one candidate contains all others, it alone is left.
    fn narrow(&self, n: usize) -> Vec<RegionCode> {
        let (divisions, mention) = (self.divisions, &self.mentions[n]);
        if mention.candidates.len() < 2 {
            return mention.candidates.clone();
        }
        let before = n.checked_sub(1).map(|before| &self.mentions[before]).filter(|before| before.end == mention.start);
        let behind = self.mentions.get(n + 1).filter(|behind| behind.start == mention.end);
        let within = |outer: RegionCode, inner: RegionCode| outer != inner && divisions.contains(outer, inner);
        let is_anchored = |code| {
            self.above_anchors.contains(&code) || divisions.lineage(code).skip(1).any(|outer| self.anchors.contains(&outer))
        };
        let tests: [&dyn Fn(RegionCode) -> bool; 6] = [
            &|code| before.is_some_and(|before| before.candidates.iter().any(|&outer| within(outer, code))),
            &|code| behind.is_some_and(|behind| behind.candidates.iter().any(|&inner| within(code, inner))),
            &|code| self.siblings(n, code) > 1,
            &is_anchored,
            &|code| self.siblings(n, code) > 0,
            &|code| self.context.is_some_and(|context| divisions.contains(context, code)),
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_survives_normalisation() {
        let divisions = Reference::embedded().divisions;
        for digits in 110_000..660_000 {
            if let Some(division) = RegionCode::new(digits).and_then(|code| divisions.get(code)) {
                assert_eq!(normalize(&division.name).text, division.name);
            }
        }
    }

    fn names(text: &str, context: Option<u32>) -> Vec<(String, bool)> {
        let context = context.and_then(RegionCode::new);
        read(&Reference::embedded(), &Passage::new(text), context).found.into_iter().map(|it| (it.name, it.certain)).collect()
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
        assert_eq!(certain("河南信阳新县卫生院"), ["河南省信阳市新县"]);
    }

    #[test]
    fn a_name_inside_other_words_is_no_place_at_all() {
        for (text, expected) in [
            ("四川省阿坝县新建校舍", &["四川省阿坝藏族羌族自治州阿坝县"] as &[&str]),
            ("云南省迪庆州易地搬迁安置点学校", &["云南省迪庆藏族自治州"]),
            ("甘肃省会宁县和平乡小学", &["甘肃省白银市会宁县"]),
            ("枫香河自然村修路", &[]),
            ("省市和县医院", &[]),
            ("加强社会治理县域医共体", &[]),
            ("建设城区道路和直饮水商城", &[]),
            ("三区三州深度贫困地区", &[]),
            ("西部山区儿童", &[]),
        ] {
            assert_eq!(names(text, None), expected.iter().map(|it| ((*it).to_owned(), true)).collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn members_of_a_list_explain_each_other() {
        for (text, expected) in [
            ("内蒙古、河南、湖北的县医院", &["内蒙古自治区", "河南省", "湖北省"] as &[&str]),
            ("内蒙古、河南、湖北、青海、宁夏、河北", &["内蒙古自治区", "河南省", "湖北省", "青海省", "宁夏回族自治区", "河北省"]),
            ("云南东川、永平两县区", &["云南省昆明市东川区", "云南省大理白族自治州永平县"]),
            ("青海黄南、海南、果洛三州", &["青海省黄南藏族自治州", "青海省海南藏族自治州", "青海省果洛藏族自治州"]),
            (
                "青海大通、互助、民和三县",
                &["青海省西宁市大通回族土族自治县", "青海省海东市互助土族自治县", "青海省海东市民和回族土族自治县"],
            ),
        ] {
            assert_eq!(certain(text), expected, "{text}");
        }
    }

    #[test]
    fn a_place_that_gives_sends_or_funds_is_the_helping_side() {
        for (text, expected) in [
            ("由上海提供设备的迪庆州医院", "云南省迪庆藏族自治州"),
            ("上海专家赴迪庆义诊", "云南省迪庆藏族自治州"),
            ("成都市青羊区对口支援德格县", "四川省甘孜藏族自治州德格县"),
            ("德格县由成都市青羊区对口帮扶", "四川省甘孜藏族自治州德格县"),
            ("来自上海的志愿者在德钦县支教", "云南省迪庆藏族自治州德钦县"),
            ("云南省青少年发展基金会拟资助玛沁县学生", "青海省果洛藏族自治州玛沁县"),
            ("宁波市鄞州区、晴隆县东西部协作项目", "贵州省黔西南布依族苗族自治州晴隆县"),
            ("新疆喀什的患儿到上海就医", "新疆维吾尔自治区喀什地区"),
            ("深圳市某某科技有限公司向果洛州捐赠电脑", "青海省果洛藏族自治州"),
        ] {
            assert_eq!(certain(text), [expected], "{text}");
        }
        // Nobody else is named, or the other one lies inside.
        assert_eq!(certain("来自四川凉山的孤儿"), ["四川省凉山彝族自治州"]);
        assert_eq!(certain("德钦县慈善会需要物资"), ["云南省迪庆藏族自治州德钦县"]);
        assert_eq!(certain("果洛州人民医院、玛沁县小学"), ["青海省果洛藏族自治州玛沁县"]);
    }

    #[test]
    fn old_names_and_the_corps_resolve() {
        for (text, expected) in [
            ("开县小学", "重庆市开州区"),
            ("日喀则地区学校", "西藏自治区日喀则市"),
            ("新疆生产建设兵团第三师图木舒克市", "新疆维吾尔自治区图木舒克市"),
        ] {
            assert_eq!(certain(text), [expected], "{text}");
        }
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
        let RegionField::Certain(town) = region_field(&reference, "重庆市万州区梨树乡", None, false) else {
            panic!("a town")
        };
        assert_eq!(town.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["重庆市万州区"]);
        for text in ["果洛州玛沁、甘德、达日三县", "云南省迪庆州德钦县升平镇", "青海省各县"] {
            assert!(matches!(region_field(&reference, text, None, false), RegionField::Certain(_)), "{text}");
        }
        let home = region_field(&reference, "河南", None, true);
        assert!(matches!(home, RegionField::Certain(found) if found[0].name == "河南省"));
        assert!(matches!(region_field(&reference, "533422", None, false), RegionField::Certain(_)));
    }
}
