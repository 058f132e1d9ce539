//! `capstone health`: the question of an orchestrator, asked from inside the container, where there is neither a shell
//! nor a client of HTTP.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time;

/// Who asks gives up after some time, too, and would not know why. This is to be less.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the service that listens on `address` takes requests.
///
/// # Errors
///
/// Why it does not, or that nobody has said so in time.
pub async fn ready(address: SocketAddr) -> io::Result<()> {
    match time::timeout(PATIENCE, ask(within_reach(address))).await {
        Ok(answer) => answer,
        Err(_) => Err(io::Error::other(format!(
            "no answer within {} s",
            PATIENCE.as_secs()
        ))),
    }
}

async fn ask(address: SocketAddr) -> io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let request = "GET /health/ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await?;
    // The rest is for people.
    let mut line = [0; 12];
    stream.read_exact(&mut line).await?;
    if line == *b"HTTP/1.1 200" {
        Ok(())
    } else {
        let line = String::from_utf8_lossy(&line).into_owned();
        Err(io::Error::other(format!("the answer is {line}")))
    }
}

/// "All addresses" is where to listen and no place to go to.
fn within_reach(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}
