//! Reading the files of an import against what is known so far: what their rows are, and what is to be stored.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;

use super::changes::changes;
use super::content::{Content, is_stub};
use super::corrections::{Corrections, Rows, StoredNeeds};
use super::known::{KnownRecords, WithEarlier};
use super::preview::Preview;
use super::repeats::{Alike, row_issue};
use super::report::{Accepted, FileReport, ImportReport, UnsureRow, unlisted};
use super::same_row::SameRow;
use crate::catalog::Catalog;
use crate::domain::{Entity, EntityKind, NeedId, OrganizationId};
use crate::error::{AppError, Code};
use crate::ingest::{self, InputFile, Issue, Names, Outcome, ReadingContext, Stored as _, TableReader};
use crate::reference::Reference;
use crate::spool::{Scratch, Spool};
use crate::store::Staged;

/// Rows that are read at once: between two parts an import can be stopped, and no more than a part is held unread.
const ROWS_AT_ONCE: usize = 4_096;

/// Most lists of a file that its report names.
const MAX_LISTS: usize = 50;

/// How files are read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading<'a> {
    /// Whether good rows are stored although others are bad.
    pub partial: bool,
    /// Whether nothing is stored.
    pub dry_run: bool,
    /// Whether the report of a dry run contains the accepted rows.
    pub keep_accepted: bool,
    /// What a person has decided on rows that may be stored needs.
    pub same: &'a [SameRow],
    /// Set to stop the import: it ends between two parts of a file, and nothing of the file is stored.
    pub stop: Option<&'a AtomicBool>,
}

impl Reading<'_> {
    /// # Errors
    /// The import is to stop.
    pub(in crate::app) fn go_on(&self) -> Result<(), AppError> {
        let is_stopped = self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
        if is_stopped { Err(AppError::new(Code::Cancelled, "导入已取消，没有写入")) } else { Ok(()) }
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy)]
pub enum ImportStep<'a> {
    /// A file is being read.
    Reading {
        /// Its name.
        file: &'a str,
        /// Its rows.
        rows: usize,
    },
    /// So many of its rows are read.
    Read(usize),
    /// So many records are being written.
    Writing(usize),
    /// So many of them are written.
    Written(usize),
    /// Index and catalog are brought up to date.
    Publishing,
}

/// Reads files against what is known so far. It does not use the ledger: a dry run does this and nothing else.
pub(in crate::app) struct Importer {
    pub(in crate::app) reference: Reference,
    today: Date,
    names: Names,
    needs: HashSet<NeedId>,
    /// The records that rows change.
    known: KnownRecords,
    /// The stored needs that rows without an id may be, from the first file of needs on; and how many files of the import are
    /// among them.
    stored_needs: Option<(StoredNeeds, usize)>,
    /// The needs that a new one may repeat, those of this import included.
    alike: Alike,
    /// What the files bring.
    scratch: Scratch,
    /// Rows of a part: [`ROWS_AT_ONCE`], and anything in tests.
    pub(in crate::app) rows_at_once: usize,
    pub(in crate::app) report: ImportReport,
}

impl Importer {
    /// Starts from nothing.
    pub(in crate::app) fn new(reference: Reference, today: Date, spool: &Spool) -> Self {
        Self {
            reference,
            today,
            names: Names::default(),
            needs: HashSet::new(),
            known: KnownRecords::default(),
            stored_needs: None,
            alike: Alike::default(),
            scratch: Scratch::new(spool.clone()),
            rows_at_once: ROWS_AT_ONCE,
            report: ImportReport::new(spool),
        }
    }

    /// Starts from what `catalog` knows.
    pub(in crate::app) fn over(catalog: Arc<Catalog>, today: Date, spool: &Spool) -> Self {
        let mut this = Self::new(catalog.reference.clone(), today, spool);
        for it in catalog.organizations().map(|at| catalog.organization_facts(at)) {
            this.names.add_named(&OrganizationId::new(it.id()), it.names(), it.is_stub());
        }
        this.needs = (0..catalog.need_count()).map(|at| NeedId::new(catalog.need_facts(at).id())).collect();
        catalog.needs().filter(|it| !it.is_deleted()).for_each(|it| this.alike.add(&it));
        this.known = KnownRecords::of(catalog);
        this
    }

    /// Reads one file part by part, returns what is to be stored, and adds to the report.
    pub(in crate::app) fn read(
        &mut self,
        file: &InputFile,
        reading: &Reading<'_>,
        says: &(dyn Fn(ImportStep<'_>) + Sync),
    ) -> Result<Staged, AppError> {
        for remark in ingest::remarks(file) {
            self.report.warnings.push(remark).map_err(unlisted)?;
        }
        for skipped in ingest::skipped(file) {
            self.report.skipped.push(skipped).map_err(unlisted)?;
        }
        let corrections = self.corrections(file, reading)?;
        self.alike.begin_file(&file.name);
        let (mut content, mut lists, mut preview) = (Content::new(&self.scratch), BTreeSet::new(), Preview::default());
        let (mut names, mut needs) = (Cow::Borrowed(&self.names), Cow::Borrowed(&self.needs));
        for n in 0..file.table_count() {
            let table = TableReader::new(file, n, &ReadingContext::new(&self.reference, &names, &needs, self.today));
            let first = content.staged.len();
            for start in (0..table.len()).step_by(self.rows_at_once) {
                reading.go_on()?;
                let setting = ReadingContext {
                    stored: &self.known,
                    same_as: corrections.same_as(n),
                    ..ReadingContext::new(&self.reference, &names, &needs, self.today)
                };
                let outcomes = table.read(start..table.len().min(start + self.rows_at_once), &setting);
                self.known.check().map_err(unlisted)?;
                content.begin_part();
                for (k, mut outcome) in (start..).zip(outcomes) {
                    if let Some(earlier) = content.earlier(&outcome)? {
                        let stored = WithEarlier { known: &self.known, earlier: &earlier };
                        let again = table.read(k..k + 1, &ReadingContext { stored: &stored, ..setting });
                        outcome = again.into_iter().next().unwrap_or(outcome);
                        content.note_renamed(earlier, &outcome);
                    }
                    correct(&mut outcome, n, &file.name, &corrections, &self.known);
                    if let (Some(candidates), None) = (corrections.candidates.get(&(n, outcome.at)), &outcome.entity) {
                        let (sheet, candidates) = (outcome.sheet.clone(), candidates.clone());
                        self.report.unsure.push(UnsureRow { sheet, row: outcome.row, candidates }).map_err(unlisted)?;
                    }
                    content.note(&mut outcome, &file.name, &self.needs);
                    if let Some(Entity::Need(need)) = &outcome.entity {
                        let issue = self.alike.note(&outcome, need, &file.name);
                        // One word on a repeat is enough.
                        let is_said = corrections.remarks.contains_key(&(n, outcome.at));
                        outcome.warnings.extend(issue.filter(|_| !is_said));
                        if let Some(list) = need.list.as_ref().filter(|it| lists.len() < MAX_LISTS && !lists.contains(*it)) {
                            lists.insert(list.clone());
                        }
                    }
                    preview.note(&outcome);
                    content.add(list(&mut self.report, outcome, file, reading)?);
                }
                content.end_part()?;
                says(ImportStep::Read(content.rows));
            }
            if n + 1 < file.table_count() {
                // Claims find the needs of earlier sheets.
                know(names.to_mut(), needs.to_mut(), &content.staged, first, |entity| !is_stub(entity))?;
            }
        }
        reading.go_on()?;
        let is_undecidable = !corrections.undecidable.is_empty();
        for issue in of_file(file, corrections.undecidable) {
            self.report.rejected.push(issue).map_err(unlisted)?;
        }
        let Content { rejected, staged, renamed, .. } = content;
        let stored = rejected == 0 && !is_undecidable || reading.partial;
        self.report.files.push(FileReport {
            file: file.name.clone(),
            kind: file.kind,
            accepted: file.row_count() - rejected,
            rejected,
            stored: stored && !reading.dry_run,
            created: 0,
            updated: 0,
            unchanged: 0,
            tables: file.columns(),
            lists: lists.into_iter().collect(),
            preview,
        });
        if !stored {
            return Ok(Staged::default());
        }
        renamed.iter().for_each(|it| self.names.add(it));
        know(&mut self.names, &mut self.needs, &staged, 0, |_| true)?;
        Ok(staged)
    }

    /// What the rows of a file are that state no id, if there are stored needs that they may be.
    fn corrections(&mut self, file: &InputFile, reading: &Reading<'_>) -> Result<Corrections, AppError> {
        let mut rows = Rows::default();
        if (0..file.table_count()).any(|n| file.kind_of_table(n) == EntityKind::Needs) {
            let known = &self.known;
            let (stored, files) = self.stored_needs.get_or_insert_with(|| (StoredNeeds::of(known.needs_before()), 0));
            for need in known.needs_of(*files) {
                stored.add(&need.map_err(unlisted)?);
            }
            *files = known.files();
        }
        let nothing = StoredNeeds::default();
        let stored = self.stored_needs.as_ref().map_or(&nothing, |(stored, _)| stored);
        let is_needed = !stored.is_empty() || !reading.same.is_empty();
        for n in (0..file.table_count()).filter(|&n| is_needed && file.kind_of_table(n) == EntityKind::Needs) {
            let setting = ReadingContext {
                stored: &self.known,
                ..ReadingContext::new(&self.reference, &self.names, &self.needs, self.today)
            };
            let table = TableReader::new(file, n, &setting);
            for start in (0..table.len()).step_by(ROWS_AT_ONCE) {
                reading.go_on()?;
                for outcome in table.read(start..table.len().min(start + ROWS_AT_ONCE), &setting) {
                    rows.note(n, &outcome, stored);
                }
            }
        }
        let corrections = rows.corrections(stored, &self.known, self.reference.divisions, reading.same);
        self.known.check().map_err(unlisted)?;
        for issue in of_file(file, corrections.of_tables()) {
            self.report.warnings.push(issue).map_err(unlisted)?;
        }
        Ok(corrections)
    }

    /// Takes in what was written of a file, for the files after it.
    pub(in crate::app) fn written(&mut self, staged: Staged) {
        self.known.write(staged);
    }

    /// Forgets what the records were before the import: the next snapshot takes their place.
    pub(in crate::app) fn forget(&mut self) {
        (self.known, self.stored_needs) = (KnownRecords::default(), None);
        (self.names, self.alike, self.scratch) = (Names::default(), Alike::default(), Scratch::default());
    }

    /// The report.
    pub(in crate::app) fn finish(self) -> ImportReport {
        self.report
    }
}

/// Puts what became of a row into the report, and returns what is to be stored.
fn list(
    report: &mut ImportReport,
    outcome: Outcome,
    file: &InputFile,
    reading: &Reading<'_>,
) -> Result<impl Iterator<Item = Entity> + use<>, AppError> {
    for issue in outcome.rejected {
        report.rejected.push(issue).map_err(unlisted)?;
    }
    if outcome.entity.is_some() {
        for issue in outcome.warnings {
            report.warnings.push(issue).map_err(unlisted)?;
        }
    }
    if let (Some(accepted), Some(entity)) = (report.accepted.as_mut().filter(|_| reading.keep_accepted), &outcome.entity) {
        let (file, sheet) = (file.name.clone(), outcome.sheet);
        accepted.push(Accepted { file, sheet, row: outcome.row, record: entity.clone() }).map_err(unlisted)?;
    }
    let stubs = outcome.stubs.into_iter().filter(|_| outcome.entity.is_some()).collect::<Vec<_>>();
    let stubs = stubs.into_iter().map(|stub| Entity::Organization(Box::new(stub)));
    Ok(stubs.chain(outcome.entity))
}

/// Applies what is known of a row: it is refused, or it is a stored need, or it resembles one.
fn correct(outcome: &mut Outcome, table: usize, file: &str, corrections: &Corrections, known: &KnownRecords) {
    let Some(Entity::Need(need)) = &outcome.entity else { return };
    let row = (table, outcome.at);
    let is_same = corrections.same_as(table).is_some_and(|rows| rows.contains_key(&outcome.at));
    let said = if is_same { known.need(need.id.as_str()).and_then(|old| changes(&old, need)) } else { None };
    let said = said.or_else(|| corrections.remarks.get(&row).cloned());
    if let Some(reason) = corrections.refused.get(&row) {
        let issue = row_issue(file, outcome, "", None, reason.clone());
        outcome.rejected.push(issue);
        outcome.entity = None;
    } else if let Some(reason) = said {
        let issue = row_issue(file, outcome, "", None, reason);
        outcome.warnings.push(issue);
    }
}

/// Issues of rows of a file, or of the file as a whole.
fn of_file(file: &InputFile, reasons: Vec<(u64, String)>) -> impl Iterator<Item = Issue> {
    let issue =
        |(row, reason)| Issue { file: file.name.clone(), sheet: None, row, column: None, field: None, value: None, reason };
    reasons.into_iter().map(issue)
}

/// Makes the organizations and needs among what is staged, from position `first` on, known to the rows after them.
fn know(
    names: &mut Names,
    needs: &mut HashSet<NeedId>,
    staged: &Staged,
    first: usize,
    is_meant: impl Fn(&Entity) -> bool,
) -> Result<(), AppError> {
    for kind in [EntityKind::Organizations, EntityKind::Needs] {
        for at in staged.of_kind(kind).skip_while(|at| *at < first) {
            let entity = staged.record(at).map_err(unlisted)?;
            match &entity {
                Entity::Organization(it) if is_meant(&entity) => names.add(it),
                Entity::Need(it) => {
                    needs.insert(it.id.clone());
                }
                Entity::Organization(_) | Entity::Project(_) | Entity::Claim(_) => {}
            }
        }
    }
    Ok(())
}
