//! The stages. Each takes a text and returns the new text and the number of places changed; 0 means it is unchanged.

use std::borrow::Cow;
use std::sync::LazyLock;

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
    if text.chars().all(keep) {
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

pub(super) fn simplify(text: &str) -> Changed<'_> {
    if text.is_ascii() {
        return (Cow::Borrowed(text), 0);
    }
    // News copied from traditional-character sites has the rare variant 陜 for 陕; the table does not convert it.
    let simplified = keeping_qian(text).replace('陜', "陕");
    let places = text.chars().zip(simplified.chars()).filter(|(before, after)| before != after).count();
    if simplified == text { (Cow::Borrowed(text), 0) } else { (Cow::Owned(simplified), places.max(1)) }
}

pub(super) fn spacing(text: &str) -> Changed<'_> {
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
