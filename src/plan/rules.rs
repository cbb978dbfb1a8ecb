//! What a coordinator decides beforehand, resolved: sums, pairs, reserves, earmarked money.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::money::{Capacity, Source, sum};
use super::needs::Wanted;
use super::settings::{PlanSetting, SettingName, SettingValue};
use super::{PairRule, PlanAsk};
use crate::catalog::{Catalog, View};
use crate::domain::{Money, NeedId};
use crate::error::AppError;
use crate::reference::Taxonomy;
use crate::request::{AmountInput, find_organization};
use crate::score::{Limit, Question, Scorer};
use crate::understand::{RegionField, region_field, sector_field};

/// Default minimum fit of a partner.
const MIN_FIT: u8 = 5;
/// Default smallest share, in yuan.
const MIN_TICKET_YUAN: i64 = 10_000;

/// A decision on a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) organization: usize,
    pub(super) rule: PairRule,
    pub(super) yuan: Option<i64>,
}

/// Money reserved for some needs.
pub(super) struct Reserve {
    pub(super) name: String,
    pub(super) yuan: i64,
    /// Indexes of its needs.
    pub(super) needs: Vec<usize>,
}

/// Money of an organization that is earmarked for a sector.
pub(super) struct Earmark {
    pub(super) organization: usize,
    /// Number of a sector; needs of it and of its children may draw on the money.
    pub(super) sector: usize,
    pub(super) yuan: i64,
}

/// All conditions of a plan.
pub(super) struct Rules {
    pub(super) min_fit: u8,
    pub(super) min_ticket_yuan: i64,
    pub(super) max_ticket_yuan: Option<i64>,
    pub(super) unknown_budget: Option<Money>,
    pub(super) pairs: Vec<Pair>,
    /// The need of each pair.
    pair_needs: Vec<NeedId>,
    of_need: HashMap<(NeedId, usize), usize>,
    pub(super) reserves: Vec<Reserve>,
    pub(super) earmarks: Vec<Earmark>,
    /// Organizations that take no part, by position.
    excluded: BTreeSet<usize>,
    /// Yuan that organizations can give in this plan.
    budgets: BTreeMap<usize, i64>,
    /// Needs that organizations take part in at most.
    project_limits: BTreeMap<usize, u32>,
}

impl Rules {
    /// Resolves names and sums, and refuses contradictions.
    pub(super) fn new(catalog: &Catalog, view: &View, ask: &PlanAsk, wanted: &[Wanted]) -> Result<Self, AppError> {
        let yuan = |field, amount: &Option<AmountInput>| amount.as_ref().map(|it| sum(field, it)).transpose();
        let mut rules = Self {
            min_fit: ask.min_fit.unwrap_or(MIN_FIT),
            min_ticket_yuan: yuan("min_ticket", &ask.min_ticket)?.unwrap_or(MIN_TICKET_YUAN),
            max_ticket_yuan: yuan("max_ticket", &ask.max_ticket)?,
            unknown_budget: yuan("unknown_budget", &ask.unknown_budget)?.and_then(|yuan| Money::from_fen(yuan * 100)),
            pairs: Vec::new(),
            pair_needs: Vec::new(),
            of_need: HashMap::new(),
            reserves: Vec::new(),
            earmarks: Vec::new(),
            excluded: BTreeSet::new(),
            budgets: BTreeMap::new(),
            project_limits: BTreeMap::new(),
        };
        let find =
            |field: &'static str, name: &str| find_organization(catalog, view, name).map_err(|error| error.at_field(field));
        for name in &ask.exclude {
            rules.excluded.insert(find("exclude", name)?);
        }
        for it in &ask.budgets {
            rules.budgets.insert(find("budgets", &it.organization)?, sum("budgets", &it.amount)?);
        }
        for it in &ask.project_limits {
            rules.project_limits.insert(find("project_limits", &it.organization)?, it.most);
        }
        if let Some(max) = rules.max_ticket_yuan.filter(|&max| max < rules.min_ticket_yuan) {
            let message = format!("单家最高金额（{max}元）低于最低金额（{}元）", rules.min_ticket_yuan);
            return Err(AppError::invalid("max_ticket", message));
        }
        for pair in &ask.pairs {
            let organization = find("pairs", &pair.organization)?;
            let name = catalog.organization_facts(organization).name();
            let amount = yuan("pairs", &pair.amount)?;
            let need = wanted.iter().find(|it| it.id == pair.need).map_or(pair.need.as_str(), |it| it.title.as_str());
            if pair.rule != PairRule::Forbid && rules.excluded.contains(&organization) {
                let message = format!("“{name}”不列入本方案，不能又指定给需求“{need}”");
                return Err(AppError::invalid("pairs", message));
            }
            if pair.rule == PairRule::Lock && amount.is_none_or(|yuan| yuan <= 0) {
                let message = format!("锁定“{need}”与“{name}”须写明大于0的金额");
                return Err(AppError::invalid("pairs", message));
            }
            if pair.rule == PairRule::Force && amount == Some(0) {
                return Err(AppError::invalid("pairs", format!("指定“{need}”与“{name}”的金额应大于0")));
            }
            let meant = Pair { organization, rule: pair.rule, yuan: amount };
            match rules.of_need.insert((pair.need.clone(), organization), rules.pairs.len()) {
                Some(first) if rules.pairs[first] != meant => {
                    let message = format!("对需求“{need}”与“{name}”有互相矛盾的规定（指定、锁定、放宽限制与排除只能取一）");
                    return Err(AppError::invalid("pairs", message));
                }
                _ => {
                    rules.pairs.push(meant);
                    rules.pair_needs.push(pair.need.clone());
                }
            }
        }
        rules.earmark(catalog, view, ask)?;
        rules.reserve(catalog, ask, wanted)?;
        Ok(rules)
    }

    fn earmark(&mut self, catalog: &Catalog, view: &View, ask: &PlanAsk) -> Result<(), AppError> {
        for it in &ask.earmarks {
            let organization = find_organization(catalog, view, &it.organization).map_err(|error| error.at_field("earmarks"))?;
            let unknown = || AppError::invalid("earmarks", format!("没有“{}”这个领域", it.sector));
            let code = sector_field(&catalog.reference.taxonomy, &it.sector).ok_or_else(unknown)?;
            let sector = catalog.reference.taxonomy.sector(&code).ok_or_else(unknown)?;
            self.earmarks.push(Earmark { organization, sector, yuan: sum("earmarks", &it.amount)? });
            let capacity = self.capacity(catalog, view, organization);
            let all = self.earmarked(organization);
            if capacity.source != Source::Unknown && all > capacity.yuan {
                let (name, most) = (catalog.organization_facts(organization).name(), capacity.yuan as f64 / 10_000.0);
                let all = all as f64 / 10_000.0;
                let message = format!("“{name}”的专项资金合计{all}万元，超过其可用资金{most}万元（{}）", capacity.source.label());
                return Err(AppError::invalid("earmarks", message));
            }
        }
        Ok(())
    }

    fn reserve(&mut self, catalog: &Catalog, ask: &PlanAsk, wanted: &[Wanted]) -> Result<(), AppError> {
        if ask.region_fairness && !ask.reserves.is_empty() {
            return Err(AppError::invalid("reserves", "预留资金与地区公平不能同时使用；请去掉其中一项"));
        }
        let taxonomy = &catalog.reference.taxonomy;
        let mut owner: Vec<Option<usize>> = vec![None; wanted.len()];
        for it in &ask.reserves {
            let target = it.target.trim();
            let needs: Vec<usize> = if let Some(sector) = sector_field(taxonomy, target).and_then(|code| taxonomy.sector(&code)) {
                let has = |question: &Question| in_sector(catalog, question, sector);
                (0..wanted.len()).filter(|&need| has(&wanted[need].question)).collect()
            } else if let RegionField::Certain(places) = region_field(&catalog.reference, target, None, false) {
                let divisions = catalog.reference.divisions;
                let lies = |place| places.iter().any(|around| divisions.contains(around.code, place));
                (0..wanted.len()).filter(|&need| wanted[need].place.is_some_and(lies)).collect()
            } else {
                return Err(AppError::invalid("reserves", format!("“{target}”既不是领域，也不是能确定的地区")));
            };
            if needs.is_empty() {
                return Err(AppError::invalid("reserves", format!("方案中没有“{target}”的需求，无从预留")));
            }
            for &need in &needs {
                if let Some(first) = owner[need].replace(self.reserves.len()) {
                    let (title, first) = (&wanted[need].title, &self.reserves[first].name);
                    return Err(AppError::invalid("reserves", format!("需求“{title}”同时属于“{first}”和“{target}”两项预留")));
                }
            }
            self.reserves.push(Reserve { name: target.to_owned(), yuan: sum("reserves", &it.amount)?, needs });
        }
        Ok(())
    }

    /// True if an organization takes no part in the plan.
    pub(super) fn excludes(&self, organization: usize) -> bool {
        self.excluded.contains(&organization)
    }

    /// What an organization can give: as the plan sets it, else as it states or as is estimated. What the coordinator has
    /// locked or forced outranks an estimate.
    pub(super) fn capacity(&self, catalog: &Catalog, view: &View, organization: usize) -> Capacity {
        if let Some(&yuan) = self.budgets.get(&organization) {
            return Capacity { yuan, source: Source::Set };
        }
        let estimate = Capacity::estimate(catalog, view, organization, self.unknown_budget);
        let decided = self.pairs.iter().filter(|it| it.organization == organization && it.rule != PairRule::Forbid);
        let decided: i64 = decided.filter_map(|it| it.yuan).sum();
        if estimate.source != Source::Budget && decided > estimate.yuan {
            return Capacity { yuan: decided, source: Source::Decided };
        }
        estimate
    }

    /// The number of needs that an organization may take part in, where the plan sets it.
    pub(super) fn project_limit(&self, organization: usize) -> Option<u32> {
        self.project_limits.get(&organization).copied()
    }

    /// Organizations whose money or number of needs the plan sets.
    pub(super) fn raised(&self) -> impl Iterator<Item = usize> {
        self.budgets.keys().chain(self.project_limits.keys()).copied()
    }

    /// The first limit that keeps an organization from a need in this plan.
    pub(super) fn limit(&self, need: &NeedId, scorer: &Scorer<'_>, organization: usize) -> Option<Limit> {
        let is_lifted = |limit: &Limit| match limit {
            Limit::NoBudget => self.budgets.contains_key(&organization),
            Limit::NoSlot => self.project_limits.contains_key(&organization),
            Limit::ExcludedRegion | Limit::ExcludedSector => {
                self.pair(need, organization).is_some_and(|pair| pair.rule == PairRule::Invite)
            }
            _ => false,
        };
        scorer.limits(organization).into_iter().find(|limit| !is_lifted(limit))
    }

    /// The decision on a pair.
    pub(super) fn pair(&self, need: &NeedId, organization: usize) -> Option<Pair> {
        self.of_need.get(&(need.clone(), organization)).map(|&at| self.pairs[at])
    }

    /// The pairs that must be in the plan, with their needs.
    pub(super) fn wanted_pairs(&self) -> impl Iterator<Item = (&NeedId, &Pair)> {
        let pairs = self.of_need.iter().map(|((need, _), &at)| (need, &self.pairs[at]));
        pairs.filter(|(_, pair)| matches!(pair.rule, PairRule::Force | PairRule::Lock))
    }

    /// The organizations that are invited to a need in spite of their limits, in the order of the catalog.
    pub(super) fn invited(&self, need: &NeedId) -> Vec<usize> {
        let pairs = self.pair_needs.iter().zip(&self.pairs);
        let invited = pairs.filter(|(id, pair)| *id == need && pair.rule == PairRule::Invite);
        let mut invited: Vec<usize> = invited.map(|(_, pair)| pair.organization).collect();
        invited.sort_unstable();
        invited
    }

    /// The earmarked money that a need may draw on at an organization.
    pub(super) fn fund(&self, organization: usize, question: &Question, catalog: &Catalog) -> Option<u32> {
        let fits = |it: &Earmark| it.organization == organization && in_sector(catalog, question, it.sector);
        self.earmarks.iter().position(fits).map(|fund| fund as u32)
    }

    /// Earmarked money of an organization, in yuan.
    pub(super) fn earmarked(&self, organization: usize) -> i64 {
        self.earmarks.iter().filter(|it| it.organization == organization).map(|it| it.yuan).sum()
    }

    /// The conditions as resolved; `name` gives the name of an organization by its position, `title` that of a need by its id, and `whole` is the number of needs
    /// that are met in full or not at all.
    pub(super) fn settings<'a>(
        &self,
        ask: &PlanAsk,
        taxonomy: &Taxonomy,
        whole: usize,
        name: impl Fn(usize) -> &'a str,
        title: impl Fn(&NeedId) -> String,
    ) -> Vec<PlanSetting> {
        use SettingName as Name;
        use SettingValue as Value;
        let pairs = |rule: PairRule| {
            let these = self.pair_needs.iter().zip(&self.pairs).filter(|(_, it)| it.rule == rule);
            Value::Pairs(these.map(|(need, it)| (title(need), name(it.organization).to_owned(), it.yuan)).collect())
        };
        let wan = |yuan: i64| format!("{}万元", yuan as f64 / 10_000.0);
        let budgets = self.budgets.iter().map(|(&at, &yuan)| format!("{} {}", name(at), wan(yuan)));
        let projects = self.project_limits.iter().map(|(&at, most)| format!("{} {most}项", name(at)));
        let gaps = ask.gaps.iter().filter_map(|it| Some(format!("{} {}", title(&it.need), wan(sum("gaps", &it.amount).ok()?))));
        let partners = ask.partner_limits.iter().map(|it| format!("{} {}家", title(&it.need), it.most));
        let earmarks = self
            .earmarks
            .iter()
            .map(|it| (name(it.organization).to_owned(), taxonomy.name(taxonomy.code(it.sector)).to_owned(), it.yuan));
        let rows = [
            (Name::Fairness, Value::Fairness(ask.fairness)),
            (Name::RegionFairness, Value::Switch(ask.region_fairness)),
            (Name::Spread, Value::Switch(ask.spread)),
            (Name::Newcomers, Value::Switch(ask.newcomers)),
            (Name::MinTicket, Value::Yuan(Some(self.min_ticket_yuan))),
            (Name::MaxTicket, Value::Yuan(self.max_ticket_yuan)),
            (Name::MaxPartners, Value::Partners(ask.max_partners)),
            (Name::MaxProjects, Value::Projects(ask.max_projects)),
            (Name::MinFit, Value::Fit(self.min_fit)),
            (Name::UnknownBudget, Value::Assumed(self.unknown_budget.map(|money| money.fen() / 100))),
            (Name::Whole, Value::Needs(whole)),
            (Name::Forced, pairs(PairRule::Force)),
            (Name::Locked, pairs(PairRule::Lock)),
            (Name::Forbidden, pairs(PairRule::Forbid)),
            (Name::Reserves, Value::Reserves(self.reserves.iter().map(|it| (it.name.clone(), it.yuan)).collect())),
            (Name::Earmarks, Value::Earmarks(earmarks.collect())),
            (Name::Excluded, Value::Listed(self.excluded.iter().map(|&at| name(at).to_owned()).collect())),
            (Name::Budgets, Value::Listed(budgets.collect())),
            (Name::ProjectLimits, Value::Listed(projects.collect())),
            (Name::Gaps, Value::Listed(gaps.collect())),
            (Name::PartnerLimits, Value::Listed(partners.collect())),
            (Name::MaxChanges, Value::Changes(ask.max_changes)),
            (Name::TimeLimit, Value::Seconds(ask.time_limit)),
        ];
        let mut rows: Vec<PlanSetting> = rows.into_iter().map(|(name, value)| PlanSetting { name, value }).collect();
        if self.pairs.iter().any(|it| it.rule == PairRule::Invite) {
            rows.push(PlanSetting { name: Name::Invited, value: pairs(PairRule::Invite) });
        }
        rows
    }

    /// All stated sums, in yuan.
    pub(super) fn sums_yuan(&self) -> impl Iterator<Item = i64> {
        let pairs = self.pairs.iter().filter_map(|it| it.yuan);
        let others = self.reserves.iter().map(|it| it.yuan).chain(self.earmarks.iter().map(|it| it.yuan));
        let others = others.chain(self.budgets.values().copied());
        pairs.chain(others).chain([self.min_ticket_yuan]).chain(self.max_ticket_yuan)
    }
}

fn in_sector(catalog: &Catalog, question: &Question, sector: usize) -> bool {
    let taxonomy = &catalog.reference.taxonomy;
    question.sectors.iter().any(|&(asked, _)| asked == sector || taxonomy.parent(asked) == sector)
}
