//! The mark of invented records: 示例, in brackets or before a name.

use std::borrow::Cow;

/// The mark in brackets, as titles and remarks have it.
const BRACKETED: [&str; 5] = ["【示例】", "[示例]", "（示例）", "(示例)", "〔示例〕"];
/// The mark before a name.
const PREFIXES: [&str; 2] = ["合成示例", "示例"];

/// The text without the mark of invented records, which says nothing about what they are about.
#[must_use]
pub fn unmarked(text: &str) -> Cow<'_, str> {
    let start = text.trim_start();
    let bare = PREFIXES.iter().find_map(|mark| start.strip_prefix(mark)).unwrap_or(text);
    if !BRACKETED.iter().any(|mark| bare.contains(mark)) {
        return Cow::Borrowed(bare);
    }
    Cow::Owned(BRACKETED.iter().fold(bare.to_owned(), |text, mark| text.replace(mark, "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_goes_and_everything_else_stays() {
        for (text, bare) in [
            ("示例虹口清源公益基金会", "虹口清源公益基金会"),
            ("合成示例德钦县第3号基金会", "德钦县第3号基金会"),
            ("【示例】学校净水（示例）", "学校净水"),
            ("[示例]学校净水", "学校净水"),
            ("教学示例中心", "教学示例中心"),
        ] {
            assert_eq!(unmarked(text), bare);
        }
    }
}
