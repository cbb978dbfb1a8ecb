//! Pictures of a record: bars by sector or place, and a timeline. Each has the same figures as a table below it.
//!
//! A picture is 400 units wide, so that its labels can be read on a phone too.

use crate::app::{ShareLine, YearLine};
use crate::domain::Money;
use crate::http::pages::html::wan;

const WIDTH: f64 = 400.0;
/// Height of a bar with its label above it.
const ROW: usize = 40;
/// Most bars of a picture; the rest is summed up in one.
const MOST: usize = 10;
/// Height of the timeline's bars, room above for a number, and below for the years.
const TALL: f64 = 120.0;
const ABOVE: f64 = 20.0;
const BELOW: f64 = 22.0;
/// Room that the label of a year needs.
const LABEL: f64 = 44.0;

/// A bar with its label.
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) shown: String,
    pub(super) text_y: usize,
    pub(super) y: usize,
    pub(super) width: String,
    pub(super) height: usize,
}

/// Bars below one another, the largest first.
pub(super) struct Bars {
    pub(super) id: &'static str,
    pub(super) title: String,
    /// Headings of the table.
    pub(super) heading: &'static str,
    pub(super) unit: &'static str,
    pub(super) height: usize,
    pub(super) bars: Vec<Bar>,
}

impl Bars {
    /// The projects by sector or place; none without projects.
    pub(super) fn of(id: &'static str, title: &str, heading: &'static str, lines: &[ShareLine]) -> Option<Self> {
        let largest = lines.first()?.projects.max(1);
        let mut shown: Vec<(String, usize)> = lines.iter().take(MOST).map(|it| (it.name.clone(), it.projects)).collect();
        let rest: usize = lines.iter().skip(MOST).map(|it| it.projects).sum();
        if rest > 0 {
            shown.push((format!("其余{}项", lines.len() - MOST), rest));
        }
        let largest = shown.iter().map(|it| it.1).max().unwrap_or(1).max(largest);
        let bar = |(n, (name, projects)): (usize, (String, usize))| Bar {
            name,
            shown: format!("{projects}个"),
            text_y: n * ROW + 15,
            y: n * ROW + 20,
            width: format!("{:.1}", WIDTH * projects as f64 / largest as f64),
            height: 12,
        };
        let bars: Vec<Bar> = shown.into_iter().enumerate().map(bar).collect();
        Some(Self { id, title: title.to_owned(), heading, unit: "项目", height: bars.len() * ROW, bars })
    }
}

/// A year of a timeline.
pub(super) struct Year {
    pub(super) year: i16,
    pub(super) projects: usize,
    pub(super) sum: String,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    pub(super) middle: String,
    pub(super) count_y: String,
    /// Whether there is room for its label.
    pub(super) is_labelled: bool,
}

/// The projects of an organization by year.
pub(super) struct Timeline {
    pub(super) title: String,
    pub(super) height: f64,
    pub(super) axis: f64,
    pub(super) year_y: f64,
    pub(super) years: Vec<Year>,
    pub(super) undated: usize,
    pub(super) all: usize,
    pub(super) sum: String,
}

impl Timeline {
    /// Of the years from the first to the last; none without dated projects.
    pub(super) fn of(lines: &[YearLine], undated: usize) -> Option<Self> {
        let (first, last) = (lines.first()?.year, lines.last()?.year);
        let most = lines.iter().map(|it| it.projects).max().unwrap_or(1).max(1);
        // A single year does not fill the picture.
        let step = (WIDTH / lines.len() as f64).min(80.0);
        let apart = (LABEL / step).ceil().max(1.0) as usize;
        let axis = ABOVE + TALL;
        let year = |(n, it): (usize, &YearLine)| {
            let height = TALL * it.projects as f64 / most as f64;
            Year {
                year: it.year,
                projects: it.projects,
                sum: if it.with_sum > 0 { wan(it.sum) } else { String::new() },
                x: format!("{:.1}", step * n as f64 + step * 0.1),
                y: format!("{:.1}", axis - height),
                width: format!("{:.1}", step * 0.8),
                height: format!("{height:.1}"),
                middle: format!("{:.1}", step * (n as f64 + 0.5)),
                count_y: format!("{:.1}", axis - height - 5.0),
                is_labelled: (lines.len() - 1 - n).is_multiple_of(apart),
            }
        };
        let dated: usize = lines.iter().map(|it| it.projects).sum();
        let span = if first == last { format!("{first}年") } else { format!("{first}年至{last}年") };
        Some(Self {
            title: format!("{span}各年开始的项目，共{dated}个"),
            height: axis + BELOW,
            axis,
            year_y: axis + 17.0,
            years: lines.iter().enumerate().map(year).collect(),
            undated,
            all: dated + undated,
            sum: wan(lines.iter().map(|it| it.sum).fold(Money::ZERO, Money::plus)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_bar_fills_the_picture_and_the_rest_is_one_bar() {
        let line = |n: usize| ShareLine { code: n.to_string(), name: format!("领域{n}"), projects: 20 - n };
        let lines: Vec<ShareLine> = (0..12).map(line).collect();
        let bars = Bars::of("sectors", "领域", "领域", &lines).unwrap();
        assert_eq!((bars.bars.len(), bars.bars[0].width.as_str()), (11, "400.0"));
        assert_eq!((bars.bars[10].name.as_str(), bars.bars[10].shown.as_str()), ("其余2项", "19个"));
        assert!(Bars::of("sectors", "领域", "领域", &[]).is_none());
    }

    #[test]
    fn a_timeline_has_room_for_its_labels() {
        let line = |year| YearLine { year, projects: 1, sum: Money::ZERO, with_sum: 0 };
        let years: Vec<YearLine> = (1990..2026).map(line).collect();
        let timeline = Timeline::of(&years, 2).unwrap();
        let labelled: Vec<i16> = timeline.years.iter().filter(|it| it.is_labelled).map(|it| it.year).collect();
        assert!(labelled.len() <= 9 && labelled.last() == Some(&2025), "{labelled:?}");
        assert_eq!(timeline.all, 38);
        assert!(Timeline::of(&[], 2).is_none());
    }
}
