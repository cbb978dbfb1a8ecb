//! Groups of digits and what stands between them: 138-0013-8000 is three groups and may be one number.

use std::ops::Range;

use super::fold::Folded;

/// Digits that follow one another directly, all Chinese or none.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// Its marks.
    pub(super) marks: Range<usize>,
    /// What stands between the group before and this one; `None` if the two cannot be parts of one number.
    pub(super) gap: Option<Gap>,
}

/// What stands between two groups of a number, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Gap(u8);

impl Gap {
    /// Blanks and line breaks.
    pub(super) const BLANK: Self = Self(1);
    /// Dashes, brackets and whatever else people put between digits.
    pub(super) const SOFT: Self = Self(2);
    /// `.` may be a decimal point.
    pub(super) const DOT: Self = Self(4);
    /// `/` may part dates and sizes.
    pub(super) const SLASH: Self = Self(8);
    /// Commas and the like, which part the items of a list.
    pub(super) const LIST: Self = Self(16);
    /// Signs of arithmetic.
    pub(super) const SIGN: Self = Self(32);
    /// `:` and `~`, which part times and ranges.
    pub(super) const COLON: Self = Self(64);

    /// The class of a character; `None` for one that no number goes on after.
    fn of(c: char) -> Option<Self> {
        Some(match c {
            c if c.is_whitespace() => Self::BLANK,
            '.' | '·' | '•' | '。' => Self::DOT,
            '/' | '\\' => Self::SLASH,
            ',' | '、' | ';' => Self::LIST,
            ':' | '~' | '～' => Self::COLON,
            '+' | '=' | '*' | '×' | '%' | '$' | '¥' | '€' | '°' | '±' | '÷' | '→' => Self::SIGN,
            c if c.is_alphanumeric() => return None,
            _ => Self::SOFT,
        })
    }

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The same without blanks.
    pub(super) const fn sign(self) -> Self {
        Self(self.0 & !Self::BLANK.0)
    }

    /// True if, blanks apart, it is one of two kinds and nothing else.
    pub(super) const fn is_one_of(self, a: Self, b: Self) -> bool {
        self.sign().0 == a.0 || self.sign().0 == b.0
    }
}

/// Most characters between two groups of one number, blanks apart, and with them.
const MAX_GAP: usize = 6;
const MAX_WIDTH: usize = 30;

/// The groups of a text, left to right.
pub(super) fn groups(folded: &Folded) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut gap: Option<Gap> = None;
    let (mut signs, mut width) = (0, 0);
    for (at, mark) in folded.marks.iter().enumerate() {
        if mark.c.is_ascii_digit() {
            match groups.last_mut().filter(|last| last.marks.end == at && folded.marks[at - 1].is_han == mark.is_han) {
                Some(last) => last.marks.end += 1,
                None => groups.push(Group { marks: at..at + 1, gap }),
            }
            (gap, signs, width) = (Some(Gap::default()), 0, 0);
        } else {
            width += 1;
            signs += usize::from(!mark.c.is_whitespace());
            gap = gap.filter(|_| signs <= MAX_GAP && width <= MAX_WIDTH).and_then(|gap| Some(gap.with(Gap::of(mark.c)?)));
        }
    }
    groups
}

/// Groups read as one number.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) marks: Range<usize>,
    pub(super) digits: Vec<u8>,
    /// Number of digits of each group; groups that follow one another without a gap are one.
    pub(super) sizes: Vec<usize>,
    /// Everything that stands in its gaps.
    pub(super) gaps: Gap,
    /// True if all its gaps are of one kind.
    pub(super) is_uniform: bool,
    last_gap: Gap,
}

impl Layout {
    /// One group as a number.
    pub(super) fn of(folded: &Folded, group: &Group) -> Self {
        let marks = group.marks.clone();
        let digits = digits(folded, &marks);
        let (sizes, gaps) = (vec![digits.len()], Gap::default());
        Self { marks, digits, sizes, gaps, is_uniform: true, last_gap: gaps }
    }

    /// Adds the next group; false if it does not belong to the same number.
    pub(super) fn add(&mut self, folded: &Folded, group: &Group) -> bool {
        let Some(gap) = group.gap else { return false };
        let more = digits(folded, &group.marks);
        if gap == Gap::default() {
            self.sizes.last_mut().into_iter().for_each(|last| *last += more.len());
        } else {
            self.is_uniform &= self.sizes.len() < 2 || gap.sign() == self.last_gap.sign();
            self.last_gap = gap;
            self.sizes.push(more.len());
        }
        self.digits.extend(more);
        self.gaps = self.gaps.with(gap);
        self.marks.end = group.marks.end;
        true
    }

    /// True if its digits stand together.
    pub(super) const fn is_whole(&self) -> bool {
        self.sizes.len() == 1
    }

    /// True if every group is a single digit.
    pub(super) fn is_spelt(&self) -> bool {
        !self.is_whole() && self.sizes.iter().all(|&size| size == 1)
    }

    /// The same without its first digits.
    pub(super) fn without(&self, digits: usize) -> Self {
        let mut rest = self.clone();
        rest.digits.drain(..digits);
        let mut left = digits;
        while left > 0 && rest.sizes[0] <= left {
            left -= rest.sizes.remove(0);
        }
        if let Some(first) = rest.sizes.first_mut() {
            *first -= left;
        }
        rest
    }

    /// The groups as numbers.
    fn values(&self) -> impl Iterator<Item = (usize, u64)> {
        let mut at = 0;
        self.sizes.iter().map(move |&size| {
            let value = self.digits[at..at + size].iter().fold(0, |sum, digit| sum * 10 + u64::from(*digit));
            at += size;
            (size, value)
        })
    }

    /// True if a group after the first starts with a zero, as no number in a list does.
    pub(super) fn has_leading_zero(&self) -> bool {
        self.values().skip(1).any(|(size, value)| size > 1 && value < 10_u64.pow(size as u32 - 1))
    }

    /// True for numbers that rise or fall from one to the next, as those of a list or of a size do: 18 20 35 60 100.
    pub(super) fn is_ladder(&self) -> bool {
        let values: Vec<u64> = self.values().map(|it| it.1).collect();
        let is_sorted = values.is_sorted_by(|a, b| a < b) || values.is_sorted_by(|a, b| a > b);
        values.len() > 2 && is_sorted && !self.has_leading_zero()
    }

    /// True for a number with thousands separators: 13,800,138,000.
    pub(super) fn is_grouped_by_thousands(&self) -> bool {
        self.gaps == Gap::LIST && self.sizes[0] <= 3 && self.sizes.len() > 1 && self.sizes[1..].iter().all(|&size| size == 3)
    }

    /// True for four numbers up to 255 with dots between them.
    pub(super) fn is_address(&self) -> bool {
        self.gaps == Gap::DOT && self.sizes.len() == 4 && self.values().all(|(size, value)| size <= 3 && value <= 255)
    }
}

fn digits(folded: &Folded, marks: &Range<usize>) -> Vec<u8> {
    folded.marks[marks.clone()].iter().map(|mark| mark.c as u8 - b'0').collect()
}
