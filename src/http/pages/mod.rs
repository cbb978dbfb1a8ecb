//! The pages: rendered here, complete without JavaScript, and made more convenient by one script. Everything they need comes from
//! this server.

mod html;
mod imports;
mod layout;
mod lists;
mod plans;
mod shared;
mod suggest;
mod trust;
mod type_size;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub(super) use self::layout::Layout;
use super::problem::{Kind, Problem};
use crate::app::App;

/// All pages, and the answer to unknown addresses.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .merge(imports::routes())
        .route("/settings/type", post(type_size::set_type))
        .route("/trust", get(trust::page))
        .route(shared::STYLE_PATH, get(shared::style))
        .route(shared::SCRIPT_PATH, get(shared::script))
        .merge(lists::routes())
        .merge(suggest::routes())
        .merge(plans::routes())
        .fallback(no_page)
        .method_not_allowed_fallback(no_method)
}

async fn no_page() -> Problem {
    Problem::not_found("请检查地址，或回到首页。").titled("没有这个页面")
}

async fn no_method() -> Problem {
    Problem::new(Kind::NoMethod, "页面只能打开，不能提交；接口在 /api/v1/ 下。").titled("不支持这种请求")
}
