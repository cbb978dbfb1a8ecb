//! Spots where a converter inserted pinyin one byte off inside GBK: `們?cè)趯W(xué)校` was 們在學(xué)校.
//!
//! The converter took the second byte of one character and the first byte of the next for a character, and inserted the
//! reading of that character after them, in the middle of the next character. The byte before the opening parenthesis
//! then swallowed it and became `?`. Everything after it is read one byte off, up to an ASCII character (the second
//! half of a pair) or another swallowed byte.
//!
//! A spot is repaired only if nothing has to be guessed: exactly one byte gives a character with the written reading, every
//! pair after it is a character, and the result reads as words. Elsewhere the spot stays as it is and is reported as damaged;
//! some sites, for example, drop a pair that is not a character, so that bytes are missing.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use encoding_rs::GBK;
use pinyin::{Pinyin, ToPinyinMulti};

use super::stages::{MAX_SYLLABLE, is_pinyin_letter, simplify, syllable_length};
use crate::analyze::Segmenter;
use crate::han::is_han;

/// Longest run that is read one byte off, in characters.
const MAX_SHIFTED: usize = 12;

/// A damaged spot: `?`, a reading and `)`, after a Chinese character or after that character's own reading in parentheses.
struct Spot {
    /// Byte range of `?cè)`.
    range: Range<usize>,
    reading: String,
    /// Second GBK byte of the character before.
    before: u8,
}

/// The text with every provable spot repaired, and the number of repairs. The restored characters are already simplified.
pub(super) fn repair(text: &str) -> (std::borrow::Cow<'_, str>, usize) {
    if !text.contains(['?', '？']) {
        return (text.into(), 0);
    }
    let (mut out, mut at, mut places) = (String::with_capacity(text.len()), 0, 0);
    for spot in spots(text) {
        if spot.range.start < at {
            continue;
        }
        if let Some((original, end)) = original(text, &spot) {
            out.push_str(&text[at..spot.range.start]);
            out.push_str(&original);
            at = end;
            places += 1;
        }
    }
    if places == 0 {
        return (text.into(), 0);
    }
    out.push_str(&text[at..]);
    (out.into(), places)
}

/// Number of damaged spots in `text`.
pub(super) fn damaged(text: &str) -> usize {
    if text.contains(['?', '？']) { spots(text).len() } else { 0 }
}

fn spots(text: &str) -> Vec<Spot> {
    let marks = text.char_indices().filter(|(_, c)| matches!(c, '?' | '？'));
    marks
        .filter_map(|(start, mark)| {
            let (reading, length) = reading(&text[start + mark.len_utf8()..])?;
            let before = last_byte(&text[..start])?;
            let is_toned = !reading.is_ascii();
            is_toned.then_some(Spot { range: start..start + mark.len_utf8() + length, reading, before })
        })
        .collect()
}

/// A reading and its closing parenthesis at the start of `text`, with their length in bytes.
fn reading(text: &str) -> Option<(String, usize)> {
    let letters: String = text.chars().take_while(|&c| is_pinyin_letter(c)).take(MAX_SYLLABLE + 1).collect();
    let close = text[letters.len()..].chars().next().filter(|c| matches!(c, ')' | '）'))?;
    let length = letters.len() + close.len_utf8();
    (!letters.is_empty() && letters.chars().count() <= MAX_SYLLABLE).then_some((letters, length))
}

/// The second GBK byte of the character at the end of `text`; the character's own reading may follow it.
fn last_byte(text: &str) -> Option<u8> {
    let open = text.char_indices().rev().take(MAX_SYLLABLE + 2).find(|(_, c)| matches!(c, '(' | '（'));
    let bare = match open {
        Some((at, _)) if syllable_length(&text[at..]) == Some(text.len() - at) => &text[..at],
        _ => text,
    };
    match *gbk(bare.chars().next_back().filter(|&c| is_han(c))?)? {
        [_, second] => Some(second),
        _ => None,
    }
}

/// The original of a spot and of the shifted run after it, simplified, and where the run ends; `None` if not proven.
fn original(text: &str, spot: &Spot) -> Option<(String, usize)> {
    let mut shifted = Vec::new();
    let mut rest = text[spot.range.end..].char_indices();
    let (last, end) = loop {
        let (at, c) = rest.next()?;
        let at = spot.range.end + at;
        if matches!(c, '?' | '？') {
            let (reading, length) = reading(&text[at + c.len_utf8()..])?;
            break (Last::Reads(reading), at + c.len_utf8() + length);
        }
        if matches!(c, '\u{40}'..='\u{7e}') {
            break (Last::Byte(c as u8), at + 1);
        }
        if !is_han(c) || shifted.len() >= 2 * MAX_SHIFTED {
            return None;
        }
        shifted.extend(gbk(c)?);
    };
    let mut found = BTreeSet::new();
    for first in readers(spot.before, &spot.reading) {
        let mut bytes = vec![first];
        bytes.extend(&shifted);
        let lead = *bytes.last()?;
        let lasts = match &last {
            Last::Byte(byte) => vec![*byte],
            Last::Reads(reading) => readers(lead, reading),
        };
        for last in lasts {
            let pairs: Option<String> =
                bytes.iter().copied().chain([last]).collect::<Vec<_>>().chunks(2).map(character).collect();
            found.extend(pairs.map(|pairs| simplify(&pairs).0.into_owned()));
        }
    }
    match found.len() {
        1 => found.pop_first().filter(|original| reads_as_words(&text[..spot.range.start], original, &text[end..])),
        _ => None,
    }
    .map(|original| (original, end))
}

/// Number of characters on either side that may form a word with the restored ones.
const NEIGHBOURS: usize = 4;
/// Number of characters on either side that these are looked for in; each may have a reading behind it.
const CONTEXT: usize = 64;

/// True if every word that overlaps `original` in its context is a dictionary word of two or more characters, or a stop word.
fn reads_as_words(before: &str, original: &str, after: &str) -> bool {
    let plain = |text: &str| simplify(&super::stages::pinyin(text).0).0.into_owned();
    let before = before.char_indices().rev().nth(CONTEXT).map_or(before, |(at, _)| &before[at..]);
    let after = after.char_indices().nth(CONTEXT).map_or(after, |(at, _)| &after[..at]);
    // A reading is removed only after its character, so the text after the spot is cleaned together with the restored text.
    let (before, behind) = (plain(before), plain(&format!("{original}{after}")));
    let after = behind.strip_prefix(original).unwrap_or_default();
    let near: Vec<char> = before.chars().rev().take(NEIGHBOURS).take_while(|&c| is_han(c)).collect();
    let near: String = near.into_iter().rev().collect();
    let after: String = after.chars().take_while(|&c| is_han(c)).take(NEIGHBOURS).collect();
    let (start, end) = (near.len(), near.len() + original.len());
    let segmenter = Segmenter::embedded();
    let text = format!("{near}{original}{after}");
    let words = segmenter.known_cut(&text);
    let touching = words.iter().filter(|word| word.start < end && word.end > start);
    touching.into_iter().all(|word| word.text.chars().count() > 1 || segmenter.is_stop_word(word.text))
}

/// What ends a shifted run.
enum Last {
    /// An ASCII character that is the second byte of a pair.
    Byte(u8),
    /// A second byte that swallowed the opening parenthesis of this reading.
    Reads(String),
}

/// The bytes that form, after `lead`, a character with this reading.
fn readers(lead: u8, reading: &str) -> Vec<u8> {
    let reads = |c: char| c.to_pinyin_multi().is_some_and(|all| all.into_iter().any(|it| Pinyin::with_tone(it) == reading));
    (LOW..=HIGH).filter(|&byte| character(&[lead, byte]).is_some_and(reads)).collect()
}

/// The second bytes of GBK; the first ones are among them.
const LOW: u8 = 0x40;
const HIGH: u8 = 0xfe;
/// The characters of all pairs of bytes: each damaged spot tries hundreds of them.
static CHARACTERS: LazyLock<Vec<Option<char>>> =
    LazyLock::new(|| (LOW..=HIGH).flat_map(|first| (LOW..=HIGH).map(move |second| decoded(&[first, second]))).collect());

/// The Chinese character of two GBK bytes, if its simplified form is one of the 6,763 of
/// GB 2312, which the texts were written with.
fn character(bytes: &[u8]) -> Option<char> {
    let &[first @ LOW..=HIGH, second @ LOW..=HIGH] = bytes else { return None };
    CHARACTERS[usize::from(first - LOW) * usize::from(HIGH - LOW + 1) + usize::from(second - LOW)]
}

fn decoded(bytes: &[u8]) -> Option<char> {
    let (text, had_errors) = GBK.decode_without_bom_handling(bytes);
    let c = text.chars().next().filter(|&c| !had_errors && is_han(c) && text.chars().count() == 1)?;
    let (plain, _) = simplify(&text);
    let is_common = matches!(*gbk(plain.chars().next()?)?, [0xb0..=0xf7, 0xa1..=0xfe]);
    is_common.then_some(c)
}

fn gbk(c: char) -> Option<Vec<u8>> {
    let mut buffer = [0; 4];
    let (bytes, _, had_errors) = GBK.encode(c.encode_utf8(&mut buffer));
    (!had_errors).then(|| bytes.into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::normalize;
    use super::*;

    #[test]
    fn spots_that_the_byte_shift_proves_are_undone() {
        for (damaged, original) in [
            ("市屬?lài)?guó)企", "市属国企"),
            ("繡娘們?cè)诩议T(mén)口", "绣娘们在家门口"),
            ("當(dāng)?shù)貗D女", "当地妇女"),
            ("孩子們?cè)趯W(xué)校里", "孩子们在学校里"),
            ("在當(dāng)?shù)孬@得", "在当地获得"),
            ("《我們?cè)谛袆?dòng)》", "《我们在行动》"),
        ] {
            let normal = normalize(damaged);
            assert_eq!(normal.text, original);
            assert_eq!(normal.lost(), 0, "{damaged}");
        }
    }

    #[test]
    fn spots_that_lack_a_byte_stay_and_are_reported() {
        for damaged in ["投向?qū)诘貐^(qū)", "發(fā)掘當(dāng)?shù)靥厣a(chǎn)品", "申請(qǐng)?jiān)囉?"] {
            let normal = normalize(damaged);
            assert_eq!(normal.lost(), 1, "{damaged}: {}", normal.text);
        }
    }

    #[test]
    fn questions_are_no_damage() {
        for text in ["需要净水器?是", "规格（大?小)", "可以吗?ok)"] {
            assert_eq!((repair(text).1, damaged(text)), (0, 0), "{text}");
        }
    }
}
