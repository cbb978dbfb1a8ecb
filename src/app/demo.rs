//! The demo data set, embedded: public claims, facts of five news articles, and the few synthetic records, marked 示例, that only a
//! demo needs: open needs, and organizations with budgets, limits and listings.

use std::path::Path;

use super::imports::report::ImportReport;
use super::public_claims;
use super::state::App;
use crate::domain::Principal;
use crate::error::AppError;
use crate::ingest::InputFile;

/// In import order, after the organizations of the public claims: a file comes after those that it refers to.
const FIXTURES: [(&str, &str); 4] = [
    ("organizations.jsonl", include_str!("../../fixtures/organizations.jsonl")),
    ("projects.jsonl", include_str!("../../fixtures/projects.jsonl")),
    ("needs.jsonl", include_str!("../../fixtures/needs.jsonl")),
    ("claims.jsonl", include_str!("../../fixtures/claims.jsonl")),
];

impl App {
    /// Questions that the demo data can answer.
    pub const DEMO_QUESTIONS: [&'static str; 3] = [
        "迪庆德钦县乡村医生近200名，亟需培训提升诊疗能力，约需335万元",
        "果洛州23所学校饮水不安全，需安装净水设备157台，约629万元",
        "文山州边境村因战致残人员需要安装和维护义肢，约30万元",
    ];

    /// Imports the demo data set.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub async fn import_demo(&self, who: Principal) -> Result<ImportReport, AppError> {
        let open = |(name, text): (&str, &str)| InputFile::from_bytes(Path::new(name), text.as_bytes(), None);
        let [organizations, claims] = public_claims::files()?;
        let others: Vec<InputFile> = FIXTURES.into_iter().map(open).collect::<Result<_, _>>()?;
        let files: Vec<InputFile> = std::iter::once(organizations).chain(others).chain([claims]).collect();
        self.import(who, None, &files, false, &|_| {}).await
    }
}
