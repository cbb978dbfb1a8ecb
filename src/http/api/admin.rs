//! What an administrator changes while the server runs: the word lists of the text search.

use std::sync::Arc;

use axum::Json as JsonResponse;
use axum::extract::State;

use crate::app::App;
use crate::domain::Principal;
use crate::http::extract::Json;
use crate::http::problem::{Problem, ProblemBody};
use crate::wire::{LexiconInput, LexiconView};

/// 文本检索的词表
#[utoipa::path(get, path = "/admin/lexicon", tag = "系统", responses((status = 200, body = LexiconView)))]
pub(super) async fn lexicon(State(app): State<Arc<App>>, who: Principal) -> Result<JsonResponse<LexiconView>, Problem> {
    Ok(JsonResponse(app.lexicon(who).await?.into()))
}

/// 增加词语、停用词和同义词
///
/// 同义词立即生效；词语和停用词改变分词，文本索引随即重建。未写出的词表保持不变，空的词表清空。
#[utoipa::path(
    post, path = "/admin/lexicon", tag = "系统", request_body = LexiconInput,
    responses(
        (status = 200, body = LexiconView),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "词条有误，未作改动")
    )
)]
pub(super) async fn set_lexicon(
    State(app): State<Arc<App>>,
    who: Principal,
    Json(input): Json<LexiconInput>,
) -> Result<JsonResponse<LexiconView>, Problem> {
    Ok(JsonResponse(app.set_lexicon(who, input.into()).await?.into()))
}
