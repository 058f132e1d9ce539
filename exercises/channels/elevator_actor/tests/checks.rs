//! A lift from the outside: what it is asked, what it answers, and when. The clock is tokio's, paused: it
//! jumps to the next timer as soon as every task waits.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use elevator_actor::{Lift, Refused, Settings, State, Status};
use probes::tasks;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

const DAY: Duration = Duration::from_secs(86_400);

/// Six floors, two seconds for each, and doors that stay open for three.
const SETTINGS: Settings = Settings {
    top: 5,
    per_floor: Duration::from_secs(2),
    doors: Duration::from_secs(3),
};

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn status(floor: u8, state: State) -> Status {
    Status { floor, state }
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

/// Calls the lift on a task of its own. Tells the answer, and after how many seconds it came.
fn calling(lift: &Lift, floor: u8) -> JoinHandle<(Result<(), Refused>, u64)> {
    let lift = lift.clone();
    let start = Instant::now();
    tokio::spawn(async move {
        let answer = timeout(DAY, lift.call(floor)).await.unwrap_or_else(|_| {
            panic!("call({floor}) must be answered, and has no answer after a day")
        });
        (answer, start.elapsed().as_secs())
    })
}

async fn answer(calling: JoinHandle<(Result<(), Refused>, u64)>) -> (Result<(), Refused>, u64) {
    calling.await.expect("a call must have an answer")
}

#[tokio::test(start_paused = true)]
async fn a_ride_takes_its_time() {
    let (lift, _driving) = Lift::start(SETTINGS);
    assert_eq!(now(&lift).await, status(0, State::Idle), "at first");
    assert_eq!(
        answer(calling(&lift, 3)).await,
        (Ok(()), 6),
        "from floor 0 to 3 at 2 s per floor"
    );
    sleep(secs(4)).await;
    assert_eq!(
        now(&lift).await,
        status(3, State::Idle),
        "the doors were open for 3 s, and nobody has called since"
    );
    assert_eq!(
        answer(calling(&lift, 3)).await,
        (Ok(()), 0),
        "the lift is at floor 3: its doors open at once"
    );
    assert_eq!(
        answer(calling(&lift, 1)).await,
        (Ok(()), 7),
        "the doors at floor 3 are open for 3 s, then it is 2 floors down"
    );
}

#[tokio::test(start_paused = true)]
async fn status_tells_what_it_does_at_each_moment() {
    let (lift, _driving) = Lift::start(SETTINGS);
    let call = calling(&lift, 2);
    let mut seen = Vec::new();
    for _ in 0..8 {
        sleep(Duration::from_millis(500)).await;
        seen.push(now(&lift).await);
        sleep(Duration::from_millis(500)).await;
    }
    use State::{Idle, Open, Up};
    let expected = [
        (0, Up),
        (0, Up),
        (1, Up),
        (1, Up),
        (2, Open),
        (2, Open),
        (2, Open),
        (2, Idle),
    ];
    assert_eq!(
        seen,
        expected.map(|(floor, state)| status(floor, state)),
        "after 0.5 s, 1.5 s and so on of a ride from floor 0 to 2"
    );
    assert_eq!(answer(call).await, (Ok(()), 4));
}

#[tokio::test(start_paused = true)]
async fn questions_do_not_delay_the_lift() {
    let (lift, _driving) = Lift::start(SETTINGS);
    let call = calling(&lift, 3);
    let asking = lift.clone();
    tokio::spawn(async move {
        for _ in 0..1_000 {
            sleep(Duration::from_millis(300)).await;
            let _ = asking.status().await;
            let _ = asking.call(99).await;
        }
    });
    assert_eq!(
        answer(call).await,
        (Ok(()), 6),
        "a dashboard asks every 300 ms; the lift needs 6 s for three floors all the same"
    );
}

#[tokio::test(start_paused = true)]
async fn it_stops_on_its_way_and_turns_when_nobody_is_ahead() {
    let (lift, _driving) = Lift::start(SETTINGS);
    let top = calling(&lift, 5);
    sleep(secs(3)).await;
    // It has passed floor 1. Floor 0 is nearer than 4, and behind it.
    let bottom = calling(&lift, 0);
    let on_the_way = calling(&lift, 4);
    assert_eq!(
        answer(on_the_way).await,
        (Ok(()), 5),
        "floor 4 was called at 3 s, and the lift reaches it at 8 s on its way to floor 5"
    );
    assert_eq!(
        answer(top).await,
        (Ok(()), 13),
        "the doors at floor 4 are open from 8 s to 11 s, and it is one floor from there"
    );
    assert_eq!(
        answer(bottom).await,
        (Ok(()), 23),
        "floor 0 was called at 3 s; the doors at floor 5 close at 16 s, and it is five floors from there"
    );
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_at_a_floor_are_answered_by_one_stop() {
    let (lift, _driving) = Lift::start(SETTINGS);
    let calls = [2, 2, 2].map(|floor| calling(&lift, floor));
    for call in calls {
        assert_eq!(
            answer(call).await,
            (Ok(()), 4),
            "three people wait at floor 2"
        );
    }
    assert_eq!(
        answer(calling(&lift, 2)).await,
        (Ok(()), 0),
        "somebody comes while the doors are open"
    );
    sleep(secs(4)).await;
    assert_eq!(
        now(&lift).await,
        status(2, State::Idle),
        "the doors have opened once for all of them"
    );
}

#[tokio::test(start_paused = true)]
async fn a_halt_is_obeyed_at_once() {
    let (lift, _driving) = Lift::start(SETTINGS);
    let calls = [3, 5].map(|floor| calling(&lift, floor));
    sleep(secs(3)).await;
    assert_eq!(at_once("halt", lift.halt()).await, Ok(()));
    assert_eq!(
        now(&lift).await,
        status(1, State::Halted),
        "3 s after it left floor 0"
    );
    for call in calls {
        assert_eq!(
            answer(call).await,
            (Err(Refused::Halted), 3),
            "whoever waits when the lift is halted must be told so, then"
        );
    }
    assert_eq!(
        at_once("a call of a halted lift", lift.call(2)).await,
        Err(Refused::Halted)
    );
    assert_eq!(at_once("halt", lift.halt()).await, Err(Refused::Halted));
    sleep(DAY).await;
    assert_eq!(now(&lift).await, status(1, State::Halted), "a day later");

    assert_eq!(at_once("resume", lift.resume()).await, Ok(()));
    assert_eq!(
        now(&lift).await,
        status(1, State::Idle),
        "resumed: nobody waits, the old calls were refused"
    );
    assert_eq!(
        answer(calling(&lift, 2)).await,
        (Ok(()), 2),
        "from the floor that it had reached last, a whole floor"
    );
    assert_eq!(
        at_once("halt", lift.halt()).await,
        Ok(()),
        "with open doors"
    );
    assert_eq!(at_once("resume", lift.resume()).await, Ok(()));
    assert_eq!(now(&lift).await, status(2, State::Idle));
}

#[tokio::test(start_paused = true)]
async fn each_refusal_says_why() {
    let (lift, driving) = Lift::start(SETTINGS);
    assert_eq!(
        at_once("a call of a floor that there is not", lift.call(6)).await,
        Err(Refused::NoSuchFloor { floor: 6, top: 5 })
    );
    assert_eq!(
        at_once("resume", lift.resume()).await,
        Err(Refused::NotHalted),
        "nobody has halted it"
    );
    assert_eq!(
        now(&lift).await,
        status(0, State::Idle),
        "a refusal changes nothing"
    );

    let waiting = calling(&lift, 4);
    sleep(secs(1)).await;
    driving.abort();
    assert_eq!(
        answer(waiting).await,
        (Err(Refused::Stopped), 1),
        "the task was aborted while somebody waited"
    );
    assert_eq!(lift.call(1).await, Err(Refused::Stopped));
    assert_eq!(lift.status().await, Err(Refused::Stopped));
}

#[tokio::test(start_paused = true)]
async fn the_task_ends_with_the_last_handle() {
    let (lift, driving) = Lift::start(SETTINGS);
    let other = lift.clone();
    assert!(
        timeout(secs(1), lift.call(5)).await.is_err(),
        "the caller waits for 1 s of 10"
    );
    drop((lift, other));
    let left = tasks::settle(0).await;
    assert_eq!(
        (left, driving.is_finished()),
        (0, true),
        "nobody can ask the lift anything any more, in the middle of a ride: its task must end (tasks \
         left, whether it has ended)"
    );
}

#[tokio::test(start_paused = true)]
async fn random_stories_keep_the_rules() {
    for seed in 0..12 {
        random_story(seed, SETTINGS, 200).await;
    }
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
