//! Takes uploads.

pub mod wire;

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

/// What a client may take of us.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time.
    pub connections: usize,
    /// From the connection's begin, or from an answer, to the first byte of a request.
    pub idle: Duration,
    /// From the first byte of a request to the end of its head.
    pub head: Duration,
    /// From the end of the head to the end of the body.
    pub body: Duration,
    /// From the first to the last byte of an answer.
    pub write: Duration,
    /// Bytes of a head.
    pub head_bytes: usize,
    /// Bytes of a body.
    pub body_bytes: usize,
}

/// Answers on all connections of `listener`.
///
/// # Errors
///
/// Fails if the listener does.
pub async fn serve<H, F>(listener: TcpListener, limits: Limits, handle: H) -> io::Result<()>
where
    H: Fn(Vec<u8>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Vec<u8>> + Send,
{
    loop {
        let (stream, _) = listener.accept().await?;
        let handle = handle.clone();
        tokio::spawn(async move {
            // A client that went away is no news.
            let _ = connection(stream, &limits, handle).await;
        });
    }
}

/// Answers the requests of one connection, one after the other, until it ends.
///
/// # Errors
///
/// Fails if the stream does.
pub async fn connection<S, H, F>(mut stream: S, limits: &Limits, handle: H) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
    H: Fn(Vec<u8>) -> F,
    F: Future<Output = Vec<u8>>,
{
    let mut buffer = Vec::new();
    loop {
        let head = loop {
            match wire::head(&buffer) {
                Ok(Some(head)) => break head,
                Ok(None) => {}
                Err(wire::BadHead) => {
                    return stream.write_all(&wire::answer(400, b"", false)).await;
                }
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let end = head.size + head.length as usize;
        while buffer.len() < end {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        }
        let body = buffer[head.size..end].to_vec();
        buffer.drain(..end);
        if body.len() > limits.body_bytes {
            let answer = wire::answer(413, b"", false);
            return stream.write_all(&answer).await;
        }
        let body = handle(body).await;
        let answer = wire::answer(200, &body, head.keep_alive);
        stream.write_all(&answer).await?;
        if !head.keep_alive {
            return Ok(());
        }
    }
}
