//! Finds a header, in one row or two, and what its columns mean.

use std::sync::Arc;

use super::columns::{Column, Header, Span, Why, field_of};
use super::headings::{self, Heading};
use super::mapping::{self, Mapping};
use super::matrix;
use super::read_as::ReadAs;
use super::sheet::{Merge, Sheet, SheetRow, Value, letter};
use crate::domain::EntityKind;

/// Number of rows that are searched for the first header.
const HEADER_SEARCH: usize = 40;
/// The first header of a sheet: the first row whose columns make a whole header of at least two fields; failing that, the row
/// whose columns mean the most fields.
pub(super) fn find_header(sheet: &Sheet, seek: Seek<'_>, span: Span) -> Option<Header> {
    let rows = 0..sheet.rows.len().min(HEADER_SEARCH);
    let at = |first: usize| header_at(sheet, first, seek, span).filter(|it| it.is_whole() || seek.kind.is_some());
    let mut best: Option<Header> = None;
    for first in rows {
        let Some(header) = at(first) else { continue };
        // Half of its cells are known: a title that contains a heading is none.
        let is_clear = header.is_whole() && header.fields() >= 2 && header.known() * 2 >= header.columns.len();
        if is_clear {
            // The row below may be the header of which this is a title.
            let is_title = |below: &Header| match header.height {
                1 => below.fields() > header.fields() + 1,
                _ => below.fields() >= header.fields(),
            };
            return at(first + 1).filter(is_title).or(Some(header));
        }
        // A single known column is a header only at the top; otherwise a data row that contains 编号 or 金额 would be one.
        let counts = header.fields() >= 2 || first == 0;
        if counts && best.as_ref().is_none_or(|best| header.points() > best.points()) {
            best = Some(header);
        }
    }
    best
}

/// The best header of one row or two that starts at row `first`.
pub(super) fn header_at(sheet: &Sheet, first: usize, seek: Seek<'_>, span: Span) -> Option<Header> {
    sheet.rows.get(first)?;
    let mut best: Option<Header> = None;
    for height in [1, 2] {
        let Some(columns) = columns(sheet, first, height, span) else { continue };
        for header in headers(sheet, first, height, seek, &columns) {
            if header.fields() > 0 && best.as_ref().is_none_or(|best| header.points() > best.points()) {
                best = Some(header);
            }
        }
    }
    best
}

/// What a header is looked for with.
#[derive(Clone, Copy)]
pub(super) struct Seek<'a> {
    /// The kind of its records, if it is known.
    pub(super) kind: Option<EntityKind>,
    pub(super) reading: &'a ReadAs,
}

/// What is said about the headings of a header besides the headings themselves.
struct Mapped<'a> {
    stated: &'a Mapping,
    remembered: Option<&'a Mapping>,
}

impl<'a> Mapped<'a> {
    fn new(reading: &'a ReadAs, headings: &[String]) -> Self {
        let known = &reading.remembered;
        let key = (!known.is_empty()).then(|| mapping::key(headings.iter().map(String::as_str)));
        Self { stated: &reading.mapping, remembered: key.and_then(|key| known.get(&key)) }
    }

    /// The field of a column, by both its headings or the lower one.
    fn get(&self, joined: &str, texts: &[String]) -> Option<(&'a str, Why)> {
        let of = |mapping: &'a Mapping| mapping.get(joined).or_else(|| mapping.get(texts.last()?));
        let stated = of(self.stated).map(|field| (field, Why::Stated));
        stated.or_else(|| Some((of(self.remembered?)?, Why::Remembered)))
    }
}

/// Columns with their headings from top to bottom.
type Texts = Vec<(usize, Vec<String>)>;

/// The headers that these columns may be, one for each kind that they fit.
fn headers(sheet: &Sheet, first: usize, height: usize, seek: Seek<'_>, texts: &Texts) -> Vec<Header> {
    let joined: Vec<String> = texts.iter().map(|(_, texts)| texts.join("/")).collect();
    let mapped = Mapped::new(seek.reading, &joined);
    let kinds = match seek.kind {
        Some(kind) => vec![kind],
        None => {
            let texts = joined.iter().zip(texts).map(|(joined, (_, texts))| {
                mapped.get(joined, texts).map_or_else(|| texts.join(""), |(field, _)| field.to_owned())
            });
            headings::guess(&texts.collect::<Vec<_>>()).map_or_else(|| EntityKind::ALL.to_vec(), |kind| vec![kind])
        }
    };
    let header = |kind| {
        let columns = texts.iter().map(|(at, texts)| column(kind, *at, texts)).collect();
        let mut header = Header { kind, first, height, columns };
        for (column, (_, texts)) in header.columns.iter_mut().zip(texts) {
            if let Some((field, why)) = mapped.get(&column.text, texts) {
                column.map(field, why);
            }
        }
        matrix::mark(sheet, &mut header, texts);
        settle(sheet, &mut header);
        header
    };
    kinds.into_iter().map(header).collect()
}

/// Decides what headings mean that depend on the others: 名称 in a list of goods is the good, 单位 without goods an office.
pub(super) fn settle(sheet: &Sheet, header: &mut Header) {
    if header.kind != EntityKind::Needs {
        return;
    }
    settle_posts(header);
    settle_total(header);
    let lists_goods = header.has(&["quantity", "specification", "unit_price"]);
    if lists_goods && !header.has(&["goods"]) {
        let is_good = |column: &&mut Column| {
            let text = column.text.trim();
            &*column.field == "title" && ["名称", "项目", "项目名称", "需求", "name"].contains(&text)
        };
        if let Some(column) = header.columns.iter_mut().find(|it| is_good(it) && &*it.text != "项目名称") {
            column.set_field("goods");
        }
    }
    settle_offices(header);
    let (has_office, end) = (header.has(&["submitted_by"]), header.end());
    let unit = header.columns.iter_mut().find(|column| &*column.field == "goods_unit" && &*column.text == "单位");
    if let Some(unit) = unit.filter(|_| !has_office)
        && names_offices(sheet, end, unit.at)
    {
        unit.set_field("submitted_by");
    }
    // A key for the place of a record beside one for its region is the township.
    if header.has(&["region"])
        && let [.., _, _] = header.columns.iter().filter(|it| &*it.field == "region").collect::<Vec<_>>()[..]
        && let Some(place) = header.columns.iter_mut().find(|it| &*it.field == "region" && &*it.text == "place")
    {
        place.set_field("township");
    }
}

/// Lets a list of posts to fill be one of what is needed: 需求岗位, 科室 or 专业 names it, 人数 is its number.
fn settle_posts(header: &mut Header) {
    const TERMS: [&str; 6] = ["服务期限", "服务时间", "服务时长", "派驻时间", "支教时间", "时间"];
    if header.has(&["title", "goods", "description"]) || !header.has(&["beneficiaries", "quantity"]) {
        return;
    }
    let text = |column: &Column| headings::clean(&column.text).split('(').next().unwrap_or_default().to_owned();
    let is_post = |column: &&mut Column| headings::names_posts(&column.text);
    let Some(post) = header.columns.iter_mut().find(is_post) else { return };
    post.set_field("goods");
    for column in &mut header.columns {
        let text = text(column);
        if &*column.field == "beneficiaries" && ["人数", "需求人数", "所需人数"].contains(&&*text) {
            column.set_field("quantity");
        } else if column.heading == Heading::Unknown && (headings::names_posts(&text) || TERMS.contains(&&*text)) {
            column.set_field("specification");
        }
    }
}

/// Lets a list of offices with their people and sums, which names nothing else, have one need for each office.
fn settle_offices(header: &mut Header) {
    let lacks_names = !header.is_whole() && !header.columns.iter().any(|it| headings::is_goods_count(&it.field));
    let is_list = header.has(&["beneficiaries"]) && header.has(&["amount", "gap", "subtotal"]);
    if lacks_names
        && is_list
        && let Some(office) = header.columns.iter_mut().find(|it| &*it.field == "submitted_by")
    {
        office.set_field("title");
    }
}

/// Lets 合计（元） be the sum of a list that has no other.
fn settle_total(header: &mut Header) {
    if header.has(&["amount", "gap", "subtotal"]) || header.columns.iter().any(|it| headings::is_goods_count(&it.field)) {
        return;
    }
    let is_total = |column: &&mut Column| {
        let text = headings::clean(&column.text);
        let bare = text.split('(').next().unwrap_or_default();
        column.heading == Heading::Unknown && ["合计", "总计", "共计"].contains(&bare) && headings::unit(&text).is_some()
    };
    if let Some(column) = header.columns.iter_mut().find(is_total) {
        column.set_field("amount");
    }
}

/// True if the cells below a heading are names of offices rather than units of measure.
fn names_offices(sheet: &Sheet, body: usize, at: usize) -> bool {
    const SAMPLE: usize = 20;
    const LONGEST_UNIT: usize = 3;
    let texts: Vec<String> =
        sheet.rows.iter().skip(body).take(SAMPLE).map(|row| row.text(at)).filter(|text| !text.is_empty()).collect();
    let long = texts.iter().filter(|text| text.chars().count() > LONGEST_UNIT).count();
    long * 2 > texts.len()
}

/// The columns of a header of `height` rows that starts at row `first`; `None` if the second row cannot belong to the header.
fn columns(sheet: &Sheet, first: usize, height: usize, span: Span) -> Option<Texts> {
    let top = &sheet.rows[first];
    let cells = top.within(span);
    if height == 1 {
        return Some(cells.iter().map(|(at, value)| (*at, vec![value.shown()])).collect());
    }
    let below = sheet.rows.get(first + 1).filter(|row| row.number == top.number + 1)?;
    let cells_below = below.within(span);
    let last = cells.last().map_or(0, |cell| cell.0).max(cells_below.last().map_or(0, |cell| cell.0));
    let start = cells.first().map_or(0, |cell| cell.0).min(cells_below.first().map_or(0, |cell| cell.0));
    if is_title_over(sheet, top, cells, (start, last)) {
        return None;
    }
    let mut merges: Vec<&Merge> = sheet.merges.iter().filter(|merge| covers(merge, top.number)).collect();
    merges.sort_by_key(|merge| merge.columns);
    let mut columns = Vec::new();
    let mut parent: Option<(usize, String)> = None;
    for at in start..=last {
        let (over, under) = (top.text(at), below.text(at));
        // Blocks do not overlap, so it can only be the last one that begins here or before.
        let begun = merges[..merges.partition_point(|merge| merge.columns.0 <= at)].last();
        let merge = begun.filter(|merge| at <= merge.columns.1);
        if !over.is_empty() {
            let spans = merge.map_or_else(
                || top.get(at + 1).is_none() && below.get(at + 1).is_some() && !under.is_empty(),
                |merge| merge.columns.1 > at,
            );
            // A value under a heading that stands alone is data, not a second heading.
            if !spans && !under.is_empty() && under != over {
                return None;
            }
            parent = spans.then(|| (merge.map_or(usize::MAX, |merge| merge.columns.1), over.clone()));
        }
        // A number under no common heading is data too.
        if parent.is_none() && matches!(below.get(at), Some(Value::Number(_) | Value::Date(_))) {
            return None;
        }
        let above = match &parent {
            Some((until, text)) if at <= *until && over.is_empty() && !under.is_empty() => text.clone(),
            _ => over,
        };
        let texts: Vec<String> = [above, under].into_iter().filter(|text| !text.is_empty()).collect();
        if !texts.is_empty() {
            columns.push((at, texts));
        }
    }
    Some(columns)
}

/// True for a text across all columns: a title, not a heading of some of them.
fn is_title_over(sheet: &Sheet, row: &SheetRow, cells: &[(usize, Value)], (first, last): Span) -> bool {
    let covers_all = |merge: &Merge| covers(merge, row.number) && merge.columns.0 <= first && merge.columns.1 >= last;
    cells.len() == 1 && sheet.merges.iter().any(covers_all)
}

fn covers(merge: &Merge, row: u64) -> bool {
    (merge.rows.0..=merge.rows.1).contains(&row)
}

/// What a column means: its lowest heading decides; failing that, both headings together; failing that, the upper one. The unit
/// is that of the lowest heading that states one.
fn column(kind: EntityKind, at: usize, texts: &[String]) -> Column {
    let text = texts.join("/");
    let whole = texts.concat();
    let unit = texts.iter().rev().find_map(|text| headings::unit(text));
    let read = |text: &str| match headings::field(kind, text) {
        Heading::Field { name, .. } => Some(Heading::Field { name, yuan: unit }),
        Heading::Unknown => None,
        other => Some(other),
    };
    let tries = texts.iter().rev().take(1).chain([&whole]).chain(texts.iter().rev().skip(1));
    let heading = tries.into_iter().find_map(|text| read(text)).unwrap_or(Heading::Unknown);
    let field: Arc<str> = field_of(&heading).unwrap_or_default().into();
    let foreign = texts.iter().rev().find_map(|text| headings::foreign(text)).filter(|_| headings::is_money(&field));
    let (why, offered, is_hidden) = (Why::Heading, None, false);
    Column { at, letter: letter(at).into(), field, text: text.into(), heading, foreign, why, offered, is_hidden }
}
