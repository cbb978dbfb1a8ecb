//! Names that a misspelt one may stand for: those that differ in one or two characters, or only in what offices leave out.

use std::collections::HashMap;

/// Endings and marks that people leave out of a name, longest first.
const LEFT_OUT: [&str; 14] = [
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "自治区",
    "自治州",
    "自治县",
    "集团",
    "公司",
    "特别行政区",
    "省",
    "市",
    "县",
    "区",
    "州",
];
/// Most characters in which names may differ, and the shortest names for which one and two are allowed.
const MAX_DISTANCE: usize = 2;
const SHORTEST: usize = 4;
const SHORTEST_FOR_TWO: usize = 7;

/// Known names, ready to be compared.
#[derive(Debug, Clone)]
pub(super) struct NearNames {
    /// In the order of the names.
    names: Vec<Name>,
    /// Position of the first name of each core.
    cores: HashMap<String, usize>,
}

#[derive(Debug, Clone)]
struct Name {
    text: String,
    chars: Vec<char>,
    mask: u64,
}

impl NearNames {
    pub(super) fn new(names: impl Iterator<Item = String>) -> Self {
        let mut names: Vec<Name> = names.filter(|name| !name.is_ascii()).map(Name::new).collect();
        names.sort_by(|a, b| a.text.cmp(&b.text));
        let mut cores = HashMap::new();
        for (at, name) in names.iter().enumerate() {
            cores.entry(core(&name.text)).or_insert(at);
        }
        Self { names, cores }
    }

    /// The nearest name, of equally near ones the first; none if none is near.
    pub(super) fn nearest(&self, text: &str) -> Option<&str> {
        let asked = Name::new(text.to_owned());
        if asked.chars.len() < SHORTEST {
            return None;
        }
        let core = core(text);
        let same_core = self.cores.get(&core).filter(|_| core.chars().count() >= SHORTEST);
        if let Some(&at) = same_core {
            return Some(&self.names[at].text);
        }
        let most = if asked.chars.len() < SHORTEST_FOR_TWO { 1 } else { MAX_DISTANCE };
        let near = self.names.iter().filter(|name| asked.may_be_near(name, most));
        let near = near.filter_map(|name| Some((distance(&asked.chars, &name.chars, most)?, &name.text)));
        near.min().map(|(_, text)| text.as_str())
    }
}

impl Name {
    fn new(text: String) -> Self {
        let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let mask = chars.iter().fold(0, |mask, &c| mask | 1 << (u32::from(c).wrapping_mul(0x9e37_79b1) >> 26));
        Self { text, chars, mask }
    }

    /// False only if the names differ in more than `most` characters. Each of them changes at most two bits of the mask.
    fn may_be_near(&self, other: &Self, most: usize) -> bool {
        self.chars.len().abs_diff(other.chars.len()) <= most
            && other.chars.len() >= SHORTEST
            && (self.mask ^ other.mask).count_ones() as usize <= 2 * most
    }
}

/// A name without marks and without what people leave out.
fn core(name: &str) -> String {
    let mut core: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    for part in LEFT_OUT {
        core = core.replace(part, "");
    }
    core
}

/// The number of characters to insert, drop or replace, or `None` if there are more than `most`.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut above_left = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = above_left + usize::from(x != y);
            above_left = row[j + 1];
            row[j + 1] = replaced.min(above_left + 1).min(row[j] + 1);
        }
    }
    row.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_left_out_words_are_near_and_other_names_are_not() {
        let known = ["云南省青少年发展基金会", "上海市慈善基金会", "昆明善行科技有限公司", "中国扶贫基金会", "红十字会", "o-1"];
        let near = NearNames::new(known.iter().map(|&it| it.to_owned()));
        for (asked, expected) in [
            ("云南青少年发展基金会", Some("云南省青少年发展基金会")),
            ("云南省青少年发殿基金会", Some("云南省青少年发展基金会")),
            ("上海慈善基金会", Some("上海市慈善基金会")),
            ("昆明善行科技", Some("昆明善行科技有限公司")),
            ("昆明善行科枝有限公司", Some("昆明善行科技有限公司")),
            ("中国扶贫基金", Some("中国扶贫基金会")),
            ("红十字", None),
            ("红十子会", Some("红十字会")),
            ("四川省妇女儿童基金会", None),
            ("深圳壹基金公益基金会", None),
        ] {
            assert_eq!(near.nearest(asked), expected, "{asked}");
        }
    }

    #[test]
    fn the_mask_never_hides_a_near_name() {
        let name = |text: &str| Name::new(text.to_owned());
        for (a, b) in [("甲乙丙丁戊己庚", "甲乙丙丁戊己"), ("甲乙丙丁戊己庚", "甲乙丙丁戊子丑"), ("甲乙丙丁", "甲乙丙戊")]
        {
            assert!(name(a).may_be_near(&name(b), 2), "{a} {b}");
        }
    }
}
