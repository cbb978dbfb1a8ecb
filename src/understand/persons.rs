//! Numbers that count persons: 100个孩子, 孤儿35个, 受益群众1500. Staff that a need asks for (缺英语老师3名) does not benefit from it.

use std::ops::Range;

use super::numbers::{Counted, NumberMention, clause_before};

/// Words for persons. Of two that end together, either will do.
const PERSONS: [&str; 41] = [
    "人",
    "学生",
    "师生",
    "群众",
    "人口",
    "村民",
    "儿童",
    "老人",
    "孩子",
    "患者",
    "居民",
    "牧民",
    "学子",
    "学员",
    "娃",
    "娃娃",
    "孤儿",
    "残疾人",
    "妇女",
    "女童",
    "男童",
    "小朋友",
    "寄宿生",
    "贫困生",
    "大学生",
    "高中生",
    "初中生",
    "小学生",
    "青少年",
    "老兵",
    "病人",
    "患儿",
    "婴儿",
    "幼儿",
    "农户",
    "农民",
    "绣娘",
    "老年人",
    "灾民",
    "护林员",
    "护边员",
];
/// Words for staff.
const STAFF: [&str; 44] = [
    "老师",
    "教师",
    "医生",
    "护士",
    "医师",
    "专家",
    "志愿者",
    "社工",
    "护工",
    "律师",
    "咨询师",
    "工人",
    "驾驶员",
    "司机",
    "干部",
    "厨师",
    "保育员",
    "护理员",
    "教练",
    "技术员",
    "技师",
    "辅导员",
    "兽医",
    "畜牧师",
    "中医",
    "药师",
    "讲师",
    "教授",
    "教员",
    "指导员",
    "设计师",
    "工程师",
    "师傅",
    "技工",
    "电工",
    "翻译",
    "裁判",
    "治疗师",
    "康复师",
    "心理师",
    "传承人",
    "主播",
    "书记",
    "农艺师",
];
/// People who give or who tell of the need; they never benefit from it.
const GIVERS: [&str; 13] =
    ["校友", "企业家", "老板", "爱心人士", "乡友", "乡贤", "商人", "华侨", "侨胞", "网友", "客商", "捐赠人", "记者"];
/// Words that ask for people or send them.
const ASKING: [&str; 11] = ["缺", "需", "请", "派", "招", "聘", "募", "差", "引进", "配备", "支援"];
/// Words that say what the people get: they benefit after all.
const GIVING: [&str; 9] = ["培训", "慰问", "资助", "帮扶", "补助", "补贴", "奖励", "体检", "进修"];
/// What is done for staff: they benefit.
const CARED_FOR: [&str; 6] = ["宿舍", "食堂", "周转房", "待遇", "保险", "轮训"];
/// Words behind a person who tells of the need.
const TELLING: [&str; 26] = [
    "牵头", "托", "打听", "来电", "写", "反映", "说", "来信", "求助", "反馈", "介绍", "核实", "代", "替", "告知", "上报", "提出",
    "呼吁", "填报", "申报", "联系", "走访", "调研", "报告", "转达", "求援",
];
/// How those who write introduce themselves: 我在贡山挂职.
const SELVES: [&str; 8] = ["我是", "我在", "我们是", "我来自", "我叫", "本人", "笔者", "作为"];
/// Words before a person who tells of it.
const INTRODUCING: [&str; 7] = ["我是", "联系人", "填报人", "负责人", "据", "经", "本人"];
/// What may follow a word for persons that stands for itself: 100个孩子没有, but not 10个学生书包.
const AFTER: &str = "配装送买发换做修办没无缺需要在等是有都上住受被和及与、能不吃参享去急盼望才就还正读念中只已经得患每从因大的，。；,;！？）)：: ";
/// How far behind a number its word for persons may start, in characters.
const REACH: usize = 6;
/// How far before a number its word for persons or staff may stand.
const REACH_BEFORE: usize = 12;

/// True if the number counts persons: it has a measure word for persons, or none, or 个, and a word for persons beside it.
pub(super) fn counts_persons(text: &str, number: &NumberMention<'_>) -> bool {
    let behind = &text[number.end..];
    match number.counted {
        Counted::Things("人" | "名" | "位") => !behind.starts_with('民'),
        Counted::Things("个") => number.high >= 2.0 && (persons_behind(behind) || persons_before(text, number)),
        Counted::Bare if number.high >= 2.0 => {
            let is_noun = |word: &str| word.chars().nth(1).is_some() && behind.starts_with(word);
            PERSONS.iter().any(|word| is_noun(word)) || benefits_before(text, number)
        }
        _ => false,
    }
}

/// True if the words contain one for persons.
pub(super) fn names_persons(words: &str) -> bool {
    PERSONS.iter().any(|person| words.contains(person)) || STAFF.iter().any(|staff| words.contains(staff))
}

/// 个孩子, 个山里孩子, 个人
fn persons_behind(behind: &str) -> bool {
    let len = |count: usize| behind.chars().take(count).map(char::len_utf8).sum::<usize>();
    let phrase = &behind[..len(REACH + 3)];
    let phrase = &phrase[..phrase.find(|c| "，。；、,;：:（( ".contains(c)).unwrap_or(phrase.len())];
    PERSONS.iter().any(|word| {
        let at = phrase.find(word).filter(|&at| at <= len(REACH) && (word.chars().nth(1).is_some() || at == 0));
        at.is_some_and(|at| {
            let rest = &behind[at + word.len()..];
            // 215个学生一人一套
            let is_each = rest.starts_with("一人") || rest.starts_with("人均");
            is_each || rest.chars().next().is_none_or(|c| AFTER.contains(c) || c.is_ascii_digit())
        })
    })
}

/// 孤儿35个
fn persons_before(text: &str, number: &NumberMention<'_>) -> bool {
    let before = before(text, number);
    let ends = text[number.end..].chars().next().is_none_or(|c| !c.is_alphanumeric() || AFTER.contains(c));
    ends && PERSONS.iter().any(|word| word.chars().nth(1).is_some() && before.ends_with(word))
}

/// 受益群众1500
fn benefits_before(text: &str, number: &NumberMention<'_>) -> bool {
    let before = before(text, number);
    let benefits = ["受益", "惠及", "覆盖", "服务"].iter().any(|word| before.contains(word));
    benefits && persons_before(text, number)
}

/// True if the number counts staff that the clause asks for: 缺英语老师3名, 派2名医生.
pub(super) fn is_staff_wanted(text: &str, number: &NumberMention<'_>) -> bool {
    let before = before(text, number);
    let behind: &str = &text[number.end..];
    let phrase: usize = behind.chars().take(REACH).take_while(|c| !"，。；、,;".contains(*c)).map(char::len_utf8).sum();
    let is_staff = STAFF.iter().any(|word| before.ends_with(word) || behind[..phrase].contains(word));
    let is_given = || GIVING.iter().any(|word| before.contains(word));
    // 一位老师写信; 一位校友愿捐
    let is_one = number.high <= 1.0;
    is_staff && (is_one || ASKING.iter().any(|word| before.contains(word))) && !is_given()
        || GIVERS.iter().any(|word| behind[..phrase].contains(word))
}

/// True if the word for staff at `range` says whom the text asks for: 缺音乐老师, 没有医生.
pub(super) fn is_wanted(text: &str, range: &Range<usize>) -> bool {
    let before = clause_before(text, 0, range.start, REACH_BEFORE);
    let behind = clause_behind(text, range.end);
    let is_given = |part: &str| GIVING.iter().chain(&CARED_FOR).any(|word| part.contains(word));
    let is_asked = ASKING.iter().chain(&["没有", "没"]).any(|word| before.contains(word));
    is_asked && ![before, &text[range.clone()], behind].into_iter().any(is_given)
}

/// True if the person at `range` only tells of the need: 驻村第一书记反映, 联系人：李老师.
pub(super) fn is_telling(text: &str, range: &Range<usize>) -> bool {
    let before = clause_before(text, 0, range.start, REACH);
    let behind = clause_behind(text, range.end);
    let is_said = TELLING.iter().any(|word| behind.contains(word)) && !behind.contains("代表");
    let is_self = || SELVES.iter().any(|word| clause_before(text, 0, range.start, REACH_BEFORE).contains(word));
    INTRODUCING.iter().any(|word| before.contains(word)) || is_said || is_self()
}

fn clause_behind(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    let len: usize = rest.chars().take(REACH + 2).take_while(|c| !"，。；;！？\n".contains(*c)).map(char::len_utf8).sum();
    &rest[..len]
}

fn before<'a>(text: &'a str, number: &NumberMention<'_>) -> &'a str {
    clause_before(text, 0, number.start, REACH_BEFORE).trim_end_matches(['共', '有', '约', '达', '各', ' ', '：', ':'])
}
