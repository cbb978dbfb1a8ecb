//! How much the words of a text count: what is asked for counts more than what is described, what is denied does not count at
//! all, and in 医院门口的公路 only the road counts.

use std::ops::Range;

use super::find::find;

/// Weight of a word that describes the situation, in a text that also asks for something.
const STATUS: f64 = 0.6;

/// From these words on, a sentence says what is asked for.
const ASKING: [&str; 31] = [
    "想", "需", "急缺", "缺", "用于", "购置", "采购", "添置", "建设", "新建", "修建", "改建", "援建", "兴建", "重建", "捐建",
    "申请", "求助", "盼", "希望", "拟", "安装", "配备", "更换", "开展", "提供", "资助", "设立", "发放", "修缮", "改造",
];
/// These words say that what precedes them in the clause is lacking.
const LACKING: [&str; 8] = ["短缺", "不足", "匮乏", "紧缺", "稀缺", "空缺", "落后", "陈旧"];
/// 缺, 需 and 想 inside these words do not ask for what follows.
const NOT_ASKING: [&str; 13] =
    ["短缺", "紧缺", "稀缺", "空缺", "不需", "无需", "缺口", "需求", "梦想", "思想", "理想", "想象", "设想"];

/// These words deny what follows them in the clause or, if no trigger word follows, what precedes them.
const DENYING: [&str; 19] = [
    "不需要",
    "不需",
    "无需",
    "毋需",
    "不含",
    "不包括",
    "不包含",
    "不涉及",
    "不属于",
    "并非",
    "已有",
    "已解决",
    "已建成",
    "已完成",
    "已配备",
    "已落实",
    "已覆盖",
    "已具备",
    "不用",
];
/// These words end the denied part of a clause.
const TURNING: [&str; 9] = ["但", "而是", "而", "仅需", "只需", "尚缺", "还缺", "还需", "仍"];
/// What precedes these words says where something is, not what it is.
const BESIDE: [&str; 15] =
    ["旧址", "原址", "门口", "旁边", "附近", "周边", "周围", "对面", "门前", "门外", "沿线", "沿途", "隔壁", "边上", "旁"];
/// What stands between one of these words and 的 is where something leads.
const LEADING: [&str; 5] = ["通往", "通向", "去往", "前往", "连接"];
/// Punctuation that ends a clause.
const ENDS_CLAUSE: &str = "，,。；;！？!?：:";
/// The name of a landmark starts after the last of these.
const ITEM: [&str; 12] = ["、", "和", "及", "与", "在", "将", "对", "为", "修", "建", "改造", "新建"];

/// The weight of each part of a text.
#[derive(Debug, Default)]
pub(super) struct Emphasis {
    /// What is denied: words in it give no sectors, groups or modes.
    denied: Vec<Range<usize>>,
    /// Landmarks: words in them give no sectors.
    landmarks: Vec<Range<usize>>,
    asked: Vec<Range<usize>>,
    /// Where its clauses end.
    ends: Vec<usize>,
}

impl Emphasis {
    /// Reads `text`; `words` are the byte ranges of its trigger words, ascending and disjoint.
    pub(super) fn new(text: &str, words: &[Range<usize>]) -> Self {
        let mut emphasis = Self::default();
        let mut asks = false;
        for clause in clauses(text) {
            let part = &text[clause.clone()];
            emphasis.ends.push(clause.end);
            let has_word = |range: Range<usize>| {
                words.get(words.partition_point(|word| word.start < range.start)).is_some_and(|word| word.start < range.end)
            };
            emphasis.denied.extend(denied(part, clause.start, has_word));
            emphasis.landmarks.extend(landmarks(part, clause.start, has_word));
            if asks || LACKING.iter().any(|word| part.ends_with(word)) {
                emphasis.asked.push(clause.clone());
            } else if let Some(at) = asking(part, |at| within_word(words, clause.start + at)) {
                emphasis.asked.push(clause.start + at..clause.end);
                asks = true;
            }
            asks &= !text[clause.end..].starts_with(['。', '；', ';', '！', '？', '!', '?']);
        }
        emphasis
    }

    /// True if the word at the byte `at` is denied.
    pub(super) fn denies(&self, at: usize) -> bool {
        covers(&self.denied, at)
    }

    /// The weight of a sector word at the byte `at`: 0 if it is denied or in a landmark, 1 if it is asked for or the text asks
    /// for nothing in particular, else `STATUS`.
    pub(super) fn weight(&self, at: usize) -> f64 {
        if self.denies(at) || covers(&self.landmarks, at) {
            0.0
        } else if self.asked.is_empty() || covers(&self.asked, at) {
            1.0
        } else {
            STATUS
        }
    }

    /// True if the bytes `a` and `b` stand in one clause.
    pub(super) fn same_clause(&self, a: usize, b: usize) -> bool {
        let clause = |at: usize| self.ends.partition_point(|&end| end < at);
        clause(a) == clause(b)
    }
}

/// True if one of `ranges`, ascending and disjoint, contains `at`.
fn covers(ranges: &[Range<usize>], at: usize) -> bool {
    ranges.get(ranges.partition_point(|range| range.end <= at)).is_some_and(|range| range.start <= at)
}

fn clauses(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let ends = text.char_indices().filter(|(_, c)| ENDS_CLAUSE.contains(*c)).map(|(at, c)| (at, c.len_utf8()));
    ends.chain([(text.len(), 0)]).map(move |(end, len)| {
        let clause = start..end;
        start = end + len;
        clause
    })
}

/// True if `at` lies inside one of `words`, after its start: 重建 in 灾后重建.
fn within_word(words: &[Range<usize>], at: usize) -> bool {
    words.get(words.partition_point(|word| word.end <= at)).is_some_and(|word| word.start < at)
}

/// Where a clause starts to ask for something.
fn asking(clause: &str, is_in_word: impl Fn(usize) -> bool) -> Option<usize> {
    let starts = |at: usize, word: &str| clause.get(at..).is_some_and(|rest| rest.starts_with(word));
    let within = |at: usize, word: &str| word.char_indices().any(|(skip, _)| at >= skip && starts(at - skip, word));
    let is_asking = |at: usize| !is_in_word(at) && !NOT_ASKING.iter().any(|word| within(at, word));
    // A later place than one already found does not matter.
    let mut earliest = None;
    for word in ASKING {
        let (mut from, end) = (0, earliest.unwrap_or(clause.len()));
        while let Some(at) = find(&clause[from..], word).map(|at| from + at).filter(|&at| at < end) {
            if is_asking(at) {
                earliest = Some(at);
                break;
            }
            from = at + word.len();
        }
    }
    earliest
}

/// The denied part of a clause that starts at the byte `start`.
fn denied(clause: &str, start: usize, has_word: impl Fn(Range<usize>) -> bool) -> Option<Range<usize>> {
    if let Some(but) = clause.find('除')
        && let Some(len) = clause[but..].find("外")
    {
        return Some(start + but..start + but + len);
    }
    let (at, word) = DENYING
        .iter()
        .filter_map(|word| Some((find(clause, word)?, word)))
        .min_by_key(|&(at, word)| (at, std::cmp::Reverse(word.len())))?;
    let behind = at + word.len();
    let turn = TURNING.iter().filter_map(|word| find(&clause[behind..], word)).min();
    let end = turn.map_or(clause.len(), |turn| behind + turn);
    Some(if has_word(start + behind..start + end) { start + at..start + end } else { start..start + behind })
}

/// The landmarks of a clause that starts at the byte `start`. A trigger word has to follow them in the clause.
fn landmarks(clause: &str, start: usize, has_word: impl Fn(Range<usize>) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let beside = BESIDE.iter().filter_map(|word| Some((find(clause, word)?, word.len()))).min();
    if let Some((at, _)) = beside.filter(|&(at, len)| has_word(start + at + len..start + clause.len())) {
        let item = ITEM.iter().filter_map(|word| Some(clause[..at].rfind(word)? + word.len())).max().unwrap_or(0);
        found.push(start + item..start + at);
    }
    let leading = LEADING.iter().filter_map(|word| Some(find(clause, word)? + word.len())).min();
    if let Some(at) = leading.filter(|_| found.is_empty())
        && let Some(len) = clause[at..].find('的').filter(|&len| has_word(start + at + len..start + clause.len()))
    {
        found.push(start + at..start + at + len);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The weights of the words 医院, 学校, 公路 and 食堂 in `text`, in order.
    fn weights(text: &str) -> Vec<f64> {
        let find = |word: &'static str| text.match_indices(word).map(|(at, word)| at..at + word.len());
        let mut words: Vec<Range<usize>> = ["医院", "学校", "公路", "食堂"].into_iter().flat_map(find).collect();
        words.sort_unstable_by_key(|word| word.start);
        let emphasis = Emphasis::new(text, &words);
        words.into_iter().map(|word| emphasis.weight(word.start)).collect()
    }

    #[test]
    fn a_landmark_does_not_count_beside_what_stands_there() {
        for (text, expected) in [
            ("医院门口的公路", &[0.0, 1.0] as &[f64]),
            ("通往学校的公路", &[0.0, 1.0]),
            ("学校食堂和医院旁公路", &[1.0, 1.0, 0.0, 1.0]),
            ("医院门口", &[1.0]),
        ] {
            assert_eq!(weights(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_denied_does_not_count() {
        for (text, expected) in [
            ("修公路，不含学校食堂", &[1.0, 0.0, 0.0] as &[f64]),
            ("除医院外修公路", &[0.0, 1.0]),
            ("食堂已解决，公路未修", &[0.0, 1.0]),
            ("已有医院但缺公路", &[0.0, 1.0]),
            ("无需医院，仅修公路", &[0.0, 1.0]),
        ] {
            assert_eq!(weights(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_asked_for_counts_more_than_what_is_described() {
        assert_eq!(weights("学校条件差，需公路"), [STATUS, 1.0]);
        assert_eq!(weights("需公路、食堂，以及医院。学校很远"), [1.0, 1.0, 1.0, STATUS]);
        assert_eq!(weights("学校公路"), [1.0, 1.0]);
        assert_eq!(weights("医院短缺"), [1.0]);
    }
}
