//! What others typed or stored, inside this program's own output: a message never grows with its input, and no mark that is not
//! seen changes what stands around it.

use std::borrow::Cow;

/// Longest excerpt, in characters.
const MAX_CHARS: usize = 60;

/// The start of `text` in one line: at most 60 characters, then `…`. Hidden marks are written out.
#[must_use]
pub fn excerpt(text: &str) -> String {
    excerpt_of(text, MAX_CHARS)
}

/// An excerpt of at most `most` characters.
#[must_use]
pub fn excerpt_of(text: &str, most: usize) -> String {
    let mut chars = text.trim().chars();
    let mut short = String::new();
    for c in chars.by_ref().take(most) {
        match c {
            '\n' | '\r' | '\t' => short.push(' '),
            c if is_hidden(c) => short.extend(c.escape_unicode()),
            c => short.push(c),
        }
    }
    if chars.next().is_some() {
        short.push('…');
    }
    short
}

/// Longest message, in characters.
const MAX_MESSAGE_CHARS: usize = 1000;

/// A message, cut if it is longer than any that was meant to be written.
#[must_use]
pub fn capped(message: &str) -> Cow<'_, str> {
    match message.char_indices().nth(MAX_MESSAGE_CHARS) {
        Some((end, _)) => Cow::Owned(format!("{}…", &message[..end])),
        None => Cow::Borrowed(message),
    }
}

/// `text` with its hidden marks written out, for a terminal. Line breaks stay.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c == '\n' || !is_hidden(c);
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let written = text.chars().map(|c| if is_plain(c) { c.to_string() } else { c.escape_unicode().to_string() });
    Cow::Owned(written.collect())
}

/// `text` without its hidden marks, for a page. Line breaks and tabs stay.
#[must_use]
pub fn without_hidden(mut text: String) -> String {
    text.retain(|c| matches!(c, '\n' | '\r' | '\t') || !is_hidden(c));
    text
}

/// True for marks that are not seen: controls (a terminal obeys them), those that switch the direction of writing (UAX #9),
/// those without width, and line breaks that only some programs know.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// True for a text in which nothing is seen: blanks, and marks without width.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_blank_char)
}

/// True for blanks, marks without width, and letters that look like blanks.
#[must_use]
pub fn is_blank_char(c: char) -> bool {
    c.is_whitespace() || is_hidden(c) || matches!(c, '\u{2800}' | '\u{3164}' | '\u{115f}' | '\u{1160}' | '\u{ffa0}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt(" 很多钱\n两行 "), "很多钱 两行");
        assert_eq!(excerpt(&"字".repeat(MAX_CHARS)), "字".repeat(MAX_CHARS));
        assert_eq!(excerpt(&"字".repeat(1 << 20)), "字".repeat(MAX_CHARS) + "…");
        assert_eq!(excerpt("\u{1b}[31m\u{202e}txt"), "\\u{1b}[31m\\u{202e}txt");
        assert_eq!(capped(&"字".repeat(1 << 20)).chars().count(), MAX_MESSAGE_CHARS + 1);
        assert_eq!(capped(&"字".repeat(MAX_MESSAGE_CHARS)), "字".repeat(MAX_MESSAGE_CHARS));
    }

    #[test]
    fn nothing_hidden_reaches_a_terminal_or_a_page() {
        for c in
            ['\u{7}', '\u{1b}', '\u{7f}', '\u{9b}', '\r', '\u{202e}', '\u{2066}', '\u{200b}', '\u{200d}', '\u{feff}', '\u{2028}']
        {
            let text = format!("a{c}b");
            assert_eq!(visible(&text), format!("a{}b", c.escape_unicode()));
            assert_eq!(without_hidden(text.clone()), if c == '\r' { text } else { "ab".to_owned() });
        }
        let plain = "中文 𝟙 é 😀\u{fe0f}\nfin";
        assert_eq!((visible(plain).as_ref(), without_hidden(plain.to_owned()).as_str()), (plain, plain));
    }
}
