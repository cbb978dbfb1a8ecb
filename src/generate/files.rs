//! Writes the records as JSON lines in the import format, in parts that are small enough for an import.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Serialize;

use super::generator::{Generator, Plan, SOURCE};
use super::line::{ClaimLine, NeedLine, OrganizationLine, ProjectLine};
use crate::domain::EntityKind;

/// Why not everything was written.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The directory holds something that this program did not write.
    #[error("目录 {path} 不是空的，也不是 generate 写出的；请换一个目录，或先清空它")]
    Foreign {
        /// The directory.
        path: PathBuf,
    },
    /// The operating system refuses.
    #[error("无法写入 {path}：{}", crate::io_error::describe_io_error(source))]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Number of claims; the other sizes are those of the plan.
    pub claims: usize,
    /// Number of files with records.
    pub files: usize,
    /// Size of these files, in bytes.
    pub bytes: u64,
}

const README: &str = "README.md";
/// The first line of the README; it shows that this program wrote the directory.
const TITLE: &str = "# 合成数据（qianshou generate）";
/// Number of records between two reports of progress.
const LINES_TOLD_AT_ONCE: usize = 1_000;

/// Records in one part. With 1,000,000 organizations and 5,000,000 projects, a part measures 26 to 28 MB
/// (claims: 11 MB). This is far below 48 MB, which leaves room under the limit of an import. The number is
/// fixed, so a part does not depend on the others.
const fn records_in_part(kind: EntityKind) -> usize {
    match kind {
        EntityKind::Organizations => 80_000,
        EntityKind::Projects => 60_000,
        EntityKind::Needs | EntityKind::Claims => 50_000,
    }
}

/// One file: a kind and the numbers of its records (for claims, the numbers of the needs).
struct Part {
    kind: EntityKind,
    number: usize,
    records: Range<usize>,
}

impl Part {
    fn name(&self) -> String {
        format!("{}-{:03}.jsonl", self.kind.name(), self.number)
    }
}

/// Writes all records of the plan to `dir`, which is created if missing, and a README that says what they are.
///
/// The threads of the current rayon pool write the parts in parallel; the bytes do not depend on the threads. `done` is called
/// with the number of records written since the last call; the total is organizations + projects + 2 × needs, because each need
/// is visited again for its claims. Files of an earlier call are replaced.
///
/// # Errors
/// A directory with other files, or one that cannot be written.
pub fn write(generator: &Generator, dir: &Path, done: &(dyn Fn(usize) + Sync)) -> Result<Summary, GenerateError> {
    prepare(dir)?;
    let readme = dir.join(README);
    std::fs::write(&readme, readme_text(generator.plan())).map_err(cannot(&readme))?;
    let parts: Vec<Summary> = parts(generator.plan())
        .into_par_iter()
        .map(|part| {
            let path = dir.join(part.name());
            let mut file = Counted { inner: BufWriter::new(File::create(&path).map_err(cannot(&path))?), bytes: 0 };
            let lines = generator.lines(part.kind, part.records, &mut file, done).map_err(cannot(&path))?;
            file.flush().map_err(cannot(&path))?;
            if lines == 0 {
                std::fs::remove_file(&path).map_err(cannot(&path))?;
                return Ok(Summary::default());
            }
            let claims = if part.kind == EntityKind::Claims { lines } else { 0 };
            Ok(Summary { claims, files: 1, bytes: file.bytes })
        })
        .collect::<Result<_, GenerateError>>()?;
    Ok(parts.into_iter().fold(Summary::default(), |sum, it| Summary {
        claims: sum.claims + it.claims,
        files: sum.files + it.files,
        bytes: sum.bytes + it.bytes,
    }))
}

impl Generator {
    /// Writes the lines of these records and returns their number.
    pub(super) fn lines(
        &self,
        kind: EntityKind,
        records: Range<usize>,
        out: &mut impl Write,
        done: &(dyn Fn(usize) + Sync),
    ) -> std::io::Result<usize> {
        let (mut lines, mut untold) = (0, 0);
        for k in records {
            match kind {
                EntityKind::Organizations => line(&OrganizationLine::from(&self.organization(k)), out)?,
                EntityKind::Projects => line(&ProjectLine::from(&self.project(k)), out)?,
                EntityKind::Needs => line(&NeedLine::from(&self.need(k)), out)?,
                EntityKind::Claims => {
                    let claims = self.claims(k);
                    for claim in &claims {
                        line(&ClaimLine::from(claim), out)?;
                    }
                    lines += claims.len();
                }
            }
            lines += usize::from(kind != EntityKind::Claims);
            untold += 1;
            if untold == LINES_TOLD_AT_ONCE {
                done(untold);
                untold = 0;
            }
        }
        done(untold);
        Ok(lines)
    }
}

fn line(value: &impl Serialize, out: &mut impl Write) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// All files of a plan.
fn parts(plan: Plan) -> Vec<Part> {
    let of_kind = |kind: EntityKind| {
        let total = match kind {
            EntityKind::Organizations => plan.organizations,
            EntityKind::Projects => plan.projects,
            EntityKind::Needs | EntityKind::Claims => plan.needs,
        };
        let most = records_in_part(kind);
        (0..total.div_ceil(most)).map(move |n| Part { kind, number: n + 1, records: n * most..total.min((n + 1) * most) })
    };
    EntityKind::ALL.into_iter().flat_map(of_kind).collect()
}

/// Creates the directory, or removes the files of an earlier call from it. Refuses a directory with other files.
fn prepare(dir: &Path) -> Result<(), GenerateError> {
    std::fs::create_dir_all(dir).map_err(cannot(dir))?;
    let mut old = Vec::new();
    let mut is_empty = true;
    for entry in std::fs::read_dir(dir).map_err(cannot(dir))? {
        let entry = entry.map_err(cannot(dir))?;
        is_empty = false;
        if entry.file_name().to_str().is_some_and(is_part) {
            old.push(entry.path());
        }
    }
    let is_ours = || std::fs::read_to_string(dir.join(README)).is_ok_and(|text| text.starts_with(TITLE));
    if !is_empty && !is_ours() {
        return Err(GenerateError::Foreign { path: dir.to_owned() });
    }
    for path in old {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(cannot(&path)(error)),
            _ => {}
        }
    }
    Ok(())
}

/// True for the names that [`Part::name`] gives.
fn is_part(name: &str) -> bool {
    let number = name.strip_suffix(".jsonl").and_then(|it| it.split_once('-')).filter(|(kind, number)| {
        EntityKind::ALL.iter().any(|it| it.name() == *kind) && number.len() >= 3 && number.bytes().all(|it| it.is_ascii_digit())
    });
    number.is_some()
}

fn readme_text(plan: Plan) -> String {
    let Plan { organizations, projects, needs, seed } = plan;
    format!(
        "{TITLE}\n\n\
         这个目录中的组织、项目、需求、认领全部由程序随机生成，只用于测试速度和规模。\n\
         组织名称以“合成示例”开头，每条记录的来源都是“{SOURCE}”；地名是真实的，关于它们的内容都是虚构的。\n\
         不得当作事实引用，也不得用来说明推荐的质量。\n\n\
         由以下命令生成（种子和数量相同，内容就相同）：\n\n    \
         qianshou generate --organizations {organizations} --projects {projects} --needs {needs} --seed {seed} <目录>\n\n\
         导入：qianshou import <目录> --data <数据目录>\n"
    )
}

fn cannot(path: &Path) -> impl FnOnce(std::io::Error) -> GenerateError {
    let path = path.to_owned();
    move |source| GenerateError::Io { path, source }
}

/// Counts the bytes that are written.
struct Counted<W> {
    inner: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}
