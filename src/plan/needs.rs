//! The needs of a plan: the sums asked for, less those already claimed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::draft::{NO_SUM, NeedFacts, UnplannedNeed};
use super::money::sum;
use super::{PlanAsk, PlanNeeds, ReadNeeds};
use crate::catalog::{Catalog, View};
use crate::domain::{ClaimState, Need, NeedId, NeedStatus, OrganizationId, RegionCode, Urgency};
use crate::error::AppError;
use crate::request::{find_need_named, one_by_title};
use crate::score::Question;
use crate::understand::topic;

/// A need that is planned.
pub(super) struct Wanted {
    pub(super) id: NeedId,
    pub(super) title: String,
    pub(super) region: Option<String>,
    /// Its first certain place.
    pub(super) place: Option<RegionCode>,
    pub(super) question: Question,
    pub(super) gap_yuan: i64,
    pub(super) urgency: Option<Urgency>,
    pub(super) whole: bool,
    /// Maximum number of partners.
    pub(super) max_partners: Option<u32>,
    /// What a letter says of it.
    pub(super) facts: NeedFacts,
    /// Organizations that have claimed it already, or declined it.
    pub(super) settled: Vec<OrganizationId>,
}

impl Wanted {
    /// Its title and where it is: many needs have the same title.
    pub(super) fn quoted(&self) -> String {
        let place = self.region.as_ref().map(|region| format!("（{region}）")).unwrap_or_default();
        format!("“{}”{place}", self.title)
    }
}

/// What was read from a list of needs.
pub(super) struct Listed {
    /// The conditions, with the id of each need that they name.
    pub(super) ask: PlanAsk,
    pub(super) wanted: Vec<Wanted>,
    /// Needs that have no sum, cannot be read or repeat an earlier one, with the reason.
    pub(super) unplanned: Vec<UnplannedNeed>,
    /// Oddities of the list.
    pub(super) remarks: Vec<String>,
}

/// Reads the needs.
pub(super) fn read(catalog: &Catalog, view: &View, ask: &PlanAsk, needs: &PlanNeeds) -> Result<Listed, AppError> {
    let (mut unplanned, mut remarks) = (Vec::new(), Vec::new());
    let listed: Vec<Arc<Need>> = match needs {
        PlanNeeds::Open => catalog.open_needs(view.as_of).map(|at| catalog.need_record(at)).collect(),
        PlanNeeds::Stored(ids) => {
            let stored = |id| find_need_named(catalog, "needs", id);
            ids.iter().map(stored).collect::<Result<_, _>>()?
        }
        PlanNeeds::File(file) => {
            let read = ReadNeeds::of_file(catalog, view.as_of, file);
            (unplanned, remarks) = (read.unread, read.remarks);
            read.needs.into_iter().map(Arc::new).collect()
        }
        PlanNeeds::Read(read) => {
            (unplanned, remarks) = (read.unread.clone(), read.remarks.clone());
            read.needs.iter().cloned().map(Arc::new).collect()
        }
    };
    let ask = &ask.with_ids(|field, typed| find_among(&listed, field, typed))?;
    let claims = claims(catalog, view);
    let mut wanted = Vec::new();
    let mut seen = HashSet::new();
    for need in &listed {
        let repeated = "与前面的一项编号相同（没有编号的，内容完全相同），只列入前面的一项";
        let meant =
            if seen.insert(need.id.clone()) { self::wanted(catalog, ask, &claims, need) } else { Err(repeated.to_owned()) };
        match meant {
            Ok(it) => wanted.push(it),
            Err(reason) => {
                let (title, region) = (Some(need.title_or_start()), need.place_names());
                unplanned.push(UnplannedNeed { need: need.id.to_string(), title, region, reason });
            }
        }
    }
    let planned: HashSet<&NeedId> = wanted.iter().map(|it| &it.id).collect();
    if let Some((_, id)) = ask.needs_named().find(|(_, id)| !planned.contains(id)) {
        return Err(match unplanned.iter().find(|it| it.need == id.as_str()) {
            Some(it) => {
                let title = it.title.as_deref().unwrap_or(id.as_str());
                AppError::invalid("pairs", format!("需求“{title}”（编号{id}）没有列入方案，不能指定：{}", it.reason))
            }
            None => AppError::not_found("needs", format!("方案的需求中没有编号为“{id}”的一项")),
        });
    }
    Ok(Listed { ask: ask.clone(), wanted, unplanned, remarks })
}

/// The need that is meant by an id or a title, or by a part of a title that no other has.
fn find_among(listed: &[Arc<Need>], field: &'static str, typed: &NeedId) -> Result<NeedId, AppError> {
    if let Some(need) = listed.iter().find(|need| need.id == *typed) {
        return Ok(need.id.clone());
    }
    one_by_title(listed.iter().map(|it| &**it), field, typed.as_str()).map(|need| need.id.clone())
}

/// Claims by need: the yuan that they reserve or bind in all, and the organizations that are not asked again because they have
/// claimed or declined the need.
type Claims<'a> = HashMap<&'a NeedId, (i64, Vec<OrganizationId>)>;

fn claims<'a>(catalog: &'a Catalog, view: &View) -> Claims<'a> {
    let mut claims: Claims<'a> = HashMap::new();
    for claim in catalog.claims.iter().filter(|claim| claim.at.is_none_or(|at| at <= view.as_of)) {
        let (yuan, settled) = claims.entry(&claim.need).or_default();
        let takes_money = claim.state.effect().takes_money();
        if takes_money {
            *yuan += claim.amount.map_or(0, |amount| amount.fen() / 100);
        }
        if takes_money || claim.state == ClaimState::Declined {
            settled.push(claim.organization.clone());
        }
    }
    claims
}

fn wanted(catalog: &Catalog, ask: &PlanAsk, claims: &Claims<'_>, need: &Need) -> Result<Wanted, String> {
    if need.status != NeedStatus::Open {
        return Err(format!("状态是“{}”，不再寻找认领方", need.status.label()));
    }
    let question = Question::of_need(catalog, need, topic(&catalog.reference, &need.record.normalized));
    let (claimed, settled) = claims.get(&need.id).cloned().unwrap_or_default();
    let set = ask.gaps.iter().find(|it| it.need == need.id).map(|it| sum("gaps", &it.amount));
    let asked = match set {
        Some(set) => set.map_err(|error| error.message)?,
        None => {
            let missing = || format!("{NO_SUM}，无法提出建议金额；补充金额后再列入");
            question.amount.ok_or_else(missing)?.fen() / 100
        }
    };
    if asked <= claimed {
        return Err("已认领的金额达到所需金额".to_owned());
    }
    Ok(Wanted {
        id: need.id.clone(),
        title: need.title_or_start(),
        region: need.place_names(),
        place: need.record.certain_regions().next().map(|region| region.code),
        question,
        gap_yuan: asked - claimed,
        urgency: need.record.urgency,
        whole: ask.all_whole || ask.whole.contains(&need.id),
        max_partners: ask.partner_limits.iter().find(|it| it.need == need.id).map(|it| it.most).or(ask.max_partners),
        facts: NeedFacts::of(need),
        settled,
    })
}
