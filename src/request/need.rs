//! Finds a stored need by its id.

use super::typed::quoted;
use crate::catalog::Catalog;
use crate::domain::{Need, NeedId};
use crate::error::AppError;

/// The need with this id. A deleted one is refused with the reason for which it was deleted.
pub(crate) fn find_need<'a>(catalog: &'a Catalog, field: &'static str, id: &NeedId) -> Result<&'a Need, AppError> {
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
