//! Titles of needs and names of organizations for the ids in conditions.

use std::collections::HashMap;

use crate::app::App;
use crate::domain::{NeedId, OrganizationId, Principal};
use crate::plan::{Plan, PlanAsk, PlanDifference};

/// A title with the place of its need.
pub(super) fn titled(title: &str, place: Option<&str>) -> String {
    place.map_or_else(|| title.to_owned(), |place| format!("{title}（{place}）"))
}

/// Names by id. What has no name is called by its id.
#[derive(Default)]
pub(super) struct Names {
    /// Title and place: many needs have the same title.
    needs: HashMap<String, String>,
    organizations: HashMap<String, String>,
}

impl Names {
    /// The names in a plan, and those of organizations that conditions name besides.
    pub(super) fn of(app: &App, who: Principal, plan: Option<&Plan>, asks: &[&PlanAsk]) -> Self {
        let mut names = Self::default();
        for need in plan.into_iter().flat_map(|plan| &plan.needs) {
            names.needs.insert(need.need.to_string(), titled(&need.title, need.region.as_deref()));
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
                    names.needs.insert(id.to_string(), titled(&found.need.title_or_start(), found.need.place_names().as_deref()));
                }
            }
        }
        names
    }

    /// Adds the needs of a difference that neither the plan nor conditions name.
    pub(super) fn add_differing(&mut self, app: &App, who: Principal, difference: &PlanDifference) {
        for it in &difference.needs {
            if !self.needs.contains_key(it.need.as_str()) {
                let place = app.need(who, &it.need).ok().and_then(|found| found.need.place_names());
                self.needs.insert(it.need.to_string(), titled(&it.title, place.as_deref()));
            }
        }
    }

    pub(super) fn need<'a>(&'a self, id: &'a str) -> &'a str {
        self.needs.get(id).map_or(id, String::as_str)
    }

    pub(super) fn organization<'a>(&'a self, id: &'a str) -> &'a str {
        self.organizations.get(id).map_or(id, String::as_str)
    }
}
