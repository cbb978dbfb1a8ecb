//! Cleans Chinese text in ordered stages, each of which reports what it changed.
//!
//! Keeping the original text is up to the caller. The normalised text is the one that is indexed and matched
//! and that spans refer to. Line breaks inside Chinese sentences are removed; punctuation stays as typed. The
//! stages are in `stages.rs` and `repair.rs`.

pub mod encoding;
mod radicals;
mod repair;
mod stages;

use std::borrow::Cow;
use std::fmt;

/// One kind of clean-up, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// Control and zero-width characters, byte order marks.
    Controls,
    /// HTML tags and entities.
    Markup,
    /// Full-width letters, digits and compatibility characters (NFKC), and radicals that stand for characters; Chinese
    /// punctuation excepted.
    Width,
    /// Spots damaged by pinyin inserted one byte off in GBK, repaired where the bytes prove the original.
    Repair,
    /// Pinyin in parentheses after a character, as in `實(shí)戰(zhàn)`.
    Pinyin,
    /// Traditional to simplified characters.
    Simplify,
    /// Spaces and line breaks between Chinese characters; runs of white space.
    Spacing,
    /// Full-width commas inside a number: `1，200，000`.
    Digits,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 8] =
        [Self::Controls, Self::Markup, Self::Width, Self::Repair, Self::Pinyin, Self::Simplify, Self::Spacing, Self::Digits];

    const fn label(self) -> &'static str {
        match self {
            Self::Controls => "去除控制字符",
            Self::Markup => "去除网页标记",
            Self::Width => "统一全角字符",
            Self::Repair => "修复错位文字",
            Self::Pinyin => "去除拼音注音",
            Self::Simplify => "繁体转为简体",
            Self::Spacing => "去除字间空白",
            Self::Digits => "统一数字写法",
        }
    }

    /// The text after this stage, and the number of places it changed. Idempotent.
    fn apply(self, text: &str) -> (Cow<'_, str>, usize) {
        let (mut text, mut places) = self.once(text);
        // Removing nested debris such as 实(s(shi)hi) may leave new debris.
        for _ in 0..if places > 0 { MAX_ROUNDS } else { 0 } {
            let (next, more) = self.once(&text);
            if more == 0 {
                break;
            }
            text = Cow::Owned(next.into_owned());
            places += more;
        }
        (text, places)
    }

    fn once(self, text: &str) -> (Cow<'_, str>, usize) {
        match self {
            Self::Controls => stages::controls(text),
            Self::Markup => stages::markup(text),
            Self::Width => stages::width(text),
            Self::Repair => repair::repair(text),
            Self::Pinyin => stages::pinyin(text),
            Self::Simplify => stages::simplify(text),
            Self::Spacing => stages::spacing(text),
            Self::Digits => stages::digits(text),
        }
    }

    /// Number of places that the stage found damaged and could not restore; they are in `clean` unchanged.
    fn lost(self, clean: &str) -> usize {
        match self {
            Self::Controls => clean.matches('\u{fffd}').count(),
            Self::Repair => repair::damaged(clean),
            _ => 0,
        }
    }
}

/// What one stage did to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The stage.
    pub stage: Stage,
    /// Number of places it changed.
    pub places: usize,
    /// Number of damaged places that could not be restored: content is lost there. All other changes keep what the text says.
    pub lost: usize,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.places, self.lost) {
            (places, 0) => write!(f, "{}{places}处", self.stage.label()),
            (0, lost) => write!(f, "{lost}处文字已损坏，无法还原"),
            (places, lost) => write!(f, "{}{places}处，另有{lost}处文字已损坏，无法还原", self.stage.label()),
        }
    }
}

/// A clean text and the changes that led to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Normalized {
    /// The clean text.
    pub text: String,
    /// One entry per stage that changed something or found damage, in stage order.
    pub changes: Vec<Change>,
}

impl Normalized {
    /// Number of places where content of the original is lost.
    #[must_use]
    pub fn lost(&self) -> usize {
        self.changes.iter().map(|change| change.lost).sum()
    }
}

/// Most rounds until the text settles; nested debris such as `实(s(shi)hi)` needs more than one.
const MAX_ROUNDS: usize = 32;

/// Runs all stages until none of them changes anything. Idempotent.
#[must_use]
pub fn normalize(text: &str) -> Normalized {
    let mut text = Cow::Borrowed(text);
    let mut places = [0_usize; Stage::ALL.len()];
    for _ in 0..MAX_ROUNDS {
        let mut settled = true;
        for (stage, count) in Stage::ALL.into_iter().zip(&mut places) {
            let (next, changed) = stage.apply(&text);
            if changed > 0 {
                let next = next.into_owned();
                *count += changed;
                settled = false;
                text = Cow::Owned(next);
            }
        }
        if settled {
            break;
        }
    }
    let changes = Stage::ALL
        .into_iter()
        .zip(places)
        .map(|(stage, places)| Change { stage, places, lost: stage.lost(&text) })
        .filter(|change| change.places > 0 || change.lost > 0)
        .collect();
    Normalized { text: text.into_owned(), changes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clean(text: &str) -> String {
        normalize(text).text
    }

    #[test]
    fn pinyin_debris_and_traditional_characters_become_plain_text() {
        assert_eq!(clean("實(shí)戰(zhàn)"), "实战");
        assert_eq!(clean("陜西省民政廳"), "陕西省民政厅");
        assert_eq!(clean("陕西乾縣餅乾"), "陕西乾县饼干");
        let report = normalize("實(shí)戰(zhàn)");
        assert_eq!(report.changes.iter().map(ToString::to_string).collect::<Vec<_>>(), ["去除拼音注音2处", "繁体转为简体2处"]);
    }

    #[test]
    fn width_breaks_and_markup_are_cleaned_and_punctuation_kept() {
        assert_eq!(clean("约３０万元，用于“净水”。"), "约30万元，用于“净水”。");
        assert_eq!(clean("乡村\n医生 培训"), "乡村医生培训");
        assert_eq!(clean("净水器 157 台\r\n23 所学校"), "净水器157台23所学校");
        assert_eq!(clean("<p>饮水&nbsp;安全</p>"), "饮水安全");
        assert_eq!(clean("\u{feff}饮\u{200b}水"), "饮水");
        assert_eq!(clean("Water  pump DN50"), "Water pump DN50");
    }

    #[test]
    fn radicals_copied_from_pdf_files_become_characters() {
        assert_eq!(clean("陕⻄省⻄安市⻓安区⼩学"), "陕西省西安市长安区小学");
        // A compatibility ideograph.
        assert_eq!(clean("\u{f9e9}川"), "里川");
    }

    #[test]
    fn digits_are_made_one_kind_and_list_marks_stay() {
        assert_eq!(clean("１，２００，０００元"), "1,200,000元");
        assert_eq!(clean("3，5个村"), "3，5个村");
        assert_eq!(clean("①30万元②½间"), "①30万元②½间");
    }

    #[test]
    fn latin_words_in_parentheses_are_not_pinyin() {
        assert_eq!(clean("社区(CBR)服务"), "社区(CBR)服务");
        assert_eq!(clean("pump (small)"), "pump (small)");
    }

    proptest! {
        #[test]
        fn every_stage_is_idempotent(text in "[實戰們當學在饮水a-cèùW?()（）&;<>br 　\n０９，約著]{0,30}") {
            for stage in Stage::ALL {
                let once = stage.apply(&text).0.into_owned();
                let (twice, places) = stage.apply(&once);
                prop_assert_eq!((&*twice, places), (once.as_str(), 0), "{:?}", stage);
            }
        }

        #[test]
        fn normalize_is_idempotent(text in ".{0,80}") {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once);
        }

        #[test]
        fn normalize_is_idempotent_on_debris(text in "[實戰們當學在饮水a-cèùW?()（）&;<>br 　\n０９，約著]{0,40}") {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once);
        }

        #[test]
        fn clean_simplified_text_is_left_alone(text in "[饮水学校医生培训，。]{0,20}[0-9]{0,6}") {
            let report = normalize(&text);
            prop_assert_eq!(&report.text, &text);
            prop_assert!(report.changes.is_empty());
        }
    }
}
