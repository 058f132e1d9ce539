// What every queue of jobs promises, whichever store it is a part of: one suite, which each is put through. A store
// is empty at first.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::collections::BTreeSet;
use std::sync::Arc;

use capstone::domain::{Draft, Notice, Step, Task, Timestamp, Title, UserId, What};
use capstone::ports::{
    Held, Inserted, JobQueue, Leased, Once, Receipt, StoreError, TaskRepository, Written,
};

pub const NOON: u64 = 1_767_268_800_000;
pub const ADA: u64 = 1;
pub const BOB: u64 = 2;

/// A store of tasks and of the jobs that their changes leave.
#[derive(Clone)]
pub struct Store {
    pub tasks: Arc<dyn TaskRepository>,
    pub jobs: Arc<dyn JobQueue>,
}

impl Store {
    pub fn new(store: impl TaskRepository + JobQueue + 'static) -> Self {
        let store = Arc::new(store);
        Self {
            tasks: store.clone(),
            jobs: store,
        }
    }

    /// A new task of `owner`'s.
    pub async fn add(&self, owner: u64, title: &str) -> Task {
        match self.insert(owner, title, None).await {
            Ok(Inserted::New(task)) => task,
            other => panic!("{title} is inserted without a key, so it is new: {other:?}"),
        }
    }

    pub async fn insert(
        &self,
        owner: u64,
        title: &str,
        key: Option<&str>,
    ) -> Result<Inserted, StoreError> {
        let draft = Draft {
            owner: UserId::new(owner),
            title: Title::parse(title).expect("a title"),
            created: at(0),
        };
        let once = key.map(|key| Once {
            key: key.to_owned(),
            forget_before: at(0),
        });
        self.tasks.insert(draft, once).await
    }

    /// Claims at `now`, for a second.
    pub async fn claim(&self, now: u64) -> Option<Leased> {
        let claimed = self.jobs.claim(at(now), at(now + 1_000)).await;
        claimed.expect("the store works")
    }

    /// Claims what must be there.
    pub async fn claimed(&self, now: u64) -> Leased {
        let claimed = self.claim(now).await;
        claimed.unwrap_or_else(|| panic!("at {now} ms there is a job that is due and nobody's"))
    }

    /// The answers with this receipt: extend, retry, bury, complete, in this order.
    async fn every_answer(&self, receipt: Receipt) -> [Held; 4] {
        let works = "the store works";
        let reason = || "says who has it no more".to_owned();
        [
            self.jobs.extend(receipt, at(9_000)).await.expect(works),
            self.jobs
                .retry(receipt, at(9_000), reason())
                .await
                .expect(works),
            self.jobs.bury(receipt, reason()).await.expect(works),
            self.jobs.complete(receipt).await.expect(works),
        ]
    }
}

pub fn at(millis_after_noon: u64) -> Timestamp {
    Timestamp::from_millis(NOON + millis_after_noon)
}

pub fn started(task: &Task) -> Task {
    let mut task = task.clone();
    task.take(Step::Start, at(5))
        .expect("an open task can start");
    task
}

fn notice(what: What, task: &Task, version: u64) -> Notice {
    Notice {
        what,
        owner: task.facts().owner,
        task: task.facts().id,
        created: task.facts().created,
        version,
    }
}

pub async fn a_change_leaves_one_job(store: Store) {
    let owner = UserId::new(ADA);
    let rent = match store.insert(ADA, "rent", Some("k")).await {
        Ok(Inserted::New(task)) => task,
        other => panic!("the key is new: {other:?}"),
    };
    let mail = store.add(BOB, "mail").await;
    let id = rent.facts().id;
    let works = "the store works";
    // What is refused or said again has changed nothing.
    assert_eq!(
        store.insert(ADA, "rent", Some("k")).await.expect(works),
        Inserted::Again(rent.clone())
    );
    assert_eq!(
        store.insert(ADA, "other", Some("k")).await.expect(works),
        Inserted::KeyReused
    );
    let written = store.tasks.update(started(&rent), 7).await.expect(works);
    assert_eq!(written, Written::Stale);
    let written = store.tasks.update(started(&rent), 1).await.expect(works);
    assert_eq!(written, Written::Done);
    let written = store.tasks.delete(owner, id, 1).await.expect(works);
    assert_eq!(written, Written::Stale);
    let written = store.tasks.delete(owner, id, 2).await.expect(works);
    assert_eq!(written, Written::Done);
    let written = store.tasks.delete(owner, id, 2).await.expect(works);
    assert_eq!(written, Written::Missing);

    let mut told = Vec::new();
    let mut keys = BTreeSet::new();
    while let Some(leased) = store.claim(0).await {
        assert_eq!(
            leased.receipt.attempt, 1,
            "{leased:?} is handed out for the first time"
        );
        keys.insert(leased.notice.key());
        told.push(leased.notice);
    }
    assert_eq!(
        told,
        [
            notice(What::Created, &rent, 1),
            notice(What::Created, &mail, 1),
            notice(What::Changed, &rent, 2),
            notice(What::Deleted, &rent, 3),
        ],
        "each change has left one job, what was refused or repeated none, and the oldest is handed out first; a \
         deletion counts as one more version"
    );
    assert_eq!(keys.len(), 4, "each notice has a key of its own: {keys:?}");
}

pub async fn a_job_is_handed_to_one_at_a_time(store: Store) {
    store.add(ADA, "rent").await;
    store.add(ADA, "mail").await;
    let first = store.claimed(0).await;
    let second = store.claimed(0).await;
    assert_ne!(
        first.receipt.job, second.receipt.job,
        "what was handed out is not handed out again: the next claim gets the next job"
    );
    assert_eq!(store.claim(999).await, None, "both are claimed until 1000");
    let kept = store.jobs.extend(second.receipt, at(2_000)).await;
    assert_eq!(
        kept.expect("the store works"),
        Held::Kept,
        "its holder extends it"
    );
    let again = store.claim(1_000).await;
    let again = again.map(|leased| (leased.receipt, leased.notice));
    let expected = Receipt {
        attempt: 2,
        ..first.receipt
    };
    assert_eq!(
        again,
        Some((expected, first.notice.clone())),
        "nobody has answered for the first job before its lease ended at 1000, so it is handed out again, and the \
         attempt is counted when it is handed out: who crashes counts nothing"
    );
    assert_eq!(
        store.claim(1_999).await,
        None,
        "the second was extended until 2000, the first is claimed again until 2000"
    );
    assert_eq!(
        store.claimed(2_000).await.receipt.attempt,
        3,
        "a lease that ends once more"
    );
}

pub async fn only_who_has_the_job_is_listened_to(store: Store) {
    store.add(ADA, "rent").await;
    let late = store.claimed(0).await;
    let present = store.claimed(1_000).await;
    assert_eq!(present.receipt.job, late.receipt.job);
    assert_eq!(
        store.every_answer(late.receipt).await,
        [Held::Lost; 4],
        "a worker was away for longer than its lease, and another has the job now. Its answers (extend, retry, bury, \
         complete) must change nothing, or it ends the work of the other one"
    );
    assert_eq!(
        store.claim(1_999).await,
        None,
        "the answers that came too late have not put the job back"
    );
    let done = store.jobs.complete(present.receipt).await;
    assert_eq!(
        done.expect("the store works"),
        Held::Kept,
        "the present holder"
    );
    assert_eq!(
        store.every_answer(present.receipt).await,
        [Held::Lost; 4],
        "what was completed is gone, and its receipt with it"
    );
    assert_eq!(store.claim(100_000).await, None, "nothing is left to do");

    // A lease that is over and that nobody else has claimed: the work was done by nobody else.
    store.add(ADA, "mail").await;
    let slow = store.claimed(0).await;
    let kept = store.jobs.extend(slow.receipt, at(60_000)).await;
    assert_eq!(kept.expect("the store works"), Held::Kept);
    let put_back = store
        .jobs
        .retry(slow.receipt, at(500), "later".to_owned())
        .await;
    assert_eq!(put_back.expect("the store works"), Held::Kept);
    assert_eq!(
        store.every_answer(slow.receipt).await,
        [Held::Lost; 4],
        "who has given a job back does not have it any more"
    );
}

pub async fn a_retry_waits_for_its_time(store: Store) {
    store.add(ADA, "rent").await;
    store.add(ADA, "mail").await;
    let rent = store.claimed(0).await;
    let put_off = store
        .jobs
        .retry(rent.receipt, at(5_000), "not now".to_owned())
        .await;
    assert_eq!(put_off.expect("the store works"), Held::Kept);
    let mail = store.claimed(4_000).await;
    assert_ne!(
        mail.receipt.job, rent.receipt.job,
        "a job that waits for its time does not hold up the next one"
    );
    let done = store.jobs.complete(mail.receipt).await;
    assert_eq!(done.expect("the store works"), Held::Kept);
    assert_eq!(store.claim(4_999).await, None, "it is put off until 5000");
    let again = store.claimed(5_000).await;
    assert_eq!(
        (again.receipt.job, again.receipt.attempt, &again.notice),
        (rent.receipt.job, 2, &rent.notice),
        "at 5000 it is due again"
    );
}

pub async fn the_dead_are_kept(store: Store) {
    let rent = store.add(ADA, "rent").await;
    store.add(ADA, "mail").await;
    let (first, second) = (store.claimed(0).await, store.claimed(0).await);
    let first = {
        let again = store.claimed(1_000).await;
        assert_eq!(again.receipt.job, first.receipt.job);
        again
    };
    for (leased, reason) in [(&second, "nobody is there"), (&first, "poison")] {
        let buried = store.jobs.bury(leased.receipt, reason.to_owned()).await;
        assert_eq!(buried.expect("the store works"), Held::Kept, "{reason}");
    }
    assert_eq!(
        store.claim(100_000).await,
        None,
        "what is buried is never handed out again"
    );
    let dead = store.jobs.dead(10).await.expect("the store works");
    let told: Vec<_> = dead
        .iter()
        .map(|dead| (dead.job, dead.attempts, dead.reason.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (first.receipt.job, 2, "poison"),
            (second.receipt.job, 1, "nobody is there"),
        ],
        "the dead, oldest first, with how often they were tried and why they are tried no more"
    );
    assert_eq!(dead[0].notice, notice(What::Created, &rent, 1));
    let one = store.jobs.dead(1).await.expect("the store works");
    assert_eq!(one, dead[..1], "at most as many as were asked for");
}

/// The stores are handles to the same jobs, as of several processes.
pub async fn each_job_goes_to_one_of_many(stores: Vec<Store>, jobs: usize) {
    for number in 0..jobs {
        stores[0].add(ADA, &format!("task {number}")).await;
    }
    let workers: Vec<_> = (0..jobs + 5)
        .map(|number| {
            let store = stores[number % stores.len()].clone();
            tokio::spawn(async move { store.claim(0).await })
        })
        .collect();
    let mut claimed = Vec::new();
    for worker in workers {
        claimed.extend(
            worker
                .await
                .expect("no panic")
                .map(|leased| leased.receipt.job),
        );
    }
    let different: BTreeSet<_> = claimed.iter().collect();
    assert_eq!(
        (claimed.len(), different.len()),
        (jobs, jobs),
        "{} claims at the same time, {jobs} jobs: how many were handed out, and how many different ones",
        jobs + 5
    );
}
