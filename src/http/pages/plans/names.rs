//! Titles of needs and names of organizations for the ids in conditions.

use std::collections::HashMap;

use crate::app::App;
use crate::domain::{NeedId, OrganizationId, Principal};
use crate::plan::{Plan, PlanAsk};

/// Names by id. What has no name is called by its id.
#[derive(Default)]
pub(super) struct Names {
    needs: HashMap<String, String>,
    organizations: HashMap<String, String>,
}

impl Names {
    /// The names in a plan, and those of organizations that conditions name besides.
    pub(super) fn of(app: &App, who: Principal, plan: Option<&Plan>, asks: &[&PlanAsk]) -> Self {
        let mut names = Self::default();
        for need in plan.into_iter().flat_map(|plan| &plan.needs) {
            names.needs.insert(need.need.to_string(), need.title.clone());
            let partners = need.partners.iter().map(|it| (&it.organization, &it.name));
            let alternates = need.alternates.iter().map(|it| (&it.organization, &it.name));
            names.organizations.extend(partners.chain(alternates).map(|(id, name)| (id.to_string(), name.clone())));
        }
        for ask in asks {
            let pairs = ask.pairs.iter().map(|it| &it.organization);
            let budgets = ask.budgets.iter().map(|it| &it.organization);
            let projects = ask.project_limits.iter().map(|it| &it.organization);
            let earmarks = ask.earmarks.iter().map(|it| &it.organization);
            for id in pairs.chain(&ask.exclude).chain(budgets).chain(projects).chain(earmarks) {
                if !names.organizations.contains_key(id)
                    && let Some(found) = app.organization(who, &OrganizationId::new(id))
                {
                    names.organizations.insert(id.clone(), found.name);
                }
            }
            let pairs = ask.pairs.iter().map(|it| &it.need);
            let gaps = ask.gaps.iter().map(|it| &it.need);
            let partners = ask.partner_limits.iter().map(|it| &it.need);
            for id in pairs.chain(&ask.whole).chain(gaps).chain(partners) {
                if !names.needs.contains_key(id.as_str())
                    && let Ok(found) = app.need(who, &NeedId::new(id.as_str()))
                {
                    names.needs.insert(id.to_string(), found.need.title_or_start());
                }
            }
        }
        names
    }

    pub(super) fn need<'a>(&'a self, id: &'a str) -> &'a str {
        self.needs.get(id).map_or(id, String::as_str)
    }

    pub(super) fn organization<'a>(&'a self, id: &'a str) -> &'a str {
        self.organizations.get(id).map_or(id, String::as_str)
    }
}
