//! Decodes the bytes of a text file: detects the encoding and reports what could not be decoded.
//!
//! A byte order mark decides. Without one, the order is: UTF-16 if the zero bytes at the beginning are mostly on one side of
//! the byte pairs; UTF-8 if the bytes are valid; Big5 if the bytes decode as Big5 and either the detector that browsers use
//! (chardetng) prefers it or they do not decode to plausible text as GB18030; else GB18030. Nothing is lost silently: places
//! that cannot be decoded are counted, and the first line with one is reported.

use std::fmt;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding as Codec, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// An encoding that Chinese lists come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    Utf8,
    /// UTF-16, little-endian: Excel's “Unicode text”.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
    /// GB18030, which contains GBK and GB2312.
    Gb18030,
    /// Big5, of traditional-character sites.
    Big5,
}

impl Encoding {
    const fn codec(self) -> &'static Codec {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Gb18030 => GB18030,
            Self::Big5 => BIG5,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.codec().name())
    }
}

/// A decoded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text without byte order mark; U+FFFD where bytes could not be decoded.
    pub text: String,
    /// The encoding that it was read as.
    pub encoding: Encoding,
    /// Number of places that could not be decoded.
    pub lost: usize,
    /// First line with such a place, counted from 1.
    pub first_lost_line: Option<usize>,
}

/// Number of bytes at the beginning that are examined to detect UTF-16.
const SAMPLE: usize = 4096;

/// Decodes `bytes`. Never fails: places that cannot be decoded are counted in [`Decoded::lost`].
#[must_use]
pub fn decode(bytes: &[u8]) -> Decoded {
    let encoding = detect(bytes);
    let (text, _) = encoding.codec().decode_with_bom_removal(bytes);
    let lost = text.matches('\u{fffd}').count();
    let first_lost_line = text.find('\u{fffd}').map(|at| text[..at].matches('\n').count() + 1);
    Decoded { text: text.into_owned(), encoding, lost, first_lost_line }
}

fn detect(bytes: &[u8]) -> Encoding {
    if let Some((codec, _)) = Codec::for_bom(bytes) {
        return [Encoding::Utf16Le, Encoding::Utf16Be].into_iter().find(|it| it.codec() == codec).unwrap_or(Encoding::Utf8);
    }
    if let Some(encoding) = utf16(bytes) {
        return encoding;
    }
    match std::str::from_utf8(bytes) {
        // A file that is cut off inside its last character is still UTF-8.
        Err(error) if error.error_len().is_some() || error.valid_up_to() == 0 => double_byte(bytes),
        _ => Encoding::Utf8,
    }
}

/// Detects UTF-16 without a byte order mark: in a Chinese table, the zero bytes (halves of commas, digits and line ends) are on
/// one side of the byte pairs far more often than on the other.
fn utf16(bytes: &[u8]) -> Option<Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let zeros = |side: usize| sample.iter().skip(side).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if (even + odd) * 20 < sample.len() || !bytes.len().is_multiple_of(2) {
        None
    } else if odd > 4 * even {
        Some(Encoding::Utf16Le)
    } else {
        (even > 4 * odd).then_some(Encoding::Utf16Be)
    }
}

/// GB18030 or Big5. GB18030 accepts nearly any bytes, but Big5 text decoded as GB18030 is full of private-use characters.
fn double_byte(bytes: &[u8]) -> Encoding {
    let read = |encoding: Encoding| encoding.codec().decode_without_bom_handling_and_without_replacement(bytes);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let looks_big5 = detector.guess(Some(b"cn"), Utf8Detection::Deny) == BIG5
        || read(Encoding::Gb18030).is_none_or(|text| text.contains(|c| matches!(c, '\u{e000}'..='\u{f8ff}')));
    if looks_big5 && read(Encoding::Big5).is_some() { Encoding::Big5 } else { Encoding::Gb18030 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIST: &str = "项目名称,需求地区,资金缺口(万元)\n村卫生室设备,德钦县,30\n学校净水设备,玛沁县,12.5\n";
    const TRADITIONAL: &str = "項目名稱,需求地區,資金缺口\n鄉村醫生培訓,德欽縣,三十萬元\n學校淨水設備,瑪沁縣,十二萬元\n";

    fn utf16(text: &str, low_first: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if low_first { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn every_encoding_that_lists_come_in_is_detected() {
        let (gb, _, _) = GB18030.encode(LIST);
        let (big5, _, _) = BIG5.encode(TRADITIONAL);
        let with_mark = [b"\xef\xbb\xbf".as_slice(), LIST.as_bytes()].concat();
        let excel = [b"\xff\xfe".to_vec(), utf16(LIST, true)].concat();
        for (bytes, encoding, text) in [
            (LIST.as_bytes().to_vec(), Encoding::Utf8, LIST),
            (with_mark, Encoding::Utf8, LIST),
            (gb.to_vec(), Encoding::Gb18030, LIST),
            (excel, Encoding::Utf16Le, LIST),
            (utf16(LIST, true), Encoding::Utf16Le, LIST),
            (utf16(LIST, false), Encoding::Utf16Be, LIST),
            (big5.to_vec(), Encoding::Big5, TRADITIONAL),
        ] {
            let decoded = decode(&bytes);
            assert_eq!((decoded.encoding, decoded.text.as_str(), decoded.lost), (encoding, text, 0));
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_counted_and_its_line_reported() {
        let (gb, _, _) = GB18030.encode(LIST);
        let mut bytes = gb.to_vec();
        bytes.extend([0xff, 0xff]);
        let decoded = decode(&bytes);
        assert_eq!((decoded.encoding, decoded.first_lost_line), (Encoding::Gb18030, Some(4)));
        assert!(decoded.lost > 0);
        let cut = decode(&LIST.as_bytes()[..LIST.len() - 30]);
        assert_eq!(cut.encoding, Encoding::Utf8);
    }

    proptest! {
        #[test]
        fn text_survives_a_round_trip_through_gb18030(text in "[一-龥，。0-9a-z\n]{8,60}") {
            let (bytes, _, unmappable) = GB18030.encode(&text);
            prop_assume!(!unmappable && std::str::from_utf8(&bytes).is_err());
            let decoded = decode(&bytes);
            prop_assume!(decoded.encoding == Encoding::Gb18030);
            prop_assert_eq!(decoded.text, text);
        }

        #[test]
        fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let decoded = decode(&bytes);
            prop_assert_eq!(decoded.lost > 0, decoded.first_lost_line.is_some());
        }
    }
}
