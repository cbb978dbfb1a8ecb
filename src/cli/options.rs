//! What the arguments of several commands share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use crate::clock::Clock;
use crate::domain::{EntityKind, FuzzyDate};

/// The layout of every help text.
pub(super) const TEMPLATE: &str = "{before-help}{about-with-newline}\n用法: {usage}\n\n{all-args}{after-help}";

/// Where the data are, and which day it is.
#[derive(Debug, Clone, Args)]
pub(super) struct DataOptions {
    /// 数据目录
    #[arg(long, value_name = "目录", global = true, help = "数据目录 [默认：./data]")]
    data: Option<PathBuf>,
    /// 以此日为今天
    #[arg(long, value_name = "日期", global = true, value_parser = day, help = "以此日为今天，便于复现结果")]
    today: Option<Date>,
    /// 显示帮助
    #[arg(short, long, global = true, action = clap::ArgAction::Help, help = "显示帮助")]
    help: Option<bool>,
    /// 显示版本
    #[arg(short = 'V', long, action = clap::ArgAction::Version, help = "显示版本")]
    version: Option<bool>,
}

impl DataOptions {
    pub(super) fn dir(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from("data"))
    }

    pub(super) fn explicit_dir(&self) -> Option<&PathBuf> {
        self.data.as_ref()
    }

    pub(super) fn clock(&self) -> Clock {
        self.today.map_or(Clock::System, Clock::Fixed)
    }
}

/// What a list holds, as `--as` and `template` take it.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum KindName {
    Organizations,
    Projects,
    Needs,
    Claims,
}

impl From<KindName> for EntityKind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::Organizations => Self::Organizations,
            KindName::Projects => Self::Projects,
            KindName::Needs => Self::Needs,
            KindName::Claims => Self::Claims,
        }
    }
}

/// A day; of a year or month, its last.
pub(super) fn day(text: &str) -> Result<Date, String> {
    text.parse::<FuzzyDate>().map(FuzzyDate::latest)
}
