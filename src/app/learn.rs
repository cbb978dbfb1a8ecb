//! Learns weights from what organizations actually took on.

use jiff::civil::Date;

use super::state::App;
use crate::domain::Principal;
use crate::error::AppError;
use crate::replay::{self, Learned};

impl App {
    /// Learns weights from what was on record on the day `as_of`; `says` receives messages on the progress.
    ///
    /// # Errors
    /// Too few records, rows that cannot be fitted, or a text index that cannot be read.
    pub fn learn(&self, _who: Principal, as_of: Date, says: &dyn Fn(&str)) -> Result<Learned, AppError> {
        replay::train(&self.catalog(), as_of, says)
    }
}
