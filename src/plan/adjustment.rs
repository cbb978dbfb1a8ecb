//! Changes of single conditions of a plan, as relaxations and coordinators make them.

use super::{Adjustment, BudgetAsk, PairAsk, PairRule, PartnerLimitAsk, PlanAsk, ProjectLimitAsk};
use crate::domain::{NeedId, OrganizationId};
use crate::request::AmountInput;

impl Adjustment {
    /// Changes the conditions for this need. What they said of the same thing before is replaced.
    pub fn apply(&self, need: &NeedId, ask: &mut PlanAsk) {
        match self {
            Self::Budget { organization, yuan } => ask.set_budget(organization, Some(AmountInput::Yuan(*yuan))),
            Self::Projects { organization, most } => ask.set_project_limit(organization, Some(*most)),
            Self::Partners { most } => ask.set_partner_limit(need, Some(*most)),
            Self::Share { organization, yuan } => {
                ask.set_pair(need, organization, Some((PairRule::Force, Some(AmountInput::Yuan(*yuan)))));
            }
            Self::Invite { organization } => ask.set_pair(need, organization, Some((PairRule::Invite, None))),
            Self::Changes { most } => ask.max_changes = Some(*most as usize),
        }
    }
}

/// Changes of single conditions. `None` takes a condition back.
impl PlanAsk {
    /// Decides on a pair.
    pub fn set_pair(&mut self, need: &NeedId, organization: &OrganizationId, rule: Option<(PairRule, Option<AmountInput>)>) {
        self.pairs.retain(|it| it.need != *need || it.organization != organization.as_str());
        let pair =
            rule.map(|(rule, amount)| PairAsk { need: need.clone(), organization: organization.to_string(), rule, amount });
        self.pairs.extend(pair);
    }

    /// Leaves an organization out, or takes that back. What was decided on it, or set for it, gives way.
    pub fn set_excluded(&mut self, organization: &OrganizationId, is_excluded: bool) {
        self.exclude.retain(|it| it != organization.as_str());
        if is_excluded {
            self.exclude.push(organization.to_string());
            self.pairs.retain(|it| it.organization != organization.as_str());
        }
    }

    /// Sets what an organization can give.
    pub fn set_budget(&mut self, organization: &OrganizationId, amount: Option<AmountInput>) {
        self.budgets.retain(|it| it.organization != organization.as_str());
        self.budgets.extend(amount.map(|amount| BudgetAsk { organization: organization.to_string(), amount }));
    }

    /// Sets in how many needs an organization takes part at most.
    pub fn set_project_limit(&mut self, organization: &OrganizationId, most: Option<u32>) {
        self.project_limits.retain(|it| it.organization != organization.as_str());
        self.project_limits.extend(most.map(|most| ProjectLimitAsk { organization: organization.to_string(), most }));
    }

    /// Sets what a need asks for.
    pub fn set_gap(&mut self, need: &NeedId, amount: Option<AmountInput>) {
        self.gaps.retain(|it| it.need != *need);
        self.gaps.extend(amount.map(|amount| super::GapAsk { need: need.clone(), amount }));
    }

    /// Sets how many partners a need has at most.
    pub fn set_partner_limit(&mut self, need: &NeedId, most: Option<u32>) {
        self.partner_limits.retain(|it| it.need != *need);
        self.partner_limits.extend(most.map(|most| PartnerLimitAsk { need: need.clone(), most }));
    }

    /// Says whether a need is met in full or not at all.
    pub fn set_whole(&mut self, need: &NeedId, is_whole: bool) {
        self.whole.retain(|it| it != need);
        if is_whole && !self.all_whole {
            self.whole.push(need.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_said_once_and_can_be_taken_back() {
        let (need, organization) = (NeedId::new("n"), OrganizationId::new("o"));
        let mut ask = PlanAsk::default();
        for rule in [PairRule::Lock, PairRule::Forbid, PairRule::Force] {
            ask.set_pair(&need, &organization, Some((rule, None)));
            assert_eq!(ask.pairs.iter().map(|it| it.rule).collect::<Vec<_>>(), [rule]);
        }
        ask.set_excluded(&organization, true);
        assert!(ask.pairs.is_empty() && ask.exclude == ["o"], "who is left out is not planned with");
        ask.set_excluded(&organization, false);
        for yuan in [10.0, 20.0] {
            Adjustment::Budget { organization: organization.clone(), yuan }.apply(&need, &mut ask);
        }
        Adjustment::Partners { most: 4 }.apply(&need, &mut ask);
        Adjustment::Projects { organization: organization.clone(), most: 2 }.apply(&need, &mut ask);
        Adjustment::Invite { organization: organization.clone() }.apply(&need, &mut ask);
        ask.set_gap(&need, Some(AmountInput::Yuan(5.0)));
        ask.set_whole(&need, true);
        assert_eq!((ask.budgets.len(), ask.partner_limits.len(), ask.gaps.len(), ask.whole.len()), (1, 1, 1, 1));
        ask.set_pair(&need, &organization, None);
        ask.set_budget(&organization, None);
        ask.set_project_limit(&organization, None);
        ask.set_partner_limit(&need, None);
        ask.set_gap(&need, None);
        ask.set_whole(&need, false);
        assert_eq!(ask, PlanAsk::default());
    }

    #[test]
    fn conditions_are_kept_as_they_are() {
        let mut ask =
            PlanAsk { max_partners: Some(3), min_ticket: Some(AmountInput::Text("2万".to_owned())), ..PlanAsk::default() };
        ask.set_pair(&NeedId::new("n"), &OrganizationId::new("o"), Some((PairRule::Lock, Some(AmountInput::Yuan(12.5)))));
        let json = serde_json::to_string(&ask).unwrap();
        assert_eq!(serde_json::from_str::<PlanAsk>(&json).unwrap(), ask);
        assert_eq!(serde_json::from_str::<PlanAsk>("{}").unwrap(), PlanAsk::default());
    }
}
