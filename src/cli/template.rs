//! `qianshou template`

use super::args::{DataOptions, Template};
use super::import::existing;
use super::output::{Output, format_of, write_file};
use super::{Done, LOCAL};
use crate::app::template;

pub(super) async fn run(data: &DataOptions, arguments: &Template, output: &mut Output) -> anyhow::Result<Done> {
    format_of(&arguments.out, "工作簿", &[("xlsx", ())])?;
    let kind = arguments.kind.into();
    let bytes = match existing(data).await? {
        Some(app) => app.template(LOCAL, kind)?,
        None => template(kind)?,
    };
    write_file(&arguments.out, &bytes)?;
    output.line(format!("已写出{}模板：{}；填好后用 import 导入", kind.label(), arguments.out.display()))?;
    Ok(Done::Fully)
}
