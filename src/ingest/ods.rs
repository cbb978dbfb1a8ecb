//! Reads ODS (OpenDocument 1.3 part 3, §9.1) cell by cell. Repeats are written out for cells with a value only: most repeats
//! are of blank cells, and a reader that lays them out needs memory for what nobody typed.

use std::collections::HashSet;
use std::io::{Read, Seek};

use quick_xml::events::{BytesStart, Event};

use super::collector::{Collector, iso_value, number_value, text_value};
use super::limits::{Budget, Excess, MAX_CELLS, MAX_PIECE, MAX_SHEETS, MAX_STYLES};
use super::names_of_files::clean_name;
use super::package::{Fault, Package, Xml, attribute, damaged, raw_attribute};
use super::sheet::{Marks, Merge, Sheet, Value};
use crate::excerpt::excerpt;

/// Reads every sheet.
pub(super) fn read<R: Read + Seek>(mut package: Package<R>, budget: &mut Budget) -> Result<Vec<Sheet>, Fault> {
    let mut is_encrypted = false;
    if let Some(manifest) = package.held("META-INF/manifest.xml")? {
        manifest.elements(|tag| {
            is_encrypted |= tag.local_name().as_ref() == "encryption-data";
            Ok(())
        })?;
    }
    if is_encrypted {
        return Err(Fault::Password);
    }
    let xml = package.streamed("content.xml")?.ok_or_else(|| damaged("缺少 content.xml"))?;
    Content { xml, buffer: Vec::new(), hidden: HashSet::new(), striking: HashSet::new() }.sheets(budget)
}

/// The content, as far as it is read.
struct Content<'a, R: Read> {
    xml: Xml<'a, R>,
    buffer: Vec<u8>,
    /// Styles of hidden sheets.
    hidden: HashSet<String>,
    /// Styles that strike out.
    striking: HashSet<String>,
}

/// A cell with its repeats.
struct Cell {
    value: Option<Value>,
    repeats: u64,
    /// How many rows and columns it covers.
    span: (u64, u64),
    /// Whether all of it is struck out; `None` if nothing is.
    struck: Option<bool>,
}

/// Column and value of a cell, and whether all of it is struck out.
type Filled = (u32, Value, Option<bool>);

/// What a sheet holds.
struct Body {
    rows: Vec<super::sheet::SheetRow>,
    merges: Vec<Merge>,
    marks: Marks,
}

impl<R: Read> Content<'_, R> {
    fn sheets(mut self, budget: &mut Budget) -> Result<Vec<Sheet>, Fault> {
        let (mut sheets, mut names, mut style) = (Vec::new(), HashSet::new(), None);
        loop {
            let tag = match self.xml.next(&mut self.buffer)? {
                Event::Start(tag) => tag,
                Event::Eof => return Ok(sheets),
                _ => continue,
            };
            match tag.name().as_ref() {
                "style:style" => style = attribute(&tag, "style:name")?,
                "style:table-properties" => {
                    let is_hidden = raw_attribute(&tag, "table:display")?.is_some_and(|it| it == "false");
                    self.hidden.extend(style.clone().filter(|_| is_hidden));
                    if self.hidden.len() > MAX_STYLES {
                        return Err(Excess::Formats.into());
                    }
                }
                "style:text-properties" => {
                    let strikes = |name| Ok::<_, Fault>(raw_attribute(&tag, name)?.is_some_and(|it| it != "none"));
                    let is_struck = strikes("style:text-line-through-style")? || strikes("style:text-line-through-type")?;
                    self.striking.extend(style.clone().filter(|_| is_struck));
                    if self.striking.len() > MAX_STYLES {
                        return Err(Excess::Formats.into());
                    }
                }
                "table:table" => {
                    let (name, style) = (attribute(&tag, "table:name")?, attribute(&tag, "table:style-name")?);
                    let is_hidden = style.is_some_and(|style| self.hidden.contains(&style));
                    let Body { rows, merges, marks } = self.sheet(budget)?;
                    // A table without a name holds copies of cells of another file.
                    let Some(name) = name.map(|name| clean_name(&name)) else { continue };
                    if !names.insert(name.clone()) {
                        return Err(damaged(format!("两张工作表都叫“{}”；请改名后重试", excerpt(&name))));
                    }
                    sheets.push(Sheet { name: Some(name), is_hidden, rows, merges, marks, widths: Vec::new() });
                    if sheets.len() > MAX_SHEETS {
                        return Err(Excess::Sheets.into());
                    }
                }
                _ => {}
            }
        }
    }

    fn sheet(&mut self, budget: &mut Budget) -> Result<Body, Fault> {
        let (mut merges, mut rows, mut depth, mut columns) = (Vec::new(), 0_u64, 0, 0_u64);
        let mut marks = Marks::default();
        let mut collector = Collector::new(budget);
        loop {
            let (repeats, is_hidden) = match self.xml.next(&mut self.buffer)? {
                Event::Start(tag) if tag.name().as_ref() == "table:table-row" => {
                    (number(&tag, "table:number-rows-repeated")?, is_out_of_sight(&tag)?)
                }
                Event::Start(tag) => {
                    depth += 1;
                    if tag.name().as_ref() == "table:table-column" {
                        let last = columns.saturating_add(number(&tag, "table:number-columns-repeated")?);
                        if is_out_of_sight(&tag)? && marks.hidden_columns.len() < super::limits::MAX_COLUMNS {
                            marks.hidden_columns.push((columns as usize, last.saturating_sub(1) as usize));
                        }
                        columns = last;
                    }
                    continue;
                }
                Event::End(_) if depth == 0 => {
                    marks.sort();
                    return Ok(Body { rows: collector.finish(), merges, marks });
                }
                Event::End(_) => {
                    depth -= 1;
                    continue;
                }
                Event::Eof => return Err(damaged("内容不完整")),
                _ => continue,
            };
            let cells = self.row(rows, &mut collector, &mut merges)?;
            for repeat in (0..repeats).take(if cells.is_empty() { 0 } else { MAX_CELLS }) {
                let row = rows + repeat;
                for (column, value, struck) in &cells {
                    collector.push(place(row)?, *column, Some(value.clone()))?;
                    marks.struck.extend(struck.map(|is_whole| (row + 1, *column as usize, is_whole)));
                }
                marks.hidden_rows.extend(is_hidden.then_some(row + 1));
            }
            rows = rows.saturating_add(repeats);
        }
    }

    /// The cells with a value of the row that has begun, repeats written out.
    fn row(&mut self, row: u64, collector: &mut Collector<'_>, merges: &mut Vec<Merge>) -> Result<Vec<Filled>, Fault> {
        let (mut cells, mut column) = (Vec::new(), 0_u64);
        loop {
            let cell = match self.xml.next(&mut self.buffer)? {
                Event::Start(tag) if matches!(tag.name().as_ref(), "table:table-cell" | "table:covered-table-cell") => {
                    let started = Started::new(&tag)?;
                    self.cell(started)?
                }
                Event::Start(_) => {
                    self.skip()?;
                    continue;
                }
                Event::End(_) => return Ok(cells),
                Event::Eof => return Err(damaged("内容不完整")),
                _ => continue,
            };
            let (down, right) = cell.span;
            if down > 1 || right > 1 {
                collector.merge()?;
                let (row, column) = (row.saturating_add(1), column as usize);
                let columns = (column, column.saturating_add(right as usize - 1));
                merges.push(Merge { rows: (row, row.saturating_add(down - 1)), columns });
            }
            if let Some(value) = cell.value {
                for repeat in 0..cell.repeats {
                    if cells.len() > super::limits::MAX_COLUMNS {
                        return Err(Excess::Columns(row + 1).into());
                    }
                    cells.push((place(column + repeat)?, value.clone(), cell.struck));
                }
            }
            column = column.saturating_add(cell.repeats);
        }
    }

    /// The rest of a cell that has begun.
    fn cell(&mut self, started: Started) -> Result<Cell, Fault> {
        let Started { stated, takes_text, repeats, span, style } = started;
        let (mut text, mut paragraphs, mut in_paragraph) = (String::new(), 0, 0);
        // How deep the text is inside a span that strikes out, and how much of it is.
        let (mut struck_from, mut struck) = (None, 0);
        loop {
            match self.xml.next(&mut self.buffer)? {
                Event::Start(tag) => match tag.name().as_ref() {
                    "text:p" | "text:h" => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                        in_paragraph += 1;
                    }
                    // Remarks and drawings are no part of the value.
                    name if in_paragraph == 0 || name == "office:annotation" => self.skip()?,
                    "text:s" => {
                        let count = number(&tag, "text:c")?;
                        if count > MAX_PIECE as u64 {
                            return Err(Excess::Piece(None).into());
                        }
                        text.extend(std::iter::repeat_n(' ', count as usize));
                        in_paragraph += 1;
                    }
                    "text:tab" => {
                        text.push('\t');
                        in_paragraph += 1;
                    }
                    "text:line-break" => {
                        text.push('\n');
                        in_paragraph += 1;
                    }
                    _ => {
                        in_paragraph += 1;
                        let style = attribute(&tag, "text:style-name")?;
                        if struck_from.is_none() && style.is_some_and(|style| self.striking.contains(&style)) {
                            struck_from = Some((in_paragraph, text.len()));
                        }
                    }
                },
                Event::End(_) if in_paragraph == 0 => break,
                Event::End(_) => {
                    if let Some((_, from)) = struck_from.take_if(|(depth, _)| *depth == in_paragraph) {
                        struck += text.len() - from;
                    }
                    in_paragraph -= 1;
                }
                Event::Text(part) if in_paragraph > 0 => text.push_str(&part.xml10_content()),
                Event::CData(part) if in_paragraph > 0 => text.push_str(&part.xml10_content()),
                Event::GeneralRef(entity) if in_paragraph > 0 => {
                    let known = quick_xml::escape::resolve_predefined_entity(&entity);
                    let character = entity.resolve_char_ref().ok().flatten();
                    text.push_str(known.unwrap_or_default());
                    text.extend(character);
                }
                Event::Eof => return Err(damaged("内容不完整")),
                _ => {}
            }
            if text.len() > MAX_PIECE {
                return Err(Excess::Piece(None).into());
            }
        }
        let is_struck = style.is_some_and(|style| self.striking.contains(&style));
        let struck = (is_struck || struck > 0).then_some(is_struck || struck >= text.trim().len());
        let value = if takes_text { text_value(&text) } else { stated };
        Ok(Cell { value, repeats, span, struck })
    }

    /// Passes over the rest of an element that has begun.
    fn skip(&mut self) -> Result<(), Fault> {
        let mut depth = 0;
        loop {
            match self.xml.next(&mut self.buffer)? {
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => return Ok(()),
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(damaged("内容不完整")),
                _ => {}
            }
        }
    }
}

/// What the tag of a cell says.
struct Started {
    stated: Option<Value>,
    /// True if the value is the text inside.
    takes_text: bool,
    repeats: u64,
    span: (u64, u64),
    style: Option<String>,
}

impl Started {
    fn new(tag: &BytesStart<'_>) -> Result<Self, Fault> {
        let kind = raw_attribute(tag, "office:value-type")?.unwrap_or_default().into_owned();
        let is_fault = raw_attribute(tag, "calcext:value-type")?.is_some_and(|it| it == "error");
        let text = |name| attribute(tag, name);
        // Programs that show an error leave an empty text in the attribute.
        let string = text("office:string-value")?.filter(|string| !is_fault || !string.is_empty());
        let stated = match kind.as_str() {
            "string" => string.as_deref().and_then(text_value),
            "date" => text("office:date-value")?.as_deref().map(iso_value),
            "time" => text("office:time-value")?.as_deref().and_then(text_value),
            "boolean" => text("office:boolean-value")?.map(|flag| Value::Flag(flag.eq_ignore_ascii_case("true"))),
            _ => match text("office:value")? {
                Some(number) => number_value(number.trim().parse().map_err(|_| damaged(format!("不是数：{number}")))?),
                None => None,
            },
        };
        let takes_text = (kind == "string" || is_fault) && string.is_none();
        let span = (number(tag, "table:number-rows-spanned")?, number(tag, "table:number-columns-spanned")?);
        let (repeats, style) = (number(tag, "table:number-columns-repeated")?, text("table:style-name")?);
        Ok(Self { stated, takes_text, repeats, span, style })
    }
}

/// True for a row or column that is hidden, by hand or by a filter.
fn is_out_of_sight(tag: &BytesStart<'_>) -> Result<bool, Fault> {
    Ok(raw_attribute(tag, "table:visibility")?.is_some_and(|it| it == "collapse" || it == "filter"))
}

/// A count; 1 if the attribute is missing.
fn number(tag: &BytesStart<'_>, name: &str) -> Result<u64, Fault> {
    Ok(raw_attribute(tag, name)?.and_then(|text| text.parse().ok()).unwrap_or(1).max(1))
}

/// A row or column within what a spreadsheet can have.
fn place(at: u64) -> Result<u32, Fault> {
    u32::try_from(at).map_err(|_| Excess::Grid.into())
}
