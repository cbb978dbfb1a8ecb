//! Properties that hold for any bytes. Shared by the fuzz targets and by the replay in `tests/it/fuzz.rs`.

use std::path::Path;

use qianshou::app::{App, Reader, Reading};
use qianshou::clock::Clock;
use qianshou::domain::{EntityKind, Principal, RegionFinding};
use qianshou::export::error_workbook;
use qianshou::ingest::InputFile;
use qianshou::reference::Reference;
use qianshou::spool::Spool;
use qianshou::understand::{RegionField, region_field};
use qianshou_index::normalize::encoding::decode;
use qianshou_index::normalize::normalize as clean;

/// Any bytes decode, and normalisation is idempotent.
pub(crate) fn normalize(bytes: &[u8]) {
    let decoded = decode(bytes);
    let once = clean(&decoded.text);
    let twice = clean(&once.text);
    assert_eq!(once.text, twice.text);
    assert_eq!(once.lost(), twice.lost());
}

fn reader() -> Reader {
    Reader::embedded(Clock::Fixed(jiff_day()))
}

fn jiff_day() -> jiff::civil::Date {
    jiff::civil::date(2026, 1, 1)
}

/// Any text is understood without a panic; the ends of a sum are in order and its span slices the text.
pub(crate) fn amount(bytes: &[u8]) {
    let record = reader().read(&String::from_utf8_lossy(bytes));
    if let Some(amount) = record.amount {
        if let (Some(min), Some(max)) = (amount.min_fen, amount.max_fen) {
            assert!(min <= max, "{amount:?}");
        }
        if let Some(span) = amount.span {
            let slice: String = record.normalized.chars().skip(span.0).take(span.1 - span.0).collect();
            assert_eq!(slice, amount.text);
        }
    }
}

/// Places that are found in any text are in the table, and their words may mean them. A place that stays doubtful in a cell
/// comes with another one: one that the same name may mean, or one that it contradicts (海南省海南州).
pub(crate) fn region(bytes: &[u8]) {
    let reference = Reference::embedded();
    let divisions = reference.divisions;
    let may_mean = |region: &RegionFinding| {
        divisions.mentions(&region.matched).into_iter().next().map(|mention| mention.candidates).unwrap_or_default()
    };
    let text = String::from_utf8_lossy(bytes);
    let record = reader().read(&text);
    for region in &record.regions {
        assert_eq!(region.name, divisions.full_name(region.code));
        assert!(may_mean(region).contains(&region.code), "{region:?}");
        if let Some(span) = region.span {
            let slice: String = record.normalized.chars().skip(span.0).take(span.1 - span.0).collect();
            assert_eq!(slice, region.matched);
        }
    }
    if let RegionField::Ambiguous(found) = region_field(&reference, &text, None, false) {
        let doubtful: Vec<&RegionFinding> = found.iter().filter(|region| !region.certain).collect();
        assert!(!doubtful.is_empty(), "{found:?}");
        for region in &doubtful {
            let meant = may_mean(region);
            let others = doubtful.iter().filter(|it| it.code != region.code);
            let (same, apart): (Vec<_>, Vec<_>) = others.partition(|it| meant.contains(&it.code));
            let is_apart =
                |it: &&&&RegionFinding| !divisions.contains(it.code, region.code) && !divisions.contains(region.code, it.code);
            assert!(!same.is_empty() || apart.iter().any(|it| is_apart(&it)), "{region:?} in {found:?}");
        }
    }
}

/// Any file is read or refused. The error workbook of a file that was read can be read again.
pub(crate) fn workbook(bytes: &[u8]) {
    for name in ["needs.xlsx", "needs.csv"] {
        let Ok(file) = InputFile::from_bytes(Path::new(name), bytes, Some(EntityKind::Needs)) else { continue };
        let files = [file];
        let reading = Reading { partial: true, ..Reading::default() };
        let report = App::dry_run(Principal::LOCAL, None, None, files.iter().map(Ok), &reading, jiff_day()).expect("a report");
        assert_eq!(report.files[0].accepted + report.files[0].rejected, files[0].row_count());
        let mut marked = Vec::new();
        error_workbook(&files, &report.rejected, &report.warnings, &Spool::default(), &mut marked).expect("a workbook");
        InputFile::from_bytes(Path::new("needs.xlsx"), &marked, Some(EntityKind::Needs)).expect("a readable workbook");
    }
}
