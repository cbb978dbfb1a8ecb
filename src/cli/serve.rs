//! `qianshou serve`

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::options::{DataOptions, TEMPLATE};
use super::outcome::Done;
use super::output::Output;
use super::session::{LOCAL, use_model};
use crate::app::App;
use crate::config::HttpConfig;

/// How often the server checks whether another process has changed the ledger.
const REFRESH: Duration = Duration::from_secs(1);

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

pub(super) async fn run(data: &DataOptions, arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    // The port is bound first, so that a port in use is found before any data is touched.
    let listener = tokio::net::TcpListener::bind(&arguments.listen).await.map_err(|error| refused(&arguments.listen, &error))?;
    let temporary = (arguments.demo && data.explicit_dir().is_none())
        .then(|| tempfile::Builder::new().prefix("qianshou-demo-").tempdir())
        .transpose()?;
    let dir = temporary.as_ref().map_or_else(|| data.dir(), |dir| dir.path().to_owned());
    let mut app = App::open(&dir, true, data.clock()).await?;
    if let Some(path) = &arguments.model {
        use_model(&mut app, path)?;
    }
    if arguments.demo {
        app.import_demo(LOCAL).await?;
    }
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
    let router = crate::http::router(Arc::clone(&app), &HttpConfig { hosts: arguments.hosts.clone(), ..HttpConfig::default() });
    axum::serve(listener, router).with_graceful_shutdown(stopped()).await?;
    watcher.abort();
    app.close().await;
    output.line("已停止。")?;
    Ok(Done::Fully)
}

async fn watch(app: Arc<App>) {
    loop {
        tokio::time::sleep(REFRESH).await;
        if let Err(error) = app.refresh().await {
            tracing::warn!("无法更新快照：{error}");
        }
    }
}

async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}

fn refused(listen: &str, error: &std::io::Error) -> anyhow::Error {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            anyhow::anyhow!("地址 {listen} 已被占用；请停止占用它的程序，或用 --listen 127.0.0.1:其他端口")
        }
        std::io::ErrorKind::PermissionDenied => anyhow::anyhow!("没有权限监听 {listen}；请用 1024 以上的端口"),
        std::io::ErrorKind::AddrNotAvailable => anyhow::anyhow!("本机没有地址 {listen}；请检查 --listen"),
        std::io::ErrorKind::InvalidInput => anyhow::anyhow!("看不懂监听地址“{listen}”；应写成 127.0.0.1:8080 的形式"),
        _ => anyhow::anyhow!("无法监听 {listen}：{}", crate::io_error::describe_io_error(error)),
    }
}
