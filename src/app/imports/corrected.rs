//! Which rows of a list without ids are needs that are stored already: the same list handed in again, corrected.
//!
//! A row and a need are compared by list, place, title and applicant. What is certain is the same need. What is not certain
//! is left to a person, with the candidates. Nothing is certain across lists of different names.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;

use super::sketch::{Sketch, Slip};
use crate::domain::RegionCode;
use crate::reference::Divisions;

/// Share of the rows of a list that must be stored already for a list without a name, or with another one, to be the same.
const SAME_LIST: f64 = 0.5;
const RENAMED_LIST: f64 = 2.0 / 3.0;
/// Common pairs of characters, of all of both titles, from which titles resemble each other, and the same for needs that agree
/// in their sum or are the last of their place.
const LIKE_TITLES: f64 = 0.5;
const LIKE_TITLES_NEARBY: f64 = 0.3;
/// Most candidates that are compared for a row, and most that are shown.
const MAX_COMPARED: usize = 200;
const MAX_SHOWN: usize = 5;

/// What a row is; numbers are positions among the rows and the stored needs that were compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::app) struct Matches {
    /// The stored need that a row is.
    pub(in crate::app) same: BTreeMap<usize, usize>,
    /// The stored needs that a row may be.
    pub(in crate::app) unsure: BTreeMap<usize, Vec<usize>>,
    /// A stored need that a new one resembles, on another list.
    pub(in crate::app) linked: BTreeMap<usize, usize>,
    /// Stored needs of the list that no row is.
    pub(in crate::app) gone: Vec<usize>,
}

/// Finds what the `rows` of one list are, if `divisions` say which places lie in others. `decided` are rows that a person has decided on, with the need or `None` for a new
/// one; `taken` are stored needs that rows with an id are.
pub(in crate::app) fn matches(
    rows: &[Sketch],
    stored: &[Sketch],
    decided: &BTreeMap<usize, Option<usize>>,
    taken: &HashSet<usize>,
    divisions: &Divisions,
) -> Matches {
    let mut matching = Matching::new(rows, stored, decided, taken, divisions);
    let list = matching.list();
    matching.same_content(&list);
    for level in [Level::Whole, Level::Silent] {
        matching.same_key(&list, level);
    }
    matching.slips(&list);
    matching.other_place(&list);
    matching.other_title(&list);
    matching.remaining(&list)
}

/// The stored needs of the list, and whether it is certain that they are.
struct List {
    needs: BTreeSet<usize>,
    is_same: bool,
}

/// How much of a key must be stated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    /// Township and applicant are equal.
    Whole,
    /// They are equal, or one side does not state them.
    Silent,
}

struct Matching<'a> {
    rows: &'a [Sketch],
    stored: &'a [Sketch],
    divisions: &'a Divisions,
    /// Rows not decided yet.
    open: BTreeSet<usize>,
    used: HashSet<usize>,
    found: Matches,
}

impl<'a> Matching<'a> {
    fn new(
        rows: &'a [Sketch],
        stored: &'a [Sketch],
        decided: &BTreeMap<usize, Option<usize>>,
        taken: &HashSet<usize>,
        divisions: &'a Divisions,
    ) -> Self {
        let open = (0..rows.len()).filter(|row| !decided.contains_key(row)).collect();
        let mut this = Self { rows, stored, divisions, open, used: taken.clone(), found: Matches::default() };
        for (&row, need) in decided {
            if let Some(need) = *need {
                this.found.same.insert(row, need);
                this.used.insert(need);
            }
        }
        this
    }

    /// The list that the rows are a version of.
    fn list(&self) -> List {
        let name = self.rows.iter().find_map(|row| row.list.as_ref());
        let of_list = |at: &usize| name.is_some() && self.stored[*at].list.as_ref() == name;
        let named: BTreeSet<usize> = (0..self.stored.len()).filter(of_list).collect();
        if !named.is_empty() {
            return List { needs: named, is_same: true };
        }
        let hits = self.hits();
        let mut by_list: BTreeMap<Option<&str>, BTreeSet<usize>> = BTreeMap::new();
        for &at in &hits {
            by_list.entry(self.stored[at].list.as_deref()).or_default().insert(at);
        }
        let Some((of, most)) = by_list.into_iter().max_by_key(|(_, hits)| hits.len()) else {
            return self.unnamed(name, &HashSet::new(), false);
        };
        let share = most.len() as f64 / self.rows.len() as f64;
        let years = (name.and_then(|name| year(name)), of.and_then(year));
        let is_other_year = matches!(years, (Some(a), Some(b)) if a != b);
        if let (Some(of), false) = (of, is_other_year)
            && most.len() > 1
            && share >= RENAMED_LIST
        {
            let needs = (0..self.stored.len()).filter(|&at| self.stored[at].list.as_deref() == Some(of)).collect();
            return List { needs, is_same: true };
        }
        let files: HashSet<Option<&str>> = most.iter().map(|&at| self.stored[at].file.as_deref()).collect();
        let is_same = of.is_none() && most.len() > 1 && share >= if name.is_none() { SAME_LIST } else { RENAMED_LIST };
        self.unnamed(name, &files, is_same)
    }

    /// The stored needs of lists without a name that came in one of these files, or in a file of the same name. With another
    /// list's name above them, the rows are no version of these unless most of them are.
    fn unnamed(&self, name: Option<&String>, files: &HashSet<Option<&str>>, is_same: bool) -> List {
        let own = self.rows.iter().find_map(|row| row.file.as_deref());
        let unnamed = (0..self.stored.len()).filter(|&at| self.stored[at].list.is_none());
        let of_file = |at: &usize| {
            let file = self.stored[*at].file.as_deref();
            files.contains(&file) || name.is_none() && own.is_some() && file == own
        };
        if is_same {
            return List { needs: unnamed.filter(of_file).collect(), is_same };
        }
        let of_file: BTreeSet<usize> =
            unnamed.clone().filter(|at| name.is_none() && own.is_some() && self.stored[*at].file.as_deref() == own).collect();
        if !of_file.is_empty() && self.share_of_keys(&of_file) > 0.0 {
            return List { needs: of_file, is_same: true };
        }
        // A need with an id of its own came from those who give ids: a row without one is not asked to be it.
        List { needs: unnamed.filter(|&at| self.stored[at].is_id_made()).collect(), is_same: false }
    }

    /// Stored needs that rows are to the letter or in list, place, title and applicant, one for a row.
    fn hits(&self) -> BTreeSet<usize> {
        let ids: HashMap<&str, usize> = self.stored.iter().enumerate().map(|(at, it)| (it.id.as_str(), at)).collect();
        let content = groups(0..self.stored.len(), |at| Some(self.stored[at].content()));
        let keys = groups(0..self.stored.len(), |at| self.stored[at].key().filter(|_| self.stored[at].list.is_none()));
        let mut hits = BTreeSet::new();
        for row in self.rows {
            let by_id = ids.get(row.id.as_str()).copied();
            let free =
                |found: Option<&Vec<usize>>| found.and_then(|all| all.iter().take(8).copied().find(|at| !hits.contains(at)));
            let hit = by_id.or_else(|| free(content.get(&row.content())));
            let hit = hit.or_else(|| free(row.key().filter(|_| row.list.is_none()).and_then(|key| keys.get(&key))));
            hits.extend(hit);
        }
        hits
    }

    fn share_of_keys(&self, needs: &BTreeSet<usize>) -> f64 {
        let keys: HashSet<_> = needs.iter().filter_map(|&at| self.stored[at].key()).collect();
        let known = self.rows.iter().filter(|row| row.key().is_some_and(|key| keys.contains(&key))).count();
        known as f64 / self.rows.len().max(1) as f64
    }

    fn is(&mut self, row: usize, need: usize) {
        self.open.remove(&row);
        self.used.insert(need);
        self.found.same.insert(row, need);
    }

    fn free(&self, list: &List) -> Vec<usize> {
        list.needs.iter().copied().filter(|at| !self.used.contains(at)).collect()
    }

    /// Pairs rows and needs that agree in everything, in their order, then those of which only the made id tells that they once
    /// did.
    fn same_content(&mut self, list: &List) {
        let needs = groups(self.free(list), |at| Some(self.stored[at].content()));
        let rows = groups(self.open.iter().copied(), |row| Some(self.rows[row].content()));
        for (content, rows) in in_order(rows) {
            for (row, &need) in rows.into_iter().zip(needs.get(&content).into_iter().flatten()) {
                self.is(row, need);
            }
        }
        let ids: HashMap<&str, usize> = self.stored.iter().enumerate().map(|(at, it)| (it.id.as_str(), at)).collect();
        for row in self.open.clone() {
            if let Some(&need) = ids.get(self.rows[row].id.as_str()).filter(|need| !self.used.contains(need)) {
                self.is(row, need);
            }
        }
    }

    /// Pairs rows and needs of the same place, title and applicant. If there are several, text, sum and number of people tell
    /// them apart.
    fn same_key(&mut self, list: &List, level: Level) {
        let key = |it: &Sketch| if level == Level::Whole { it.key() } else { it.loose_key() };
        let needs = groups(self.free(list), |at| key(&self.stored[at]));
        let rows = groups(self.open.iter().copied(), |row| key(&self.rows[row]));
        for (key, rows) in in_order(rows) {
            let Some(needs) = needs.get(&key) else { continue };
            let needs: Vec<usize> = needs.iter().copied().filter(|at| !self.used.contains(at)).collect();
            if !list.is_same {
                self.ask_across_lists(&rows, &needs);
                continue;
            }
            self.tell_apart(rows, needs, |a, b| level == Level::Whole || a.may_be_of(b));
        }
    }

    /// Lists of which it is not known whether they are the same: a row may be the need unless their dates differ.
    fn ask_across_lists(&mut self, rows: &[usize], needs: &[usize]) {
        for &row in rows.iter().filter(|row| !self.rows[**row].places.is_empty()) {
            let is_open = |need: &&usize| {
                let dates = (self.rows[row].date, self.stored[**need].date);
                self.rows[row].may_be_of(&self.stored[**need]) && !matches!(dates, (Some(a), Some(b)) if a != b)
            };
            let candidates: Vec<usize> = needs.iter().take(MAX_COMPARED).filter(is_open).copied().take(MAX_SHOWN).collect();
            // A row under a list's name is of this list; whether an unnamed one was the same is the question.
            if !candidates.is_empty() {
                self.open.remove(&row);
                self.found.unsure.insert(row, candidates);
            }
        }
    }

    fn tell_apart(&mut self, mut rows: Vec<usize>, mut needs: Vec<usize>, fits: impl Fn(&Sketch, &Sketch) -> bool) {
        let features: [fn(&Sketch) -> Option<u64>; 3] = [Sketch::text, Sketch::sum, Sketch::people];
        if rows.len() > 1 || needs.len() > 1 {
            for feature in features {
                let by = groups(needs.iter().copied(), |at| feature(&self.stored[at]));
                for (value, of_value) in in_order(groups(rows.iter().copied(), |row| feature(&self.rows[row]))) {
                    if let ([row], Some([need])) = (of_value.as_slice(), by.get(&value).map(Vec::as_slice))
                        && fits(&self.rows[*row], &self.stored[*need])
                    {
                        self.is(*row, *need);
                    }
                }
                rows.retain(|row| self.open.contains(row));
                needs.retain(|need| !self.used.contains(need));
            }
        }
        match (rows.as_slice(), needs.as_slice()) {
            ([], _) | (_, []) => {}
            ([row], [need]) if fits(&self.rows[*row], &self.stored[*need]) => self.is(*row, *need),
            _ => {
                for row in rows {
                    let candidates: Vec<usize> = needs
                        .iter()
                        .copied()
                        .take(MAX_COMPARED)
                        .filter(|&need| fits(&self.rows[row], &self.stored[need]))
                        .take(MAX_SHOWN)
                        .collect();
                    if !candidates.is_empty() {
                        self.open.remove(&row);
                        self.found.unsure.insert(row, candidates);
                    }
                }
            }
        }
    }

    /// One character of the title or the applicant corrected: certain if the sums agree and no other need is as near, else a
    /// person has to say.
    fn slips(&mut self, list: &List) {
        if !list.is_same {
            return;
        }
        let near = groups(self.covered(list), |at| Some(self.stored[at].places.clone()));
        let mut pairs: Vec<(usize, usize, Slip)> = Vec::new();
        for &row in &self.open {
            let sketch = &self.rows[row];
            let needs = near.get(&sketch.places).into_iter().flatten().take(MAX_COMPARED);
            pairs.extend(needs.filter_map(|&need| Some((row, need, sketch.slip(&self.stored[need])?))));
        }
        let count = |of: fn(&(usize, usize, Slip)) -> usize| {
            pairs.iter().fold(HashMap::<usize, usize>::new(), |mut all, pair| {
                *all.entry(of(pair)).or_default() += 1;
                all
            })
        };
        let (of_row, of_need) = (count(|pair| pair.0), count(|pair| pair.1));
        for &(row, need, slip) in &pairs {
            let is_asked = self.open.contains(&row) || self.found.unsure.contains_key(&row);
            if slip == Slip::Certain && of_row[&row] == 1 && of_need[&need] == 1 {
                self.is(row, need);
            } else if slip != Slip::Title && is_asked && !self.used.contains(&need) {
                self.open.remove(&row);
                self.found.unsure.entry(row).or_default().push(need);
            }
        }
        self.found.unsure.values_mut().for_each(|candidates| candidates.truncate(MAX_SHOWN));
    }

    /// The same title elsewhere: certain if one place lies in the other, else a person has to say.
    fn other_place(&mut self, list: &List) {
        if !list.is_same {
            return;
        }
        let needs = groups(self.covered(list), |at| Some(self.stored[at].title.clone()).filter(|title| !title.is_empty()));
        let rows = groups(self.open.iter().copied(), |row| Some(self.rows[row].title.clone()));
        for (title, rows) in in_order(rows) {
            let Some(needs) = needs.get(&title) else { continue };
            if let ([row], [need]) = (rows.as_slice(), needs.as_slice())
                && self.rows[*row].may_be_of(&self.stored[*need])
                && self.rows[*row].is_nested(&self.stored[*need], self.divisions)
            {
                self.is(*row, *need);
                continue;
            }
            for row in rows {
                let candidates: Vec<usize> = needs
                    .iter()
                    .copied()
                    .take(MAX_COMPARED)
                    .filter(|&need| self.rows[row].may_be_of(&self.stored[need]))
                    .take(MAX_SHOWN)
                    .collect();
                if !candidates.is_empty() {
                    self.open.remove(&row);
                    self.found.unsure.insert(row, candidates);
                }
            }
        }
    }

    /// The stored needs of the list that this file would hold if they were still on it, and that no row is: rows are in their
    /// place, they came with a file of this name, or most of the list is in this file.
    fn covered(&self, list: &List) -> Vec<usize> {
        let of_list = self.found.same.values().filter(|at| list.needs.contains(at)).count();
        let file = self.rows.first().and_then(|row| row.file.as_deref());
        let places: HashSet<&[RegionCode]> = self.rows.iter().map(|row| row.places.as_slice()).collect();
        let is_covered = |need: &Sketch| {
            2 * of_list >= list.needs.len()
                || file.is_some() && file == need.file.as_deref()
                || places.contains(need.places.as_slice())
        };
        self.free(list).into_iter().filter(|&at| is_covered(&self.stored[at])).collect()
    }

    /// Another title in the same place: certain if all else is equal, else a person has to say if they resemble each other.
    fn other_title(&mut self, list: &List) {
        if !list.is_same {
            return;
        }
        let free = self.covered(list);
        let equal = |it: &Sketch| it.all_but_title();
        let needs = groups(free.iter().copied(), |at| equal(&self.stored[at]));
        for (rest, rows) in in_order(groups(self.open.iter().copied(), |row| equal(&self.rows[row]))) {
            if let ([row], Some([need])) = (rows.as_slice(), needs.get(&rest).map(Vec::as_slice))
                && self.rows[*row].is_retitled(&self.stored[*need], LIKE_TITLES_NEARBY)
            {
                self.is(*row, *need);
            }
        }
        let free: Vec<usize> = free.into_iter().filter(|at| !self.used.contains(at)).collect();
        let near = groups(free, |at| Some(self.stored[at].places.clone()));
        let left = groups(self.open.iter().copied(), |row| Some(self.rows[row].places.clone()));
        for row in self.open.clone() {
            let Some(needs) = near.get(&self.rows[row].places) else { continue };
            let row_sketch = &self.rows[row];
            // The last of the list in its place on both sides.
            let is_alone = needs.len() == 1 && left.get(&row_sketch.places).is_some_and(|rows| rows.len() == 1);
            let is_like = |need: &Sketch| {
                let likeness = row_sketch.likeness_of_titles(need);
                let is_near = is_alone || need.sum().is_some() && need.sum() == row_sketch.sum();
                row_sketch.may_be_of(need) && (likeness >= LIKE_TITLES || is_near && likeness >= LIKE_TITLES_NEARBY)
            };
            let compared = needs.iter().copied().take(MAX_COMPARED);
            let candidates: Vec<usize> = compared.filter(|&need| is_like(&self.stored[need])).take(MAX_SHOWN).collect();
            if !candidates.is_empty() {
                self.open.remove(&row);
                self.found.unsure.insert(row, candidates);
            }
        }
    }

    /// What is left: new rows, some of them with a need of the same title on another list or in another place; and needs that
    /// have gone from the list.
    fn remaining(mut self, list: &List) -> Matches {
        let titles = groups(0..self.stored.len(), |at| Some(self.stored[at].title.clone()).filter(|it| !it.is_empty()));
        for &row in &self.open {
            let sketch = &self.rows[row];
            let others = titles.get(&sketch.title).into_iter().flatten().take(MAX_COMPARED).copied();
            let linked = others.filter(|at| !self.used.contains(at)).find(|&at| {
                let need = &self.stored[at];
                let is_moved = list.is_same && list.needs.contains(&at);
                sketch.may_be_of(need) && (is_moved || !sketch.places.is_empty() && sketch.places == need.places)
            });
            if let Some(need) = linked {
                self.found.linked.insert(row, need);
            }
        }
        let named: HashSet<usize> = self.found.unsure.values().flatten().copied().collect();
        if list.is_same {
            self.found.gone = self.covered(list).into_iter().filter(|at| !named.contains(at)).collect();
        }
        self.found
    }
}

/// The year in a list's name.
fn year(name: &str) -> Option<&str> {
    let at = name.find('年')?;
    let start = at.checked_sub(4)?;
    name.get(start..at).filter(|it| it.bytes().all(|b| b.is_ascii_digit()))
}

fn groups<K: Hash + Eq>(all: impl IntoIterator<Item = usize>, key: impl Fn(usize) -> Option<K>) -> HashMap<K, Vec<usize>> {
    let mut groups: HashMap<K, Vec<usize>> = HashMap::new();
    for at in all {
        if let Some(key) = key(at) {
            groups.entry(key).or_default().push(at);
        }
    }
    groups
}

/// Groups in the order of their first member.
fn in_order<K>(groups: HashMap<K, Vec<usize>>) -> Vec<(K, Vec<usize>)> {
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, members)| members[0]);
    groups
}
