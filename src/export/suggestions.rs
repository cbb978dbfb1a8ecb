//! The suggestions for a list of needs, as a workbook to print and as CSV.

use jiff::civil::Date;
use rust_xlsxwriter::XlsxError;

use super::DocumentError;
use super::csv_rows::csv_rows;
use super::tables::{Cell, Column, Formats, Kind, Paper, Total, workbook, write_sheet_on};
use crate::domain::Money;

/// A need of the list with what is suggested for it.
#[derive(Debug, Clone, PartialEq)]
pub struct SuggestedNeed {
    /// Its id, or its row if it has none.
    pub need: String,
    /// Its title, or the start of its text.
    pub title: Option<String>,
    /// Names of its places.
    pub region: Option<String>,
    /// What it asks for.
    pub amount: Option<Money>,
    /// Best first.
    pub organizations: Vec<SuggestedOrganization>,
    /// Why nothing is suggested.
    pub error: Option<String>,
}

/// A suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedOrganization {
    /// Id of the organization.
    pub organization: String,
    /// Its name.
    pub name: String,
    /// The score on a scale from 0 to 100.
    pub fit: u8,
    /// The sum of the score's parts.
    pub score: i64,
    /// Reasons in sentences, and what to check first.
    pub reasons: Vec<String>,
}

const COLUMNS: [Column; 9] = [
    Column("需求", 28.0, Kind::Text, Total::None),
    Column("需求编号", 13.0, Kind::Text, Total::None),
    Column("地区", 18.0, Kind::Text, Total::None),
    Column("所需金额（万元）", 11.0, Kind::Money, Total::Sum),
    Column("名次", 6.5, Kind::Count, Total::None),
    Column("推荐组织", 26.0, Kind::Text, Total::None),
    Column("组织编号", 13.0, Kind::Text, Total::None),
    Column("匹配度", 8.0, Kind::Count, Total::None),
    Column("理由", 60.0, Kind::Text, Total::None),
];

/// The suggestions as an XLSX workbook, one row per suggestion. What a need asks for is in its first row only, so that it is summed
/// once.
///
/// # Errors
/// The document has more rows than the format allows.
pub fn suggestion_workbook(needs: &[SuggestedNeed], as_of: Date) -> Result<Vec<u8>, DocumentError> {
    noted_suggestion_workbook(needs, as_of, None)
}

/// The same with a note below the table, such as that needs are missing.
///
/// # Errors
/// The document has more rows than the format allows.
pub fn noted_suggestion_workbook(needs: &[SuggestedNeed], as_of: Date, note: Option<&str>) -> Result<Vec<u8>, DocumentError> {
    bytes(needs, as_of, note).map_err(DocumentError::from)
}

fn bytes(needs: &[SuggestedNeed], as_of: Date, note: Option<&str>) -> Result<Vec<u8>, XlsxError> {
    let rows: Vec<_> = needs.iter().flat_map(rows).collect();
    let mut book = workbook("需求推荐表", as_of)?;
    let sheet = book.add_worksheet().set_name("推荐")?;
    let below = write_sheet_on(sheet, &COLUMNS, &rows, Paper::draft(as_of))?;
    if let Some(note) = note {
        sheet.write_string_with_format(below, 0, note, &Formats::new().note)?;
    }
    book.save_to_buffer()
}

fn rows(need: &SuggestedNeed) -> Vec<Vec<Cell>> {
    let head = |is_first: bool| {
        vec![
            Cell::text(need.title.as_deref().unwrap_or_default()),
            Cell::text(&need.need),
            Cell::text(need.region.as_deref().unwrap_or_default()),
            need.amount.filter(|_| is_first).map_or(Cell::Blank, |amount| Cell::Number(amount.yuan())),
        ]
    };
    if need.organizations.is_empty() {
        let why = need.error.clone().unwrap_or_else(|| "没有可以推荐的组织".to_owned());
        return vec![[head(true), vec![Cell::Blank, Cell::Blank, Cell::Blank, Cell::Blank, Cell::Text(why)]].concat()];
    }
    let rows = need.organizations.iter().enumerate().map(|(n, it)| {
        let of_organization = vec![
            Cell::count(n + 1),
            Cell::text(&it.name),
            Cell::text(&it.organization),
            Cell::Number(f64::from(it.fit)),
            Cell::Text(it.reasons.join("\n")),
        ];
        [head(n == 0), of_organization].concat()
    });
    rows.collect()
}

/// The same as CSV with a byte order mark, without which Excel does not read UTF-8.
///
/// # Errors
/// The rows cannot be written.
pub fn suggestion_csv(needs: &[SuggestedNeed]) -> Result<Vec<u8>, DocumentError> {
    csv_rows(&COLUMNS, needs.iter().flat_map(rows), None)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;

    fn needs() -> Vec<SuggestedNeed> {
        let organization = |name: &str, reasons: &[&str]| SuggestedOrganization {
            organization: format!("o-{name}"),
            name: name.to_owned(),
            fit: 80,
            score: 400,
            reasons: reasons.iter().map(|&it| it.to_owned()).collect(),
        };
        let need = |id: &str, organizations, error: Option<&str>| SuggestedNeed {
            need: id.to_owned(),
            title: Some(format!("={id}净水")),
            region: Some("云南省迪庆藏族自治州德钦县".to_owned()),
            amount: Money::from_yuan(200_000.0),
            organizations,
            error: error.map(str::to_owned),
        };
        vec![
            need(
                "n1",
                vec![organization("甲", &["在当地做过2个项目", "领域相符"]), organization("乙", &[&"长".repeat(4000)])],
                None,
            ),
            need("n2", Vec::new(), Some("金额看不懂")),
        ]
    }

    #[test]
    fn titles_places_sums_and_reasons_are_there_and_nothing_is_cut_off() {
        let bytes = suggestion_workbook(&needs(), jiff::civil::date(2026, 11, 22)).unwrap();
        let range = Xlsx::new(Cursor::new(bytes)).unwrap().worksheet_range("推荐").unwrap();
        let text = |row, column| range.get((row, column)).unwrap().to_string();
        assert_eq!((text(1, 0).as_str(), text(1, 2).as_str()), ("=n1净水", "云南省迪庆藏族自治州德钦县"));
        assert_eq!((range.get((1, 3)), range.get((2, 3))), (Some(&Data::Float(20.0)), Some(&Data::Empty)));
        assert_eq!(text(1, 8), "在当地做过2个项目\n领域相符");
        let reasons: String = (2..range.height()).map(|row| text(row, 8)).collect();
        assert_eq!(reasons.matches('长').count(), 4000, "a long text goes on in the next rows");
        assert!(reasons.contains("金额看不懂"));
    }

    #[test]
    fn csv_has_the_same_rows_and_no_formula() {
        let text = String::from_utf8(suggestion_csv(&needs()).unwrap()).unwrap();
        assert!(text.starts_with("\u{feff}需求,需求编号,地区,所需金额（万元）"), "{text}");
        assert!(text.contains("\n'=n1净水,n1,云南省迪庆藏族自治州德钦县,20,1,甲,o-甲,80,"), "{text}");
    }
}
