//! A person's decision on a row that may be a stored need: which need it is, or that it is a new one.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::NeedId;
use crate::excerpt::excerpt;

/// What stands for a new need.
const NEW: [&str; 3] = ["new", "新", "新需求"];

/// Which need a row is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SameRow {
    /// The sheet; `None` if the file has one only, or the row is in one only.
    pub sheet: Option<String>,
    /// Physical row or line, from 1.
    pub row: u64,
    /// The stored need; `None` for a new one.
    pub need: Option<NeedId>,
}

impl FromStr for SameRow {
    type Err = String;

    /// Reads `行号=编号`, `工作表!行号=编号` and `行号=new`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{}”应写成 行号=编号、工作表!行号=编号 或 行号=new", excerpt(text));
        let (place, need) = text.split_once('=').ok_or_else(wrong)?;
        let (sheet, row) = match place.rsplit_once(['!', '！']) {
            Some((sheet, row)) => (Some(sheet.trim().to_owned()).filter(|sheet| !sheet.is_empty()), row),
            None => (None, place),
        };
        let row = row.trim().trim_start_matches('第').trim_end_matches('行').parse().ok().filter(|row| *row > 0);
        let (row, need) = (row.ok_or_else(wrong)?, need.trim());
        if need.is_empty() {
            return Err(wrong());
        }
        Ok(Self { sheet, row, need: (!NEW.contains(&need)).then(|| NeedId::new(need)) })
    }
}

impl SameRow {
    /// Reads several decisions, parted by commas, semicolons or line breaks.
    ///
    /// # Errors
    /// One of them is none.
    pub fn several(text: &str) -> Result<Vec<Self>, String> {
        let parts = text.split([',', '，', ';', '；', '\n']).map(str::trim).filter(|part| !part.is_empty());
        parts.map(str::parse).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_are_read_as_people_write_them() {
        let row = |sheet: Option<&str>, row, need: Option<&str>| SameRow {
            sheet: sheet.map(str::to_owned),
            row,
            need: need.map(NeedId::new),
        };
        assert_eq!("3=n-1".parse(), Ok(row(None, 3, Some("n-1"))));
        assert_eq!("德钦县!3=n=1".parse(), Ok(row(Some("德钦县"), 3, Some("n=1"))));
        assert_eq!(" 第3行 = new ".parse(), Ok(row(None, 3, None)));
        assert_eq!(SameRow::several("3=n-1；4=new,\n").unwrap().len(), 2);
        for wrong in ["3", "=n-1", "0=n-1", "x=n-1", "3=", "-1=n"] {
            assert!(wrong.parse::<SameRow>().is_err(), "{wrong}");
        }
    }
}
