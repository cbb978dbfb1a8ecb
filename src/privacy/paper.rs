//! Bank cards, permits and passports.

use super::Personal;
use super::checks::{self, is_card, is_office_code, is_taiwan_identity};
use super::group::Gap;
use super::label::Label;
use super::number::{Candidate, Found, continues_a_code, is_joint};

impl Candidate<'_> {
    /// A permit, a passport or an identity card of Taiwan: up to three letters and seven to ten digits.
    pub(super) fn paper(&self) -> Option<Found> {
        let digits = &self.layout.digits;
        let letters = self.letters.to_ascii_uppercase();
        let start = self.layout.marks.start - letters.len();
        let stands_alone = !self.folded.before(start).is_some_and(|c| c.is_ascii_digit())
            && !self.folded.at(self.layout.marks.end).is_some_and(|c| c.is_ascii_alphanumeric());
        if letters.len() > 3 || !(7..=12).contains(&digits.len()) || !stands_alone {
            return None;
        }
        let found = |kind| Some(Found { marks: start..self.layout.marks.end, kind });
        let is_day = letters.is_empty() && checks::is_day(digits);
        if self.has_label(&[Label::Paper]) && !self.is_sum() && !self.is_counted() && !is_day {
            return found(if self.has_label(&[Label::Passport]) { Personal::Passport } else { Personal::Permit });
        }
        let is_parted_so = self.layout.is_whole() || self.layout.sizes == [4, 4] && self.layout.gaps.sign() != Gap::LIST;
        // C20210001, 准字H20033023, syn-c12345678-01 and E00000012 are codes.
        let is_numbered = (1950..2050).contains(&checks::value(&digits[..4])) || digits.starts_with(&[0, 0]);
        let is_code = is_numbered || self.is_part_of_code(start) || self.has_label(&[Label::Code]);
        if !is_parted_so || is_code {
            return None;
        }
        let mut all = letters.chars();
        match (all.next()?, all.next(), digits.len()) {
            ('H' | 'M', None, 8 | 10) | ('C' | 'L' | 'T' | 'W', None, 8) => found(Personal::Permit),
            ('E' | 'G' | 'K', None, 8) => found(Personal::Passport),
            ('E', Some('A'..='H' | 'J'..='N' | 'P'..='Z'), 7) if letters.len() == 2 => found(Personal::Passport),
            ('C', Some('A'..='H' | 'J'..='N' | 'P'..='Z'), 7) if letters.len() == 2 => found(Personal::Permit),
            (letter, None, 9) if is_taiwan_identity(letter, digits) => found(Personal::Identity),
            _ => None,
        }
    }

    /// True if a dash or the like joins the number, whose first letter is at `start`, to other letters or digits.
    fn is_part_of_code(&self, start: usize) -> bool {
        let end = self.layout.marks.end;
        let goes_on = || self.folded.at(end + 1).is_some_and(|c| c.is_ascii_alphanumeric());
        continues_a_code(self.folded, start) || self.folded.at(end).is_some_and(is_joint) && goes_on()
    }

    /// True for a bank card, or for an account that passes for one.
    pub(super) fn is_card(&self) -> bool {
        let digits = &self.layout.digits;
        if !(15..=19).contains(&digits.len()) || self.is_sum() {
            return false;
        }
        if self.has_label(&[Label::Card]) || digits.len() > 15 && checks::luhn(digits) && self.has_label(&[Label::Account]) {
            return true;
        }
        let sizes = &self.layout.sizes;
        let is_parted_so = sizes.iter().rev().skip(1).all(|&size| size == 4) && sizes.last().is_some_and(|&size| size <= 4)
            || self.is_parted_softly() && sizes[..sizes.len() - 1].iter().all(|&size| size >= 4)
            || self.is_parted_softly() && self.layout.is_spelt();
        let is_list = self.layout.is_ladder() || self.layout.gaps.has(Gap::SIGN.with(Gap::DOT));
        let is_code = self.is_in_code || self.ends_in_code() || is_office_code(digits) || self.has_label(&[Label::Code]);
        is_card(digits) && !is_code && (self.layout.is_whole() || is_parted_so && !is_list)
    }
}
