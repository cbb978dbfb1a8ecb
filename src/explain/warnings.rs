//! What to check before an organization is asked.

use crate::domain::{Organization, OrganizationStatus};
use crate::score::Scorer;

/// The warning about an entry in the register of abnormal operations.
pub(crate) const ABNORMAL: &str = "列入活动异常名录，请先核实";

/// Reasons for caution, the most serious first.
pub(crate) fn warnings(record: &Organization, scorer: &Scorer<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    if record.status == OrganizationStatus::Abnormal {
        warnings.push(ABNORMAL.to_owned());
    }
    if record.public_fundraising.is_none() && scorer.question().modes.iter().any(|mode| mode == "crowdfunding") {
        warnings.push("需求涉及公开募捐，该组织的公开募捐资格未知".to_owned());
    }
    if record.stub {
        warnings.push("名录中没有登记信息，仅由往期项目得知".to_owned());
    }
    warnings
}
