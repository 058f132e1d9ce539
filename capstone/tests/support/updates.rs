// What every log of updates promises, whichever store it is a part of: one suite, which each is put through. A store is
// empty at first.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::collections::BTreeSet;
use std::sync::Arc;

use capstone::domain::{Draft, Notice, Step, Task, Timestamp, Title, UserId, What};
use capstone::ports::{
    Inserted, Once, Since, StoreError, TaskRepository, UPDATES_KEPT, Update, UpdateLog, Written,
};

pub const ADA: u64 = 2;
pub const BOB: u64 = 3;
const MORNING: u64 = 1_767_250_800_000;

/// A store of tasks and the log of what has happened to them.
#[derive(Clone)]
pub struct Kept {
    pub tasks: Arc<dyn TaskRepository>,
    pub log: Arc<dyn UpdateLog>,
}

impl Kept {
    pub fn new(store: impl TaskRepository + UpdateLog + 'static) -> Self {
        let store = Arc::new(store);
        let log = store.clone();
        Self { tasks: store, log }
    }

    pub async fn insert(
        &self,
        owner: u64,
        title: &str,
        key: Option<&str>,
    ) -> Result<Inserted, StoreError> {
        let now = Timestamp::from_millis(MORNING);
        let draft = Draft {
            owner: UserId::new(owner),
            title: Title::parse(title).expect("a title"),
            created: now,
        };
        let once = key.map(|key| Once {
            key: key.to_owned(),
            forget_before: now,
        });
        self.tasks.insert(draft, once).await
    }

    pub async fn add(&self, owner: u64, title: &str) -> Task {
        match self.insert(owner, title, None).await {
            Ok(Inserted::New(task)) => task,
            other => panic!("{title:?} has no key, so it is a new task: {other:?}"),
        }
    }

    /// So many changes: a task comes and goes.
    pub async fn changes(&self, owner: u64, many: u64) {
        for change in 0..many.div_ceil(2) {
            let task = self.add(owner, "one of many").await;
            if change * 2 + 1 < many {
                let facts = task.facts();
                let deleted = self.tasks.delete(facts.owner, facts.id, 1).await;
                assert_eq!(deleted.expect("the store works"), Written::Done);
            }
        }
    }

    /// The number of the owner's last update.
    pub async fn last(&self, owner: u64) -> u64 {
        let last = self.log.last(vec![UserId::new(owner)]).await;
        let last = last.expect("the log works");
        assert_eq!(
            last.len(),
            1,
            "a number for each owner that was asked for: {last:?}"
        );
        last[0]
    }

    pub async fn since(&self, owner: u64, after: u64, limit: usize) -> Since {
        let since = self.log.since(UserId::new(owner), after, limit).await;
        since.expect("the log works")
    }

    /// The owner's updates after `after`, which must be known.
    pub async fn updates(&self, owner: u64, after: u64) -> Vec<Update> {
        match self.since(owner, after, 1000).await {
            Since::Updates(updates) => updates,
            Since::Unknown => panic!("what came after {after} must be known"),
        }
    }
}

/// The task with one step taken.
pub fn started(task: &Task) -> Task {
    let mut task = task.clone();
    task.take(Step::Start, Timestamp::from_millis(MORNING + 1))
        .expect("an open task can be started");
    task
}

pub async fn each_change_has_the_next_number(store: Kept) {
    let (of_ada, of_bob) = (store.last(ADA).await, store.last(BOB).await);
    assert_eq!(
        (
            store.since(ADA, of_ada, 9).await,
            store.since(BOB, of_bob, 9).await
        ),
        (Since::Updates(Vec::new()), Since::Updates(Vec::new())),
        "nothing has happened yet, and that is known"
    );
    let rent = store.add(ADA, "rent").await;
    let mail = store.add(BOB, "mail").await;
    let changed = started(&rent);
    let facts = rent.facts();
    let works = "the store works";
    let written = store.tasks.update(changed.clone(), 1).await;
    assert_eq!(written.expect(works), Written::Done);
    // None of these is a change.
    let stale = store.tasks.update(changed.clone(), 1).await;
    assert_eq!(stale.expect(works), Written::Stale);
    let anybodys = store.tasks.delete(UserId::new(BOB), facts.id, 2).await;
    assert_eq!(anybodys.expect(works), Written::Missing);
    let first = store.insert(ADA, "bread", Some("k")).await.expect(works);
    let again = store.insert(ADA, "bread", Some("k")).await.expect(works);
    assert!(matches!(
        (&first, &again),
        (Inserted::New(_), Inserted::Again(_))
    ));
    let reused = store.insert(ADA, "milk", Some("k")).await.expect(works);
    assert_eq!(reused, Inserted::KeyReused);
    let deleted = store.tasks.delete(facts.owner, facts.id, 2).await;
    assert_eq!(deleted.expect(works), Written::Done);

    let Inserted::New(bread) = first else {
        unreachable!("it was looked at above");
    };
    let gone = Notice {
        version: 3,
        ..Notice::about(What::Deleted, &changed)
    };
    let happened = [
        Notice::about(What::Created, &rent),
        Notice::about(What::Changed, &changed),
        Notice::about(What::Created, &bread),
        gone,
    ];
    let numbered = |from: u64, notices: &[Notice]| -> Vec<Update> {
        let notices = notices.iter().cloned().zip(from + 1..);
        notices
            .map(|(notice, number)| Update { number, notice })
            .collect()
    };
    let expected = numbered(of_ada, &happened);
    assert_eq!(
        store.updates(ADA, of_ada).await,
        expected,
        "Ada's changes, in their order, and no other: what was refused or answered again is none. Her numbers go on \
         from {of_ada} one by one, whatever Bob does: a number that is missing would look like an update that is, and \
         would tell her how busy he is"
    );
    assert_eq!(
        store.updates(BOB, of_bob).await,
        numbered(of_bob, &[Notice::about(What::Created, &mail)]),
        "Bob has a count of his own"
    );
    assert_eq!(
        store.since(ADA, of_ada + 1, 2).await,
        Since::Updates(expected[1..3].to_vec()),
        "two, from the place that was asked for"
    );
    let both = vec![UserId::new(BOB), UserId::new(ADA)];
    let both = store.log.last(both).await.expect(works);
    assert_eq!(
        both,
        [of_bob + 1, of_ada + 4],
        "the last numbers of both, in the order in which they were asked for"
    );
}

pub async fn who_was_away_too_long_is_told_so(store: Kept) {
    let begun = store.last(ADA).await;
    store.changes(ADA, UPDATES_KEPT + 2).await;
    let last = begun + UPDATES_KEPT + 2;
    assert_eq!(store.last(ADA).await, last, "each change has a number");
    let oldest = last - UPDATES_KEPT;
    let updates = store.updates(ADA, oldest).await;
    assert!(
        updates.len() as u64 == UPDATES_KEPT
            && updates
                .iter()
                .zip(oldest + 1..)
                .all(|(it, number)| it.number == number),
        "the last {UPDATES_KEPT} are kept, and there are {}",
        updates.len()
    );
    for after in [begun, oldest - 1, last + 1, u64::MAX] {
        assert_eq!(
            store.since(ADA, after, 9).await,
            Since::Unknown,
            "the updates from {} to {last} are there. Whoever has seen the one before that or a later one can go on; \
             who says {after} has missed some that are not kept, or has a number from another life of this log. To \
             answer with what there is would leave a gap that nobody sees",
            oldest + 1
        );
    }
    assert_eq!(
        store.since(ADA, last, 9).await,
        Since::Updates(Vec::new()),
        "who has seen the last one has missed nothing"
    );
}

/// One after the other.
fn store_of(stores: &[Kept], turn: u64) -> &Kept {
    &stores[usize::try_from(turn).unwrap_or_default() % stores.len()]
}

/// Stores that share what they keep: services beside each other.
pub async fn all_services_count_as_one(stores: Vec<Kept>, each: u64) {
    let begun = stores[0].last(ADA).await;
    let services: Vec<_> = stores
        .iter()
        .map(|store| {
            let store = store.clone();
            tokio::spawn(async move { store.changes(ADA, each).await })
        })
        .collect();
    let many = services.len() as u64 * each;
    // Somebody who looks all the time, as a socket does that is told of every change.
    let mut seen = begun;
    while seen < begun + many {
        let over = services.iter().all(|service| service.is_finished());
        let found = store_of(&stores, seen).updates(ADA, seen).await;
        for update in &found {
            assert_eq!(
                update.number,
                seen + 1,
                "who has seen {seen} and asks for more finds {}. A number that is there before the one below it is seen \
                 first, and whoever has seen it never asks for the other",
                update.number
            );
            seen = update.number;
        }
        assert!(
            !(over && found.is_empty()),
            "{many} changes were made, and there are {} updates",
            seen - begun
        );
        tokio::task::yield_now().await;
    }
    for service in services {
        service.await.expect("no panic");
    }
    for store in &stores {
        let updates = store.updates(ADA, begun).await;
        let numbers: Vec<u64> = updates.iter().map(|update| update.number).collect();
        let told: BTreeSet<String> = updates.iter().map(|update| update.notice.key()).collect();
        assert!(
            numbers == Vec::from_iter(begun + 1..=begun + many) && told.len() as u64 == many,
            "{} services made {each} changes each, and there are {many} numbers from {begun} on. The log has {numbers:?}",
            stores.len()
        );
    }
}
