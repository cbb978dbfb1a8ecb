//! No cell vanishes: whatever tables, notes and hints a sheet is made of, each of its rows is accepted, rejected or skipped, and
//! is what it was made as.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Grid, needs};

/// What a line of a sheet is made as.
#[derive(Debug, Clone)]
enum Line {
    /// A record, its last cell a sum of this many yuan.
    Record(u32),
    /// A record with a remark in the margin.
    WithMargin,
    /// A record whose place is unknown.
    Broken,
    Note,
    Total,
    Header,
    Blank,
}

#[derive(Debug, Clone)]
struct Part {
    has_title: bool,
    has_hint: bool,
    /// Which headings it has.
    form: usize,
    /// Whether the same headings stand beside it a second time.
    is_double: bool,
    lines: Vec<Line>,
}

const FORMS: [&str; 4] = [
    "项目名称|需求县|资金缺口（元）",
    "序号|需求名称|地区|所需资金(元)",
    "接收单位|物资名称|需求县|金额（元）",
    "物资名称|需求县|小计（元）|规格型号",
];

fn line() -> impl Strategy<Value = Line> {
    prop_oneof![
        6 => (1_000_u32..90_000).prop_map(Line::Record),
        1 => Just(Line::WithMargin),
        1 => Just(Line::Broken),
        1 => Just(Line::Note),
        1 => Just(Line::Total),
        1 => Just(Line::Header),
        1 => Just(Line::Blank),
    ]
}

fn part() -> impl Strategy<Value = Part> {
    let flags = (any::<bool>(), prop::bool::weighted(0.3), 0..FORMS.len(), prop::bool::weighted(0.3));
    (flags, vec(line(), 1..6)).prop_map(|((has_title, has_hint, form, is_double), mut lines)| {
        lines.insert(0, Line::Record(5_000));
        Part { has_title, has_hint, form, is_double, lines }
    })
}

/// What must become of a row: the titles of its records; none for a row that is no record.
type Expected = Vec<(u64, Vec<String>)>;

/// The cells of a record in a form.
fn record(form: usize, title: &str, place: &str, yuan: u32) -> String {
    match form {
        0 => format!("{title}|{place}|{yuan}"),
        1 => format!("7|{title}|{place}|{yuan}"),
        2 => format!("甲单位|{title}|{place}|{yuan}"),
        _ => format!("{title}|{place}|{yuan}|大号"),
    }
}

fn sheet(parts: &[Part]) -> (Grid, Expected, Vec<u64>) {
    let (mut grid, mut expected, mut broken, mut row) = (Grid::default(), Vec::new(), Vec::new(), 0_u32);
    for (p, part) in parts.iter().enumerate() {
        let header = FORMS[part.form];
        let width = header.split('|').count() as u16;
        let beside = part.is_double.then_some(width + 1);
        if part.has_title || p > 0 {
            grid.line(row, 0, &format!("第{}批清单", p + 1));
            row += 1;
        }
        let put_header = |grid: &mut Grid, row: u32| {
            grid.line(row, 0, header);
            if let Some(from) = beside {
                grid.line(row, from, header);
            }
        };
        put_header(&mut grid, row);
        row += 1;
        if part.has_hint {
            grid.line(row, 0, &vec!["（必填）"; width as usize].join("|"));
            expected.push((u64::from(row) + 1, Vec::new()));
            row += 1;
        }
        for (n, line) in part.lines.iter().enumerate() {
            let number = u64::from(row) + 1;
            let title = format!("净水{p}甲{n}乙");
            match line {
                Line::Record(yuan) => {
                    grid.line(row, 0, &record(part.form, &title, "德钦县", *yuan));
                    let mut titles = vec![title.clone()];
                    if let Some(from) = beside {
                        grid.line(row, from, &record(part.form, &format!("{title}右"), "维西县", *yuan));
                        titles.push(format!("{title}右"));
                    }
                    expected.push((number, titles));
                }
                Line::WithMargin => {
                    grid.line(row, 0, &record(part.form, &title, "德钦县", 3_000));
                    grid.line(row, 20, "页边的话");
                    expected.push((number, vec![title]));
                }
                Line::Broken => {
                    grid.line(row, 0, &record(part.form, &title, "没有的县", 3_000));
                    broken.push(number);
                }
                Line::Note => {
                    grid.line(row, 0, "※ 以上各项已经核实");
                    expected.push((number, Vec::new()));
                }
                Line::Total => {
                    grid.line(row, 0, "合计");
                    grid.line(row, width - 1, "9000");
                    expected.push((number, Vec::new()));
                }
                Line::Header => {
                    put_header(&mut grid, row);
                    expected.push((number, Vec::new()));
                }
                Line::Blank => {}
            }
            row += 1;
        }
    }
    (grid, expected, broken)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_row_of_any_sheet_is_what_it_was_made_as(parts in vec(part(), 1..4)) {
        let (grid, expected, broken) = sheet(&parts);
        let report = grid.report();
        let found = needs(&report);
        for (row, titles) in &expected {
            let read: Vec<&str> = found.iter().filter(|(at, _)| at == row).filter_map(|(_, need)| need.record.title.as_deref()).collect();
            prop_assert_eq!(&read, titles, "row {}", row);
            prop_assert!(!titles.is_empty() || report.skipped.head().iter().any(|it| it.row == *row), "row {} is gone", row);
        }
        let rejected: Vec<u64> = report.rejected.head().iter().map(|it| it.row).collect();
        for row in &broken {
            prop_assert!(rejected.contains(row), "row {} is not rejected", row);
        }
        // Every cell below the first header is accounted for, and the ones in the margin by their column.
        let first = grid.cells.iter().find(|(_, text)| text.contains("名称")).map_or(0, |((row, _), _)| u64::from(*row) + 1);
        for (&(row, column), text) in grid.cells.iter().filter(|((row, _), _)| u64::from(*row) + 1 > first) {
            let number = u64::from(row) + 1;
            let is_known = found.iter().any(|(at, _)| *at == number)
                || rejected.contains(&number)
                || report.skipped.head().iter().any(|it| it.row == number);
            prop_assert!(is_known, "row {} with {} is gone", number, text);
            let is_skipped = || report.skipped.head().iter().any(|it| it.row == number);
            let is_named = || report.warnings.head().iter().any(|it| it.row == number && it.column.as_deref() == Some("U")) || is_skipped();
            prop_assert!(column != 20 || is_named(), "{} in the margin of row {} is gone", text, number);
        }
    }
}
