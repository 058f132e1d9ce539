//! The same promises for more tasks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use init_once::{LoadError, tasks};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn of_forty_tasks_three_fail_and_one_loads_for_the_rest() {
    let once = Arc::new(tasks::Once::<String>::default());
    let loads = Arc::new(AtomicU32::new(0));
    let mut callers = JoinSet::new();
    let start = Instant::now();
    for _ in 0..40 {
        let (once, loads) = (Arc::clone(&once), Arc::clone(&loads));
        callers.spawn(async move {
            once.get_or_load(|| async move {
                sleep(Duration::from_secs(1)).await;
                match loads.fetch_add(1, Ordering::Relaxed) {
                    0..3 => Err(LoadError {
                        reason: "busy".to_owned(),
                    }),
                    _ => Ok("keys".to_owned()),
                }
            })
            .await
        });
    }
    let got = callers.join_all().await;
    let failed = got.iter().filter(|got| got.is_err()).count();
    assert_eq!(
        (failed, loads.load(Ordering::Relaxed)),
        (3, 4),
        "failures and loads of 40 callers"
    );
    assert_eq!(
        start.elapsed().as_secs(),
        4,
        "one load after the other, 1 s each"
    );
}
