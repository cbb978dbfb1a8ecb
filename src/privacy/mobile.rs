//! Mobile numbers: which digits are one, and how they may be parted.

use super::checks::is_mobile;
use super::group::{Gap, Layout};
use super::label::Label;
use super::number::Candidate;

/// How people part a mobile number.
const MOBILE_LAYOUTS: [&[usize]; 8] =
    [&[3, 4, 4], &[3, 8], &[7, 4], &[3, 3, 5], &[4, 7], &[5, 6], &[3, 4, 2, 2], &[3, 2, 2, 2, 2]];

impl Candidate<'_> {
    /// True for a mobile number, also of Hong Kong, Macao and Taiwan, parted as no list, size, date or sum is.
    pub(super) fn is_mobile(&self) -> bool {
        let digits = &self.layout.digits;
        let zeros = digits.iter().take_while(|&&digit| digit == 0).count();
        let prefix = match &digits[zeros..] {
            [8, 6, rest @ ..] if is_mobile(rest) => zeros + 2,
            [8, 8, 6, 9, rest @ ..] if rest.len() == 8 && self.is_international(zeros) => return self.is_parted_softly(),
            [8, 5, 2, 5..=9, rest @ ..] if rest.len() == 7 && self.is_international(zeros) => return self.is_parted_softly(),
            [8, 5, 3, 6, rest @ ..] if rest.len() == 7 && self.is_international(zeros) => return self.is_parted_softly(),
            rest if is_mobile(rest) && zeros == 0 => 0,
            rest if is_mobile(rest) && zeros == 1 => return self.has_label(&[Label::Phone]),
            _ => return false,
        };
        let layout = if prefix == 0 { self.layout.clone() } else { self.layout.without(prefix) };
        self.is_parted_mobile(&layout)
    }

    /// True if the number starts as one dialled from abroad: +852, 00852.
    fn is_international(&self, zeros: usize) -> bool {
        zeros == 2 || zeros == 0 && self.folded.before(self.layout.marks.start) == Some('+')
    }

    pub(super) fn is_parted_softly(&self) -> bool {
        !self.layout.gaps.has(Gap::DOT.with(Gap::SLASH).with(Gap::LIST).with(Gap::SIGN).with(Gap::COLON))
    }

    fn is_parted_mobile(&self, layout: &Layout) -> bool {
        let is_labelled = || self.has_label(&[Label::Phone]);
        if self.is_sum() || self.is_in_code && !is_labelled() || self.ends_in_code() && !is_labelled() {
            return false;
        }
        if layout.is_whole() || is_labelled() && !self.is_counted() {
            return true;
        }
        let gaps = layout.gaps;
        let is_customary = MOBILE_LAYOUTS.contains(&layout.sizes.as_slice());
        if gaps.has(Gap::SIGN) {
            // 150×1200×3000 is a size, 138×0013×8000 is none.
            layout.sizes == [3, 4, 4] && layout.is_uniform && layout.has_leading_zero()
        } else if gaps.has(Gap::DOT) && (gaps.sign() != Gap::DOT || layout.sizes.len() < 3 || layout.is_address()) {
            false
        } else if gaps.has(Gap::LIST.with(Gap::COLON)) {
            let is_list = layout.is_spelt() || layout.is_grouped_by_thousands() || self.is_counted();
            let has_zero = gaps.sign() == Gap::LIST && layout.has_leading_zero();
            gaps.is_one_of(Gap::LIST, Gap::COLON) && !is_list && (layout.sizes == [3, 4, 4] || has_zero && self.is_alone)
        } else if is_customary || layout.is_spelt() && layout.is_uniform {
            true
        } else if gaps.has(Gap::DOT.with(Gap::SLASH)) {
            layout.is_uniform && layout.has_leading_zero() && self.is_alone
        } else {
            self.is_alone && layout.is_uniform && !layout.is_ladder()
        }
    }
}
