//! What an error means, however it is wrapped, and whatever its text is.

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use sentinel_or_type::{AnyError, EndOfStream, Source, Throttled, Truncated, find, ship};

/// A layer that says what it was doing, as any library has one.
#[derive(Debug)]
struct While {
    doing: &'static str,
    cause: AnyError,
}

impl fmt::Display for While {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.doing)
    }
}

impl Error for While {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.cause.as_ref())
    }
}

/// An error that is nothing but its text.
#[derive(Debug, PartialEq)]
struct Says(&'static str);

impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Says {}

fn wrapped(doing: &'static str, cause: impl Into<AnyError>) -> AnyError {
    let cause = cause.into();
    While { doing, cause }.into()
}

/// A source that answers these, one after the other.
struct Script(VecDeque<Result<Vec<u8>, AnyError>>);

impl Source for Script {
    fn next(&mut self) -> Result<Vec<u8>, AnyError> {
        self.0
            .pop_front()
            .expect("a source that has ended or failed is not asked again")
    }
}

/// What shipping answers for one frame, this error, one more frame and a plain end; how many frames came in; the waits.
fn shipping(error: AnyError) -> (Result<usize, AnyError>, usize, Vec<Duration>) {
    let mut source = Script(VecDeque::from([
        Ok(b"one".to_vec()),
        Err(error),
        Ok(b"two".to_vec()),
        Err(EndOfStream.into()),
    ]));
    let (mut sink, mut waits) = (Vec::new(), Vec::new());
    let answer = ship(&mut source, &mut sink, &mut |wait| waits.push(wait));
    (answer, sink.len(), waits)
}

fn ends(named: &str, error: AnyError) {
    let shown = format!("{error:?}");
    let (answer, frames, _) = shipping(error);
    assert_eq!(
        (answer.map_err(|error| error.to_string()), frames),
        (Ok(1), 1),
        "(answer, frames) where one frame is followed by {named}: {shown}"
    );
}

fn fails(named: &str, error: AnyError) -> AnyError {
    let shown = format!("{error:?}");
    match shipping(error) {
        (Err(error), 1, _) => error,
        (answer, frames, waits) => panic!(
            "one frame is followed by {named}, which is a failure: {shown}; the answer was {answer:?} after {frames} \
             frames, with waits {waits:?}"
        ),
    }
}

#[test]
fn an_end_is_an_end_however_it_is_wrapped() {
    ends("an end", EndOfStream.into());
    ends(
        "an end with context",
        wrapped("unpack the frame", EndOfStream),
    );
    ends(
        "an end three layers down",
        wrapped("ship", wrapped("decrypt", wrapped("unpack", EndOfStream))),
    );
}

#[test]
fn an_end_inside_an_io_error_is_found() {
    ends(
        "an end in an io::Error",
        io::Error::other(EndOfStream).into(),
    );
    ends(
        "an end in an io::Error with context on both sides",
        wrapped(
            "decrypt",
            io::Error::new(io::ErrorKind::UnexpectedEof, wrapped("unpack", EndOfStream)),
        ),
    );
    ends(
        "an end in an io::Error in an io::Error",
        io::Error::other(io::Error::other(EndOfStream)).into(),
    );
}

#[test]
fn an_end_within_a_frame_is_a_failure() {
    let truncated = |cause: AnyError| Truncated { missing: 3, cause };
    let error = fails("a truncated frame", truncated(EndOfStream.into()).into());
    assert!(
        error.is::<Truncated>(),
        "the source's own error comes back: {error:?}"
    );
    fails(
        "a truncated frame with context on both sides",
        wrapped("unpack", truncated(wrapped("decrypt", EndOfStream))),
    );
    fails(
        "a truncated frame in an io::Error",
        io::Error::other(truncated(io::Error::other(EndOfStream).into())).into(),
    );
}

#[test]
fn the_text_alone_means_nothing() {
    for text in ["end of stream", "throttled for 5 ms"] {
        let error = fails("an error of another type", Says(text).into());
        assert_eq!(
            error.downcast_ref(),
            Some(&Says(text)),
            "the source's own error"
        );
        fails(
            "such an error with context",
            wrapped(text, Says("a parser's error")),
        );
    }
    fails(
        "an end of another kind",
        io::Error::from(io::ErrorKind::UnexpectedEof).into(),
    );
}

#[test]
fn a_request_to_wait_is_kept_to_the_nanosecond() {
    let wait = Duration::from_nanos(1_500_000);
    for (named, error) in [
        ("a request to wait", AnyError::from(Throttled { wait })),
        (
            "one with context",
            wrapped("list the bucket", Throttled { wait }),
        ),
        (
            "one in an io::Error",
            io::Error::other(Throttled { wait }).into(),
        ),
    ] {
        let (answer, frames, waits) = shipping(error);
        assert_eq!(
            (answer.map_err(|error| error.to_string()), frames, waits),
            (Ok(2), 2, vec![wait]),
            "(answer, frames, waits) with {named} of 1.5 ms between two frames: the type has the time, its text has \
             whole milliseconds"
        );
    }
}

#[test]
fn find_answers_the_outermost_of_a_type() {
    let error = wrapped("outer", wrapped("inner", io::Error::other(Says("root"))));
    let found = find::<While>(error.as_ref()).map(|layer| layer.doing);
    assert_eq!(found, Some("outer"));
    assert_eq!(
        find::<Says>(error.as_ref()),
        Some(&Says("root")),
        "in {error:?}"
    );
    assert!(find::<io::Error>(error.as_ref()).is_some(), "in {error:?}");
    assert_eq!(find::<EndOfStream>(error.as_ref()), None, "in {error:?}");
}
