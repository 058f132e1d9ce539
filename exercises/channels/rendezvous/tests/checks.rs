//! A handover keeps nothing: whoever gives waits until somebody has taken.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rendezvous::Handover;

/// How long to wait for what must happen. Only how soon a failure is reported depends on it.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to watch for what must *not* happen.
const WATCH: Duration = Duration::from_millis(100);

/// A ride. There is one of each, and it is not to be cloned.
#[derive(Debug, PartialEq, Eq)]
struct Ride(u32);

/// Gives a ride on a thread of its own, and tells what the answer was.
fn giving(handover: &Arc<Handover<Ride>>, ride: Ride) -> Receiver<Result<(), Ride>> {
    let handover = Arc::clone(handover);
    let (answered, answer) = mpsc::channel();
    thread::spawn(move || answered.send(handover.give(ride)));
    answer
}

#[test]
fn give_waits_until_somebody_takes() {
    let handover = Arc::new(Handover::new());
    let answer = giving(&handover, Ride(7));
    assert_eq!(
        answer.recv_timeout(WATCH),
        Err(RecvTimeoutError::Timeout),
        "nobody has taken the ride, so `give` must not have returned"
    );
    assert_eq!(handover.take(), Some(Ride(7)));
    assert_eq!(
        answer.recv_timeout(PATIENCE),
        Ok(Ok(())),
        "the ride is taken, and `give` must return"
    );
}

#[test]
fn a_close_answers_everybody_who_waits() {
    let handover = Arc::new(Handover::new());
    let answers = [Ride(1), Ride(2), Ride(3)].map(|ride| giving(&handover, ride));
    for answer in &answers {
        assert_eq!(
            answer.recv_timeout(WATCH / 4),
            Err(RecvTimeoutError::Timeout),
            "three rides are given and nobody takes any: all three must wait"
        );
    }
    handover.close();
    for (number, answer) in (1..).zip(answers) {
        assert_eq!(
            answer.recv_timeout(PATIENCE),
            Ok(Err(Ride(number))),
            "the handover was closed, and each giver must get their own ride back"
        );
    }
    assert_eq!(
        (handover.give(Ride(4)), handover.take()),
        (Err(Ride(4)), None),
        "a handover that is closed stays closed"
    );
}

#[test]
fn rides_in_a_row_arrive_in_order() {
    const RIDES: u32 = 200;
    let handover = Arc::new(Handover::new());
    let (taken, rides) = mpsc::channel();
    {
        let handover = Arc::clone(&handover);
        thread::spawn(move || {
            while let Some(Ride(number)) = handover.take() {
                let _ = taken.send(number);
            }
        });
    }
    {
        let handover = Arc::clone(&handover);
        thread::spawn(move || {
            for number in 0..RIDES {
                handover.give(Ride(number)).expect("nobody closes");
            }
        });
    }
    for number in 0..RIDES {
        assert_eq!(
            rides.recv_timeout(PATIENCE),
            Ok(number),
            "one thread gives rides 0 to {RIDES}, another takes them: the next one is {number}"
        );
    }
}
