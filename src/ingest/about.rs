//! What a sheet says about all its rows, in the rows above the table and by its name.

use std::collections::HashSet;

use qianshou_index::normalize::normalize;

use super::context::ReadingContext;
use super::limits::MAX_NAME;
use super::table::Table;
use crate::domain::RegionCode;
use crate::privacy::masked;
use crate::understand::{Context, RegionField, region_field, understand};

/// What the title rows and the name of a sheet say about all its rows.
pub(super) struct About {
    pub(super) region: Option<RegionCode>,
    pub(super) list: Option<String>,
    pub(super) year: Option<i16>,
    /// Fields that the header has a column for.
    pub(super) columns: HashSet<String>,
}

impl About {
    pub(super) fn read_from(table: &Table, setting: &ReadingContext<'_>) -> Self {
        let context = Context { region: None, date: setting.today };
        let place = |text: &str| {
            let found = understand(setting.reference, None, text, &context).record.regions;
            match found.as_slice() {
                [only] if only.certain => Some(only.code),
                _ => None,
            }
        };
        let named = |name: &str| match region_field(setting.reference, name, place(&table.title), false) {
            RegionField::Certain(found) if found.len() == 1 => found.first().map(|it| it.code),
            _ => None,
        };
        let list = table.title.lines().map(str::trim).find(|line| !line.is_empty());
        let list = list.map(|line| masked(line).chars().take(MAX_NAME).collect());
        let sheet = table.sheet.as_deref().unwrap_or_default();
        Self {
            region: named(sheet).or_else(|| place(&table.title)),
            year: [table.title.as_str(), sheet].into_iter().find_map(stated_year),
            list,
            columns: table.fields.iter().cloned().collect(),
        }
    }
}

/// The first year in a title: 2021年德钦县需求清单, 二〇二一年. A number of years (五年规划) does not count.
fn stated_year(text: &str) -> Option<i16> {
    const DIGITS: &str = "〇一二三四五六七八九";
    let text = normalize(text).text.replace('零', "〇");
    let digit = |c: char| c.to_digit(10).or_else(|| DIGITS.chars().position(|it| it == c).map(|at| at as u32));
    text.match_indices('年').find_map(|(at, _)| {
        let digits: Vec<u32> = text[..at].chars().rev().map_while(digit).take(4).collect();
        let year = digits.iter().rev().fold(0, |year, digit| year * 10 + *digit as i16);
        (digits.len() == 4 && (1990..2100).contains(&year)).then_some(year)
    })
}
