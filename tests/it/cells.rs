//! The field readers against the answers of `cells.tsv`, cell by cell.

use jiff::civil::{Date, date};

use qianshou::domain::Money;
use qianshou::understand::{AmountField, amount_field_in, beneficiaries_field, deadline_field};

/// The day on which the cells of the table are read.
const TODAY: Date = date(2021, 3, 1);

struct Cell<'a> {
    kind: &'a str,
    heading: &'a str,
    text: String,
    /// `min max hedge unit`, as the table has them.
    answer: String,
}

fn cells() -> Vec<Cell<'static>> {
    let rows = include_str!("cells.tsv").lines().skip(1);
    let cells = rows.map(|row| {
        let columns: Vec<&str> = row.split('\t').collect();
        let [kind, heading, text, min, max, hedge, unit] = columns[..] else { panic!("seven columns: {row}") };
        let text = text.replace("\\n", "\n").replace("\\t", "\t");
        let answer = match (kind, min) {
            (_, "unknown" | "unreadable") => min.to_owned(),
            ("date", _) => min.to_owned(),
            ("amount", _) => format!("{} {} {hedge}", fen(min), fen(max)),
            _ => format!("{min} {max} {hedge} {unit}"),
        };
        Cell { kind, heading, text, answer }
    });
    cells.collect()
}

fn fen(yuan: &str) -> String {
    yuan.parse().ok().and_then(Money::from_yuan).map_or_else(String::new, |money| money.fen().to_string())
}

fn amount(cell: &Cell<'_>) -> String {
    let yuan_per_unit = if cell.heading.contains("万元") { 10_000.0 } else { 1.0 };
    let end = |money: Option<Money>| money.map_or_else(String::new, |money| money.fen().to_string());
    match amount_field_in(&cell.text, yuan_per_unit) {
        AmountField::Sum(it) => format!("{} {} {}", end(it.min_fen), end(it.max_fen), it.hedge.unwrap_or_else(|| "-".to_owned())),
        AmountField::Open => "unknown".to_owned(),
        AmountField::WithoutUnit | AmountField::Foreign | AmountField::Unreadable => "unreadable".to_owned(),
    }
}

fn people(cell: &Cell<'_>) -> String {
    let end = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
    beneficiaries_field(&cell.text).map_or_else(
        || "unknown".to_owned(),
        |it| format!("{} {} {} {}", end(it.min), end(it.max), it.hedge.unwrap_or_else(|| "-".to_owned()), it.unit),
    )
}

fn day(cell: &Cell<'_>) -> String {
    deadline_field(&cell.text, TODAY).map_or_else(|| "unknown".to_owned(), |it| it.not_after.to_string())
}

#[test]
fn every_cell_reads_as_its_answer_says() {
    let cells = cells();
    let wrong = cells.iter().filter_map(|cell| {
        let read = match cell.kind {
            "amount" => amount(cell),
            "people" => people(cell),
            _ => day(cell),
        };
        (read != cell.answer).then(|| format!("{} | {:?}: read {read}, answer {}", cell.heading, cell.text, cell.answer))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cells.len(), wrong.join("\n"));
}
