//! Numbers whose digits do not end: they are found before anything tries to read them.

/// Most digits, signs and points of one number. A sum to the fen has 15, a number with full precision about 25.
pub(super) const MOST_DIGITS: usize = 40;

/// True if a number outside of texts is longer than [`MOST_DIGITS`].
pub(super) fn has_endless(json: &[u8]) -> bool {
    let (mut in_text, mut is_escaped, mut digits) = (false, false, 0);
    for &byte in json {
        if in_text {
            (in_text, is_escaped) = (is_escaped || byte != b'"', !is_escaped && byte == b'\\');
            continue;
        }
        match byte {
            b'"' => (in_text, digits) = (true, 0),
            b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E' => digits += 1,
            _ => digits = 0,
        }
        if digits > MOST_DIGITS {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_count() {
        let long = "9".repeat(MOST_DIGITS + 1);
        assert!(has_endless(long.as_bytes()) && has_endless(format!("{{\"a\\\"\": {long}}}").as_bytes()));
        assert!(!has_endless(format!("[\"{long}\", \"\\\"{long}\", {}]", &long[1..]).as_bytes()));
        assert!(!has_endless("[1,".repeat(1000).as_bytes()));
    }
}
