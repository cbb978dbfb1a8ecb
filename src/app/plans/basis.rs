//! What a plan was made from: its conditions, its needs and the plan before it, kept with it so that planning can go on.

use std::io::Write as _;

use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

use crate::app::state::App;
use crate::domain::{NeedId, Principal};
use crate::error::{AppError, Code};
use crate::plan::{Plan, PlanAsk, PlanDifference, PlanNeeds, ReadNeeds};

/// Names of documents of a plan job.
const BASIS: &str = "basis.json";
const NEEDS: &str = "needs.json";
const DIFFERENCE: &str = "difference.json";

/// What a plan was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanBasis {
    /// The conditions.
    pub ask: PlanAsk,
    /// Its needs in words.
    pub about: String,
    /// The job of the earlier plan that it started from, if that was a kept one.
    pub before: Option<String>,
    pub(in crate::app) needs: NeedsBasis,
}

/// The needs of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::app) enum NeedsBasis {
    /// All open needs.
    Open,
    /// Some needs of the data directory.
    Stored(Vec<NeedId>),
    /// Those of a list that was not stored; what was read of it is a document of its own.
    Read,
}

impl App {
    /// Keeps what a plan is made from. Must be called from a thread that may block.
    pub(in crate::app) fn keep_basis(
        &self,
        id: &str,
        ask: &PlanAsk,
        needs: &PlanNeeds,
        about: &str,
        before: Option<&str>,
    ) -> Result<(), AppError> {
        let kept = match needs {
            PlanNeeds::Open => NeedsBasis::Open,
            PlanNeeds::Stored(ids) => NeedsBasis::Stored(ids.clone()),
            PlanNeeds::Read(read) => {
                self.keep_json(id, NEEDS, read)?;
                NeedsBasis::Read
            }
            PlanNeeds::File(_) => return Err(AppError::new(Code::JobStore, "the needs of a file are read before they are kept")),
        };
        let (about, before) = (about.to_owned(), before.map(str::to_owned));
        self.keep_json(id, BASIS, &PlanBasis { ask: ask.clone(), about, before, needs: kept })
    }

    /// Keeps how a plan differs from the one before.
    pub(in crate::app) fn keep_difference(&self, id: &str, before: &Plan, now: &Plan) -> Result<(), AppError> {
        self.keep_json(id, DIFFERENCE, &PlanDifference::between(before, now))
    }

    pub(in crate::app) fn keep_json(&self, id: &str, name: &str, value: &impl Serialize) -> Result<(), AppError> {
        self.background.keep_document(id, name, |out| {
            let mut out = std::io::BufWriter::new(out);
            let written = serde_json::to_writer(&mut out, value).map_err(std::io::Error::from).and_then(|()| out.flush());
            written.map_err(|error| AppError::caused(Code::JobStore, error))
        })
    }

    /// The needs that a plan was made for, as its basis names them.
    pub(in crate::app) fn needs_of(&self, id: &str, basis: &PlanBasis) -> Result<PlanNeeds, AppError> {
        Ok(match &basis.needs {
            NeedsBasis::Open => PlanNeeds::Open,
            NeedsBasis::Stored(ids) => PlanNeeds::Stored(ids.clone()),
            NeedsBasis::Read => {
                let read: Option<ReadNeeds> = Handle::current().block_on(self.kept_json(id, NEEDS))?;
                PlanNeeds::Read(Box::new(read.ok_or_else(|| gone(id))?))
            }
        })
    }

    /// What a plan was made from; `None` if it has not begun, or an earlier version made it.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn plan_basis(&self, _who: Principal, id: &str) -> Result<Option<PlanBasis>, AppError> {
        self.kept_json(id, BASIS).await
    }

    /// How a plan differs from the one that it started from; `None` if it started from none.
    ///
    /// # Errors
    /// The job store cannot be read.
    pub async fn plan_difference(&self, _who: Principal, id: &str) -> Result<Option<PlanDifference>, AppError> {
        self.kept_json(id, DIFFERENCE).await
    }

    async fn kept_json<T: serde::de::DeserializeOwned>(&self, id: &str, name: &str) -> Result<Option<T>, AppError> {
        let Some(bytes) = self.background.whole_document(id, name).await? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| AppError::caused(Code::JobStore, error))
    }
}

/// The error for a plan that is no longer kept.
pub(in crate::app) fn gone(id: &str) -> AppError {
    AppError::not_found("plan", format!("没有编号为“{}”的方案，或已不再保留", crate::excerpt::excerpt(id)))
}
