//! One plain form of a text for finding numbers in it: every way to write a digit becomes `0` to `9`, letters and punctuation
//! become narrow, and what does not show is dropped. Each character keeps the place it came from.

use std::ops::Range;
use std::sync::LazyLock;

use regex_syntax::hir::{Class, HirKind};
use unicode_normalization::UnicodeNormalization as _;

/// A folded character and the bytes of the original that it stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) c: char,
    /// True if it is written as a Chinese digit: 一, 壹, 〇.
    pub(super) is_han: bool,
    start: usize,
    end: usize,
}

/// A folded text.
#[derive(Debug, Default)]
pub(super) struct Folded {
    /// The folded characters.
    pub(super) text: String,
    pub(super) marks: Vec<Mark>,
    /// The byte of `text` at which each mark starts.
    offsets: Vec<usize>,
}

impl Folded {
    pub(super) fn new(original: &str) -> Self {
        let most = original.len();
        let (text, marks, offsets) = (String::with_capacity(most), Vec::with_capacity(most), Vec::with_capacity(most));
        let mut this = Self { text, marks, offsets };
        let mut free = 0;
        for (start, c) in original.char_indices().filter(|(_, c)| !c.is_ascii_control() || c.is_ascii_whitespace()) {
            if start < free {
                continue;
            }
            free = start + c.len_utf8();
            match c {
                '<' => free = tag_end(original, start).unwrap_or_else(|| this.push('<', start..free)),
                '&' => free = entity_end(original, start).map_or(free, |end| this.push(' ', start..end)),
                c if c.is_ascii() => _ = this.push(c, start..free),
                c if is_invisible(c) => this.extend_to(free),
                c => this.push_folded(c, start..free),
            }
        }
        this
    }

    fn push(&mut self, c: char, range: Range<usize>) -> usize {
        self.add(c, false, range)
    }

    fn add(&mut self, c: char, is_han: bool, Range { start, end }: Range<usize>) -> usize {
        self.offsets.push(self.text.len());
        self.text.push(c);
        self.marks.push(Mark { c, is_han, start, end });
        end
    }

    fn push_folded(&mut self, c: char, range: Range<usize>) {
        if c.is_whitespace() || c == '\u{2800}' {
            self.push(if matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}') { '\n' } else { ' ' }, range);
        } else if let Some(digit) = han_digit(c) {
            self.add(char::from(b'0' + digit), true, range);
        } else if let Some(simple) = simplified(c) {
            self.push(simple, range);
        } else if is_plain_han(c) {
            self.push(c, range);
        } else if let Some(value) = numbered(c) {
            // ⑫ may stand for two digits.
            value.to_string().chars().for_each(|digit| _ = self.push(digit, range.clone()));
        } else {
            for c in c.nfkc() {
                match digit(c) {
                    Some((digit, is_han)) => _ = self.add(char::from(b'0' + digit), is_han, range.clone()),
                    None if is_invisible(c) => {}
                    None => _ = self.push(if c.is_whitespace() { ' ' } else { c }, range.clone()),
                }
            }
        }
    }

    /// An invisible character belongs to the one before it.
    fn extend_to(&mut self, end: usize) {
        if let Some(last) = self.marks.last_mut() {
            last.end = end;
        }
    }

    /// The bytes of the original that some marks stand for.
    pub(super) fn original(&self, marks: &Range<usize>) -> Range<usize> {
        self.marks[marks.start].start..self.marks[marks.end - 1].end
    }

    /// The marks that some bytes of the folded text hold.
    pub(super) fn marks_of(&self, bytes: &Range<usize>) -> Range<usize> {
        let mark = |byte: usize| self.offsets.partition_point(|&at| at < byte);
        mark(bytes.start)..mark(bytes.end)
    }

    /// The folded text from a mark on.
    pub(super) fn from(&self, mark: usize) -> &str {
        &self.text[self.offsets.get(mark).copied().unwrap_or(self.text.len())..]
    }

    /// The folded character at a mark.
    pub(super) fn at(&self, mark: usize) -> Option<char> {
        self.marks.get(mark).map(|mark| mark.c)
    }

    /// The folded character before a mark.
    pub(super) fn before(&self, mark: usize) -> Option<char> {
        self.at(mark.checked_sub(1)?)
    }
}

/// True for what may be a digit, whatever the script; fast, because every text passes it.
pub(super) fn may_be_digit(c: char) -> bool {
    match c {
        '0'..='9' => true,
        c if c.is_ascii() => false,
        '\u{3005}'..='\u{9fff}' => han_digit(c).is_some() || c < '\u{3400}' && c.is_numeric(),
        c => c.is_numeric() || han_digit(c).is_some(),
    }
}

/// The value of a Chinese digit; telephone numbers are read out with 幺, 拐, 洞 and 勾, ○ and ◯ are typed for 〇.
const fn han_digit(c: char) -> Option<u8> {
    Some(match c {
        '〇' | '零' | '○' | '◯' | '洞' => 0,
        '一' | '壹' | '壱' | '弌' | '幺' | '〡' => 1,
        '二' | '贰' | '貳' | '弍' | '两' | '兩' | '〢' => 2,
        '三' | '叁' | '參' | '弎' | '〣' => 3,
        '四' | '肆' | '〤' => 4,
        '五' | '伍' | '〥' => 5,
        '六' | '陆' | '陸' | '〦' => 6,
        '七' | '柒' | '〧' | '拐' => 7,
        '八' | '捌' | '〨' => 8,
        '九' | '玖' | '〩' | '勾' => 9,
        _ => return None,
    })
}

/// The value of a digit after NFKC, and whether it is Chinese.
fn digit(c: char) -> Option<(u8, bool)> {
    if let Some(digit) = c.to_digit(10) {
        return Some((digit as u8, false));
    }
    if let Some(digit) = han_digit(c) {
        return Some((digit, true));
    }
    // Decimal digits stand in rows of ten in every script (Unicode, chapter 4.6).
    let first = DECIMAL.first_of(c)?;
    Some((((c as u32 - first) % 10) as u8, false))
}

/// The numbers in circles that have no compatibility form.
fn numbered(c: char) -> Option<u32> {
    const ROWS: [(char, char, u32); 7] =
        [('❶', '❿', 1), ('➀', '➉', 1), ('➊', '➓', 1), ('⓫', '⓴', 11), ('⓵', '⓾', 1), ('⓿', '⓿', 0), ('🄋', '🄌', 0)];
    let row = ROWS.iter().find(|(first, last, _)| (*first..=*last).contains(&c));
    row.map(|(first, _, value)| if *first == '🄋' { 0 } else { value + (c as u32 - *first as u32) })
}

/// Chinese characters that NFKC leaves alone.
const fn is_plain_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

/// The traditional characters of the labels that stand before personal numbers.
const fn simplified(c: char) -> Option<char> {
    Some(match c {
        '電' => '电',
        '話' => '话',
        '機' => '机',
        '號' => '号',
        '碼' => '码',
        '聯' => '联',
        '繫' | '係' => '系',
        '證' => '证',
        '護' => '护',
        '賬' | '帳' | '帐' => '账',
        '戶' => '户',
        '銀' => '银',
        '開' => '开',
        '賓' => '宾',
        '國' => '国',
        '萬' => '万',
        '億' => '亿',
        '臺' => '台',
        _ => return None,
    })
}

/// True for characters that do not show: format and control characters, and marks that sit on the character before.
fn is_invisible(c: char) -> bool {
    INVISIBLE.first_of(c).is_some()
}

/// A class of characters as ranges.
struct Ranges(Vec<(u32, u32)>);

impl Ranges {
    fn new(class: &str) -> Self {
        let parsed = regex_syntax::parse(class).expect("the class is constant");
        let HirKind::Class(Class::Unicode(class)) = parsed.into_kind() else { unreachable!("a class of characters") };
        Self(class.ranges().iter().map(|range| (range.start() as u32, range.end() as u32)).collect())
    }

    /// The first character of the range that holds `c`.
    fn first_of(&self, c: char) -> Option<u32> {
        let at = self.0.partition_point(|&(_, last)| last < c as u32);
        self.0.get(at).map(|range| range.0).filter(|&first| first <= c as u32)
    }
}

static DECIMAL: LazyLock<Ranges> = LazyLock::new(|| Ranges::new(r"\p{Nd}"));
static INVISIBLE: LazyLock<Ranges> = LazyLock::new(|| Ranges::new(r"[\p{Cf}\p{Cc}\p{M}\p{Default_Ignorable_Code_Point}--\s]"));

/// Longest tag and entity, in bytes.
const MAX_TAG: usize = 200;
const MAX_ENTITY: usize = 8;

/// The end of the HTML tag at `start`: a tag inside a number does not show on a page.
fn tag_end(text: &str, start: usize) -> Option<usize> {
    let inside = &text.as_bytes()[start + 1..];
    let first = inside.iter().find(|&&byte| byte != b'/')?;
    if !(first.is_ascii_alphabetic() || *first == b'!') {
        return None;
    }
    let close = inside.iter().take(MAX_TAG).position(|byte| matches!(byte, b'<' | b'>'))?;
    (inside[close] == b'>').then_some(start + 1 + close + 1)
}

/// The end of the entity of a blank at `start`.
fn entity_end(text: &str, start: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[start..];
    let close = bytes.iter().take(MAX_ENTITY).position(|&byte| byte == b';')?;
    bytes[1..close].iter().all(u8::is_ascii_alphabetic).then_some(start + close + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_digit_is_folded() {
        for text in [
            "138",
            "１３８",
            "①③⑧",
            "⑴⑶⑻",
            "❶❸❽",
            "➀➂➇",
            "⓵⓷⓼",
            "𝟙𝟛𝟠",
            "¹³⁸",
            "₁₃₈",
            "١٣٨",
            "१३८",
            "一三八",
            "幺叁捌",
            "1\u{fe0f}\u{20e3}3\u{fe0f}\u{20e3}8\u{fe0f}\u{20e3}",
            "1\u{200b}3\u{2060}8",
            "〡〣〨",
            "㊀㊂㊇",
        ] {
            let digits: String = Folded::new(text).text.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(digits, "138", "{text}");
        }
        assert_eq!(Folded::new("⑬８").text, "138");
        assert_eq!(Folded::new("13<b>8</b>").text, "138");
    }

    #[test]
    fn decimal_digits_stand_in_rows_of_ten() {
        assert!(DECIMAL.0.iter().all(|&(first, last)| (last - first + 1).is_multiple_of(10)));
    }

    #[test]
    fn a_mark_knows_its_place_in_the_original() {
        let text = "电１\u{200b}3";
        let folded = Folded::new(text);
        assert_eq!(folded.original(&folded.marks_of(&(3..5))), 3..text.len());
    }
}
