//! What tasks are, what may happen to them, and what a store of them promises.

#[path = "support/repository.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod repository;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use capstone::adapters::MemoryTasks;
use capstone::domain::{
    Draft, Facts, InvalidTitle, Refused, State, Status, Step, Task, TaskId, Timestamp, Title,
    UserId,
};
use capstone::ports::{Clock, Inserted, Once, Pending, StoreError, TaskRepository, Written};
use capstone::tasks::{Change, Created, TaskError, Tasks};

use repository::{ADA, BOB, NOON, Store, at, draft, title, user};

// ── the domain ─────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_title_is_one_line_of_1_to_200_characters() {
    let long = "ä".repeat(200);
    let longer = "ä".repeat(201);
    for (text, expected) in [
        ("rent", Ok("rent")),
        ("  rent \n", Ok("rent")),
        (long.as_str(), Ok(long.as_str())),
        ("", Err(InvalidTitle::Empty)),
        (" \t ", Err(InvalidTitle::Empty)),
        (
            longer.as_str(),
            Err(InvalidTitle::TooLong { characters: 201 }),
        ),
        ("rent\nmail", Err(InvalidTitle::Control)),
        ("\u{1b}[31mred", Err(InvalidTitle::Control)),
    ] {
        let parsed = Title::parse(text);
        let parsed = parsed.as_ref().map(Title::as_str).map_err(|error| *error);
        assert_eq!(parsed, expected, "the title {text:?}");
    }
}

#[test]
fn the_workflow_has_these_steps_and_no_others() {
    let allowed = [
        (Status::Open, Step::Start, Status::Started),
        (Status::Open, Step::Drop, Status::Dropped),
        (Status::Started, Step::PutBack, Status::Open),
        (Status::Started, Step::Finish, Status::Done),
        (Status::Started, Step::Drop, Status::Dropped),
        (Status::Done, Step::Reopen, Status::Open),
        (Status::Dropped, Step::Reopen, Status::Open),
    ];
    for status in [Status::Open, Status::Started, Status::Done, Status::Dropped] {
        for step in [
            Step::Start,
            Step::PutBack,
            Step::Finish,
            Step::Drop,
            Step::Reopen,
        ] {
            let before = task_in(status);
            let mut task = before.clone();
            let outcome = task.take(step, at(9));
            let to = allowed.iter().find(|row| (row.0, row.1) == (status, step));
            let Some((_, _, to)) = to else {
                assert_eq!(
                    (outcome, task),
                    (Err(Refused::Step { status, step }), before),
                    "{step:?} from {status:?} is refused and leaves the task as it was"
                );
                continue;
            };
            assert_eq!(outcome, Ok(()), "{step:?} from {status:?}");
            let facts = task.facts();
            let since = (*to != Status::Open).then_some(at(9));
            assert_eq!(
                (
                    facts.state.status(),
                    facts.state.since(),
                    facts.changed,
                    facts.version
                ),
                (*to, since, at(9), before.facts().version + 1),
                "{step:?} from {status:?}: where it is, since when, when it was changed, its version"
            );
        }
    }
}

#[test]
fn a_clock_that_is_set_back_changes_no_history() {
    let mut task = draft(ADA, "rent", 100).numbered(TaskId::new(1));
    task.take(Step::Start, at(40)).expect("it is open");
    task.rename(title("the rent"), at(20))
        .expect("it is not over");
    let facts = task.facts();
    assert_eq!(
        (facts.state, facts.changed, facts.version),
        (State::Started { at: at(100) }, at(100), 3),
        "made at 100, started when the clock said 40, renamed when it said 20: nothing of a task happens \
         before what happened before it"
    );
    let restored = Task::restore(facts.clone());
    assert_eq!(
        restored,
        Ok(task),
        "and what comes out is what `restore` takes"
    );
}

#[test]
fn what_is_over_is_not_renamed() {
    for (status, allowed) in [
        (Status::Open, true),
        (Status::Started, true),
        (Status::Done, false),
        (Status::Dropped, false),
    ] {
        let before = task_in(status);
        let mut task = before.clone();
        let outcome = task.rename(title("another"), at(9));
        if allowed {
            let facts = task.facts();
            assert_eq!(outcome, Ok(()), "a task that is {status:?}");
            assert_eq!(
                (facts.title.as_str(), facts.changed, facts.version),
                ("another", at(9), before.facts().version + 1)
            );
            let renamed = task.clone();
            task.rename(title(" another "), at(99)).expect("as before");
            assert_eq!(task, renamed, "the title that it has already is no change");
        } else {
            assert_eq!((outcome, task), (Err(Refused::Over { status }), before));
        }
    }
}

#[test]
fn stored_facts_that_contradict_each_other_are_no_task() {
    let right = Facts {
        id: TaskId::new(1),
        owner: user(ADA),
        title: title("rent"),
        state: State::Done { at: at(5) },
        created: at(0),
        changed: at(9),
        version: 4,
    };
    Task::restore(right.clone()).expect("these are right");
    let open = State::Open;
    for (what, facts) in [
        (
            "no version",
            Facts {
                version: 0,
                ..right.clone()
            },
        ),
        (
            "changed before it was made",
            Facts {
                created: at(10),
                ..right.clone()
            },
        ),
        (
            "the same, and open",
            Facts {
                created: at(10),
                state: open,
                ..right.clone()
            },
        ),
        (
            "done before it was made",
            Facts {
                created: at(6),
                ..right.clone()
            },
        ),
        (
            "done after the last change",
            Facts {
                changed: at(4),
                ..right.clone()
            },
        ),
    ] {
        let restored = Task::restore(facts);
        assert!(
            restored.is_err(),
            "{what}: somebody has been at the database by hand, and the rules must not go on from there: \
             {restored:?}"
        );
    }
}

#[test]
fn the_domain_knows_nothing_of_the_world() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = rust_files(&src.join("domain"));
    files.extend(
        [src.join("domain.rs")]
            .into_iter()
            .filter(|file| file.exists()),
    );
    assert!(
        !files.is_empty(),
        "the module `domain` is in src/domain/ or src/domain.rs"
    );
    for file in files {
        let text = fs::read_to_string(&file).expect("it is there");
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for (at, line) in code.enumerate() {
            for word in [
                "tokio",
                "axum",
                "rusqlite",
                "tracing",
                "serde",
                "async ",
                "std::fs",
                "std::net",
                "std::env",
                "SystemTime",
                "Instant",
                "crate::ports",
                "crate::adapters",
                "crate::tasks",
            ] {
                assert!(
                    !line.contains(word),
                    "`{word}` in code line {} of {}: rules that know the world can't be tried without it, \
                     and change when it does: {line}",
                    at + 1,
                    file.display()
                );
            }
        }
    }
}

// ── the store in memory ────────────────────────────────────────────────────────────────────────────

fn memory() -> Store {
    Arc::new(MemoryTasks::default())
}

#[tokio::test]
async fn in_memory_numbers_only_rise() {
    repository::numbers_only_rise(memory()).await;
}

#[tokio::test]
async fn in_memory_what_was_stored_is_found() {
    repository::what_was_stored_is_found(memory()).await;
}

#[tokio::test]
async fn in_memory_owners_have_their_own() {
    repository::owners_have_their_own(memory()).await;
}

#[tokio::test]
async fn in_memory_lists_are_in_order() {
    repository::lists_are_in_order(memory()).await;
}

#[tokio::test]
async fn in_memory_only_the_expected_version_is_replaced() {
    repository::only_the_expected_version_is_replaced(memory()).await;
}

#[tokio::test]
async fn in_memory_a_key_stores_once() {
    repository::a_key_stores_once(memory()).await;
    repository::a_key_stores_once_at_the_same_time(memory()).await;
}

// ── what users do ──────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn pages_follow_each_other_to_the_end() {
    let (tasks, _) = service(memory());
    for number in 0..205 {
        let owner = if number % 2 == 0 { ADA } else { BOB };
        create(&tasks, owner, &number.to_string(), None).await;
    }
    // 103 of them are Ada's.
    for (size, expected) in [
        (50, vec![50, 50, 3]),
        (103, vec![100, 3]),
        (1_000_000, vec![100, 3]),
    ] {
        let mut sizes = Vec::new();
        let mut after = None;
        loop {
            let page = tasks.page(user(ADA), after, size).await.expect("it works");
            sizes.push(page.tasks.len());
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(
            sizes, expected,
            "Ada's 103 tasks in pages of {size}, of which 100 is the most"
        );
    }
    let page = tasks.page(user(ADA), None, 0).await.expect("it works");
    assert_eq!(
        page.tasks.len(),
        1,
        "a page of nothing would never come to an end"
    );
    let one = tasks.page(user(BOB), None, 100).await.expect("it works");
    let rest = tasks.page(user(BOB), one.next, 2).await.expect("it works");
    assert_eq!(
        (one.tasks.len(), rest.tasks.len(), rest.next),
        (100, 2, None),
        "102 tasks: a last page that is full has no next"
    );
}

#[tokio::test]
async fn a_change_that_was_overtaken_is_made_again() {
    let overtaking = Arc::new(Overtaking::default());
    let (tasks, _) = service(overtaking.clone());
    let task = create(&tasks, ADA, "rent", None).await;
    let id = task.facts().id;
    overtaking.next(1);
    let change = Change {
        title: Some(title("the rent")),
        step: None,
    };
    let changed = tasks.change(user(ADA), id, change.clone(), None).await;
    let changed = changed.expect("nobody asked for a certain version");
    assert_eq!(
        (
            changed.facts().title.as_str(),
            changed.facts().state.status(),
            changed.facts().version
        ),
        ("the rent", Status::Started, 3),
        "somebody started the task between our reading and our writing. Neither the start nor our new title \
         may be lost"
    );
    assert_eq!(
        tasks.get(user(ADA), id).await.expect("it is there"),
        changed,
        "as stored"
    );

    // Whoever names a version has looked at it, and must look again.
    overtaking.next(1);
    let outcome = tasks
        .change(
            user(ADA),
            id,
            Change {
                title: Some(title("x")),
                step: None,
            },
            Some(3),
        )
        .await;
    assert!(
        matches!(outcome, Err(TaskError::Stale)),
        "version 3 was expected and overtaken: {outcome:?}"
    );
    overtaking.next(1000);
    let outcome = tasks
        .change(
            user(ADA),
            id,
            Change {
                title: Some(title("y")),
                step: None,
            },
            None,
        )
        .await;
    assert!(
        matches!(outcome, Err(TaskError::Stale)),
        "somebody else is faster every time; at some point the caller has to be told: {outcome:?}"
    );
}

#[tokio::test]
async fn a_change_happens_as_a_whole() {
    let (tasks, clock) = service(memory());
    let task = create(&tasks, ADA, "rent", None).await;
    let id = task.facts().id;
    let change = Change {
        title: Some(title("another")),
        step: Some(Step::Finish),
    };
    let outcome = tasks.change(user(ADA), id, change, None).await;
    let expected = Refused::Step {
        status: Status::Open,
        step: Step::Finish,
    };
    assert!(
        matches!(outcome, Err(TaskError::Refused(refused)) if refused == expected),
        "an open task can't be finished: {outcome:?}"
    );
    assert_eq!(
        tasks.get(user(ADA), id).await.expect("it is there"),
        task,
        "and a change that is refused in one part changes nothing in the other"
    );
    clock.set(50);
    let change = Change {
        title: Some(title("another")),
        step: Some(Step::Start),
    };
    let changed = tasks
        .change(user(ADA), id, change, Some(1))
        .await
        .expect("both are allowed");
    assert_eq!(
        (changed.facts().title.as_str(), changed.facts().state),
        ("another", State::Started { at: at(50) }),
        "the time is the injected clock's"
    );
    for outcome in [
        tasks
            .change(user(BOB), id, Change::default(), None)
            .await
            .map(|_| ()),
        tasks.delete(user(BOB), id, None).await,
        tasks.get(user(BOB), id).await.map(|_| ()),
    ] {
        assert!(
            matches!(outcome, Err(TaskError::Missing)),
            "to Bob, Ada's task does not exist: {outcome:?}"
        );
    }
    let outcome = tasks.delete(user(ADA), id, Some(1)).await;
    assert!(
        matches!(outcome, Err(TaskError::Stale)),
        "it is at version {}: {outcome:?}",
        changed.facts().version
    );
    tasks
        .delete(user(ADA), id, Some(changed.facts().version))
        .await
        .expect("it is her task");
    let gone = tasks.get(user(ADA), id).await;
    assert!(
        matches!(gone, Err(TaskError::Missing)),
        "it is deleted: {gone:?}"
    );
}

#[tokio::test]
async fn a_request_can_be_repeated_for_a_day() {
    const DAY: u64 = 24 * 3600 * 1000;
    let (tasks, clock) = service(memory());
    let made = create(&tasks, ADA, "rent", Some("k")).await;
    let repeat = || tasks.create(user(ADA), title("rent"), Some("k".to_owned()));
    clock.set(DAY);
    let outcome = repeat().await.expect("it works");
    assert_eq!(
        outcome,
        Created::Before(made.clone()),
        "a day later it is the same request"
    );
    let other = tasks
        .create(user(ADA), title("mail"), Some("k".to_owned()))
        .await;
    assert!(
        matches!(other, Err(TaskError::KeyReused)),
        "another title under the same key is a mistake of the client, and must not be taken for the first \
         request: {other:?}"
    );
    clock.set(DAY + 1);
    let outcome = repeat().await.expect("it works");
    assert!(
        matches!(&outcome, Created::Now(task) if task.facts().id > made.facts().id),
        "after more than a day the key is forgotten: {outcome:?}"
    );
}

#[tokio::test]
async fn a_store_that_fails_is_an_error_with_its_cause() {
    let overtaking = Arc::new(Overtaking::default());
    let (tasks, _) = service(overtaking.clone());
    overtaking.broken.store(1, Ordering::SeqCst);
    let error = tasks
        .page(user(ADA), None, 10)
        .await
        .expect_err("the store is broken");
    assert!(matches!(error, TaskError::Store(_)), "{error:?}");
    let mut chain = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        chain.push(error.to_string());
        cause = error.source();
    }
    assert_eq!(
        chain,
        ["cannot list tasks", "the disk is on fire"],
        "what could not be done, then why; each once"
    );
}

// ── instruments ────────────────────────────────────────────────────────────────────────────────────

fn task_in(status: Status) -> Task {
    let steps: &[Step] = match status {
        Status::Open => &[],
        Status::Started => &[Step::Start],
        Status::Done => &[Step::Start, Step::Finish],
        Status::Dropped => &[Step::Drop],
    };
    let mut task = draft(ADA, "rent", 0).numbered(TaskId::new(1));
    for step in steps {
        let taken = task.take(*step, at(1));
        taken.unwrap_or_else(|error| panic!("on the way to {status:?}: {error}"));
    }
    task
}

#[derive(Default)]
struct TestClock(AtomicU64);

impl TestClock {
    fn set(&self, after_noon: u64) {
        self.0.store(after_noon, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(NOON + self.0.load(Ordering::SeqCst))
    }
}

fn service(store: Store) -> (Tasks, Arc<TestClock>) {
    let clock = Arc::new(TestClock::default());
    (Tasks::new(store, clock.clone()), clock)
}

async fn create(tasks: &Tasks, owner: u64, text: &str, key: Option<&str>) -> Task {
    let created = tasks
        .create(user(owner), title(text), key.map(str::to_owned))
        .await;
    match created.expect("the store works") {
        Created::Now(task) => task,
        Created::Before(task) => panic!("{text} has not been created before: {task:?}"),
    }
}

/// A store in which somebody starts a task, or puts it back, right before our next writes.
#[derive(Default)]
struct Overtaking {
    inner: MemoryTasks,
    times: AtomicUsize,
    broken: AtomicUsize,
}

impl Overtaking {
    fn next(&self, writes: usize) {
        self.times.store(writes, Ordering::SeqCst);
    }
}

impl TaskRepository for Overtaking {
    fn insert(&self, draft: Draft, once: Option<Once>) -> Pending<'_, Inserted> {
        self.inner.insert(draft, once)
    }

    fn find(&self, owner: UserId, id: TaskId) -> Pending<'_, Option<Task>> {
        self.inner.find(owner, id)
    }

    fn list(&self, owner: UserId, after: Option<TaskId>, limit: usize) -> Pending<'_, Vec<Task>> {
        if self.broken.load(Ordering::SeqCst) > 0 {
            return Box::pin(async { Err(StoreError::new("list tasks", "the disk is on fire")) });
        }
        self.inner.list(owner, after, limit)
    }

    fn update(&self, task: Task, expected: u64) -> Pending<'_, Written> {
        Box::pin(async move {
            let left = self.times.load(Ordering::SeqCst);
            if left > 0 {
                self.next(left - 1);
                let (owner, id) = (task.facts().owner, task.facts().id);
                let mut faster = self.inner.find(owner, id).await?.expect("it is there");
                let version = faster.facts().version;
                let step = match faster.facts().state.status() {
                    Status::Open => Step::Start,
                    _ => Step::PutBack,
                };
                faster.take(step, at(3)).expect("the workflow allows it");
                self.inner.update(faster, version).await?;
            }
            self.inner.update(task, expected).await
        })
    }

    fn delete(&self, owner: UserId, id: TaskId, expected: u64) -> Pending<'_, Written> {
        self.inner.delete(owner, id, expected)
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
