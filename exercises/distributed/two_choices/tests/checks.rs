//! Where requests go: first pick by pick, and then what that does to a fleet. Seeds decide all chance.

use two_choices::Balancer;
use two_choices::simulation::{self, Figures, Fleet, RoundRobin};

/// How often each backend is picked, of 12,000 times, if the loads are always these.
fn picks(capacities: &[u32], loads: &[u32]) -> Vec<u32> {
    let mut balancer = Balancer::new(capacities, 7);
    let mut picks = vec![0; capacities.len()];
    for _ in 0..12_000 {
        balancer.report(loads);
        picks[balancer.pick().expect("there are backends")] += 1;
    }
    picks
}

/// 280 are five times the standard deviation of such a count, or more.
#[track_caller]
fn assert_near(picks: &[u32], expected: &[u32], why: &str) {
    let near = picks
        .iter()
        .zip(expected)
        .all(|(found, expected)| match expected {
            0 => *found == 0,
            _ => found.abs_diff(*expected) < 280,
        });
    assert!(
        near,
        "of 12,000 requests the backends got {picks:?}, and about {expected:?} was expected: {why}"
    );
}

#[test]
fn two_are_drawn_and_the_better_one_is_taken() {
    assert_near(
        &picks(&[1, 1, 1], &[0, 5, 9]),
        &[8_000, 4_000, 0],
        "of three pairs two have backend 0 in them, which is the better one in both; backend 2 is the worse one of \
         each pair, as long as the two are different",
    );
    assert_near(
        &picks(&[1, 1, 1, 1], &[9, 2, 7, 4]),
        &[0, 6_000, 2_000, 4_000],
        "of six pairs backend 1 is the better one in three, 3 in two, and 2 in one",
    );
}

#[test]
fn equals_are_treated_as_equals() {
    assert_near(
        &picks(&[1; 4], &[3; 4]),
        &[3_000; 4],
        "all are equal. If the one with the smallest number won, every gateway would pick the same",
    );
    let mut first = Balancer::new(&[1; 50], 1);
    let mut second = Balancer::new(&[1; 50], 2);
    let mut again = Balancer::new(&[1; 50], 1);
    let mut alike = 0;
    for number in 0..100 {
        let pick = first.pick();
        assert_eq!(
            again.pick(),
            pick,
            "pick {number} of two with the same seed"
        );
        alike += u32::from(second.pick() == pick);
    }
    assert!(
        alike < 20,
        "two gateways with different seeds made {alike} of 100 picks alike, with 50 backends"
    );
}

#[test]
fn what_was_sent_since_the_report_counts() {
    let mut balancer = Balancer::new(&[1, 1], 1);
    balancer.report(&[0, 4]);
    let picks: Vec<_> = (0..4).map(|_| balancer.pick()).collect();
    assert_eq!(
        picks,
        [Some(0); 4],
        "the report says 0 and 4, and both are drawn each time: with what was sent since, 1, 2 and 3 are less than 4"
    );
    for _ in 0..20 {
        let pair = [balancer.pick(), balancer.pick()];
        assert!(
            pair.contains(&Some(0)) && pair.contains(&Some(1)),
            "both have the same now, and then one of them one more, but {pair:?} were picked"
        );
    }
    balancer.report(&[9, 0]);
    let picks: Vec<_> = (0..9).map(|_| balancer.pick()).collect();
    assert_eq!(
        picks,
        [Some(1); 9],
        "the new report says 9 and 0, and has in it what was sent before"
    );
}

#[test]
fn a_backend_is_drawn_as_often_as_it_is_large() {
    assert_near(
        &picks(&[2, 1, 1], &[0, 5, 9]),
        &[10_000, 2_000, 0],
        "backend 0 has half of the capacity. Without it is one pair of six, 1/4 · 1/3 for each order",
    );
    // All as busy as each other with one more: what is drawn first is taken.
    assert_near(
        &picks(&[1, 2, 3], &[9, 19, 29]),
        &[2_000, 4_000, 6_000],
        "all are as busy, so each gets its share of the capacity",
    );
}

#[test]
fn busy_is_what_a_backend_would_have_for_its_capacity() {
    for (capacities, loads, expected) in [
        ([1, 4], [2, 5], 1),
        ([1, 4], [0, 5], 0),
        ([1, 4], [0, 0], 1),
        ([3, 7], [4, 10], 1),
        ([3, 7], [4, 11], 0),
        ([u32::MAX, 1], [3_000_000_000, 0], 0),
    ] {
        let mut balancer = Balancer::new(&capacities, 3);
        for _ in 0..20 {
            balancer.report(&loads);
            assert_eq!(
                balancer.pick(),
                Some(expected),
                "capacities {capacities:?}, loads {loads:?}: with one more request, which one has less for its capacity?"
            );
        }
    }
}

#[test]
fn a_backend_on_its_way_out_gets_nothing() {
    let mut balancer = Balancer::new(&[1, 1, 1], 1);
    balancer.set_capacity(1, 0);
    for _ in 0..100 {
        balancer.report(&[5, 0, 5]);
        let pick = balancer.pick();
        assert_ne!(
            pick,
            Some(1),
            "backend 1 has capacity 0: it is on its way out"
        );
    }
    balancer.set_capacity(0, 0);
    assert_eq!(balancer.pick(), Some(2), "the only one that is left");
    balancer.set_capacity(2, 0);
    assert_eq!(balancer.pick(), None, "none is left");
    balancer.set_capacity(0, 3);
    assert_eq!(balancer.pick(), Some(0), "backend 0 is back");
    assert_eq!(Balancer::new(&[], 1).pick(), None, "there never was one");
}

/// Twenty backends with two workers each, asked for 70% of what they can do.
fn even() -> Fleet {
    Fleet {
        capacities: vec![2; 20],
        slow: None,
        broken: None,
        busy_percent: 70,
    }
}

fn yours(fleet: &Fleet, seed: u64) -> Figures {
    simulation::run(fleet, seed, |seed| Balancer::new(&fleet.capacities, seed))
}

fn round_robin(fleet: &Fleet, seed: u64) -> Figures {
    let backends = fleet.capacities.len();
    simulation::run(fleet, seed, |seed| RoundRobin::new(backends, seed))
}

#[test]
fn a_fleet_without_trouble_is_no_slower_than_by_turns() {
    for seed in 1..=2 {
        let (yours, turns) = (yours(&even(), seed), round_robin(&even(), seed));
        assert!(
            yours.p99 * 100 <= turns.p99 * 120 && yours.median * 100 <= turns.median * 150,
            "seed {seed}: half of the requests took up to {} ms and 99% up to {} ms; by turns it is {} and {}. Reports are \
             up to 20 ms old, and ten gateways read the same: where all go to the one that looks best, it is the worst",
            yours.median,
            yours.p99,
            turns.median,
            turns.p99
        );
    }
}

#[test]
fn a_slow_backend_costs_few() {
    let fleet = Fleet {
        slow: Some(7),
        ..even()
    };
    for seed in 1..=2 {
        let (yours, turns) = (yours(&fleet, seed), round_robin(&fleet, seed));
        assert!(
            yours.p99 <= 150,
            "seed {seed}: backend 7 is five times as slow as the others, and got {}% of the requests. 99% of all took up \
             to {} ms; by turns it is {} ms, as its line never ends",
            yours.shares[7],
            yours.p99,
            turns.p99
        );
    }
}

#[test]
fn a_large_backend_gets_its_share() {
    let mut capacities = vec![1; 15];
    capacities.extend([8; 5]);
    let fleet = Fleet {
        capacities,
        busy_percent: 75,
        ..even()
    };
    for seed in 1..=2 {
        let yours = yours(&fleet, seed);
        assert!(
            yours.p99 <= 90,
            "seed {seed}: 15 backends have one worker and five have eight, which is 73% of all. 99% of the requests took \
             up to {} ms, and these are the shares in per cent: {:?}",
            yours.p99,
            yours.shares
        );
    }
}

#[test]
fn a_broken_backend_attracts_few() {
    let fleet = Fleet {
        broken: Some(3),
        busy_percent: 50,
        ..even()
    };
    for seed in 1..=2 {
        let share = yours(&fleet, seed).shares[3];
        assert!(
            share <= 10,
            "seed {seed}: backend 3 answers at once, with an error, so it always looks idle, and it got {share}% of the \
             requests. Of two that are drawn from twenty it is one in a tenth of all cases"
        );
    }
}
