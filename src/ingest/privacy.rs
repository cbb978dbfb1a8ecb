//! Personal numbers in free text are hidden before anything is stored: a need carries counts and groups, no persons.
//!
//! Identity card numbers (GB 11643-1999: region, birth date, check character), mobile numbers (11 digits from 13 to 19)
//! and bank card numbers (16 to 19 digits, Luhn check of ISO/IEC 7812-1), also with blanks or hyphens between the digits
//! and in full-width digits.

use std::borrow::Cow;

/// What was hidden.
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
    let (mut out, mut found, mut at) = (String::new(), Vec::new(), 0);
    for run in runs(text) {
        if let Some((length, kind)) = personal(&run.digits) {
            let end = run.ends[length - 1];
            out.push_str(&text[at..run.start]);
            out.push_str(kind.mask());
            found.push(kind);
            at = end;
        }
    }
    if found.is_empty() {
        return (Cow::Borrowed(text), found);
    }
    out.push_str(&text[at..]);
    (Cow::Owned(out), found)
}

/// Digits one behind the other, blanks and hyphens between them left out.
struct Run {
    start: usize,
    digits: Vec<char>,
    /// Byte position behind each digit.
    ends: Vec<usize>,
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = false;
    let mut gap = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match narrow(c) {
            Some(digit) => {
                match runs.last_mut().filter(|_| open) {
                    Some(run) => {
                        run.digits.push(digit);
                        run.ends.push(end);
                    }
                    None => runs.push(Run { start: at, digits: vec![digit], ends: vec![end] }),
                }
                (open, gap) = (true, 0);
            }
            // One blank or hyphen may stand between groups of digits.
            None if open && gap == 0 && matches!(c, ' ' | '-' | '\u{3000}' | '\u{a0}') => gap = 1,
            None => open = false,
        }
    }
    runs
}

/// ASCII form of a digit, or of the check character X.
fn narrow(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10),
        'x' | 'X' | 'Ｘ' | 'ｘ' => Some('X'),
        _ => None,
    }
}

/// The personal number that a run is, and how many of its characters make it up.
fn personal(digits: &[char]) -> Option<(usize, Personal)> {
    if digits.len() == 18 && is_identity(digits) {
        return Some((18, Personal::Identity));
    }
    let plain = digits.strip_suffix(&['X']).unwrap_or(digits);
    if plain.contains(&'X') {
        return None;
    }
    match plain.len() {
        11 if plain[0] == '1' && plain[1] >= '3' => Some((11, Personal::Mobile)),
        13 if plain.starts_with(&['8', '6', '1']) && plain[3] >= '3' => Some((13, Personal::Mobile)),
        length @ 16..=19 if luhn(plain) => Some((length, Personal::BankCard)),
        _ => None,
    }
}

/// GB 11643-1999: weights 2^(18−i) mod 11 over 17 digits, check characters `10X98765432`.
fn is_identity(digits: &[char]) -> bool {
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

fn luhn(digits: &[char]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(n, digit)| match (n % 2, digit * 2) {
            (0, _) => digit,
            (_, double) => double / 10 + double % 10,
        })
        .sum();
    // Sixteen zeros pass the check and are no card.
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

    /// Numbers made up for this test; the check characters are right.
    #[test]
    fn personal_numbers_are_hidden_and_other_numbers_stay() {
        for (text, hidden) in [
            ("身份证11010519491231002X。", "身份证[身份证号已隐去]。"),
            ("电话13800138000或138 0013 8000", "电话[手机号已隐去]或[手机号已隐去]"),
            ("＋８６１３８００１３８０００", "＋[手机号已隐去]"),
            ("卡号6222 0210 0111 6245 702", "卡号[银行卡号已隐去]"),
            ("卡号4111-1111-1111-1111", "卡号[银行卡号已隐去]"),
        ] {
            assert_eq!(mask(text).0, hidden);
        }
        for text in
            ["110105194912310021", "2021年6月30日", "0871-63112345", "12345678901", "53310000MJ4900013P", "1234567890123456789"]
        {
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
