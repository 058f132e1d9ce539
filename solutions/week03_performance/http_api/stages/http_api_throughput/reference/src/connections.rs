//! Connections on which a client has to get on with it.
//!
//! Hyper has a timer for heads, which `axum::serve` does not set. What it does let us hand in is the listener, and so
//! the connections: one that fails to read is closed.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::ending::{Ending, Phase};

/// A listener whose connections end when a head is not there in time.
pub(crate) struct ImpatientListener<L> {
    pub(crate) inner: L,
    pub(crate) patience: Duration,
    pub(crate) ending: Ending,
}

impl<L: Listener> Listener for ImpatientListener<L> {
    type Io = Impatient<L::Io>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, peer) = self.inner.accept().await;
        let now = Instant::now();
        let connection = Impatient {
            stream,
            patience: self.patience,
            heads: Heads(Arc::new(Mutex::new(Some(now)))),
            timer: Box::pin(sleep_until(now + self.patience)),
            over: Box::pin(self.ending.reached(Phase::Over)),
            is_over: false,
        };
        (connection, peer)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.inner.local_addr()
    }
}

/// Since when a connection has been waiting for a head: since it was opened, or since its last answer. `None` while
/// a request is served.
#[derive(Debug, Clone)]
pub(crate) struct Heads(Arc<Mutex<Option<Instant>>>);

impl Heads {
    /// The head is there; the wait for the next begins when what is returned is dropped.
    pub(crate) fn arrived(&self) -> Serving {
        self.set(None);
        Serving(self.clone())
    }

    fn waiting_since(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }
}

impl<L: Listener> Connected<IncomingStream<'_, ImpatientListener<L>>> for Heads {
    fn connect_info(stream: IncomingStream<'_, ImpatientListener<L>>) -> Self {
        stream.io().heads.clone()
    }
}

pub(crate) struct Serving(Heads);

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.set(Some(Instant::now()));
    }
}

pub(crate) struct Impatient<T> {
    stream: T,
    patience: Duration,
    heads: Heads,
    timer: Pin<Box<Sleep>>,
    over: BoxFuture<'static, ()>,
    is_over: bool,
}

impl<T> Impatient<T> {
    /// An error if the head should have been there by now; otherwise the task is woken when it should.
    ///
    /// The timer always runs, also while a request is served: hyper has no reason to read again when it has
    /// answered, and so nobody would start it then. It is never set to later than a deadline; when it is due, it
    /// is looked up for what.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        while self.timer.as_mut().poll(cx).is_ready() {
            let now = Instant::now();
            let since = self.heads.waiting_since().unwrap_or(now);
            let deadline = since + self.patience;
            if deadline <= now {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.timer.as_mut().reset(deadline);
        }
        Ok(())
    }

    /// An error when the service is over; otherwise the task is woken when it is.
    ///
    /// Asked in both directions: a client that reads nothing holds a connection by its answer.
    fn check_over(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        self.is_over = self.is_over || self.over.as_mut().poll(cx).is_ready();
        if self.is_over {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Impatient<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // Before reading: whoever sends a byte now and then has always something to read.
        self.check(cx)?;
        self.check_over(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Impatient<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check_over(cx)?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check_over(cx)?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check_over(cx)?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
