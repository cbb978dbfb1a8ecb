use proptest::prelude::*;

use super::super::checks::is_credit_code;
use super::super::{mask, mask_json, may_name_a_person};

/// A mobile number.
fn mobile() -> impl Strategy<Value = Vec<u8>> {
    (3_u8..10, prop::collection::vec(0_u8..10, 9)).prop_map(|(second, rest)| [vec![1, second], rest].concat())
}

/// An identity number with a right check character; 10 is X.
fn identity() -> impl Strategy<Value = Vec<u8>> {
    let county = prop::sample::select(vec!["110105", "310101", "533422", "632621", "654002", "441900"]);
    (county, 1930_u32..2014, 1_u32..13, 1_u32..29, 1_u32..1000).prop_map(|(county, year, month, day, serial)| {
        let digits: Vec<u8> = format!("{county}{year}{month:02}{day:02}{serial:03}").bytes().map(|it| it - b'0').collect();
        let sum: u32 = digits.iter().enumerate().map(|(n, digit)| u32::from(*digit) * (1 << (17 - n)) % 11).sum();
        let check = [1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2][sum as usize % 11];
        [digits, vec![check]].concat()
    })
}

/// The ways to write the digits 0 to 9.
const FORMS: [&str; 8] = [
    "0123456789",
    "０１２３４５６７８９",
    "〇一二三四五六七八九",
    "零壹贰叁肆伍陆柒捌玖",
    "⓪①②③④⑤⑥⑦⑧⑨",
    "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡",
    "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "٠١٢٣٤٥٦٧٨٩",
];

fn written(digit: u8, form: usize) -> char {
    if digit == 10 { 'X' } else { FORMS[form].chars().nth(usize::from(digit)).unwrap() }
}

/// The groups as numbers rise or fall, as in a list.
fn is_ladder(groups: &[Vec<u8>]) -> bool {
    let values: Vec<u64> = groups.iter().map(|it| it.iter().fold(0, |sum, digit| sum * 10 + u64::from(*digit))).collect();
    values.is_sorted() || values.iter().rev().is_sorted()
}

proptest! {
    #[test]
    fn a_mobile_number_never_passes_however_it_is_written_and_parted(
        digits in mobile(),
        forms in prop::collection::vec(0..FORMS.len(), 11),
        cuts in prop::collection::btree_set(1_usize..11, 0..6),
        separator in prop::sample::select(vec![" ", "  ", "-", "_", "\u{3000}", "\n", "—", "|", ")(", "\u{2009}-\u{2009}", "\u{200b}"]),
    ) {
        let mut text = String::new();
        let mut groups = vec![Vec::new()];
        for (n, digit) in digits.iter().enumerate() {
            if cuts.contains(&n) {
                text.push_str(separator);
                groups.push(Vec::new());
            }
            text.push(written(*digit, forms[n]));
            groups.last_mut().unwrap().push(*digit);
        }
        // 13 45 678 90123 is a list of numbers.
        prop_assume!(groups.len() < 3 || !is_ladder(&groups));
        let text = format!("张老师：{text}，谢谢");
        prop_assert_eq!(mask(&text).0, "张老师：[手机号已隐去]，谢谢", "{}", text);
    }

    #[test]
    fn an_identity_number_never_passes_however_it_is_written_and_parted(
        digits in identity(),
        forms in prop::collection::vec(0..FORMS.len(), 18),
        cuts in prop::collection::btree_set(1_usize..18, 0..9),
        separator in prop::sample::select(vec![" ", "-", "_", "/", ".", ",", "，", "、", "\n", "\u{200b}"]),
        wrong in prop::option::of(0_u8..11),
    ) {
        let mut digits = digits;
        digits[17] = wrong.unwrap_or(digits[17]);
        // One wrong number in some thousand is the code of an organization.
        prop_assume!(wrong.is_none() || !is_credit_code(&digits[..17], digits[17]));
        let mut text = String::new();
        for (n, digit) in digits.iter().enumerate() {
            if cuts.contains(&n) {
                text.push_str(separator);
            }
            text.push(written(*digit, forms[n]));
        }
        prop_assume!(!(digits[17] == 10 && cuts.contains(&17) && !" -_\n.\u{200b}".contains(separator)));
        let text = format!("学生（{text}）");
        prop_assert_eq!(mask(&text).0, "学生（[身份证号已隐去]）", "{}", text);
    }

    #[test]
    fn masking_twice_is_masking_once(text in "([0-9０-９一三八零①𝟙xXHE]{1,4}|[ \\-_.，、/()@:]|电话|手机|卡号|身份证|微信|QQ|元|wx|人|准字|1380013|8000|53342219880307|6222021001116245){0,14}") {
        let once = mask(&text).0.into_owned();
        prop_assert_eq!(mask(&once).0, once.clone());
    }

    #[test]
    fn a_text_without_digits_stays(text in "[\\p{Han}，。；：（）a-f 　\\n]{0,80}") {
        prop_assume!(!may_name_a_person(&text) || text.contains('信'));
        prop_assert_eq!(mask(&text).0, text.clone());
    }

    #[test]
    fn no_text_is_too_strange(text in ".{0,80}") {
        let once = mask(&text).0.into_owned();
        prop_assert_eq!(mask(&once).0, once.clone());
    }

    #[test]
    fn nothing_is_found_in_the_normal_form_of_what_was_masked(text in "(138|0013|8000|<b>|<|>|</i>|&nbsp;|&amp;|(yī)|(shí)|一|三|八|零| |　|\u{200b}|①|③|⑧){0,16}") {
        let normal = qianshou_index::normalize::normalize(&mask(&text).0).text;
        prop_assert_eq!(mask(&normal).1, [], "{}", normal);
    }
}

#[test]
fn every_string_of_a_json_value_is_masked() {
    let mut value = serde_json::json!({
        "13800138000": {"电话": ["13800138000", 13_800_138_000_u64, 13_800_138_000.0]},
        "sum": 138.5,
        "identity": 110_105_194_912_310_021_u64,
    });
    let mut found = Vec::new();
    mask_json(&mut value, &mut found);
    assert_eq!(found.len(), 5);
    let text = value.to_string();
    assert!(!text.contains("138001") && !text.contains("110105") && text.contains("138.5"), "{text}");
}

#[test]
fn long_texts_are_read_in_one_go() {
    // Quadratic code would take minutes for these.
    for text in
        ["1", "13800138000 ", "1 ", "12,", "一", "a@", "微信", "138(", "<", "&", "E1", "qq1", "a", "\u{301}", "0.1", "(at)"]
    {
        let long = text.repeat(50_000 / text.chars().count());
        let masked = mask(&long).0;
        assert!(masked.len() <= long.len() * 3);
    }
}
