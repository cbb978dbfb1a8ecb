//! Lists that want more memory than they are worth: each is refused with what to do, or read in bounds.

use std::path::Path;

use qianshou::app::{App, ImportReport, Reading};
use qianshou::domain::EntityKind;
use qianshou::export::error_workbook;
use qianshou::ingest::{Excess, FileError, InputFile};
use qianshou::spool::Spool;
use qianshou::wire::WholeImportReport;

use super::packages::{Xlsx, blank, label, ods, ods_cell, ods_of, row, shared, sheet, text, xls, zip};
use crate::data::{LOCAL, TODAY};

fn open(name: &str, bytes: &[u8]) -> Result<InputFile, FileError> {
    InputFile::from_bytes(Path::new(name), bytes, Some(EntityKind::Needs))
}

/// What there is too much of in a file.
fn excess(name: &str, bytes: &[u8]) -> Excess {
    match open(name, bytes) {
        Err(FileError::TooLarge { excess, .. }) => excess,
        other => panic!("{name} of {} bytes: {:?}", bytes.len(), other.map(|file| file.row_count())),
    }
}

fn damage(name: &str, bytes: &[u8]) -> String {
    match open(name, bytes) {
        Err(FileError::Damaged { reason, .. }) => reason,
        other => panic!("{name}: {:?}", other.map(|file| file.row_count())),
    }
}

fn check(file: &InputFile) -> ImportReport {
    let reading = Reading { partial: true, keep_accepted: true, ..Reading::default() };
    App::dry_run(LOCAL, None, None, [Ok(file)], &reading, TODAY).unwrap()
}

/// A text of this many characters; a chapter of a book may have as many.
fn long(characters: usize) -> String {
    "水".repeat(characters)
}

#[test]
fn a_text_counts_each_time_it_is_used() {
    let strings = format!("<sst><si><t>{}</t></si><si><t>净水</t></si></sst>", long(15_000));
    let rows = |count: usize| (2..count + 2).map(|n| row(n, &[shared(1), blank(), shared(0)]));
    assert_eq!(excess("x.xlsx", &Xlsx::of_rows(rows(1_200), "").with_strings(&strings).bytes()), Excess::Text);
    let few = open("x.xlsx", &Xlsx::of_rows(rows(10), "").with_strings(&strings).bytes()).unwrap();
    assert_eq!(few.row_count(), 10);
    // The same with pieces of formatted text, in a cell of its own, and in each of the repeated rows of another format.
    let rich = format!("<sst><si>{}</si><si><t>净水</t></si></sst>", "<r><rPr/><t>水水水水水</t></r>".repeat(3_000));
    assert_eq!(excess("x.xlsx", &Xlsx::of_rows(rows(1_200), "").with_strings(&rich).bytes()), Excess::Text);
    let own = (2..1_202).map(|n| row(n, &[text(&"净水".to_owned()), blank(), text(&long(15_000))]));
    assert_eq!(excess("x.xlsx", &Xlsx::of_rows(own, "").bytes()), Excess::Text);
    let cells = ods_cell("净水", "") + &ods_cell("", "") + &ods_cell(&long(15_000), "");
    let repeated = format!("<table:table-row table:number-rows-repeated=\"1200\">{cells}</table:table-row>");
    assert_eq!(excess("x.ods", &ods(&repeated)), Excess::Text);
}

#[test]
fn a_text_counts_for_every_row_that_a_merged_cell_carries_it_to() {
    let rows = |last: usize| {
        let first = row(2, &[text(&long(15_000)), blank(), text(&"修路".to_owned())]);
        std::iter::once(first).chain((3..last).map(|n| row(n, &[blank(), blank(), text(&format!("修路{n}"))])))
    };
    let merged = "<mergeCells><mergeCell ref=\"A2:A100000\"/></mergeCells>";
    assert_eq!(excess("x.xlsx", &Xlsx::of_rows(rows(2_000), merged).bytes()), Excess::Text);
    assert_eq!(open("x.xlsx", &Xlsx::of_rows(rows(2_000), "").bytes()).unwrap().row_count(), 1_998);
    let many: String = (2..60_000).map(|n| format!("<mergeCell ref=\"A{n}:A{}\"/>", n + 1)).collect();
    assert_eq!(excess("x.xlsx", &Xlsx::of_rows([], &format!("<mergeCells>{many}</mergeCells>")).bytes()), Excess::Merges);
}

#[test]
fn every_sheet_has_a_part_of_its_own_inside_the_file() {
    let of = |targets: &[&str]| {
        let sheets = vec![sheet([row(2, &[text(&"净水".to_owned())])], ""); 2];
        Xlsx { sheets, targets: targets.iter().map(|it| (*it).to_owned()).collect(), parts: Vec::new() }.bytes()
    };
    let own = "worksheets/sheet1.xml";
    assert_eq!(open("x.xlsx", &of(&[own, "/xl/worksheets/sheet2.xml"])).unwrap().row_count(), 2);
    for alias in [own, "/xl/worksheets/sheet1.xml", "WorkSheets/SHEET1.xml", "worksheets\\sheet1.xml"] {
        assert!(damage("x.xlsx", &of(&[own, alias])).contains("共用内容"), "{alias}");
    }
    for outside in ["../../etc/passwd", "worksheets/../../x.xml", "external:worksheets/sheet2.xml", "file:///etc/passwd"] {
        assert!(damage("x.xlsx", &of(&[own, outside])).contains("在文件以外"), "{outside}");
    }
    assert_eq!(damage("x.xlsx", &of(&[own, "worksheets/sheet9.xml"])), "工作表“表1”没有内容");
}

#[test]
fn what_a_workbook_claims_is_not_believed() {
    let one = || Xlsx::of_rows([row(2, &[text(&"净水".to_owned())])], "");
    let with = |name: &'static str, xml: String| {
        let mut file = one();
        file.parts.push((name, xml));
        file.bytes()
    };
    let strings = "xl/sharedStrings.xml";
    assert_eq!(excess("x.xlsx", &with(strings, "<sst uniqueCount=\"99999999999\"/>".to_owned())), Excess::Formats);
    assert_eq!(excess("x.xlsx", &with(strings, format!("<sst>{}</sst>", "<si/>".repeat(1_000_001)))), Excess::Formats);
    let fonts = format!("<styleSheet><fonts>{}</fonts></styleSheet>", "<font/>".repeat(600_000));
    assert_eq!(excess("x.xlsx", &with("xl/styles.xml", fonts)), Excess::Formats);
    let formats = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(140_000));
    assert_eq!(excess("x.xlsx", &with("xl/styles.xml", formats)), Excess::Formats);
    assert!(open("x.xlsx", &with("xl/styles.xml", "<styleSheet><cellXfs><xf/></cellXfs></styleSheet>".to_owned())).is_ok());

    let parts: Vec<(String, String)> = (0..5_000).map(|n| (format!("xl/{n}"), String::new())).collect();
    assert_eq!(excess("x.xlsx", &zip(&parts)), Excess::Parts);
    // A directory that claims more parts than there are (ZIP64), in a file of a few hundred bytes.
    let mut claims = one().bytes();
    let mut record = b"PK\x06\x06".to_vec();
    record.extend(44_u64.to_le_bytes());
    record.extend([0; 20]);
    record.extend((1_u64 << 40).to_le_bytes());
    claims.extend(record);
    assert_eq!(excess("x.xlsx", &claims), Excess::Parts);

    for (place, what) in [("A99999999999", "c"), ("ABCDE1", "c"), ("0", "row"), ("99999999999", "row")] {
        let sheet = sheet([format!("<row r=\"2\"><{what} r=\"{place}\"/></row>")], "");
        let file = Xlsx { sheets: vec![sheet], ..Xlsx::default() };
        assert!(damage("x.xlsx", &file.bytes()).contains(place), "{place}");
    }
    // Two readers may not see two different things.
    let doubled = Xlsx::of_rows(["<row r=\"2\"><c r=\"A2\" r=\"XFD9\"/></row>".to_owned()], "");
    assert!(damage("x.xlsx", &doubled.bytes()).contains("重复"));
    let far = Xlsx::of_rows(["<row r=\"2\"><c r=\"ZZZ2\" t=\"inlineStr\"><is><t>x</t></is></c></row>".to_owned()], "");
    assert_eq!(excess("x.xlsx", &far.bytes()), Excess::Grid);
}

#[test]
fn no_single_piece_is_larger_than_a_piece_may_be() {
    let half = "y".repeat(600_000);
    for piece in [
        format!("<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>{half}{half}</t></is></c></row>"),
        format!("<row r=\"2\"><c r=\"A2\" x=\"{half}{half}\"/></row>"),
        format!("<!-- {half}<y>{half} -->"),
        format!("<![CDATA[{half}<y>{half}]]>"),
    ] {
        assert_eq!(excess("x.xlsx", &Xlsx::of_rows([piece], "").bytes()), Excess::Piece(None));
    }
    let header = "项目名称,需求地区,需求描述\n净水,德钦县,好\n";
    for line in
        [format!("修路,{}\n", "y".repeat(1_100_000)), ",".repeat(1_100_000), format!("修路,\"{}\"\n", "y\n".repeat(600_000))]
    {
        assert_eq!(excess("x.csv", (header.to_owned() + &line).as_bytes()), Excess::Piece(Some(3)));
    }
    assert_eq!(excess("x.csv", (header.to_owned() + &"y,".repeat(2_000)).as_bytes()), Excess::Columns(3));
    assert_eq!(excess("x.csv", "项目名称,a\n".repeat(80_001).as_bytes()), Excess::Rows);
    assert_eq!(excess("x.jsonl", "{\"title\":1}\n".repeat(80_001).as_bytes()), Excess::Rows);
    let wide = "项目名称,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p\n".to_owned() + &"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16\n".repeat(70_000);
    assert_eq!(excess("x.csv", wide.as_bytes()), Excess::Cells);
}

#[test]
fn repeats_of_another_format_are_written_out_only_as_far_as_they_are_wanted() {
    let rows = |repeats: u64, cells: &str| {
        format!("<table:table-row table:number-rows-repeated=\"{repeats}\">{cells}</table:table-row>")
    };
    assert_eq!(excess("x.ods", &ods(&rows(1_000_000, &ods_cell("净水", "")))), Excess::Rows);
    let columns = ods_cell("净水", "table:number-columns-repeated=\"16000\"");
    assert_eq!(excess("x.ods", &ods(&rows(1, &columns))), Excess::Columns(2));
    let far = "<table:table-cell table:number-columns-repeated=\"4000000000\"/>".to_owned() + &ods_cell("x", "");
    assert_eq!(excess("x.ods", &ods(&rows(1, &far))), Excess::Grid);
    assert_eq!(excess("x.ods", &ods(&rows(1, &ods_cell("净<text:s text:c=\"4000000000\"/>水", "")))), Excess::Piece(None));
    // Blank rows and columns are no cells, however many there are.
    let blank = rows(1_000_000, "<table:table-cell table:number-columns-repeated=\"16000\"/>");
    let file = open("x.ods", &ods(&(rows(2, &ods_cell("净水", "")) + &blank + &rows(1, &ods_cell("修路", ""))))).unwrap();
    assert_eq!(file.row_count(), 3);
    for unfinished in ["<table:table table:name=\"表\"><table:table-row>", "<office:annotation><text:p>", "<x"] {
        assert!(!damage("x.ods", &ods_of(unfinished)).is_empty(), "{unfinished}");
    }
}

#[test]
fn an_old_workbook_gets_no_more_room_than_its_cells_need() {
    let good = [label(0, 0, "项目名称"), label(0, 1, "需求地区"), label(1, 0, "净水"), label(1, 1, "德钦县")];
    assert_eq!(check(&open("x.xls", &xls(&good)).unwrap()).files[0].accepted, 1);
    // It claims an area of 4,294,967,295 rows.
    let claim = (0x0200, [&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff][..], &[0, 0, 0xff, 0xff, 0, 0]].concat());
    assert_eq!(check(&open("x.xls", &xls(&[&[claim][..], &good].concat())).unwrap()).files[0].accepted, 1);
    // Two cells, far apart.
    assert_eq!(excess("x.xls", &xls(&[&good[..], &[label(65_535, 65_535, "x")]].concat())), Excess::Grid);
    let mut circle = xls(&good);
    // Every entry of the file allocation table leads to the first sector.
    let table = 512 + 512 * usize::from(circle[76]);
    circle[table..table + 512].fill(0);
    assert!(!damage("x.xls", &circle).is_empty());
    for end in 0..64 {
        // Cut anywhere: refused, or read as far as it goes. No panic, no endless loop.
        let whole = xls(&good);
        let _ = open("x.xls", &whole[..whole.len() * end / 64]);
    }
}

#[test]
fn a_title_and_the_names_of_sheets_do_not_grow_with_the_rows() {
    let title = format!("{}\n", "德钦县需求清单".repeat(2_000));
    let list = title + "项目名称,资金缺口\n" + &(0..20).map(|n| format!("净水{n},3\n")).collect::<String>();
    let report = check(&open("x.csv", list.as_bytes()).unwrap());
    let accepted = report.accepted.unwrap();
    let lists = accepted.head().iter().map(|it| match &it.record {
        qianshou::domain::Entity::Need(need) => need.list.clone().unwrap(),
        other => panic!("{other:?}"),
    });
    assert!(lists.into_iter().all(|list| list.starts_with("德钦县") && list.chars().count() <= 255));

    let name = format!("{}.csv", "名".repeat(100_000));
    let named = open(&name, "项目名称,金额\n净水,很多\n".as_bytes()).unwrap();
    assert_eq!((named.name.chars().count(), named.name.ends_with(".csv")), (255, true));
    let sheet_name = ods_of(&format!(
        "<table:table table:name=\"{}\"><table:table-row>{}</table:table-row><table:table-row>{}</table:table-row></table:table>",
        "页".repeat(10_000),
        ods_cell("项目名称", "") + &ods_cell("金额", ""),
        ods_cell("净水", "") + &ods_cell("很多", ""),
    ));
    let report = check(&open("x.ods", &sheet_name).unwrap());
    assert_eq!(report.rejected.head()[0].sheet.as_ref().map(|sheet| sheet.chars().count()), Some(255));
}

#[test]
fn a_report_quotes_the_beginning_of_what_it_is_about() {
    let word = "很".repeat(5_000);
    let lines = [
        format!("{{\"title\": \"净水\", \"region\": \"{word}\", \"amount\": \"{word}\", \"urgency\": \"{word}\"}}"),
        format!("{{\"title\": \"净水\", \"{word}\": \"{word}\", \"sectors\": [\"{word}\", \"{word}\"]}}"),
        format!("{{\"title\": {word}"),
    ]
    .join("\n");
    let report = check(&open("x.jsonl", lines.as_bytes()).unwrap());
    assert_eq!((report.files[0].accepted, report.files[0].rejected), (0, 3));
    let json = serde_json::to_string(&WholeImportReport(&report)).unwrap();
    assert!(json.len() < 10_000, "{} bytes", json.len());
    let many = (0..1_000).map(|n| format!("组织{n}")).collect::<Vec<_>>().join(";");
    let project = format!("{{\"title\": \"净水\", \"year\": 2020, \"participants\": \"{many}\"}}");
    let file = InputFile::from_bytes(Path::new("projects.jsonl"), project.as_bytes(), None).unwrap();
    let report = check(&file);
    assert_eq!((report.files[0].accepted, report.warnings.len()), (1, 51));
    assert!(report.warnings.head()[50].reason.contains("另有950处"), "{:?}", report.warnings.head()[50]);
    // A header is not echoed as a whole either.
    let error = open("x.csv", format!("{word},{word}\n1,2\n").as_bytes()).unwrap_err().to_string();
    assert!(error.len() < 2_000, "{} bytes", error.len());
}

#[test]
fn a_long_report_and_its_workbook_are_complete() {
    const ROWS: usize = 2_500;
    let rows = (2..ROWS + 2).map(|n| row(n, &[text(&format!("净水{n}")), text(&"假县".to_owned()), text(&"好".to_owned())]));
    let file = open("x.xlsx", &Xlsx::of_rows(rows, "").bytes()).unwrap();
    let report = check(&file);
    assert_eq!((report.rejected.len(), report.rejected.head().len()), (ROWS, 1_000));
    let json = serde_json::to_value(WholeImportReport(&report)).unwrap();
    let rows: Vec<u64> = json["rejected"].as_array().unwrap().iter().map(|it| it["row"].as_u64().unwrap()).collect();
    assert_eq!(rows, (2..ROWS as u64 + 2).collect::<Vec<_>>());

    let mut marked = Vec::new();
    error_workbook(&[file], &report.rejected, &report.warnings, &Spool::default(), &mut marked).unwrap();
    let mut book: calamine::Xlsx<_> = calamine::Reader::new(std::io::Cursor::new(marked)).unwrap();
    let sheet = calamine::Reader::worksheet_range(&mut book, "表0").unwrap();
    assert_eq!(sheet.get((0, 3)).map(ToString::to_string).as_deref(), Some("错误说明"));
    for n in 1..=ROWS {
        let told = sheet.get((n, 3)).map(ToString::to_string).unwrap_or_default();
        assert!(told.contains("不认识的地名“假县”"), "row {}: {told}", n + 1);
    }
}
