//! What came of a check or of storing, in words and links.

use super::super::html::{Link, address};
use crate::app::{FileReport, ImportJob, ImportProgress, ImportStage, JobState};
use crate::domain::EntityKind;

/// Most lists for which a page has links.
const MAX_LISTS: usize = 5;

/// How a state is shown: the class of its shape, and the words.
pub(super) struct Status {
    pub(super) class: &'static str,
    pub(super) text: String,
}

/// Where an import stands.
pub(super) fn status(job: &ImportJob) -> Status {
    let said = |class, text: &str| Status { class, text: text.to_owned() };
    let Some(report) = &job.report else {
        return match job.state {
            JobState::Waiting => said("wait", "在等候：前面还有别的文件，轮到时自动开始"),
            JobState::Running => said("wait", "正在处理"),
            JobState::Cancelled => said("bad", "已取消，没有存入"),
            JobState::Done | JobState::Failed | JobState::Interrupted => said("bad", "没有读成，没有存入"),
        };
    };
    let rejected: usize = report.files.iter().map(|file| file.rejected).sum();
    let is_stored = report.files.iter().any(|file| file.stored);
    match (report.is_dry_run, is_stored, rejected) {
        (true, _, 0) => said("ok", "检查通过，还没有存入"),
        (true, ..) => said("bad", "检查发现问题，还没有存入"),
        (false, true, 0) => said("ok", "已存入"),
        (false, true, _) => said("ok", "已存入合格的行；不合格的行没有存入"),
        (false, false, 0) => said("bad", "没有存入"),
        (false, false, _) => said("bad", "没有存入：有不合格的行"),
    }
}

/// The class and the words for one line of a list of imports.
pub(super) fn in_short(job: &ImportJob) -> (&'static str, String) {
    let status = status(job);
    let counts = job.report.iter().flat_map(|report| &report.files).map(|file| {
        let counts = format!("合格{}行，不合格{}行", file.accepted, file.rejected);
        if file.stored { format!("{counts}；{}", written(file)) } else { counts }
    });
    let counts: Vec<String> = counts.collect();
    let counts = if counts.is_empty() { String::new() } else { format!("（{}）", counts.join("；")) };
    (status.class, format!("{}{counts}", status.text))
}

/// What was written of a file.
pub(super) fn written(file: &FileReport) -> String {
    format!("新增{}，更新{}，未变{}", file.created, file.updated, file.unchanged)
}

/// The names of the lists that the needs of a file are on: `“甲”、“乙”`. Empty if there are none.
pub(super) fn list_names(file: &FileReport) -> String {
    let names: Vec<String> = file.lists.iter().take(MAX_LISTS).map(|name| format!("“{name}”")).collect();
    let more = file.lists.len().saturating_sub(MAX_LISTS);
    if more > 0 { format!("{}等{}份", names.join("、"), file.lists.len()) } else { names.join("、") }
}

/// How far an import is, in words, and as a share if that is known.
pub(super) fn progress(progress: ImportProgress) -> (String, Option<(usize, usize)>) {
    let ImportProgress { stage, done, total } = progress;
    let share = (total > 0).then_some((done.min(total), total));
    match stage {
        ImportStage::Opening => ("正在打开文件，查找其中的表".to_owned(), None),
        ImportStage::Reading => (format!("正在读取：已读{done}行，共{total}行"), share),
        ImportStage::Writing => (format!("正在存入：已写{done}项，共{total}项"), share),
        ImportStage::Publishing => ("已存入，正在更新推荐所用的数据".to_owned(), None),
    }
}

/// A list that was stored, with what can be done with it.
pub(super) struct StoredList {
    pub(super) name: String,
    pub(super) links: Vec<Link>,
}

/// What can be done with what was stored.
pub(super) fn next(file: &FileReport) -> Vec<StoredList> {
    let only = |links: Vec<Link>| vec![StoredList { name: String::new(), links }];
    match file.kind {
        EntityKind::Organizations => only(vec![Link::new("/organizations", "查看组织")]),
        EntityKind::Projects => only(vec![Link::new("/projects", "查看往期项目")]),
        EntityKind::Claims => only(vec![Link::new("/needs", "查看需求")]),
        EntityKind::Needs => {
            let of_list = |name: &String| StoredList {
                name: name.clone(),
                links: vec![
                    Link::new(address("/needs", &[("list", name)]), "查看这份清单"),
                    Link::new(address("/needs/suggestions.xlsx", &[("list", name)]), "为全部需求推荐（工作簿）"),
                    Link::new(address("/plans/new", &[("list", name)]), "制订方案"),
                ],
            };
            let lists: Vec<StoredList> = file.lists.iter().take(MAX_LISTS).map(of_list).collect();
            if lists.is_empty() { only(vec![Link::new("/needs", "查看需求")]) } else { lists }
        }
    }
}
