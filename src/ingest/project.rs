//! A row → a past project. Places, sectors, groups and modes without a column are read from its text.

use serde_json::Value;

use super::fields::Fields;
use crate::domain::{Money, Participant, Period, Project, ProjectId, RegionFinding, SectorShare, TagCode};
use crate::excerpt::excerpt;
use crate::understand::{AmountField, Context, Themes, amount_field_in, themes};

pub(super) fn decode(fields: &mut Fields<'_>) -> Option<Project> {
    let id = fields.id();
    let stored = id.as_deref().and_then(|id| fields.setting.stored.project(id));
    let stored = stored.as_deref();
    let title = match (fields.text("title"), stored) {
        (Some(title), _) => title,
        (None, Some(stored)) => stored.title.clone(),
        (None, None) => fields.required("title", "项目名称")?,
    };
    let description = fields.text("description");
    let description = fields.or_stored("description", description, stored.map(|it| it.description.clone())).unwrap_or_default();
    let id = id.unwrap_or_else(|| fields.own_id("p"));
    let context = Context { region: fields.setting.region, date: fields.setting.today };
    let kept = stored.map(|stored| Kept::of(fields, stored, &title, &description, &context));
    let kept = kept.unwrap_or_default();
    let has = |column: &str| fields.has(column);
    let (has_regions, has_sectors, has_groups, has_modes) = (has("region"), has("sector"), has("groups"), has("modes"));
    let read = if has_regions && has_sectors && has_groups && has_modes {
        Themes::default()
    } else {
        themes(fields.reference(), Some(&title), &description, &context, !has_regions)
    };
    let regions = if has_regions { fields.regions("region", false) } else { read.regions };
    let sectors = if has_sectors { SectorShare::equal(fields.sectors("sector")) } else { read.sectors };
    let groups = if has_groups { fields.groups("groups") } else { read.groups };
    let modes = if has_modes { fields.modes("modes") } else { read.modes };
    let participants = participants(fields);
    let (participant_count, amount) = (fields.whole("participant_count"), fields.amount("amount"));
    let (beneficiaries, period) = (fields.beneficiaries("beneficiaries"), period(fields));
    let is_dated = ["start", "end", "year"].iter().any(|column| fields.has(column));
    let stored_period = stored.and_then(|it| it.period).filter(|_| !is_dated && !fields.clears(&["start", "end", "year"]));
    let project = Project {
        id: ProjectId::new(id),
        participants: fields.list_or_stored("participants", participants, stored.map(|it| &it.participants)),
        participant_count: fields.or_stored("participant_count", participant_count, stored.and_then(|it| it.participant_count)),
        regions: kept.regions.cloned().unwrap_or(regions),
        sectors: kept.sectors.cloned().unwrap_or(sectors),
        amount: fields.or_stored("amount", amount, stored.and_then(|it| it.amount.clone())),
        beneficiaries: fields.or_stored("beneficiaries", beneficiaries, stored.and_then(|it| it.beneficiaries.clone())),
        groups: kept.groups.cloned().unwrap_or(groups),
        modes: kept.modes.cloned().unwrap_or(modes),
        period: period.or(stored_period),
        status: fields.or_stored("status", fields.text("status"), stored.and_then(|it| it.status.clone())),
        source: fields.or_stored("source", fields.text("source"), stored.and_then(|it| it.source.clone())),
        title,
        description,
    };
    check_shares(fields, &project);
    Some(project)
}

/// What of a stored project stays although the text decides what its row leaves out: what a column had stated.
#[derive(Default)]
struct Kept<'a> {
    regions: Option<&'a Vec<RegionFinding>>,
    sectors: Option<&'a Vec<SectorShare>>,
    groups: Option<&'a Vec<TagCode>>,
    modes: Option<&'a Vec<TagCode>>,
}

impl<'a> Kept<'a> {
    /// What had been read from the old text is read again if the text is another one now.
    fn of(fields: &Fields<'_>, stored: &'a Project, title: &str, description: &str, context: &Context) -> Self {
        let taxonomy = &fields.reference().taxonomy;
        let is_other = stored.title != title || stored.description != description;
        let read = is_other.then(|| themes(fields.reference(), Some(&stored.title), &stored.description, context, false));
        let is_kept = |column: &str| !fields.has(column) && !fields.clears(&[column]);
        let is_known = |share: &SectorShare| taxonomy.sector(&share.code).is_some();
        let is_stated = stored.regions.iter().any(|it| it.span.is_none());
        let Project { regions, sectors, groups, modes, .. } = stored;
        let read = read.as_ref();
        Self {
            regions: Some(regions).filter(|_| is_kept("region") && is_stated),
            sectors: Some(sectors)
                .filter(|it| is_kept("sector") && !it.is_empty() && it.iter().all(is_known))
                .filter(|it| read.is_none_or(|read| read.sectors != **it)),
            groups: Some(groups).filter(|it| is_kept("groups") && !it.is_empty() && read.is_none_or(|read| read.groups != **it)),
            modes: Some(modes).filter(|it| is_kept("modes") && !it.is_empty() && read.is_none_or(|read| read.modes != **it)),
        }
    }
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
    if !fields.has("year")
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
