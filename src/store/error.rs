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
    #[error("{path} 不是账本或已损坏（SQLite 代码{code}）；请用备份恢复，未改动任何内容")]
    Damaged {
        /// The ledger.
        path: PathBuf,
        /// SQLite's result code.
        code: i32,
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
    /// Anything else.
    #[error("读写账本 {path} 时出错；未写入任何内容。数据库的说明：{source}")]
    Database {
        /// The ledger.
        path: PathBuf,
        /// The driver's reason.
        source: sqlx::Error,
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
