//! The helping side in a text: 上海援建, 由上海提供, 上海专家赴迪庆, 成都市青羊区对口支援德格县, 上海市慈善基金会.
//! It is not a region of the need, unless no other place is named.

use super::chain::Chain;
use super::elsewhere::are_centres;
use super::naming::is_list;
use super::numbers::sentence_before;
use crate::reference::Reference;

/// After the name of a province that only gives help, any of these marks it as the helper.
const HELPING: [&str; 11] = ["援", "帮扶", "捐", "对口", "协作", "结对", "社会组织", "基金会", "慈善", "企业", "爱心"];
/// Words for what a helper does; they follow its name and precede the name of the place that is helped.
const HELPS: [&str; 13] =
    ["对口", "援建", "帮扶", "支援", "捐赠", "协作", "结对", "援助", "捐建", "捐助", "资助", "定点帮扶", "援派"];
/// What directly follows the name of a helper, whoever is named next.
const GIVES: [&str; 22] = [
    "援建",
    "对口支援",
    "对口帮扶",
    "对口援助",
    "对口协作",
    "援派",
    "援助的",
    "捐建",
    "捐赠",
    "捐助",
    "支援的",
    "帮扶的",
    "捐的",
    "挂职",
    "援藏",
    "援疆",
    "援青",
    "援滇",
    "援宁",
    "援川",
    "援黔",
    "援桂",
];
/// Words before the name of a place that is asked for help.
const ASKED: [&str; 16] =
    ["请", "请来", "请到", "委托", "联系", "联合", "依托", "争取", "呼吁", "盼", "希望", "安排", "选派", "协调", "组织", "引进"];
/// Other words before a place where help is looked for.
const SOUGHT: [&str; 12] = ["找", "寻", "邀", "邀请", "请教", "求", "托", "拜托", "对接", "恳请", "想让", "问"];
/// Whom a place in need looks for elsewhere.
const PARTNERS: [&str; 17] = [
    "商",
    "厂",
    "客户",
    "高校",
    "大学",
    "院校",
    "学校",
    "医院",
    "公司",
    "老板",
    "买家",
    "校友",
    "乡贤",
    "设计师",
    "师傅",
    "超市",
    "朋友",
];
/// How people who write introduce themselves.
const SELVES: [&str; 7] = ["我是", "我们是", "本人是", "我来自", "我们来自", "我从", "我叫"];
/// What they have come for.
const SERVING: [&str; 7] = ["支教", "挂职", "援", "志愿", "驻村", "来", "队员"];
/// People who give and live elsewhere.
const DONORS: [&str; 18] = [
    "校友",
    "企业",
    "企业家",
    "老板",
    "爱心人士",
    "商人",
    "华侨",
    "侨胞",
    "网友",
    "市民",
    "乡友",
    "乡贤",
    "团队",
    "高校",
    "大学",
    "朋友",
    "公司",
    "基金",
];
/// How far behind the name of their place they may be named, in bytes: 一位爱心.
const DONOR_REACH: usize = 15;
/// How they say that they give.
const OFFERS: [&str; 15] =
    ["愿", "捐", "帮", "资助", "认购", "答应", "承诺", "出资", "提供", "支援", "送来", "寄来", "支持", "赞助", "认领"];
/// Besides people: what is asked for there.
const ASKED_FOR: [&str; 13] = ["师", "教授", "队", "团", "机构", "团队", "单位", "部门", "支持", "支援", "援助", "帮助", "求助"];
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

/// True if the chain is the helping side.
pub(super) fn helps(chain: &Chain<'_>, reference: &Reference) -> bool {
    chain.is_helping_province(reference)
        || chain.gives_what_follows()
        || chain.helps_the_next(reference)
        || chain.sends_people(reference)
        || chain.has_people_here(reference)
        || chain.has_donors(reference)
        || chain.is_partner_school(reference)
        || chain.is_organization()
}

/// True if the chain starts a list of those who give or are asked for help: 请浙江、福建的企业, 来自上海的老师.
pub(super) fn is_called(chain: &Chain<'_>, reference: &Reference) -> bool {
    chain.is_giver() || chain.is_asked(reference) || chain.sends_visitors(reference)
}

/// True if the chain is a place that help comes from: a big city, or in a province that only helps.
fn is_far(reference: &Reference, chain: &Chain<'_>) -> bool {
    are_centres(reference, chain.places)
}

impl Chain<'_> {
    fn is_helping_province(&self, reference: &Reference) -> bool {
        let only_helps = self.candidates().all(|code| reference.counterparts.only_helps(code));
        only_helps && (HELPING.iter().any(|word| self.behind(REACH).contains(word)) || self.is_partner() || self.is_destination())
    }

    /// 宁波市、晴隆县东西部协作; 大连与六盘水结对; 路桥区蓬街镇敬老院与四川甘孜结对
    fn is_partner(&self) -> bool {
        let Some(next) = self.next else { return false };
        let text = self.passage.text;
        if self.behind(PARTNER_REACH).contains("结对") && text[self.end()..next.start].ends_with(['与', '和', '同', '跟']) {
            return true;
        }
        is_list(&text[self.end()..next.start])
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
        if ["来自", "产自", "引自", "源自"].iter().any(|word| before.ends_with(word)) {
            // 来自四川凉山的孤儿; 学生来自德钦县
            let comes = sentence_before(self.passage.text, self.start(), REACH);
            return !HELPED.iter().any(|word| gives(word) || comes.contains(word));
        }
        let is_agent = before.ends_with(['由', '受', '获']) || before.ends_with("接受") || before.ends_with("得到");
        is_agent && (HELPS.iter().any(gives) || ["提供", "出资", "支持", "承担", "选派", "派出", "负责"].iter().any(gives))
    }

    /// 请上海的专家, 委托广州一家机构, 找长沙的高校
    fn is_asked(&self, reference: &Reference) -> bool {
        let before = self.before();
        let behind = self.behind(REACH);
        let asks_for = |words: &[&str]| words.iter().any(|word| behind.contains(word));
        let is_asked = ASKED.iter().any(|word| before.ends_with(word));
        is_asked && (asks_for(&SENT) || asks_for(&ASKED_FOR))
            || (is_asked || SOUGHT.iter().any(|word| before.ends_with(word)))
                && (asks_for(&PARTNERS) || asks_for(&SENT) || asks_for(&ASKED_FOR))
                && is_far(reference, self)
    }

    /// 我是南京来的支教老师, 广州来的研学团, 我是成都人; but people in need come from the place of the need.
    fn sends_visitors(&self, reference: &Reference) -> bool {
        let (before, behind) = (self.before(), self.behind(REACH));
        let comes = ["来的", "过来的", "来此", "赶来"].iter().any(|word| behind.starts_with(word));
        let is_self = SELVES.iter().any(|word| before.ends_with(word));
        let serves = || SERVING.iter().any(|word| behind.contains(word));
        comes && !HELPED.iter().any(|word| behind.contains(word))
            || is_self && (behind.starts_with('人') || serves()) && is_far(reference, self)
    }

    /// 香港一位校友愿捐, 深圳的老板答应出10万
    fn has_donors(&self, reference: &Reference) -> bool {
        let behind = self.behind(WIDE_REACH);
        let behind = behind.strip_prefix('的').unwrap_or(behind);
        let donor = DONORS.iter().filter_map(|donor| Some((behind.find(donor)?, donor.len()))).min();
        donor.is_some_and(|(at, len)| {
            let is_theirs = at <= DONOR_REACH && !behind[..at].contains(|c| BREAKS.contains(c) || "想找乡镇村校院".contains(c));
            is_theirs && OFFERS.iter().any(|word| behind[at + len..].contains(word)) && is_far(reference, self)
        })
    }

    /// 与上海某小学结对, 和杭州的学校合作
    fn is_partner_school(&self, reference: &Reference) -> bool {
        let joins =
            || ["结对", "合作", "共建", "联办", "联谊", "签约", "协作"].iter().any(|word| self.behind(WIDE_REACH).contains(word));
        self.before().ends_with(['与', '和', '同', '跟']) && is_far(reference, self) && joins()
    }

    /// 深圳援建的学校, 福建挂职干部, 湖南援藏工作队
    fn gives_what_follows(&self) -> bool {
        let behind = self.behind(REACH);
        let behind = behind.strip_prefix('的').unwrap_or(behind);
        // 向果洛州捐赠电脑
        let is_receiver = self.before().ends_with(['向', '对', '给', '为', '往']);
        !is_receiver && GIVES.iter().any(|word| behind.starts_with(word))
    }

    /// 成都市青羊区对口支援德格县
    fn helps_the_next(&self, reference: &Reference) -> bool {
        let Some(next) = self.next else { return false };
        let behind = self.behind(WIDE_REACH);
        let is_near = next.start <= self.end() + behind.len();
        is_near && !self.contains_next(reference.divisions) && HELPS.iter().any(|word| behind.starts_with(word))
    }

    /// 上海专家赴迪庆; but teachers who go to 济南 go there to learn.
    fn sends_people(&self, reference: &Reference) -> bool {
        let Some(next) = self.next.filter(|next| !are_centres(reference, std::slice::from_ref(next))) else { return false };
        let behind = self.behind(WIDE_REACH);
        let Some(between) = behind.get(..next.start - self.end()) else { return false };
        SENT.iter().any(|word| between.contains(word)) && GOES.iter().any(|word| between.ends_with(word))
    }

    /// 武汉大学生来支教
    fn has_people_here(&self, reference: &Reference) -> bool {
        let behind = self.behind(REACH);
        let comes = behind
            .find('来')
            .is_some_and(|at| SENT.iter().chain(&["大学生", "师生", "青年"]).any(|word| behind[..at].contains(word)));
        comes && are_centres(reference, self.places)
    }

    /// 云南省青少年发展基金会
    fn is_organization(&self) -> bool {
        let behind = self.behind(WIDE_REACH);
        let end = behind.find(|c| BREAKS.contains(c)).unwrap_or(behind.len());
        let limit = self.next.map_or(end, |next| end.min(next.start - self.end()));
        behind.get(..limit).is_some_and(|name| ORGANIZATIONS.iter().any(|word| name.contains(word)))
    }
}
