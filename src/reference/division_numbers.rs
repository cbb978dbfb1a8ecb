//! Divisions by number, for those who count many records by place.

use super::divisions::Divisions;
use crate::domain::RegionCode;

/// Digits of the smallest code, and how many codes there may be.
const FIRST: usize = 100_000;
const CODES: usize = 900_000;
/// Stands for no division.
const NONE: u16 = u16::MAX;

/// The divisions, numbered from 0 in the order of their codes.
#[derive(Debug)]
pub struct DivisionNumbers {
    /// By the digits of a code, its number.
    by_digits: Box<[u16]>,
    codes: Vec<RegionCode>,
    /// By number, the division directly above.
    parents: Vec<u16>,
}

impl DivisionNumbers {
    pub(super) fn of(divisions: &Divisions) -> Self {
        let codes: Vec<RegionCode> = divisions.codes().collect();
        let mut by_digits = vec![NONE; CODES].into_boxed_slice();
        for (number, code) in (0..NONE).zip(&codes) {
            by_digits[code.digits() as usize - FIRST] = number;
        }
        let mut this = Self { by_digits, parents: Vec::new(), codes };
        let parents = this.codes.iter().map(|&code| divisions.parent(code).map_or(NONE, |up| this.at(up)));
        this.parents = parents.collect();
        this
    }

    fn at(&self, code: RegionCode) -> u16 {
        self.by_digits[code.digits() as usize - FIRST]
    }

    /// Number of divisions.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.codes.len()
    }

    /// The code of a division.
    #[must_use]
    pub fn code(&self, number: usize) -> RegionCode {
        self.codes[number]
    }

    /// Number of the division with this code.
    #[must_use]
    pub fn number(&self, code: RegionCode) -> Option<usize> {
        Some(self.at(code)).filter(|&number| number != NONE).map(usize::from)
    }

    /// Number of the division directly above.
    #[must_use]
    pub fn parent(&self, number: usize) -> Option<usize> {
        Some(self.parents[number]).filter(|&parent| parent != NONE).map(usize::from)
    }

    /// Numbers of the division with this code and of those above it, nearest first. Of a code that the table does not know, those
    /// that its digits put it into.
    #[inline]
    pub fn lineage(&self, code: RegionCode) -> impl Iterator<Item = usize> {
        let nearest = [code, code.prefecture(), code.province()].into_iter().find_map(|code| self.number(code));
        std::iter::successors(nearest, |&number| self.parent(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Reference;

    #[test]
    fn numbers_lead_to_the_same_divisions_as_codes() {
        let Reference { divisions, numbers, .. } = Reference::embedded();
        assert_eq!(numbers.count(), divisions.len());
        for code in divisions.codes() {
            let by_number: Vec<RegionCode> = numbers.lineage(code).map(|number| numbers.code(number)).collect();
            assert_eq!(by_number, divisions.lineage(code).collect::<Vec<_>>());
        }
        let unknown = RegionCode::new(533_499).unwrap();
        let known: Vec<RegionCode> = numbers.lineage(unknown).map(|number| numbers.code(number)).collect();
        assert_eq!(known, [unknown.prefecture(), unknown.province()]);
    }
}
