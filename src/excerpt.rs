//! Short excerpts of what was typed or read, for messages: a message never grows with its input.

/// Longest excerpt, in characters.
const MAX_CHARS: usize = 60;

/// The start of `text` in one line: at most 60 characters, then `…`. Control characters and marks that reorder text are
/// written out, so that an excerpt cannot change what stands around it.
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
            c if c.is_control() || reorders(c) => short.extend(c.escape_unicode()),
            c => short.push(c),
        }
    }
    if chars.next().is_some() {
        short.push('…');
    }
    short
}

/// True for the marks that switch the direction of writing (UAX #9).
const fn reorders(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
    }
}
