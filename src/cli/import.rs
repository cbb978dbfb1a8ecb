//! `qianshou import`

use super::args::{DataOptions, Import};
use super::output::{Output, format_of, spinner, table, write_file};
use super::{Done, LOCAL};
use crate::app::{App, FileReport, ImportReport};
use crate::clock::Clock;
use crate::export::error_workbook;
use crate::ingest::{InputFile, Issue, Sources, read_text};

/// Issues printed one by one; more are counted.
const SHOWN_ISSUES: usize = 50;

pub(super) async fn run(data: &DataOptions, arguments: Import, output: &mut Output) -> anyhow::Result<Done> {
    if let Some(path) = &arguments.errors {
        format_of(path, "工作簿", &[("xlsx", ())])?;
    }
    // Every file is read before a data directory is made or opened.
    let kind = arguments.kind.map(Into::into);
    let (files, paths) = match Sources::open(&arguments.files, kind)? {
        Sources::Loaded(files) => (files, Vec::new()),
        Sources::Paths(paths) => (Vec::new(), paths),
    };
    if !paths.is_empty() && (arguments.dry_run || arguments.errors.is_some()) {
        anyhow::bail!("文件合计过大，--dry-run 和 --errors 请分批使用");
    }
    let taxonomy = arguments.taxonomy.as_deref().map(read_text).transpose()?;
    let report = if arguments.dry_run {
        let app = existing(data).await?;
        App::dry_run(LOCAL, app.as_ref(), taxonomy.as_deref(), &files, arguments.partial, arguments.json, data.clock().today())?
    } else {
        let spinner = spinner();
        let app = App::open(&data.dir(), true, data.clock()).await?;
        let says = |text: &str| spinner.set_message(text.to_owned());
        let mut import = app.begin_import(LOCAL, taxonomy.as_deref(), arguments.partial)?;
        for file in &files {
            import.add(file, &says).await?;
        }
        for path in &paths {
            import.add(&InputFile::open(path, kind)?, &says).await?;
        }
        let report = import.finish(&says).await;
        spinner.finish_and_clear();
        app.close().await;
        report?
    };
    let has_issues = !report.rejected.is_empty() || !report.warnings.is_empty();
    if let Some(path) = arguments.errors.as_ref().filter(|_| has_issues) {
        write_file(path, &error_workbook(&files, &report.rejected, &report.warnings)?)?;
    }
    if arguments.json {
        output.json(&report)?;
    } else {
        show(&report, arguments.dry_run, output)?;
        if let Some(path) = &arguments.errors {
            output.line(if has_issues {
                format!("\n问题已标在工作簿中：{}；改正后可直接导入它", path.display())
            } else {
                "\n没有问题，未写出工作簿".to_owned()
            })?;
        }
    }
    Ok(if report.needs_attention() { Done::NeedsAttention } else { Done::Fully })
}

/// The data directory if there is one: a dry run makes none.
pub(super) async fn existing(data: &DataOptions) -> anyhow::Result<Option<App>> {
    let dir = data.dir();
    let clock: Clock = data.clock();
    Ok(if dir.join(crate::store::LEDGER_FILE).is_file() { Some(App::open(&dir, false, clock).await?) } else { None })
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
    issues("不合格的行", &report.rejected, output)?;
    issues("提醒", &report.warnings, output)?;
    issues("不是记录、已跳过的行", &report.skipped, output)?;
    Ok(())
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

fn issues(title: &str, issues: &[Issue], output: &mut Output) -> anyhow::Result<()> {
    if issues.is_empty() {
        return Ok(());
    }
    output.line(format!("\n{title}（{}处）：", issues.len()))?;
    for issue in issues.iter().take(SHOWN_ISSUES) {
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
