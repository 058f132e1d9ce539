//! Stage 7: an outbox, and a process that may be killed anywhere.

#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/between.rs"]
mod between;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/crash.rs"]
mod crash;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/crew.rs"]
mod crew;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/stores.rs"]
mod stores;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crash::{Camera, Filmed, album, next_process};
use crew::{Notes, Paused, crew, memory, named, pass, put};
use stores::{Folder, change, claim, enqueue, fine};
use tokio::sync::Notify;
use worker_queue::{
    Change, Failure, Fence, Job, JobId, MemoryStore, Message, Outbox, Refused, Relay, State, Store,
    Timestamp, Work,
};

/// One of each kind. The folder goes with the test.
fn outboxes() -> [(&'static str, Arc<dyn Outbox>, Option<Folder>); 2] {
    let folder = Folder::new();
    let sqlite = Arc::new(folder.open());
    [
        ("memory", Arc::new(MemoryStore::new()), None),
        ("SQLite", sqlite, Some(folder)),
    ]
}

fn complete(
    store: &dyn Outbox,
    (id, fence): (JobId, Fence),
    bodies: &[&str],
    now: u64,
) -> Result<Job, Refused> {
    let bodies: Vec<String> = bodies.iter().map(ToString::to_string).collect();
    let now = Timestamp::from_millis(now);
    fine("complete", store.complete(id, fence, &bodies, now))
}

/// Takes what is there and marks it, until nothing is.
fn empty(store: &dyn Outbox) -> Vec<Message> {
    let mut messages = Vec::new();
    while let Some(message) = fine("next_message", store.next_message()) {
        fine("sent", store.sent(message.number));
        messages.push(message);
    }
    messages
}

fn bodies(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| &*message.body).collect()
}

fn one_job(store: &dyn Store, now: u64) -> (JobId, Fence) {
    enqueue(store, Work::new("invoice", "order"), now);
    claim(store, now).expect("it is ready")
}

#[test]
fn a_job_and_its_messages_are_done_together() {
    for (name, store, _folder) in outboxes() {
        let store = &*store;
        assert_eq!(
            fine("next_message", store.next_message()),
            None,
            "{name}: nothing yet"
        );
        let (first, second) = (one_job(store, 0), one_job(store, 0));
        let done = complete(store, second, &["b 1", "b 2"], 5).expect("its lease holds");
        let at = Timestamp::from_millis(5);
        assert_eq!(done.state(at), State::Done { at }, "{name}: as answered");
        assert_eq!(
            stores::state(store, second.0, 9),
            State::Done { at },
            "{name}: as kept"
        );
        complete(store, first, &[], 6).expect("its lease holds");
        let third = one_job(store, 7);
        complete(store, third, &["c"], 8).expect("its lease holds");
        let next = fine("next_message", store.next_message());
        let again = fine("next_message", store.next_message());
        assert_eq!(next, again, "{name}: it is there until it is sent");
        let messages = empty(store);
        assert_eq!(
            bodies(&messages),
            ["b 1", "b 2", "c"],
            "{name}: in the order in which jobs were done, and as each has said them"
        );
        let jobs: Vec<JobId> = messages.iter().map(|message| message.job).collect();
        assert_eq!(
            jobs,
            [second.0, second.0, third.0],
            "{name}: whose they are"
        );
    }
}

#[test]
fn who_has_no_lease_tells_nothing() {
    for (name, store, _folder) in outboxes() {
        let store = &*store;
        let late = one_job(store, 0);
        let (id, fence) = claim(store, 10_000).expect("the first lease is over");
        assert_eq!(
            complete(store, late, &["paid, says the first"], 10_001),
            Err(Refused::Gone),
            "{name}: another has the job"
        );
        assert_eq!(
            empty(store),
            [] as [Message; 0],
            "{name}: the lease was over, the completion was refused, and so is what was to be told of it"
        );
        complete(store, (id, fence), &["paid, says the second"], 10_002).expect("its lease holds");
        assert_eq!(bodies(&empty(store)), ["paid, says the second"], "{name}");
        let nobodys = complete(store, (JobId::new(99), fence), &["?"], 10_003);
        assert_eq!(
            nobodys,
            Err(Refused::Missing),
            "{name}: there is no such job"
        );
        assert_eq!(empty(store), [] as [Message; 0], "{name}");
    }
}

#[test]
fn what_is_completed_again_is_not_told_again() {
    for (name, store, _folder) in outboxes() {
        let store = &*store;
        let job = one_job(store, 0);
        for now in [1, 2] {
            let done = complete(store, job, &["paid"], now);
            done.expect("who has not heard the answer completes it again");
        }
        assert_eq!(
            bodies(&empty(store)),
            ["paid"],
            "{name}: completed twice by one lease, and told once"
        );
        complete(store, job, &["paid"], 3).expect("and a third time");
        assert_eq!(empty(store), [] as [Message; 0], "{name}: sent since");
        let again = change(store, job.0, &Change::Complete { fence: job.1 }, 4);
        assert!(again.is_ok(), "{name}: {again:?}");
    }
}

#[test]
fn numbers_only_grow() {
    let tell = |store: &dyn Outbox, now| {
        let job = one_job(store, now);
        complete(store, job, &["paid"], now).expect("its lease holds");
        empty(store)[0].number
    };
    let why = "the outbox was empty in between. Who remembers the highest number that it has seen takes none below it";
    for (name, store, folder) in outboxes() {
        let first = tell(&*store, 0);
        let second = tell(&*store, 1);
        assert!(second > first, "{name}: {second} after {first}; {why}");
        drop(store);
        if let Some(folder) = folder {
            let third = tell(&folder.open(), 2);
            assert!(
                third > second,
                "{name}: {third} after {second} and a restart; {why}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn workers_tell_what_their_handlers_say() {
    let (store, clock) = (memory(), Paused::new());
    let still: Camera = Arc::new(|_, _| {});
    let filmed = Filmed::new(store.clone(), still);
    for name in ["good", "bad", "late"] {
        put(&*store, &clock, named(name, 1));
    }
    // Nothing is in the builder's own store.
    let workers = crew(memory(), &clock).start_with_outbox(filmed.clone(), |job| async move {
        match &*job.work().payload {
            "bad" => Err(Failure::new("no paper")),
            "late" => {
                pass(5_000).await;
                Ok(vec!["late is paid".to_owned()])
            }
            _ => Ok(vec!["good is paid".to_owned(), "good is sent".to_owned()]),
        }
    });
    pass(3_000).await;
    filmed.lost.store(true, Ordering::SeqCst);
    pass(4_500).await;
    let said = filmed.called("complete");
    assert!(
        said >= 3,
        "one was completed, and one said again and again, as no answer comes: {said} calls"
    );
    filmed.lost.store(false, Ordering::SeqCst);
    pass(2_000).await;
    assert_eq!(
        bodies(&empty(&*store)),
        ["good is paid", "good is sent", "late is paid"],
        "each once: of what failed nothing, and what was completed without an answer is completed"
    );
    workers.drain(Duration::ZERO).await;
}

#[tokio::test(start_paused = true)]
async fn a_message_is_delivered_until_it_is_taken() {
    let (store, clock, notes) = (memory(), Paused::new(), Notes::default());
    let job = one_job(&*store, 0);
    complete(&*store, job, &["a", "b"], 0).expect("its lease holds");
    let refusals = Arc::new(AtomicUsize::new(0));
    let relay = {
        let (notes, clock, refusals) = (notes.clone(), Arc::clone(&clock), Arc::clone(&refusals));
        Relay::start(store.clone(), Duration::from_secs(1), move |message| {
            let (number, body) = (message.number, message.body);
            notes.add(format!("{number} {body} at {}", clock.millis()));
            let refused = refusals.fetch_add(1, Ordering::SeqCst);
            async move {
                match refused {
                    0 => Err(Failure::new("the partner is busy")),
                    1 => panic!("the partner's client has a mistake"),
                    _ => Ok(()),
                }
            }
        })
    };
    pass(2_500).await;
    assert_eq!(
        notes.all(),
        ["1 a at 0", "1 a at 1000", "1 a at 2000", "2 b at 2000"],
        "it is not taken at first, so it comes again after a second with the same number, and the next one waits behind it"
    );
    pass(60_000).await;
    assert_eq!(
        notes.all().len(),
        4,
        "what was taken does not come again: {:?}",
        notes.all()
    );
    let late = one_job(&*store, 0);
    complete(&*store, late, &["c"], 0).expect("its lease holds");
    pass(1_500).await;
    assert_eq!(
        notes.all().len(),
        5,
        "a new one is found: {:?}",
        notes.all()
    );
    relay.stop().await;
    assert_eq!(empty(&*store), [] as [Message; 0], "all are marked");
}

#[tokio::test(start_paused = true)]
async fn a_relay_that_stops_marks_what_was_taken() {
    let (store, notes) = (memory(), Notes::default());
    let job = one_job(&*store, 0);
    complete(&*store, job, &["a", "b"], 0).expect("its lease holds");
    let begun = Arc::new(Notify::new());
    let relay = {
        let (notes, begun) = (notes.clone(), Arc::clone(&begun));
        Relay::start(store.clone(), Duration::from_secs(1), move |message| {
            let (notes, begun) = (notes.clone(), Arc::clone(&begun));
            async move {
                begun.notify_one();
                pass(5_000).await;
                notes.add(message.body);
                Ok(())
            }
        })
    };
    begun.notified().await;
    relay.stop().await;
    assert_eq!(
        notes.all(),
        ["a"],
        "it was under way, and is waited for; nothing is begun after that"
    );
    assert_eq!(bodies(&empty(&*store)), ["b"], "what was taken is marked");
}

#[tokio::test]
async fn killed_between_any_two_statements_it_loses_and_repeats_nothing() {
    let photos = album().await;
    assert!(
        photos.len() >= 15,
        "three orders, claims and completions, and four messages change the disk more than {} times",
        photos.len()
    );
    for photo in photos {
        next_process(&photo.developed(), photo.acknowledged, &photo.moment).await;
    }
}

/// In the child: a life that ends in the middle of its second completion, at that moment.
#[cfg(unix)]
async fn die(folder: &Folder, moment: usize) {
    unsafe extern "C" {
        safe fn raise(signal: i32) -> i32;
    }
    const SIGKILL: i32 = 9;
    let seen = Mutex::new(0);
    let camera: Camera = Arc::new(move |call, times| {
        if (call, times) == ("complete", 1) {
            let mut seen = seen.lock().expect("nobody panics with it");
            if *seen == moment {
                raise(SIGKILL);
            }
            *seen += 1;
        }
    });
    crash::live(folder, 0, &camera, &crash::Acknowledged::default()).await;
}

#[cfg(unix)]
#[tokio::test]
async fn killed_for_real_it_loses_and_repeats_nothing() {
    use std::io::ErrorKind;
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Command, Stdio};

    const MOMENT: &str = "WORKER_QUEUE_MOMENT";
    const PLACE: &str = "WORKER_QUEUE_PLACE";
    if let (Ok(moment), Ok(place)) = (std::env::var(MOMENT), std::env::var(PLACE)) {
        let folder = Folder::at(place.into());
        die(&folder, moment.parse().expect("a number")).await;
        // The parent's.
        std::mem::forget(folder);
        return;
    }
    let this = std::env::current_exe().expect("a process knows its program");
    for moment in 0.. {
        let folder = Folder::new();
        let ended = Command::new(&this)
            .args(["--exact", "killed_for_real_it_loses_and_repeats_nothing"])
            .env(MOMENT, moment.to_string())
            .env(PLACE, folder.file().with_file_name(""))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let ended = match ended {
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                println!(
                    "no process may be started here, so none is killed: the copies of the disk stand for it"
                );
                return;
            }
            ended => ended.expect("it can be started once more"),
        };
        if ended.success() {
            assert!(
                moment > 1,
                "the second completion has a beginning and an end"
            );
            break;
        }
        assert_eq!(ended.signal(), Some(9), "killed, and nothing else: {ended}");
        let orders = crash::ORDERS.map(|(name, _)| name).into();
        let killed = format!("moment {moment} of the second completion");
        next_process(&folder, orders, &killed).await;
    }
}
