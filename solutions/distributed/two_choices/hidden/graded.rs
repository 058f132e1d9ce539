//! Other numbers, other fleets.

use two_choices::Balancer;
use two_choices::simulation::{self, Fleet};

/// The chance of each backend, by going through all pairs.
fn chances(capacities: &[u32], loads: &[u32]) -> Vec<f64> {
    let total: f64 = capacities.iter().map(|capacity| f64::from(*capacity)).sum();
    let mut chances = vec![0.0; capacities.len()];
    for (a, size_a) in capacities.iter().enumerate() {
        for (b, size_b) in capacities.iter().enumerate() {
            if a == b || *size_a == 0 || *size_b == 0 {
                continue;
            }
            let (size_a, size_b) = (f64::from(*size_a), f64::from(*size_b));
            let chance = size_a / total * size_b / (total - size_a);
            let busy = |load: u32, size: f64| f64::from(load + 1) / size;
            let taken = if busy(loads[b], size_b) < busy(loads[a], size_a) {
                b
            } else {
                a
            };
            chances[taken] += chance;
        }
    }
    chances
}

#[test]
fn any_fleet_is_drawn_from_as_its_pairs_say() {
    for (seed, capacities, loads) in [
        (1, [1, 2, 3, 4, 5], [4, 4, 4, 4, 4]),
        (2, [5, 1, 1, 1, 1], [9, 0, 1, 2, 3]),
        (3, [2, 0, 2, 7, 2], [1, 0, 1, 9, 1]),
        (4, [1, 1, 16, 1, 1], [0, 0, 60, 0, 0]),
    ] {
        let mut balancer = Balancer::new(&capacities, seed);
        let mut picks = [0_u32; 5];
        for _ in 0..20_000 {
            balancer.report(&loads);
            picks[balancer.pick().expect("there are backends")] += 1;
        }
        for (number, chance) in chances(&capacities, &loads).into_iter().enumerate() {
            let share = f64::from(picks[number]) / 20_000.0;
            assert!(
                (share - chance).abs() < 0.02,
                "capacities {capacities:?}, loads {loads:?}: backend {number} got {share:.3} of the requests, and its \
                 pairs make {chance:.3}"
            );
        }
    }
}

#[test]
fn another_fleet_holds_too() {
    let fleet = Fleet {
        capacities: vec![4, 1, 4, 1, 4, 1, 4, 1, 4, 1],
        slow: Some(4),
        broken: None,
        busy_percent: 60,
    };
    for seed in 20..22 {
        let figures = simulation::run(&fleet, seed, |seed| Balancer::new(&fleet.capacities, seed));
        assert!(
            figures.p99 <= 150 && figures.shares[4] <= 10,
            "seed {seed}: one of five large backends is slow. 99% took up to {} ms; the shares are {:?}",
            figures.p99,
            figures.shares
        );
    }
}
