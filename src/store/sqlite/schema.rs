//! The schema of a database: which version it has, whether its objects are as the migrations made them, and the next version.
//!
//! The driver takes names and types of columns on trust. So the text of the schema is compared before anything else is read:
//! a damaged one is an error here.

use sha2::{Digest as _, Sha256};
use sqlx::migrate::{Migrate as _, MigrateError, Migration, MigrationType};
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, SqlStr, Sqlite};

/// The driver's table of applied migrations, and the digest of its definition.
const APPLIED: &str = "_sqlx_migrations";
const APPLIED_DIGEST: &str = "800ebecebc64f210543b55a001cb14204dc75045c469e80afabafd7abd897860";

/// One version: the migration that leads to it, and the digest of all definitions after it.
pub(super) struct Version {
    pub(super) migration: Migration,
    pub(super) digest: &'static str,
}

impl Version {
    /// The version with this number. `name` and number are those of the migration file, `sql` is its text.
    pub(super) fn new(number: i64, name: &'static str, sql: &'static str, digest: &'static str) -> Self {
        let sql = SqlStr::from_static(sql);
        Self { migration: Migration::new(number, name.into(), MigrationType::Simple, sql, false), digest }
    }
}

/// All versions of a schema, from 1 on.
pub(super) struct Schema {
    /// The tables of all versions. Those that somebody adds for a purpose of his own are left alone.
    pub(super) tables: &'static [&'static str],
    pub(super) versions: Vec<Version>,
}

/// Why a schema cannot be used.
pub(super) enum SchemaFault {
    /// The database cannot be read or written.
    Database(sqlx::Error),
    /// A newer program made it.
    Newer(i64),
    /// It is not as the migrations left it.
    Damaged(String),
}

impl From<sqlx::Error> for SchemaFault {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<MigrateError> for SchemaFault {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => Self::Database(error),
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl Schema {
    /// Number of the version of a database; 0 if it is empty.
    pub(super) async fn version(&self, connection: &mut SqliteConnection) -> Result<usize, SchemaFault> {
        let applied = match definitions(connection, &[APPLIED]).await? {
            None => Vec::new(),
            Some(digest) if digest == APPLIED_DIGEST => connection.list_applied_migrations(APPLIED).await?,
            Some(digest) => return Err(SchemaFault::Damaged(format!("迁移表的结构被改动，摘要为{digest}"))),
        };
        for (n, applied) in applied.iter().enumerate() {
            match self.versions.get(n).map(|it| &it.migration) {
                Some(known) if (known.version, &known.checksum) == (applied.version, &applied.checksum) => {}
                _ if applied.version > self.versions.len() as i64 => return Err(SchemaFault::Newer(applied.version)),
                _ => return Err(SchemaFault::Damaged(format!("第{}次迁移的记录被改动", applied.version))),
            }
        }
        let expected = applied.len().checked_sub(1).map(|last| self.versions[last].digest);
        let found = definitions(connection, self.tables).await?;
        if found.as_deref() == expected {
            return Ok(applied.len());
        }
        Err(SchemaFault::Damaged(format!("表的结构被改动，摘要为{}", found.unwrap_or_default())))
    }

    /// Applies the migration after `version`, inside the transaction that `connection` is in. False if there is none.
    pub(super) async fn advance(&self, connection: &mut SqliteConnection, version: usize) -> Result<bool, SchemaFault> {
        let Some(next) = self.versions.get(version) else { return Ok(false) };
        connection.ensure_migrations_table(APPLIED).await?;
        connection.apply(APPLIED, &next.migration).await?;
        Ok(true)
    }
}

/// The digest of what defines `tables`, with their indexes and triggers; `None` if there are none.
async fn definitions(connection: &mut SqliteConnection, tables: &[&str]) -> Result<Option<String>, sqlx::Error> {
    // Expressions have no declared type that the driver could stumble over.
    let mut select = QueryBuilder::<Sqlite>::new(
        "SELECT type || x'00' || name || x'00' || tbl_name || x'00' || coalesce(sql, '') FROM sqlite_schema WHERE tbl_name IN (",
    );
    let mut list = select.separated(", ");
    for table in tables {
        list.push_bind(*table);
    }
    select.push(") ORDER BY type, name");
    let rows: Vec<Vec<u8>> = select.build_query_scalar().fetch_all(connection).await?;
    let mut digest = Sha256::new();
    for row in &rows {
        digest.update((row.len() as u64).to_be_bytes());
        digest.update(row);
    }
    let hex = || digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((!rows.is_empty()).then(hex))
}

/// Runs all migrations on an empty database. Migration files and digests must be those of the schema.
#[cfg(test)]
pub(super) async fn check(schema: &Schema, dir: &str) {
    use sqlx::Connection as _;

    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/sqlite").join(dir);
    let mut files: Vec<String> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    let file = |it: &Version| format!("{:04}_{}.sql", it.migration.version, it.migration.description);
    assert_eq!(schema.versions.iter().map(file).collect::<Vec<_>>(), files, "every migration file is run");

    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    for (n, version) in schema.versions.iter().enumerate() {
        assert!(schema.advance(&mut connection, n).await.is_ok_and(|is_advanced| is_advanced));
        let digest = definitions(&mut connection, schema.tables).await.unwrap();
        assert_eq!(digest.as_deref(), Some(version.digest), "version {}", n + 1);
        assert!(schema.version(&mut connection).await.is_ok_and(|found| found == n + 1));
    }
    assert_eq!(definitions(&mut connection, &[APPLIED]).await.unwrap().as_deref(), Some(APPLIED_DIGEST));
}
