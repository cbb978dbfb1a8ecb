//! How headings are to be read where the list of headings does not say so: stated by the user, or remembered from an earlier list
//! with the same headings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::headings::{self, ERROR_HEADING, clean};
use crate::domain::EntityKind;
use crate::excerpt::excerpt;

/// Most headings that a mapping has.
const MAX_ENTRIES: usize = 200;
/// Longest heading in a mapping, in characters.
const MAX_HEADING: usize = 100;
/// Words for a column that is not to be read.
const IGNORE: [&str; 4] = ["忽略", "ignore", "不读", "-"];

/// Headings with the fields that they mean; an empty field stands for a column that is not to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mapping {
    fields: BTreeMap<String, String>,
}

impl Mapping {
    /// Reads `医院名称=submitted_by,所需物资=goods,备用=忽略`, or a JSON object of the same.
    ///
    /// # Errors
    /// What is wrong, in words for the user.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let entries: Vec<(String, String)> = if text.starts_with('{') {
            let map: BTreeMap<String, String> =
                serde_json::from_str(text).map_err(|_| "列名对应应是 {\"列名\": \"字段\"} 形式的 JSON".to_owned())?;
            map.into_iter().collect()
        } else {
            let pairs = text.split([',', '，', ';', '；', '\n']).filter(|pair| !pair.trim().is_empty());
            let entry = |pair: &str| {
                let (heading, field) = pair.rsplit_once(['=', '＝'])?;
                Some((heading.trim().to_owned(), field.trim().to_owned()))
            };
            let read = |pair: &str| entry(pair).ok_or_else(|| format!("“{}”应写成 列名=字段", excerpt(pair)));
            pairs.map(read).collect::<Result<_, _>>()?
        };
        if entries.len() > MAX_ENTRIES {
            return Err(format!("列名对应最多{MAX_ENTRIES}项"));
        }
        let mut mapping = Self::default();
        for (heading, field) in entries {
            let heading = clean(&heading);
            if heading.is_empty() || heading.chars().count() > MAX_HEADING {
                return Err(format!("列名应为1到{MAX_HEADING}字"));
            }
            let field = target(&field).ok_or_else(|| {
                let field = excerpt(&field);
                format!("没有“{field}”这个字段；应为 title、description、goods、quantity、region、submitted_by 等字段名、模板中的列名，或“忽略”")
            })?;
            mapping.fields.insert(heading, field);
        }
        Ok(mapping)
    }

    /// True if it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The field that it gives to a heading, an empty one for none.
    pub(super) fn get(&self, heading: &str) -> Option<&str> {
        if self.fields.is_empty() {
            return None;
        }
        self.fields.get(&clean(heading)).map(String::as_str)
    }

    /// The part of it that concerns these headings.
    pub(super) fn about<'a>(&self, headings: impl Iterator<Item = &'a str>) -> Self {
        let entry = |heading: &str| self.get(heading).map(|field| (clean(heading), field.to_owned()));
        Self { fields: headings.filter_map(entry).collect() }
    }

    /// Says no more about a heading.
    pub fn forget(&mut self, heading: &str) {
        self.fields.remove(&clean(heading));
    }

    /// Adds another one, which takes precedence.
    pub fn extend(&mut self, other: Self) {
        self.fields.extend(other.fields);
    }
}

/// The field that a name or a heading stands for, for any kind of record.
fn target(text: &str) -> Option<String> {
    if IGNORE.contains(&text) {
        return Some(String::new());
    }
    let kinds = [EntityKind::Needs, EntityKind::Projects, EntityKind::Organizations, EntityKind::Claims];
    let is_own = text == headings::GOODS_COUNT;
    let known = kinds.into_iter().find_map(|kind| headings::field_named(kind, text)).map(str::to_owned);
    if is_own { Some(text.to_owned()) } else { known }
}

/// Mappings of earlier lists, by the set of their headings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Remembered {
    mappings: BTreeMap<String, Mapping>,
}

impl Remembered {
    /// Most sets of headings that are remembered.
    const MOST: usize = 500;

    pub(super) fn is_empty(&self) -> bool {
        self.mappings.is_empty()
    }

    pub(super) fn get(&self, key: &str) -> Option<&Mapping> {
        self.mappings.get(key)
    }

    /// Adds a mapping, which takes precedence over an earlier one for the same headings. False if it changes nothing or there are
    /// too many already.
    pub fn add(&mut self, key: String, mapping: Mapping) -> bool {
        if self.mappings.len() >= Self::MOST && !self.mappings.contains_key(&key) {
            return false;
        }
        let known = self.mappings.entry(key).or_default();
        let before = known.clone();
        known.extend(mapping);
        *known != before
    }
}

/// What tells a set of headings from others, whatever their order.
pub(super) fn key<'a>(headings: impl Iterator<Item = &'a str>) -> String {
    let mut headings: Vec<String> = headings.map(clean).filter(|it| !it.is_empty() && it != ERROR_HEADING).collect();
    headings.sort_unstable();
    headings.dedup();
    let digest = Sha256::digest(headings.join("\n").as_bytes());
    digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Mapping, key};

    #[test]
    fn a_mapping_is_read_from_pairs_and_from_json() {
        let pairs = Mapping::parse("医院名称=submitted_by, 所需物资（急）=物资名称，备用=忽略").unwrap();
        let json = Mapping::parse(r#"{"医院名称": "submitted_by", "所需物资(急)": "goods", "备用": "忽略"}"#).unwrap();
        assert_eq!(pairs, json);
        assert_eq!((pairs.get("医院 名称"), pairs.get("备用"), pairs.get("别的")), (Some("submitted_by"), Some(""), None));
        for wrong in ["医院名称", "医院名称=没有的", "=title", "{\"a\": 1}"] {
            assert!(Mapping::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_set_of_headings_has_one_key_in_any_order() {
        assert_eq!(key(["甲", "乙"].into_iter()), key(["乙 ", "错误说明", "甲"].into_iter()));
        assert_ne!(key(["甲", "乙"].into_iter()), key(["甲"].into_iter()));
    }
}
