//! The address that the server listens on.

use std::io::{Error, ErrorKind};
use std::net::{IpAddr, SocketAddr};

use tokio::net::{TcpListener, lookup_host};

/// Binds `address`. Beyond this machine only behind a trusted proxy.
pub(super) async fn bind(address: &str, trusted_proxies: &[IpAddr]) -> anyhow::Result<TcpListener> {
    let found: Vec<SocketAddr> = lookup_host(address).await.map_err(|error| refused(address, &error))?.collect();
    anyhow::ensure!(
        !trusted_proxies.is_empty() || found.iter().all(|it| it.ip().to_canonical().is_loopback()),
        "{address} 能从其他机器访问，而本服务没有登录：能连上的人都能查看全部数据、修改词表；\
         请改用 --listen 127.0.0.1:8080，或在前面架设核验身份的反向代理，并用 --trusted-proxy 写明它的地址（此后只接受它和本机的连接）"
    );
    TcpListener::bind(&found[..]).await.map_err(|error| refused(address, &error))
}

fn refused(address: &str, error: &Error) -> anyhow::Error {
    match error.kind() {
        ErrorKind::AddrInUse => {
            anyhow::anyhow!("地址 {address} 已被占用；请停止占用它的程序，或用 --listen 127.0.0.1:其他端口")
        }
        ErrorKind::PermissionDenied => anyhow::anyhow!("没有权限监听 {address}；请用 1024 以上的端口"),
        ErrorKind::AddrNotAvailable => anyhow::anyhow!("本机没有地址 {address}；请检查 --listen"),
        ErrorKind::InvalidInput => anyhow::anyhow!("看不懂监听地址“{address}”；应写成 127.0.0.1:8080 的形式"),
        _ => anyhow::anyhow!("无法监听 {address}：{}", crate::io_error::describe_io_error(error)),
    }
}
