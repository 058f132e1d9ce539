//! Probers that hang up, and every mixture of three dependencies.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ready_or_alive::{Checking, Dependency, FRESH, Health, PATIENCE};
use tokio::time::{sleep, timeout};

const MS: Duration = Duration::from_millis(1);

/// How a dependency behaves.
#[derive(Debug, Clone, Copy)]
enum Way {
    Well,
    Broken,
    Hangs,
    Takes(Duration),
}

/// A dependency whose behaviour can be changed. Clones are the same one.
#[derive(Clone)]
struct Fake {
    name: &'static str,
    needed: bool,
    way: Arc<Mutex<Way>>,
}

impl Fake {
    fn new(name: &'static str, way: Way) -> Self {
        Self {
            name,
            needed: true,
            way: Arc::new(Mutex::new(way)),
        }
    }

    fn is_now(&self, way: Way) {
        *self.way.lock().expect("no panic under the lock") = way;
    }
}

impl Dependency for Fake {
    fn name(&self) -> &str {
        self.name
    }

    fn needed(&self) -> bool {
        self.needed
    }

    fn check(&self) -> Checking<'_> {
        let way = *self.way.lock().expect("no panic under the lock");
        Box::pin(async move {
            match way {
                Way::Well => Ok(()),
                Way::Broken => Err("can't log in to db7.internal as shop:hunter2".to_owned()),
                Way::Hangs => pending().await,
                Way::Takes(time) => {
                    sleep(time).await;
                    Ok(())
                }
            }
        })
    }
}

fn health(dependencies: &[&Fake]) -> Health {
    let dependencies = dependencies.iter();
    Health::new(
        dependencies
            .map(|&fake| Box::new(fake.clone()) as Box<dyn Dependency>)
            .collect(),
    )
}

#[tokio::test(start_paused = true)]
async fn a_prober_that_hangs_up_leaves_nothing_behind() {
    let db = Fake::new("orders-db", Way::Hangs);
    let health = health(&[&db]);
    health.started();
    for _ in 0..3 {
        let answer = timeout(MS * 100, health.ready()).await;
        assert!(
            answer.is_err(),
            "the database hangs, and the prober has hung up before {PATIENCE:?} were over"
        );
    }
    db.is_now(Way::Well);
    sleep(FRESH + MS).await;
    let answer = timeout(PATIENCE * 3, health.ready()).await;
    assert_eq!(
        answer.map(|answer| answer.status),
        Ok(200),
        "three probers hung up, then the database came back: the fourth must be told so"
    );
}

#[tokio::test(start_paused = true)]
async fn every_mixture_has_its_answer() {
    let ways = [Way::Well, Way::Broken, Way::Hangs, Way::Takes(MS * 5)];
    for number in 0..4_usize.pow(3) * 8 {
        let names = ["alpha", "beta", "gamma"];
        let fakes: Vec<Fake> = (0..3)
            .map(|at| {
                let mut fake = Fake::new(names[at], ways[number / 4_usize.pow(at as u32) % 4]);
                fake.needed = number >> (6 + at) & 1 == 1;
                fake
            })
            .collect();
        let health = health(&fakes.iter().collect::<Vec<_>>());
        health.started();
        let answer = health.ready().await;
        let well = |fake: &Fake| {
            !matches!(
                *fake.way.lock().expect("no panic"),
                Way::Broken | Way::Hangs
            )
        };
        let expected = if fakes.iter().all(|fake| well(fake) || !fake.needed) {
            200
        } else {
            503
        };
        let story: Vec<_> = fakes
            .iter()
            .map(|fake| (fake.name, fake.needed, *fake.way.lock().expect("no panic")))
            .collect();
        assert_eq!(answer.status, expected, "(name, needed, way): {story:?}");
        for fake in &fakes {
            assert_eq!(
                answer.body.contains(fake.name),
                !well(fake),
                "who is not well is named, and nobody else, in {:?}: {story:?}",
                answer.body
            );
        }
    }
}
