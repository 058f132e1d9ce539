//! Who is served when nobody may wait.

use std::num::NonZeroU32;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use try_or_default::{Intake, Taken};

use Taken::{Bulk, Closed, Idle, Urgent};

/// How long to wait for what must happen. Only how soon a failure is reported depends on it.
const PATIENCE: Duration = Duration::from_secs(5);

fn intake(share: u32) -> (Sender<u32>, Sender<u32>, Intake<u32>) {
    let share = NonZeroU32::new(share).expect("a share is not zero");
    let (urgent, urgent_jobs) = mpsc::channel();
    let (bulk, bulk_jobs) = mpsc::channel();
    (urgent, bulk, Intake::new(urgent_jobs, bulk_jobs, share))
}

fn send(to: &Sender<u32>, jobs: impl IntoIterator<Item = u32>) {
    for job in jobs {
        to.send(job).expect("the intake holds the receiver");
    }
}

fn takes(intake: &mut Intake<u32>, times: usize) -> Vec<Taken<u32>> {
    (0..times).map(|_| intake.take()).collect()
}

/// One letter for each job taken, for messages.
fn pattern(taken: &[Taken<u32>]) -> String {
    taken
        .iter()
        .map(|taken| match taken {
            Urgent(_) => 'u',
            Bulk(_) => 'b',
            Idle => '-',
            Closed => 'x',
        })
        .collect()
}

#[test]
fn while_both_have_jobs_each_has_its_share() {
    for (share, expected) in [
        (3, "uuubuuubuuubuuub"),
        (1, "ubububububububub"),
        (5, "uuuuubuuuuubuuuu"),
    ] {
        let (urgent, bulk, mut intake) = intake(share);
        send(&urgent, 0..100);
        send(&bulk, 0..100);
        let taken = takes(&mut intake, 16);
        assert_eq!(
            pattern(&taken),
            expected,
            "both queues are full, and {share} urgent jobs (u) are taken for each bulk one (b)"
        );
        let jobs = taken.iter().filter_map(|taken| match taken {
            Bulk(job) => Some(*job),
            _ => None,
        });
        let count = taken.iter().filter(|t| matches!(t, Bulk(_))).count();
        assert!(
            jobs.eq(0..count as u32),
            "jobs of one queue are taken in their order, and here they are {taken:?}"
        );
    }
}

#[test]
fn a_turn_without_a_job_goes_to_the_other_queue() {
    let (urgent, bulk, mut intake) = intake(2);
    send(&urgent, 0..8);
    assert_eq!(
        pattern(&takes(&mut intake, 8)),
        "uuuuuuuu",
        "eight urgent jobs wait and no bulk one: no take may come back empty-handed"
    );
    send(&bulk, 0..8);
    assert_eq!(
        pattern(&takes(&mut intake, 8)),
        "bbbbbbbb",
        "eight bulk jobs wait and no urgent one: no take may come back empty-handed"
    );
    assert_eq!(
        (intake.take(), intake.take()),
        (Idle, Idle),
        "both queues are empty and open"
    );
}

#[test]
fn nobody_is_passed_over_for_long() {
    // Jobs come in waves, so that turns are missed on both sides.
    for share in [1, 2, 4] {
        let (urgent, bulk, mut intake) = intake(share);
        let (mut urgent_waits, mut bulk_waits) = (0_u32, 0_u32);
        let (mut bulk_passed, mut urgent_passed) = (0, 0);
        let mut story = String::new();
        for step in 0..600_u32 {
            let (some_urgent, some_bulk) = match step / 50 % 4 {
                0 => (step % 2 == 0, false),
                1 => (true, step % 3 == 0),
                2 => (false, true),
                _ => (step % 2 == 0, step % 2 == 1),
            };
            if some_urgent {
                send(&urgent, [step]);
                urgent_waits += 1;
            }
            if some_bulk {
                send(&bulk, [step]);
                bulk_waits += 1;
            }
            let taken = intake.take();
            story.push_str(&pattern(&[taken]));
            let recent = &story[story.len().saturating_sub(20)..];
            match taken {
                Urgent(_) => {
                    urgent_waits -= 1;
                    urgent_passed = 0;
                    bulk_passed = if bulk_waits > 0 { bulk_passed + 1 } else { 0 };
                }
                Bulk(_) => {
                    bulk_waits -= 1;
                    bulk_passed = 0;
                    urgent_passed = if urgent_waits > 0 {
                        urgent_passed + 1
                    } else {
                        0
                    };
                }
                Idle | Closed => assert!(
                    urgent_waits + bulk_waits == 0,
                    "a take came back with {taken:?}, while {urgent_waits} urgent and {bulk_waits} \
                     bulk jobs wait: …{recent}"
                ),
            }
            assert!(
                bulk_passed <= share,
                "a bulk job waits, and {bulk_passed} urgent ones in a row were taken; with a share of \
                 {share} it may be passed over {share} times: …{recent}"
            );
            assert!(
                urgent_passed <= 1,
                "an urgent job waits, and {urgent_passed} bulk ones in a row were taken; it may be \
                 passed over once, however many turns the bulk queue had missed: …{recent}"
            );
        }
    }
}

#[test]
fn one_closed_queue_does_not_close_the_other() {
    for urgent_closes in [true, false] {
        let (urgent, bulk, mut intake) = intake(3);
        let (closed, open) = if urgent_closes {
            (urgent, bulk)
        } else {
            (bulk, urgent)
        };
        let which = if urgent_closes { "urgent" } else { "bulk" };
        send(&closed, [1]);
        drop(closed);
        send(&open, 2..=6);
        let taken = takes(&mut intake, 6);
        assert_eq!(
            taken.iter().filter(|t| matches!(t, Idle | Closed)).count(),
            0,
            "the {which} queue was closed with one job in it, the other one has five: all six must be \
             taken, and here they are {taken:?}"
        );
        assert_eq!(
            takes(&mut intake, 3),
            [Idle, Idle, Idle],
            "the {which} queue is closed and the other one open and empty: a job may still come"
        );
        send(&open, [7]);
        assert!(matches!(intake.take(), Urgent(7) | Bulk(7)));
        drop(open);
        assert_eq!(
            takes(&mut intake, 3),
            [Closed, Closed, Closed],
            "both queues are closed and empty: no job can come any more"
        );
    }
}

#[test]
fn a_take_never_waits() {
    let (urgent, bulk, mut intake) = intake(2);
    let (done, returned) = mpsc::channel();
    thread::spawn(move || {
        let taken = takes(&mut intake, 20_000);
        let _ = done.send(taken.iter().all(|&taken| taken == Idle));
    });
    match returned.recv_timeout(PATIENCE) {
        Ok(idle) => assert!(
            idle,
            "both queues are open and empty: each take must be idle"
        ),
        Err(RecvTimeoutError::Timeout) => panic!(
            "20,000 takes from empty queues have not returned after {PATIENCE:?}; a frame has 16 ms"
        ),
        Err(RecvTimeoutError::Disconnected) => panic!("a take from empty queues panicked"),
    }
    drop((urgent, bulk));
}
