//! Names of files, sheets and lists as messages and the ledger show them: of bounded length, without invisible characters.

use std::path::Path;

use super::limits::MAX_NAME;
use crate::privacy::masked;

/// Longest extension that a cut name keeps, in characters.
const MAX_EXTENSION: usize = 10;

/// A name for messages, without control characters and cut at [`MAX_NAME`] characters; it keeps its extension.
#[must_use]
pub fn clean_name(name: &str) -> String {
    let clean: String = name.chars().filter(|&c| !is_invisible(c)).take(MAX_NAME + 1).collect();
    if clean.chars().count() <= MAX_NAME {
        return clean;
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    let extension = extension.filter(|it| it.chars().count() <= MAX_EXTENSION && it.chars().all(char::is_alphanumeric));
    let end = extension.map_or_else(|| "…".to_owned(), |extension| format!("….{extension}"));
    let kept = MAX_NAME - end.chars().count();
    clean.chars().take(kept).collect::<String>() + &end
}

/// The name of a path for messages.
pub(super) fn shown_name(path: &Path) -> String {
    clean_name(&masked(&path.display().to_string()))
}

/// True for control characters and for those that turn the direction of writing.
fn is_invisible(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_by_characters_and_keep_their_extension() {
        assert_eq!(clean_name("德钦县\u{202e}需求\n.xlsx"), "德钦县需求.xlsx");
        let exact = format!("{}.csv", "需".repeat(MAX_NAME - 4));
        assert_eq!(clean_name(&exact), exact);
        let cut = clean_name(&format!("{}.csv", "需".repeat(1 << 20)));
        assert_eq!((cut.chars().count(), cut.ends_with("需….csv")), (MAX_NAME, true));
        let bare = clean_name(&format!("x.{}", "y".repeat(MAX_NAME)));
        assert_eq!((bare.chars().count(), bare.ends_with("y…")), (MAX_NAME, true));
    }
}
