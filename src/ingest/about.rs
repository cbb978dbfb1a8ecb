//! What a sheet says about all its rows, in the rows above the table and by its name.

use std::collections::HashSet;

use qianshou_index::normalize::normalize;

use super::context::ReadingContext;
use super::limits::MAX_NAME;
use super::table::{Block, Table};
use crate::domain::RegionCode;
use crate::privacy::masked;
use crate::understand::{Context, RegionField, region_field, understand};

/// What the title rows and the name of a sheet say about all its rows.
pub(super) struct About {
    pub(super) region: Option<RegionCode>,
    pub(super) list: Option<String>,
    pub(super) year: Option<i16>,
    /// Fields that the header has a column for.
    pub(super) columns: HashSet<String>,
}

impl About {
    pub(super) fn read_from(table: &Table, block: Option<&Block>, setting: &ReadingContext<'_>) -> Self {
        let context = Context { region: None, date: setting.today };
        let title = block.map_or("", |block| block.title.as_str());
        let place = |text: &str| {
            let found = understand(setting.reference, None, text, &context).record.regions;
            match found.as_slice() {
                [only] if only.certain => Some(only.code),
                _ => None,
            }
        };
        let named = |name: &str, outer| match region_field(setting.reference, name, outer, false) {
            RegionField::Certain(found) if found.len() == 1 => found.first().map(|it| it.code),
            _ => None,
        };
        let lines = || title.lines().map(str::trim).filter(|line| !line.is_empty());
        let list = lines().find(|line| !is_aside(line)).or_else(|| lines().next());
        let list = list.map(|line| masked(without_page(line)).chars().take(MAX_NAME).collect());
        let sheet = table.sheet.as_deref().unwrap_or_default();
        let of_title = place(title).or_else(|| lines().find_map(place));
        let of_sheet = named(sheet, of_title);
        // Of two places, the inner one: a sheet of a prefecture may have a table for each county.
        let divisions = setting.reference.divisions;
        let inner = of_title.zip(of_sheet).filter(|(title, sheet)| divisions.contains(*sheet, *title)).map(|(title, _)| title);
        let of_table = inner.or(of_sheet).or(of_title);
        let of_section = block.filter(|it| !it.section.is_empty()).and_then(|it| named(&it.section, of_table));
        Self {
            region: of_section.or(of_table),
            year: [title, sheet].into_iter().find_map(stated_year).or_else(|| lines().find_map(year_of_day)),
            list,
            columns: block.into_iter().flat_map(Block::fields).map(str::to_owned).collect(),
        }
    }
}

/// A title without what says that it is that of another page: （续）, (第2页).
fn without_page(line: &str) -> &str {
    let Some(at) = line.rfind(['(', '（']).filter(|at| *at > 0) else { return line };
    let inside = line[at..].trim_matches(['(', '（', ')', '）', ' ']);
    let is_page = inside.starts_with('续') || inside.starts_with('第') && inside.ends_with('页');
    if is_page && line.ends_with([')', '）']) { line[..at].trim_end() } else { line }
}

/// True for a line above a table that is not its name: 附件1, 单位：万元, 填报单位：某局, a day.
fn is_aside(line: &str) -> bool {
    const ASIDES: [&str; 11] = ["附件", "附表", "单位:", "单位：", "金额单位", "填报", "填表", "制表", "日期", "(单位", "（单位"];
    const LONGEST: usize = 6;
    let is_attachment = |start: &str| !start.starts_with("附") || line.chars().count() <= LONGEST;
    ASIDES.iter().any(|start| line.starts_with(start) && is_attachment(start))
        || year_of_day(line).is_some() && !line.contains('表')
}

/// The year of a line that is a day: 2020-01-29, 2020.1.29, 日期：2020/1/29.
fn year_of_day(line: &str) -> Option<i16> {
    let digits = line.trim_start_matches(|c: char| !c.is_ascii_digit());
    let mut parts = digits.splitn(3, ['-', '.', '/']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let day: String = day.chars().take_while(char::is_ascii_digit).collect();
    let is_part = |text: &str, most: u8| text.parse::<u8>().is_ok_and(|number| (1..=most).contains(&number));
    let year: i16 = year.parse().ok().filter(|year| (1990..2100).contains(year))?;
    (is_part(month, 12) && is_part(&day, 31)).then_some(year)
}

/// The first year in a title: 2021年德钦县需求清单, 二〇二一年. A number of years (五年规划) does not count.
fn stated_year(text: &str) -> Option<i16> {
    const DIGITS: &str = "〇一二三四五六七八九";
    let text = normalize(text).text.replace('零', "〇");
    let digit = |c: char| c.to_digit(10).or_else(|| DIGITS.chars().position(|it| it == c).map(|at| at as u32));
    text.match_indices('年').find_map(|(at, _)| {
        let digits: Vec<u32> = text[..at].chars().rev().map_while(digit).take(4).collect();
        let year = digits.iter().rev().fold(0, |year, digit| year * 10 + *digit as i16);
        (digits.len() == 4 && (1990..2100).contains(&year)).then_some(year)
    })
}
