//! Numbers of persons among the groups of digits of a text.
//!
//! A number is whole (13800138000), parted as people part it (138-0013-8000), spelt (1 3 8 …), or parted in any other way
//! that no list of numbers, size, date, version or sum has. After a label (手机) every way counts.

use std::ops::Range;

use super::Personal;
use super::checks::{self, Identity, is_mobile, is_old_identity};
use super::fold::Folded;
use super::group::{Gap, Group, Layout, groups};
use super::label::{Label, announces, letters_before, words_before};

/// A personal number and the marks that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) marks: Range<usize>,
    pub(super) kind: Personal,
}

/// Most digits of a number, prefixes included.
const MAX_DIGITS: usize = 19;
/// Fewest digits of a number: passports have letters and seven digits.
pub(super) const MIN_DIGITS: usize = 7;
/// Most letters of a label that are looked at.
const MAX_LETTERS: usize = 12;
/// Letters that stand before a telephone number and nothing else.
const PHONES: [&str; 14] = ["v", "t", "m", "p", "mp", "hp", "sj", "sjh", "dh", "lxdh", "mob", "cell", "qq", "zfb"];

/// The personal numbers of a text that do not overlap `taken`, ascending ranges of marks.
pub(super) fn numbers(folded: &Folded, taken: &[Range<usize>]) -> Vec<Found> {
    let is_free = |group: &Group| {
        let next = taken.partition_point(|range| range.end <= group.marks.start);
        taken.get(next).is_none_or(|range| range.start >= group.marks.end)
    };
    let groups = groups(folded);
    let mut found = Vec::new();
    let mut reader = Reader { folded, groups: &groups, free: 0 };
    let mut first = 0;
    while first < groups.len() {
        if reader.is_fraction(first) {
            first += 1;
            continue;
        }
        let end = first + groups[first..].iter().take(MAX_DIGITS).take_while(|group| is_free(group)).count();
        match reader.longest(first, end) {
            Some((count, it)) => {
                first += count;
                reader.free = it.marks.end;
                found.push(it);
            }
            None => first += 1,
        }
    }
    found
}

struct Reader<'a> {
    folded: &'a Folded,
    groups: &'a [Group],
    /// Where the last personal number ended.
    free: usize,
}

impl Reader<'_> {
    /// True for the digits behind a decimal point: 0.13800138000, but not 2.13800138000, which is the second line of a list.
    fn is_fraction(&self, n: usize) -> bool {
        let group = &self.groups[n];
        let Some(before) = n.checked_sub(1).map(|before| &self.groups[before].marks) else { return false };
        let is_point = group.gap == Some(Gap::DOT) && before.end + 1 == group.marks.start;
        is_point && (before.len() == 3 || before.len() == 1 && self.folded.at(before.start) == Some('0'))
    }

    /// The longest personal number that starts with the group `first` and ends before the group `end`: how many groups it takes.
    fn longest(&self, first: usize, end: usize) -> Option<(usize, Found)> {
        let group = self.groups[..end].get(first)?;
        if group.marks.len() > MAX_DIGITS {
            return self.inside(group).map(|found| (1, found));
        }
        let mut layout = Layout::of(self.folded, group);
        let mut longest = None;
        for last in first..end {
            if last > first && !layout.add(self.folded, &self.groups[last]) || layout.digits.len() > MAX_DIGITS {
                break;
            }
            if layout.digits.len() < MIN_DIGITS {
                continue;
            }
            if let Some(found) = Candidate::new(self, &layout, first, last).read() {
                longest = Some((last + 1 - first, found));
            }
        }
        longest.or_else(|| self.inside(group).map(|found| (1, found)))
    }

    /// A personal number inside a group: numbers that touch, or one among other Chinese digits, which nothing else is written
    /// with in such a row.
    fn inside(&self, group: &Group) -> Option<Found> {
        let layout = Layout::of(self.folded, group);
        let digits = &layout.digits;
        let found = |marks: Range<usize>, kind| Some(Found { marks, kind });
        if digits.len() > 11 && digits.len().is_multiple_of(11) && digits.chunks(11).all(is_mobile) {
            return found(group.marks.clone(), Personal::Mobile);
        }
        if !self.folded.marks[group.marks.start].is_han {
            return None;
        }
        let at = |at: usize, len: usize| group.marks.start + at..group.marks.start + at + len;
        for start in 0..digits.len().saturating_sub(10) {
            let rest = &digits[start..];
            if rest.len() >= 18 && checks::identity(&rest[..17], rest[17]).is_some() {
                return found(at(start, 18), Personal::Identity);
            }
            if is_mobile(&rest[..11]) {
                return found(at(start, 11), Personal::Mobile);
            }
        }
        None
    }

    /// True if no group of the same row stands before or after: a number in a row of numbers is one of a list.
    fn is_alone(&self, layout: &Layout, first: usize, last: usize) -> bool {
        let joins = |gap: Option<Gap>| gap.is_some_and(|gap| gap != Gap::default() && gap.sign() == layout.gaps.sign());
        let is_joined_before = self.groups[first].gap.is_some() && self.groups[first - 1].marks.end > self.free;
        let before = is_joined_before && joins(self.groups[first].gap);
        let behind = self.groups.get(last + 1).is_some_and(|next| joins(next.gap));
        !before && !behind && !continues_a_code(self.folded, layout.marks.start)
    }
}

/// True if a dash or the like joins what starts at `start` to letters or digits before it: XM-15-2021-00123.
pub(super) fn continues_a_code(folded: &Folded, start: usize) -> bool {
    folded.before(start).is_some_and(is_joint) && folded.before(start - 1).is_some_and(|c| c.is_ascii_alphanumeric())
}

/// True for what joins the parts of a code.
pub(super) const fn is_joint(c: char) -> bool {
    matches!(c, '-' | '_' | '/' | '.')
}

/// Some groups that may be one number, and what stands around them.
pub(super) struct Candidate<'a> {
    pub(super) folded: &'a Folded,
    pub(super) layout: &'a Layout,
    /// True if it is not one number in a row of numbers.
    pub(super) is_alone: bool,
    /// The letters that touch its start.
    pub(super) letters: String,
    /// True if these letters are a code, not a label or a name in small letters.
    pub(super) is_in_code: bool,
    words: std::cell::OnceCell<String>,
    free: usize,
}

impl<'a> Candidate<'a> {
    fn new(reader: &Reader<'a>, layout: &'a Layout, first: usize, last: usize) -> Self {
        let folded = reader.folded;
        let letters: String = letters_before(folded, &layout.marks).iter().map(|mark| mark.c).collect();
        let start = layout.marks.start - letters.len();
        let small = letters.to_ascii_lowercase();
        let is_label = PHONES.contains(&small.as_str()) || announces(&small, &[Label::Phone]);
        let is_joined = folded.before(start).is_some_and(|c| c.is_ascii_digit()) || continues_a_code(folded, start);
        let is_in_code = !letters.is_empty() && !is_label && (small != letters || is_joined);
        let is_alone = reader.is_alone(layout, first, last);
        let words = std::cell::OnceCell::new();
        Self { folded, layout, is_alone, letters, is_in_code, words, free: reader.free }
    }

    pub(super) fn has_label(&self, labels: &[Label]) -> bool {
        let words = self.words.get_or_init(|| words_before(self.folded, self.layout.marks.start, self.free));
        announces(words, labels)
    }

    fn read(&self) -> Option<Found> {
        let found = |kind| Some(Found { marks: self.layout.marks.clone(), kind });
        match self.layout.digits.len() {
            17 if let Some(end) = self.check_character() => {
                let is_meant = checks::identity(&self.layout.digits, 10).is_some_and(|it| self.is_identity(it));
                let is_meant = is_meant || self.has_label(&[Label::Identity]);
                return is_meant.then_some(Found { marks: self.layout.marks.start..end, kind: Personal::Identity });
            }
            18 if checks::identity(&self.layout.digits[..17], self.layout.digits[17]).is_some_and(|it| self.is_identity(it)) => {
                return found(Personal::Identity);
            }
            15..=18 if self.has_label(&[Label::Identity]) && !self.is_sum() => return found(Personal::Identity),
            15 if is_old_identity(&self.layout.digits) && self.is_old_identity() => return found(Personal::Identity),
            _ => {}
        }
        if let Some(it) = self.paper() {
            return Some(it);
        }
        if self.is_mobile() {
            return found(Personal::Mobile);
        }
        if self.is_card() {
            return found(Personal::BankCard);
        }
        (self.has_label(&[Label::Home]) && !self.is_sum() && !self.is_counted())
            .then(|| Found { marks: self.layout.marks.clone(), kind: Personal::HomePhone })
    }

    /// The end of a check character X behind 17 digits.
    fn check_character(&self) -> Option<usize> {
        let mut at = self.layout.marks.end;
        while self.folded.at(at).is_some_and(|c| matches!(c, ' ' | '\n' | '-' | '.' | '_')) && at < self.layout.marks.end + 3 {
            at += 1;
        }
        let is_x = self.folded.at(at).is_some_and(|c| "xX×✕✖╳⨯хХχΧ".contains(c));
        let goes_on = self.folded.at(at + 1).is_some_and(|c| c.is_ascii_alphanumeric());
        (is_x && !goes_on).then_some(at + 1)
    }

    fn is_identity(&self, how: Identity) -> bool {
        match how {
            Identity::Proven => !self.layout.gaps.has(Gap::SIGN) || self.has_label(&[Label::Identity]),
            Identity::Mistyped => {
                let is_code = self.is_in_code || self.layout.gaps.has(Gap::SIGN) || self.has_label(&[Label::Code]);
                !is_code || self.has_label(&[Label::Identity])
            }
        }
    }

    fn is_old_identity(&self) -> bool {
        let is_parted_so = self.layout.is_whole() || self.layout.sizes == [6, 6, 3] || self.layout.is_spelt();
        is_parted_so && !self.is_in_code && !self.is_sum() && !self.has_label(&[Label::Code])
    }

    /// True if letters touch its end as in a code: capitals that are no label, or any in n-13912345678f.
    pub(super) fn ends_in_code(&self) -> bool {
        let rest = self.folded.from(self.layout.marks.end);
        let letters: String = rest.chars().take_while(char::is_ascii_alphanumeric).take(MAX_LETTERS).collect();
        let small = letters.to_ascii_lowercase();
        let is_label = ["wx", "vx", "qq", "tel"].iter().any(|label| small.starts_with(label));
        let is_joined = continues_a_code(self.folded, self.layout.marks.start);
        !letters.is_empty() && !is_label && (small != letters || is_joined)
    }

    /// True if a unit or a sign of money says that the number is a sum.
    pub(super) fn is_sum(&self) -> bool {
        let rest = self.folded.from(self.layout.marks.end);
        let rest = rest.strip_prefix('.').map_or(rest, |cents| cents.trim_start_matches(|c: char| c.is_ascii_digit()));
        let rest = rest.trim_start_matches(' ');
        let is_yuan = rest.strip_prefix('元').is_some_and(|rest| !rest.starts_with(['旦', '月', '宵']));
        let before = self.folded.before(self.layout.marks.start);
        is_yuan
            || ["万元", "亿元", "万美元", "美元", "块钱"].iter().any(|unit| rest.starts_with(unit))
            || matches!(before, Some('¥' | '$' | '€'))
            || before == Some('币') && !self.has_label(&[Label::Phone])
    }

    /// True if the number counts something: 150、2000、3500人.
    pub(super) fn is_counted(&self) -> bool {
        // 张, 项, 米 and 平 are names too.
        const UNITS: [&str; 46] = [
            "元", "万元", "亿元", "万人", "万户", "万亩", "人", "户", "名", "台", "件", "套", "个", "吨", "所", "本", "床", "双",
            "箱", "袋", "亩", "只", "头", "公里", "公斤", "公顷", "岁", "年", "月", "天", "日", "次", "家", "间", "辆", "份",
            "盏", "条", "村", "斤", "克", "平方", "平米", "立方", "mm", "%",
        ];
        let rest = self.folded.from(self.layout.marks.end).trim_start_matches(' ');
        UNITS.iter().any(|unit| rest.starts_with(unit))
    }
}
