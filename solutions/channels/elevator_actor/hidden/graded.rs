//! The same rules for other lifts and other stories.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use elevator_actor::{Lift, Refused, Settings, State, Status};
use tokio::time::{Instant, sleep, timeout};

#[tokio::test(start_paused = true)]
async fn other_lifts_keep_the_rules() {
    for (top, per_floor, doors) in [(1, 1_000, 1_000), (12, 500, 2_500), (3, 4_000, 500)] {
        let settings = Settings {
            top,
            per_floor: Duration::from_millis(per_floor),
            doors: Duration::from_millis(doors),
        };
        for seed in 100..104 {
            random_story(seed, settings, 300).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_lift_of_one_floor_opens_its_doors() {
    let (lift, _driving) = Lift::start(Settings {
        top: 0,
        per_floor: Duration::from_secs(1),
        doors: Duration::from_secs(1),
    });
    assert_eq!(at_once("a call of floor 0", lift.call(0)).await, Ok(()));
    assert_eq!(
        at_once("a call of floor 1", lift.call(1)).await,
        Err(Refused::NoSuchFloor { floor: 1, top: 0 })
    );
    assert_eq!(now(&lift).await.state, State::Open);
}

/// The answer to a question that may not take any time, in whatever state the lift is.
async fn at_once<T>(what: &str, asked: impl Future<Output = T>) -> T {
    // A millisecond is the grain of tokio's timers.
    timeout(Duration::from_millis(1), asked)
        .await
        .unwrap_or_else(|_| {
            panic!(
                "{what} must be answered at once, whatever the lift is doing; \
                 the task was busy with something else"
            )
        })
}

async fn now(lift: &Lift) -> Status {
    at_once("status", lift.status())
        .await
        .expect("the task drives the lift")
}

/// The same numbers in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// What a caller was told, and when.
type Told = (Result<(), Refused>, Instant);

/// A call that somebody has made.
struct Called {
    floor: u8,
    at: Instant,
    answer: Arc<Mutex<Option<Told>>>,
}

impl Called {
    fn answer(&self) -> Option<Told> {
        *self.answer.lock().expect("no panic under the lock")
    }
}

/// Half of the time between two looks. Orders come at one end of it and looks at the other one, so that no
/// look falls on a moment at which something happens.
const HALF: Duration = Duration::from_millis(250);

/// Plays one random story and holds each look at the lift against the rules.
async fn random_story(seed: u64, settings: Settings, steps: u32) {
    let mut random = Random(seed);
    let (lift, driving) = Lift::start(settings);
    let start = Instant::now();
    let mut story = Vec::new();
    let mut calls: Vec<Called> = Vec::new();
    let mut halted = false;
    let mut before = now(&lift).await;
    let mut since = start;
    for step in 0..steps {
        let acted = Instant::now();
        let at = start.elapsed().as_secs_f32();
        // The second half has no orders, so that all calls are answered.
        match random.below(20) {
            0..4 if step < steps / 2 => {
                let floor = u8::try_from(random.below(u64::from(settings.top) + 2)).expect("small");
                story.push(format!("{at:6.2} s  call({floor})"));
                let answer = Arc::new(Mutex::new(None));
                let (lift, answered) = (lift.clone(), Arc::clone(&answer));
                tokio::spawn(async move {
                    let result = lift.call(floor).await;
                    let answer = (result, Instant::now());
                    *answered.lock().expect("no panic under the lock") = Some(answer);
                });
                calls.push(Called {
                    floor,
                    at: acted,
                    answer,
                });
            }
            4 if step % 2 == 0 && step < steps / 2 => {
                story.push(format!("{at:6.2} s  halt()"));
                let expected = if halted { Err(Refused::Halted) } else { Ok(()) };
                assert_eq!(
                    at_once("halt", lift.halt()).await,
                    expected,
                    "{}",
                    story.join("\n")
                );
                halted = true;
            }
            5..8 if halted => {
                story.push(format!("{at:6.2} s  resume()"));
                assert_eq!(
                    at_once("resume", lift.resume()).await,
                    Ok(()),
                    "{}",
                    story.join("\n")
                );
                halted = false;
            }
            _ => {}
        }
        if halted && step == steps / 2 {
            at_once("resume", lift.resume())
                .await
                .expect("it is halted");
            halted = false;
        }
        sleep(HALF).await;
        let status = now(&lift).await;
        let fail = |rule: &str| {
            panic!(
                "{rule}\n  seed {seed}, {} floors, {:?} per floor, doors open for {:?}\n  \
                 the lift was {before:?} and is {status:?} at {:.2} s, after\n  {}",
                settings.top + 1,
                settings.per_floor,
                settings.doors,
                start.elapsed().as_secs_f32(),
                story.join("\n  ")
            )
        };
        if (status.state == State::Halted) != halted {
            fail("a lift is halted from halt to resume, and at no other time");
        }
        // Calls of the last moment may have come before or after what happened in that moment.
        let waits = |floors: std::ops::RangeInclusive<u8>, also_now: bool| {
            calls.iter().any(|call| {
                floors.contains(&call.floor)
                    && call.floor <= settings.top
                    && call.answer().is_none()
                    && (also_now || call.at < acted)
            })
        };
        let (floor, top) = (status.floor, settings.top);
        match status.state {
            State::Idle if waits(0..=top, true) => fail("a lift is idle only if nobody waits"),
            State::Up if floor == top || !waits(floor + 1..=top, true) => {
                fail("a lift moves up only if somebody waits above")
            }
            State::Down if floor == 0 || !waits(0..=floor - 1, true) => {
                fail("a lift moves down only if somebody waits below")
            }
            State::Open if waits(floor..=floor, true) => {
                fail("whoever waits at a floor is answered when the doors open there")
            }
            State::Halted if waits(0..=top, true) => {
                fail("whoever waits when the lift is halted is refused at once")
            }
            _ => {}
        }
        if floor.abs_diff(before.floor) > 1 {
            fail("a lift passes one floor after the other");
        }
        if floor != before.floor {
            let up = floor > before.floor;
            if before.state != if up { State::Up } else { State::Down } {
                fail("a lift comes to another floor by moving there");
            }
            if waits(floor..=floor, false) {
                fail("a lift that reaches a floor where somebody waits opens its doors");
            }
        }
        let moving = |state| matches!(state, State::Up | State::Down);
        if status != before {
            // What began before a look has lasted for less than half a step longer than it seems.
            let lasted = since.elapsed() + 2 * HALF;
            if moving(before.state) && !halted && lasted < settings.per_floor {
                fail("a lift needs its time for each floor");
            }
            if before.state == State::Open && !halted && lasted < settings.doors {
                fail("the doors stay open for their time");
            }
            since = Instant::now();
        }
        let ahead_of = |state| match state {
            State::Up => floor < top && waits(floor + 1..=top, false),
            _ => floor > 0 && waits(0..=floor - 1, false),
        };
        if moving(before.state)
            && moving(status.state)
            && before.state != status.state
            && ahead_of(before.state)
        {
            fail("a lift turns only if nobody waits ahead");
        }
        for call in &calls {
            let (known, here) = (call.floor <= top, call.floor == floor);
            match call.answer() {
                Some((Ok(()), _)) if !here || status.state != State::Open && !halted => {
                    fail("a call is answered with Ok in the moment in which the doors open there");
                }
                Some((Err(Refused::NoSuchFloor { .. }), _)) if known => {
                    fail("a floor that there is was refused");
                }
                Some((Err(Refused::Stopped), _)) => fail("the task drives the lift"),
                None if !known => fail("a floor that there is not is refused at once"),
                _ => {}
            }
        }
        calls.retain(|call| call.answer().is_none());
        before = status;
        sleep(HALF).await;
    }
    let forgotten = calls.iter().filter(|call| call.answer().is_none()).count();
    assert_eq!(
        forgotten,
        0,
        "seed {seed}: calls have no answer, long after the last order\n  {}",
        story.join("\n  ")
    );
    drop(lift);
    timeout(Duration::from_secs(1), driving)
        .await
        .expect("the last handle is gone: the task must end")
        .expect("the task must not panic");
}
