//! Takes uploads.
//!
//! Whatever a connection waits for, it waits for a limited time, and whatever it keeps is of a limited size. The
//! limits of time are for a whole phase and not for a read: a client that sends one byte before each deadline of a
//! read would never miss one.

pub mod wire;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use wire::{BadHead, Head};

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

/// Answers on all connections of `listener`. One too many is answered with 503 and closed: to let it wait would
/// let those wait who came to be served, behind those who came to wait.
///
/// # Errors
///
/// Fails if the listener does.
pub async fn serve<H, F>(listener: TcpListener, limits: Limits, handle: H) -> io::Result<()>
where
    H: Fn(Vec<u8>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Vec<u8>> + Send,
{
    let places = Arc::new(Semaphore::new(limits.connections));
    loop {
        let (mut stream, _) = listener.accept().await?;
        let place = Arc::clone(&places).try_acquire_owned();
        let handle = handle.clone();
        tokio::spawn(async move {
            // A client that went away is no news.
            let _ = match place {
                Ok(_place) => connection(stream, &limits, handle).await,
                Err(_) => send(&mut stream, &limits, &wire::answer(503, b"", false)).await,
            };
        });
    }
}

/// Answers the requests of one connection, one after the other, until it ends or has taken too much.
///
/// # Errors
///
/// Fails if the stream does, and with `TimedOut` if an answer was not taken in time.
pub async fn connection<S, H, F>(mut stream: S, limits: &Limits, handle: H) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
    H: Fn(Vec<u8>) -> F,
    F: Future<Output = Vec<u8>>,
{
    let mut buffer = Vec::new();
    loop {
        let (head, body) = match request(&mut stream, limits, &mut buffer).await? {
            Next::Request(head, body) => (head, body),
            Next::Refuse(status) => {
                let refusal = wire::answer(status, b"", false);
                return send(&mut stream, limits, &refusal).await;
            }
            Next::End => return Ok(()),
        };
        let whole = limits.head + limits.body + limits.write;
        let Ok(body) = timeout(whole, handle(body)).await else {
            return send(&mut stream, limits, &wire::answer(408, b"", false)).await;
        };
        let answer = wire::answer(200, &body, head.keep_alive);
        send(&mut stream, limits, &answer).await?;
        if !head.keep_alive {
            return Ok(());
        }
    }
}

/// What a connection has next.
enum Next {
    Request(Head, Vec<u8>),
    /// Answer with this status, and close.
    Refuse(u16),
    /// The client has gone, or has nothing to say.
    End,
}

/// Reads a request. `buffer` has what came after the one before.
async fn request<S: AsyncRead + Unpin>(
    stream: &mut S,
    limits: &Limits,
    buffer: &mut Vec<u8>,
) -> io::Result<Next> {
    if buffer.is_empty() {
        match timeout(limits.idle, more(stream, buffer)).await {
            Ok(Ok(true)) => {}
            Ok(Err(error)) => return Err(error),
            // Nobody has asked anything, so there is nothing to answer. A 408 here would be taken for the answer
            // to a request that is on its way.
            Ok(Ok(false)) | Err(_) => return Ok(Next::End),
        }
    }

    let reading = async {
        loop {
            match wire::head(buffer) {
                Ok(Some(head)) if head.size <= limits.head_bytes => return Ok(Ok(head)),
                Ok(Some(_)) => return Ok(Err(Next::Refuse(431))),
                Ok(None) if buffer.len() >= limits.head_bytes => return Ok(Err(Next::Refuse(431))),
                Ok(None) => {}
                Err(BadHead) => return Ok(Err(Next::Refuse(400))),
            }
            if !more(stream, buffer).await? {
                return Ok(Err(Next::End));
            }
        }
    };
    let head = match timeout(limits.head, reading).await {
        Ok(Ok(Ok(head))) => head,
        Ok(Ok(Err(next))) => return Ok(next),
        Ok(Err(error)) => return Err(error),
        Err(_) => return Ok(Next::Refuse(408)),
    };

    // Before a byte of it is read. The announcement may be larger than any memory, so it is compared as it came.
    let length = match usize::try_from(head.length) {
        Ok(length) if length <= limits.body_bytes => length,
        _ => return Ok(Next::Refuse(413)),
    };
    buffer.drain(..head.size);
    let reading = async {
        // The buffer grows with what comes. Making room for what was announced would cost us a
        // `body_bytes` for each head.
        while buffer.len() < length {
            if !more(stream, buffer).await? {
                return Ok::<bool, io::Error>(false);
            }
        }
        Ok(true)
    };
    match timeout(limits.body, reading).await {
        Ok(Ok(true)) => {}
        Ok(Ok(false)) => return Ok(Next::End),
        Ok(Err(error)) => return Err(error),
        Err(_) => return Ok(Next::Refuse(408)),
    }
    let rest = buffer.split_off(length);
    Ok(Next::Request(head, std::mem::replace(buffer, rest)))
}

/// Reads what there is. `false` at the end.
async fn more<S: AsyncRead + Unpin>(stream: &mut S, buffer: &mut Vec<u8>) -> io::Result<bool> {
    Ok(stream.read_buf(buffer).await? > 0)
}

/// Every byte that we send goes through here, refusals too: who does not read does not read those either.
async fn send<S: AsyncWrite + Unpin>(
    stream: &mut S,
    limits: &Limits,
    answer: &[u8],
) -> io::Result<()> {
    let sending = async {
        stream.write_all(answer).await?;
        stream.flush().await
    };
    timeout(limits.write, sending).await?
}
