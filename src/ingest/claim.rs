//! A row → a claim.

use super::fields::Fields;
use crate::domain::{Claim, ClaimId, ClaimState, NeedId};
use crate::excerpt::excerpt;

pub(super) fn decode(fields: &mut Fields<'_>) -> Option<Claim> {
    let need = fields.required("need", "需求编号");
    let name = fields.required("organization", "认领单位");
    let (need, name) = (need?, name?);
    let need = NeedId::new(need);
    if !fields.setting.needs.contains(&need) {
        fields.reject("need", &format!("没有编号为“{}”的需求；请先导入需求", excerpt(need.as_str())));
    }
    let organization = fields.organization("organization", &name);
    let id = fields.id().unwrap_or_else(|| format!("{need}/{organization}"));
    let state = match fields.word("state").as_deref() {
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
    let role = fields.role("role", role.as_deref());
    Some(Claim {
        id: ClaimId::new(id),
        need,
        organization,
        amount: fields.money("amount"),
        kind: fields.modes("kind").into_iter().next(),
        role,
        state,
        at: fields.date("at"),
        reason: fields.text("reason"),
    })
}
