//! Uploads: what arrives goes to a temporary file piece by piece, so that no upload is in memory, and forms are read part by
//! part with a limit on each.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::multipart::Field;
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, header};
use futures_util::StreamExt as _;

use super::client::Client;
use super::extract::{unread, unreadable};
use super::problem::{Kind, Problem};
use crate::app::App;
use crate::excerpt::excerpt;
use crate::ingest::clean_name;
use crate::jobs::Place;

/// Longest text of a small part of a form, in characters.
const MAX_FIELD: usize = 256;
/// Most parts of a form.
const MAX_PARTS: usize = 48;

/// An upload that is arriving. It takes one of the places for uploads until it is complete.
pub(super) struct Upload {
    app: Arc<App>,
    /// The address of the client.
    pub(super) owner: String,
    _place: Place,
}

impl Upload {
    /// Begins to take an upload.
    pub(super) fn begin(app: &Arc<App>, client: Client) -> Result<Self, Problem> {
        let owner = client.0.to_string();
        let place = app.background().upload_place(&owner)?;
        Ok(Self { app: Arc::clone(app), owner, _place: place })
    }

    /// A body of at most `most` bytes, as a file.
    pub(super) async fn body(&self, body: Body, most: usize) -> Result<File, Problem> {
        let mut file = Spooled::new(&self.app, most)?;
        let mut pieces = body.into_data_stream();
        while let Some(piece) = pieces.next().await {
            file.write(&piece.map_err(|error| unread(&error))?).await?;
        }
        file.finish()
    }

    /// The parts of a form.
    pub(super) async fn form(&self, request: Request) -> Result<Form<'_>, Problem> {
        let refuse = |_| Problem::new(Kind::Malformed, "请求应为 multipart/form-data 表单，文件放在 file 一项中");
        Ok(Form { parts: Multipart::from_request(request, &()).await.map_err(refuse)?, read: 0, upload: self })
    }
}

/// True if the body of a request is a form.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    content_type.trim_start().get(..19).is_some_and(|start| start.eq_ignore_ascii_case("multipart/form-data"))
}

/// A form that is read part by part.
pub(super) struct Form<'a> {
    parts: Multipart,
    read: usize,
    upload: &'a Upload,
}

/// A part of a form.
pub(super) struct Part<'a> {
    field: Field<'a>,
    pub(super) name: String,
    app: Arc<App>,
}

impl Form<'_> {
    /// The next part.
    pub(super) async fn next(&mut self) -> Result<Option<Part<'_>>, Problem> {
        let Some(field) = self.parts.next_field().await.map_err(|error| unreadable(&error))? else { return Ok(None) };
        self.read += 1;
        if self.read > MAX_PARTS {
            return Err(Problem::new(Kind::Malformed, format!("表单最多{MAX_PARTS}项")));
        }
        let name = field.name().unwrap_or_default().to_owned();
        Ok(Some(Part { field, name, app: Arc::clone(&self.upload.app) }))
    }
}

impl Part<'_> {
    /// The problem with a part that the form does not have.
    pub(super) fn unknown(&self) -> Problem {
        Problem::field("form", format!("表单中有不认识的一项“{}”", excerpt(&self.name)))
    }

    /// A short text.
    pub(super) async fn text(self) -> Result<String, Problem> {
        self.long_text(MAX_FIELD).await
    }

    /// A text of at most `most` characters.
    pub(super) async fn long_text(mut self, most: usize) -> Result<String, Problem> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.piece().await? {
            bytes.extend_from_slice(&piece);
            if bytes.len() > 4 * most {
                return Err(self.too_long(most));
            }
        }
        let text = String::from_utf8_lossy(&bytes).trim().to_owned();
        if text.chars().count() > most { Err(self.too_long(most)) } else { Ok(text) }
    }

    fn too_long(&self, most: usize) -> Problem {
        Problem::new(Kind::Invalid, format!("表单的“{}”过长，最多{most}字", excerpt(&self.name))).at_field(self.name.clone())
    }

    /// A file of at most `most` bytes, with its name. Without a name there is no file.
    pub(super) async fn file(self, most: usize) -> Result<Option<(String, File)>, Problem> {
        let name = clean_name(self.field.file_name().unwrap_or_default());
        let file = self.content(most).await?;
        Ok(Some((name, file)).filter(|(name, _)| !name.is_empty()))
    }

    /// Its content, of at most `most` bytes, as a file.
    pub(super) async fn content(mut self, most: usize) -> Result<File, Problem> {
        let mut file = Spooled::new(&self.app, most)?;
        while let Some(piece) = self.piece().await? {
            file.write(&piece).await?;
        }
        file.finish()
    }

    async fn piece(&mut self) -> Result<Option<Bytes>, Problem> {
        self.field.chunk().await.map_err(|error| unreadable(&error))
    }
}

/// A temporary file of bounded size.
struct Spooled {
    file: Arc<File>,
    most: usize,
    left: usize,
}

impl Spooled {
    fn new(app: &App, most: usize) -> Result<Self, Problem> {
        let file = app.spool().file().map_err(unwritable)?;
        Ok(Self { file: Arc::new(file), most, left: most })
    }

    async fn write(&mut self, piece: &Bytes) -> Result<(), Problem> {
        let Some(left) = self.left.checked_sub(piece.len()) else { return Err(Problem::too_large(self.most)) };
        self.left = left;
        // A disk may be slow.
        let (file, piece) = (Arc::clone(&self.file), piece.clone());
        let written = tokio::task::spawn_blocking(move || (&*file).write_all(&piece)).await;
        written.map_err(Problem::internal)?.map_err(unwritable)
    }

    /// The file, to be read from its beginning.
    fn finish(self) -> Result<File, Problem> {
        let mut file = Arc::into_inner(self.file).ok_or_else(|| Problem::internal("a temporary file is still being written"))?;
        file.rewind().map_err(unwritable)?;
        Ok(file)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "taken by `map_err`")]
fn unwritable(error: std::io::Error) -> Problem {
    tracing::error!("a temporary file cannot be written: {error}");
    Problem::new(Kind::Unavailable, "服务器的磁盘空间不足或不可写，没有接收；请稍后重试或告诉管理员")
}

/// All bytes of a temporary file.
pub(super) fn bytes_of(mut file: &File) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}
