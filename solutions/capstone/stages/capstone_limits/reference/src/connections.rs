//! Connections that can be closed from outside.
//!
//! `axum::serve` spawns a task per connection and keeps no handle to it: dropping the server drops the
//! listener and leaves those tasks running. What they all do own is a socket that we hand them, so the
//! socket is where a connection is ended. A read or write that fails makes the task let go of
//! everything it holds, as it would if the client had vanished.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use crate::lifecycle::{Phase, PhaseWatch};

/// A listener whose connections close when the service does.
pub(crate) struct ClosingListener {
    pub(crate) inner: TcpListener,
    pub(crate) phase: PhaseWatch,
}

impl Listener for ClosingListener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        // Axum's own accept: it outlasts a failed accept, such as running out of file descriptors.
        let (stream, peer) = Listener::accept(&mut self.inner).await;
        let connection = Connection {
            stream,
            closed_to_reads: Closing::of(&self.phase),
            closed_to_writes: Closing::of(&self.phase),
        };
        (connection, peer)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.inner.local_addr()
    }
}

/// A stream that fails from [`Phase::Closing`] on.
pub(crate) struct Connection {
    stream: TcpStream,
    // One wait per direction: after an upgrade two tasks may share the stream, and a future wakes
    // only the task that polled it last.
    closed_to_reads: Closing,
    closed_to_writes: Closing,
}

/// The wait for [`Phase::Closing`]; `None` once it is over.
struct Closing(Option<Pin<Box<dyn Future<Output = ()> + Send>>>);

impl Closing {
    fn of(phase: &PhaseWatch) -> Self {
        Self(Some(Box::pin(phase.reached(Phase::Closing))))
    }

    /// An error if the service is closing; otherwise the task is woken when it does.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if let Some(wait) = &mut self.0 {
            if wait.as_mut().poll(cx).is_pending() {
                return Ok(());
            }
            self.0 = None;
        }
        Err(io::Error::new(
            io::ErrorKind::ConnectionAborted,
            "the service is closing",
        ))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.closed_to_reads.check(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.closed_to_writes.check(cx)?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.closed_to_writes.check(cx)?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
