//! Why a file cannot be read.

use std::path::{Path, PathBuf};

use super::limits::Excess;
use crate::excerpt::excerpt;
use crate::io_error::describe_io_error;
use crate::privacy::masked;

/// A path as messages show it.
fn shown(path: &Path) -> String {
    masked(&path.display().to_string()).into_owned()
}

/// A file that cannot be read at all. Rows of a readable file are never errors.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A directory without a file that can be imported.
    #[error("{} 中没有可以导入的文件（.xlsx、.xls、.ods、.csv 或 .jsonl）", shown(path))]
    NothingToImport {
        /// The directory.
        path: PathBuf,
    },
    /// The operating system refuses.
    #[error("无法读取文件 {}：{}", shown(path), describe_io_error(source))]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// An unsupported format.
    #[error("不认识的文件格式：{}；可读 .xlsx、.xls、.ods、.csv、.jsonl 和 .json，请另存为其中一种", shown(path))]
    Format {
        /// The file.
        path: PathBuf,
    },
    /// A web page with the file name of a workbook.
    #[error("文件 {} 的内容是网页，不是工作簿；请在表格软件中打开，另存为 .xlsx 后重试", shown(path))]
    WebPage {
        /// The file.
        path: PathBuf,
    },
    /// Not text in an encoding that lists come in.
    #[error(
        "文件 {} 第{row}行起的文字无法识别（不是 UTF-8、UTF-16、GB18030 或 Big5 编码）；请另存为 .xlsx 或 UTF-8 编码的 .csv 后重试",
        shown(path)
    )]
    Encoding {
        /// The file.
        path: PathBuf,
        /// First line that cannot be decoded.
        row: usize,
    },
    /// A workbook that is cut off or broken.
    #[error("文件 {} 已损坏或不完整（{}）；请重新获取或在表格软件中修复后重试", shown(path), excerpt(&masked(reason)))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The message of the format's parser.
        reason: String,
    },
    /// A workbook with a password.
    #[error("文件 {} 设有打开密码；请在表格软件中取消密码后重试", shown(path))]
    Password {
        /// The file.
        path: PathBuf,
    },
    /// More than can be read in bounded memory.
    #[error("文件 {} 过大：{excess}；请删去空白行列和图片，或拆分成几个文件后重试", shown(path))]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// What there is too much of.
        excess: Excess,
    },
    /// A file without data rows.
    #[error("文件 {} 中没有数据行", shown(path))]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// No row that looks like a header.
    #[error("文件 {} 中没有找到表头；第一行是：{}。请对照模板中的列名", shown(path), excerpt(&masked(first)))]
    Header {
        /// The file.
        path: PathBuf,
        /// The content of the first row.
        first: String,
    },
    /// A required column is missing.
    #[error("文件 {} 缺少必需的列：{choices}（任取其一）；现有的列：{}；也可指明哪一列是它（--map 列名=字段）", shown(path), excerpt(&masked(found)))]
    Column {
        /// The file.
        path: PathBuf,
        /// The headings that would be accepted.
        choices: String,
        /// The headings of the file.
        found: String,
    },
    /// The headings stand below each other instead of beside each other.
    #[error(
        "文件 {} 的列名竖排在{column}列（{}）；请复制后用“选择性粘贴—转置”，使每项需求成为一行",
        shown(path),
        excerpt(&masked(headings))
    )]
    Sideways {
        /// The file.
        path: PathBuf,
        /// The letter of the column.
        column: String,
        /// The headings in it.
        headings: String,
    },
    /// A quote that is never closed: the rows after it cannot be told apart.
    #[error("文件 {} 第{row}行的英文双引号没有配对，后面的行无法分开；请补上或删去这个引号", shown(path))]
    Quote {
        /// The file.
        path: PathBuf,
        /// Row of the quote.
        row: u64,
    },
    /// It is not clear what kind of records the file holds.
    #[error("看不出文件 {} 是哪类记录；请用 --as 指明 organizations、projects、needs 或 claims", shown(path))]
    Kind {
        /// The file.
        path: PathBuf,
    },
}
