//! What is typed into a field: of bounded length, without numbers of persons.

use std::borrow::Cow;

use crate::error::AppError;
use crate::excerpt::excerpt;
use crate::privacy::{in_words, mask, masked};

/// Longest need text, in characters.
pub const MAX_TEXT_CHARS: usize = 10_000;
/// Longest names of places, in characters: a need may lie in dozens of counties.
pub const MAX_PLACES_CHARS: usize = 1000;
/// Longest note that a person writes, in characters.
pub const MAX_NOTE_CHARS: usize = 500;
/// Longest name or id, in characters.
pub const MAX_NAME_CHARS: usize = 256;
/// Longest sum, day, sector or other word, in characters.
pub const MAX_WORD_CHARS: usize = 64;

/// The text of a field without numbers of persons; `None` if there is none.
///
/// # Errors
/// It is longer than `most` characters.
pub(crate) fn typed<'a>(field: &'static str, text: Option<&'a str>, most: usize) -> Result<Option<Cow<'a, str>>, AppError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    check_length(field, text, most)?;
    Ok(Some(masked(text)))
}

fn check_length(field: &'static str, text: &str, most: usize) -> Result<(), AppError> {
    // No character has more than four bytes.
    if text.len() <= most || text.chars().count() <= most {
        return Ok(());
    }
    let (name, advice) = match field {
        "text" => ("需求描述", "请只保留需求本身"),
        "region" => ("地区", "请只写省、州市、县的名称"),
        "home" => ("登记地", "请只写省、州市、县的名称"),
        "sector" => ("领域", "请写一个领域的名称或代码"),
        "group" => ("受益人群", "请写人群的名称或代码"),
        "people" => ("受益人数", "请写成 200人"),
        "amount" => ("金额", "请写成 30万元 或以元为单位的数字"),
        "as_of" => ("日期", "请写成 2026-07-01"),
        "organization" => ("组织", "请写编号、全称或简称"),
        "note" => ("原因", "请只写要点"),
        "need" => ("需求编号", "请写已导入的需求的编号"),
        _ => ("这一项", "请精简后重试"),
    };
    let length = text.chars().count();
    Err(AppError::invalid(field, format!("{name}过长：{length}字，最多{most}字；{advice}")))
}

/// Checks a name that is looked up and kept as it is: it must be short and must not be the number of a person.
///
/// # Errors
/// It is too long, or it holds such a number.
pub(crate) fn check_name(field: &'static str, text: &str) -> Result<(), AppError> {
    check_length(field, text, MAX_NAME_CHARS)?;
    let found = mask(text).1;
    if found.is_empty() {
        return Ok(());
    }
    Err(AppError::invalid(field, format!("含{}；请改用不含个人信息的编号或名称", in_words(&found))))
}

/// A name or an id as a message quotes it.
pub(crate) fn quoted(text: &str) -> String {
    excerpt(&masked(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_is_too_long_is_refused_without_it() {
        let text = "很".repeat(300_000);
        let error = typed("region", Some(&text), MAX_NAME_CHARS).unwrap_err();
        assert_eq!(error.field, Some("region"));
        assert_eq!(error.message, "地区过长：300000字，最多256字；请只写省、州市、县的名称");
        assert_eq!(
            typed("q", Some(&"字".repeat(MAX_NAME_CHARS)), MAX_NAME_CHARS).unwrap().map(|it| it.len()),
            Some(3 * MAX_NAME_CHARS)
        );
    }

    #[test]
    fn what_names_a_person_is_masked_or_refused() {
        assert_eq!(typed("q", Some(" 李四13800138000 "), MAX_NAME_CHARS).unwrap().as_deref(), Some("李四[手机号已隐去]"));
        assert_eq!(typed("q", Some(" "), MAX_NAME_CHARS).unwrap(), None);
        let error = check_name("pairs", "13800138000").unwrap_err();
        assert!(error.message.contains("手机号1个") && !error.message.contains("138"), "{}", error.message);
    }
}
