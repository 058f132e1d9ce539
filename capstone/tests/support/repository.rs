// What every store of tasks promises, whichever it is: one suite, which each adapter is put through. A store
// is empty at first, and an hour is as long as the numbers say.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::sync::Arc;

use capstone::domain::{Draft, Step, Task, TaskId, Timestamp, Title, UserId};
use capstone::ports::{Inserted, Once, TaskRepository, Written};

pub type Store = Arc<dyn TaskRepository>;

pub const NOON: u64 = 1_767_268_800_000;
pub const ADA: u64 = 1;
pub const BOB: u64 = 2;

pub fn user(number: u64) -> UserId {
    UserId::new(number)
}

pub fn at(millis_after_noon: u64) -> Timestamp {
    Timestamp::from_millis(NOON + millis_after_noon)
}

pub fn title(text: &str) -> Title {
    Title::parse(text).unwrap_or_else(|error| panic!("{text:?} is a title: {error}"))
}

pub fn draft(owner: u64, text: &str, after_noon: u64) -> Draft {
    Draft {
        owner: user(owner),
        title: title(text),
        created: at(after_noon),
    }
}

/// Under `key`, with everything forgotten that was stored before `forget_before`.
pub fn once(key: &str, forget_before: u64) -> Option<Once> {
    Some(Once {
        key: key.to_owned(),
        forget_before: at(forget_before),
    })
}

pub async fn stored(store: &Store, owner: u64, text: &str) -> Task {
    let inserted = store.insert(draft(owner, text, 0), None).await;
    match inserted.expect("the store works") {
        Inserted::New(task) => task,
        other => panic!("{text} was inserted without a key, so it is new: {other:?}"),
    }
}

pub async fn found(store: &Store, owner: u64, task: &Task) -> Option<Task> {
    let found = store.find(user(owner), task.facts().id).await;
    found.expect("the store works")
}

async fn titles(store: &Store, owner: u64, after: Option<TaskId>, limit: usize) -> Vec<String> {
    let page = store.list(user(owner), after, limit).await;
    let title = |task: &Task| task.facts().title.as_str().to_owned();
    page.expect("the store works").iter().map(title).collect()
}

fn started(task: &Task) -> Task {
    let mut task = task.clone();
    task.take(Step::Start, at(5))
        .expect("an open task can start");
    task
}

pub async fn numbers_only_rise(store: Store) {
    let first = stored(&store, ADA, "first").await;
    let second = stored(&store, BOB, "second").await;
    let third = stored(&store, ADA, "third").await;
    let gone = store.delete(user(ADA), third.facts().id, 1).await;
    assert_eq!(
        gone.expect("the store works"),
        Written::Done,
        "delete the newest"
    );
    let fourth = stored(&store, BOB, "fourth").await;
    let ids = [first, second, third, fourth].map(|task| task.facts().id.get());
    assert!(
        ids.is_sorted_by(|before, after| before < after),
        "a number is above all that were ever given, also to the task that has been deleted, or somebody's \
         bookmark of the third task shows the fourth; they are {ids:?}"
    );
}

pub async fn what_was_stored_is_found(store: Store) {
    let text = "Grüße an O'Brien; DROP TABLE tasks --";
    let mut task = stored(&store, ADA, text).await;
    assert_eq!(
        task,
        draft(ADA, text, 0).numbered(task.facts().id),
        "as inserted"
    );
    assert_eq!(
        found(&store, ADA, &task).await,
        Some(task.clone()),
        "as found"
    );
    for (step, after) in [
        (Step::Start, 1),
        (Step::Finish, 2),
        (Step::Reopen, 3),
        (Step::Drop, 4),
    ] {
        let version = task.facts().version;
        task.take(step, at(after)).expect("the workflow allows it");
        let written = store.update(task.clone(), version).await;
        assert_eq!(written.expect("the store works"), Written::Done, "{step:?}");
        assert_eq!(
            found(&store, ADA, &task).await,
            Some(task.clone()),
            "every fact of the task is kept after {step:?}"
        );
    }
}

pub async fn owners_have_their_own(store: Store) {
    let task = stored(&store, ADA, "Ada's").await;
    let id = task.facts().id;
    assert_eq!(
        found(&store, BOB, &task).await,
        None,
        "Bob asks for Ada's task"
    );
    assert_eq!(
        titles(&store, BOB, None, 10).await,
        Vec::<String>::new(),
        "Bob lists his tasks and has none"
    );
    let mut bobs = started(&task).facts().clone();
    bobs.owner = user(BOB);
    let bobs = Task::restore(bobs).expect("it is a task");
    let written = store.update(bobs, 1).await.expect("the store works");
    assert_eq!(
        written,
        Written::Missing,
        "Bob changes a task of Ada's number"
    );
    let deleted = store
        .delete(user(BOB), id, 1)
        .await
        .expect("the store works");
    assert_eq!(deleted, Written::Missing, "Bob deletes Ada's task");
    assert_eq!(
        found(&store, ADA, &task).await,
        Some(task),
        "after all that Ada's task is as it was"
    );
}

pub async fn lists_are_in_order(store: Store) {
    let mut numbers = Vec::new();
    for text in ["one", "two", "three", "four", "five"] {
        numbers.push(stored(&store, ADA, text).await.facts().id);
        stored(&store, BOB, "Bob's").await;
    }
    for (after, limit, expected) in [
        (None, 2, &["one", "two"][..]),
        (Some(numbers[1]), 2, &["three", "four"]),
        (Some(numbers[3]), 2, &["five"]),
        (Some(numbers[4]), 2, &[]),
        (None, 100, &["one", "two", "three", "four", "five"]),
        (None, 0, &[]),
        (Some(TaskId::new(u64::MAX)), 2, &[]),
    ] {
        assert_eq!(
            titles(&store, ADA, after, limit).await,
            expected,
            "at most {limit} of Ada's tasks after {after:?}, lowest number first"
        );
    }
    // The place in a list is a number, not a task, so it outlives the task.
    let gone = store.delete(user(ADA), numbers[1], 1).await;
    assert_eq!(
        gone.expect("the store works"),
        Written::Done,
        "delete `two`"
    );
    assert_eq!(
        titles(&store, ADA, Some(numbers[1]), 2).await,
        ["three", "four"],
        "after a task that is gone"
    );
}

pub async fn only_the_expected_version_is_replaced(store: Store) {
    let task = stored(&store, ADA, "contested").await;
    let changed = started(&task);
    let mut outcomes = Vec::new();
    for expected in [2, 0, 1, 1] {
        let written = store.update(changed.clone(), expected).await;
        outcomes.push(written.expect("the store works"));
    }
    assert_eq!(
        outcomes,
        [
            Written::Stale,
            Written::Stale,
            Written::Done,
            Written::Stale
        ],
        "version 1 is stored; changes that expect 2, 0, 1 and 1 again"
    );
    let id = task.facts().id;
    let mut outcomes = Vec::new();
    for expected in [1, 2, 2] {
        let written = store.delete(user(ADA), id, expected).await;
        outcomes.push(written.expect("the store works"));
    }
    assert_eq!(
        outcomes,
        [Written::Stale, Written::Done, Written::Missing],
        "version 2 is stored; deletions that expect 1, 2, and 2 again"
    );
    let written = store.update(changed, 2).await.expect("the store works");
    assert_eq!(
        written,
        Written::Missing,
        "a change does not bring a task back"
    );
}

pub async fn a_key_stores_once(store: Store) {
    let insert = |owner, text: &'static str, after_noon, key: &'static str, forget_before| {
        let inserted = store.insert(draft(owner, text, after_noon), once(key, forget_before));
        async move { inserted.await.expect("the store works") }
    };
    let Inserted::New(task) = insert(ADA, "pay", 0, "k", 0).await else {
        panic!("the key has not been used");
    };
    let again = Inserted::Again(task.clone());
    assert_eq!(
        insert(ADA, "pay", 10, "k", 0).await,
        again,
        "the same request"
    );
    assert_eq!(
        insert(ADA, "pay twice", 20, "k", 0).await,
        Inserted::KeyReused,
        "the same key for another title"
    );
    assert!(
        matches!(insert(BOB, "pay", 30, "k", 0).await, Inserted::New(_)),
        "keys are of their owner: Bob's `k` has nothing to do with Ada's"
    );

    // What the request has made was changed, then deleted. The answer is still the one that was lost.
    let written = store
        .update(started(&task), 1)
        .await
        .expect("the store works");
    assert_eq!(written, Written::Done);
    assert_eq!(
        insert(ADA, "pay", 40, "k", 0).await,
        again,
        "after a change"
    );
    let id = task.facts().id;
    let deleted = store
        .delete(user(ADA), id, 2)
        .await
        .expect("the store works");
    assert_eq!(deleted, Written::Done);
    assert_eq!(
        insert(ADA, "pay", 50, "k", 0).await,
        again,
        "a repeated request must not bring back what was deleted in between"
    );
    assert_eq!(
        titles(&store, ADA, None, 10).await,
        Vec::<String>::new(),
        "nothing new is stored"
    );

    assert!(
        matches!(insert(ADA, "pay", 60, "k", 1).await, Inserted::New(_)),
        "the key was used at 0, and what is older than 1 is forgotten"
    );
    assert!(
        matches!(insert(ADA, "pay", 70, "k", 60).await, Inserted::Again(_)),
        "now it was used at 60, and that is not before 60"
    );
}

pub async fn a_key_stores_once_at_the_same_time(store: Store) {
    let clients: Vec<_> = (0..20)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.insert(draft(ADA, "pay", 0), once("k", 0)).await })
        })
        .collect();
    let mut new = 0;
    for client in clients {
        match client.await.expect("no panic").expect("the store works") {
            Inserted::New(_) => new += 1,
            Inserted::Again(_) => {}
            Inserted::KeyReused => panic!("all twenty have the same title"),
        }
    }
    assert_eq!(
        (new, titles(&store, ADA, None, 100).await.len()),
        (1, 1),
        "twenty requests with one key at the same time store one task"
    );
}
