//! A row → an organization.

use super::fields::Fields;
use crate::domain::{Organization, OrganizationId, OrganizationKind, OrganizationStatus, SectorCode};
use crate::understand::{Context, understand};

pub(super) fn decode(fields: &mut Fields<'_>) -> Option<Organization> {
    let name = fields.required("name", "组织名称")?;
    let id = fields.id().unwrap_or_else(|| name.clone());
    let status = status(fields);
    let mut home = fields.regions("home_region", true);
    if home.len() > 1 {
        fields.warn("home_region", "登记地应是一个地方；现有多个或不确定，按未知处理");
    }
    Some(Organization {
        aliases: fields.list("aliases"),
        kind: fields.word("kind").map_or_else(|| kind_of_name(&name), |text| kind(&text)),
        level: fields.text("level"),
        home_region: (home.len() == 1 && home[0].certain).then(|| home.remove(0)),
        scope: fields.text("scope"),
        scope_sectors: if fields.cell("sectors").is_some() { Vec::new() } else { scope_sectors(fields, &name) },
        sectors: fields.sectors("sectors"),
        public_fundraising: fields.flag("public_fundraising"),
        rating: fields.text("rating"),
        status,
        annual_spend: fields.money("annual_spend"),
        budget: fields.money("budget"),
        max_projects: fields.whole("max_projects"),
        min_ticket: fields.money("min_ticket"),
        willing_regions: fields.regions("willing_regions", false),
        willing_sectors: fields.sectors("willing_sectors"),
        excluded_regions: fields.regions("excluded_regions", false),
        excluded_sectors: fields.sectors("excluded_sectors"),
        source: fields.text("source"),
        contact: fields.contact(),
        ..Organization::named(OrganizationId::new(id), name)
    })
}

/// The sectors that are mentioned in name and scope.
fn scope_sectors(fields: &Fields<'_>, name: &str) -> Vec<SectorCode> {
    let context = Context { region: None, date: fields.setting.today };
    let scope = fields.text("scope").unwrap_or_default();
    let read = understand(fields.reference(), Some(name), &scope, &context).record;
    read.sectors.into_iter().map(|share| share.code).collect()
}

fn kind(text: &str) -> OrganizationKind {
    match text {
        "foundation" | "基金会" => OrganizationKind::Foundation,
        "social_group" | "社会团体" | "协会" | "商会" => OrganizationKind::SocialGroup,
        "social_service_org" | "社会服务机构" | "民办非企业单位" => OrganizationKind::SocialServiceOrg,
        "company" | "企业" => OrganizationKind::Company,
        "government" | "党政机关" => OrganizationKind::Government,
        "trust_company" | "信托公司" => OrganizationKind::TrustCompany,
        "branch" | "branch_of_foundation" | "分支机构" => OrganizationKind::Branch,
        _ => OrganizationKind::Other,
    }
}

/// The kind that the ending of a registered name tells; `Other` for other endings.
fn kind_of_name(name: &str) -> OrganizationKind {
    if name.ends_with("基金会") { OrganizationKind::Foundation } else { OrganizationKind::Other }
}

fn status(fields: &mut Fields<'_>) -> OrganizationStatus {
    match fields.word("status").as_deref() {
        None | Some("normal" | "正常") => OrganizationStatus::Normal,
        Some("abnormal" | "活动异常" | "异常名录") => OrganizationStatus::Abnormal,
        Some("blacklisted" | "严重违法失信") => OrganizationStatus::Blacklisted,
        Some("deregistered" | "注销" | "已注销") => OrganizationStatus::Deregistered,
        // A status decides whether an organization may be suggested at all, so it is not guessed.
        Some(_) => {
            fields.reject("status", "不认识的状态；应为 normal、abnormal、blacklisted 或 deregistered");
            OrganizationStatus::Normal
        }
    }
}
