//! Whoever closes a scope closes what is below it. The clock is paused and nothing here waits for it.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cancel_tree::Scope;
use probes::alloc;
use probes::live::Tracker;
use probes::tasks;
use tokio::task::yield_now;

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

/// Starts `queries` queries that never end by themselves, and lets them begin.
async fn start(scope: &Scope, queries: usize) -> Tracker {
    let tracker = Tracker::new();
    for _ in 0..queries {
        let held = tracker.token();
        scope.spawn(async move {
            let _held = held;
            pending().await
        });
    }
    let_run().await;
    tracker
}

/// Lets every task run until it waits, without time passing.
async fn let_run() {
    for _ in 0..20 {
        yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn cancelling_a_scope_ends_all_below_it() {
    let dashboard = Scope::new();
    let panel = dashboard.child();
    let part = panel.child();
    let (on_dashboard, on_panel, in_part) = (
        start(&dashboard, 2).await,
        start(&panel, 3).await,
        start(&part, 4).await,
    );

    dashboard.cancel();
    let_run().await;
    assert_eq!(
        (on_dashboard.alive(), on_panel.alive(), in_part.alive()),
        (0, 0, 0),
        "the dashboard is cancelled, which reaches every scope below; there were 2 queries of its own, \
         3 on a panel and 4 in a part of the panel, and so many of them still hold what they held"
    );
    assert_eq!(tasks::settle(0).await, 0, "tasks are alive");
}

#[tokio::test(start_paused = true)]
async fn cancelling_a_scope_ends_nothing_beside_or_above() {
    let dashboard = Scope::new();
    let (sales, stock) = (dashboard.child(), dashboard.child());
    let by_region = sales.child();
    let above = start(&dashboard, 1).await;
    let beside = start(&stock, 2).await;
    let cancelled = start(&sales, 4).await;
    let below = start(&by_region, 8).await;

    sales.cancel();
    let_run().await;
    assert_eq!(
        (above.alive(), beside.alive()),
        (1, 2),
        "the panel `sales` is cancelled, which is no concern of the dashboard above it (1 query) nor of \
         the panel `stock` beside it (2 queries); so many of them are left"
    );
    assert_eq!(
        (cancelled.alive(), below.alive()),
        (0, 0),
        "the panel `sales` and the part below it are cancelled; so many of their queries are left"
    );

    let again = start(&stock.child(), 0).await;
    let late = start(&dashboard, 1).await;
    assert_eq!(
        (again.alive(), late.alive()),
        (0, 1),
        "a dashboard goes on taking queries after one of its panels was cancelled"
    );
    assert_eq!(
        tasks::settle(4).await,
        4,
        "the 4 queries above and beside are left, and so many tasks are alive"
    );
}

#[tokio::test(start_paused = true)]
async fn in_a_cancelled_scope_nothing_starts() {
    const QUERIES: usize = 64;
    let dashboard = Scope::new();
    let panel = dashboard.child();
    let begun = Arc::new(AtomicUsize::new(0));
    let query = || {
        let begun = Arc::clone(&begun);
        async move {
            begun.fetch_add(1, Ordering::Relaxed);
        }
    };

    dashboard.cancel();
    let opened_late = panel.child();
    for _ in 0..QUERIES {
        panel.spawn(query());
        opened_late.spawn(query());
    }
    let_run().await;
    let begun = begun.load(Ordering::Relaxed);
    assert_eq!(
        begun,
        0,
        "so many of {} queries have begun although the dashboard was cancelled before; \
         in a cancelled scope, and in one made below it, a query is dropped and never polled",
        2 * QUERIES
    );
}

#[tokio::test(start_paused = true)]
async fn a_scope_that_is_dropped_is_cancelled() {
    let dashboard = Scope::new();
    let panel = dashboard.child();
    let part = panel.child();
    let on_dashboard = start(&dashboard, 1).await;
    let on_panel = start(&panel, 2).await;
    let in_part = start(&part, 3).await;

    drop(panel);
    let_run().await;
    assert_eq!(
        (on_panel.alive(), in_part.alive()),
        (0, 0),
        "the panel was dropped. Of its 2 queries and the 3 of the part below it so many go on, and \
         nobody can cancel them any more"
    );
    assert_eq!(on_dashboard.alive(), 1, "the dashboard's own query goes on");
    assert_eq!(
        tasks::settle(1).await,
        1,
        "one query is left, on the dashboard, and so many tasks are alive"
    );
}

#[test]
fn what_has_ended_leaves_nothing() {
    const ROUNDS: usize = 5_000;
    const ALLOWED: u64 = 64 * 1024;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let (left, tally) = alloc::measure(|| {
        runtime.block_on(async {
            let dashboard = Scope::new();
            for _ in 0..ROUNDS {
                dashboard.spawn(async {});
                let panel = dashboard.child();
                let part = panel.child();
                part.spawn(pending());
                yield_now().await;
                drop((panel, part));
                yield_now().await;
            }
            let left = tasks::settle(0).await;
            dashboard.cancel();
            left
        })
    });
    assert_eq!(
        left, 0,
        "{ROUNDS} panels were opened and dropped and {ROUNDS} queries ended by themselves; \
         so many tasks are alive while the dashboard stays open"
    );
    assert!(
        tally.peak_bytes <= ALLOWED,
        "{ROUNDS} panels, one after the other, and as many queries took up to {} bytes at a time \
         (allowed: {ALLOWED}); a dashboard must not keep a place for each that it ever had",
        tally.peak_bytes
    );
}
