//! `qianshou import`

use std::path::PathBuf;

use clap::Args;

use super::import_bar::ImportBar;
use super::options::{DataOptions, KindName, TEMPLATE};
use super::outcome::Done;
use super::output::{Output, format_of, table, write_private_file};
use super::session::{LOCAL, existing, open_with_bar};
use crate::app::{App, FileReport, ImportReport, ImportStep, Reading, SameRow};
use crate::error::AppError;
use crate::export::MarkedList;
use crate::ingest::{ColumnMeaning, Issue, Mapping, ReadAs, Remembered, Sources, Why, read_text};
use crate::spool::{List, Spool};
use crate::wire;

/// Maximum number of issues printed one by one; the others are only counted.
const SHOWN_ISSUES: usize = 50;

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou import [选项] <文件>...",
    after_help = "示例：\n  qianshou import fixtures --data 数据\n  qianshou import 需求.xlsx --errors 需求-问题.xlsx\n  qianshou import 需求.csv --as needs --dry-run\n  qianshou import projects.jsonl --taxonomy taxonomy.json --partial\n\n有不合格的行时，整个文件不导入（--partial 除外），退出码为1。"
)]
pub(super) struct Arguments {
    #[arg(
        value_name = "文件",
        required_unless_present = "taxonomy",
        help_heading = "参数",
        help = "文件或目录；目录中的表格和 .jsonl 文件都会导入"
    )]
    files: Vec<PathBuf>,
    #[arg(
        long = "as",
        value_name = "类别",
        hide_possible_values = true,
        help = "文件内容：organizations、projects、needs 或 claims；默认由文件名和列名判断"
    )]
    kind: Option<KindName>,
    #[arg(long, help = "只检查，不写入")]
    dry_run: bool,
    #[arg(long, value_name = "文件", help = "有问题时写出工作簿：原表加“错误说明”一列，问题单元格标色")]
    errors: Option<PathBuf>,
    #[arg(
        long = "map",
        value_name = "列名=字段,…",
        help = "指定列的含义，如 医院名称=submitted_by,所需物资=goods,备用=忽略；写入后，下次列名相同的清单照此读取"
    )]
    mapping: Vec<String>,
    #[arg(long, help = "隐藏的行和列、划去的内容也读")]
    hidden: bool,
    #[arg(long, help = "文件中有不合格的行时，仍导入其余各行")]
    partial: bool,
    #[arg(
        long,
        value_name = "行号=编号",
        help = "某一行就是这项已有需求；行号=new 为新需求；有几张工作表时写 工作表!行号=编号；可多次使用"
    )]
    same: Vec<SameRow>,
    #[arg(long, value_name = "文件", help = "用这个领域分类替换内置分类，并存入数据目录")]
    taxonomy: Option<PathBuf>,
    #[arg(long, help = "以 JSON 输出")]
    json: bool,
}

pub(super) async fn run(data: &DataOptions, arguments: Arguments, output: &mut Output) -> anyhow::Result<Done> {
    if let Some(path) = &arguments.errors {
        format_of(path, "工作簿", &[("xlsx", ())])?;
    }
    let mut mapping = Mapping::default();
    for text in &arguments.mapping {
        mapping.extend(Mapping::parse(text).map_err(|reason| anyhow::anyhow!("--map：{reason}"))?);
    }
    // Every file is read before a data directory is made.
    let known = existing(data).await?;
    let remembered = match &known {
        Some(app) => app.remembered_mappings(LOCAL).await?,
        None => Remembered::default(),
    };
    let (kind, hidden) = (arguments.kind.map(Into::into), arguments.hidden);
    let reading = ReadAs { kind, hidden, mapping, remembered, ..ReadAs::default() };
    let mut files = Sources::open_as(&arguments.files, reading)?;
    if !arguments.same.is_empty() && files.len() > 1 {
        return Err(AppError::invalid("same", "--same 只能用于一个文件；请逐个文件导入").into());
    }
    let taxonomy = arguments.taxonomy.as_deref().map(read_text).transpose()?;
    let (partial, keep_accepted, same) = (arguments.partial, arguments.json, arguments.same.as_slice());
    let reading = Reading { partial, keep_accepted, same, ..Reading::default() };
    let report = if arguments.dry_run {
        App::dry_run(LOCAL, known.as_ref(), taxonomy.as_deref(), files.read(), &reading, data.clock().today())?
    } else {
        let bar = ImportBar::new(files.rows());
        let app = match known {
            Some(app) => app,
            None => open_with_bar(&data.dir(), true, data.clock()).await?,
        };
        let says = |step: ImportStep<'_>| bar.show(step);
        let mut import = app.begin_import(LOCAL, taxonomy.as_deref(), reading)?;
        for file in files.read() {
            // The file itself is dropped before what was read of it is written.
            let read = import.read(&file?, &says)?;
            import.write(read, &says).await?;
        }
        let report = import.finish(&says).await;
        bar.clear();
        app.close().await;
        report?
    };
    if let Some(path) = arguments.errors.as_ref().filter(|_| report.has_issues()) {
        let spool = Spool::default();
        let mut marked = MarkedList::new(&report.rejected, &report.warnings, &spool)?;
        for file in files.read() {
            marked.add(&file?)?;
        }
        write_private_file(path, |out| Ok(marked.save(out)?))?;
    }
    let done = if report.needs_attention() { Done::NeedsAttention } else { Done::Fully };
    if arguments.json {
        output.json(&wire::WholeImportReport(&report))?;
    } else {
        show(&report, arguments.dry_run, output)?;
        if let Some(path) = &arguments.errors {
            output.line(if report.has_issues() {
                format!("\n问题已标在工作簿中：{}；改正后可直接导入它", path.display())
            } else {
                "\n没有问题，未写出工作簿".to_owned()
            })?;
        }
    }
    Ok(done)
}

fn show(report: &ImportReport, is_dry: bool, output: &mut Output) -> anyhow::Result<()> {
    let rows = report.files.iter().map(|file| {
        let number = |count: usize| count.to_string();
        let outcome = outcome(file, is_dry);
        vec![
            file.file.clone(),
            file.kind.label().to_owned(),
            number(file.accepted),
            number(file.rejected),
            number(file.created),
            number(file.updated),
            number(file.unchanged),
            outcome.to_owned(),
        ]
    });
    let headings = ["文件", "类别", "合格", "不合格", "新增", "更新", "未变", "结果"];
    output.line(table(&headings, &[2, 3, 4, 5, 6], rows).to_string())?;
    columns(report, output)?;
    issues("不合格的行", &report.rejected, output)?;
    issues("提醒", &report.warnings, output)?;
    issues("不是记录、已跳过的行", &report.skipped, output)?;
    Ok(())
}

/// Maximum number of tables whose columns are printed.
const SHOWN_TABLES: usize = 20;

/// What the columns were read as.
fn columns(report: &ImportReport, output: &mut Output) -> anyhow::Result<()> {
    let tables = || report.files.iter().flat_map(|file| file.tables.iter().map(move |table| (file, table)));
    if tables().next().is_none() {
        return Ok(());
    }
    output.line("\n各列读作：")?;
    for (file, table) in tables().take(SHOWN_TABLES) {
        let sheet = table.sheet.as_ref().map(|sheet| format!(" [{sheet}]")).unwrap_or_default();
        let columns: Vec<String> = table.columns.iter().map(column).collect();
        output.line(format!("  {}{sheet} 第{}行：{}", file.file, table.header_row, columns.join("，")))?;
    }
    if tables().nth(SHOWN_TABLES).is_some() {
        output.line(format!("  ……另有{}张表，用 --json 查看全部", tables().count() - SHOWN_TABLES))?;
    }
    Ok(())
}

/// A column and what it was read as: 医院名称→submitted_by（内容）.
fn column(column: &ColumnMeaning) -> String {
    let why = match column.why {
        None | Some(Why::Heading) => "",
        Some(Why::Content) => "（内容）",
        Some(Why::Stated) => "（指定）",
        Some(Why::Remembered) => "（记住）",
    };
    let heading = short(&column.heading);
    match (&column.field, &column.offered) {
        (Some(field), _) => format!("{heading}→{field}{why}"),
        (None, Some(offered)) => format!("{heading}→不读{why}（像 {offered}）"),
        (None, None) => format!("{heading}→不读{why}"),
    }
}

const fn outcome(file: &FileReport, is_dry: bool) -> &'static str {
    match (is_dry, file.stored, file.rejected) {
        (true, _, 0) => "检查通过，未写入",
        (true, ..) => "检查发现问题，未写入",
        (false, true, 0) => "已导入",
        (false, true, _) => "已导入合格的行",
        (false, false, _) => "未导入：请改正后重试，或加 --partial",
    }
}

fn issues(title: &str, issues: &List<Issue>, output: &mut Output) -> anyhow::Result<()> {
    if issues.is_empty() {
        return Ok(());
    }
    output.line(format!("\n{title}（{}处）：", issues.len()))?;
    for issue in issues.head().iter().take(SHOWN_ISSUES) {
        let column = issue.column.as_ref().map(|column| format!(" {column}列")).unwrap_or_default();
        let value = issue.value.as_ref().map(|value| format!("“{}”", short(value))).unwrap_or_default();
        let sheet = issue.sheet.as_ref().map(|sheet| format!(" [{sheet}]")).unwrap_or_default();
        let row = if issue.row > 0 { format!(" 第{}行", issue.row) } else { String::new() };
        output.line(format!("  {}{sheet}{row}{column}{value}：{}", issue.file, issue.reason))?;
    }
    if issues.len() > SHOWN_ISSUES {
        output.line(format!("  ……另有{}处，用 --json 查看全部", issues.len() - SHOWN_ISSUES))?;
    }
    Ok(())
}

fn short(value: &str) -> String {
    const MOST: usize = 30;
    if value.chars().count() <= MOST { value.to_owned() } else { value.chars().take(MOST).chain(['…']).collect() }
}
