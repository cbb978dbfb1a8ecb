//! Personal numbers in free text are hidden before anything is stored: a need carries counts and groups, not persons.
//!
//! Identity card numbers (GB 11643-1999: region, birth date, check character), mobile numbers (11 digits from 13 to 19)
//! and bank card numbers (16 to 19 digits of a card scheme, Luhn check of ISO/IEC 7812-1) are found, also with spaces, hyphens,
//! dots or line breaks between the digits and in full-width digits. Codes of organizations are left alone.

use std::borrow::Cow;

/// A kind of personal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Personal {
    Identity,
    Mobile,
    BankCard,
}

impl Personal {
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Identity => "身份证号",
            Self::Mobile => "手机号",
            Self::BankCard => "银行卡号",
        }
    }

    const fn mask(self) -> &'static str {
        match self {
            Self::Identity => "[身份证号已隐去]",
            Self::Mobile => "[手机号已隐去]",
            Self::BankCard => "[银行卡号已隐去]",
        }
    }
}

/// The text without personal numbers, and what they were, in order.
pub(super) fn mask(text: &str) -> (Cow<'_, str>, Vec<Personal>) {
    let groups = groups(text);
    let (mut out, mut found, mut at, mut first) = (String::new(), Vec::new(), 0, 0);
    while first < groups.len() {
        match longest(text, &groups[first..]) {
            Some((taken, end, kind)) => {
                out.push_str(&text[at..groups[first].start]);
                out.push_str(kind.mask());
                found.push(kind);
                at = end;
                first += taken;
            }
            None => first += 1,
        }
    }
    if found.is_empty() {
        return (Cow::Borrowed(text), found);
    }
    out.push_str(&text[at..]);
    (Cow::Owned(out), found)
}

/// A run of digits; invisible characters between them are ignored.
struct Group {
    start: usize,
    end: usize,
    digits: String,
    /// True if it may continue a number that starts in an earlier group.
    continues: bool,
}

/// Most characters between two groups of one number.
const MAX_GAP: usize = 3;
/// Length of the longest personal number, in digits.
const MAX_DIGITS: usize = 19;

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut gap = usize::MAX;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match narrow(c) {
            Some(digit) => match groups.last_mut().filter(|_| gap == 0) {
                Some(group) => {
                    group.digits.push(digit);
                    group.end = end;
                }
                None => groups.push(Group { start: at, end, digits: digit.into(), continues: gap <= MAX_GAP }),
            },
            None if is_invisible(c) => continue,
            None if gap < MAX_GAP && is_separator(c) => {
                gap += 1;
                continue;
            }
            None => {
                gap = usize::MAX;
                continue;
            }
        }
        gap = 0;
    }
    groups
}

fn narrow(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10),
        _ => None,
    }
}

/// True for characters that people write between the groups of a number.
const fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '－' | '–' | '—' | '.' | '·' | '．')
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// The longest personal number at the start of `groups`: how many groups it takes, where it ends, what it is.
fn longest(text: &str, groups: &[Group]) -> Option<(usize, usize, Personal)> {
    let is_latin = |c: char| c.is_ascii_alphabetic();
    // A code of an organization contains Latin letters: 53310000MJ4900013P.
    if text[..groups[0].start].ends_with(is_latin) {
        return None;
    }
    let (mut digits, mut found) = (String::new(), None);
    for (n, group) in groups.iter().enumerate() {
        if n > 0 && !group.continues || digits.len() + group.digits.len() > MAX_DIGITS {
            break;
        }
        digits.push_str(&group.digits);
        let behind = &text[group.end..];
        let check = behind.chars().next().filter(|c| matches!(c, 'x' | 'X' | 'Ｘ' | 'ｘ')).filter(|_| digits.len() == 17);
        if let Some(check) = check
            && is_identity(&format!("{digits}X"))
        {
            found = Some((n + 1, group.end + check.len_utf8(), Personal::Identity));
        } else if let Some(kind) = personal(&digits).filter(|&kind| kind == Personal::Identity || !behind.starts_with(is_latin)) {
            found = Some((n + 1, group.end, kind));
        }
    }
    found
}

fn personal(digits: &str) -> Option<Personal> {
    // Prefixes of payment cards: UnionPay, Visa, Mastercard, American Express, JCB, Discover.
    const CARDS: [&str; 11] = ["62", "4", "51", "52", "53", "54", "55", "34", "37", "35", "60"];
    let is_mobile = |number: &str| number.starts_with('1') && number.as_bytes().get(1).is_some_and(|&byte| byte >= b'3');
    match digits.len() {
        18 if is_identity(digits) => Some(Personal::Identity),
        11 if is_mobile(digits) => Some(Personal::Mobile),
        13..=15 if digits.trim_start_matches('0').strip_prefix("86").is_some_and(|it| it.len() == 11 && is_mobile(it)) => {
            Some(Personal::Mobile)
        }
        16..=19 if CARDS.iter().any(|prefix| digits.starts_with(prefix)) && luhn(digits) => Some(Personal::BankCard),
        _ => None,
    }
}

/// GB 11643-1999: weights 2^(18−i) mod 11 over 17 digits, check characters `10X98765432`.
fn is_identity(number: &str) -> bool {
    let digits: Vec<char> = number.chars().collect();
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let values: Option<Vec<u32>> = digits[..17].iter().map(|c| c.to_digit(10)).collect();
    let Some(values) = values else { return false };
    let number = |range: std::ops::Range<usize>| values[range].iter().fold(0, |sum, digit| sum * 10 + digit);
    let is_date =
        (1900..2100).contains(&number(6..10)) && (1..=12).contains(&number(10..12)) && (1..=31).contains(&number(12..14));
    let sum: u32 = values.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    is_date && digits[17] == CHECKS[(sum % 11) as usize]
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(n, digit)| match (n % 2, digit * 2) {
            (0, _) => digit,
            (_, double) => double / 10 + double % 10,
        })
        .sum();
    // Sixteen zeros pass the check, but are not a card number.
    sum > 0 && sum.is_multiple_of(10)
}

/// A warning in words: what was hidden and how often.
pub(super) fn warning(found: &[Personal]) -> String {
    let mut kinds = found.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    let counts = kinds.iter().map(|kind| format!("{}{}个", kind.label(), found.iter().filter(|it| *it == kind).count()));
    format!("内容含{}，导入时已隐去；请不要在需求中填写个人信息", counts.collect::<Vec<_>>().join("、"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The numbers are made up for this test; their check characters are valid.
    #[test]
    fn personal_numbers_are_hidden_and_other_numbers_stay() {
        for (text, hidden) in [
            ("身份证11010519491231002X。", "身份证[身份证号已隐去]。"),
            ("电话13800138000或138 0013 8000", "电话[手机号已隐去]或[手机号已隐去]"),
            ("＋８６１３８００１３８０００", "＋[手机号已隐去]"),
            ("卡号6222 0210 0111 6245 702", "卡号[银行卡号已隐去]"),
            ("卡号4111-1111-1111-1111", "卡号[银行卡号已隐去]"),
            ("13800138000 13900139000", "[手机号已隐去] [手机号已隐去]"),
            ("13800138000 5人", "[手机号已隐去] 5人"),
            ("0086 13800138000", "[手机号已隐去]"),
            ("13800138000-801", "[手机号已隐去]-801"),
            ("138  0013  8000、138.0013.8000、1380013\n8000", "[手机号已隐去]、[手机号已隐去]、[手机号已隐去]"),
            ("138\u{200b}00138000", "[手机号已隐去]"),
            ("674400 13800138000", "674400 [手机号已隐去]"),
        ] {
            assert_eq!(mask(text).0, hidden);
        }
        for text in [
            "110105194912310021",
            "2021年6月30日",
            "0871-63112345",
            "12345678901",
            "53310000MJ4900013P",
            "91310000164870598M",
            "913100006317066918",
            "1234567890123456789",
        ] {
            assert_eq!(mask(text).1, [], "{text}");
        }
    }

    proptest! {
        #[test]
        fn masking_twice_is_masking_once(text in "[0-9０-９xX \\-电话元]{0,60}") {
            let once = mask(&text).0.into_owned();
            prop_assert_eq!(mask(&once).0, once.clone());
        }
    }
}
