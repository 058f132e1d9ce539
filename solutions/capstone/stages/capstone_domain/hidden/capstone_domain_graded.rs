//! The same promises at values that the visible tests do not name.

use std::sync::Arc;

use capstone::adapters::{MemoryTasks, SystemClock};
use capstone::domain::{Draft, State, Status, Step, Task, TaskId, Timestamp, Title, UserId};
use capstone::ports::Clock;
use capstone::tasks::{Change, Created, Tasks};

fn title(text: &str) -> Title {
    Title::parse(text).expect("a title")
}

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

#[test]
fn no_way_leads_to_what_restore_refuses() {
    let mut numbers = Numbers(7);
    for _ in 0..200 {
        let draft = Draft {
            owner: UserId::new(3),
            title: title("rent"),
            created: Timestamp::from_millis(numbers.below(100)),
        };
        let mut task = draft.numbered(TaskId::new(9));
        for _ in 0..20 {
            let before = task.clone();
            let now = Timestamp::from_millis(numbers.below(200));
            let step = [
                Step::Start,
                Step::PutBack,
                Step::Finish,
                Step::Drop,
                Step::Reopen,
            ][numbers.below(5) as usize];
            let outcome = if numbers.below(4) == 0 {
                let name = ["rent", "mail", "dishes"][numbers.below(3) as usize];
                task.rename(title(name), now)
            } else {
                task.take(step, now)
            };
            let facts = task.facts();
            assert_eq!(
                Task::restore(facts.clone()),
                Ok(task.clone()),
                "at {now:?}, after {before:?}"
            );
            assert!(
                facts.changed >= before.facts().changed,
                "time went back from {before:?} to {task:?}"
            );
            if outcome.is_err() {
                assert_eq!(task, before, "what is refused changes nothing");
            }
            if let State::Done { at } = facts.state {
                assert!(at >= facts.created && at <= facts.changed, "{task:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_of_different_things_at_the_same_time_are_all_there() {
    let tasks = Tasks::new(Arc::new(MemoryTasks::default()), Arc::new(SystemClock));
    let owner = UserId::new(1);
    for round in 0..50 {
        let key = Some(format!("round {round}"));
        let Ok(Created::Now(task)) = tasks.create(owner, title("rent"), key).await else {
            panic!("the key is new");
        };
        let id = task.facts().id;
        let changes = [
            Change {
                title: Some(title("the rent")),
                step: None,
            },
            Change {
                title: None,
                step: Some(Step::Start),
            },
        ];
        let changing = changes.map(|change| {
            let tasks = tasks.clone();
            tokio::spawn(async move { tasks.change(owner, id, change, None).await })
        });
        for change in changing {
            let outcome = change.await.expect("no panic");
            outcome.expect("both are allowed in either order");
        }
        let task = tasks.get(owner, id).await.expect("it is there");
        let facts = task.facts();
        assert_eq!(
            (facts.title.as_str(), facts.state.status(), facts.version),
            ("the rent", Status::Started, 3),
            "round {round}: two changes at the same time"
        );
    }
}

#[test]
fn the_machines_clock_tells_the_time() {
    let now = SystemClock.now();
    assert!(
        now > Timestamp::from_millis(1_700_000_000_000),
        "milliseconds since 1970, and not seconds: {now:?}"
    );
}
