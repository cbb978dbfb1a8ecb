//! Errors of the ledger and of the job store. Their messages say what to do.

use std::path::PathBuf;

use crate::domain::EntityKind;

/// A ledger that cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No ledger in the directory.
    #[error("数据目录 {dir} 中没有账本（ledger.db）；请先用 import 导入数据，或用 --data 指明目录")]
    Missing {
        /// The data directory.
        dir: PathBuf,
    },
    /// The directory cannot be created.
    #[error("无法创建数据目录 {dir}：{}；请换一个可写的目录", crate::io_error::describe_io_error(source))]
    Directory {
        /// The data directory.
        dir: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The ledger or its directory is read-only.
    #[error("账本 {path} 不可写（目录或文件只读）；请检查权限，或用 --data 换一个目录。未写入任何内容")]
    ReadOnly {
        /// The ledger.
        path: PathBuf,
    },
    /// Another process has been writing for too long.
    #[error("账本 {path} 正被另一个进程占用；请稍后重试。未写入任何内容")]
    Busy {
        /// The ledger.
        path: PathBuf,
    },
    /// Written by a newer version of the program.
    #[error("账本 {path} 由更新版本的程序创建（结构版本 {version}）；请升级 qianshou 后再打开。未改动任何内容")]
    Newer {
        /// The ledger.
        path: PathBuf,
        /// Its schema version.
        version: i64,
    },
    /// Not a ledger, or a damaged one.
    #[error(
        "{path} 不是账本或已损坏：{damage}。请不要再写入，改用最近一份完好的备份（对备份目录运行 qianshou verify 可以检查）。未改动任何内容"
    )]
    Damaged {
        /// The ledger.
        path: PathBuf,
        /// What is wrong with it.
        damage: Damage,
    },
    /// There is no ledger, or one without a record, beside derived data that were made from one.
    #[error(
        "数据目录 {dir} 中的账本（ledger.db）{found}，而目录中还有{remains}，可见原来的账本已丢失。未改动任何内容。请从备份恢复 ledger.db；若确实要从头开始，请先把{remains}移走"
    )]
    Lost {
        /// The data directory.
        dir: PathBuf,
        /// What was found in its place.
        found: &'static str,
        /// What shows that there was one.
        remains: String,
    },
    /// A ledger of an older version that must not or cannot be written.
    #[error(
        "账本 {path} 由旧版本的程序创建，只读时无法使用，需要先升级；请由有写权限的用户对该目录运行一次 qianshou stats（备份请先复制一份，在副本上运行）。未改动任何内容"
    )]
    Outdated {
        /// The ledger.
        path: PathBuf,
    },
    /// The last changes of a ledger are in a log that cannot be read without writing.
    #[error(
        "账本 {path} 的最近改动还在日志（ledger.db-wal）中，目录或文件只读时无法读取；请由有写权限的用户对该目录运行一次 qianshou stats，或把整个目录复制到可写的位置"
    )]
    UnfoldedLog {
        /// The ledger.
        path: PathBuf,
    },
    /// A ledger that is read without locks was changed meanwhile.
    #[error("账本 {path} 以只读方式打开后被其他程序改动；请重新运行")]
    ChangedMeanwhile {
        /// The ledger.
        path: PathBuf,
    },
    /// A claim refers to a record that does not exist.
    #[error("认领“{claim}”指向的{}“{missing}”不存在；请先导入它。未写入任何内容", kind.label())]
    Reference {
        /// Id of the claim.
        claim: String,
        /// Kind of the missing record.
        kind: EntityKind,
        /// Id of the missing record.
        missing: String,
    },
    /// A record that this program cannot read.
    #[error("账本 {path} 中{}“{id}”（第 {seq} 号记录）无法读取：{source}", kind.label())]
    Record {
        /// The ledger.
        path: PathBuf,
        /// Kind of the record.
        kind: EntityKind,
        /// Number of the record.
        seq: i64,
        /// Id of the record.
        id: String,
        /// Why it cannot be read.
        source: serde_json::Error,
    },
    /// What is to be written cannot be read back from its temporary file.
    #[error("无法读写临时文件：{}；没有写入", crate::io_error::describe_io_error(.0))]
    Staged(std::io::Error),
    /// Anything else.
    #[error("读写账本 {path} 时出错；未写入任何内容。数据库的说明：{source}")]
    Database {
        /// The ledger.
        path: PathBuf,
        /// The driver's reason.
        source: sqlx::Error,
    },
}

/// What is wrong with a damaged ledger.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// SQLite says so.
    #[error("SQLite 代码{code}")]
    Sqlite {
        /// SQLite's result code.
        code: i32,
    },
    /// The definitions of its tables are not those of the program.
    #[error("{what}")]
    Schema {
        /// What differs.
        what: String,
    },
    /// A row does not have the digest that was stored with it.
    #[error("{table}第{number}号{}的内容与校验值不符", id.as_ref().map(|id| format!("（编号“{id}”）")).unwrap_or_default())]
    Digest {
        /// What the table holds, in Chinese.
        table: &'static str,
        /// Number of the row.
        number: i64,
        /// Id of the record, if the row is one.
        id: Option<String>,
    },
    /// A value of another type than its column, or text that is none.
    #[error("{table}中{}有读不出的值：{source}", number.map(|number| format!("第{number}号")).unwrap_or_default())]
    Value {
        /// What the table holds, in Chinese.
        table: &'static str,
        /// Number of the row, if it can be read.
        number: Option<i64>,
        /// The driver's reason.
        source: sqlx::Error,
    },
    /// Rows are missing, or there are too many, or they are not in order.
    #[error("{table}应有{expected}条，读到{found}条")]
    Rows {
        /// What the table holds, in Chinese.
        table: &'static str,
        /// As many as there should be.
        expected: i64,
        /// As many as could be read in order.
        found: i64,
    },
    /// SQLite's own check of the file found something.
    #[error("SQLite 检查：{what}")]
    Structure {
        /// SQLite's words.
        what: String,
    },
}

/// A job store that cannot be opened, read or written. The ledger does not depend on it.
#[derive(Debug, thiserror::Error)]
pub enum JobStoreError {
    /// The file or its directory is read-only.
    #[error("任务库 {path} 不可写（目录或文件只读）；请检查权限")]
    ReadOnly {
        /// The job store.
        path: PathBuf,
    },
    /// Another process has been writing for too long.
    #[error("任务库 {path} 正被另一个进程占用；请稍后重试")]
    Busy {
        /// The job store.
        path: PathBuf,
    },
    /// The disk is full.
    #[error("磁盘空间不足，无法写入任务库 {path}；请清理磁盘后重试")]
    Full {
        /// The job store.
        path: PathBuf,
    },
    /// A damaged job store.
    #[error("任务库 {path} 已损坏（{what}）；重新启动服务时会换用新的任务库，账本不受影响")]
    Damaged {
        /// The job store.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// Written by a newer version of the program.
    #[error("任务库 {path} 由更新版本的程序创建（结构版本 {version}）")]
    Newer {
        /// The job store.
        path: PathBuf,
        /// Its schema version.
        version: i64,
    },
    /// A file beside the job store cannot be used.
    #[error("无法读写 {path}：{}", crate::io_error::describe_io_error(source))]
    File {
        /// The file or directory.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// Anything else.
    #[error("读写任务库 {path} 时出错。数据库的说明：{source}")]
    Database {
        /// The job store.
        path: PathBuf,
        /// The driver's reason.
        source: sqlx::Error,
    },
}
