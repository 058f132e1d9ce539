//! The same promises at other values.

use std::io;
use std::time::Duration;

use sentinel_or_type::{AnyError, EndOfStream, Source, Throttled, Truncated, find, ship};

struct Script(Vec<Result<Vec<u8>, AnyError>>);

impl Source for Script {
    fn next(&mut self) -> Result<Vec<u8>, AnyError> {
        self.0.pop().expect("not asked after the end")
    }
}

#[test]
fn a_source_may_ask_for_many_rests() {
    let mut answers: Vec<Result<Vec<u8>, AnyError>> =
        vec![Err(io::Error::other(EndOfStream).into())];
    for seconds in 1..=3 {
        let wait = Duration::from_secs(seconds);
        answers.push(Ok(vec![0]));
        answers.push(Err(Throttled { wait }.into()));
    }
    let (mut sink, mut waits) = (Vec::new(), Vec::new());
    let shipped = ship(&mut Script(answers), &mut sink, &mut |wait| {
        waits.push(wait.as_secs())
    });
    assert_eq!(
        (shipped.ok(), sink.len(), waits),
        (Some(3), 3, vec![3, 2, 1])
    );
}

#[test]
fn a_truncated_frame_has_what_it_met() {
    let error: AnyError = Truncated {
        missing: 9,
        cause: io::Error::other(EndOfStream).into(),
    }
    .into();
    assert_eq!(
        find::<Truncated>(error.as_ref()).map(|layer| layer.missing),
        Some(9)
    );
    assert_eq!(find::<EndOfStream>(error.as_ref()), Some(&EndOfStream));
    let answer = ship(&mut Script(vec![Err(error)]), &mut Vec::new(), &mut |_| {});
    assert!(answer.is_err_and(|error| error.is::<Truncated>()));
}
