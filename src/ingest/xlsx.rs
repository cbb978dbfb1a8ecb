//! Reads XLSX. The parts are checked first, because the reader of the cells trusts what they claim: it reserves memory for
//! counts that stand in the file, holds styles and shared strings whole, and reads one part for every sheet that names it.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek};

use calamine::{DataRef, Reader as _, SheetVisible, Xlsx};
use quick_xml::events::{BytesStart, Event};

use super::collector::{Collector, NO_RESULT, date_value, iso_value, number_value, text_value};
use super::limits::{Budget, Excess, MAX_CELLS, MAX_ELEMENTS, MAX_SHEETS, MAX_STYLES};
use super::names_of_files::clean_name;
use super::package::{Fault, Package, attribute, damaged, raw_attribute};
use super::sheet::{Marks, Merge, Sheet, Value};
use crate::excerpt::excerpt;

/// Reads every sheet.
pub(super) fn read<R: Read + Seek>(mut package: Package<R>, budget: &mut Budget) -> Result<Vec<Sheet>, Fault> {
    let listed = check(&mut package, budget)?;
    let mut book = Xlsx::new(package.into_inner()).map_err(unreadable)?;
    let metadata = book.sheets_metadata().to_vec();
    if metadata.len() != listed.len() {
        return Err(damaged("工作表的清单有误"));
    }
    let (mut sheets, mut texts) = (Vec::new(), SharedTexts::default());
    for (sheet, checked) in metadata.into_iter().zip(listed) {
        // A chart sheet has no cells.
        let Some(Checked { merges, marks }) = checked else { continue };
        let mut reader = book.worksheet_cells_reader(&sheet.name).map_err(unreadable)?;
        let mut collector = Collector::new(budget);
        while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(unreadable)? {
            // A formula that gives "" is a blank cell; one whose result is not in the file is a fault.
            let lacks_result = matches!(cell.value, DataRef::Empty) && cell.formula.is_some();
            let value = if lacks_result { Some(Value::Fault(NO_RESULT.into())) } else { texts.value(cell.value) };
            collector.push(cell.pos.0, cell.pos.1, value)?;
        }
        let is_hidden = sheet.visible != SheetVisible::Visible;
        sheets.push(Sheet {
            name: Some(clean_name(&sheet.name)),
            is_hidden,
            rows: collector.finish(),
            merges,
            marks,
            widths: Vec::new(),
        });
    }
    Ok(sheets)
}

fn unreadable(error: calamine::XlsxError) -> Fault {
    match error {
        calamine::XlsxError::Password => Fault::Password,
        error => damaged(error.to_string()),
    }
}

/// The texts of the shared strings that were used, each held once; they are told apart by their place in memory.
#[derive(Default)]
struct SharedTexts {
    known: HashMap<usize, Option<Value>>,
}

impl SharedTexts {
    fn value(&mut self, data: DataRef<'_>) -> Option<Value> {
        match data {
            DataRef::SharedString(text) => self.known.entry(text.as_ptr() as usize).or_insert_with(|| text_value(text)).clone(),
            DataRef::String(text) => text_value(&text),
            DataRef::Int(number) => Some(Value::Number(number as f64)),
            DataRef::Float(number) => number_value(number),
            DataRef::Bool(flag) => Some(Value::Flag(flag)),
            DataRef::DateTime(moment) => date_value(&moment),
            DataRef::DateTimeIso(text) => Some(iso_value(&text)),
            DataRef::DurationIso(text) => text_value(&text),
            DataRef::Error(error) => Some(Value::Fault(error.to_string().into())),
            DataRef::Empty => None,
        }
    }
}

/// A relation of the workbook to one of its parts.
struct Relation {
    kind: String,
    target: String,
    is_external: bool,
}

/// What is found in a sheet before its cells are read.
#[derive(Default)]
struct Checked {
    merges: Vec<Merge>,
    marks: Marks,
}

/// Checks every part that the reader of cells will touch. Returns what was found in each sheet; `None` if it has no cells.
fn check<R: Read + Seek>(package: &mut Package<R>, budget: &mut Budget) -> Result<Vec<Option<Checked>>, Fault> {
    let main = main_part(package)?;
    let (dir, name) = main.rfind('/').map_or(("", main.as_str()), |at| main.split_at(at + 1));
    let relations = relations(package, &format!("{dir}_rels/{name}.rels"))?;
    let struck = Struck {
        texts: check_strings(package, &format!("{dir}sharedStrings.xml"))?,
        styles: check_styles(package, &format!("{dir}styles.xml"))?,
    };
    check_styles(package, &format!("{dir}theme/theme1.xml"))?;
    let mut parts = HashSet::new();
    let mut checked = Vec::new();
    for (name, id) in sheet_list(package, &main)? {
        let relation = relations.get(&id).ok_or_else(|| damaged(format!("工作表“{name}”没有内容")))?;
        if relation.kind != "worksheet" {
            checked.push(None);
            continue;
        }
        let target = &relation.target.replace('\\', "/");
        if relation.is_external || target.contains(':') || target.split('/').any(|step| step == "..") {
            return Err(damaged(format!("工作表“{name}”的内容在文件以外")));
        }
        let part = target.strip_prefix('/').map_or_else(|| format!("{dir}{target}"), str::to_owned);
        if !parts.insert(part.to_ascii_lowercase()) {
            return Err(damaged(format!("工作表“{name}”与另一张工作表共用内容；请在表格软件中复制成独立的工作表")));
        }
        checked.push(Some(check_sheet(package, &part, &name, &struck, budget)?));
    }
    Ok(checked)
}

/// The part that lists the sheets.
fn main_part<R: Read + Seek>(package: &mut Package<R>) -> Result<String, Fault> {
    let root = relations(package, "_rels/.rels")?;
    let mut mains = root.values().filter(|it| it.kind == "officeDocument");
    let (Some(main), None) = (mains.next(), mains.next()) else { return Err(damaged("应正好有一个工作簿")) };
    let target = quick_xml::escape::unescape(&main.target).map_err(|_| damaged("工作簿的位置有误"))?;
    let target = target.strip_prefix('/').unwrap_or(&target);
    if target.ends_with('/') || target.is_empty() { Err(damaged("工作簿的位置有误")) } else { Ok(target.to_owned()) }
}

/// The relations of a part, by id.
fn relations<R: Read + Seek>(package: &mut Package<R>, part: &str) -> Result<HashMap<String, Relation>, Fault> {
    let xml = package.held(part)?.ok_or_else(|| damaged(format!("缺少 {part}")))?;
    let mut relations = HashMap::new();
    xml.elements(|tag| {
        if tag.local_name().as_ref() == "Relationship" {
            let text = |name| Ok::<_, Fault>(raw_attribute(tag, name)?.unwrap_or_default().into_owned());
            let kind = text("Type")?.rsplit('/').next().unwrap_or_default().to_owned();
            let is_external = text("TargetMode")?.eq_ignore_ascii_case("external");
            let relation = Relation { kind, target: text("Target")?, is_external };
            if relations.insert(text("Id")?, relation).is_some() {
                return Err(damaged(format!("{part} 中有重复的编号")));
            }
        }
        if relations.len() > MAX_STYLES { Err(Excess::Formats.into()) } else { Ok(()) }
    })?;
    Ok(relations)
}

/// Names of the sheets, each with the id of its relation.
fn sheet_list<R: Read + Seek>(package: &mut Package<R>, part: &str) -> Result<Vec<(String, String)>, Fault> {
    let xml = package.held(part)?.ok_or_else(|| damaged("没有工作簿"))?;
    let (mut listed, mut names, mut count) = (Vec::new(), HashSet::new(), 0);
    xml.elements(|tag| {
        count += 1;
        if tag.local_name().as_ref() == "sheet" {
            let name = attribute(tag, "name")?.unwrap_or_default();
            if !names.insert(clean_name(&name).to_lowercase()) {
                return Err(damaged(format!("两张工作表都叫“{}”；请改名后重试", excerpt(&name))));
            }
            let mut attributes = tag.attributes();
            let mut ids = attributes.with_checks(false).flatten().filter(|it| it.key.local_name().as_ref() == "id");
            let (Some(id), None) = (ids.next(), ids.next()) else { return Err(damaged("工作表的编号有误")) };
            listed.push((name, id.value.into_owned()));
        }
        match (listed.len() > MAX_SHEETS, count > MAX_ELEMENTS) {
            (true, _) => Err(Excess::Sheets.into()),
            (_, true) => Err(Excess::Formats.into()),
            _ => Ok(()),
        }
    })?;
    Ok(listed)
}

/// Checks the shared texts. Returns those that are struck out, and whether that is all of them.
fn check_strings<R: Read + Seek>(package: &mut Package<R>, part: &str) -> Result<HashMap<usize, bool>, Fault> {
    let Some(xml) = package.held(part)? else { return Ok(HashMap::new()) };
    let (mut count, mut runs, mut texts) = (0, Runs::default(), HashMap::new());
    xml.elements(|tag| {
        let name = tag.local_name();
        let claimed = match name.as_ref() {
            // The reader reserves memory for as many as this.
            "sst" => raw_attribute(tag, "uniqueCount")?.and_then(|it| it.parse().ok()).unwrap_or(0),
            _ => 0,
        };
        if name.as_ref() == "si" {
            if let Some(struck) = std::mem::take(&mut runs).struck() {
                texts.insert(count - 1, struck);
            }
            count += 1;
        } else {
            runs.see(tag)?;
        }
        if count.max(claimed) > MAX_CELLS { Err(Excess::Formats.into()) } else { Ok(()) }
    })?;
    if let Some(struck) = runs.struck() {
        texts.insert(count.saturating_sub(1), struck);
    }
    Ok(texts)
}

/// The runs of a rich text.
#[derive(Default)]
struct Runs {
    texts: usize,
    struck: usize,
    is_struck: bool,
    is_phonetic: bool,
}

impl Runs {
    fn see(&mut self, tag: &BytesStart<'_>) -> Result<(), Fault> {
        match tag.local_name().as_ref() {
            "r" => (self.is_struck, self.is_phonetic) = (false, false),
            "rPh" => self.is_phonetic = true,
            "strike" => self.is_struck = is_on(tag)?,
            "t" if !self.is_phonetic => {
                self.texts += 1;
                self.struck += usize::from(self.is_struck);
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether all of the text is struck out; `None` if nothing is.
    fn struck(&self) -> Option<bool> {
        (self.struck > 0).then_some(self.struck == self.texts)
    }
}

/// True for an element of a font that is not switched off.
fn is_on(tag: &BytesStart<'_>) -> Result<bool, Fault> {
    Ok(raw_attribute(tag, "val")?.is_none_or(|it| it != "0" && !it.eq_ignore_ascii_case("false")))
}

/// Checks the formats of cells. Returns those that strike out.
fn check_styles<R: Read + Seek>(package: &mut Package<R>, part: &str) -> Result<HashSet<usize>, Fault> {
    let Some(xml) = package.held(part)? else { return Ok(HashSet::new()) };
    let (mut formats, mut elements, mut list) = (0, 0, String::new());
    let (mut fonts, mut struck_fonts, mut cells, mut struck) = (0_usize, HashSet::new(), 0_usize, HashSet::new());
    xml.elements(|tag| {
        elements += 1;
        let name = tag.local_name();
        let name = name.as_ref();
        formats += usize::from(name == "xf");
        match (list.as_str(), name) {
            (_, "fonts" | "fills" | "borders" | "cellStyleXfs" | "cellXfs" | "cellStyles" | "dxfs" | "tableStyles") => {
                list = name.to_owned();
            }
            ("fonts", "font") => fonts += 1,
            ("fonts", "strike") if is_on(tag)? => drop(struck_fonts.insert(fonts.saturating_sub(1))),
            ("cellXfs", "xf") => {
                let font = raw_attribute(tag, "fontId")?.and_then(|it| it.parse::<usize>().ok());
                if font.is_some_and(|font| struck_fonts.contains(&font)) {
                    struck.insert(cells);
                }
                cells += 1;
            }
            _ => {}
        }
        // There are two lists of formats.
        if formats > 2 * MAX_STYLES || elements > MAX_ELEMENTS { Err(Excess::Formats.into()) } else { Ok(()) }
    })?;
    Ok(struck)
}

/// What of a workbook is struck out.
struct Struck {
    /// Shared texts, and whether all of each is.
    texts: HashMap<usize, bool>,
    /// Formats of cells.
    styles: HashSet<usize>,
}

/// Checks a sheet: its pieces are bounded, its cells have places, and it is whole.
fn check_sheet<R: Read + Seek>(
    package: &mut Package<R>,
    part: &str,
    name: &str,
    struck: &Struck,
    budget: &mut Budget,
) -> Result<Checked, Fault> {
    let mut xml = package.streamed(part)?.ok_or_else(|| damaged(format!("工作表“{name}”没有内容")))?;
    let (mut checked, mut buffer) = (Checked::default(), Vec::new());
    let mut place = Place::default();
    loop {
        let tag = match xml.next(&mut buffer)? {
            Event::Start(tag) => tag,
            Event::Text(text) if place.takes_text => {
                place.takes_text = false;
                let at = text.xml10_content().trim().parse().ok();
                if let Some(&is_whole) = at.and_then(|at: usize| struck.texts.get(&at)) {
                    place.strike(&mut checked.marks, is_whole);
                }
                continue;
            }
            Event::End(tag) if tag.local_name().as_ref() == "is" => {
                if let Some(is_whole) = std::mem::take(&mut place.runs).struck() {
                    place.strike(&mut checked.marks, is_whole);
                }
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        let (attribute, is_place): (_, fn(&str) -> bool) = match tag.local_name().as_ref() {
            "c" => ("r", |place| cell(place).is_some()),
            "row" => ("r", |row| cell(&format!("A{row}")).is_some()),
            "dimension" | "f" | "mergeCell" => ("ref", |area| block(area).is_some()),
            "col" => {
                checked.marks.hidden_columns.extend(hidden_columns(&tag)?);
                continue;
            }
            "v" => {
                place.takes_text = place.is_shared;
                continue;
            }
            _ => {
                place.runs.see(&tag)?;
                continue;
            }
        };
        let at = raw_attribute(&tag, attribute)?;
        if let Some(at) = &at
            && !is_place(at)
        {
            return Err(damaged(format!("工作表“{}”中看不懂的位置“{}”", excerpt(name), excerpt(at))));
        }
        match tag.local_name().as_ref() {
            "mergeCell" => {
                budget.merge()?;
                checked.merges.extend(at.as_deref().and_then(block));
            }
            "row" => {
                place.row(at.as_deref());
                if is_hidden_row(&tag)? {
                    checked.marks.hidden_rows.push(place.row);
                }
            }
            "c" => {
                place.cell(at.as_deref().and_then(cell));
                if !struck.styles.is_empty() {
                    let style = raw_attribute(&tag, "s")?.and_then(|it| it.parse().ok()).unwrap_or(0);
                    if struck.styles.contains(&style) {
                        place.strike(&mut checked.marks, true);
                    }
                }
                place.is_shared = !struck.texts.is_empty() && raw_attribute(&tag, "t")?.is_some_and(|it| it == "s");
            }
            _ => {}
        }
    }
    checked.marks.sort();
    Ok(checked)
}

/// Where the reading of a sheet stands.
#[derive(Default)]
struct Place {
    /// From 1.
    row: u64,
    /// From 0; what comes next if the cells have no places.
    column: usize,
    next: usize,
    is_shared: bool,
    takes_text: bool,
    runs: Runs,
}

impl Place {
    fn row(&mut self, stated: Option<&str>) {
        self.row = stated.and_then(|it| it.parse().ok()).unwrap_or(self.row + 1);
        self.next = 0;
    }

    fn cell(&mut self, stated: Option<(u64, usize)>) {
        (self.row, self.column) = stated.unwrap_or((self.row, self.next));
        self.next = self.column + 1;
        self.runs = Runs::default();
    }

    fn strike(&self, marks: &mut Marks, is_whole: bool) {
        marks.struck.push((self.row, self.column, is_whole));
    }
}

fn is_true(tag: &BytesStart<'_>, name: &str) -> Result<bool, Fault> {
    Ok(raw_attribute(tag, name)?.is_some_and(|it| it == "1" || it.eq_ignore_ascii_case("true")))
}

/// True for a row that is hidden, by hand or by a filter, or that has no height.
fn is_hidden_row(tag: &BytesStart<'_>) -> Result<bool, Fault> {
    Ok(is_true(tag, "hidden")? || raw_attribute(tag, "ht")?.is_some_and(|it| it.parse::<f64>() == Ok(0.0)))
}

/// The columns of an element if they are hidden or have no width.
fn hidden_columns(tag: &BytesStart<'_>) -> Result<Option<(usize, usize)>, Fault> {
    let is_hidden = is_true(tag, "hidden")? || raw_attribute(tag, "width")?.is_some_and(|it| it.parse::<f64>() == Ok(0.0));
    let number = |name| Ok::<_, Fault>(raw_attribute(tag, name)?.and_then(|it| it.parse::<usize>().ok()).filter(|it| *it > 0));
    let columns = number("min")?.zip(number("max")?).filter(|(min, max)| is_hidden && min <= max);
    Ok(columns.map(|(min, max)| (min - 1, max - 1)))
}

/// A block of cells: `A1:C3`, or one cell.
fn block(area: &str) -> Option<Merge> {
    let (first, last) = area.split_once(':').unwrap_or((area, area));
    let ((top, left), (bottom, right)) = (cell(first)?, cell(last)?);
    (top <= bottom && left <= right).then_some(Merge { rows: (top, bottom), columns: (left, right) })
}

/// Row (from 1) and column (from 0) of a place such as `BC12`; at most three letters and seven digits.
fn cell(place: &str) -> Option<(u64, usize)> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = place.split_at(letters);
    let is_number = (1..=7).contains(&row.len()) && row.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=3).contains(&letters) || !is_number {
        return None;
    }
    let column = column.bytes().fold(0, |at, letter| at * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1) - 1;
    row.parse().ok().filter(|&row| row > 0).map(|row| (row, column))
}

#[cfg(test)]
mod tests {
    use super::{block, cell};
    use crate::ingest::sheet::Merge;

    #[test]
    fn places_are_read_as_a_spreadsheet_writes_them() {
        assert_eq!((cell("A1"), cell("AA10"), cell("XFD1048576")), (Some((1, 0)), Some((10, 26)), Some((1_048_576, 16_383))));
        for wrong in ["", "A", "1", "A0", "ABCD1", "A12345678", "A-1", "$A$1", "A1:B2", "甲1"] {
            assert_eq!(cell(wrong), None, "{wrong}");
        }
        assert_eq!(block("B2:C4"), Some(Merge { rows: (2, 4), columns: (1, 2) }));
        assert_eq!((block("C4:B2"), block("B2:")), (None, None));
    }
}
