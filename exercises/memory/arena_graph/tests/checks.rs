//! A graph says what was put into it, and frees what was taken out.

use std::thread;

use arena_graph::{Graph, Job};
use probes::alloc;

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

/// The costs of what a job depends on, in order.
fn needs(graph: &Graph, job: &Job) -> Vec<Option<u32>> {
    graph
        .dependencies(job)
        .iter()
        .map(|job| graph.cost(job))
        .collect()
}

#[test]
fn jobs_and_dependencies_are_found() {
    let mut graph = Graph::new();
    assert!(graph.is_empty());
    let [parse, check, link, test] = [3, 5, 7, 11].map(|cost| graph.add(cost));
    assert!(graph.depend(&check, &parse));
    assert!(graph.depend(&link, &check) && graph.depend(&link, &parse));
    assert!(graph.depend(&test, &link));
    assert!(graph.depend(&link, &check), "said twice");
    assert_eq!((graph.len(), graph.cost(&link)), (4, Some(7)));
    assert_eq!(
        needs(&graph, &link),
        [Some(5), Some(3)],
        "in the order in which it was said, and once"
    );
    assert_eq!(needs(&graph, &parse), []);
    assert!(graph.dependencies(&link)[1] == parse && parse != check);

    assert_eq!(graph.remove(&check), Some(5));
    assert_eq!(
        needs(&graph, &link),
        [Some(3)],
        "`check` was removed, and what depended on it does so no more"
    );
    assert_eq!((graph.len(), graph.cost(&check)), (3, None));
}

#[test]
fn a_removed_job_is_gone_for_good() {
    let mut graph = Graph::new();
    let other = graph.add(1);
    let old = graph.add(2);
    assert!(graph.depend(&other, &old));
    assert_eq!(graph.remove(&old), Some(2));
    let new: Vec<Job> = (10..14).map(|cost| graph.add(cost)).collect();

    assert_eq!(
        (graph.cost(&old), graph.remove(&old), graph.len()),
        (None, None, 5),
        "a job was removed and four others were added. The old handle's job is gone for good: it has no cost, \
         and removing it again removes nobody else"
    );
    assert!(
        !graph.depend(&new[0], &old) && !graph.depend(&old, &new[0]),
        "nothing can depend on a job that is gone, and it depends on nothing"
    );
    assert_eq!(
        needs(&graph, &other),
        [],
        "`other` depended on the one that is gone, and on no new one"
    );
    assert!(
        new.iter().all(|job| *job != old),
        "no new job is equal to the old one"
    );
}

#[test]
fn the_longest_chain_is_found_or_a_ring() {
    let mut graph = Graph::new();
    assert_eq!(graph.longest(), Some(0), "no jobs");
    let [a, b, c, e] = [5, 7, 1, 100].map(|cost| graph.add(cost));
    assert_eq!(graph.longest(), Some(100), "nobody waits for anybody");
    assert!(graph.depend(&b, &a) && graph.depend(&c, &b) && graph.depend(&c, &a));
    assert_eq!(graph.longest(), Some(100), "5 + 7 + 1 beside 100");
    assert!(graph.depend(&e, &c));
    assert_eq!(graph.longest(), Some(113), "5 + 7 + 1 + 100");

    assert!(graph.depend(&a, &e));
    assert_eq!(
        graph.longest(),
        None,
        "a waits for e, which waits for c, b and a"
    );
    assert_eq!(graph.remove(&b), Some(7));
    assert_eq!(graph.longest(), None, "c waits for a as well");
    assert_eq!(graph.remove(&c), Some(1));
    assert_eq!(
        graph.longest(),
        Some(105),
        "without b and c there is no ring"
    );
    assert!(graph.depend(&a, &a));
    assert_eq!(graph.longest(), None, "a waits for itself");
}

#[test]
fn a_ring_is_freed_with_its_graph() {
    let ring = || {
        let mut graph = Graph::new();
        let jobs: Vec<Job> = (0..100).map(|cost| graph.add(cost)).collect();
        for (n, job) in jobs.iter().enumerate() {
            assert!(graph.depend(job, &jobs[(n + 1) % 100]));
        }
    };
    let ((), one) = alloc::measure(ring);
    let ((), hundred) = alloc::measure(|| (0..100).for_each(|_| ring()));
    assert!(
        hundred.peak_bytes <= 2 * one.peak_bytes,
        "a graph with a ring of 100 jobs takes {} bytes. A hundred of them, of which each was dropped before \
         the next one was made, took {} at a time: they are not freed",
        one.peak_bytes,
        hundred.peak_bytes
    );
}

#[test]
fn places_are_used_again() {
    let churn = |rounds| {
        let mut graph = Graph::new();
        let hub = graph.add(1);
        for cost in 0..rounds {
            let job = graph.add(cost);
            assert!(graph.depend(&hub, &job) && graph.depend(&job, &hub));
            assert_eq!(graph.remove(&job), Some(cost));
        }
        assert_eq!((graph.len(), needs(&graph, &hub)), (1, vec![]));
    };
    let ((), few) = alloc::measure(|| churn(10));
    let ((), many) = alloc::measure(|| churn(5_000));
    assert!(
        many.peak_bytes <= few.peak_bytes + 1_024,
        "5,000 jobs were added and removed again, one job at a time. That took {} bytes, and ten of them took \
         {}: a graph must not keep a place for what is gone",
        many.peak_bytes,
        few.peak_bytes
    );
}

#[test]
fn a_long_chain_needs_no_stack() {
    const JOBS: usize = 20_000;
    /// A chain in which each job waits for the next one that is added, or for the one before.
    fn chain(for_the_next: bool) -> Graph {
        let mut graph = Graph::new();
        let mut last = graph.add(1);
        for _ in 1..JOBS {
            let job = graph.add(1);
            let (from, on) = if for_the_next {
                (&last, &job)
            } else {
                (&job, &last)
            };
            assert!(graph.depend(from, on));
            last = job;
        }
        graph
    }

    let longest = thread::Builder::new()
        .stack_size(128 * 1024)
        .spawn(|| [true, false].map(|for_the_next| chain(for_the_next).longest()))
        .expect("a thread starts")
        .join()
        .expect("no panic");
    assert_eq!(
        longest,
        [Some(JOBS as u64); 2],
        "two chains of {JOBS} jobs, in which each waits for the next and for the one before"
    );
}

#[test]
fn ten_thousand_jobs_are_measured() {
    const JOBS: usize = 10_000;
    // Room for the test's own handles, beforehand.
    let mut jobs: Vec<Job> = Vec::with_capacity(JOBS);
    let (graph, tally) = alloc::measure(|| {
        let mut graph = Graph::new();
        for n in 0..JOBS {
            let job = graph.add(n as u32 % 10);
            for back in [1, 7, 100] {
                if let Some(earlier) = n.checked_sub(back) {
                    assert!(graph.depend(&job, &jobs[earlier]));
                }
            }
            jobs.push(job);
        }
        graph
    });
    probes::figures::report("allocations", tally.allocations);
    assert_eq!(needs(&graph, &jobs[5_123]), [Some(2), Some(6), Some(3)]);
    assert_eq!(
        graph.longest(),
        Some(45_000),
        "all of them, one after the other"
    );
}
