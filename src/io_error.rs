//! Operating-system errors in Chinese. The caller adds the path.

use std::io::{Error, ErrorKind};

/// Describes an error for people; falls back to the system's own text.
#[must_use]
pub fn describe_io_error(error: &Error) -> String {
    let words = match error.kind() {
        ErrorKind::NotFound => "不存在",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => "同名的文件占用了这个位置",
        ErrorKind::IsADirectory => "是目录，不是文件",
        ErrorKind::ReadOnlyFilesystem => "所在的磁盘是只读的",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "磁盘空间不足",
        _ => return error.to_string(),
    };
    words.to_owned()
}
