//! Faults of the modules below as the one error of the use cases.

use qianshou_index::IndexError;

use crate::catalog::{BuildError, CatalogError};
use crate::error::{AppError, Code};
use crate::export::DocumentError;
use crate::ingest::FileError;
use crate::jobs::{Cancelled, Interrupted, NotComputed};
use crate::reference::TaxonomyError;
use crate::store::{JobStoreError, StoreError};

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::Missing { .. } | StoreError::Lost { .. } => Code::NoLedger,
            StoreError::Busy { .. } => Code::Busy,
            StoreError::Staged(_) => Code::Spool,
            StoreError::Directory { .. }
            | StoreError::ReadOnly { .. }
            | StoreError::Newer { .. }
            | StoreError::Damaged { .. }
            | StoreError::Outdated { .. }
            | StoreError::UnfoldedLog { .. }
            | StoreError::ChangedMeanwhile { .. }
            | StoreError::Reference { .. }
            | StoreError::Record { .. }
            | StoreError::Database { .. } => Code::Ledger,
        };
        Self::caused(code, error)
    }
}

impl From<JobStoreError> for AppError {
    fn from(error: JobStoreError) -> Self {
        let code = if matches!(error, JobStoreError::Busy { .. }) { Code::Busy } else { Code::JobStore };
        Self::caused(code, error)
    }
}

impl From<FileError> for AppError {
    fn from(error: FileError) -> Self {
        Self::caused(Code::UnreadableFile, error)
    }
}

impl From<DocumentError> for AppError {
    fn from(error: DocumentError) -> Self {
        Self::caused(Code::DocumentTooLarge, error)
    }
}

impl From<TaxonomyError> for AppError {
    fn from(error: TaxonomyError) -> Self {
        Self::caused(Code::UnusableFile, error)
    }
}

impl From<IndexError> for AppError {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Stale { dir, reason } => Self::new(
                Code::Index,
                format!("文本索引 {} 与本程序不符（{reason}）；请运行 qianshou reindex 重建，账本不受影响", dir.display()),
            ),
            IndexError::Busy { dir } => {
                Self::new(Code::Busy, format!("文本索引 {} 正被另一个进程写入；数据已在账本中，请稍后重试", dir.display()))
            }
            IndexError::Io { dir, source } => Self::new(
                Code::Index,
                format!(
                    "无法读写文本索引 {}：{}；请检查权限和磁盘空间",
                    dir.display(),
                    crate::io_error::describe_io_error(&source)
                ),
            ),
            other @ IndexError::Tantivy { .. } => {
                Self::new(Code::Index, format!("文本索引出错：{other}；请运行 qianshou reindex 重建"))
            }
        }
    }
}

impl From<BuildError> for AppError {
    fn from(error: BuildError) -> Self {
        Self::caused(Code::Index, error)
    }
}

impl From<CatalogError> for AppError {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::Index(error) => error.into(),
            CatalogError::Build(error) => error.into(),
        }
    }
}

impl From<Interrupted> for AppError {
    fn from(error: Interrupted) -> Self {
        Self::new(Code::Interrupted, format!("处理中断：{error}；账本不受影响，请重试"))
    }
}

impl From<NotComputed> for AppError {
    fn from(error: NotComputed) -> Self {
        match error {
            NotComputed::QueueFull => Self::new(Code::QueueFull, "正在处理的请求过多，请稍后重试"),
            NotComputed::ClientQueueFull => Self::new(Code::ClientQueueFull, "您有较多请求还在处理，请等它们结束后再试"),
            NotComputed::BudgetSpent => Self::new(Code::BudgetSpent, "您近来用的计算时间较多，请过一会儿再试"),
            NotComputed::Cancelled(cancelled) => cancelled.into(),
            NotComputed::Interrupted(error) => error.into(),
        }
    }
}

impl From<Cancelled> for AppError {
    fn from(_: Cancelled) -> Self {
        Self::new(Code::TimedOut, "计算超过了时限，已停止；请缩小范围或稍后重试")
    }
}
