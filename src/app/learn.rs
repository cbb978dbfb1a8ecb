//! Learns weights from what organizations actually took on.

use jiff::civil::Date;

use super::public_claims::{COLLECTED, PublicClaims};
use super::state::App;
use crate::domain::Principal;
use crate::error::AppError;
use crate::ingest::InputFile;
use crate::learn::ModelFile;
use crate::replay::{self, Learned, PublicFit};
use crate::score::Weights;

impl App {
    /// Learns weights around the default ones from what was on record on the day `as_of`; `says` receives messages on the
    /// progress.
    ///
    /// # Errors
    /// Too few records, rows that cannot be fitted, or a text index that cannot be read.
    pub fn learn(&self, _who: Principal, as_of: Date, says: &dyn Fn(&str)) -> Result<Learned, AppError> {
        let default = crate::learn::RankingModel::default();
        replay::train(&self.catalog(), &default.weights, &PublicClaims::read()?.seen(), as_of, says)
    }

    /// Fits the default weights to the public claims and judges them on events held back. With `registers`, they are judged once
    /// more with the organizations of these lists as further candidates; the fit does not see these.
    ///
    /// # Errors
    /// Rows that cannot be fitted.
    pub fn learn_public(_who: Principal, registers: &[InputFile], says: &dyn Fn(&str)) -> Result<PublicFit, AppError> {
        let public = PublicClaims::read()?;
        let mut wider = PublicClaims::read()?;
        registers.iter().try_for_each(|list| wider.add(list))?;
        let narrow = |projects| public.catalog(projects);
        let wide = |projects| wider.catalog(projects);
        let wide: Option<&replay::Directory<'_>> = if registers.is_empty() { None } else { Some(&wide) };
        replay::fit_public(&public.claims, COLLECTED, &narrow, wide, says)
    }

    /// The weights that a new fit to the public claims finds with the strength of the prior of `model`.
    ///
    /// # Errors
    /// Rows that cannot be fitted.
    pub fn refit_public(model: &ModelFile) -> Result<Weights, AppError> {
        let public = PublicClaims::read()?;
        replay::refit(&public.claims, model, &|projects| public.catalog(projects))
    }
}
