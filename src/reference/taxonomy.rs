//! Sectors, modes and groups, with the words that point to them. All of it is data: a file of the same shape can replace it.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use crate::domain::SectorCode;
use crate::excerpt::excerpt;

/// A taxonomy file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TaxonomyError {
    /// Not JSON of the expected shape.
    #[error("领域分类文件格式有误：第{}行第{}列附近；应为 JSON，有 sectors、modes 和 groups", .0.line(), .0.column())]
    Shape(#[from] serde_json::Error),
    /// A code that is empty or occurs twice.
    #[error("领域分类文件中代码“{}”{problem}", excerpt(code))]
    Code {
        /// The code.
        code: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Too many trigger words for one automaton.
    #[error("领域分类文件的触发词过多：{0}")]
    Words(#[from] aho_corasick::BuildError),
}

#[derive(Debug, Deserialize)]
struct File {
    sectors: Vec<SectorRow>,
    #[serde(default)]
    modes: Vec<TagRow>,
    #[serde(default)]
    groups: Vec<TagRow>,
}

#[derive(Debug, Deserialize)]
struct SectorRow {
    code: String,
    zh: String,
    #[serde(default)]
    triggers: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
    #[serde(default)]
    children: Vec<SectorRow>,
}

#[derive(Debug, Deserialize)]
struct TagRow {
    code: String,
    zh: String,
    #[serde(default)]
    triggers: Vec<String>,
    #[serde(default)]
    implied: Vec<String>,
}

/// A mode or a group: its code and its Chinese name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The code.
    pub code: String,
    /// The Chinese name.
    pub name: String,
}

/// One of the targets that a trigger word points to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pointer {
    /// Number of the sector, mode or group in its table.
    pub target: usize,
    /// 0.8 or 1 if the word is the target's own, 0.2 if it only hints at the target.
    pub weight: f64,
}

impl Pointer {
    /// Words of the target's own weigh 0.8 or 1, weak words less than this.
    const STRONG: f64 = 0.5;

    /// True if the word is the target's own and does not just hint at it.
    #[must_use]
    pub fn is_strong(&self) -> bool {
        self.weight > Self::STRONG
    }
}

/// Trigger words and their targets; the longest match wins.
#[derive(Debug)]
pub struct Triggers {
    matcher: AhoCorasick,
    pointers: Vec<Vec<Pointer>>,
}

/// A trigger word in a text.
#[derive(Debug, Clone, Copy)]
pub struct Trigger<'a> {
    /// Start of the byte range in the text.
    pub start: usize,
    /// End of the byte range.
    pub end: usize,
    /// What it points to.
    pub pointers: &'a [Pointer],
}

impl Triggers {
    fn new(words: HashMap<String, Vec<Pointer>>) -> Result<Self, TaxonomyError> {
        let mut words: Vec<_> = words.into_iter().filter(|(word, _)| !word.is_empty()).collect();
        words.sort_by(|a, b| a.0.cmp(&b.0));
        let matcher = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words.iter().map(|(word, _)| word))?;
        Ok(Self { matcher, pointers: words.into_iter().map(|(_, pointers)| pointers).collect() })
    }

    /// The words found in `text`, left to right, not overlapping.
    pub fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Trigger<'a>> {
        self.matcher.find_iter(text).map(|found| Trigger {
            start: found.start(),
            end: found.end(),
            pointers: &self.pointers[found.pattern().as_usize()],
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Sector {
    code: SectorCode,
    name: String,
    parent: Option<usize>,
}

/// The taxonomy in use.
#[derive(Debug)]
pub struct Taxonomy {
    sectors: Vec<Sector>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
    modes: Vec<Tag>,
    groups: Vec<Tag>,
    /// Words of the sectors.
    pub sector_words: Triggers,
    /// Words of the modes.
    pub mode_words: Triggers,
    /// Words of the groups.
    pub group_words: Triggers,
}

/// Weight of the `weak` words, which a sector shares with others, and of the `implied`
/// words, which only hint at a group or mode.
const WEAK: f64 = 0.2;
/// Weight of a top-level sector's own words; those of its children, being more specific, weigh 1.
const PARENT: f64 = 0.8;

impl Taxonomy {
    /// The taxonomy embedded in the program.
    #[must_use]
    pub fn embedded() -> Self {
        Self::from_json(include_str!("data/taxonomy.json")).expect("the embedded taxonomy is checked by a test")
    }

    /// Reads `{"sectors": [{code, zh, triggers, weak, children}], "modes": [...], "groups": [...]}`; only sectors are needed.
    ///
    /// # Errors
    /// JSON of another shape, a code that is empty or occurs twice, or too many trigger words.
    pub fn from_json(json: &str) -> Result<Self, TaxonomyError> {
        let file: File = serde_json::from_str(json)?;
        let mut sectors = Vec::new();
        let mut words: HashMap<String, Vec<Pointer>> = HashMap::new();
        for row in &file.sectors {
            let parent = sectors.len();
            push(&mut sectors, &mut words, row, None);
            for child in &row.children {
                push(&mut sectors, &mut words, child, Some(parent));
            }
        }
        let mut by_code = HashMap::new();
        for (n, sector) in sectors.iter().enumerate() {
            let code = sector.code.as_str().to_owned();
            if code.trim().is_empty() {
                return Err(TaxonomyError::Code { code, problem: "为空" });
            }
            if by_code.insert(code.clone(), n).is_some() {
                return Err(TaxonomyError::Code { code, problem: "重复" });
            }
        }
        // Where two sectors share a name, the first one keeps it.
        let by_name = sectors.iter().enumerate().rev().map(|(n, sector)| (sector.name.clone(), n)).collect();
        Ok(Self {
            sectors,
            by_code,
            by_name,
            modes: tags(&file.modes),
            groups: tags(&file.groups),
            sector_words: Triggers::new(words)?,
            mode_words: Triggers::new(tag_words(&file.modes))?,
            group_words: Triggers::new(tag_words(&file.groups))?,
        })
    }

    /// Number of sectors, children included; they are numbered in the order of the file, parents before their children.
    #[must_use]
    pub fn sector_count(&self) -> usize {
        self.sectors.len()
    }

    /// Number of the sector with this code.
    #[must_use]
    pub fn sector(&self, code: &SectorCode) -> Option<usize> {
        self.by_code.get(code.as_str()).copied()
    }

    /// The sector with this code or Chinese name.
    #[must_use]
    pub fn find_sector(&self, text: &str) -> Option<SectorCode> {
        let n = self.by_code.get(text).or_else(|| self.by_name.get(text))?;
        Some(self.code(*n).clone())
    }

    /// Code of the `n`th sector.
    #[must_use]
    pub fn code(&self, n: usize) -> &SectorCode {
        &self.sectors[n].code
    }

    /// Number of the parent of the `n`th sector; itself for a top-level sector.
    #[must_use]
    pub fn parent(&self, n: usize) -> usize {
        self.sectors[n].parent.unwrap_or(n)
    }

    /// Chinese name of a sector; the code where the taxonomy does not know it.
    #[must_use]
    pub fn name<'a>(&'a self, code: &'a SectorCode) -> &'a str {
        self.sector(code).map_or(code.as_str(), |n| &self.sectors[n].name)
    }

    /// The top-level sectors with their names, in the order of the file.
    pub fn top_sectors(&self) -> impl Iterator<Item = (&SectorCode, &str)> {
        self.sectors.iter().filter(|it| it.parent.is_none()).map(|it| (&it.code, it.name.as_str()))
    }

    /// All sectors with their names and the number of levels above them: each top-level sector, then those below it.
    pub fn nested_sectors(&self) -> impl Iterator<Item = (&SectorCode, &str, usize)> {
        let below = move |top: usize| (0..self.sectors.len()).filter(move |&n| n != top && self.parent(n) == top).map(|n| (n, 1));
        let tops = (0..self.sectors.len()).filter(|&n| self.parent(n) == n);
        let all = tops.flat_map(move |top| std::iter::once((top, 0)).chain(below(top)));
        all.map(|(n, above)| (&self.sectors[n].code, self.sectors[n].name.as_str(), above))
    }

    /// Number of the mode with this code.
    #[must_use]
    pub fn mode(&self, code: &str) -> Option<usize> {
        self.modes.iter().position(|tag| tag.code == code)
    }

    /// Number of the group with this code.
    #[must_use]
    pub fn group(&self, code: &str) -> Option<usize> {
        self.groups.iter().position(|tag| tag.code == code)
    }

    /// The modes.
    #[must_use]
    pub fn modes(&self) -> &[Tag] {
        &self.modes
    }

    /// The groups.
    #[must_use]
    pub fn groups(&self) -> &[Tag] {
        &self.groups
    }
}

fn push(sectors: &mut Vec<Sector>, words: &mut HashMap<String, Vec<Pointer>>, row: &SectorRow, parent: Option<usize>) {
    let target = sectors.len();
    sectors.push(Sector { code: SectorCode::new(row.code.as_str()), name: row.zh.clone(), parent });
    let own = if parent.is_none() { PARENT } else { 1.0 };
    for (list, weight) in [(&row.triggers, own), (&row.weak, WEAK)] {
        for word in list {
            let pointers = words.entry(word.clone()).or_default();
            // A child's word may also be in its parent's list; the child, as the more specific target, replaces the parent.
            pointers.retain(|pointer| Some(pointer.target) != parent);
            if pointers.iter().all(|pointer| pointer.target != target) {
                pointers.push(Pointer { target, weight });
            }
        }
    }
}

fn tags(rows: &[TagRow]) -> Vec<Tag> {
    rows.iter().map(|row| Tag { code: row.code.clone(), name: row.zh.clone() }).collect()
}

fn tag_words(rows: &[TagRow]) -> HashMap<String, Vec<Pointer>> {
    let mut words: HashMap<String, Vec<Pointer>> = HashMap::new();
    for (target, row) in rows.iter().enumerate() {
        for (list, weight) in [(&row.triggers, 1.0), (&row.implied, WEAK)] {
            for word in list {
                words.entry(word.clone()).or_default().push(Pointer { target, weight });
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_taxonomy_has_parents_before_children() {
        let taxonomy = Taxonomy::embedded();
        assert_eq!(taxonomy.top_sectors().count(), 22);
        for n in 0..taxonomy.sector_count() {
            assert!(taxonomy.parent(n) <= n);
        }
        assert_eq!(taxonomy.name(&SectorCode::new("MED.village_doctor")), "乡村医生与基层能力");
        assert_eq!(taxonomy.find_sector("助残").unwrap().as_str(), "DIS");
    }

    #[test]
    fn a_flat_taxonomy_without_words_is_enough() {
        let taxonomy = Taxonomy::from_json(r#"{"sectors": [{"code": "法学", "zh": "法学"}]}"#).unwrap();
        assert_eq!(taxonomy.sector_count(), 1);
        assert_eq!(taxonomy.sector_words.find("法学").count(), 0);
    }

    #[test]
    fn a_duplicate_code_is_an_error_that_names_it() {
        let error = Taxonomy::from_json(r#"{"sectors": [{"code": "A", "zh": "甲"}, {"code": "A", "zh": "乙"}]}"#).unwrap_err();
        assert_eq!(error.to_string(), "领域分类文件中代码“A”重复");
    }
}
