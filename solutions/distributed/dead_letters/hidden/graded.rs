//! Stories compared with a model that looks at every job each time.

use std::time::Duration;

use dead_letters::{Config, Dead, Delivery, Gone, Id, Queue, Reason};

struct Choices(u64);

impl Choices {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Ready(u64),
    Leased { until: u64, delivery: usize },
    Done,
    Dead(Reason),
}

struct Model {
    lease: u64,
    pause: u64,
    attempts: u32,
    jobs: Vec<(Stage, u32)>,
    deliveries: usize,
}

impl Model {
    /// Ends leases.
    fn pass(&mut self, now: u64) {
        for (stage, attempts) in &mut self.jobs {
            if let Stage::Leased { until, .. } = *stage
                && until <= now
            {
                *stage = match *attempts < self.attempts {
                    true => Stage::Ready(until),
                    false => Stage::Dead(Reason::Silent),
                };
            }
        }
    }

    fn receive(&mut self, now: u64) -> Option<(usize, u32)> {
        let (_, job) = self
            .jobs
            .iter()
            .enumerate()
            .filter_map(|(job, (stage, _))| match stage {
                Stage::Ready(since) if *since <= now => Some((*since, job)),
                _ => None,
            })
            .min()?;
        self.deliveries += 1;
        let (stage, attempts) = &mut self.jobs[job];
        *attempts += 1;
        *stage = Stage::Leased {
            until: now + self.lease,
            delivery: self.deliveries,
        };
        Some((job, *attempts))
    }

    fn answer(&mut self, delivery: usize, answer: u64, now: u64) -> Result<(), Gone> {
        let (lease, pause, most) = (self.lease, self.pause, self.attempts);
        let (stage, attempts) = self
            .jobs
            .iter_mut()
            .find(|(stage, _)| matches!(stage, Stage::Leased { delivery: held, .. } if *held == delivery))
            .ok_or(Gone)?;
        *stage = match answer {
            0 => Stage::Done,
            1 => Stage::Leased {
                until: now + lease,
                delivery,
            },
            _ if *attempts < most => Stage::Ready(now + pause),
            _ => Stage::Dead(Reason::Failed("no".to_owned())),
        };
        Ok(())
    }
}

#[test]
fn any_story_goes_as_in_a_model() {
    for seed in 1..=200 {
        let mut choices = Choices(seed);
        let mut model = Model {
            lease: 1 + choices.below(40),
            pause: choices.below(30),
            attempts: 1 + choices.below(4) as u32,
            jobs: Vec::new(),
            deliveries: 0,
        };
        let second = Duration::from_secs;
        let config = Config {
            lease: second(model.lease),
            pause: second(model.pause),
            attempts: model.attempts,
        };
        let mut queue = Queue::new(config);
        let mut ids: Vec<Id> = Vec::new();
        let mut deliveries: Vec<Delivery<usize>> = Vec::new();
        let mut told = format!("seed {seed}, {config:?}:");
        let mut now = 0;
        for _ in 0..120 {
            now += choices.below(6);
            model.pass(now);
            match choices.below(10) {
                0 => {
                    told += &format!(" push at {now};");
                    ids.push(queue.push(ids.len(), second(now)));
                    model.jobs.push((Stage::Ready(now), 0));
                }
                1..5 => {
                    let delivery = queue.receive(second(now));
                    let seen = delivery.as_ref().map(|found| (found.job, found.attempt));
                    told += &format!(" receive at {now}: {seen:?};");
                    assert_eq!(seen, model.receive(now), "{told}");
                    if let Some(delivery) = delivery {
                        assert_eq!(delivery.id, ids[delivery.job], "{told}");
                        deliveries.push(delivery);
                    }
                }
                5..9 if !deliveries.is_empty() => {
                    let latest = deliveries.len().min(4) as u64;
                    let number = deliveries.len() - choices.below(latest) as usize;
                    let receipt = deliveries[number - 1].receipt;
                    let answer = choices.below(4);
                    told += &format!(" answer {answer} to delivery {number} at {now};");
                    let found = match answer {
                        0 => queue.ack(receipt, second(now)),
                        1 => queue.extend(receipt, second(now)),
                        _ => queue.fail(receipt, "no", second(now)),
                    };
                    assert_eq!(found, model.answer(number, answer, now), "{told}");
                }
                _ if !ids.is_empty() => {
                    let job = choices.below(ids.len() as u64) as usize;
                    told += &format!(" redrive {job} at {now};");
                    let is_dead = matches!(model.jobs[job], (Stage::Dead(_), _));
                    assert_eq!(queue.redrive(ids[job], second(now)), is_dead, "{told}");
                    if is_dead {
                        model.jobs[job] = (Stage::Ready(now), 0);
                    }
                }
                _ => {}
            }
            if choices.below(3) == 0 {
                let expected: Vec<Dead<usize>> = model
                    .jobs
                    .iter()
                    .enumerate()
                    .filter_map(|(job, (stage, _))| match stage {
                        Stage::Dead(reason) => Some(Dead {
                            id: ids[job],
                            job,
                            reason: reason.clone(),
                        }),
                        _ => None,
                    })
                    .collect();
                assert_eq!(
                    queue.dead(second(now)),
                    expected,
                    "{told} the dead at {now}"
                );
            }
        }
    }
}
