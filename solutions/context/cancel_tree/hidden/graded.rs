//! The same promises in a deeper and wider tree.

use std::future::pending;

use cancel_tree::Scope;
use probes::live::Tracker;
use probes::tasks;
use tokio::task::yield_now;

fn query(scope: &Scope, tracker: &Tracker) {
    let held = tracker.token();
    scope.spawn(async move {
        let _held = held;
        pending().await
    });
}

async fn let_run() {
    for _ in 0..20 {
        yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_cut_in_the_middle_of_a_chain_ends_the_lower_part() {
    const DEPTH: usize = 60;
    let mut chain = vec![(Scope::new(), Tracker::new())];
    for _ in 1..DEPTH {
        let (above, _) = &chain[chain.len() - 1];
        let scope = above.child();
        chain.push((scope, Tracker::new()));
    }
    for (scope, tracker) in &chain {
        query(scope, tracker);
    }
    let_run().await;
    for cut in [40, 17, 0] {
        chain[cut].0.cancel();
        let_run().await;
        let alive: Vec<usize> = chain.iter().map(|(_, tracker)| tracker.alive()).collect();
        let expected: Vec<usize> = (0..DEPTH).map(|n| usize::from(n < cut)).collect();
        assert_eq!(
            alive, expected,
            "of a chain of {DEPTH} scopes, number {cut} was cancelled; queries alive by depth"
        );
        assert_eq!(tasks::settle(cut).await, cut);
    }
}

#[tokio::test(start_paused = true)]
async fn one_of_a_hundred_panels_goes_at_a_time() {
    let dashboard = Scope::new();
    let tracker = Tracker::new();
    let mut panels: Vec<Scope> = (0..100).map(|_| dashboard.child()).collect();
    for panel in &panels {
        query(panel, &tracker);
    }
    for left in (50..100).rev() {
        // By turns: cancelled and kept, dropped.
        let panel = panels.swap_remove(left / 2);
        if left % 2 == 0 {
            panel.cancel();
            let_run().await;
            assert_eq!(tracker.alive(), left, "after a panel was cancelled");
            panel.cancel();
        }
        drop(panel);
        let_run().await;
        assert_eq!(tracker.alive(), left, "after a panel was dropped");
    }
    drop(dashboard);
    let_run().await;
    assert_eq!(tracker.alive(), 0, "the dashboard was dropped");
    for panel in &panels {
        query(panel, &tracker);
    }
    let_run().await;
    assert_eq!(tracker.alive(), 0, "below a dashboard that was dropped");
    assert_eq!(tasks::settle(0).await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_query_may_hold_the_scope_below_it() {
    // As a panel's task that owns the scope of its parts. It goes with the task.
    let dashboard = Scope::new();
    let tracker = Tracker::new();
    let panel = dashboard.child();
    let part = panel.child();
    query(&part, &tracker);
    dashboard.spawn(async move {
        let _held = (panel, part);
        pending().await
    });
    let_run().await;
    assert_eq!(tracker.alive(), 1);
    dashboard.cancel();
    assert_eq!(tasks::settle(0).await, 0, "tasks alive");
    assert_eq!(tracker.alive(), 0);
}
