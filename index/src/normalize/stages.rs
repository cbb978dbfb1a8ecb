//! The stages. Each takes a text and returns the new text and the number of places changed; 0 means it is unchanged.

use std::borrow::Cow;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU8, Ordering};

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use unicode_normalization::UnicodeNormalization;

use super::radicals;
use crate::han::is_han;

type Changed<'a> = (Cow<'a, str>, usize);

pub(super) fn controls(text: &str) -> Changed<'_> {
    let drop = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fffe}' | '\u{ad}')
    };
    filter(text, drop)
}

fn filter(text: &str, drop: impl Fn(char) -> bool) -> Changed<'_> {
    let dropped = text.chars().filter(|&c| drop(c)).count();
    if dropped == 0 {
        return (Cow::Borrowed(text), 0);
    }
    (Cow::Owned(text.chars().filter(|&c| !drop(c)).collect()), dropped)
}

/// Length of the longest tag that counts as markup; a lone `<` in prose (`<5岁`) stays.
const MAX_TAG_CHARS: usize = 200;
const ENTITIES: [(&str, &str); 6] =
    [("&nbsp;", " "), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'")];

pub(super) fn markup(text: &str) -> Changed<'_> {
    if !text.contains(['<', '&']) {
        return (Cow::Borrowed(text), 0);
    }
    let mut out = String::with_capacity(text.len());
    let mut places = 0;
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(length) = tag_length(rest) {
            places += 1;
            rest = &rest[length..];
        } else if let Some((entity, plain)) = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity)) {
            out.push_str(plain);
            places += 1;
            rest = &rest[entity.len()..];
        } else {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    (Cow::Owned(out), places)
}

/// Bytes of the HTML tag at the start of `text`, if there is one.
fn tag_length(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('<')?;
    let first = inside.strip_prefix('/').unwrap_or(inside).chars().next()?;
    if !(first.is_ascii_alphabetic() || first == '!') {
        return None;
    }
    let close = inside.char_indices().take(MAX_TAG_CHARS).find(|&(_, c)| matches!(c, '<' | '>'))?;
    (close.1 == '>').then_some(close.0 + 2)
}

pub(super) fn width(text: &str) -> Changed<'_> {
    // NFKC would turn full-width Chinese punctuation into ASCII; it stays, because people read the text.
    let keep = |c: char| {
        c.is_ascii() || is_plain_han(c) || matches!(c, '，' | '；' | '：' | '！' | '？' | '（' | '）' | '…') || is_mark(c)
    };
    if text.chars().all(|c| keep(c) || is_stable_mark(c)) {
        return (Cow::Borrowed(text), 0);
    }
    let mut out = String::with_capacity(text.len());
    let mut places = 0;
    for run in text.split_inclusive(keep) {
        // `run` is any number of characters to fold, then at most one to keep.
        let tail = run.chars().next_back().filter(|&c| keep(c)).map_or(0, char::len_utf8);
        let (fold, kept) = run.split_at(run.len() - tail);
        let folded: String = fold.chars().map(radicals::character).nfkc().collect();
        places += usize::from(folded != fold);
        out.push_str(&folded);
        out.push_str(kept);
    }
    if places == 0 { (Cow::Borrowed(text), 0) } else { (Cow::Owned(out), places) }
}

/// Circled numbers, fractions and superscripts: folded to plain digits, they would merge with the
/// number next to them (`①30万` is not `130万`).
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{2460}'..='\u{24ff}' | '\u{2776}'..='\u{2793}' | '\u{bc}'..='\u{be}' | '\u{2150}'..='\u{215f}' | '²' | '³' | '¹' | '\u{2070}'..='\u{2079}')
}

/// Punctuation that NFKC leaves alone, whatever stands beside it.
const fn is_stable_mark(c: char) -> bool {
    matches!(c, '、' | '。' | '“' | '”' | '‘' | '’' | '—' | '·' | '\u{3008}'..='\u{3011}' | '〔' | '〕')
}

/// Chinese characters that NFKC leaves alone; compatibility ideographs are not among them.
const fn is_plain_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

pub(super) const fn is_pinyin_letter(c: char) -> bool {
    matches!(
        c,
        'a'..='z'
            | 'ɡ'
            | 'ń'
            | 'ň'
            | 'ǹ'
            | 'ā'
            | 'á'
            | 'ǎ'
            | 'à'
            | 'ē'
            | 'é'
            | 'ě'
            | 'è'
            | 'ī'
            | 'í'
            | 'ǐ'
            | 'ì'
            | 'ō'
            | 'ó'
            | 'ǒ'
            | 'ò'
            | 'ū'
            | 'ú'
            | 'ǔ'
            | 'ù'
            | 'ü'
            | 'ǖ'
            | 'ǘ'
            | 'ǚ'
            | 'ǜ'
    )
}

/// No Mandarin syllable is longer than `zhuang`.
pub(super) const MAX_SYLLABLE: usize = 6;

pub(super) fn pinyin(text: &str) -> Changed<'_> {
    if !text.contains(['(', '（']) {
        return (Cow::Borrowed(text), 0);
    }
    let mut out = String::with_capacity(text.len());
    let mut places = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match syllable_length(rest).filter(|_| out.chars().next_back().is_some_and(is_han)) {
            Some(length) => {
                places += 1;
                rest = &rest[length..];
            }
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    if places == 0 { (Cow::Borrowed(text), 0) } else { (Cow::Owned(out), places) }
}

/// Bytes of a parenthesised syllable at the start of `text`, if there is one.
pub(super) fn syllable_length(text: &str) -> Option<usize> {
    let inside = text.strip_prefix(['(', '（'])?;
    let letters = inside.chars().take_while(|&c| is_pinyin_letter(c)).take(MAX_SYLLABLE + 1).collect::<Vec<_>>();
    if letters.is_empty() || letters.len() > MAX_SYLLABLE {
        return None;
    }
    let bytes: usize = letters.iter().map(|c| c.len_utf8()).sum();
    let close = inside[bytes..].chars().next().filter(|&c| matches!(c, ')' | '）'))?;
    Some(text.len() - inside.len() + bytes + close.len_utf8())
}

static TO_SIMPLIFIED: LazyLock<OpenCC> =
    LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).expect("the conversion table is compiled into the program"));

/// Simplified text. 乾 becomes 干, except in the words and county names (乾县, 乾安县) still written with 乾.
fn keeping_qian(text: &str) -> String {
    let mut pieces = text.split('乾');
    let mut simplified = TO_SIMPLIFIED.convert(pieces.next().unwrap_or_default());
    for piece in pieces {
        simplified.push(if piece.starts_with(['县', '縣', '安', '隆', '坤', '陵']) { '乾' } else { '干' });
        simplified.push_str(&TO_SIMPLIFIED.convert(piece));
    }
    simplified
}

/// First and last of the characters whose conversion is remembered.
const REMEMBERED: (char, char) = ('\u{3400}', '\u{9fff}');
/// What is known of each of them: nothing, that it stays, or that it may change.
static CONVERSIONS: [AtomicU8; REMEMBERED.1 as usize - REMEMBERED.0 as usize + 1] =
    [const { AtomicU8::new(0) }; REMEMBERED.1 as usize - REMEMBERED.0 as usize + 1];
const STAYS: u8 = 1;
const MAY_CHANGE: u8 = 2;
/// Characters that stay alone and change in words (反覆, 明瞭, 藉口, 沈默, 牴牾, 衹得): each word of the table that changes has one
/// of these, or a character that changes alone. And 陜, which the table does not have.
const CHANGE_IN_WORDS: &str = "覆瞭藉沈牴衹陜";

/// True unless the conversion leaves every text with this character as it is, as far as the character goes.
fn may_change(c: char) -> bool {
    if !(REMEMBERED.0..=REMEMBERED.1).contains(&c) {
        return is_han(c);
    }
    let known = &CONVERSIONS[c as usize - REMEMBERED.0 as usize];
    let mut state = known.load(Ordering::Relaxed);
    if state == 0 {
        let mut bytes = [0; 4];
        let alone: &str = c.encode_utf8(&mut bytes);
        let stays = TO_SIMPLIFIED.convert(alone) == alone && !CHANGE_IN_WORDS.contains(c);
        state = if stays { STAYS } else { MAY_CHANGE };
        known.store(state, Ordering::Relaxed);
    }
    state == MAY_CHANGE
}

pub(super) fn simplify(text: &str) -> Changed<'_> {
    if !text.chars().any(may_change) {
        return (Cow::Borrowed(text), 0);
    }
    // News copied from traditional-character sites has the rare variant 陜 for 陕; the table does not convert it.
    let simplified = keeping_qian(text).replace('陜', "陕");
    let places = text.chars().zip(simplified.chars()).filter(|(before, after)| before != after).count();
    if simplified == text { (Cow::Borrowed(text), 0) } else { (Cow::Owned(simplified), places.max(1)) }
}

pub(super) fn spacing(text: &str) -> Changed<'_> {
    if !text.contains(char::is_whitespace) {
        return (Cow::Borrowed(text), 0);
    }
    let mut out = String::with_capacity(text.len());
    let mut places = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_whitespace() {
            out.push(c);
            continue;
        }
        let mut run = 1;
        while chars.next_if(|c| c.is_whitespace()).is_some() {
            run += 1;
        }
        let keep = match (out.chars().next_back(), chars.peek()) {
            (Some(before), Some(&after)) => before.is_ascii_graphic() && after.is_ascii_graphic(),
            _ => false,
        };
        if keep {
            out.push(' ');
        }
        places += usize::from(!(keep && run == 1 && c == ' '));
    }
    if places == 0 { (Cow::Borrowed(text), 0) } else { (Cow::Owned(out), places) }
}

/// Full-width commas between groups of three digits become thousands separators.
pub(super) fn digits(text: &str) -> Changed<'_> {
    if !text.contains('，') {
        return (Cow::Borrowed(text), 0);
    }
    let mut out = String::with_capacity(text.len());
    let mut places = 0;
    for (at, c) in text.char_indices() {
        let behind = &text[at + c.len_utf8()..];
        if c == '，' && group(behind).is_some_and(|group| goes_on(&out, group)) {
            out.push(',');
            places += 1;
        } else {
            out.push(c);
        }
    }
    if places == 0 { (Cow::Borrowed(text), 0) } else { (Cow::Owned(out), places) }
}

/// True if `text` ends with the start of a grouped number that `group` can continue: one or two digits, a group after a
/// separator, or three digits if `group` is 000. 300，500 is two numbers.
fn goes_on(text: &str, group: &str) -> bool {
    let before = text.trim_end_matches(|c: char| c.is_ascii_digit());
    match text.len() - before.len() {
        1 | 2 => !before.ends_with([',', '.']),
        3 => before.ends_with(',') || group == "000" && !before.ends_with('.'),
        _ => false,
    }
}

/// The three digits at the start of `text`, if no fourth follows.
fn group(text: &str) -> Option<&str> {
    let length = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    (length == 3).then(|| &text[..3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_passed_over_are_those_that_the_conversion_leaves_alone() {
        // Words of the table without a character that changes alone, and every character in its neighbourhood.
        let words =
            ["一目瞭然", "反覆", "回覆", "藉口", "狐藉虎威", "沈船", "沈默", "牴牾", "衹得", "明瞭", "陜西", "乾坤", "手錶"];
        let all: Vec<char> = ('\u{3400}'..='\u{9fff}').collect();
        let rows = all.chunks(7).map(|row| row.iter().collect::<String>());
        for text in words.into_iter().map(ToOwned::to_owned).chain(rows) {
            let slow = keeping_qian(&text).replace('陜', "陕");
            assert_eq!(simplify(&text).0, slow, "{text}");
        }
    }

    #[test]
    fn stable_marks_are_left_alone_by_the_folding() {
        for mark in ('\u{80}'..='\u{ffff}').filter(|&c| is_stable_mark(c)) {
            let text = format!("ａ{mark}中{mark}{mark}ｂ");
            assert_eq!(width(&text).0, format!("a{mark}中{mark}{mark}b"));
            assert_eq!(String::from(mark).nfkc().collect::<String>(), String::from(mark));
            assert_eq!(radicals::character(mark), mark);
        }
    }
}
