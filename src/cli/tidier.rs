//! Keeps the server's data directory tidy: temporary files of servers that died, and jobs that have expired.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;

/// How often expired jobs are looked for.
const EVERY: Duration = Duration::from_secs(600);

/// Tidies up now and from time to time, for ever.
pub(super) async fn keep_tidy(app: Arc<App>) {
    if let Err(error) = app.spool().clear() {
        tracing::warn!("无法清理临时文件：{error}");
    }
    loop {
        if let Err(error) = app.background().tidy().await {
            tracing::warn!("无法清理过期的导入和规划：{error}");
        }
        tokio::time::sleep(EVERY).await;
    }
}
