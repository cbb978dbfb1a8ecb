//! The values of each dimension by number, so that a pass over many records counts in arrays: what their numbers, codes and names
//! are, and which one a typed text means. The number behind the last value stands for records that say nothing.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::dimension::Dimension;
use crate::catalog::Catalog;
use crate::domain::{NeedStatus, OrganizationKind, OrganizationStatus, RegionCode, RegistrationLevel};
use crate::error::AppError;
use crate::excerpt::excerpt;
use crate::reference::Reference;
use crate::understand::{RegionField, near_names, region_field, sector_field};

/// Years that records can be of.
const YEARS: RangeInclusive<i16> = 1900..=2200;
/// What stands for records that say nothing.
pub(super) const NOTHING: &str = "none";

/// Number of a year.
pub(super) fn year(year: i16) -> Option<u32> {
    YEARS.contains(&year).then(|| (year - YEARS.start()) as u32)
}

/// The numbers of values.
pub(super) struct Numbering<'a> {
    reference: &'a Reference,
    /// Names of lists in the order of their first needs.
    lists: Vec<&'a str>,
    numbers: HashMap<&'a str, u32>,
}

impl<'a> Numbering<'a> {
    /// Of a catalog; of its lists only `with_lists`, because all needs have to be looked at for them.
    pub(super) fn new(catalog: &'a Catalog, with_lists: bool) -> Self {
        let (mut lists, mut numbers) = (Vec::new(), HashMap::new());
        let count = if with_lists { catalog.need_count() } else { 0 };
        let mut last = "";
        for list in (0..count).map(|at| catalog.need_facts(at).list()) {
            // Needs of one list come one after another.
            if !list.is_empty() && list != last {
                numbers.entry(list).or_insert_with(|| {
                    lists.push(list);
                    lists.len() as u32 - 1
                });
                last = list;
            }
        }
        Self { reference: &catalog.reference, lists, numbers }
    }

    /// Number of values, and number of "nothing".
    pub(super) fn count(&self, dimension: Dimension) -> usize {
        match dimension {
            Dimension::Region => self.reference.numbers.count(),
            Dimension::Sector => self.reference.taxonomy.sector_count(),
            Dimension::NeedStatus => NeedStatus::ALL.len(),
            Dimension::OrganizationStatus => OrganizationStatus::ALL.len(),
            Dimension::Group => self.reference.taxonomy.groups().len(),
            Dimension::List => self.lists.len(),
            Dimension::Year => YEARS.count(),
            Dimension::Kind => OrganizationKind::ALL.len(),
            Dimension::Level => RegistrationLevel::ALL.len(),
            Dimension::Fundraising => 2,
            Dimension::Rating => 5,
        }
    }

    /// Appends places with those above them, each once.
    #[inline]
    pub(super) fn places(&self, codes: impl IntoIterator<Item = RegionCode>, to: &mut Vec<u32>) {
        for code in codes {
            for number in self.reference.numbers.lineage(code) {
                let number = number as u32;
                // What stands above a place that is there is there too.
                if to.contains(&number) {
                    break;
                }
                to.push(number);
            }
        }
    }

    /// Appends sectors with their parents, each once.
    #[inline]
    pub(super) fn sectors(&self, sectors: impl Iterator<Item = usize>, to: &mut Vec<u32>) {
        for sector in sectors {
            for number in [sector as u32, self.reference.taxonomy.parent(sector) as u32] {
                if !to.contains(&number) {
                    to.push(number);
                }
            }
        }
    }

    /// Number of a list.
    pub(super) fn list(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The value directly above another one.
    pub(super) fn parent(&self, dimension: Dimension, number: usize) -> Option<usize> {
        match dimension {
            Dimension::Region if number < self.count(dimension) => self.reference.numbers.parent(number),
            Dimension::Sector if number < self.count(dimension) => {
                Some(self.reference.taxonomy.parent(number)).filter(|&parent| parent != number)
            }
            _ => None,
        }
    }

    /// The code of a value in addresses.
    pub(super) fn code(&self, dimension: Dimension, number: usize) -> String {
        if number >= self.count(dimension) {
            return NOTHING.to_owned();
        }
        match dimension {
            Dimension::Region => self.reference.numbers.code(number).to_string(),
            Dimension::Sector => self.reference.taxonomy.code(number).to_string(),
            Dimension::NeedStatus => NeedStatus::ALL[number].name().to_owned(),
            Dimension::OrganizationStatus => OrganizationStatus::ALL[number].name().to_owned(),
            Dimension::Group => self.reference.taxonomy.groups()[number].code.clone(),
            Dimension::List => self.lists[number].to_owned(),
            Dimension::Year => (YEARS.start() + number as i16).to_string(),
            Dimension::Kind => OrganizationKind::ALL[number].name().to_owned(),
            Dimension::Level => RegistrationLevel::ALL[number].name().to_owned(),
            Dimension::Fundraising => ["yes", "no"][number].to_owned(),
            Dimension::Rating => format!("{}A", number + 1),
        }
    }

    /// The name of a value.
    pub(super) fn name(&self, dimension: Dimension, number: usize) -> String {
        if number >= self.count(dimension) {
            return "未注明".to_owned();
        }
        match dimension {
            Dimension::Region => {
                let code = self.reference.numbers.code(number);
                self.reference.divisions.get(code).map_or_else(|| code.to_string(), |division| division.name.clone())
            }
            Dimension::Sector => self.reference.taxonomy.name(self.reference.taxonomy.code(number)).to_owned(),
            Dimension::NeedStatus => NeedStatus::ALL[number].label().to_owned(),
            Dimension::OrganizationStatus => OrganizationStatus::ALL[number].label().to_owned(),
            Dimension::Group => self.reference.taxonomy.groups()[number].name.clone(),
            Dimension::Year => format!("{}年", YEARS.start() + number as i16),
            Dimension::Kind => OrganizationKind::ALL[number].label().to_owned(),
            Dimension::Level => RegistrationLevel::ALL[number].label().to_owned(),
            Dimension::Fundraising => ["有", "无"][number].to_owned(),
            Dimension::List | Dimension::Rating => self.code(dimension, number),
        }
    }

    /// The name of a value by itself, with what stands above it.
    pub(super) fn full_name(&self, dimension: Dimension, number: usize) -> String {
        match dimension {
            Dimension::Region if number < self.count(dimension) => {
                self.reference.divisions.full_name(self.reference.numbers.code(number))
            }
            _ => self.name(dimension, number),
        }
    }

    /// Numbers of the values that a typed text means.
    ///
    /// # Errors
    /// It means none.
    pub(super) fn resolve(&self, dimension: Dimension, text: &str) -> Result<Vec<usize>, AppError> {
        let all = 0..self.count(dimension);
        if text == NOTHING {
            return Ok(vec![all.end]);
        }
        let field = dimension.field();
        let unknown = |message: String| AppError::invalid(field, message);
        let shown = excerpt(text);
        match dimension {
            Dimension::Region => {
                let codes = match region_field(self.reference, text, None, false) {
                    RegionField::Certain(found) | RegionField::Ambiguous(found) => found,
                    RegionField::Unknown => {
                        let near = near_names(self.reference, text, None);
                        return Err(unknown(format!("不认识的地区“{shown}”{near}")));
                    }
                };
                Ok(codes.iter().filter_map(|found| self.reference.numbers.number(found.code)).collect())
            }
            Dimension::Sector => {
                let taxonomy = &self.reference.taxonomy;
                let number = sector_field(taxonomy, text).and_then(|code| taxonomy.sector(&code));
                number.map(|it| vec![it]).ok_or_else(|| unknown(format!("没有“{shown}”这个领域")))
            }
            Dimension::List => {
                // A list that no need is on any more finds nothing, which is no fault of the address.
                Ok(self.list(text).map(|number| number as usize).into_iter().collect())
            }
            Dimension::Year => {
                let number = text.trim_end_matches('年').parse().ok().and_then(year);
                number.map(|it| vec![it as usize]).ok_or_else(|| unknown(format!("“{shown}”不是年份，请写成 2024")))
            }
            _ => {
                let is_it = |&number: &usize| self.code(dimension, number) == text || self.name(dimension, number) == text;
                let found = all.clone().find(is_it);
                found.map(|it| vec![it]).ok_or_else(|| {
                    let known: Vec<String> = all
                        .map(|number| format!("{}（{}）", self.code(dimension, number), self.name(dimension, number)))
                        .collect();
                    unknown(format!("{}没有“{shown}”这一项；可用{}", dimension.label(), known.join("、")))
                })
            }
        }
    }
}
