//! Ships frames from a source until it ends. Sources are written by others, and wrapped by others again.

use std::error::Error;
use std::fmt;
use std::io;
use std::iter;
use std::time::Duration;

/// Any error, from any source.
pub type AnyError = Box<dyn Error + Send + Sync>;

/// Where frames come from.
pub trait Source {
    /// The next frame. A source that has ended says so by an [`EndOfStream`], somewhere in its error.
    ///
    /// # Errors
    ///
    /// Why there is no frame.
    fn next(&mut self) -> Result<Vec<u8>, AnyError>;
}

/// There are no more frames, and none is missing. There is nothing else to say, so the type says it all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndOfStream;

impl fmt::Display for EndOfStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("end of stream")
    }
}

impl Error for EndOfStream {}

/// The source wants a rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttled {
    /// How long.
    pub wait: Duration,
}

impl fmt::Display for Throttled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "throttled for {} ms", self.wait.as_millis())
    }
}

impl Error for Throttled {}

/// The source broke off within a frame. What it met there is the cause, and may well be an [`EndOfStream`].
#[derive(Debug)]
pub struct Truncated {
    /// How many bytes are missing.
    pub missing: usize,
    /// What was met in their place.
    pub cause: AnyError,
}

impl fmt::Display for Truncated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the last frame is {} bytes short", self.missing)
    }
}

impl Error for Truncated {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.cause.as_ref())
    }
}

/// The outermost `T` in an error and its causes.
pub fn find<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    layers(error).find_map(|layer| layer.downcast_ref())
}

/// The error and all its causes, outermost first.
fn layers<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    iter::successors(Some(error), |&error| {
        // An io::Error made by `new` or `other` passes for what is in it: its text is that one's, and its `source` is
        // that one's source. The error that was put in is met only by asking for it.
        let carried = error.downcast_ref().and_then(io::Error::get_ref);
        match carried {
            Some(carried) => Some(carried as _),
            None => error.source(),
        }
    })
}

/// What a source's error means for shipping.
enum Meaning {
    End,
    Wait(Duration),
    Failure,
}

/// The outermost layer that means something decides. So an end within a frame is a failure, although the chain of a
/// `Truncated` has an `EndOfStream` in it, and layers that only add context change nothing.
fn meaning(error: &(dyn Error + 'static)) -> Meaning {
    iter::once(error)
        .find_map(|layer| {
            if layer.is::<Truncated>() {
                return Some(Meaning::Failure);
            }
            if layer.is::<EndOfStream>() {
                return Some(Meaning::End);
            }
            let throttled = layer.downcast_ref::<Throttled>()?;
            Some(Meaning::Wait(throttled.wait))
        })
        .unwrap_or(Meaning::Failure)
}

/// Moves frames from a source to a sink until the source ends, and tells how many. Waits where the source asks for it.
///
/// # Errors
///
/// The source's own error, for whatever is neither an end nor a request to wait.
pub fn ship(
    source: &mut dyn Source,
    sink: &mut Vec<Vec<u8>>,
    wait: &mut dyn FnMut(Duration),
) -> Result<usize, AnyError> {
    let mut shipped = 0;
    loop {
        match source.next() {
            Ok(frame) => {
                sink.push(frame);
                shipped += 1;
            }
            Err(error) => match meaning(error.as_ref()) {
                Meaning::End => return Ok(shipped),
                Meaning::Wait(time) => wait(time),
                Meaning::Failure => return Err(error),
            },
        }
    }
}
