//! Sectors, groups and modes of a row, by code or by name.

use qianshou_index::normalize::normalize;
use serde_json::Value;

use super::fields::{Fields, Severity};
use crate::domain::{SectorCode, TagCode};
use crate::excerpt::excerpt;
use crate::reference::{Tag, Triggers};
use crate::understand::sector_field;

impl Fields<'_> {
    /// Sectors by code or Chinese name; an unknown one rejects the row.
    pub(super) fn sectors(&mut self, field: &str) -> Vec<SectorCode> {
        let Some(cell) = self.cell(field) else { return Vec::new() };
        let taxonomy = &self.reference().taxonomy;
        if let Value::String(whole) = &cell.value
            && let Some(code) = taxonomy.find_sector(whole)
        {
            return vec![code];
        }
        let mut codes = Vec::new();
        for item in self.list(field).iter().flat_map(|item| match taxonomy.find_sector(item) {
            Some(_) => vec![item.as_str()],
            None => item.split(['/', '、', '，', ',', ';', '；']).map(str::trim).filter(|part| !part.is_empty()).collect(),
        }) {
            // The unchanged item comes first: a custom taxonomy may spell its names in any way.
            match taxonomy.find_sector(item).or_else(|| sector_field(taxonomy, &normalize(item).text)) {
                Some(code) => codes.push(code),
                None => {
                    let item = excerpt(item);
                    let reason = format!("领域分类中没有“{item}”；请用领域代码或名称，或用 --taxonomy 导入自己的分类");
                    self.note(Severity::Rejects, Some(&cell), &reason);
                }
            }
        }
        codes
    }

    /// The sectors that a category of any classification means; one that means none gives a warning.
    pub(super) fn category(&mut self) -> Option<Vec<SectorCode>> {
        let taxonomy = &self.reference().taxonomy;
        let mut codes: Vec<SectorCode> = Vec::new();
        for item in self.list("category") {
            match taxonomy.find_sector(&item).or_else(|| sector_field(taxonomy, &normalize(&item).text)) {
                Some(code) if codes.contains(&code) => {}
                Some(code) => codes.push(code),
                None => {
                    let item = excerpt(&item);
                    self.warn("category", &format!("领域分类中没有“{item}”，领域按内容判断；可写领域代码或名称"));
                }
            }
        }
        (!codes.is_empty()).then_some(codes)
    }

    /// Codes of groups; Chinese names and trigger words are mapped to codes.
    pub(super) fn groups(&mut self, field: &str) -> Vec<TagCode> {
        let taxonomy = &self.reference().taxonomy;
        self.tags(field, taxonomy.groups(), &taxonomy.group_words, "受益人群")
    }

    /// Codes of modes; Chinese names and trigger words are mapped to codes.
    pub(super) fn modes(&mut self, field: &str) -> Vec<TagCode> {
        let taxonomy = &self.reference().taxonomy;
        self.tags(field, taxonomy.modes(), &taxonomy.mode_words, "帮扶方式")
    }

    fn tags(&mut self, field: &str, tags: &[Tag], words: &Triggers, name: &str) -> Vec<TagCode> {
        let mut codes = Vec::new();
        for item in self.list(field) {
            let plain = normalize(&item).text;
            let pointed = || words.find(&plain).next().map(|trigger| &tags[trigger.pointers[0].target]);
            match tags.iter().find(|tag| [&item, &plain].contains(&&tag.code) || tag.name == plain).or_else(pointed) {
                Some(tag) if !codes.contains(&tag.code) => codes.push(tag.code.clone()),
                Some(_) => {}
                None => self.warn(field, &format!("不认识的{name}“{}”，已忽略", excerpt(&item))),
            }
        }
        codes
    }
}
