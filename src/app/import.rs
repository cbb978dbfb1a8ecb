//! Import: files → ledger → text index → catalog. Each file is stored whole, or not at all unless `partial` is set.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::import_report::{Accepted, FileReport, ImportReport};
use super::state::App;
use crate::catalog::{Catalog, Likeness};
use crate::domain::{Entity, EntityKind, Need, NeedId, Principal};
use crate::error::AppError;
use crate::ingest::{self, InputFile, Issue, Names, Outcome, ReadingContext};
use crate::reference::{Reference, Taxonomy};
use crate::store::{self, Written};

/// Reads files against what is known so far. It does not use the ledger: a dry run does this and nothing else.
pub struct Importer {
    reference: Reference,
    today: Date,
    names: Names,
    needs: HashSet<NeedId>,
    /// The needs that a new one may repeat, those of this import included.
    likeness: Likeness,
    report: ImportReport,
}

impl Importer {
    /// Starts from nothing.
    #[must_use]
    pub fn new(reference: Reference, today: Date) -> Self {
        Self {
            reference,
            today,
            names: Names::default(),
            needs: HashSet::new(),
            likeness: Likeness::default(),
            report: ImportReport::default(),
        }
    }

    /// Starts from what `catalog` knows.
    fn over(catalog: &Catalog, today: Date) -> Self {
        let mut this = Self::new(catalog.reference.clone(), today);
        catalog.organizations.iter().for_each(|it| this.names.add(it));
        this.needs = catalog.needs.iter().map(|it| it.id.clone()).collect();
        catalog.needs.iter().for_each(|it| this.likeness.add(it));
        this
    }

    /// Reads one file, returns what is to be stored, stubs first, and adds to the report.
    pub fn read(&mut self, file: &InputFile, partial: bool, keep_accepted: bool) -> Vec<Entity> {
        let mut outcomes = self.outcomes(file);
        note_repeats(&mut outcomes, &file.name);
        self.report.warnings.extend(ingest::remarks(file));
        self.report.skipped.extend(ingest::skipped(file));
        let rejected = outcomes.iter().filter(|it| it.entity.is_none()).count();
        let stored = rejected == 0 || partial;
        let mut entities = Vec::new();
        let mut accepted = Vec::new();
        for mut outcome in outcomes {
            self.report.rejected.append(&mut outcome.rejected);
            let Some(entity) = outcome.entity.take() else { continue };
            if let Entity::Need(need) = &entity {
                self.note_likeness(&mut outcome, need, &file.name);
            }
            self.report.warnings.append(&mut outcome.warnings);
            if keep_accepted {
                let (file, sheet) = (file.name.clone(), outcome.sheet.clone());
                accepted.push(Accepted { file, sheet, row: outcome.row, record: entity.clone() });
            }
            if stored {
                entities.extend(outcome.stubs.into_iter().map(|stub| Entity::Organization(Box::new(stub))));
                entities.push(entity);
            }
        }
        self.report.files.push(FileReport {
            file: file.name.clone(),
            kind: file.kind,
            accepted: file.row_count() - rejected,
            rejected,
            stored,
            created: 0,
            updated: 0,
            unchanged: 0,
        });
        if keep_accepted {
            self.report.accepted.get_or_insert_default().append(&mut accepted);
        }
        know(&mut self.names, &mut self.needs, entities.iter());
        only_first_stubs(entities)
    }

    /// Reads table by table, so that claims find the needs of earlier sheets.
    fn outcomes(&self, file: &InputFile) -> Vec<Outcome> {
        let (mut names, mut needs) = (Cow::Borrowed(&self.names), Cow::Borrowed(&self.needs));
        let mut all = Vec::new();
        for n in 0..file.table_count() {
            let outcomes = ingest::read(file, n, &ReadingContext::new(&self.reference, &names, &needs, self.today));
            if n + 1 < file.table_count() {
                know(names.to_mut(), needs.to_mut(), outcomes.iter().filter_map(|outcome| outcome.entity.as_ref()));
            }
            all.extend(outcomes);
        }
        all
    }

    /// Warns if a need is the same or nearly the same as a known one; both are stored.
    fn note_likeness(&mut self, outcome: &mut Outcome, need: &Need, file: &str) {
        if let Some(like) = self.likeness.similar_to(need).first() {
            let title = like.title.as_deref().unwrap_or_default();
            let how = if like.is_same { "内容相同" } else { "内容几乎相同" };
            let reason = format!("与需求“{}”{title}{how}（地区、金额也相符），可能重复；两项都已保留，请核对", like.need);
            outcome.warnings.push(Issue { sheet: outcome.sheet.clone(), ..row_issue(file, outcome.row, "", None, reason) });
        }
        self.likeness.add(need);
    }

    /// The report.
    #[must_use]
    pub fn finish(self) -> ImportReport {
        self.report
    }
}

fn row_issue(file: &str, row: u64, field: &str, value: Option<String>, reason: String) -> Issue {
    let field = (!field.is_empty()).then(|| field.to_owned());
    Issue { file: file.to_owned(), sheet: None, row, column: None, field, value, reason }
}

/// Warns if an id occurs twice in a file: the last row counts. Rows without an id of their own are different records even if
/// they are identical: the second gets another number.
fn note_repeats(outcomes: &mut [Outcome], file: &str) {
    let mut rows: HashMap<(EntityKind, String), (u64, usize)> = HashMap::new();
    for outcome in outcomes {
        let Some(entity) = &mut outcome.entity else { continue };
        let id = entity.id().to_owned();
        let (first, times) = *rows.entry((entity.kind(), id.clone())).and_modify(|it| it.1 += 1).or_insert((outcome.row, 1));
        if times == 1 {
            continue;
        }
        if outcome.id_is_made {
            entity.set_id(format!("{id}-{times}"));
            continue;
        }
        let reason = format!("与第{first}行编号相同，以后一行为准");
        let issue = row_issue(file, outcome.row, "id", Some(id), reason);
        outcome.warnings.push(Issue { sheet: outcome.sheet.clone(), ..issue });
    }
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

impl App {
    /// Reads files without storing anything. The report contains the accepted rows if `keep_accepted` is set. If there is a
    /// data directory, `app` knows the existing records.
    ///
    /// # Errors
    /// A taxonomy that cannot be used.
    pub fn dry_run(
        _who: Principal,
        app: Option<&Self>,
        taxonomy: Option<&str>,
        files: &[InputFile],
        partial: bool,
        keep_accepted: bool,
        today: Date,
    ) -> Result<ImportReport, AppError> {
        let mut importer = match app {
            Some(app) => Importer::over(&app.catalog(), today),
            None => Importer::new(Reference::embedded(), today),
        };
        if let Some(json) = taxonomy {
            importer.reference = Reference::with_taxonomy(Taxonomy::from_json(json)?);
        }
        for file in files {
            importer.read(file, partial, keep_accepted);
        }
        let mut report = importer.finish();
        report.files.iter_mut().for_each(|file| file.stored = false);
        report.accepted.get_or_insert_default();
        Ok(report)
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
        let mut import = self.begin_import(who, taxonomy, partial)?;
        for file in files {
            import.add(file, says).await?;
        }
        import.finish(says).await
    }

    /// Begins an import to which files are added one by one, so that not all of them have to be in memory at once.
    ///
    /// # Errors
    /// A taxonomy that cannot be used.
    pub fn begin_import<'a>(&'a self, _who: Principal, taxonomy: Option<&'a str>, partial: bool) -> Result<Import<'a>, AppError> {
        let mut importer = Importer::over(&self.catalog(), self.today());
        if let Some(json) = taxonomy {
            importer.reference = Reference::with_taxonomy(Taxonomy::from_json(json)?);
        }
        Ok(Import { app: self, importer, unkept: taxonomy, partial })
    }
}

/// An import that has begun. Added records are in the ledger; [`Import::finish`] makes them part of answers.
pub struct Import<'a> {
    app: &'a App,
    importer: Importer,
    /// The new taxonomy, as long as it is not stored.
    unkept: Option<&'a str>,
    partial: bool,
}

impl Import<'_> {
    /// Reads one file and stores it, whole or not at all unless `partial` is set.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub async fn add(&mut self, file: &InputFile, says: &(dyn Fn(&str) + Sync)) -> Result<(), AppError> {
        says(&format!("读取 {}（{}行）", file.name, file.row_count()));
        let entities = self.importer.read(file, self.partial, false);
        if entities.is_empty() {
            return Ok(());
        }
        self.keep_taxonomy().await?;
        says(&format!("写入账本：{}条", entities.len()));
        let app = self.app;
        let Written { created, updated, unchanged } = app.store.write(&entities, &app.clock.now(), &file.name).await?;
        if let Some(report) = self.importer.report.files.last_mut() {
            (report.created, report.updated, report.unchanged) = (created, updated, unchanged);
        }
        Ok(())
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
        says("更新索引");
        self.app.refresh().await?;
        Ok(self.importer.finish())
    }
}
