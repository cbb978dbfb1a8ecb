//! What the names of organizations say they are for, and which needs ask for it.
//!
//! A registered name states its field of work (Regulations on the names of social organizations: place, field, form). General
//! words (慈善, 公益, 扶贫) state none.

use aho_corasick::AhoCorasick;

use super::taxonomy::Taxonomy;
use crate::domain::{SectorCode, TagCode};

/// Stands for a purpose that no sector of the taxonomy has, such as rewards for courage or the trade of the members.
const NO_SECTOR: &str = "-";

/// Words of one column and the row of each.
#[derive(Debug)]
struct Words {
    matcher: AhoCorasick,
    rows: Vec<usize>,
}

impl Words {
    fn new(columns: impl Iterator<Item = &'static str>) -> Self {
        let words: Vec<(usize, &str)> = columns
            .enumerate()
            .flat_map(|(row, words)| words.split('|').filter(|word| !word.is_empty()).map(move |word| (row, word)))
            .collect();
        let matcher = AhoCorasick::new(words.iter().map(|entry| entry.1)).expect("a few hundred short words fit the automaton");
        Self { matcher, rows: words.into_iter().map(|entry| entry.0).collect() }
    }

    /// The rows whose words occur in `text`, ascending, without duplicates.
    fn found(&self, text: &str) -> Vec<usize> {
        let mut rows: Vec<usize> =
            self.matcher.find_overlapping_iter(text).map(|found| self.rows[found.pattern().as_usize()]).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

/// The table of purposes.
#[derive(Debug)]
pub struct Purposes {
    codes: Vec<&'static str>,
    groups: Vec<Vec<&'static str>>,
    in_names: Words,
    in_needs: Words,
}

impl Purposes {
    pub(super) fn embedded() -> Self {
        let rows: Vec<Vec<&str>> = include_str!("data/purposes.tsv").lines().map(|line| line.split('\t').collect()).collect();
        let column = |n: usize| rows.iter().map(move |row| row.get(n).copied().unwrap_or_default());
        Self {
            codes: column(0).collect(),
            groups: column(3).map(|groups| groups.split('|').filter(|group| !group.is_empty()).collect()).collect(),
            in_names: Words::new(column(1)),
            in_needs: Words::new(column(2)),
        }
    }

    /// The top-level sectors that a name states as its purpose, by number, ascending. `Some` without sectors if the purpose is
    /// of another kind; `None` if the name states none, or if the taxonomy has none of the sectors of the table.
    #[must_use]
    pub fn of_name(&self, taxonomy: &Taxonomy, name: &str) -> Option<Vec<usize>> {
        let rows = self.in_names.found(name);
        let stated = !rows.is_empty() && self.codes.iter().any(|code| number(taxonomy, code).is_some());
        stated.then(|| self.numbers(taxonomy, rows.into_iter()))
    }

    /// The top-level sectors that a need asks for by its words and groups, by number, ascending.
    #[must_use]
    pub fn of_need(&self, taxonomy: &Taxonomy, text: &str, groups: &[TagCode]) -> Vec<usize> {
        let words = self.in_needs.found(text);
        let by_group = |row: &usize| self.groups[*row].iter().any(|group| groups.iter().any(|it| it == group));
        let rows = (0..self.codes.len()).filter(|row| words.binary_search(row).is_ok() || by_group(row));
        self.numbers(taxonomy, rows)
    }

    fn numbers(&self, taxonomy: &Taxonomy, rows: impl Iterator<Item = usize>) -> Vec<usize> {
        let mut numbers: Vec<usize> = rows.filter_map(|row| number(taxonomy, self.codes[row])).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

fn number(taxonomy: &Taxonomy, code: &str) -> Option<usize> {
    if code == NO_SECTOR { None } else { taxonomy.sector(&SectorCode::new(code)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(taxonomy: &Taxonomy, numbers: Vec<usize>) -> Vec<&str> {
        numbers.into_iter().map(|number| taxonomy.code(number).as_str()).collect()
    }

    #[test]
    fn every_row_of_the_table_is_a_sector_with_groups_of_the_taxonomy() {
        let (taxonomy, table) = (Taxonomy::embedded(), Purposes::embedded());
        for (code, groups) in table.codes.iter().zip(&table.groups) {
            assert!(*code == NO_SECTOR || number(&taxonomy, code).is_some_and(|it| taxonomy.parent(it) == it), "{code}");
            assert!(groups.iter().all(|group| taxonomy.group(group).is_some()), "{groups:?}");
        }
    }

    #[test]
    fn a_name_states_its_purpose_and_a_need_asks_for_it() {
        let (taxonomy, table) = (Taxonomy::embedded(), Purposes::embedded());
        let of_name = |name: &str| table.of_name(&taxonomy, name).map(|it| codes(&taxonomy, it));
        assert_eq!(of_name("某省妇女儿童发展基金会"), Some(vec!["CHI", "WOM"]));
        assert_eq!(of_name("某市见义勇为基金会"), Some(vec![]));
        assert_eq!(of_name("某县慈善总会"), None);
        let need = table.of_need(&taxonomy, "村小没有像样的课桌", &["disabled".to_owned()]);
        assert_eq!(codes(&taxonomy, need), ["DIS"]);
        assert_eq!(codes(&taxonomy, table.of_need(&taxonomy, "卫生院缺救护车", &[])), ["MED"]);
    }

    #[test]
    fn another_taxonomy_knows_no_purposes() {
        let (flat, table) =
            (Taxonomy::from_json(r#"{"sectors": [{"code": "法学", "zh": "法学"}]}"#).unwrap(), Purposes::embedded());
        assert_eq!(table.of_name(&flat, "某某大学法学院"), None);
        assert!(table.of_need(&flat, "学校", &["student".to_owned()]).is_empty());
    }
}
