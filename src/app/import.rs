//! Import: files → ledger → text index → catalog. Each file is stored whole, or not at all unless `partial` is set.

use std::borrow::{Borrow, Cow};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;

use super::import_changes::changes;
use super::import_corrections::{Corrections, Rows, StoredNeeds};
use super::import_known::{KnownRecords, WithEarlier};
use super::import_repeats::{Alike, Repeats, row_issue};
use super::import_report::{Accepted, FileReport, ImportReport};
use super::same_row::SameRow;
use super::state::App;
use crate::catalog::Catalog;
use crate::domain::{Entity, EntityKind, NeedId, Principal};
use crate::error::{AppError, Code};
use crate::ingest::{self, FileError, InputFile, Issue, Names, Outcome, ReadingContext, Stored as _, TableReader};
use crate::io_error::describe_io_error;
use crate::privacy::{in_words, mask_json};
use crate::reference::{Reference, Taxonomy};
use crate::spool::{List, ListFull, Spool};
use crate::store::{self, Written};

/// Rows that are read at once: between two parts an import can be stopped, and no more than a part is held unread.
const ROWS_AT_ONCE: usize = 4_096;

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
    fn go_on(&self) -> Result<(), AppError> {
        let is_stopped = self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
        if is_stopped { Err(AppError::new(Code::Cancelled, "导入已取消，没有写入")) } else { Ok(()) }
    }
}

/// Reads files against what is known so far. It does not use the ledger: a dry run does this and nothing else.
struct Importer {
    reference: Reference,
    today: Date,
    names: Names,
    needs: HashSet<NeedId>,
    /// The records that rows change.
    known: KnownRecords,
    /// The stored needs that rows without an id may be, from the first file of needs on.
    stored_needs: Option<StoredNeeds>,
    /// The needs that a new one may repeat, those of this import included.
    alike: Alike,
    report: ImportReport,
}

impl Importer {
    /// Starts from nothing.
    fn new(reference: Reference, today: Date, spool: &Spool) -> Self {
        Self {
            reference,
            today,
            names: Names::default(),
            needs: HashSet::new(),
            known: KnownRecords::default(),
            stored_needs: None,
            alike: Alike::default(),
            report: ImportReport::new(spool),
        }
    }

    /// Starts from what `catalog` knows.
    fn over(catalog: Arc<Catalog>, today: Date, spool: &Spool) -> Self {
        let mut this = Self::new(catalog.reference.clone(), today, spool);
        catalog.organizations.iter().for_each(|it| this.names.add(it));
        this.needs = catalog.needs.iter().map(|it| it.id.clone()).collect();
        catalog.needs.iter().filter(|it| !it.is_deleted()).for_each(|it| this.alike.add(it));
        this.known = KnownRecords::of(catalog);
        this
    }

    /// Reads one file, returns what is to be stored, stubs first, and adds to the report.
    fn read(&mut self, file: &InputFile, reading: &Reading<'_>) -> Result<Vec<Entity>, AppError> {
        for remark in ingest::remarks(file) {
            self.report.warnings.push(remark).map_err(unlisted)?;
        }
        for skipped in ingest::skipped(file) {
            self.report.skipped.push(skipped).map_err(unlisted)?;
        }
        let corrections = self.corrections(file, reading)?;
        self.alike.begin_file(&file.name);
        let (mut rejected, mut entities, mut seen) = (0, Vec::new(), Repeats::default());
        let (mut names, mut needs) = (Cow::Borrowed(&self.names), Cow::Borrowed(&self.needs));
        for n in 0..file.table_count() {
            let table = TableReader::new(file, n, &ReadingContext::new(&self.reference, &names, &needs, self.today));
            let is_last = n + 1 == file.table_count();
            let mut read = Vec::new();
            for start in (0..table.len()).step_by(ROWS_AT_ONCE) {
                reading.go_on()?;
                let setting = ReadingContext {
                    stored: &self.known,
                    same_as: corrections.same_as(n),
                    ..ReadingContext::new(&self.reference, &names, &needs, self.today)
                };
                let outcomes = table.read(start..table.len().min(start + ROWS_AT_ONCE), &setting);
                for (k, mut outcome) in (start..).zip(outcomes) {
                    if let Some(at) = seen.earlier(&outcome) {
                        let earlier = entities.get(at).unwrap_or_else(|| &read[at - entities.len()]);
                        let stored = WithEarlier { known: &self.known, earlier };
                        let again = table.read(k..k + 1, &ReadingContext { stored: &stored, ..setting });
                        outcome = again.into_iter().next().unwrap_or(outcome);
                    }
                    correct(&mut outcome, n, &file.name, &corrections, &self.known);
                    rejected += usize::from(outcome.entity.is_none());
                    let at = entities.len() + read.len() + outcome.stubs.len();
                    seen.note(&mut outcome, at, &file.name, &self.known);
                    if let Some(Entity::Need(need)) = &outcome.entity {
                        let issue = self.alike.note(&outcome, need, &file.name);
                        // One word on a repeat is enough.
                        let is_said = corrections.remarks.contains_key(&(n, outcome.row));
                        outcome.warnings.extend(issue.filter(|_| !is_said));
                    }
                    read.extend(list(&mut self.report, outcome, file, reading)?);
                }
            }
            if !is_last {
                // Claims find the needs of earlier sheets.
                know(names.to_mut(), needs.to_mut(), read.iter().filter(|entity| !is_stub(entity)));
            }
            entities.append(&mut read);
        }
        reading.go_on()?;
        let is_undecidable = !corrections.undecidable.is_empty();
        for issue in of_file(file, corrections.undecidable) {
            self.report.rejected.push(issue).map_err(unlisted)?;
        }
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
        });
        if !stored {
            return Ok(Vec::new());
        }
        know(&mut self.names, &mut self.needs, entities.iter());
        Ok(only_first_stubs(entities))
    }

    /// What the rows of a file are that state no id, if there are stored needs that they may be.
    fn corrections(&mut self, file: &InputFile, reading: &Reading<'_>) -> Result<Corrections, AppError> {
        let mut rows = Rows::default();
        let has_needs = (0..file.table_count()).any(|n| file.kind_of_table(n) == EntityKind::Needs);
        if has_needs && self.stored_needs.is_none() {
            self.stored_needs = Some(StoredNeeds::of(self.known.needs_before()));
        }
        let nothing = StoredNeeds::default();
        let stored = self.stored_needs.as_ref().unwrap_or(&nothing);
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
        for issue in of_file(file, corrections.of_tables()) {
            self.report.warnings.push(issue).map_err(unlisted)?;
        }
        Ok(corrections)
    }

    /// Takes in what was written of a file, for the files after it.
    fn written(&mut self, entities: Vec<Entity>) {
        if let Some(stored) = &mut self.stored_needs {
            let need = |entity| if let &Entity::Need(ref need) = entity { Some(need) } else { None };
            entities.iter().filter_map(need).for_each(|need| stored.add(need));
        }
        self.known.write(entities);
    }

    /// The report.
    fn finish(self) -> ImportReport {
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

/// A problem that cannot be put into the report.
#[expect(clippy::needless_pass_by_value, reason = "taken by `map_err`")]
fn unlisted(error: std::io::Error) -> AppError {
    if error.get_ref().is_some_and(|inner| inner.is::<ListFull>()) {
        let message = "问题太多，无法逐条列出；请先用其中几行试导入，对照模板改正列名，或拆分成几个文件后重试";
        return AppError::new(Code::UnreadableFile, message);
    }
    AppError::new(Code::Spool, format!("无法写临时文件：{}；没有写入", describe_io_error(&error)))
}

/// Applies what is known of a row: it is refused, or it is a stored need, or it resembles one.
fn correct(outcome: &mut Outcome, table: usize, file: &str, corrections: &Corrections, known: &KnownRecords) {
    let Some(Entity::Need(need)) = &outcome.entity else { return };
    let row = (table, outcome.row);
    let is_same = corrections.same_as(table).is_some_and(|rows| rows.contains_key(&outcome.row));
    let said = if is_same { known.need(need.id.as_str()).and_then(|old| changes(old, need)) } else { None };
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

/// Makes the organizations and needs among `entities` known to the rows after them.
fn know<'a>(names: &mut Names, needs: &mut HashSet<NeedId>, entities: impl Iterator<Item = &'a Entity>) {
    for entity in entities {
        match entity {
            Entity::Organization(it) => names.add(it),
            Entity::Need(it) => {
                needs.insert(it.id.clone());
            }
            Entity::Project(_) | Entity::Claim(_) => {}
        }
    }
}

fn is_stub(entity: &Entity) -> bool {
    matches!(entity, Entity::Organization(it) if it.stub)
}

/// A stub must never replace a full record of the same file, nor be written twice.
fn only_first_stubs(entities: Vec<Entity>) -> Vec<Entity> {
    let full: HashSet<String> = entities
        .iter()
        .filter_map(|entity| match entity {
            Entity::Organization(it) if !it.stub => Some(it.id.as_str().to_owned()),
            _ => None,
        })
        .collect();
    let mut seen = HashSet::new();
    let keep = |entity: &Entity| match entity {
        Entity::Organization(it) if it.stub => !full.contains(it.id.as_str()) && seen.insert(it.id.as_str().to_owned()),
        _ => true,
    };
    entities.into_iter().filter(keep).collect()
}

/// The taxonomy of a file; it is shown to everybody and stored, so that it must not name persons.
fn read_taxonomy(json: &str) -> Result<Taxonomy, AppError> {
    let taxonomy = Taxonomy::from_json(json)?;
    let mut found = Vec::new();
    if let Ok(mut value) = serde_json::from_str(json) {
        mask_json(&mut value, &mut found);
    }
    if found.is_empty() {
        return Ok(taxonomy);
    }
    Err(AppError::new(Code::UnusableFile, format!("领域分类文件含{}；请删去后重试", in_words(&found))))
}

impl App {
    /// Reads files without storing anything. The report contains the accepted rows if that is asked for. If there is a data
    /// directory, `app` knows the existing records.
    ///
    /// # Errors
    /// A file or a taxonomy that cannot be used, or a report that cannot be kept.
    pub fn dry_run(
        _who: Principal,
        app: Option<&Self>,
        taxonomy: Option<&str>,
        files: impl IntoIterator<Item = Result<impl Borrow<InputFile>, FileError>>,
        reading: &Reading<'_>,
        today: Date,
    ) -> Result<ImportReport, AppError> {
        let mut importer = match app {
            Some(app) => Importer::over(app.catalog(), today, &app.spool),
            None => Importer::new(Reference::embedded(), today, &Spool::default()),
        };
        if let Some(json) = taxonomy {
            importer.reference = Reference::with_taxonomy(read_taxonomy(json)?);
        }
        importer.report.accepted = Some(List::default());
        for file in files {
            let entities = importer.read(file?.borrow(), &Reading { dry_run: true, ..*reading })?;
            importer.written(entities);
        }
        Ok(importer.finish())
    }

    /// Imports `files`; `says` receives messages on the progress. With `taxonomy`, that file replaces the taxonomy first.
    ///
    /// # Errors
    /// A taxonomy that cannot be used, or a ledger that cannot be written.
    pub async fn import(
        &self,
        who: Principal,
        taxonomy: Option<&str>,
        files: &[InputFile],
        partial: bool,
        says: &(dyn Fn(&str) + Sync),
    ) -> Result<ImportReport, AppError> {
        let mut import = self.begin_import(who, taxonomy, Reading { partial, ..Reading::default() })?;
        for file in files {
            let entities = import.read(file, says)?;
            import.write(entities, says).await?;
        }
        import.finish(says).await
    }

    /// Begins an import to which files are added one by one, so that not all of them have to be in memory at once.
    ///
    /// # Errors
    /// A taxonomy that cannot be used.
    pub fn begin_import<'a>(
        &'a self,
        _who: Principal,
        taxonomy: Option<&'a str>,
        reading: Reading<'a>,
    ) -> Result<Import<'a>, AppError> {
        let mut importer = Importer::over(self.catalog(), self.today(), &self.spool);
        if let Some(json) = taxonomy {
            importer.reference = Reference::with_taxonomy(read_taxonomy(json)?);
        }
        Ok(Import { app: self, importer, unkept: taxonomy, reading })
    }
}

/// An import that has begun. Added records are in the ledger; [`Import::finish`] makes them part of answers.
pub struct Import<'a> {
    app: &'a App,
    importer: Importer,
    /// The new taxonomy, as long as it is not stored.
    unkept: Option<&'a str>,
    reading: Reading<'a>,
}

/// What a file holds, as it is to be stored.
pub struct ReadFile {
    entities: Vec<Entity>,
    name: String,
}

impl Import<'_> {
    /// Reads one file. Nothing is stored yet, so the file itself can be dropped before [`Self::write`].
    ///
    /// # Errors
    /// The import is to stop, or the report cannot be kept.
    pub fn read(&mut self, file: &InputFile, says: &(dyn Fn(&str) + Sync)) -> Result<ReadFile, AppError> {
        says(&format!("读取 {}（{}行）", file.name, file.row_count()));
        Ok(ReadFile { entities: self.importer.read(file, &self.reading)?, name: file.name.clone() })
    }

    /// Stores what was read of a file, whole or not at all unless `partial` is set.
    ///
    /// # Errors
    /// The import is to stop, or the ledger cannot be written.
    pub async fn write(&mut self, file: ReadFile, says: &(dyn Fn(&str) + Sync)) -> Result<(), AppError> {
        if file.entities.is_empty() || self.reading.dry_run {
            return Ok(());
        }
        self.reading.go_on()?;
        self.keep_taxonomy().await?;
        says(&format!("写入账本：{}条", file.entities.len()));
        let app = self.app;
        let Written { created, updated, unchanged } = app.store.write(&file.entities, &app.clock.now(), &file.name).await?;
        if let Some(report) = self.importer.report.files.last_mut() {
            (report.created, report.updated, report.unchanged) = (created, updated, unchanged);
        }
        self.importer.written(file.entities);
        Ok(())
    }

    /// The report so far.
    #[must_use]
    pub const fn report(&self) -> &ImportReport {
        &self.importer.report
    }

    async fn keep_taxonomy(&mut self) -> Result<(), AppError> {
        let app = self.app;
        if let Some(json) = self.unkept.take() {
            app.store.write_setting(store::Setting::Taxonomy, json, &app.clock.now(), "--taxonomy").await?;
        }
        Ok(())
    }

    /// Brings index and catalog up to date with the ledger and returns the report. If no file was added, a new taxonomy is
    /// stored now.
    ///
    /// # Errors
    /// The ledger or the index cannot be written.
    pub async fn finish(mut self, says: &(dyn Fn(&str) + Sync)) -> Result<ImportReport, AppError> {
        if self.importer.report.files.is_empty() {
            self.keep_taxonomy().await?;
        }
        // What the records before were is needed no longer; the new ones take their place.
        (self.importer.known, self.importer.stored_needs) = (KnownRecords::default(), None);
        if !self.reading.dry_run {
            says("更新索引");
            self.app.refresh().await?;
        }
        Ok(self.importer.finish())
    }
}
