//! Finds an organization by id, name or alias.

use super::typed::{MAX_NAME_CHARS, typed};
use crate::catalog::{Catalog, View};
use crate::domain::OrganizationId;
use crate::error::AppError;
use crate::excerpt::excerpt;

/// The organization with this id, else the only one with this name, else the only one with this alias, if something is known of
/// it on the day of `view`.
pub(crate) fn find_organization(catalog: &Catalog, view: &View, text: &str) -> Result<usize, AppError> {
    let text = typed("organization", Some(text), MAX_NAME_CHARS)?.unwrap_or_default();
    let text = text.as_ref();
    let mut found: Vec<usize> = catalog.organization(&OrganizationId::new(text)).into_iter().collect();
    if found.is_empty() {
        found = catalog.named(text);
    }
    let shown = excerpt(text);
    let message = match found[..] {
        [at] if view.is_known(at) => return Ok(at),
        [_] => format!("“{shown}”在{}还没有任何记录", view.as_of),
        [] => format!("没有“{shown}”这个组织；请用名录中的编号、全称或唯一的简称"),
        _ => {
            let ids: Vec<&str> = found.iter().take(10).map(|&at| catalog.organization_facts(at).id()).collect();
            format!("叫“{shown}”的组织有 {} 个，请用编号：{}", found.len(), ids.join("、"))
        }
    };
    Err(AppError::not_found("organization", message))
}
