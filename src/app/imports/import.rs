//! Import: files → ledger → text index → catalog. Each file is stored whole, or not at all unless `partial` is set.

use std::borrow::Borrow;

use jiff::civil::Date;

use super::reader::{ImportStep, Importer, Reading};
use super::report::ImportReport;
use crate::app::state::App;
use crate::domain::Principal;
use crate::error::{AppError, Code};
use crate::ingest::{FileError, InputFile, Mapping};
use crate::privacy::{in_words, mask_json};
use crate::reference::{Reference, Taxonomy};
use crate::spool::{List, Spool};
use crate::store::{self, Staged, Written};

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
            let staged = importer.read(file?.borrow(), &Reading { dry_run: true, ..*reading }, &|_| {})?;
            importer.written(staged);
        }
        Ok(importer.finish())
    }

    /// Imports `files`; `says` receives the progress. With `taxonomy`, that file replaces the taxonomy first.
    ///
    /// # Errors
    /// A taxonomy that cannot be used, or a ledger that cannot be written.
    pub async fn import(
        &self,
        who: Principal,
        taxonomy: Option<&str>,
        files: &[InputFile],
        partial: bool,
        says: &(dyn Fn(ImportStep<'_>) + Sync),
    ) -> Result<ImportReport, AppError> {
        let mut import = self.begin_import(who, taxonomy, Reading { partial, ..Reading::default() })?;
        for file in files {
            let read = import.read(file, says)?;
            import.write(read, says).await?;
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
    staged: Staged,
    name: String,
    /// What the user said about its headings.
    mappings: Vec<(String, Mapping)>,
}

impl Import<'_> {
    /// Reads one file. Nothing is stored yet, so the file itself can be dropped before [`Self::write`].
    ///
    /// # Errors
    /// The import is to stop, or the report cannot be kept.
    pub fn read(&mut self, file: &InputFile, says: &(dyn Fn(ImportStep<'_>) + Sync)) -> Result<ReadFile, AppError> {
        says(ImportStep::Reading { file: &file.name, rows: file.row_count() });
        let staged = self.importer.read(file, &self.reading, says)?;
        Ok(ReadFile { staged, name: file.name.clone(), mappings: file.stated_mappings() })
    }

    /// Stores what was read of a file, whole or not at all unless `partial` is set.
    ///
    /// # Errors
    /// The import is to stop, or the ledger cannot be written.
    pub async fn write(&mut self, file: ReadFile, says: &(dyn Fn(ImportStep<'_>) + Sync)) -> Result<(), AppError> {
        if file.staged.is_empty() || self.reading.dry_run {
            return Ok(());
        }
        self.reading.go_on()?;
        self.keep_taxonomy().await?;
        says(ImportStep::Writing(file.staged.len()));
        let app = self.app;
        let written = |count| says(ImportStep::Written(count));
        let written = app.store.write_staged(&file.staged, &app.clock.now(), &file.name, &written).await?;
        let Written { created, updated, unchanged } = written;
        if let Some(report) = self.importer.report.files.last_mut() {
            (report.created, report.updated, report.unchanged) = (created, updated, unchanged);
        }
        self.importer.written(file.staged);
        app.remember(file.mappings).await?;
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
    pub async fn finish(mut self, says: &(dyn Fn(ImportStep<'_>) + Sync)) -> Result<ImportReport, AppError> {
        if self.importer.report.files.is_empty() {
            self.keep_taxonomy().await?;
        }
        self.importer.forget();
        if !self.reading.dry_run {
            says(ImportStep::Publishing);
            self.app.refresh().await?;
            self.app.compact_if_due().await?;
        }
        Ok(self.importer.finish())
    }
}
