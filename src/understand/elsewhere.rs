//! Places that a text speaks of although nothing is needed there: 超过郑州, 到上海做手术, 在宁波打工, 从上海引进, 销往北京.

use super::chain::Chain;
use crate::domain::RegionCode;
use crate::reference::{Level, Mention, Reference};

/// A place after one of these is compared with the place of the need.
const COMPARING: [&str; 31] = [
    "超过",
    "超出",
    "高于",
    "低于",
    "大于",
    "小于",
    "多于",
    "少于",
    "快于",
    "慢于",
    "早于",
    "晚于",
    "优于",
    "劣于",
    "强于",
    "弱于",
    "好于",
    "差于",
    "不如",
    "不及",
    "不亚于",
    "不逊于",
    "堪比",
    "媲美",
    "赶超",
    "赶上",
    "远超",
    "落后于",
    "领先于",
    "参照",
    "仿照",
];
/// Words before and behind a place that is compared: 与昆明相比, 像贵阳那样.
const WITH: [&str; 7] = ["与", "和", "同", "跟", "像", "如", "较"];
/// What stands behind the place in these comparisons.
const ALIKE: [&str; 13] =
    ["相比", "比较", "对比", "比起来", "比,", "比，", "一样", "那样", "这样", "相差", "差不多", "的差距", "类似"];

/// Words before a place that people go to.
const TO: [&str; 9] = ["到", "赴", "去", "前往", "奔赴", "转到", "转往", "转至", "送往"];
/// What people do who go to another place for it.
const THERE: [&str; 30] = [
    "看", "治", "查", "就医", "看病", "治疗", "治病", "手术", "住院", "复查", "检查", "进修", "培训", "学习", "跟岗", "考察",
    "参观", "交流", "上学", "读书", "求学", "比赛", "参赛", "参展", "展销", "展览", "演出", "领奖", "务工", "打工",
];
/// Words before a place where people live for a time.
const AT: [&str; 3] = ["在", "于", "去"];
/// What they do there.
const AWAY: [&str; 6] = ["务工", "打工", "做工", "开店", "经商", "做生意"];
/// Words before the place of an event that people go to.
const ATTENDED: [&str; 5] = ["参加", "参与", "报名", "出席", "亮相"];
/// Words before a place where goods are sold.
const SOLD: [&str; 7] = ["销往", "远销", "畅销", "销到", "卖到", "卖往", "出口到"];
/// Words before a place that things or people come from.
const FROM: [&str; 2] = ["从", "自"];
/// How they come.
const FETCHED: [&str; 31] = [
    "请", "聘", "招来", "调来", "发出", "发货", "寄出", "寄来", "发来", "送来", "运出", "出发", "启程", "过来", "引进", "采购",
    "购买", "购进", "买来", "买回", "运来", "调运", "请来", "聘请", "进货", "带回", "返乡", "回乡", "回来", "返回", "转来",
];
/// Words before a place that another is so far away from.
const FAR: [&str; 5] = ["距", "距离", "离", "到", "去"];
/// Measures of the way.
const DISTANCES: [&str; 6] = ["公里", "千米", "里路", "小时", "车程", "路程"];
/// How far behind the name these words may stand, in characters.
const REACH: usize = 6;

/// Those who make or sell what is bought.
const SUPPLIERS: [&str; 6] = ["厂家", "厂商", "供应商", "供货商", "生产商", "经销商"];
/// Words behind a place that is not the place of the text.
const THERE_ALSO: [&str; 3] = ["那边", "那儿", "那头"];
/// People of another place who tell of it or have helped.
const VISITORS: [&str; 9] = ["社工", "老师", "教师", "医生", "专家", "志愿者", "朋友", "校友", "干部"];
/// Offices of the helping side.
const LIAISONS: [&str; 4] = ["联络组", "联络处", "前方工作组", "对口办"];
/// Where goods are sold and people find work.
const MARKETS: [&str; 8] = ["超市", "商超", "市场", "商场", "卖场", "店", "餐馆", "工厂"];

/// Words before a place that others learn from.
const LEARNING: [&str; 5] = ["学习", "借鉴", "推广", "复制", "对标"];
/// What they learn.
const LESSONS: [&str; 5] = ["经验", "模式", "做法", "样板", "工程"];

/// True if the need's place is compared with the chain, or learns from it.
pub(super) fn is_compared(chain: &Chain<'_>) -> bool {
    let before = without_year(chain.before());
    let head = before.strip_suffix(['了', '过']).unwrap_or(before);
    if COMPARING.iter().any(|word| before.ends_with(word) || head.ends_with(word)) {
        return true;
    }
    // 比 in 占比 and 像 in 录像 do not compare.
    let alone = |words: &[&str]| {
        let at = before.char_indices().next_back().map(|(at, _)| at);
        let is_part = |at: usize| {
            chain.passage.word_at(at).is_some_and(|word| word.start < at && chain.passage.is_known(word.start..word.end))
        };
        at.is_some_and(|at| words.contains(&&before[at..]) && !is_part(at))
    };
    let is_alike = || ALIKE.iter().any(|word| chain.behind(REACH).starts_with(word));
    let teaches = || LESSONS.iter().any(|word| chain.behind(2 * REACH).contains(word));
    alone(&["比"]) || alone(&WITH) && is_alike() || LEARNING.iter().any(|word| before.ends_with(word)) && teaches()
}

/// The text without the year at its end: 比2008年郑州.
fn without_year(text: &str) -> &str {
    let Some(year) = text.strip_suffix('年') else { return text };
    let before = year.trim_end_matches(|c: char| c.is_ascii_digit());
    if before.len() < year.len() { before } else { year.strip_suffix(['去', '前', '往', '今']).unwrap_or(text) }
}

/// True if people go to the chain or live there, or if goods are sold there or come from there.
pub(super) fn is_elsewhere(chain: &Chain<'_>, reference: &Reference) -> bool {
    let before = chain.before();
    let follows = |words: &[&str]| words.iter().any(|word| before.ends_with(word));
    let precedes = |words: &[&str]| words.iter().any(|word| chain.behind(REACH).contains(word));
    (follows(&TO) || follows(&AT)) && precedes(&THERE) && are_centres(reference, chain.places)
        || follows(&AT) && precedes(&AWAY)
        || follows(&ATTENDED) && are_centres(reference, chain.places)
        || follows(&SOLD)
        || follows(&FAR) && DISTANCES.iter().any(|word| chain.behind(2 * REACH).contains(word))
        || follows(&FROM) && precedes(&FETCHED)
        || is_supplier(chain)
        || is_hearsay(chain, reference)
        || is_market(chain, reference)
}

/// 大连厂家报价, 厂家在苏州
fn is_supplier(chain: &Chain<'_>) -> bool {
    let behind = chain.behind(REACH);
    let behind = behind.strip_prefix('的').unwrap_or(behind);
    SUPPLIERS.iter().any(|word| {
        behind.starts_with(word)
            || ["在", "是", "来自"].iter().any(|is| chain.before().strip_suffix(is).is_some_and(|it| it.ends_with(word)))
    })
}

/// 听说福清那边花了12万, 宁波那边的社工带过一年, 上海嘉定的老师说, 上海黄浦联络组
fn is_hearsay(chain: &Chain<'_>, reference: &Reference) -> bool {
    let behind = chain.behind(2 * REACH);
    let there = THERE_ALSO.iter().find_map(|word| behind.strip_prefix(word));
    let is_heard = ["听说", "据说"].iter().any(|word| chain.before().ends_with(word));
    let does = |words: &str| ["花", "用", "去年", "办过", "做过", "搞过"].iter().any(|word| words.starts_with(word));
    if is_heard && there.is_some_and(does) {
        return true;
    }
    let words = there.unwrap_or(behind);
    let their = words.strip_prefix('的').or(there).and_then(|words| {
        let person = VISITORS.iter().find(|word| words.starts_with(**word))?;
        Some(&words[person.len()..])
    });
    let tells = |words: &str| {
        there.is_some() || ["说", "告诉", "介绍", "推荐", "建议", "带过", "教过"].iter().any(|it| words.starts_with(it))
    };
    let is_liaison = || LIAISONS.iter().any(|word| words.starts_with(word));
    (their.is_some_and(tells) || is_liaison()) && are_centres(reference, chain.places)
}

/// 想进上海的超市; 厦门、杭州的拉面店等着要人
fn is_market(chain: &Chain<'_>, reference: &Reference) -> bool {
    let before = chain.before();
    let behind = chain.behind(3 * REACH);
    let enters = ["进", "进入", "打进", "入驻", "进驻"].iter().any(|word| before.ends_with(word))
        && MARKETS.iter().any(|word| behind.contains(word));
    let wants = || {
        let shop = MARKETS.iter().filter_map(|word| Some(behind.find(word)? + word.len())).min();
        shop.is_some_and(|end| {
            ["等着", "要人", "要货", "招人", "招工", "用工", "收购"].iter().any(|word| behind[end..].contains(word))
        })
    };
    (enters && are_centres(reference, chain.places)) || chain.previous.is_some() && wants()
}

/// True if all of these may be places that people from elsewhere go to for treatment or training: a city that is the seat of its
/// province, a municipality, 香港 and the like, or a place in a province that only helps. Experts who go to a county come to help.
pub(super) fn are_centres(reference: &Reference, places: &[Mention]) -> bool {
    let is_seat = |code: RegionCode| match reference.divisions.level(code) {
        Level::Province => {
            reference.divisions.get(code).is_some_and(|it| it.name.ends_with(['市', '湾']) || it.name.ends_with("特别行政区"))
        }
        _ => code.to_string().ends_with("0100"),
    };
    let is_centre = |&code: &RegionCode| is_seat(code) || reference.counterparts.only_helps(code);
    places.iter().all(|place| place.candidates.iter().any(is_centre))
}
