//! A row → an organization.

use super::fields::Fields;
use super::names::Bearers;
use crate::domain::{Organization, OrganizationId, OrganizationKind, OrganizationStatus, SectorCode};
use crate::excerpt::excerpt;
use crate::understand::{Context, themes};

pub(super) fn decode(fields: &mut Fields<'_>) -> Option<Organization> {
    let stated_id = fields.id();
    let by_id = stated_id.as_deref().and_then(|id| fields.setting.stored.organization(id));
    let name = match (fields.text("name"), by_id) {
        (Some(name), _) => name,
        (None, Some(stored)) => stored.name.clone(),
        (None, None) => fields.required("name", "组织名称")?,
    };
    let (id, name) = match stated_id {
        Some(id) => {
            warn_of_namesake(fields, &id, &name);
            (id, name)
        }
        None => known_by_name(fields, name)?,
    };
    let stored = fields.setting.stored.organization(&id);
    let stored = stored.as_deref();
    let status = status(fields);
    let mut home = fields.regions("home_region", true);
    if home.len() > 1 {
        fields.warn("home_region", "登记地应是一个地方；现有多个或不确定，按未知处理");
    }
    let home = (home.len() == 1 && home[0].certain).then(|| home.remove(0));
    let kind = fields.word("kind").map(|text| kind(&text));
    let stored_kind = stored.map(|it| it.kind).filter(|kind| *kind != OrganizationKind::Other && !fields.clears(&["kind"]));
    let scope = fields.or_stored("scope", fields.text("scope"), stored.and_then(|it| it.scope.clone()));
    let sectors = fields.sectors("sectors");
    let sectors = fields.list_or_stored("sectors", sectors, stored.map(|it| &it.sectors));
    let public_fundraising = fields.flag("public_fundraising");
    let (annual_spend, budget) = (fields.money("annual_spend"), fields.money("budget"));
    let (max_projects, min_ticket) = (fields.whole("max_projects"), fields.money("min_ticket"));
    let (willing_regions, willing_sectors) = (fields.regions("willing_regions", false), fields.sectors("willing_sectors"));
    let (excluded_regions, excluded_sectors) = (fields.regions("excluded_regions", false), fields.sectors("excluded_sectors"));
    Some(Organization {
        aliases: fields.list_or_stored("aliases", fields.list("aliases"), stored.map(|it| &it.aliases)),
        kind: kind.or(stored_kind).unwrap_or_else(|| kind_of_name(&name)),
        level: fields.or_stored("level", fields.text("level"), stored.and_then(|it| it.level.clone())),
        home_region: fields.or_stored("home_region", home, stored.and_then(|it| it.home_region.clone())),
        scope_sectors: if sectors.is_empty() { scope_sectors(fields, &name, scope.as_deref()) } else { Vec::new() },
        scope,
        sectors,
        public_fundraising: fields.or_stored(
            "public_fundraising",
            public_fundraising,
            stored.and_then(|it| it.public_fundraising),
        ),
        rating: fields.or_stored("rating", fields.text("rating"), stored.and_then(|it| it.rating.clone())),
        status: match stored {
            Some(stored) if !fields.has("status") && !fields.clears(&["status"]) => stored.status,
            _ => status,
        },
        annual_spend: fields.or_stored("annual_spend", annual_spend, stored.and_then(|it| it.annual_spend)),
        budget: fields.or_stored("budget", budget, stored.and_then(|it| it.budget)),
        max_projects: fields.or_stored("max_projects", max_projects, stored.and_then(|it| it.max_projects)),
        min_ticket: fields.or_stored("min_ticket", min_ticket, stored.and_then(|it| it.min_ticket)),
        willing_regions: fields.list_or_stored("willing_regions", willing_regions, stored.map(|it| &it.willing_regions)),
        willing_sectors: fields.list_or_stored("willing_sectors", willing_sectors, stored.map(|it| &it.willing_sectors)),
        excluded_regions: fields.list_or_stored("excluded_regions", excluded_regions, stored.map(|it| &it.excluded_regions)),
        excluded_sectors: fields.list_or_stored("excluded_sectors", excluded_sectors, stored.map(|it| &it.excluded_sectors)),
        source: fields.or_stored("source", fields.text("source"), stored.and_then(|it| it.source.clone())),
        contact: fields.contact(),
        ..Organization::named(OrganizationId::new(id), name)
    })
}

/// Id and name of the organization that a row without an id means: the known one of this name, else a new one, whose name is
/// its id. The row is rejected if several organizations bear the name.
fn known_by_name(fields: &mut Fields<'_>, name: String) -> Option<(String, String)> {
    match fields.setting.names.bearers(&name) {
        Bearers::Nobody => {
            if let Some(near) = fields.setting.names.near(&name) {
                let reason = format!(
                    "名录中没有“{}”，是否为“{}”？已按新组织导入；如是同一组织，请改正名称后重新导入",
                    excerpt(&name),
                    excerpt(near)
                );
                fields.warn("name", &reason);
            }
            Some((name.clone(), name))
        }
        Bearers::One(id) => {
            let id = id.to_string();
            let official = fields.setting.stored.organization(&id).map(|it| it.name.clone()).filter(|it| *it != name);
            if let Some(official) = official.as_ref().filter(|_| id != name) {
                let reason = format!(
                    "“{}”是“{}”（编号{}）的别名，已更新该组织，名称不变",
                    excerpt(&name),
                    excerpt(official),
                    excerpt(&id)
                );
                fields.warn("name", &reason);
            }
            let is_id = id == name;
            Some((id, official.filter(|_| !is_id).unwrap_or(name)))
        }
        Bearers::Several(ids) => {
            let choices = fields.choices(ids);
            let reason =
                format!("名录中有{}个组织叫“{}”：{choices}；请在“统一社会信用代码”一列写明是哪一个", ids.len(), excerpt(&name));
            fields.reject("name", &reason);
            None
        }
    }
}

/// Warns if another organization bears the name already: both are kept, and the name alone means neither.
fn warn_of_namesake(fields: &mut Fields<'_>, id: &str, name: &str) {
    let stored = fields.setting.stored;
    let Bearers::One(other) = fields.setting.names.bearers(name) else { return };
    let is_namesake = |it: &Organization| !it.stub && it.name == name;
    if other.as_str() != id
        && stored.organization(id).is_none()
        && stored.organization(other.as_str()).is_some_and(|it| is_namesake(&it))
    {
        let choice = fields.choices(std::slice::from_ref(other));
        fields.warn("name", &format!("名录中已有同名组织{choice}，两个都已保留；如是同一组织，请用原有编号重新导入"));
    }
}

/// The sectors that are mentioned in name and scope.
fn scope_sectors(fields: &Fields<'_>, name: &str, scope: Option<&str>) -> Vec<SectorCode> {
    let context = Context { region: None, date: fields.setting.today };
    let read = themes(fields.reference(), Some(name), scope.unwrap_or_default(), &context, false);
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
