//! A plan for many needs at once.

use crate::app::state::App;
use crate::domain::Principal;
use crate::error::AppError;
use crate::plan::{self, Plan, PlanAsk, PlanControl, PlanNeeds};

impl App {
    /// Plans partners for many needs at once. With `keep`, starts from an earlier plan.
    ///
    /// # Errors
    /// Conditions that are invalid or contradict each other, by name; a text index that cannot be read; or a record that is
    /// damaged.
    pub fn plan(
        &self,
        _who: Principal,
        ask: &PlanAsk,
        needs: &PlanNeeds,
        keep: Option<&Plan>,
        control: &PlanControl<'_>,
    ) -> Result<Plan, AppError> {
        let plan = plan::plan(&self.catalog(), &self.model.weights, self.today(), ask, needs, keep, control)?;
        self.sound()?;
        Ok(plan)
    }
}
