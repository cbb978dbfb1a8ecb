//! A row → a need: the columns win, its text fills what they leave out, a county in the text refines a wider column.

use super::fields::{Fields, MAX_CELL_CHARS};
use crate::domain::{Amount, Money, Need, NeedId, NeedStatus, RegionCode, RegionFinding, SectorShare, Urgency};
use crate::understand::{Context, RegionField, deadline_field, refine_regions, region_field, understand};

pub(super) fn decode(fields: &mut Fields<'_>) -> Option<Need> {
    let title = fields.text("title");
    let description = match (fields.text("description"), &title) {
        (Some(text), _) => text,
        (None, Some(_)) => String::new(),
        (None, None) => fields.required("description", "需求名称和需求描述")?,
    };
    if description.chars().count() > MAX_CELL_CHARS {
        return None;
    }
    let id = fields.text("id").unwrap_or_else(|| fields.own_id("n"));
    let date = fields.date("date");
    let stated = fields.regions("region", false);
    let certain: Vec<&RegionFinding> = stated.iter().filter(|region| region.certain).collect();
    let region = match certain.as_slice() {
        [region] => Some(region.code),
        _ => fields.setting.region.or_else(|| list_region(fields)),
    };
    let context = Context { region, date: date.unwrap_or(fields.setting.today) };
    let mut record = understand(fields.reference(), title.as_deref(), &description, &context).record;
    record.regions = refine_regions(fields.reference().divisions, &stated, record.regions);
    if fields.cell("sector").is_some() {
        record.sectors = SectorShare::equal(fields.sectors("sector"));
    }
    if fields.cell("groups").is_some() {
        record.groups = fields.groups("groups");
    }
    if fields.cell("modes").is_some() {
        record.modes = fields.modes("modes");
    }
    let secured = fields.money("secured");
    if let Some(amount) = asked(fields, secured) {
        record.amount = amount;
    }
    if fields.cell("beneficiaries").is_some() {
        record.beneficiaries = fields.beneficiaries("beneficiaries");
    }
    if let Some(text) = fields.text("deadline") {
        record.deadline = deadline_field(&text, context.date);
        if record.deadline.is_none() {
            fields.warn("deadline", "看不懂的期限，按未知处理；请写成 2027-06-30 或 2027年6月底前");
        }
    }
    record.urgency = urgency(fields).or(record.urgency);
    Some(Need {
        id: NeedId::new(id),
        record,
        secured,
        submitted_by: fields.text("submitted_by"),
        date,
        list: fields.text("list"),
        fiscal_covered: fields.flag("fiscal_covered"),
        status: status(fields),
        source: fields.text("source"),
        contact: fields.contact(),
    })
}

/// The place that the name of the list gives: `2026年迪庆州需求清单`.
fn list_region(fields: &Fields<'_>) -> Option<RegionCode> {
    match region_field(fields.reference(), &fields.text("list")?, None, false) {
        RegionField::Certain(found) if found.len() == 1 => found.first().map(|it| it.code),
        _ => None,
    }
}

/// The gap column; else the total column less what is secured. `None` if there is neither column.
#[expect(clippy::option_option, reason = "no column, and a column that says the sum is open, differ")]
fn asked(fields: &mut Fields<'_>, secured: Option<Money>) -> Option<Option<Amount>> {
    if fields.cell("gap").is_some() {
        return Some(fields.amount("gap"));
    }
    fields.cell("amount")?;
    let total = fields.amount("amount");
    Some(match secured {
        Some(secured) => total.map(|total| total.less(secured)),
        None => total,
    })
}

fn urgency(fields: &mut Fields<'_>) -> Option<Urgency> {
    match fields.text("urgency")?.as_str() {
        "高" | "high" | "急" | "急需" | "紧急" | "特急" => Some(Urgency::High),
        "中" | "medium" | "一般" => Some(Urgency::Medium),
        "低" | "low" | "不急" => Some(Urgency::Low),
        _ => {
            fields.warn("urgency", "看不懂的紧急程度，按未知处理；应为高、中、低");
            None
        }
    }
}

fn status(fields: &mut Fields<'_>) -> NeedStatus {
    match fields.text("status").as_deref() {
        None | Some("open" | "published" | "待认领" | "公布") => NeedStatus::Open,
        Some("claimed" | "已认领") => NeedStatus::Claimed,
        Some("done" | "已完成") => NeedStatus::Done,
        Some("withdrawn" | "已撤回") => NeedStatus::Withdrawn,
        Some(_) => {
            fields.warn("status", "不认识的状态，按待认领处理；应为 open、claimed、done 或 withdrawn");
            NeedStatus::Open
        }
    }
}
