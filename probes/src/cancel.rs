//! Drops a future at each place where it waits: after its first `Pending`, after its second, and so on. What
//! a call leaves behind there is what `select!`, a timeout or a client that hangs up leave behind.
//!
//! ```ignore
//! #[tokio::test]
//! async fn a_dropped_next_loses_nothing() {
//!     cancel::everywhere(async |cut| {
//!         let mut frames = Frames::new(three_frames());
//!         let mut got = Vec::new();
//!         got.extend(cut.future(frames.next()).await);
//!         while got.len() < 3 {
//!             got.push(frames.next().await);
//!         }
//!         assert_eq!(got, ["a", "b", "c"], "{cut}");
//!     })
//!     .await;
//! }
//! ```
//!
//! A place is a `Pending` of the future as a whole. So the story decides how many there are: let whatever the
//! future waits for be not ready as often as it can be, for example at each byte.

use std::cell::Cell;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A future with more places than this does not end.
const TOO_MANY: usize = 1_000;

/// Polls a future until it has been pending so many times, and drops it then; zero drops it before it was
/// ever polled. Returns its output, or `None` if it was dropped.
pub fn after<F: Future>(pendings: usize, future: F) -> After<F> {
    After {
        future: (pendings > 0).then(|| Box::pin(future)),
        left: pendings,
    }
}

/// The future of [`after`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct After<F> {
    /// `None` once it is dropped or ready.
    future: Option<Pin<Box<F>>>,
    left: usize,
}

impl<F: Future> Future for After<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = &mut self.future else {
            return Poll::Ready(None);
        };
        match future.as_mut().poll(context) {
            Poll::Ready(output) => {
                self.future = None;
                Poll::Ready(Some(output))
            }
            Poll::Pending => {
                self.left -= 1;
                if self.left > 0 {
                    return Poll::Pending;
                }
                self.future = None;
                Poll::Ready(None)
            }
        }
    }
}

/// Tells a story once for each place at which its future can be dropped: before it is polled, after its
/// first `Pending`, and so on until it ends by itself. Returns how many tellings there were in which it was
/// dropped.
///
/// The story hands one future to [`Cut::future`] and checks in the end what has become of everything; it
/// has to do the same each time. Put the [`Cut`] into its messages: displayed, it tells the place.
///
/// # Panics
///
/// Panics if the story hands no future, or more than one, to the cut, and if a future does not end after
/// a thousand places.
pub async fn everywhere(mut story: impl AsyncFnMut(&Cut)) -> usize {
    for pendings in 0..TOO_MANY {
        let cut = Cut {
            pendings,
            futures: Cell::new(0),
            ended: Cell::new(false),
        };
        story(&cut).await;
        assert_eq!(
            cut.futures.get(),
            1,
            "a story hands one future to the cut, so that its places can be counted"
        );
        if cut.ended.get() {
            return pendings;
        }
    }
    panic!("the future was pending {TOO_MANY} times and has not ended");
}

/// One place at which a future is dropped.
#[derive(Debug)]
pub struct Cut {
    pendings: usize,
    futures: Cell<usize>,
    ended: Cell<bool>,
}

impl Cut {
    /// The future, dropped at this place. Its output, or `None` if it was dropped before it had one.
    pub async fn future<F: Future>(&self, future: F) -> Option<F::Output> {
        self.futures.set(self.futures.get() + 1);
        let output = after(self.pendings, future).await;
        self.ended.set(output.is_some());
        output
    }

    /// After how many `Pending`s the future is dropped.
    #[must_use]
    pub fn pendings(&self) -> usize {
        self.pendings
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ended.get() {
            return f.write_str("it ended by itself");
        }
        match self.pendings {
            0 => f.write_str("it was dropped before it was polled"),
            1 => f.write_str("it was dropped after its first Pending"),
            n => write!(f, "it was dropped after its Pending number {n}"),
        }
    }
}
