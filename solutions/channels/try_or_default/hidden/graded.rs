//! The same promises at other values.

use std::num::NonZeroU32;
use std::sync::mpsc;

use try_or_default::{Intake, Taken};

#[test]
fn large_shares_hold() {
    for share in [1_000, u32::MAX] {
        let (urgent, urgent_jobs) = mpsc::channel();
        let (bulk, bulk_jobs) = mpsc::channel();
        let share = NonZeroU32::new(share).expect("not zero");
        let mut intake = Intake::new(urgent_jobs, bulk_jobs, share);
        for job in 0..3_000 {
            urgent.send(job).expect("received");
            bulk.send(job).expect("received");
        }
        let bulk = (0..3_000)
            .filter(|_| matches!(intake.take(), Taken::Bulk(_)))
            .count();
        let expected = if share.get() == 1_000 { 2 } else { 0 };
        assert_eq!(bulk, expected, "bulk jobs of 3,000 with a share of {share}");
    }
}

#[test]
fn random_waves_pass_nobody_over() {
    let mut seed = 7_u64;
    let mut random = move |below: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for share in 1..=6_u32 {
        let (urgent, urgent_jobs) = mpsc::channel();
        let (bulk, bulk_jobs) = mpsc::channel();
        let weight = NonZeroU32::new(share).expect("not zero");
        let mut intake = Intake::new(urgent_jobs, bulk_jobs, weight);
        let (mut sent, mut next) = ([0_u32; 2], [0_u32; 2]);
        let mut passed = [0_u32; 2];
        for _ in 0..5_000 {
            if random(3) > 0 {
                urgent.send(sent[0]).expect("received");
                sent[0] += 1;
            }
            if random(5) == 0 {
                bulk.send(sent[1]).expect("received");
                sent[1] += 1;
            }
            for _ in 0..random(3) {
                let (queue, job) = match intake.take() {
                    Taken::Urgent(job) => (0, job),
                    Taken::Bulk(job) => (1, job),
                    Taken::Idle => {
                        assert_eq!(next, sent, "idle, though jobs wait");
                        continue;
                    }
                    Taken::Closed => panic!("both queues are open"),
                };
                assert_eq!(job, next[queue], "in the order of its queue");
                next[queue] += 1;
                passed[queue] = 0;
                let other = 1 - queue;
                passed[other] = if next[other] < sent[other] {
                    passed[other] + 1
                } else {
                    0
                };
                assert!(
                    passed[0] <= 1 && passed[1] <= share,
                    "share {share}: passed over in a row, urgent {} and bulk {} times",
                    passed[0],
                    passed[1]
                );
            }
        }
        drop((urgent, bulk));
        while !matches!(intake.take(), Taken::Closed) {
            next[0] += 1;
        }
        assert_eq!(next[0] + next[1], sent[0] + sent[1], "no job is lost");
    }
}
