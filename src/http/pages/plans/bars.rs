//! Pictures of parts of wholes: one bar a row, with its name above. The template draws them, so that colours come from the style
//! sheet.

use super::words::{share, wan};
use crate::excerpt::excerpt_of;

/// Size of a picture in its own units: a phone shows it as it is.
const WIDTH: f64 = 340.0;
const ROW: usize = 64;
/// Most bars of a picture, and longest name, in characters.
const MOST: usize = 20;
const NAME: usize = 24;

/// A picture with its figures.
pub(super) struct Picture {
    /// Prefix of the ids inside it.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// What the whole and the part are.
    pub(super) words: (&'static str, &'static str),
    pub(super) bars: Vec<Bar>,
    pub(super) height: usize,
    /// All rows, as far as a page shows them.
    pub(super) rows: Vec<Row>,
    pub(super) more: usize,
    pub(super) total: Row,
}

/// A bar: the part on the whole.
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) figures: String,
    /// Where name, figures and bar stand.
    pub(super) y: usize,
    pub(super) y_figures: usize,
    pub(super) y_bar: usize,
    pub(super) whole: String,
    pub(super) part: String,
}

/// A row of the table.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) note: String,
    pub(super) whole: String,
    pub(super) part: String,
    pub(super) share: String,
}

/// A part of a whole.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) note: String,
    pub(super) whole: f64,
    pub(super) part: f64,
}

/// Most rows of the table.
const ROWS: usize = 100;

impl Picture {
    /// A picture of these parts, in their order.
    pub(super) fn new(
        id: &'static str,
        title: &'static str,
        words: (&'static str, &'static str),
        note: String,
        parts: &[Part],
    ) -> Self {
        let largest = parts.iter().map(|it| it.whole.max(it.part)).fold(0.0, f64::max);
        let length = |yuan: f64| if largest > 0.0 { format!("{:.1}", yuan / largest * WIDTH) } else { "0".to_owned() };
        let bar = |(n, it): (usize, &Part)| Bar {
            name: excerpt_of(&it.name, NAME),
            figures: format!("{}　{}／{}", share(it.part, it.whole), wan(it.part), wan(it.whole)),
            y_figures: n * ROW + 34,
            y: n * ROW + 16,
            y_bar: n * ROW + 41,
            whole: length(it.whole),
            part: length(it.part),
        };
        let row = |it: &Part| Row {
            name: it.name.clone(),
            note: it.note.clone(),
            whole: wan(it.whole),
            part: wan(it.part),
            share: share(it.part, it.whole),
        };
        let (whole, part) = parts.iter().fold((0.0, 0.0), |sum, it| (sum.0 + it.whole, sum.1 + it.part));
        let bars: Vec<Bar> = parts.iter().take(MOST).enumerate().map(bar).collect();
        Self {
            id,
            title,
            words,
            height: bars.len() * ROW,
            bars,
            rows: parts.iter().take(ROWS).map(row).collect(),
            more: parts.len().saturating_sub(ROWS),
            total: row(&Part { name: "合计".to_owned(), note, whole, part }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_sums_and_the_table_has_them_all() {
        let part =
            |n: usize| Part { name: format!("第{n}县"), note: "1项".to_owned(), whole: 10_000.0 * n as f64, part: 5_000.0 };
        let parts: Vec<Part> = (1..=30).rev().map(part).collect();
        let picture = Picture::new("region", "各县", ("缺口", "建议"), "30项".to_owned(), &parts);
        assert_eq!((picture.bars.len(), picture.rows.len(), picture.more), (MOST, 30, 0));
        assert_eq!((picture.bars[0].whole.as_str(), picture.bars[0].part.as_str()), ("340.0", "5.7"));
        assert_eq!((picture.total.whole.as_str(), picture.total.part.as_str()), ("465.00", "15.00"));
        let nothing = Picture::new("x", "无", ("", ""), String::new(), &[]);
        assert_eq!((nothing.height, nothing.total.share.as_str()), (0, "—"));
    }
}
