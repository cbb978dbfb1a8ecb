//! What to check before an organization is asked.

use crate::catalog::Catalog;
use crate::domain::OrganizationStatus;
use crate::score::{Evidence, Feature, Scorer};

/// The warning about an entry in the register of abnormal operations.
const ABNORMAL: &str = "列入活动异常名录，请先核实";

/// Years without a project after which it is not clear that an organization is still at work.
const SILENT_YEARS: f64 = 5.0;

/// Reasons for caution, the most serious first.
pub(crate) fn warnings(catalog: &Catalog, scorer: &Scorer<'_>, organization: usize) -> Vec<String> {
    let record = catalog.organization_facts(organization);
    let mut warnings = Vec::new();
    if record.status() == OrganizationStatus::Abnormal {
        warnings.push(ABNORMAL.to_owned());
    }
    if record.public_fundraising().is_none() && scorer.question().modes.iter().any(|mode| mode == "crowdfunding") {
        warnings.push("需求涉及公开募捐，该组织的公开募捐资格未知".to_owned());
    }
    if record.is_stub() {
        warnings.push("名录中没有登记信息，仅由往期项目得知".to_owned());
    }
    if !scorer.question().sectors.is_empty() && scorer.history_of(organization) > 0 && !scorer.has_sector(organization) {
        warnings.push("没有查到这个领域的往期项目".to_owned());
    }
    warnings.extend(silent_since(catalog, scorer, organization));
    warnings
}

/// A warning for an organization without a project for five years.
fn silent_since(catalog: &Catalog, scorer: &Scorer<'_>, organization: usize) -> Option<String> {
    let idle = f64::from(scorer.row(organization).idle_years);
    let Evidence::Projects(projects) = scorer.evidence(Feature::Recency, organization) else { return None };
    let years = projects.iter().filter_map(|&at| catalog.project_facts(at).start_year());
    let latest = years.max().filter(|_| idle >= SILENT_YEARS)?;
    Some(format!("{latest}年以后没有记录，请先问是否还在做"))
}
