//! The same promises, against a plain list that nobody would use.

use arena_graph::{Graph, Job};

/// The costs of what a job depends on, in order.
fn needs(graph: &Graph, job: &Job) -> Vec<Option<u32>> {
    graph
        .dependencies(job)
        .iter()
        .map(|job| graph.cost(job))
        .collect()
}

struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// Longest chain by trying all, or `None` in a ring.
fn longest(costs: &[Option<u32>], edges: &[(usize, usize)]) -> Option<u64> {
    let mut ends: Vec<Option<u64>> = vec![None; costs.len()];
    for _ in 0..=costs.len() {
        for (job, cost) in costs.iter().enumerate() {
            let Some(cost) = cost else { continue };
            let mut needed = edges.iter().filter(|edge| edge.0 == job);
            let before = needed.try_fold(0, |before: u64, edge| Some(before.max(ends[edge.1]?)));
            ends[job] = before.map(|before| before + u64::from(*cost));
        }
    }
    let alive = costs.iter().zip(&ends).filter(|(cost, _)| cost.is_some());
    alive
        .map(|(_, end)| *end)
        .try_fold(0, |longest: u64, end| Some(longest.max(end?)))
}

#[test]
fn a_long_day_gives_the_same_answers_as_a_list() {
    let mut numbers = Numbers(3);
    let mut graph = Graph::new();
    let mut jobs: Vec<Job> = Vec::new();
    let mut costs: Vec<Option<u32>> = Vec::new();
    let mut edges: Vec<(usize, usize)> = Vec::new();
    let mut rings = 0;
    for step in 0..600 {
        match numbers.below(8) {
            0 | 1 => {
                let cost = numbers.below(50) as u32;
                jobs.push(graph.add(cost));
                costs.push(Some(cost));
            }
            2 if !jobs.is_empty() => {
                let job = numbers.below(jobs.len());
                assert_eq!(graph.remove(&jobs[job]), costs[job].take(), "step {step}");
                edges.retain(|edge| edge.0 != job && edge.1 != job);
            }
            _ if !jobs.is_empty() => {
                let (job, on) = (numbers.below(jobs.len()), numbers.below(jobs.len()));
                // Mostly backwards, so that there is not always a ring.
                let (job, on) = if numbers.below(30) == 0 {
                    (job, on)
                } else {
                    (job.max(on), job.min(on))
                };
                if job == on {
                    continue;
                }
                let both = costs[job].is_some() && costs[on].is_some();
                assert_eq!(graph.depend(&jobs[job], &jobs[on]), both, "step {step}");
                if both && !edges.contains(&(job, on)) {
                    edges.push((job, on));
                }
            }
            _ => {}
        }
        assert_eq!(graph.len(), costs.iter().flatten().count(), "step {step}");
        for (job, handle) in jobs.iter().enumerate() {
            assert_eq!(graph.cost(handle), costs[job], "step {step}");
            let expected: Vec<Option<u32>> = edges
                .iter()
                .filter(|edge| edge.0 == job)
                .map(|edge| costs[edge.1])
                .collect();
            assert_eq!(needs(&graph, handle), expected, "step {step}, job {job}");
        }
        if step % 20 == 0 {
            let expected = longest(&costs, &edges);
            rings += usize::from(expected.is_none());
            assert_eq!(graph.longest(), expected, "step {step}");
        }
    }
    assert!(rings < 30, "most of the day there was no ring: {rings}");
}

#[test]
fn a_place_may_have_many_owners() {
    let mut graph = Graph::new();
    let mut gone: Vec<Job> = Vec::new();
    for cost in 0..200 {
        let job = graph.add(cost);
        assert!(
            gone.iter()
                .all(|old| graph.cost(old).is_none() && *old != job)
        );
        assert!(graph.depend(&job, &job));
        assert_eq!(graph.remove(&job), Some(cost));
        gone.push(job);
    }
    assert_eq!((graph.len(), graph.longest()), (0, Some(0)));
}
