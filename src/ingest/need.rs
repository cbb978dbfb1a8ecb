//! A row → a need. The columns take precedence; the text fills in what they leave out, and a county
//! in the text refines a wider region column.

use super::fields::{Fields, MAX_CELL_CHARS};
use super::goods::Goods;
use super::need_status::status;
use super::note_sum::{NoteSum, note_sum};
use super::stored_need::keep;
use crate::domain::{Amount, Money, Need, NeedId, RegionCode, RegionFinding, SectorShare, Urgency};
use crate::understand::{Context, RegionField, deadline_field, refine_regions, region_field, understand};

pub(super) fn decode(fields: &mut Fields<'_>) -> Option<Need> {
    let (stored, goods) = (fields.stored_need(), Goods::read(fields));
    let stored = stored.as_deref();
    let title = fields.text("title").or_else(|| goods.as_ref().map(Goods::title)).or_else(|| unstated(fields));
    let title = fields.or_stored("title", title, stored.and_then(|it| it.record.title.clone()));
    let kept = stored.filter(|_| goods.is_none()).map(|it| it.record.description.clone()).filter(|text| !text.is_empty());
    let description = match (fields.or_stored("description", fields.text("description"), kept), &title) {
        (Some(text), _) => text,
        (None, Some(_)) => String::new(),
        (None, None) => fields.required("description", "需求名称和需求描述")?,
    };
    if description.chars().count() > MAX_CELL_CHARS {
        return None;
    }
    if title.is_none() && fields.setting.columns.contains("title") {
        fields.warn_blank("title", "项目名称为空，以需求内容代替；请补填");
    }
    let description = match &goods {
        Some(goods) => [description, goods.line()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("。"),
        None => description,
    };
    let stated_id = fields.id();
    let id_is_made = stated_id.is_none();
    let id = stated_id.or_else(|| stored.map(|it| it.id.to_string())).unwrap_or_else(|| fields.own_id("n"));
    let date = fields.date("date");
    let date = fields.or_stored("date", date, stored.and_then(|it| it.date));
    let stated = places(fields);
    let certain: Vec<&RegionFinding> = stated.iter().filter(|region| region.certain).collect();
    let region = match certain.as_slice() {
        [region] => Some(region.code),
        _ => fields.setting.region.or_else(|| list_region(fields)),
    };
    let context = Context { region, date: date.or_else(|| fields.list_date()).unwrap_or(fields.setting.today) };
    let mut record = understand(fields.reference(), title.as_deref(), &description, &context).record;
    record.regions = refine_regions(fields.reference().divisions, &stated, record.regions);
    fields.refine_by_office(&mut record.regions, region);
    for doubt in &record.doubts {
        fields.warn("description", doubt);
    }
    if let Some(sectors) = fields.category() {
        record.sectors = SectorShare::equal(sectors);
    }
    if fields.has("sector") {
        record.sectors = SectorShare::equal(fields.sectors("sector"));
    }
    if fields.has("groups") {
        record.groups = fields.groups("groups");
    }
    if fields.has("modes") {
        record.modes = fields.modes("modes");
    }
    let secured = fields.money_sum("secured");
    let secured = fields.or_stored("secured", secured, stored.and_then(|it| it.secured));
    if let Some(amount) = asked(fields, secured, goods.as_ref()) {
        record.amount = amount;
    }
    if record.amount.is_none()
        && let Some(sum) = sum_of_note(fields, goods.as_ref())
    {
        record.amount = Some(sum);
    }
    if let Some(people) = fields.text("beneficiaries") {
        record.beneficiaries = fields.beneficiaries("beneficiaries");
        let named = understand(fields.reference(), None, &people, &context).record.groups;
        record.groups.extend(named.into_iter().filter(|group| !record.groups.contains(group)).collect::<Vec<_>>());
    }
    if let Some(text) = fields.word("deadline") {
        record.deadline = deadline_field(&text, context.date);
        if record.deadline.is_none() && !OPEN_ENDED.iter().any(|word| text.contains(word)) {
            fields.warn("deadline", "看不懂的期限，按未知处理；请写成 2027-06-30 或 2027年6月底前");
        }
    }
    record.urgency = urgency(fields).or(record.urgency);
    if let Some(stored) = stored {
        keep(fields, stored, &mut record);
    }
    record.drop_stale_words();
    let fiscal_covered = fields.flag("fiscal_covered");
    let (old_list, above) = (stored.and_then(|it| it.list.clone()), fields.setting.list.map(str::to_owned));
    // A corrected list may bear a longer name; its needs stay on the list on which they came.
    let list = if id_is_made { old_list.clone().or(above) } else { above };
    let list = fields.text("list").or(list);
    let file = fields.setting.file.filter(|_| id_is_made).map(str::to_owned);
    Some(Need {
        id: NeedId::new(id),
        record,
        secured,
        place: fields.or_stored("township", fields.text("township"), stored.and_then(|it| it.place.clone())),
        submitted_by: fields.or_stored(
            "submitted_by",
            fields.text("submitted_by"),
            stored.and_then(|it| it.submitted_by.clone()),
        ),
        date,
        list: fields.or_stored("list", list, old_list),
        file: stored.map_or(file, |it| it.file.clone()),
        fiscal_covered: fields.or_stored("fiscal_covered", fiscal_covered, stored.and_then(|it| it.fiscal_covered)),
        status: status(fields, stored),
        status_change: stored.and_then(|it| it.status_change.clone()),
        source: fields.or_stored("source", fields.text("source"), stored.and_then(|it| it.source.clone())),
        contact: fields.contact(),
    })
}

/// The title of a need in a list of goods whose row says who asks but not for what.
fn unstated(fields: &mut Fields<'_>) -> Option<String> {
    const SAID: [&str; 7] = ["description", "quantity", "unit_price", "subtotal", "amount", "gap", "specification"];
    let columns = fields.setting.columns;
    let lists_goods = columns.contains("goods") && !columns.contains("title");
    let office = fields.text("submitted_by").filter(|_| lists_goods)?;
    if SAID.iter().any(|field| fields.has(field)) {
        return None;
    }
    fields.warn_blank("goods", "没有写明需要什么，按需求单位保留；请补填");
    Some(format!("{office}的需求（未写明）"))
}

/// Entries of a deadline column that state no deadline.
const OPEN_ENDED: [&str; 6] = ["长期", "常年", "尽快", "待定", "不限", "无"];

/// The places of the region columns, or of a township column that names a county; else the place that the sheet is about.
fn places(fields: &mut Fields<'_>) -> Vec<RegionFinding> {
    let mut stated = fields.regions("region", false);
    if stated.is_empty() && fields.names_division("township") {
        stated = fields.regions("township", false);
    }
    match fields.setting.region {
        Some(code) if stated.is_empty() && fields.cell("region").is_none_or(|cell| cell.value.is_string()) => {
            let name = fields.reference().divisions.full_name(code);
            vec![RegionFinding { code, matched: name.clone(), name, certain: true, span: None }]
        }
        _ => stated,
    }
}

/// The place in the name of the list: `2026年迪庆州需求清单`.
fn list_region(fields: &Fields<'_>) -> Option<RegionCode> {
    match region_field(fields.reference(), &fields.text("list")?, None, false) {
        RegionField::Certain(found) if found.len() == 1 => found.first().map(|it| it.code),
        _ => None,
    }
}

/// The sum that is asked for: the subtotal column; else the gap column; else the total column less what is secured; else the
/// sum of a line of goods. `None` if there is none of these.
#[expect(clippy::option_option, reason = "no column, and a column that says the sum is open, differ")]
fn asked(fields: &mut Fields<'_>, secured: Option<Money>, goods: Option<&Goods>) -> Option<Option<Amount>> {
    let line = goods.and_then(Goods::sum);
    if let Some(stated) = fields.cell("subtotal").and_then(|_| fields.money("subtotal")) {
        if let Some(line) = line.filter(|line| *line != stated) {
            fields.warn("subtotal", &format!("小计与数量乘单价（{line}）不符；请核对"));
        }
        return Some(Some(Amount::exact(stated, stated.to_string())));
    }
    let gap = fields.cell("gap").map(|_| fields.amount("gap"));
    if !fields.has("amount") {
        return gap.or_else(|| line.map(|line| Some(Amount::exact(line, line.to_string()))));
    }
    let total = fields.amount("amount");
    if let Some(gap) = gap {
        let is_more = |gap: &Amount, total: &Amount| gap.point().zip(total.point()).is_some_and(|(gap, total)| gap > total);
        if gap.as_ref().zip(total.as_ref()).is_some_and(|(gap, total)| is_more(gap, total)) {
            fields.warn("gap", "资金缺口大于总额，可能写错了单位；请核对");
        }
        return Some(gap);
    }
    Some(match secured {
        Some(secured) => {
            if total.as_ref().and_then(Amount::point).is_some_and(|total| total < secured) {
                fields.warn("secured", "已落实的资金多于总额；请核对");
            }
            total.map(|total| total.less(secured))
        }
        None => total,
    })
}

/// The sum that the remarks state, in a list without a column of sums.
fn sum_of_note(fields: &mut Fields<'_>, goods: Option<&Goods>) -> Option<Amount> {
    const SUMS: [&str; 5] = ["amount", "gap", "subtotal", "unit_price", "secured"];
    if SUMS.iter().any(|field| fields.setting.columns.contains(*field)) || fields.has("amount") {
        return None;
    }
    let sum = match note_sum(&fields.text("note")?) {
        NoteSum::None => return None,
        NoteSum::Total(sum) => Some(sum),
        NoteSum::Each(price) => goods.and_then(|goods| goods.at_price(price)).map(|sum| Amount::exact(sum, sum.to_string())),
        NoteSum::Unclear => None,
    };
    match &sum {
        Some(sum) => fields.warn("note", &format!("金额取自备注：{sum}；请核对")),
        None => fields.warn("note", "备注中写有金额，不能确定是否为所需资金，没有计入；请另设“所需资金”一列填写"),
    }
    sum
}

fn urgency(fields: &mut Fields<'_>) -> Option<Urgency> {
    match fields.word("urgency")?.as_str() {
        "高" | "high" | "急" | "急需" | "紧急" | "特急" | "非常紧急" | "是" => Some(Urgency::High),
        "中" | "medium" | "一般" | "较急" | "普通" => Some(Urgency::Medium),
        "低" | "low" | "不急" | "可缓" | "缓" | "否" => Some(Urgency::Low),
        _ => {
            fields.warn("urgency", "看不懂的紧急程度，按未知处理；应为高、中、低");
            None
        }
    }
}
