//! The corrections of a file: what each of its rows without an id is, found before the rows are read for the ledger.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::changes::{candidate, named};
use super::corrected::{Matches, matches};
use super::known::KnownRecords;
use super::report::Candidate;
use super::same_row::SameRow;
use super::sketch::Sketch;
use crate::domain::{Entity, Need, NeedId, NeedStatus};
use crate::excerpt::excerpt;
use crate::ingest::{Outcome, Stored};
use crate::reference::Divisions;

/// A row of a file: number of its table, and its position in the table.
pub(in crate::app) type RowKey = (usize, usize);

/// The stored needs, ready to be compared. A need that is written again replaces the old one.
#[derive(Default)]
pub(in crate::app) struct StoredNeeds {
    sketches: Vec<Sketch>,
    at: HashMap<String, usize>,
}

impl StoredNeeds {
    pub(in crate::app) fn of(needs: impl Iterator<Item = Arc<Need>>) -> Self {
        let mut this = Self::default();
        needs.for_each(|need| this.add(&need));
        this
    }

    pub(in crate::app) fn add(&mut self, need: &Need) {
        let sketch = Sketch::of(need);
        let at = *self.at.entry(sketch.id.clone()).or_insert(self.sketches.len());
        match self.sketches.get_mut(at) {
            Some(known) => *known = sketch,
            None => self.sketches.push(sketch),
        }
    }

    pub(in crate::app) const fn is_empty(&self) -> bool {
        self.sketches.is_empty()
    }
}

/// What the rows of a file are.
#[derive(Default)]
pub(in crate::app) struct Corrections {
    /// The stored need that a row is, by table.
    same: HashMap<usize, HashMap<usize, NeedId>>,
    /// Why a row cannot be taken.
    pub(in crate::app) refused: HashMap<RowKey, String>,
    /// The stored needs that a refused row may be.
    pub(in crate::app) candidates: HashMap<RowKey, Vec<Candidate>>,
    /// What a person should know of a new row.
    pub(in crate::app) remarks: HashMap<RowKey, String>,
    /// What a person should know of the file as a whole.
    gone: Vec<String>,
    /// Decisions on rows that the file does not have: the row, and what is wrong.
    pub(in crate::app) undecidable: Vec<(u64, String)>,
}

impl Corrections {
    /// The stored needs that rows of a table are.
    pub(in crate::app) fn same_as(&self, table: usize) -> Option<&HashMap<usize, NeedId>> {
        self.same.get(&table)
    }

    /// What a person should know of the file: issues of no row.
    pub(in crate::app) fn of_tables(&self) -> Vec<(u64, String)> {
        self.gone.iter().map(|reason| (0, reason.clone())).collect()
    }
}

/// The rows of a file, as far as they are compared.
#[derive(Default)]
pub(in crate::app) struct Rows {
    /// Each with its key and its number in the sheet.
    rows: Vec<(RowKey, u64, Sketch)>,
    /// Positions of stored needs that rows with an id are.
    taken: HashSet<usize>,
    sheets: HashMap<usize, Option<String>>,
    is_partial: bool,
}

impl Rows {
    /// Notes what became of a row.
    pub(in crate::app) fn note(&mut self, table: usize, outcome: &Outcome, stored: &StoredNeeds) {
        self.sheets.entry(table).or_insert_with(|| outcome.sheet.clone());
        match &outcome.entity {
            Some(Entity::Need(need)) if outcome.id_is_made => {
                self.rows.push(((table, outcome.at), outcome.row, Sketch::of(need)));
            }
            Some(Entity::Need(need)) => self.taken.extend(stored.at.get(need.id.as_str())),
            Some(_) => {}
            None => self.is_partial = true,
        }
    }

    /// Finds what the rows are.
    pub(in crate::app) fn corrections(
        mut self,
        stored: &StoredNeeds,
        known: &KnownRecords,
        divisions: &Divisions,
        decisions: &[SameRow],
    ) -> Corrections {
        let mut corrections = Corrections::default();
        let decided = self.decide(stored, decisions, &mut corrections);
        let mut lists: Vec<(Option<String>, Vec<usize>)> = Vec::new();
        let mut place: HashMap<Option<String>, usize> = HashMap::new();
        for (n, (_, _, row)) in self.rows.iter().enumerate() {
            let at = *place.entry(row.list.clone()).or_insert(lists.len());
            match lists.get_mut(at) {
                Some((_, rows)) => rows.push(n),
                None => lists.push((row.list.clone(), vec![n])),
            }
        }
        for (_, members) in lists {
            let rows: Vec<Sketch> = members.iter().map(|&n| self.rows[n].2.clone()).collect();
            let is_decided = |(at, n): (usize, &usize)| decided.get(n).map(|need| (at, *need));
            let decided: BTreeMap<usize, Option<usize>> = members.iter().enumerate().filter_map(is_decided).collect();
            let found = matches(&rows, &stored.sketches, &decided, &self.taken, divisions);
            self.taken.extend(found.same.values());
            self.report(&members, &found, stored, known, &mut corrections);
        }
        corrections
    }

    /// The decisions by position of the row. Those that cannot be followed refuse their row.
    fn decide(&self, stored: &StoredNeeds, decisions: &[SameRow], out: &mut Corrections) -> BTreeMap<usize, Option<usize>> {
        let mut decided: BTreeMap<usize, Option<usize>> = BTreeMap::new();
        let mut given: HashMap<usize, u64> = HashMap::new();
        for SameRow { sheet, row, need } in decisions {
            let fits = |((table, _), number, _): &(RowKey, u64, Sketch)| {
                number == row && sheet.as_ref().is_none_or(|sheet| self.sheets[table].as_ref() == Some(sheet))
            };
            let found: Vec<usize> = (0..self.rows.len()).filter(|&n| fits(&self.rows[n])).collect();
            let n = match found.as_slice() {
                [n] => *n,
                [] => {
                    let reason = "指定了这一行是哪项需求，但这一行不是没有编号的需求；请核对行号和工作表";
                    out.undecidable.push((*row, reason.to_owned()));
                    continue;
                }
                [first, others @ ..] if others.iter().any(|&n| self.rows[n].0.0 == self.rows[*first].0.0) => {
                    let reason = "这一行有并排的几项，不能只按行号指定；请把并排的表改成上下排列后重新导入";
                    out.undecidable.push((*row, reason.to_owned()));
                    continue;
                }
                _ => {
                    let reason = format!("不止一张工作表有第{row}行；请写成 工作表!{row}=编号");
                    out.undecidable.push((*row, reason));
                    continue;
                }
            };
            let refused = match need {
                None => decided.insert(n, None).map(|_| "这一行指定了两次；请只指定一次".to_owned()),
                Some(need) => match stored.at.get(need.as_str()) {
                    None => Some(format!("没有编号为“{}”的需求；请核对编号", excerpt(need.as_str()))),
                    Some(at) => match (decided.insert(n, Some(*at)), given.insert(*at, *row)) {
                        (Some(_), _) => Some("这一行指定了两次；请只指定一次".to_owned()),
                        (None, Some(other)) => {
                            Some(format!("需求“{}”已指定给第{other}行；一项需求只能对应一行", excerpt(need.as_str())))
                        }
                        (None, None) => None,
                    },
                },
            };
            if let Some(reason) = refused {
                decided.insert(n, None);
                out.refused.insert(self.rows[n].0, reason);
            }
        }
        decided
    }

    /// Puts what was found for the rows of one list in words.
    fn report(&self, members: &[usize], found: &Matches, stored: &StoredNeeds, known: &KnownRecords, out: &mut Corrections) {
        let need = |at: &usize| known.need(&stored.sketches[*at].id).map(Cow::into_owned);
        let (key, number) = (|row: &usize| self.rows[members[*row]].0, |row: &usize| self.rows[members[*row]].1);
        for (row, at) in &found.same {
            let (table, at_row) = key(row);
            out.same.entry(table).or_default().insert(at_row, NeedId::new(stored.sketches[*at].id.as_str()));
        }
        for (row, candidates) in &found.unsure {
            let needs = candidates.iter().filter_map(need);
            let candidates: Vec<Candidate> = needs.map(|it| Candidate { text: candidate(&it), need: it.id.clone() }).collect();
            let shown: Vec<&str> = candidates.iter().map(|it| it.text.as_str()).collect();
            let number = number(row);
            let reason = format!(
                "可能是已有的需求{}，不能确定；请写明是哪一项：是已有需求，加 --same {number}=编号，是新需求，加 --same {number}=new（接口用 same 一项）",
                shown.join("、")
            );
            out.refused.insert(key(row), reason);
            out.candidates.insert(key(row), candidates);
        }
        for (row, at) in &found.linked {
            if let Some(other) = need(at) {
                let list = other.list.as_deref().map(|list| format!("，清单“{}”", excerpt(list))).unwrap_or_default();
                let reason = format!("与已有需求{}{list}名称相同，可能重复；两项都已保留，请核对", candidate(&other));
                out.remarks.insert(key(row), reason);
            }
        }
        let gone: Vec<Need> = found.gone.iter().filter_map(need).filter(|need| need.status == NeedStatus::Open).collect();
        if let (false, Some(first)) = (self.is_partial, gone.first()) {
            const MOST: usize = 20;
            let shown: Vec<String> = gone.iter().take(MOST).map(named).collect();
            let more = if gone.len() > MOST { format!("等{}项", gone.len()) } else { String::new() };
            let list =
                first.list.as_deref().map(|list| format!("清单“{}”", excerpt(list))).unwrap_or_else(|| "这份清单".to_owned());
            let reason = format!("{list}中没有了已有需求{}{more}；它们没有改动，不再需要的请撤回", shown.join("、"));
            out.gone.push(reason);
        }
    }
}
