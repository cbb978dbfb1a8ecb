//! Data directories for tests: each test has its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::{Date, date};
use qianshou::app::{Answer, App, Opportunities, OpportunityAsk};
use qianshou::catalog::Catalog;
use qianshou::clock::Clock;
use qianshou::domain::{EntityKind, Need, Organization, Principal, Project};
use qianshou::error::AppError;
use qianshou::ingest::{FileError, InputFile, Sources};
use qianshou::jobs::Cancellation;
use qianshou::request::Ask;
use tempfile::TempDir;

/// The principal of the tests.
pub(crate) const LOCAL: Principal = Principal::LOCAL;

/// The day on which every test runs.
pub(crate) const TODAY: Date = date(2026, 11, 22);

/// The village-doctor need of the seeds, three weeks before it was claimed.
pub(crate) fn village_doctors() -> Ask {
    Ask {
        text: Some("迪庆德钦县乡村医生近200名，亟需培训提升诊疗能力".to_owned()),
        region: Some("迪庆".to_owned()),
        amount: Some(qianshou::request::AmountInput::Text("335万".to_owned())),
        as_of: Some("2019-07-01".to_owned()),
        ..Ask::default()
    }
}

/// All organizations of a catalog, in the order of ids.
pub(crate) fn organizations_of(catalog: &Catalog) -> Vec<Organization> {
    let all = catalog.organizations().map(|at| Arc::unwrap_or_clone(catalog.organization_record(at)));
    let mut all: Vec<Organization> = all.collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}

/// All past projects of a catalog, in the order of ids.
pub(crate) fn projects_of(catalog: &Catalog) -> Vec<Project> {
    let all = (0..catalog.project_count()).map(|at| Arc::unwrap_or_clone(catalog.project_record(at)));
    let mut all: Vec<Project> = all.collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}

/// All needs of a catalog, in the order of arrival.
pub(crate) fn needs_of(catalog: &Catalog) -> Vec<Need> {
    catalog.needs().map(Arc::unwrap_or_clone).collect()
}

/// A data directory that is removed at the end of the test, and an app over it.
pub(crate) struct Data {
    pub(crate) dir: TempDir,
    pub(crate) app: Arc<App>,
}

impl Data {
    /// Without any record.
    pub(crate) async fn empty() -> Self {
        let dir = TempDir::new().expect("a temporary directory");
        let app = App::open(&dir.path().join("data"), true, Clock::Fixed(TODAY)).await.expect("an empty data directory");
        Self { dir, app: Arc::new(app) }
    }

    /// With the demo records.
    pub(crate) async fn demo() -> Self {
        let data = Self::empty().await;
        data.app.import_demo(LOCAL).await.expect("the demo records");
        data
    }

    /// With these files, imported in this order.
    pub(crate) async fn with(files: &[(&str, String)]) -> Self {
        let data = Self::empty().await;
        for (name, text) in files {
            let path = data.file(name, text);
            let report = data
                .app
                .import(LOCAL, None, &open_files(&[path], None).expect("a readable file"), false, &|_| {})
                .await
                .expect("a readable file");
            assert_eq!(report.rejected.head(), [], "{name}");
        }
        data
    }

    /// Writes a file beside the data.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).expect("a file in the temporary directory");
        path
    }

    /// The open needs for an organization today.
    pub(crate) fn opportunities(&self, organization: &str, top: Option<usize>, explain: bool) -> Result<Opportunities, AppError> {
        let ask = OpportunityAsk { organization: organization.to_owned(), as_of: None, top, explain };
        self.app.opportunities(LOCAL, &ask, &Cancellation::never())
    }

    /// The answer to a valid question.
    pub(crate) fn ask(&self, ask: &Ask) -> Answer {
        self.app.suggest(LOCAL, ask, &Cancellation::never()).expect("a question with an answer")
    }
}

/// The files of an import, all at once.
pub(crate) fn open_files(paths: &[PathBuf], kind: Option<EntityKind>) -> Result<Vec<InputFile>, FileError> {
    Sources::open(paths, kind)?.read().collect()
}

/// A value as JSON, as it leaves the program.
pub(crate) fn to_json(shown: &impl serde::Serialize) -> String {
    serde_json::to_string(shown).expect("a shape of the wire is JSON")
}

/// A fixture file of the demo.
pub(crate) fn fixture(name: &str) -> String {
    std::fs::read_to_string(fixtures().join(name)).expect("a fixture")
}

/// Where the fixtures are.
pub(crate) fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// A fixture file as JSON objects.
pub(crate) fn records(name: &str) -> Vec<serde_json::Value> {
    fixture(name).lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

/// JSON objects as a file.
pub(crate) fn lines(records: &[serde_json::Value]) -> String {
    records.iter().map(|record| format!("{record}\n")).collect()
}

/// Copies all that is in `from` into `to`.
pub(crate) fn copy_dir(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("a directory entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a file type").is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file that can be copied");
        }
    }
}
