//! Reads XLSX, XLS and ODS into sheets: finds out the format.

use std::io::{Read, Seek};
use std::path::Path;

use super::error::FileError;
use super::limits::{Budget, Excess, MAX_FILE, MAX_XLS};
use super::package::{Fault, Package, damaged};
use super::sheet::Sheet;
use super::{ods, xls, xlsx};
use crate::excerpt::excerpt;

/// A workbook that was read.
#[derive(Debug, Default)]
pub(super) struct Workbook {
    pub(super) sheets: Vec<Sheet>,
    pub(super) has_macros: bool,
}

/// First bytes of compound files and of compressed ones.
const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const ZIP: &[u8] = b"PK\x03\x04";

/// Reads every sheet of a workbook, whatever the file is called; `None` if it is not a workbook.
///
/// # Errors
/// Damaged, with a password, or too large.
pub(super) fn read<R: Read + Seek>(path: &Path, mut source: R, budget: &mut Budget) -> Result<Option<Workbook>, FileError> {
    let path = path.to_owned();
    let read = read_any(&mut source, budget);
    read.map_err(|fault| match fault {
        Fault::Damaged(reason) => FileError::Damaged { path, reason: excerpt(&reason) },
        Fault::Excess(excess) => FileError::TooLarge { path, excess },
        Fault::Password => FileError::Password { path },
        Fault::Io(source) => FileError::Io { path, source },
    })
}

fn read_any<R: Read + Seek>(mut source: R, budget: &mut Budget) -> Result<Option<Workbook>, Fault> {
    let mut start = Vec::new();
    source.by_ref().take(OLE.len() as u64).read_to_end(&mut start).map_err(Fault::Io)?;
    source.rewind().map_err(Fault::Io)?;
    if start.starts_with(OLE) {
        let mut bytes = Vec::new();
        source.take(MAX_FILE as u64).read_to_end(&mut bytes).map_err(Fault::Io)?;
        return old_workbook(bytes, budget);
    }
    if !start.starts_with(ZIP) {
        return Ok(None);
    }
    let package = Package::open(source)?;
    let has_macros = package.has_macros();
    let sheets = if package.has("xl/workbook.xml") {
        guarded(|| xlsx::read(package, budget))?
    } else if package.has("content.xml") {
        ods::read(package, budget)?
    } else {
        return Ok(None);
    };
    Ok(Some(Workbook { sheets, has_macros }))
}

fn old_workbook(bytes: Vec<u8>, budget: &mut Budget) -> Result<Option<Workbook>, Fault> {
    let name = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let holds = |text: &str| memchr::memmem::find(&bytes, &name(text)).is_some();
    match (holds("EncryptedPackage"), holds("Workbook") || holds("Book")) {
        (true, _) => Err(Fault::Password),
        (_, true) if bytes.len() > MAX_XLS => Err(Excess::OldWorkbook.into()),
        (_, true) => Ok(Some(Workbook { sheets: guarded(|| xls::read(bytes, budget))?, has_macros: false })),
        _ => Ok(None),
    }
}

/// Runs a reader that may panic on a broken file.
fn guarded<T>(read: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    // What the reader was reading is dropped with it.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).unwrap_or_else(|_| Err(damaged("内容前后矛盾")))
}
