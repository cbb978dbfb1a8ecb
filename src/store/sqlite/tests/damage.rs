//! Damage of the file is an error when it is read, whatever was hit: never a panic, and never other content.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Once};

use tempfile::TempDir;

use super::*;
use crate::domain::EntityKind;
use crate::random::SplitMix64;
use crate::store::{Changes, Damage, Ledger, LedgerVersion, Setting, StoreError};

/// Panics in threads of the database, which it reports as errors of its own.
static PANICS: LazyLock<AtomicUsize> = LazyLock::new(AtomicUsize::default);

pub(super) fn count_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let earlier = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name().is_some_and(|name| name.starts_with("sqlx")) {
                PANICS.fetch_add(1, Ordering::Relaxed);
            }
            earlier(panic);
        }));
    });
}

pub(super) fn panics() -> usize {
    PANICS.load(Ordering::Relaxed)
}

/// A closed ledger with something in every table, written in several steps.
async fn small(dir: &Path) -> PathBuf {
    let store = Store::open(dir, true).await.unwrap();
    let mut records: Vec<Entity> =
        (0..40).map(|n| organization(&format!("o{n}"), (n % 3 == 0).then_some("13900001111"))).collect();
    records.extend((0..60).map(|n| project(&format!("p{n}"), &"学校净水".repeat(n))));
    records.extend((0..30).map(|n| need(&format!("n{n}"), (n % 2 == 0).then_some("某局"))));
    store.write(&records, AT, "a.xlsx").await.unwrap();
    store.write_setting(Setting::Taxonomy, "{\"sectors\":[]}", AT, "--taxonomy").await.unwrap();
    store.write_setting(Setting::Lexicon, "{\"words\":[\"义肢\"]}", AT, "lexicon").await.unwrap();
    store.write(&[project("p3", &"乡村医生培训".repeat(900)), need("n4", Some("另一局"))], AT, "b.xlsx").await.unwrap();
    let claims: Vec<Entity> = (0..20).map(|n| claim(&format!("c{n}"), &format!("n{n}"), &format!("o{n}"))).collect();
    store.write(&claims, AT, "c.xlsx").await.unwrap();
    store.erase_contact(EntityKind::Needs, "n6", AT, "erase-contact").await.unwrap();
    store.write(&[claim("c3", "n5", "o5"), claim("c20", "n1", "o1")], AT, "d.xlsx").await.unwrap();
    store.close().await;
    store.path().to_owned()
}

/// What can be read from a ledger.
#[derive(Debug, PartialEq)]
struct Content {
    version: LedgerVersion,
    ledger: Ledger,
    projects: Vec<u64>,
    later: Option<Changes>,
    settings: [Option<String>; 2],
}

/// Every answer of a ledger: the answer itself, or nothing if it is an error.
#[derive(Debug, PartialEq)]
struct Answers {
    version: Option<LedgerVersion>,
    ledger: Option<Ledger>,
    projects: Option<Vec<u64>>,
    later: Option<Option<Changes>>,
    settings: [Option<Option<String>>; 2],
}

async fn answers(store: &Store, last: LedgerVersion) -> Answers {
    let before_claims = LedgerVersion::from_stamp(last.stamp() - 2);
    Answers {
        version: store.version().await.ok(),
        ledger: store.load().await.ok(),
        projects: store.projects_changed(LedgerVersion::EMPTY, last).await.ok(),
        later: store.changes_after(before_claims, 9).await.ok(),
        settings: [store.setting(Setting::Taxonomy).await.ok(), store.setting(Setting::Lexicon).await.ok()],
    }
}

impl Answers {
    fn whole(self) -> Content {
        let [taxonomy, lexicon] = self.settings;
        Content {
            version: self.version.unwrap(),
            ledger: self.ledger.unwrap(),
            projects: self.projects.unwrap(),
            later: self.later.unwrap(),
            settings: [taxonomy.unwrap(), lexicon.unwrap()],
        }
    }
}

/// Each answer of a damaged ledger is the one of before, or an error.
fn is_true_or_silent(found: &Answers, whole: &Content) -> bool {
    fn agrees<T: PartialEq>(found: Option<&T>, whole: &T) -> bool {
        found.is_none_or(|found| found == whole)
    }
    agrees(found.version.as_ref(), &whole.version)
        && agrees(found.ledger.as_ref(), &whole.ledger)
        && agrees(found.projects.as_ref(), &whole.projects)
        && agrees(found.later.as_ref(), &whole.later)
        && found.settings.iter().zip(&whole.settings).all(|(found, whole)| agrees(found.as_ref(), whole))
}

#[tokio::test]
async fn flipped_bits_are_errors_and_never_other_content() {
    count_panics();
    let place = TempDir::new().unwrap();
    let path = small(place.path()).await;
    let bytes = std::fs::read(&path).unwrap();
    let store = Store::open(place.path(), false).await.unwrap();
    let last = store.version().await.unwrap();
    let whole = answers(&store, last).await.whole();
    assert!(whole.later.is_some());
    store.close().await;

    let mut random = SplitMix64::new(7);
    let pages = bytes.len() / 4096;
    assert!(pages > 40, "{pages} pages");
    let (mut noticed, mut harmless) = (0, 0);
    // Every page, the header of every page, and the header of the file.
    let positions = (0..pages).flat_map(|page| [4096, 4096, 24].map(|within| (page * 4096, within)));
    for (page, within) in positions.chain(std::iter::repeat_n((0, 100), 30)) {
        let (byte, bit) = (page + random.below(within), random.below(8));
        let dir = TempDir::new().unwrap();
        let mut damaged = bytes.clone();
        damaged[byte] ^= 1 << bit;
        std::fs::write(dir.path().join("ledger.db"), damaged).unwrap();
        let Ok(store) = Store::open(dir.path(), false).await else {
            noticed += 1;
            continue;
        };
        let found = answers(&store, last).await;
        assert!(is_true_or_silent(&found, &whole), "bit {bit} of byte {byte}: {found:?}");
        let is_harmless = found.ledger.is_some();
        (harmless, noticed) = (harmless + usize::from(is_harmless), noticed + usize::from(!is_harmless));
        // Whatever is written is added to what was there, or refused.
        if store.write(&[need("new", None)], AT, "new").await.is_ok()
            && let Ok(mut ledger) = store.load().await
        {
            assert_eq!(ledger.needs.pop().map(|it| it.value.id.as_str().to_owned()).as_deref(), Some("new"));
            ledger.version = whole.version;
            assert!(ledger == whole.ledger, "bit {bit} of byte {byte}, after a write");
        }
        store.close().await;
        let _ = Store::verify(dir.path()).await;
    }
    assert!(noticed > 30 && harmless > 30, "{noticed} noticed, {harmless} harmless");
    assert_eq!(panics(), 0, "panics in the database's threads");
}

/// Every statement that changes something behind the program's back, with the damage that must be named.
#[tokio::test]
async fn values_of_another_kind_are_named_with_their_table_and_number() {
    let cases: [(&str, &str); 17] = [
        ("UPDATE needs SET body = replace(body, '净水', '饮水') WHERE seq = 3", "需求第3号（编号“n2”）的内容与校验值不符"),
        ("UPDATE needs SET body = CAST(body AS BLOB) WHERE seq = 3", "需求中第3号有读不出的值"),
        ("UPDATE needs SET body = 5 WHERE seq = 3", "需求第3号（编号“n2”）的内容与校验值不符"),
        ("UPDATE needs SET id = CAST(x'ff41' AS TEXT) WHERE seq = 3", "需求中第3号有读不出的值"),
        ("UPDATE needs SET digest = zeroblob(32) WHERE seq = 3", "需求第3号（编号“n2”）的内容与校验值不符"),
        ("UPDATE needs SET digest = 5.5 WHERE seq = 3", "需求中第3号有读不出的值"),
        ("UPDATE needs SET seq = -3 WHERE seq = 30", "需求第-3号（编号“n29”）的内容与校验值不符"),
        (
            "UPDATE needs SET seq = 9223372036854775807 WHERE seq = 30",
            "需求第9223372036854775807号（编号“n29”）的内容与校验值不符",
        ),
        ("DELETE FROM projects WHERE seq = 60", "往期项目应有60条，读到59条"),
        ("UPDATE contacts SET body = '\"x\"' WHERE kind = 'needs' AND record = 3", "联系人第3号的内容与校验值不符"),
        ("DELETE FROM contacts WHERE kind = 'needs' AND record = 3", "联系人应有"),
        ("UPDATE settings SET value = '{}' WHERE key = 'lexicon'", "设置第1号（编号“lexicon”）的内容与校验值不符"),
        ("DELETE FROM settings WHERE key = 'lexicon'", "设置应有2条，读到1条"),
        ("UPDATE head SET seq = seq + 1", "账本总表第1号的内容与校验值不符"),
        ("UPDATE head SET residue = 7", "账本总表第1号的内容与校验值不符"),
        ("UPDATE head SET needs = 'NaN'", "账本总表中有读不出的值"),
        ("DELETE FROM head", "账本总表应有1条，读到0条"),
    ];
    let place = TempDir::new().unwrap();
    let path = small(place.path()).await;
    for (statement, expected) in cases {
        let dir = TempDir::new().unwrap();
        std::fs::copy(&path, dir.path().join("ledger.db")).unwrap();
        let store = Store::open(dir.path(), false).await.unwrap();
        let writer = store.writer.as_ref().unwrap();
        sqlx::query("PRAGMA ignore_check_constraints = ON").execute(writer).await.unwrap();
        sqlx::query("PRAGMA foreign_keys = OFF").execute(writer).await.unwrap();
        sqlx::query(statement).execute(writer).await.unwrap();
        let error = store.load().await.unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{statement}: {error}");
        let message = error.to_string();
        assert!(message.contains(expected) && message.contains("备份"), "{statement}: {message}");
        store.close().await;
        assert!(Store::verify(dir.path()).await.is_err(), "{statement}");
    }
}

#[tokio::test]
async fn damage_of_the_log_is_found_by_its_readers_and_by_verification() {
    let place = TempDir::new().unwrap();
    let path = small(place.path()).await;
    let verified = Store::verify(place.path()).await.unwrap();
    assert_eq!((verified.records, verified.contacts), (151, 28));
    assert_eq!(verified.changes.cast_signed(), verified.version.stamp());
    for (statement, is_read) in [
        ("UPDATE changes SET entity = 'claims' WHERE seq = 100", true),
        ("UPDATE changes SET at = '2020-01-01T00:00:00+08:00' WHERE seq = 100", true),
        ("UPDATE changes SET body = '{}' WHERE seq = 100", false),
        ("DELETE FROM changes WHERE seq = 100", true),
        ("UPDATE sources SET name = 'other.xlsx' WHERE seq = 1", false),
    ] {
        let dir = TempDir::new().unwrap();
        std::fs::copy(&path, dir.path().join("ledger.db")).unwrap();
        let store = Store::open(dir.path(), false).await.unwrap();
        let writer = store.writer.as_ref().unwrap();
        for table in ["changes", "sources"] {
            for what in ["rewritten", "removed"] {
                let drop = sqlx::AssertSqlSafe(format!("DROP TRIGGER {table}_are_never_{what}"));
                sqlx::query(drop).execute(writer).await.unwrap();
            }
        }
        sqlx::query(statement).execute(writer).await.unwrap();
        let read = store.projects_changed(LedgerVersion::EMPTY, verified.version).await;
        assert_eq!(read.is_err(), is_read, "{statement}: {read:?}");
        let last_claims = LedgerVersion::from_stamp(verified.version.stamp() - 2);
        assert!(store.changes_after(last_claims, 9).await.is_ok(), "what is later can be read");
        sqlx::query("VACUUM").execute(writer).await.unwrap();
        let mut connection = writer.acquire().await.unwrap();
        assert!(super::super::verify::verify(&mut connection).await.is_err(), "{statement}");
    }
}

#[tokio::test]
async fn a_changed_schema_is_refused_before_anything_is_read() {
    let place = TempDir::new().unwrap();
    let path = small(place.path()).await;
    for statement in [
        "DROP TRIGGER changes_are_never_removed",
        "CREATE TRIGGER t AFTER INSERT ON needs BEGIN DELETE FROM contacts; END",
        "ALTER TABLE needs ADD COLUMN more TEXT",
        "DROP TABLE settings",
        "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 2",
        "DELETE FROM _sqlx_migrations WHERE version = 2",
        "DROP TABLE _sqlx_migrations",
    ] {
        let dir = TempDir::new().unwrap();
        std::fs::copy(&path, dir.path().join("ledger.db")).unwrap();
        let store = Store::open(dir.path(), false).await.unwrap();
        sqlx::query(statement).execute(store.writer.as_ref().unwrap()).await.unwrap();
        store.close().await;
        let refused = Store::open(dir.path(), false).await.unwrap_err();
        let is_schema = matches!(&refused, StoreError::Damaged { damage: Damage::Schema { .. }, .. });
        assert!(is_schema, "{statement}: {refused}");
    }
    // A table for another purpose is none of our business.
    let store = Store::open(place.path(), false).await.unwrap();
    sqlx::query("CREATE TABLE _replication (seq INTEGER)").execute(store.writer.as_ref().unwrap()).await.unwrap();
    store.close().await;
    Store::open(place.path(), false).await.unwrap();
}
