//! The compressed package of a workbook (ZIP): its parts, each measured before it is read, and their XML in bounded pieces.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read, Seek};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::limits::{Excess, MAX_HELD, MAX_PART, MAX_PARTS, MAX_PIECE, MAX_UNPACKED};

/// Why a package cannot be read.
#[derive(Debug)]
pub(super) enum Fault {
    Damaged(String),
    Excess(Excess),
    Password,
    Io(std::io::Error),
}

impl From<Excess> for Fault {
    fn from(excess: Excess) -> Self {
        Self::Excess(excess)
    }
}

impl From<ZipError> for Fault {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(error) => Self::Io(error),
            _ => Self::Damaged("文件不完整".to_owned()),
        }
    }
}

pub(super) fn damaged(reason: impl Into<String>) -> Fault {
    Fault::Damaged(reason.into())
}

/// The parts of a compressed workbook.
pub(super) struct Package<R> {
    archive: ZipArchive<R>,
    /// Their names in lower case with slashes, as the readers of workbooks look them up.
    names: Vec<String>,
    unpacked: u64,
}

impl<R: Read + Seek> Package<R> {
    /// Opens the package. Its directory is counted first, because opening it takes memory for every part that it claims to have.
    pub(super) fn open(mut source: R) -> Result<Self, Fault> {
        count_parts(&mut source)?;
        source.rewind().map_err(Fault::Io)?;
        let mut archive = ZipArchive::new(source)?;
        let mut names = Vec::with_capacity(archive.len());
        for n in 0..archive.len() {
            let part = archive.by_index_raw(n)?;
            let name = part.name()?.replace('\\', "/").to_ascii_lowercase();
            if names.contains(&name) {
                return Err(damaged("两个部分同名"));
            }
            names.push(name);
        }
        Ok(Self { archive, names, unpacked: 0 })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// True if there are macros.
    pub(super) fn has_macros(&self) -> bool {
        self.names.iter().any(|name| name.ends_with("vbaproject.bin"))
    }

    fn position(&self, name: &str) -> Option<usize> {
        let name = name.to_ascii_lowercase();
        self.names.iter().position(|known| *known == name)
    }

    /// The XML of a part that is held in memory as a whole; `None` if there is no such part.
    pub(super) fn held(&mut self, name: &str) -> Result<Option<Xml<'_, R>>, Fault> {
        self.xml(name, MAX_HELD)
    }

    /// The XML of a part that is streamed; `None` if there is no such part.
    pub(super) fn streamed(&mut self, name: &str) -> Result<Option<Xml<'_, R>>, Fault> {
        self.xml(name, MAX_PART)
    }

    fn xml(&mut self, name: &str, most: u64) -> Result<Option<Xml<'_, R>>, Fault> {
        let Some(at) = self.position(name) else { return Ok(None) };
        let part = BufReader::new(self.archive.by_index(at)?);
        let mut reader = Reader::from_reader(Measured { part, left: most, total: &mut self.unpacked, piece: MAX_PIECE });
        reader.config_mut().expand_empty_elements = true;
        Ok(Some(Xml { reader, depth: 0 }))
    }

    /// The package itself, for another reader.
    pub(super) fn into_inner(self) -> R {
        self.archive.into_inner()
    }
}

/// Refuses a directory of too many parts, from its signatures (APPNOTE.TXT 6.3.10, §4.3.12 and §4.3.14).
fn count_parts<R: Read + Seek>(source: &mut R) -> Result<(), Fault> {
    const ENTRY: &[u8] = b"PK\x01\x02";
    const LARGE_END: &[u8] = b"PK\x06\x06";
    const CHUNK: usize = 1 << 16;
    /// Length of the record up to and with its number of parts.
    const NEEDED: usize = 40;
    source.rewind().map_err(Fault::Io)?;
    let (mut kept, mut parts) = (Vec::with_capacity(CHUNK + NEEDED), 0);
    loop {
        let before = kept.len();
        let read = source.by_ref().take(CHUNK as u64).read_to_end(&mut kept).map_err(Fault::Io)?;
        parts += memchr::memmem::find_iter(&kept[before.saturating_sub(ENTRY.len() - 1)..], ENTRY).count();
        let number = |at: usize| kept.get(at..at + 8).map(|it| u64::from_le_bytes(it.try_into().unwrap_or_default()));
        for at in memchr::memmem::find_iter(&kept, LARGE_END) {
            // A record whose own size is absurd is none: the signature may stand in compressed data by chance.
            let is_record = number(at + 4).is_some_and(|size| size <= u64::from(u32::MAX));
            if is_record && number(at + 32).is_some_and(|parts| parts > MAX_PARTS as u64) {
                return Err(Excess::Parts.into());
            }
        }
        if parts > MAX_PARTS {
            return Err(Excess::Parts.into());
        }
        if read == 0 {
            return Ok(());
        }
        kept.drain(..kept.len().saturating_sub(NEEDED));
    }
}

/// A part that ends with an error where it, all parts together, or one piece of its XML gets too large.
struct Measured<'a, R: Read> {
    part: BufReader<ZipFile<'a, R>>,
    left: u64,
    total: &'a mut u64,
    /// Bytes that the current piece may still have.
    piece: usize,
}

/// Marks an error of [`Measured`] as one of size.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct TooMuch(Excess);

impl<R: Read> Read for Measured<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Measured<'_, R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        let excess = match (self.left, self.piece) {
            (0, _) => Some(Excess::Unpacked),
            (_, 0) => Some(Excess::Piece(None)),
            _ if *self.total > MAX_UNPACKED => Some(Excess::Unpacked),
            _ => None,
        };
        let buffer = self.part.fill_buf()?;
        match excess {
            Some(excess) if !buffer.is_empty() => Err(std::io::Error::other(TooMuch(excess))),
            _ => Ok(buffer),
        }
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count as u64);
        self.piece = self.piece.saturating_sub(count);
        *self.total += count as u64;
        self.part.consume(count);
    }
}

/// The XML of a part, event by event. It must be well-formed up to its end: a reader that trusts it would wait for ever.
pub(super) struct Xml<'a, R: Read> {
    reader: Reader<Measured<'a, R>>,
    depth: usize,
}

impl<R: Read> Xml<'_, R> {
    /// The next event. An empty element comes as its start and its end.
    pub(super) fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, Fault> {
        buffer.clear();
        self.reader.get_mut().piece = MAX_PIECE;
        let event = self.reader.read_event_into(buffer).map_err(fault)?;
        match &event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 => return Err(damaged("内容不完整")),
            _ => {}
        }
        Ok(event)
    }

    /// Calls `see` with each element.
    pub(super) fn elements(mut self, mut see: impl FnMut(&BytesStart<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
        let mut buffer = Vec::new();
        loop {
            match self.next(&mut buffer)? {
                Event::Start(tag) => see(&tag)?,
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "taken by `map_err`")]
fn fault(error: quick_xml::Error) -> Fault {
    if let quick_xml::Error::Io(error) = &error {
        let too_much = error.get_ref().and_then(|inner| inner.downcast_ref::<TooMuch>());
        return too_much.map_or_else(|| damaged(format!("解压：{error}")), |TooMuch(excess)| Fault::Excess(*excess));
    }
    damaged(format!("XML：{error}"))
}

/// An attribute as it is written.
///
/// # Errors
/// It stands there twice: readers would not agree on its value.
pub(super) fn raw_attribute<'a>(tag: &'a BytesStart<'_>, name: &str) -> Result<Option<Cow<'a, str>>, Fault> {
    let mut attributes = tag.attributes();
    let mut named = attributes.with_checks(false).flatten().filter(|attribute| attribute.key.as_ref() == name);
    let first = named.next().map(|attribute| attribute.value);
    if named.next().is_some() { Err(damaged(format!("XML：{name} 重复"))) } else { Ok(first) }
}

/// An attribute without escapes; what cannot be unescaped stays as it is.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Fault> {
    let Some(value) = raw_attribute(tag, name)? else { return Ok(None) };
    let text = quick_xml::escape::unescape(&value).map(Cow::into_owned);
    Ok(Some(text.unwrap_or_else(|_| value.clone().into_owned())))
}
