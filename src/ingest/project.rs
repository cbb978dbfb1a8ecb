//! A row → a past project. Places, sectors, groups and modes without a column are read from its text.

use serde_json::Value;

use super::fields::Fields;
use crate::domain::{Money, Participant, Period, Project, ProjectId, SectorShare};
use crate::excerpt::excerpt;
use crate::understand::{AmountField, Context, amount_field_in, understand};

pub(super) fn decode(fields: &mut Fields<'_>) -> Option<Project> {
    let title = fields.required("title", "项目名称")?;
    let description = fields.text("description").unwrap_or_default();
    let id = fields.id().unwrap_or_else(|| fields.own_id("p"));
    let context = Context { region: fields.setting.region, date: fields.setting.today };
    let read = understand(fields.reference(), Some(&title), &description, &context).record;
    let has_regions = fields.cell("region").is_some();
    let has_sectors = fields.cell("sector").is_some();
    let regions = if has_regions { fields.regions("region", false) } else { read.regions };
    let sectors = if has_sectors { SectorShare::equal(fields.sectors("sector")) } else { read.sectors };
    let groups = if fields.cell("groups").is_some() { fields.groups("groups") } else { read.groups };
    let modes = if fields.cell("modes").is_some() { fields.modes("modes") } else { read.modes };
    let project = Project {
        id: ProjectId::new(id),
        participants: participants(fields),
        participant_count: fields.whole("participant_count"),
        regions,
        sectors,
        amount: fields.amount("amount"),
        beneficiaries: fields.beneficiaries("beneficiaries"),
        groups,
        modes,
        period: period(fields),
        status: fields.text("status"),
        source: fields.text("source"),
        title,
        description,
    };
    check_shares(fields, &project);
    Some(project)
}

/// `start` and `end`, else `year`, which may be a span.
fn period(fields: &mut Fields<'_>) -> Option<Period> {
    if let Some(start) = fields.fuzzy_date("start") {
        let end = fields.fuzzy_date("end");
        if end.is_some_and(|end| end.latest() < start.earliest()) {
            fields.reject("end", "结束时间早于开始时间");
        }
        return Some(Period { start, end });
    }
    if fields.cell("year").is_none()
        && let Some(end) = fields.fuzzy_date("end")
    {
        fields.warn("end", "没有开始时间，按结束时间计");
        return Some(Period { start: end, end: None });
    }
    match fields.text("year")?.parse() {
        Ok(period) => Some(period),
        Err(reason) => {
            let reason: String = reason;
            fields.reject("year", &reason);
            None
        }
    }
}

/// A participant as written in the row.
struct Stated {
    name: String,
    amount: Option<String>,
    role: Option<String>,
}

/// A JSON list of `{organization, amount_yuan?, role?}` or of names; or one cell `名称:金额:角色;…`.
fn participants(fields: &mut Fields<'_>) -> Vec<Participant> {
    let Some(cell) = fields.cell("participants") else { return Vec::new() };
    let stated: Vec<Result<Stated, String>> = match &cell.value {
        Value::Array(items) => items.iter().map(from_json).collect(),
        value => {
            let text = value.as_str().unwrap_or_default();
            text.split([';', '；', '\n']).filter(|item| !item.trim().is_empty()).map(from_cell).collect()
        }
    };
    if stated.is_empty() {
        fields.reject("participants", "看不懂的参与组织；应为“名称:金额:角色;…”，金额和角色可省略");
    }
    let mut participants: Vec<Participant> = Vec::new();
    for stated in stated {
        let Stated { name, amount, role } = match stated {
            Ok(stated) => stated,
            Err(item) => {
                fields.reject("participants", &format!("参与组织中的“{}”没有名称", excerpt(&item)));
                continue;
            }
        };
        let amount = amount.and_then(|text| match amount_field_in(&text, 1.0) {
            AmountField::Sum(amount) => amount.point(),
            AmountField::Open => None,
            AmountField::WithoutUnit | AmountField::Foreign | AmountField::Unreadable => {
                fields.reject("participants", &format!("“{}”的金额“{}”看不懂", excerpt(&name), excerpt(&text)));
                None
            }
        });
        let role = fields.role("participants", role.as_deref());
        let organization = fields.organization("participants", &name);
        if participants.iter().any(|known| known.organization == organization) {
            fields.warn("participants", &format!("“{}”重复出现，只取第一次", excerpt(&name)));
        } else {
            participants.push(Participant { organization, amount, role });
        }
    }
    participants
}

fn from_json(item: &Value) -> Result<Stated, String> {
    if let Some(text) = item.as_str() {
        return from_cell(text);
    }
    let text = |key: &str| match item.get(key) {
        Some(Value::String(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let name = text("organization").or_else(|| text("name")).or_else(|| text("id")).ok_or_else(|| item.to_string())?;
    Ok(Stated { name, amount: text("amount_yuan").or_else(|| text("amount")), role: text("role") })
}

fn from_cell(item: &str) -> Result<Stated, String> {
    let mut parts = item.split([':', '：']).map(|part| part.trim().to_owned());
    let name = parts.next().filter(|name| !name.is_empty()).ok_or_else(|| item.to_owned())?;
    let amount = parts.next().filter(|text| !text.is_empty());
    Ok(Stated { name, amount, role: parts.next().filter(|text| !text.is_empty()) })
}

fn check_shares(fields: &mut Fields<'_>, project: &Project) {
    let stated = project.participants.iter().filter_map(|it| it.amount).fold(Money::ZERO, Money::plus);
    let total = project.amount.as_ref().and_then(|amount| amount.max_fen);
    if total.is_some_and(|total| stated > total) {
        fields.warn("participants", &format!("各方金额合计{stated}，超过项目金额"));
    }
}
