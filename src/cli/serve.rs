//! `qianshou serve`

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::listen::bind;
use super::options::{DataOptions, TEMPLATE};
use super::outcome::Done;
use super::output::Output;
use super::session::{LOCAL, open_with_bar, use_model};
use super::signals::Signals;
use super::tidier::keep_tidy;
use super::watcher::{maintain, watch};
use crate::app::{App, UnfinishedJob};
use crate::config::HttpConfig;
use crate::http::{Server, router};
use crate::jobs::PoolLimits;

/// How long the ledger may take to close.
const CLOSING: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou serve [选项]", after_help = "示例：\n  qianshou serve --demo\n  qianshou serve --data 数据 --listen 127.0.0.1:9000")]
pub(super) struct Arguments {
    #[arg(
        long,
        value_name = "地址",
        default_value = "127.0.0.1:8080",
        hide_default_value = true,
        help = "监听地址 [默认：127.0.0.1:8080]；端口为0时自动选择"
    )]
    listen: String,
    #[arg(
        long = "host",
        value_name = "名称",
        value_parser = host_name,
        help = "访问本服务所用的域名，可重复；localhost、127.0.0.1 和 [::1] 总是可用，其他名称不登记则不予回答"
    )]
    hosts: Vec<String>,
    #[arg(
        long = "trusted-proxy",
        value_name = "地址",
        help = "前面核验身份的反向代理的 IP 地址，可重复；此后只接受它和本机的连接，并由它写明客户端的地址"
    )]
    trusted_proxies: Vec<IpAddr>,
    #[arg(long, value_name = "数量", default_value_t = 512, hide_default_value = true, value_parser = count, help = "最多同时接受的连接 [默认：512，受系统的打开文件数限制]")]
    connections: usize,
    #[arg(long, value_name = "数量", default_value_t = 64, hide_default_value = true, value_parser = count, help = "同一地址最多同时的连接 [默认：64]")]
    connections_per_client: usize,
    #[arg(long, value_name = "秒", default_value = "300", hide_default_value = true, value_parser = seconds, help = "一次请求最长的时间，含上传 [默认：300]")]
    request_time: Duration,
    #[arg(long, value_name = "秒", default_value = "20", hide_default_value = true, value_parser = seconds, help = "一次计算最长的时间，含排队 [默认：20]")]
    computation_time: Duration,
    #[arg(long, value_name = "秒", default_value = "10", hide_default_value = true, value_parser = seconds, help = "停止时等待未完成的请求、导入和规划最长的时间 [默认：10]")]
    drain_time: Duration,
    #[arg(long, value_name = "文件", help = "用 learn 得到的权重")]
    model: Option<PathBuf>,
    #[arg(long, help = "载入示例数据；未指明 --data 时放在临时目录，退出后删除")]
    demo: bool,
}

/// A name without a port, as `--host` takes it.
fn host_name(text: &str) -> Result<String, String> {
    let name = text.trim().to_lowercase();
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
    if name.is_empty() || !is_name(&name) {
        return Err("应为域名或 IP 地址，不带 http:// 和端口，如 office.lan".to_owned());
    }
    Ok(name)
}

fn count(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|&count| (1..=100_000).contains(&count)).ok_or_else(|| "应为1到100000的整数".to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (1..=86_400).contains(seconds));
    seconds.map(Duration::from_secs).ok_or_else(|| "应为1到86400的整数".to_owned())
}

impl Arguments {
    fn config(&self) -> HttpConfig {
        HttpConfig {
            hosts: self.hosts.clone(),
            trusted_proxies: self.trusted_proxies.iter().map(IpAddr::to_canonical).collect(),
            connections: self.connections,
            connections_per_client: self.connections_per_client,
            request_time: self.request_time,
            ..HttpConfig::default()
        }
    }
}

pub(super) async fn run(data: &DataOptions, arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    // The port is bound first, so that a port in use is found before any data is touched.
    let listener = bind(&arguments.listen, &arguments.trusted_proxies).await?;
    let mut signals = Signals::watch()?;
    let temporary = (arguments.demo && data.explicit_dir().is_none())
        .then(|| tempfile::Builder::new().prefix("qianshou-demo-").tempdir())
        .transpose()?;
    let dir = temporary.as_ref().map_or_else(|| data.dir(), |dir| dir.path().to_owned());
    let mut app = open_with_bar(&dir, true, data.clock()).await?;
    if let Some(path) = &arguments.model {
        use_model(&mut app, path)?;
    }
    app.limit_computations(PoolLimits { time: arguments.computation_time, ..PoolLimits::for_this_machine() });
    if arguments.demo {
        app.import_demo(LOCAL).await?;
    }
    app.prepare(app.today());
    let address = format!("http://{}", listener.local_addr()?);
    output.line(format!("牵手已启动：{address}/"))?;
    output.line(format!("接口说明：{address}/api/docs/"))?;
    output.line(format!("数据目录：{}", dir.display()))?;
    if arguments.demo {
        output.line("示例问题：")?;
        for question in App::DEMO_QUESTIONS {
            output.line(format!("  {question}"))?;
        }
    }
    output.line("按 Ctrl-C 停止。")?;
    output.flush()?;
    let app = Arc::new(app);
    let watcher = tokio::spawn(watch(Arc::clone(&app)));
    let keeper = tokio::spawn(maintain(Arc::clone(&app)));
    let tidier = tokio::spawn(keep_tidy(Arc::clone(&app)));
    let config = arguments.config();
    let mut server = Server::new(listener, router(Arc::clone(&app), &config), &config);
    tokio::select! {
        () = server.run() => {}
        () = signals.next() => {}
    }
    output.line(format!("正在停止：最多再等{}秒；再按一次立即停止。", arguments.drain_time.as_secs()))?;
    output.flush()?;
    let accepted = async {
        server.drain().await;
        app.jobs_ended().await;
    };
    tokio::select! {
        _ = tokio::time::timeout(arguments.drain_time, accepted) => {}
        () = signals.next() => {}
    }
    let (requests, jobs) = (server.unanswered(), app.unfinished_jobs());
    drop(server);
    watcher.abort();
    keeper.abort();
    tidier.abort();
    // A job that is still writing would keep the ledger open.
    let _ = tokio::time::timeout(CLOSING, app.close()).await;
    report(requests, &jobs, output)
}

/// Says what was accepted and not done.
fn report(requests: usize, jobs: &[UnfinishedJob], output: &mut Output) -> anyhow::Result<Done> {
    if requests == 0 && jobs.is_empty() {
        output.line("已停止。")?;
        return Ok(Done::Fully);
    }
    output.line(format!("已停止；未完成：请求{requests}个，导入和规划{}项。没有写入一半的数据，请重新提交。", jobs.len()))?;
    for job in jobs {
        output.line(format!("  {}：{}", job.kind, job.name))?;
    }
    Ok(Done::NeedsAttention)
}
