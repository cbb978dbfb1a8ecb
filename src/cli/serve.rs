//! `qianshou serve`

use std::sync::Arc;
use std::time::Duration;

use super::args::{DataOptions, Serve};
use super::output::Output;
use super::{Done, LOCAL};
use crate::app::App;
use crate::config::HttpConfig;

/// How often the server looks whether another process has changed the ledger.
const REFRESH: Duration = Duration::from_secs(1);

pub(super) async fn run(data: &DataOptions, arguments: &Serve, output: &mut Output) -> anyhow::Result<Done> {
    // Bound first: a port in use is found before any data is touched.
    let listener = tokio::net::TcpListener::bind(&arguments.listen).await.map_err(|error| refused(&arguments.listen, &error))?;
    let temporary = (arguments.demo && data.explicit_dir().is_none())
        .then(|| tempfile::Builder::new().prefix("qianshou-demo-").tempdir())
        .transpose()?;
    let dir = temporary.as_ref().map_or_else(|| data.dir(), |dir| dir.path().to_owned());
    let mut app = App::open(&dir, true, data.clock()).await?;
    if let Some(path) = &arguments.model {
        super::use_model(&mut app, path)?;
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
