//! Units that are stated outside the headings: above a table, or in a row below its header.

use std::collections::HashMap;

use super::headings;
use super::matrix::is_unit;
use super::sheet::Value;

/// Units of sums that are stated outside the headings.
#[derive(Debug, Clone)]
pub(super) struct Units {
    pub(super) of_column: HashMap<usize, f64>,
    pub(super) of_sheet: Option<f64>,
}

/// A row of units: those of sums in yuan, and those of goods.
pub(super) struct UnitRow {
    pub(super) of_money: HashMap<usize, f64>,
    pub(super) of_goods: HashMap<usize, String>,
}

/// The units in a row below the header that contains only units: 万元, 人.
pub(super) fn unit_row(cells: &[(usize, Value)]) -> Option<UnitRow> {
    const OTHER: [&str; 10] = ["人", "户", "个", "所", "台", "套", "人次", "万人", "公里", "平方米"];
    let (mut units, mut of_goods) = (HashMap::new(), HashMap::new());
    for (at, value) in cells {
        let text = value.shown();
        let text = text.trim_matches(['(', ')', '（', '）']);
        match headings::stated_unit(&format!("单位:{text}")).filter(|_| text.ends_with('元')) {
            Some(yuan) => drop(units.insert(*at, yuan)),
            None if is_unit(text) => drop(of_goods.insert(*at, text.to_owned())),
            None if OTHER.contains(&text) => {}
            None if cells.len() > 2 && ["单位", "计量单位"].contains(&text) => {}
            None => return None,
        }
    }
    (!units.is_empty() || of_goods.len() > 1).then_some(UnitRow { of_money: units, of_goods })
}
