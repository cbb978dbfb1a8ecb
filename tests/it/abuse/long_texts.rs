//! Texts at the limit of every field, made to be slow: each reader gives an answer. A reader that looked back over what it has read
//! would take minutes for one of them.

use jiff::civil::date;
use proptest::prelude::*;
use qianshou::domain::{FuzzyDate, Period};
use qianshou::privacy::mask;
use qianshou::reference::Reference;
use qianshou::understand::{
    Context, amount_field, beneficiaries_field, deadline_field, region_field, sector_field, topic, understand,
};

/// Characters of the longest need text.
const LONGEST: usize = qianshou::request::MAX_TEXT_CHARS;

fn read_all(reference: &Reference, text: &str) {
    let day = date(2021, 3, 1);
    let read = understand(reference, None, text, &Context { region: None, date: day }).record;
    assert_eq!(read.description, text);
    let _ = (topic(reference, text), mask(text));
    let _ =
        (amount_field(text), beneficiaries_field(text), deadline_field(text, day), region_field(reference, text, None, false));
    let _ = (sector_field(&reference.taxonomy, text), text.parse::<FuzzyDate>(), text.parse::<Period>());
}

#[test]
fn repeated_pieces_are_read_in_one_go() {
    let reference = Reference::embedded();
    for piece in [
        "1",
        "1,",
        "1，",
        "一",
        "万",
        "省县",
        "至",
        "1至",
        "(",
        "13一(万县省，至、年月日元",
        "德钦县",
        "海南、",
        "，",
        "a\u{301}",
        "1 ",
        "每人2元，",
        "2元×",
        "学校",
        "6月",
        "需学",
        "不含",
        "门口",
        "急",
        "們?cè)趯W(xué)",
        "乾",
        "<b",
        "實(s(shi)hi)",
        "&amp;",
        "果洛玛沁",
        "上海援建",
        "几",
        "其中30万元",
        "13800138000 ",
        "微信",
        "a@",
    ] {
        read_all(&reference, &piece.repeat(LONGEST / piece.chars().count()));
    }
}

#[test]
fn what_stands_at_the_end_is_not_searched_from_everywhere() {
    let reference = Reference::embedded();
    for text in [
        format!("{}公路", "学校".repeat(LONGEST / 2 - 1)),
        format!("{}{}", "<b".repeat(LONGEST / 3), ">".repeat(LONGEST / 3)),
        format!("实{}{}", "(s".repeat(LONGEST / 4), "hi)".repeat(LONGEST / 4)),
        format!("1{}元", ",000".repeat(LONGEST / 4 - 1)),
        format!("1{}元", " 000".repeat(LONGEST / 4 - 1)),
        format!("1.{}万元", "0".repeat(LONGEST - 4)),
    ] {
        read_all(&reference, &text);
    }
    // Longer than any field may be, because a command line and a cell have limits of their own.
    for digits in ["1", "1,", "１", "一", "1 "] {
        let _ = amount_field(&digits.repeat(300_000 / digits.chars().count()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_long_mixture_is_too_strange(
        pieces in prop::collection::vec("(德钦县|海南|上海|援建|学校|公路|每人|30万元|约|至|万|年|月|日|前|除|外|不含|需|急|13800138000|@|<b>|&amp;|\\(shi\\)|\u{301}|.|[0-9，、。( ]){1,4}", 1..5),
    ) {
        let piece = pieces.concat();
        let text: String = piece.chars().cycle().take(LONGEST).collect();
        read_all(&Reference::embedded(), &text);
    }
}
