//! Finds a stored need by its id.

use std::sync::Arc;

use super::typed::quoted;
use crate::catalog::Catalog;
use crate::domain::{Need, NeedId};
use crate::error::AppError;

/// The need with this id. A deleted one is refused with the reason for which it was deleted.
pub(crate) fn find_need(catalog: &Catalog, field: &'static str, id: &NeedId) -> Result<Arc<Need>, AppError> {
    let shown = quoted(id.as_str());
    let Some(need) = catalog.need_even_if_deleted(id) else {
        return Err(AppError::not_found(field, format!("没有编号为“{shown}”的需求")));
    };
    if !need.is_deleted() {
        return Ok(need);
    }
    let why = need.status_change.as_ref().map(|it| format!("（{}，原因：{}）", it.on, it.note)).unwrap_or_default();
    Err(AppError::not_found(field, format!("编号为“{shown}”的需求已删除{why}；需要时可以恢复")))
}

/// The need with this id, else the one need with this title, or with this in its title.
pub(crate) fn find_need_named(catalog: &Catalog, field: &'static str, typed: &NeedId) -> Result<Arc<Need>, AppError> {
    if catalog.need_position(typed).is_some() {
        return find_need(catalog, field, typed);
    }
    let needs: Vec<Arc<Need>> = catalog.needs().filter(|need| !need.is_deleted()).collect();
    one_by_title(needs.iter().map(|need| &**need), field, typed.as_str()).cloned().map(Arc::new)
}

/// The one need with this title, else the one that has it in its title.
pub(crate) fn one_by_title<'a>(
    needs: impl Iterator<Item = &'a Need> + Clone,
    field: &'static str,
    typed: &str,
) -> Result<&'a Need, AppError> {
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    let wanted = plain(typed);
    let shown = quoted(typed);
    let titled = |need: &&Need| plain(&need.title_or_start()) == wanted;
    let mut found: Vec<&Need> = needs.clone().filter(titled).collect();
    if found.is_empty() && !wanted.is_empty() {
        found = needs.filter(|need| plain(&need.title_or_start()).contains(&wanted)).collect();
    }
    match found[..] {
        [need] => Ok(need),
        [] => Err(AppError::not_found(field, format!("没有编号或名称为“{shown}”的需求"))),
        _ => {
            let named = |need: &&Need| format!("“{}”（编号{}）", quoted(&need.title_or_start()), need.id);
            let first: Vec<String> = found.iter().take(SHOWN).map(named).collect();
            let message = format!("名称含“{shown}”的需求有{}项，请写明编号：{}", found.len(), first.join("、"));
            Err(AppError::not_found(field, message))
        }
    }
}

/// Needs that a message names.
const SHOWN: usize = 5;
