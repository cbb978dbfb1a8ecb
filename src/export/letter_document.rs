//! Letters as a document for word processors, set as official letters are (GB/T 9704-2012): A4, title 二号小标宋, text 三号仿宋,
//! headings 三号黑体 and 楷体, 28 points a line, page numbers below.

use std::io::Write as _;

use docx_rs::{
    AlignmentType, Docx, Footer, LineSpacing, LineSpacingType, PageMargin, PageNum, Paragraph, Run, RunFonts, SpecialIndentType,
};

use zip::write::SimpleFileOptions;

use super::DocumentError;
use super::invitation::{Invitation, Style};

/// A4, in twentieths of a point.
const PAGE: (u32, u32) = (11_906, 16_838);
/// 天头37毫米, 订口28毫米 (GB/T 9704-2012, 5.2), in twentieths of a point.
const MARGIN: PageMargin = PageMargin { top: 2098, left: 1588, bottom: 1984, right: 1474, header: 851, footer: 1400, gutter: 0 };
/// 二号 and 三号 and 四号, in half points.
const TITLE: usize = 44;
const TEXT: usize = 32;
const PAGE_NUMBER: usize = 28;
/// Longest name of an organization in the name of a file, in characters.
const MAX_NAME: usize = 60;
/// Two characters of the text, in twentieths of a point.
const INDENT: i32 = 2 * 10 * TEXT as i32;
/// 28 points, in twentieths of a point.
const LINE: i32 = 560;

/// All letters as a DOCX document, each on a page of its own. The same letters give the same bytes.
///
/// # Errors
/// The document cannot be written.
pub fn invitation_document(invitations: &[Invitation]) -> Result<Vec<u8>, DocumentError> {
    let number = Paragraph::new().id("f0000001").align(AlignmentType::Center).add_page_num(PageNum::new()).size(PAGE_NUMBER);
    let mut document = Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(MARGIN)
        .default_size(TEXT)
        .default_fonts(font("仿宋"))
        .footer(Footer::new().add_paragraph(number));
    let mut count = 0;
    for invitation in invitations {
        for (n, (style, text)) in invitation.lines.iter().enumerate() {
            count += 1;
            let starts_page = n == 0 && count > 1;
            let paragraph = paragraph(*style, text).id(format!("{count:08x}")).page_break_before(starts_page);
            document = document.add_paragraph(paragraph);
        }
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    document.build().pack(&mut bytes).map_err(|error| DocumentError::Io(std::io::Error::other(error)))?;
    Ok(bytes.into_inner())
}

/// The letters as a ZIP archive, one DOCX document an organization, named by number and organization. The same letters give the
/// same bytes.
///
/// # Errors
/// The archive cannot be written.
pub fn invitation_archive(invitations: &[Invitation]) -> Result<Vec<u8>, DocumentError> {
    let failed = |error: zip::result::ZipError| DocumentError::Io(std::io::Error::other(error));
    // Documents are compressed already; without a time, the bytes depend on the letters alone.
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (n, invitation) in (1..).zip(invitations) {
        archive.start_file(file_name(n, &invitation.name), options).map_err(failed)?;
        archive.write_all(&invitation_document(std::slice::from_ref(invitation))?)?;
    }
    Ok(archive.finish().map_err(failed)?.into_inner())
}

/// `03-甲基金会.docx`, with nothing that systems do not allow in names.
fn file_name(number: usize, organization: &str) -> String {
    let is_bad = |c: char| c.is_control() || "\\/:*?\"<>|".contains(c);
    let name: String = organization.chars().take(MAX_NAME).map(|c| if is_bad(c) { '_' } else { c }).collect();
    format!("{number:02}-{name}.docx")
}

fn paragraph(style: Style, text: &str) -> Paragraph {
    let run = Run::new().add_text(text);
    let spacing = LineSpacing::new().line_rule(LineSpacingType::Exact).line(LINE);
    let plain = Paragraph::new().line_spacing(spacing);
    match style {
        Style::Title => plain.align(AlignmentType::Center).add_run(run.fonts(font("方正小标宋简体")).size(TITLE)),
        Style::Address | Style::Blank => plain.add_run(run),
        Style::Heading => indented(plain).keep_next(true).add_run(run.fonts(font("黑体"))),
        Style::Item => indented(plain).keep_next(true).add_run(run.fonts(font("楷体"))),
        Style::Body => indented(plain).add_run(run),
        Style::Signature => plain.align(AlignmentType::Right).add_run(run),
    }
}

/// Two characters at the start of a paragraph.
fn indented(paragraph: Paragraph) -> Paragraph {
    paragraph.indent(None, Some(SpecialIndentType::FirstLine(INDENT)), None, None)
}

fn font(name: &str) -> RunFonts {
    RunFonts::new().ascii("Times New Roman").hi_ansi("Times New Roman").east_asia(name)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::export::{Sender, invitations};
    use crate::plan::tests::sample::plan;

    #[test]
    fn the_document_says_what_the_text_says() {
        let all = invitations(&plan(), &Sender::default());
        let bytes = invitation_document(&all).unwrap();
        assert!(bytes == invitation_document(&all).unwrap(), "the same letters give the same bytes");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut xml = String::new();
        archive.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
        for (_, text) in all.iter().flat_map(|it| &it.lines) {
            assert!(xml.contains(text.as_str()), "{text}");
        }
        let archive = invitation_archive(&all).unwrap();
        assert!(archive == invitation_archive(&all).unwrap(), "the same letters give the same bytes");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
        let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["01-乙基金会.docx", "02-甲基金会.docx"]);
        let mut letter = Vec::new();
        archive.by_index(0).unwrap().read_to_end(&mut letter).unwrap();
        assert!(letter == invitation_document(&all[..1]).unwrap());
        assert_eq!(file_name(3, "甲/乙：社"), "03-甲_乙：社.docx");
        assert_eq!(xml.matches("<w:pageBreakBefore />").count(), all.len() - 1, "each letter begins a page");
    }
}
