//! A row → a claim.

use super::fields::Fields;
use crate::domain::{Claim, ClaimId, ClaimState, NeedId};
use crate::excerpt::excerpt;

pub(super) fn decode(fields: &mut Fields<'_>) -> Option<Claim> {
    let stated_id = fields.id();
    let by_id = stated_id.as_deref().and_then(|id| fields.setting.stored.claim(id));
    let (need, name) = match by_id {
        Some(stored) => (
            Some(fields.text("need").unwrap_or_else(|| stored.need.to_string())),
            Some(fields.text("organization").unwrap_or_else(|| stored.organization.to_string())),
        ),
        None => (fields.required("need", "需求编号"), fields.required("organization", "认领单位")),
    };
    let (need, name) = (need?, name?);
    let need = NeedId::new(need);
    if !fields.setting.needs.contains(&need) {
        fields.reject("need", &format!("没有编号为“{}”的需求；请先导入需求", excerpt(need.as_str())));
    }
    let organization = fields.organization("organization", &name);
    let id = stated_id.unwrap_or_else(|| format!("{need}/{organization}"));
    let stored = fields.setting.stored.claim(&id);
    let stored = stored.as_deref();
    let state = match fields.word("state").as_deref() {
        None if !fields.clears(&["state"]) => stored.map_or(ClaimState::Confirmed, |it| it.state),
        None | Some("confirmed" | "已确认") => ClaimState::Confirmed,
        Some("applied" | "已申请") => ClaimState::Applied,
        Some("certificate_issued" | "已发证书") => ClaimState::CertificateIssued,
        Some("agreement_signed" | "已签协议") => ClaimState::AgreementSigned,
        Some("done" | "已完成") => ClaimState::Done,
        Some("declined" | "已谢绝") => ClaimState::Declined,
        Some("cancelled" | "已取消") => ClaimState::Cancelled,
        Some(_) => {
            fields.reject(
                "state",
                "不认识的认领状态；应为 applied、confirmed、certificate_issued、agreement_signed、done、declined 或 cancelled",
            );
            ClaimState::Applied
        }
    };
    let role = fields.word("role");
    let role = match (role, stored) {
        (None, Some(stored)) if !fields.clears(&["role"]) => stored.role,
        (role, _) => fields.role("role", role.as_deref()),
    };
    let (amount, kind, at) = (fields.money("amount"), fields.modes("kind").into_iter().next(), fields.date("at"));
    Some(Claim {
        id: ClaimId::new(id),
        need,
        organization,
        amount: fields.or_stored("amount", amount, stored.and_then(|it| it.amount)),
        kind: fields.or_stored("kind", kind, stored.and_then(|it| it.kind.clone())),
        role,
        state,
        at: fields.or_stored("at", at, stored.and_then(|it| it.at)),
        reason: fields.or_stored("reason", fields.text("reason"), stored.and_then(|it| it.reason.clone())),
    })
}
