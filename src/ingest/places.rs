//! Places of a row: one or several columns, from the province down, and the place that the sheet is about.

use qianshou_index::normalize::normalize;
use serde_json::Value;

use super::cell_value::{is_placeholder, shown};
use super::fields::{Fields, Severity};
use super::table::Cell;
use crate::domain::{RegionCode, RegionFinding};
use crate::excerpt::excerpt;
use crate::reference::Level;
use crate::understand::{RegionField, near_names, region_field};

/// Entries of region columns that mean no particular place.
const NO_PLACE: [&str; 9] = ["全国", "各地", "多地", "各省", "西部", "中西部", "边远", "贫困地区", "三区三州"];

impl Fields<'_> {
    /// The places in a field. An unknown name rejects the row; an ambiguous name gives a warning and all its candidates.
    pub(super) fn regions(&mut self, field: &str, province_first: bool) -> Vec<RegionFinding> {
        let cells: Vec<Cell> = self.all(field).cloned().collect();
        let Some(first) = cells.first() else { return Vec::new() };
        if let Some(unknown) = cells.iter().find(|cell| cells.len() > 1 && self.is_unknown_place(cell)) {
            let name = shown(&unknown.value);
            let near = near_names(self.reference(), &name, self.setting.region);
            let reason = format!("不认识的地名“{}”{near}；请写全省、州市、县的名称", excerpt(&name));
            self.note(Severity::Rejects, Some(unknown), &reason);
            return Vec::new();
        }
        self.check_nesting(&cells);
        let names = match &first.value {
            Value::Array(_) => self.list(field),
            _ => vec![self.text(field).unwrap_or_default()],
        };
        let mut found: Vec<RegionFinding> = Vec::new();
        for name in names {
            if is_placeholder(&Value::String(name.clone())) {
                continue;
            }
            let shown = excerpt(&name);
            if NO_PLACE.iter().any(|word| name.starts_with(word)) {
                self.note(Severity::Warns, Some(first), &format!("“{shown}”不是具体的地区，按未限定地区处理"));
                continue;
            }
            match region_field(self.reference(), &name, self.setting.region, province_first) {
                RegionField::Certain(regions) => found.extend(regions),
                RegionField::Ambiguous(regions) => {
                    let unsure = regions.iter().filter(|region| !region.certain);
                    let candidates: Vec<&str> = unsure.map(|region| region.name.as_str()).collect();
                    let reason = format!("地名有多种可能：{}；请写全省、州市、县", candidates.join("、"));
                    self.note(Severity::Warns, Some(first), &reason);
                    found.extend(regions);
                }
                // A village or street of the place that the sheet or list is about.
                RegionField::Unknown if self.setting.region.is_some() && !names_division(&name) => {
                    let code = self.setting.region.map(|code| self.reference().divisions.full_name(code)).unwrap_or_default();
                    if !is_village(&name) {
                        self.note(Severity::Warns, Some(first), &format!("没有找到“{shown}”，按{code}处理；请写全省、州市、县"));
                    }
                }
                RegionField::Unknown => {
                    let near = near_names(self.reference(), &name, self.setting.region);
                    let reason = format!("不认识的地名“{shown}”{near}；请写全省、州市、县的名称");
                    self.note(Severity::Rejects, Some(first), &reason);
                }
            }
        }
        // A list such as [省, 州, 县] names one place: what contains another certain place is dropped.
        let certain: Vec<_> = found.iter().filter(|region| region.certain).map(|region| region.code).collect();
        let divisions = self.reference().divisions;
        found.retain(|region| !certain.iter().any(|&inner| inner != region.code && divisions.contains(region.code, inner)));
        let mut seen = std::collections::HashSet::new();
        found.retain(|region| seen.insert(region.code));
        found
    }

    /// Lets the office that asks, or the address of the delivery, say where a need lies, as far as nothing else does: 钟祥市人民医院
    /// lies in 钟祥市. Only a name that begins with places in full counts, and it never contradicts what is stated.
    pub(super) fn refine_by_office(&self, regions: &mut Vec<RegionFinding>, outer: Option<RegionCode>) {
        let divisions = self.reference().divisions;
        // A county cannot be refined.
        if regions.iter().any(|region| region.certain && divisions.level(region.code) == Level::County) {
            return;
        }
        let named = ["submitted_by", "address"].iter().filter_map(|field| self.begins_with_place(field, outer));
        for found in named {
            let certain: Vec<&RegionFinding> = regions.iter().filter(|region| region.certain).collect();
            let refines = match certain.as_slice() {
                [] => regions.iter().all(|region| divisions.contains(region.code, found.code) || region.code == found.code),
                [only] => only.code != found.code && divisions.contains(only.code, found.code),
                _ => false,
            };
            if refines {
                *regions = vec![found];
            }
        }
    }

    /// The place that a text begins with, written in full: 恩施州咸丰县人民医院.
    fn begins_with_place(&self, field: &str, outer: Option<RegionCode>) -> Option<RegionFinding> {
        const ENDINGS: [char; 8] = ['省', '州', '市', '县', '区', '旗', '盟', '岛'];
        let text = normalize(&self.text(field)?).text;
        let mut end = 0;
        loop {
            let here = self.reference().divisions.names_at(&text, end);
            let longest = here.filter(|to| text[..*to].ends_with(ENDINGS)).max();
            match longest.filter(|to| *to > end) {
                Some(to) => end = to,
                None => break,
            }
        }
        if end == 0 {
            return None;
        }
        match region_field(self.reference(), &text[..end], outer, false) {
            RegionField::Certain(found) if found.len() == 1 => found.into_iter().next(),
            _ => None,
        }
    }

    /// True if a cell of the field holds a name that ends like that of a province, prefecture or county.
    pub(super) fn names_division(&self, field: &str) -> bool {
        self.all(field).any(|cell| names_division(&shown(&cell.value)))
    }

    fn is_unknown_place(&self, cell: &Cell) -> bool {
        let text = shown(&cell.value);
        region_field(self.reference(), &text, self.setting.region, false) == RegionField::Unknown && names_division(&text)
    }

    /// Rejects the row unless its columns, from the province down to the county, are nested.
    fn check_nesting(&mut self, cells: &[Cell]) {
        // After 青海省, 海南 is the prefecture; in the first column it is the province.
        let mut outer = self.setting.region;
        let mut places: Vec<(&Cell, RegionFinding)> = Vec::new();
        for cell in cells {
            let is_head = places.is_empty() && outer.is_none();
            if let RegionField::Certain(found) = region_field(self.reference(), &shown(&cell.value), outer, is_head)
                && let [only] = found.as_slice()
            {
                outer = Some(only.code);
                places.push((cell, only.clone()));
            }
        }
        let divisions = self.reference().divisions;
        let apart = places.windows(2).find(|pair| {
            let (outer, inner) = (pair[0].1.code, pair[1].1.code);
            !divisions.contains(outer, inner)
                && !divisions.contains(inner, outer)
                && divisions.level(outer) != divisions.level(inner)
        });
        if let Some([(outer, _), (inner, found)]) = apart.map(|pair| [pair[0].clone(), pair[1].clone()]) {
            let reason =
                format!("“{}”属于{}，与{}列的“{}”不符", found.matched, found.name, outer.column, excerpt(&shown(&outer.value)));
            let inner = inner.clone();
            self.note(Severity::Rejects, Some(&inner), &reason);
        }
    }
}

/// True for a place below the county.
fn is_village(text: &str) -> bool {
    ["乡", "镇", "村", "街道", "社区", "苏木", "屯", "组", "校", "园", "院", "中心"].iter().any(|word| text.contains(word))
}

/// True if a name in `text` ends like that of a province, prefecture or county.
fn names_division(text: &str) -> bool {
    const COUNTING: [char; 16] = ['一', '二', '两', '三', '四', '五', '六', '七', '八', '九', '十', '各', '全', '多', '等', '个'];
    normalize(text).text.split(|c: char| !c.is_alphanumeric()).any(|name| {
        let bare = name.strip_suffix(['省', '州', '市', '县', '旗']).unwrap_or_default();
        !bare.is_empty() && !bare.ends_with(COUNTING)
    })
}
