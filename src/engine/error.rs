//! What keeps a data directory from working, in words that say what to do.

use std::path::PathBuf;

use qianshou_index::IndexError;

use crate::ingest::FileError;
use crate::reference::TaxonomyError;
use crate::store::StoreError;

/// A use case that could not be carried out. Bad rows and bad questions are not errors of this kind.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The ledger.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Word lists in the ledger that this program cannot use.
    #[error("账本中的词表无法使用：{reason}")]
    Lexicon {
        /// What is wrong.
        reason: String,
    },
    /// A workbook that cannot be made.
    #[error(transparent)]
    Workbook(#[from] crate::ingest::WorkbookError),
    /// The taxonomy.
    #[error(transparent)]
    Taxonomy(#[from] TaxonomyError),
    /// The text index must be rebuilt.
    #[error("文本索引 {dir} 与本程序不符（{reason}）；请运行 qianshou reindex 重建，账本不受影响")]
    StaleIndex {
        /// The index directory.
        dir: PathBuf,
        /// What differs.
        reason: String,
    },
    /// The text index knows changes that the ledger does not.
    #[error("文本索引比账本 {dir} 更新（账本可能由较早的备份恢复）；请运行 qianshou reindex 重建")]
    IndexAhead {
        /// The ledger.
        dir: PathBuf,
    },
    /// Another process has been writing for too long.
    #[error("文本索引 {dir} 正被另一个进程写入；数据已在账本中，请稍后重试")]
    BusyIndex {
        /// The index directory.
        dir: PathBuf,
    },
    /// The index directory cannot be used.
    #[error("无法读写文本索引 {dir}：{}；请检查权限和磁盘空间", crate::fault::words(source))]
    IndexIo {
        /// The index directory.
        dir: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The work was broken off.
    #[error("处理中断：{0}；账本不受影响，请重试")]
    Interrupted(#[from] super::Interrupted),
    /// Anything else inside the index.
    #[error("文本索引出错：{0}；请运行 qianshou reindex 重建")]
    Index(IndexError),
    /// The given path holds no file that can be imported.
    #[error("{path} 中没有可以导入的文件（.xlsx、.xls、.ods、.csv 或 .jsonl）")]
    NothingToImport {
        /// The directory.
        path: PathBuf,
    },
}

impl From<IndexError> for EngineError {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Stale { dir, reason } => Self::StaleIndex { dir, reason },
            IndexError::Busy { dir } => Self::BusyIndex { dir },
            IndexError::Io { dir, source } => Self::IndexIo { dir, source },
            other @ IndexError::Tantivy { .. } => Self::Index(other),
        }
    }
}
