//! The helping side in a text: 上海援建, 由上海提供, 上海专家赴迪庆, 成都市青羊区对口支援德格县, 上海市慈善基金会.
//! It is not a region of the need, unless no other place is named.

use super::passage::Passage;
use super::places::is_list;
use crate::reference::{Mention, Reference};

/// After the name of a province that only gives help, any of these marks it as the helper.
const HELPING: [&str; 11] = ["援", "帮扶", "捐", "对口", "协作", "结对", "社会组织", "基金会", "慈善", "企业", "爱心"];
/// Words for what a helper does; they follow its name and precede the name of the place that is helped.
const HELPS: [&str; 13] =
    ["对口", "援建", "帮扶", "支援", "捐赠", "协作", "结对", "援助", "捐建", "捐助", "资助", "定点帮扶", "援派"];
/// People and groups that the helping side sends.
const SENT: [&str; 16] = [
    "专家",
    "医生",
    "医疗队",
    "医疗专家",
    "教师",
    "老师",
    "志愿者",
    "干部",
    "企业",
    "爱心人士",
    "社会组织",
    "援滇",
    "援藏",
    "援疆",
    "援青",
    "医护",
];
/// Words between the people sent and their destination.
const GOES: [&str; 6] = ["赴", "前往", "走进", "奔赴", "来到", "到"];
/// Endings of the names of organizations.
const ORGANIZATIONS: [&str; 12] =
    ["基金会", "公司", "集团", "协会", "商会", "促进会", "联合会", "慈善总会", "慈善会", "红十字会", "银行", "学会"];
/// Characters that do not occur inside the name of an organization.
const BREAKS: &str = "，。；、：,;: 的需求盼望请由与和及获向为缺将拟在是对把被让给等";
/// People who need help: a place between 来自 and one of these is their home, not a helper.
const HELPED: [&str; 9] = ["学生", "孩子", "儿童", "患者", "患儿", "孤儿", "群众", "牧民", "老人"];
/// How far after a name a helping word still belongs to it, in characters.
const REACH: usize = 8;
/// How far after a name its organization's name may end, or the name of the place that is helped may start.
const WIDE_REACH: usize = 16;
/// How far after a name 协作 may stand if the partner is named in between.
const PARTNER_REACH: usize = 40;

/// For each of `places`, in order, whether it is the helping side.
pub(super) fn helpers(reference: &Reference, passage: &Passage<'_>, places: &[Mention]) -> Vec<bool> {
    let mut helps = Vec::with_capacity(places.len());
    while helps.len() < places.len() {
        let first = helps.len();
        let chained = places[first..].windows(2).take_while(|pair| pair[0].end == pair[1].start).count();
        let chain = Chain { passage, places: &places[first..=first + chained], next: places.get(first + chained + 1) };
        helps.extend(std::iter::repeat_n(chain.helps(reference), chained + 1));
    }
    helps
}

/// Names that follow one another directly: 成都市青羊区.
struct Chain<'a> {
    passage: &'a Passage<'a>,
    places: &'a [Mention],
    next: Option<&'a Mention>,
}

impl Chain<'_> {
    fn helps(&self, reference: &Reference) -> bool {
        self.is_helping_province(reference)
            || self.is_giver()
            || self.helps_the_next(reference)
            || self.sends_people()
            || self.is_organization()
    }

    fn before(&self) -> &str {
        &self.passage.text[..self.places[0].start]
    }

    /// At most `reach` characters after the chain, within its clause.
    fn behind(&self, reach: usize) -> &str {
        let rest = &self.passage.text[self.places[self.places.len() - 1].end..];
        let len = rest.chars().take_while(|c| !"，。；,;".contains(*c)).take(reach).map(char::len_utf8).sum();
        &rest[..len]
    }

    fn is_helping_province(&self, reference: &Reference) -> bool {
        let mut candidates = self.places.iter().flat_map(|place| &place.candidates);
        let only_helps = candidates.all(|&code| reference.counterparts.only_helps(code));
        only_helps && (HELPING.iter().any(|word| self.behind(REACH).contains(word)) || self.is_partner() || self.is_destination())
    }

    /// 宁波市、晴隆县东西部协作; 大连与六盘水结对
    fn is_partner(&self) -> bool {
        let (Some(next), Some(last)) = (self.next, self.places.last()) else { return false };
        let text = self.passage.text;
        is_list(&text[last.end..next.start])
            && ["协作", "对口", "结对"].iter().any(|word| self.behind(PARTNER_REACH).contains(word))
    }

    /// 到上海就医, 赴上海交流
    fn is_destination(&self) -> bool {
        ["到", "赴", "去", "前往", "来"].iter().any(|word| self.before().ends_with(word))
    }

    /// 由上海提供, 来自上海的专家, 受上海帮扶.
    fn is_giver(&self) -> bool {
        let (before, behind) = (self.before(), self.behind(WIDE_REACH));
        let gives = |word: &&str| behind.contains(*word);
        if before.ends_with("来自") {
            return behind.starts_with('的') && !HELPED.iter().any(gives);
        }
        let is_agent = before.ends_with(['由', '受', '获']) || before.ends_with("接受") || before.ends_with("得到");
        is_agent && (HELPS.iter().any(gives) || ["提供", "出资", "支持", "承担", "选派", "派出", "负责"].iter().any(gives))
    }

    /// 成都市青羊区对口支援德格县
    fn helps_the_next(&self, reference: &Reference) -> bool {
        let (Some(next), Some(last)) = (self.next, self.places.last()) else { return false };
        let behind = self.behind(WIDE_REACH);
        let divisions = reference.divisions;
        let is_inside =
            next.candidates.iter().any(|&inner| last.candidates.iter().any(|&outer| divisions.contains(outer, inner)));
        let is_near = next.start <= last.end + behind.len();
        is_near && !is_inside && HELPS.iter().any(|word| behind.starts_with(word))
    }

    /// 上海专家赴迪庆
    fn sends_people(&self) -> bool {
        let (Some(next), Some(last)) = (self.next, self.places.last()) else { return false };
        let behind = self.behind(WIDE_REACH);
        let Some(between) = behind.get(..next.start - last.end) else { return false };
        SENT.iter().any(|word| between.contains(word)) && GOES.iter().any(|word| between.ends_with(word))
    }

    /// 云南省青少年发展基金会
    fn is_organization(&self) -> bool {
        let behind = self.behind(WIDE_REACH);
        let end = behind.find(|c| BREAKS.contains(c)).unwrap_or(behind.len());
        let limit = match (self.next, self.places.last()) {
            (Some(next), Some(last)) => end.min(next.start - last.end),
            _ => end,
        };
        behind.get(..limit).is_some_and(|name| ORGANIZATIONS.iter().any(|word| name.contains(word)))
    }
}
