//! What a row changes in a stored need, in words.

use crate::domain::{Need, NeedStatus};
use crate::excerpt::excerpt;

/// A stored need as messages name it: its title and its id.
pub(super) fn named(need: &Need) -> String {
    format!("“{}”（编号{}）", excerpt(&need.title_or_start()), excerpt(need.id.as_str()))
}

/// The need with what tells it from others of its title.
pub(super) fn candidate(need: &Need) -> String {
    let place = need.place_names().map(|it| format!("，{}", excerpt(&it))).unwrap_or_default();
    let amount = need.record.amount.as_ref().map(|it| format!("，{}", excerpt(&it.to_string()))).unwrap_or_default();
    format!("“{}”（编号{}{place}{amount}）", excerpt(&need.title_or_start()), excerpt(need.id.as_str()))
}

/// What a row that is the stored need `old` changes; `None` if there is nothing to say.
pub(super) fn changes(old: &Need, new: &Need) -> Option<String> {
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
    change("状态", Some(status(old.status).to_owned()), Some(status(new.status).to_owned()));
    if a.description != b.description {
        said.push("需求描述有改动".to_owned());
    }
    let is_other = |old: &Need, new: &Need| Need { contact: None, ..old.clone() } != Need { contact: None, ..new.clone() };
    if said.is_empty() && is_other(old, new) {
        said.push("其他内容有改动".to_owned());
    }
    let is_closed = old.status != NeedStatus::Open && old.status == new.status;
    if is_closed && (!said.is_empty() || old.status == NeedStatus::Withdrawn) {
        said.push(format!("它{}，状态不变", status(old.status)));
    }
    (!said.is_empty()).then(|| format!("与已有需求{}相同，{}", named(old), said.join("，")))
}

const fn status(status: NeedStatus) -> &'static str {
    match status {
        NeedStatus::Open => "待认领",
        NeedStatus::Claimed => "已认领",
        NeedStatus::Done => "已完成",
        NeedStatus::Withdrawn => "已撤回",
    }
}
