//! What the words around a number say about it: that it is a gap, a total, money that is secured, or no money at all.

use super::numbers::{NumberMention, clause_before, sentence_before};

/// What a sum is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Gap,
    Total,
    Wanted,
    Secured,
    Plain,
    /// One of several items that make up a sum stated earlier: it follows 其中.
    Part,
    /// What people earn or produce.
    Earned,
}

/// Labels of a sum. The label that ends nearest before the sum counts; if two end together, the longer one.
const LABELS: [(Kind, &[&str]); 5] = [
    (Kind::Earned, &["收入", "工资", "产值", "营收"]),
    (
        Kind::Gap,
        &[
            "缺口",
            "尚缺",
            "还缺",
            "还差",
            "尚差",
            "仍差",
            "差",
            "尚需",
            "仍需",
            "仍缺",
            "现需",
            "再需",
            "再要",
            "还需",
            "还要",
            "申请",
            "求助",
            "请求",
            "援助",
            "需援助",
            "需资助",
            "拟募",
        ],
    ),
    (
        Kind::Total,
        &[
            "总投资",
            "总预算",
            "总额",
            "总造价",
            "造价",
            "总价",
            "预算",
            "概算",
            "投资",
            "共需",
            "共",
            "总计",
            "合计",
            "共计",
            "原价",
        ],
    ),
    (Kind::Wanted, &["需", "需要", "所需", "缺", "要", "求", "资助", "支持", "补助", "捐助", "赞助"]),
    (
        Kind::Secured,
        &["已落实", "已筹", "已募", "自筹", "配套", "已到位", "已投入", "财政资金", "财政", "已安排", "已争取", "已有", "投劳"],
    ),
];
/// How far before a sum its label may stand, in characters.
const LABEL_REACH: usize = 8;
/// How far before a part the word 其中 may stand, in characters.
const PART_REACH: usize = 40;

/// Words for money; a number directly behind one is a sum without 元.
const MONEY: [&str; 14] =
    ["资金", "经费", "费用", "费", "款", "预算", "缺口", "造价", "投资", "金额", "补助金", "开支", "成本", "尚缺资金"];
/// Things that come in thousands, and people: 口罩5万 counts them.
const COUNTED: [&str; 91] = [
    "口罩",
    "护目镜",
    "眼罩",
    "防护镜",
    "防护服",
    "防护衣",
    "隔离衣",
    "手术衣",
    "手术服",
    "工作服",
    "手套",
    "鞋套",
    "靴套",
    "面罩",
    "面屏",
    "医用帽",
    "帽子",
    "手术帽",
    "酒精",
    "消毒液",
    "洗手液",
    "消毒片",
    "试剂",
    "试纸",
    "体温计",
    "体温枪",
    "药品",
    "纱布",
    "棉签",
    "纸巾",
    "卫生巾",
    "尿不湿",
    "棉被",
    "被子",
    "被褥",
    "棉衣",
    "棉服",
    "大衣",
    "衣服",
    "冬衣",
    "校服",
    "衣物",
    "棉鞋",
    "鞋",
    "袜子",
    "手电",
    "手电筒",
    "蜡烛",
    "雨衣",
    "雨靴",
    "帐篷",
    "折叠床",
    "毛毯",
    "毯子",
    "沙袋",
    "编织袋",
    "图书",
    "书本",
    "课本",
    "书包",
    "文具",
    "树苗",
    "鱼苗",
    "鸡苗",
    "种苗",
    "苗木",
    "大米",
    "面粉",
    "食用油",
    "矿泉水",
    "方便面",
    "奶粉",
    "牛奶",
    "饼干",
    "人口",
    "移民",
    "村民",
    "居民",
    "学生",
    "儿童",
    "老人",
    "职工",
    "牧民",
    "群众",
    "游客",
    "粉丝",
    "存栏",
    "出栏",
    "牦牛",
    "羊",
    "鸡",
];
/// What may stand between the name of a thing and its number.
const BETWEEN: [&str; 17] =
    ["（", "(", "：", ":", " ", "需要", "需", "要", "约", "各", "共", "缺", "还差", "大约", "近", "数量", "为"];

/// The kind of the sum whose words start at `start`, its hedge included, and whose digits start at `digits`: the nearest label in
/// its clause and after the previous number.
pub(super) fn kind(text: &str, free: usize, start: usize, digits: usize) -> Kind {
    let before = clause_before(text, free, digits.max(start), LABEL_REACH);
    let labels = LABELS.iter().flat_map(|(kind, words)| words.iter().map(|word| (*kind, *word)));
    let nearest = labels.filter_map(|(kind, word)| Some((before.rfind(word)? + word.len(), word.len(), kind)));
    let is_part = || sentence_before(text, start, PART_REACH).contains("其中");
    match nearest.max_by_key(|&(end, len, _)| (end, len)) {
        Some((_, _, kind)) => kind,
        None if is_part() => Kind::Part,
        None => Kind::Plain,
    }
}

/// A label directly after a sum: 30万元已落实, 50万元的缺口.
pub(super) fn kind_behind(behind: &str) -> Option<Kind> {
    let behind = behind.strip_prefix('的').or_else(|| behind.strip_prefix("资金")).unwrap_or(behind);
    if behind.starts_with("缺口") {
        return Some(Kind::Gap);
    }
    let is_secured = ["已落实", "已到位", "已筹", "已自筹", "由财政", "由县", "自筹"].iter().any(|word| behind.starts_with(word));
    is_secured.then_some(Kind::Secured)
}

/// True if the number follows the name of a thing that it counts: 防护服1万, 口罩需要5万, N95（10万）.
pub(super) fn counts_things(text: &str, free: usize, number: &NumberMention<'_>) -> bool {
    let before = clause_before(text, free, number.start, 2 * LABEL_REACH);
    let mut name = before;
    while let Some(rest) = BETWEEN.iter().find_map(|word| name.strip_suffix(word)) {
        name = rest;
    }
    let is_model = || {
        let name = &text[..number.start - (before.len() - name.len())];
        let model = name.bytes().rev().take(2 * LABEL_REACH).take_while(u8::is_ascii_alphanumeric);
        let (letters, digits) = model.fold((0, 0), |(letters, digits), byte| {
            (letters + i32::from(byte.is_ascii_alphabetic()), digits + i32::from(byte.is_ascii_digit()))
        });
        letters > 0 && digits > 0
    };
    COUNTED.iter().any(|thing| name.ends_with(thing)) || is_model()
}

/// True if `text` ends with the name of goods that come in thousands, or of people.
pub(super) fn names_goods(text: &str) -> bool {
    COUNTED.iter().any(|thing| text.ends_with(thing))
}

/// True if the number, behind `free`, goes on with a list of counts without measure words whose last one ended at `end`: 消毒液1万，手消1万.
pub(super) fn continues_counts(text: &str, end: usize, free: usize, number: &NumberMention<'_>) -> bool {
    let between = &text[end..number.start.max(end)];
    let name = between.trim_start_matches([' ', '、', '，', ',', '/', '）', ')']);
    let is_short = name.chars().nth(LABEL_REACH).is_none();
    free == end && name.len() < between.len() && is_short && !name.is_empty() && !name.contains(|c| "，。；,;".contains(c))
}

/// True if a word for money stands directly before the number.
pub(super) fn follows_money(text: &str, free: usize, start: usize) -> bool {
    let before = clause_before(text, free, start, LABEL_REACH).trim_end_matches([' ', '：', ':', '约', '为', '共', '需']);
    MONEY.iter().any(|word| before.ends_with(word))
}
