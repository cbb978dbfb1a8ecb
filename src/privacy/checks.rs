//! What the digits of a number must be, by the standards: no separators, no words around it.

/// True for a mobile number of the mainland: 11 digits from 13 to 19.
pub(super) fn is_mobile(digits: &[u8]) -> bool {
    matches!(digits, [1, 3..=9, ..]) && digits.len() == 11
}

/// The value of some digits.
pub(super) fn value(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(*digit))
}

/// First two digits of the identity numbers of a province (GB/T 2260); 81 to 83 stand on the residence permits for residents of
/// Hong Kong, Macao and Taiwan, 9 on those of foreigners.
fn is_province(digits: &[u8]) -> bool {
    matches!(value(&digits[..2]), 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83)
}

/// True for the first six digits of an identity number: a county, or one of the cities without counties.
fn is_county(digits: &[u8]) -> bool {
    is_province(digits)
        && (digits[4..6] != [0, 0] || matches!(value(&digits[..4]), 4419 | 4420 | 4604 | 6202 | 8100 | 8200 | 8300))
}

fn is_date(month: u32, day: u32) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// True for eight digits that are a day: 20301231.
pub(super) fn is_day(digits: &[u8]) -> bool {
    digits.len() == 8 && (1900..2100).contains(&value(&digits[..4])) && is_date(value(&digits[4..6]), value(&digits[6..]))
}

/// How sure it is that 17 digits and a check character are an identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    /// Region, date and check character are right.
    Proven,
    /// Region and date are right, the check character is not.
    Mistyped,
}

/// Identity numbers of 18 characters (GB 11643-1999): region, date, serial number, and a check character, 10 for X: weights
/// 2^(18−i) mod 11, check characters `10X98765432`.
pub(super) fn identity(digits: &[u8], check: u8) -> Option<Identity> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [u8; 11] = [1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2];
    let (year, serial) = (value(&digits[6..10]), value(&digits[14..17]));
    if !(1900..2100).contains(&year) || !is_date(value(&digits[10..12]), value(&digits[12..14])) {
        return None;
    }
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    if CHECKS[(sum % 11) as usize] == check && (is_province(digits) || digits[0] == 9) {
        return Some(Identity::Proven);
    }
    // County, day and a running number make a code of an office: 533422 20260701 0012.
    let is_office_code = year >= 2015 && serial < 10;
    (is_county(digits) && !is_office_code && !is_credit_code(digits, check)).then_some(Identity::Mistyped)
}

/// True for an identity number of 15 digits, as issued until 1999: region, date with a year of two digits, serial number.
pub(super) fn is_old_identity(digits: &[u8]) -> bool {
    digits.len() == 15 && is_county(digits) && is_date(value(&digits[8..10]), value(&digits[10..12]))
}

/// True for 18 digits that are a 统一社会信用代码 (GB 32100-2015) around an organization code (GB 11714-1997): office, kind and
/// region exist, both check characters are right.
pub(super) fn is_credit_code(digits: &[u8], check: u8) -> bool {
    const KINDS: [u32; 26] =
        [11, 12, 13, 19, 21, 29, 31, 32, 33, 34, 35, 39, 41, 49, 51, 52, 53, 54, 59, 61, 62, 71, 72, 91, 92, 93];
    const WHOLE: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    const INNER: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum = |digits: &[u8], weights: &[u32]| -> u32 {
        digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
    };
    let is_possible = KINDS.contains(&value(&digits[..2])) && (is_province(&digits[2..]) || digits[2..4] == [1, 0]);
    let inner = (11 - sum(&digits[8..16], &INNER) % 11) % 11;
    is_possible && (31 - sum(digits, &WHOLE) % 31) % 31 == u32::from(check) && inner == u32::from(digits[16])
}

/// The check of ISO/IEC 7812-1.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let double = |digit: u32| digit * 2 / 10 + digit * 2 % 10;
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(n, &digit)| if n % 2 == 0 { u32::from(digit) } else { double(u32::from(digit)) })
        .sum();
    // Sixteen zeros pass the check, but are not a card number.
    sum > 0 && sum.is_multiple_of(10)
}

/// First three digits of the cards that Chinese banks gave out before UnionPay: 955880 of ICBC, 95599 of ABC, 940 of city banks.
const CHINESE: [u32; 12] = [900, 940, 955, 966, 968, 984, 990, 998, 680, 685, 690, 698];

/// True if a card of some scheme has this many digits and starts with these: UnionPay and what came before it, Visa, Mastercard,
/// JCB, Discover, American Express. Fewer than 19 digits must pass the check; 19 with a Chinese start are nothing else.
pub(super) fn is_card(digits: &[u8]) -> bool {
    match (digits.len(), digits) {
        (19, [6, 2, ..] | [9, 5, 5, ..]) => true,
        (15, [3, 4 | 7, ..]) | (16 | 19, [4, ..]) | (16, [5, 1..=5, ..] | [3, 5, ..]) | (16..=19, [6, 0 | 2, ..]) => luhn(digits),
        (16..=19, _) => CHINESE.contains(&value(&digits[..3])) && luhn(digits),
        _ => false,
    }
}

/// True for a number that starts with a county and a year, as codes of offices do: 533422 2026 000012.
pub(super) fn is_office_code(digits: &[u8]) -> bool {
    digits.len() >= 10 && is_province(digits) && (1950..2050).contains(&value(&digits[6..10]))
}

/// The check of the identity cards of Taiwan: a letter, which counts 10 to 35, and nine digits.
pub(super) fn is_taiwan_identity(letter: char, digits: &[u8]) -> bool {
    const ORDER: &str = "ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let Some(place) = ORDER.find(letter.to_ascii_uppercase()).filter(|_| digits.len() == 9 && matches!(digits[0], 1 | 2 | 8 | 9))
    else {
        return false;
    };
    let letter = place as u32 + 10;
    let rest: u32 = digits.iter().zip([8, 7, 6, 5, 4, 3, 2, 1, 1]).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    (letter / 10 + letter % 10 * 9 + rest).is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    #[test]
    fn check_characters_are_those_of_the_standards() {
        assert_eq!(identity(&digits("11010519491231002"), 10), Some(Identity::Proven));
        assert_eq!(identity(&digits("11010519491231002"), 1), Some(Identity::Mistyped));
        assert_eq!(identity(&digits("53342220260701012"), 1), Some(Identity::Mistyped));
        assert_eq!(identity(&digits("53342220260701001"), 2), None);
        assert!(is_credit_code(&digits("91310000631706691"), 8));
        assert!(luhn(&digits("4111111111111111")) && !luhn(&digits("0000000000000000")));
        assert!(is_taiwan_identity('A', &digits("123456789")) && !is_taiwan_identity('A', &digits("123456788")));
    }
}
