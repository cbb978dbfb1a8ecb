//! What can go wrong with the index on disk, and what to do about it.

use std::path::PathBuf;

/// An index that cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Written in another format or with another lexicon, or unreadable: answers from it would be wrong.
    #[error("text index {dir} does not fit this program ({reason})")]
    Stale {
        /// The index directory.
        dir: PathBuf,
        /// What differs.
        reason: String,
    },
    /// Another process holds the writer's lock.
    #[error("text index {dir} is being written by another process")]
    Busy {
        /// The index directory.
        dir: PathBuf,
    },
    /// The directory cannot be created or written.
    #[error("text index {dir}: {source}")]
    Io {
        /// The index directory.
        dir: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// Any other failure inside Tantivy.
    #[error("text index {dir}: {source}")]
    Tantivy {
        /// The index directory.
        dir: PathBuf,
        /// Tantivy's reason.
        source: tantivy::TantivyError,
    },
}
