//! What speaks for the ranking: the last stored replay, the figures of the default weights, versions, and what nobody measured.

use std::io::Write as _;
use std::path::PathBuf;

use jiff::civil::Date;

use super::state::App;
use crate::domain::Principal;
use crate::error::{AppError, Code};
use crate::export::{calibration_chart, ranking_chart};
use crate::io_error::describe_io_error;
use crate::learn::{FitReached, ModelFile};
use crate::replay::{Estimate, MadeBy, PublicReport, Replay, StoredReplay};

/// File of the last stored replay in the data directory.
const REPLAY_FILE: &str = "replay.json";

/// What answers rest on.
#[derive(Debug, Clone, PartialEq)]
pub struct Basis {
    /// Version of the program.
    pub program: &'static str,
    /// Name of the snapshot.
    pub snapshot: String,
    /// Version of the word lists of the text search.
    pub lexicon: String,
    /// Hash of what the weights in use were learned from.
    pub model: String,
    /// The last day that they have seen.
    pub seen_until: Date,
    /// True for the default weights.
    pub is_default: bool,
    /// Organizations on record.
    pub organizations: usize,
    /// Past projects on record.
    pub projects: usize,
    /// Needs on record.
    pub needs: usize,
}

/// Two pictures as inline SVG.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TrustCharts {
    /// Systems side by side, with intervals.
    pub systems: String,
    /// Probabilities against what happened; none without needs.
    pub calibration: Option<String>,
}

/// What the page about trust shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Trust {
    /// What answers rest on.
    pub basis: Basis,
    /// The figures of the default weights on events that they were not fitted to.
    pub public: &'static PublicReport,
    /// Who reached which fit there.
    pub reached: Vec<FitReached>,
    /// Their pictures.
    pub public_charts: TrustCharts,
    /// The last stored replay of this data directory.
    pub replay: Option<StoredReplay>,
    /// Its pictures.
    pub replay_charts: TrustCharts,
}

impl App {
    /// What speaks for the ranking.
    #[must_use]
    pub fn trust(&self, _who: Principal) -> Trust {
        let replay = std::fs::read(self.replay_file()).ok().and_then(|json| StoredReplay::read(&json));
        let public = PublicReport::embedded();
        Trust {
            basis: self.basis(),
            public,
            reached: ModelFile::embedded().fit.as_ref().map(|fit| fit.reached.clone()).unwrap_or_default(),
            public_charts: public_charts(public),
            replay_charts: replay.as_ref().map(replay_charts).unwrap_or_default(),
            replay,
        }
    }

    fn basis(&self) -> Basis {
        let catalog = self.catalog();
        Basis {
            program: env!("CARGO_PKG_VERSION"),
            snapshot: catalog.version.to_string(),
            lexicon: catalog.text.lexicon_version().to_owned(),
            model: self.model.data.clone(),
            seen_until: self.model.seen_until,
            is_default: self.model.is_default,
            organizations: catalog.organizations().count(),
            projects: catalog.project_count(),
            needs: catalog.needs().count(),
        }
    }

    fn replay_file(&self) -> PathBuf {
        self.dir.join(REPLAY_FILE)
    }

    /// Keeps a replay that was made by `command`, for the page about trust. It takes the place of the last one.
    ///
    /// # Errors
    /// The weights may have seen the outcomes, there are no needs, or the directory cannot be written.
    pub fn store_replay(&self, _who: Principal, replay: &Replay, command: &str) -> Result<(), AppError> {
        let Basis { program, snapshot, lexicon, model, .. } = self.basis();
        let (program, command, day) = (program.to_owned(), command.to_owned(), self.today());
        let made_by = MadeBy { program, command, day, snapshot, lexicon, model };
        let stored = StoredReplay::new(replay, made_by).ok_or_else(|| {
            let why = if replay.needs == 0 {
                "没有可以回放的需求"
            } else {
                "所用权重可能学过这一时段的答案，不算留出的检验"
            };
            AppError::invalid("from", format!("没有保存回放：{why}；请用 --from 指定 {} 之后的日期", replay.seen_until))
        })?;
        let path = self.replay_file();
        let json =
            serde_json::to_vec_pretty(&stored).map_err(|error| AppError::new(Code::Spool, format!("无法保存回放：{error}")))?;
        let write = || -> std::io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(&self.dir)?;
            file.write_all(&json)?;
            file.persist(&path).map_err(|error| error.error)?;
            Ok(())
        };
        let cannot = |error: std::io::Error| format!("无法写入 {}：{}", path.display(), describe_io_error(&error));
        write().map_err(|error| AppError::new(Code::Spool, cannot(error)))
    }
}

fn public_charts(report: &PublicReport) -> TrustCharts {
    let Some(directory) = report.directories.first() else { return TrustCharts::default() };
    let rows: Vec<(String, Estimate)> = directory
        .groups
        .iter()
        .take(3)
        .flat_map(|group| {
            let name = group.label.split('：').next_back().unwrap_or_default();
            group.rankers.iter().map(move |it| (format!("{name}·{}", it.label), it.recall10))
        })
        .collect();
    TrustCharts {
        systems: ranking_chart(
            ["认领方排在前十名的比例", "公开案例按事件交叉检验，各组和各种排法的前十名召回率及95%区间"],
            "前十名召回率",
            &rows,
        ),
        calibration: calibration_chart(&directory.calibration, "公开案例前十名的预计概率与实际比例"),
    }
}

fn replay_charts(replay: &StoredReplay) -> TrustCharts {
    let rows: Vec<(String, Estimate)> = replay.systems.iter().map(|it| (it.label.clone(), it.recall10)).collect();
    let description = format!("{}至{}的{}项需求，各种排法的前十名召回率及95%区间", replay.from, replay.to, replay.needs);
    TrustCharts {
        systems: ranking_chart(["认领方排在前十名的比例", &description], "前十名召回率", &rows),
        calibration: calibration_chart(&replay.calibration, "回放中前十名的预计概率与实际比例"),
    }
}
