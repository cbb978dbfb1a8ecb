//! The data directory: lost, readable by others, read-only, with contacts that must go, and changed behind the server's back.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use qianshou::app::App;
use qianshou::clock::Clock;
use qianshou::config::HttpConfig;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::cli::Workdir;
use crate::data::{Data, LOCAL, TODAY, copy_dir, fixtures, open_files};

/// All files below a directory with their bytes.
fn snapshot(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(snapshot(&path));
        } else {
            files.insert(path.clone(), std::fs::read(path).unwrap());
        }
    }
    files
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn demo() -> Workdir {
    let workdir = Workdir::new();
    let output = workdir.output(&["import", fixtures().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    workdir
}

/// Commands that read or write the ledger, all of which refuse one that was lost.
fn commands() -> Vec<Vec<String>> {
    let fixtures = fixtures();
    let (all, needs) = (fixtures.to_str().unwrap(), fixtures.join("needs.jsonl"));
    let commands: [&[&str]; 11] = [
        &["serve", "--listen", "127.0.0.1:0"],
        &["import", all],
        &["import", all, "--dry-run"],
        &["reindex"],
        &["stats"],
        &["verify"],
        &["suggest", "学校净水"],
        &["opportunities", "甲基金会"],
        &["replay", "--from", "2018", "--to", "2020"],
        &["plan", "--needs", needs.to_str().unwrap()],
        &["erase-contact", "needs", "n1"],
    ];
    commands.map(|command| command.iter().map(ToString::to_string).collect()).to_vec()
}

#[test]
fn a_lost_ledger_is_refused_by_every_command_and_nothing_is_made_in_its_place() {
    let workdir = demo();
    let data = workdir.path().join("data");
    let ledger = data.join("ledger.db");
    let whole = std::fs::read(&ledger).unwrap();
    let empty = {
        let other = Workdir::new();
        other.file("none.jsonl", "{\"id\": \"o\", \"name\": \"\"}\n");
        other.output(&["import", "none.jsonl", "--as", "organizations"]);
        std::fs::read(other.path().join("data/ledger.db")).unwrap()
    };
    for (state, found) in [(None, "不存在"), (Some(Vec::new()), "是空文件"), (Some(empty), "没有任何记录")] {
        match state {
            None => std::fs::remove_file(&ledger).unwrap(),
            Some(bytes) => std::fs::write(&ledger, bytes).unwrap(),
        }
        let before = snapshot(&data);
        for command in commands() {
            // A ledger without a record is whole as such.
            if found == "没有任何记录" && command[0] == "verify" {
                continue;
            }
            let output = workdir.output(&command.iter().map(String::as_str).collect::<Vec<_>>());
            let message = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{command:?}: {message}");
            if command[0] == "verify" {
                continue;
            }
            for part in [found, "未改动任何内容", "备份", "text"] {
                assert!(message.contains(part), "{command:?}: {message}");
            }
            assert!(snapshot(&data) == before, "{command:?} changed something");
        }
    }
    // What the message advises: the ledger back, or the index away.
    std::fs::write(&ledger, whole).unwrap();
    assert_eq!(workdir.output(&["stats"]).status.code(), Some(0));
    std::fs::remove_file(&ledger).unwrap();
    std::fs::rename(data.join("text"), workdir.path().join("old-text")).unwrap();
    assert_eq!(workdir.output(&["import", fixtures().to_str().unwrap()]).status.code(), Some(0));
}

#[test]
fn an_older_backup_is_told_to_rebuild_the_index_which_works() {
    let workdir = demo();
    let ledger = workdir.path().join("data/ledger.db");
    let backup = std::fs::read(&ledger).unwrap();
    let before = workdir.run(&["suggest", "学校净水"]);
    workdir
        .file("later.jsonl", "{\"id\": \"later\", \"title\": \"学校净水\", \"participants\": [\"甲基金会\"], \"year\": 2020}\n");
    assert_eq!(workdir.output(&["import", "later.jsonl", "--as", "projects"]).status.code(), Some(0));
    std::fs::write(&ledger, backup).unwrap();
    let refused = workdir.run(&["suggest", "学校净水"]);
    assert!(refused.contains("qianshou reindex"), "{refused}");
    assert_eq!(workdir.output(&["reindex"]).status.code(), Some(0));
    assert_eq!(workdir.run(&["suggest", "学校净水"]), before);
}

/// Rights of everything below a directory that others have.
fn readable_by_others(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut look = |path: &Path| {
        if std::fs::metadata(path).unwrap().permissions().mode() & 0o077 != 0 {
            found.push(path.to_owned());
        }
    };
    look(dir);
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            look(&path);
            if path.is_dir() {
                open.push(path);
            }
        }
    }
    found
}

#[test]
fn files_are_private_whatever_the_umask() {
    let workdir = Workdir::new();
    workdir.file("needs.csv", "编号,需求描述,金额\nn1,学校净水,不知道\n");
    for umask in ["000", "022", "027"] {
        let import = format!(
            "umask {umask} && exec '{}' --data d{umask} import '{}' needs.csv --partial --errors errors{umask}.xlsx",
            env!("CARGO_BIN_EXE_qianshou"),
            fixtures().display()
        );
        let output = Command::new("sh").current_dir(workdir.path()).args(["-c", &import]).output().unwrap();
        let errors = workdir.path().join(format!("errors{umask}.xlsx"));
        assert!(errors.is_file(), "{}", stderr(&output));
        assert_eq!(std::fs::metadata(&errors).unwrap().permissions().mode() & 0o077, 0);
        assert_eq!(readable_by_others(&workdir.path().join(format!("d{umask}"))), [] as [PathBuf; 0], "umask {umask}");
    }
}

#[test]
fn a_directory_that_others_can_read_is_closed_and_the_log_says_so_once() {
    let workdir = demo();
    let data = workdir.path().join("data");
    for path in snapshot(&data).keys() {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
    }
    for dir in ["", "text", "text/projects"] {
        std::fs::set_permissions(data.join(dir), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let first = workdir.output(&["stats"]);
    assert_eq!(first.status.code(), Some(0));
    assert_eq!(stderr(&first).lines().filter(|line| line.contains("可被其他用户读取")).count(), 1, "{}", stderr(&first));
    assert_eq!(readable_by_others(&data), [] as [PathBuf; 0]);
    assert_eq!(stderr(&workdir.output(&["stats"])), "");
}

#[test]
fn a_contact_is_erased_from_every_file_of_the_directory() {
    let workdir = Workdir::new();
    for (name, list) in crate::wire::lists_with_contacts() {
        workdir.file(name, list);
        assert_eq!(workdir.output(&["import", name]).status.code(), Some(0));
    }
    let times = |needle: &str| {
        let files = snapshot(&workdir.path().join("data"));
        files.values().map(|bytes| memchr::memmem::find_iter(bytes, needle).count()).sum::<usize>()
    };
    assert_eq!(times("13900001234"), 1);
    let log_in = workdir.run(&["erase-contact", "organizations", "o"]);
    assert!(log_in.starts_with("exit code: 0"), "{log_in}");
    assert_eq!(times("13900001234"), 0);
    for (arguments, message) in [
        (["erase-contact", "organizations", "o"], "没有联系人"),
        (["erase-contact", "organizations", "nobody"], "没有编号为“nobody”的社会组织"),
        (["erase-contact", "claims", "c"], "不合要求"),
    ] {
        let refused = workdir.run(&arguments);
        assert!(refused.starts_with("exit code: 2") && refused.contains(message), "{refused}");
    }
    assert!(workdir.run(&["verify"]).contains("联系人1个"));
}

/// The program, run by somebody who cannot write what belongs to the one who runs the tests.
struct Reader {
    workdir: TempDir,
    program: PathBuf,
}

impl Reader {
    /// Reads a copy of a data directory. Its files can be read by everybody and written by nobody.
    fn of(data: &Path) -> Self {
        let workdir = TempDir::new().unwrap();
        let copy = workdir.path().join("data");
        copy_dir(data, &copy);
        // Where the tests are may be closed to others.
        let program = workdir.path().join("qianshou");
        let built = env!("CARGO_BIN_EXE_qianshou");
        if std::fs::hard_link(built, &program).is_err() {
            std::fs::copy(built, &program).unwrap();
        }
        let reader = Self { workdir, program };
        reader.set_modes(0o555, 0o444);
        std::fs::set_permissions(reader.workdir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        reader
    }

    fn data(&self) -> PathBuf {
        self.workdir.path().join("data")
    }

    fn set_modes(&self, dirs: u32, files: u32) {
        let set = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        let mut directories = BTreeSet::new();
        for path in snapshot(&self.data()).keys() {
            set(path, files);
            directories.extend(path.ancestors().skip(1).take_while(|it| it.starts_with(self.data())).map(Path::to_owned));
        }
        // What lies inside comes first.
        for dir in directories.iter().rev() {
            set(dir, dirs);
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(self.workdir.path()).args(["--data", "data", "--today", "2026-11-22"]).args(arguments);
        command.env("COLUMNS", "100").env_remove("QIANSHOU_LOG");
        // To the superuser no file is closed.
        if std::fs::metadata("/proc/self").is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0) {
            command.uid(65534).gid(65534);
        }
        command
    }

    fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.set_modes(0o755, 0o644);
    }
}

#[test]
fn a_directory_that_cannot_be_written_answers_as_one_that_can() {
    let workdir = demo();
    let reader = Reader::of(&workdir.path().join("data"));
    let before = snapshot(&reader.data());
    let needs = fixtures().join("needs.jsonl");
    let questions: [&[&str]; 8] = [
        &["suggest", "学校净水", "--explain", "--json"],
        &["suggest", "--needs", needs.to_str().unwrap(), "--json"],
        &["opportunities", "甲", "--json"],
        &["stats", "--json"],
        &["replay", "--from", "2018", "--to", "2020", "--json"],
        &["plan", "--open", "--json"],
        &["understand", "迪庆德钦县乡村医生培训", "--json"],
        &["verify"],
    ];
    for question in questions {
        let (here, there) = (workdir.output(question), reader.output(question));
        assert_eq!(there.status.code(), here.status.code(), "{question:?}: {}", stderr(&there));
        assert!(there.stdout == here.stdout, "{question:?}: {}", stderr(&there));
    }
    for write in [["import", fixtures().to_str().unwrap()].as_slice(), &["reindex"], &["erase-contact", "needs", "n"]] {
        let refused = reader.output(write);
        assert_eq!(refused.status.code(), Some(2), "{write:?}");
        assert!(stderr(&refused).contains("不可写") && stderr(&refused).contains("未写入任何内容"), "{}", stderr(&refused));
    }
    assert!(snapshot(&reader.data()) == before, "nothing was written");
}

#[test]
fn an_index_that_cannot_be_brought_up_to_date_is_made_elsewhere() {
    let workdir = demo();
    let question = ["suggest", "学校净水", "--explain", "--json"];
    let answer = workdir.output(&question).stdout;
    std::fs::remove_dir_all(workdir.path().join("data/text")).unwrap();
    let reader = Reader::of(&workdir.path().join("data"));
    let there = reader.output(&question);
    assert!(there.stdout == answer, "{}", stderr(&there));
    assert!(!reader.data().join("text").exists());
}

/// A process that does not outlive its test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_server_runs_on_a_directory_that_cannot_be_written() {
    let workdir = demo();
    let reader = Reader::of(&workdir.path().join("data"));
    let mut server = Killed(reader.command(&["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let address = lines.find_map(|line| Some(line.unwrap().split_once("http://")?.1.trim_end_matches('/').to_owned()));
    let address = address.expect("the address");
    let get = async |path: &str| {
        let client = hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new()).build_http::<Body>();
        let answer = client.get(format!("http://{address}{path}").parse().unwrap()).await.unwrap();
        (answer.status(), answer.into_body().collect().await.unwrap().to_bytes())
    };
    assert_eq!(get("/readyz").await.0, StatusCode::OK);
    let (status, page) = get("/").await;
    assert!(status == StatusCode::OK && memchr::memmem::find(&page, "需求".as_bytes()).is_some());
}

#[tokio::test]
async fn what_cannot_be_read_without_writing_says_what_to_do() {
    let advice = "由有写权限的用户对该目录运行一次 qianshou stats";
    // A ledger of before, which has to be migrated.
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/compat/0.1.0/data");
    let refused = Reader::of(&old).output(&["stats"]);
    assert!(stderr(&refused).contains("旧版本") && stderr(&refused).contains(advice), "{}", stderr(&refused));
    assert_eq!(refused.status.code(), Some(2));

    // A log that nobody has folded into the ledger.
    let workdir = demo();
    let data = workdir.path().join("data");
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(data.join("ledger.db"))).await.unwrap();
    sqlx::query("CREATE TABLE other (seq INTEGER)").execute(&pool).await.unwrap();
    let reader = Reader::of(&data);
    pool.close().await;
    reader.set_modes(0o755, 0o644);
    std::fs::remove_file(reader.data().join("ledger.db-shm")).unwrap();
    reader.set_modes(0o555, 0o444);
    assert!(std::fs::metadata(reader.data().join("ledger.db-wal")).unwrap().len() > 0);
    let refused = reader.output(&["stats"]);
    assert!(stderr(&refused).contains("ledger.db-wal") && stderr(&refused).contains(advice), "{}", stderr(&refused));
}

#[test]
fn a_clock_that_runs_backwards_is_told_and_changes_nothing_else() {
    let workdir = demo();
    workdir.file("needs.jsonl", "{\"id\": \"late\", \"title\": \"学校净水\"}\n");
    let program = env!("CARGO_BIN_EXE_qianshou");
    let import = ["--data", "data", "--today", "2020-01-01", "import", "needs.jsonl"];
    let output = Command::new(program).current_dir(workdir.path()).args(import).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stderr(&output).lines().filter(|line| line.contains("时钟")).count(), 1, "{}", stderr(&output));
    assert!(workdir.run(&["verify"]).starts_with("exit code: 0"));
}

async fn readiness(app: &Arc<App>) -> (StatusCode, serde_json::Value) {
    let router = qianshou::http::router(Arc::clone(app), &HttpConfig::default());
    let request = Request::get("/readyz").header("host", "localhost").body(Body::empty()).unwrap();
    let answer = router.oneshot(request).await.unwrap();
    let status = answer.status();
    (status, serde_json::from_slice(&answer.into_body().collect().await.unwrap().to_bytes()).unwrap())
}

#[tokio::test]
async fn a_snapshot_that_cannot_keep_up_is_told_by_the_probe() {
    let data = Data::demo().await;
    let dir = data.dir.path().join("data");
    assert_eq!(readiness(&data.app).await.0, StatusCode::OK);
    // Another process writes, and then a row is damaged.
    let other = App::open(&dir, false, Clock::Fixed(TODAY)).await.unwrap();
    let list = data.file("organizations.jsonl", "{\"id\": \"x\", \"name\": \"新基金会\"}\n");
    other.import(LOCAL, None, &open_files(&[list], None).unwrap(), false, &|_| {}).await.unwrap();
    other.close().await;
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(dir.join("ledger.db"))).await.unwrap();
    let digest: Vec<u8> = sqlx::query_scalar("SELECT digest FROM organizations WHERE id = 'x'").fetch_one(&pool).await.unwrap();
    sqlx::query("UPDATE organizations SET digest = x'00' WHERE id = 'x'").execute(&pool).await.unwrap();
    assert!(data.app.refresh().await.is_err());
    let (status, body) = readiness(&data.app).await;
    assert_eq!((status, &body["status"]), (StatusCode::SERVICE_UNAVAILABLE, &"stale".into()));
    assert!(body["detail"].as_str().unwrap().contains("无法更新快照"), "{body}");
    assert!(body["snapshot"].is_string() && body["organizations"].is_u64() && body["refreshed_at"].is_string(), "{body}");
    // It recovers by itself.
    sqlx::query("UPDATE organizations SET digest = $1 WHERE id = 'x'").bind(digest).execute(&pool).await.unwrap();
    assert!(data.app.refresh().await.unwrap());
    assert_eq!(readiness(&data.app).await.0, StatusCode::OK);
}
