//! What a row changes in a stored need, in words.

use crate::domain::{Need, NeedStatus};
use crate::excerpt::excerpt;

/// A stored need as messages name it: its title and its id.
pub(in crate::app) fn named(need: &Need) -> String {
    format!("“{}”（编号{}）", excerpt(&need.title_or_start()), excerpt(need.id.as_str()))
}

/// The need with what tells it from others of its title.
pub(in crate::app) fn candidate(need: &Need) -> String {
    let place = need.place_names().map(|it| format!("，{}", excerpt(&it))).unwrap_or_default();
    let amount = need.record.amount.as_ref().map(|it| format!("，{}", excerpt(&it.to_string()))).unwrap_or_default();
    let status = if need.status == NeedStatus::Open { String::new() } else { format!("，{}", need.status.label()) };
    format!("“{}”（编号{}{place}{amount}{status}）", excerpt(&need.title_or_start()), excerpt(need.id.as_str()))
}

/// What a row that is the stored need `old` changes; `None` if there is nothing to say.
pub(in crate::app) fn changes(old: &Need, new: &Need) -> Option<String> {
    let (a, b) = (&old.record, &new.record);
    let mut said: Vec<String> = Vec::new();
    let mut change = |what: &str, old: Option<String>, new: Option<String>| {
        if old != new {
            let word = |it: Option<String>| it.map_or_else(|| "未填".to_owned(), |it| excerpt(&it));
            said.push(format!("{what}由{}改为{}", word(old), word(new)));
        }
    };
    change("名称", a.title.clone(), b.title.clone());
    change("地区", old.place_names(), new.place_names());
    change("乡镇", old.place.clone(), new.place.clone());
    change("申报单位", old.submitted_by.clone(), new.submitted_by.clone());
    change("金额", a.amount.as_ref().map(ToString::to_string), b.amount.as_ref().map(ToString::to_string));
    change("已落实资金", old.secured.map(|it| it.to_string()), new.secured.map(|it| it.to_string()));
    let people = |need: &Need| need.record.beneficiaries.as_ref().map(|it| it.text.clone());
    change("受益人数", people(old), people(new));
    let day = |need: &Need| need.record.deadline.as_ref().map(|it| it.not_after.to_string());
    change("期限", day(old), day(new));
    change("状态", Some(old.status.label().to_owned()), Some(new.status.label().to_owned()));
    if a.description != b.description {
        said.push("需求描述有改动".to_owned());
    }
    let is_other = |old: &Need, new: &Need| Need { contact: None, ..old.clone() } != Need { contact: None, ..new.clone() };
    if said.is_empty() && is_other(old, new) {
        said.push("其他内容有改动".to_owned());
    }
    let is_over = matches!(old.status, NeedStatus::Withdrawn | NeedStatus::Closed | NeedStatus::Deleted);
    if old.status == new.status && (is_over || old.status != NeedStatus::Open && !said.is_empty()) {
        let why = old.status_change.as_ref().map(|it| format!("（{}，原因：{}）", it.on, excerpt(&it.note)));
        said.push(format!("它{}{}，状态不变", old.status.label(), why.unwrap_or_default()));
    }
    (!said.is_empty()).then(|| format!("与已有需求{}相同，{}", named(old), said.join("，")))
}
