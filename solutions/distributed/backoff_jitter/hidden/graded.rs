//! Other policies, and stories compared with a model.

use std::time::Duration;

use backoff_jitter::simulation::{self, Service};
use backoff_jitter::{Client, Effect, Failure, Policy};
use tokio::time::Instant;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

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

#[tokio::test(start_paused = true)]
async fn any_policy_is_kept_as_in_a_model() {
    for seed in 1..=100 {
        story(seed).await;
    }
}

async fn story(seed: u64) {
    let mut choices = Choices(seed);
    let policy = Policy {
        attempts: 1 + choices.below(6) as u32,
        first: ms(choices.below(3) * 40),
        cap: ms(10 + choices.below(3) * 60),
        reserve: choices.below(8) as u32,
        percent: choices.below(5) as u32 * 25,
    };
    let client = Client::new(policy, seed);
    let most = u64::from(policy.reserve) * 100;
    let mut saved = most;
    for number in 1..=40 {
        let effect = match choices.below(2) {
            0 => Effect::Repeatable,
            _ => Effect::Once,
        };
        let answers: Vec<Result<(), Failure>> = (0..policy.attempts)
            .map(|_| match choices.below(8) {
                0..4 => Err(Failure::Refused),
                4..6 => Err(Failure::NoAnswer),
                6 => Err(Failure::Invalid),
                _ => Ok(()),
            })
            .collect();

        saved = most.min(saved + u64::from(policy.percent));
        let mut expected = 1;
        while expected < answers.len() && saved >= 100 {
            match (answers[expected - 1], effect) {
                (Err(Failure::Refused), _) | (Err(Failure::NoAnswer), Effect::Repeatable) => {}
                _ => break,
            }
            saved -= 100;
            expected += 1;
        }

        let told = format!("seed {seed}, {policy:?}, call {number}, {effect:?}, {answers:?}");
        let mut made = 0;
        let mut last = Instant::now();
        let outcome = client
            .call(effect, || {
                let waited = last.elapsed();
                last = Instant::now();
                if made > 0 {
                    let limit = policy.cap.min(policy.first * 2_u32.pow(made as u32 - 1));
                    assert!(
                        waited <= limit + ms(1),
                        "{told}: retry {made} came after {waited:?}, at most {limit:?} were allowed"
                    );
                }
                made += 1;
                let answer = answers[made - 1];
                async move { answer }
            })
            .await;
        assert_eq!(
            (made, outcome),
            (expected, answers[expected - 1]),
            "{told}: attempts made, and what the call ended with"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn another_crowd_lets_another_service_come_back() {
    let policy = Policy {
        attempts: 14,
        first: ms(50),
        cap: ms(2_000),
        reserve: 20,
        percent: 0,
    };
    for seed in 100..=104 {
        let service = Service::new(ms(2_500), 80);
        let answered = simulation::crowd(400, policy, seed, &service).await;
        assert_eq!(
            (answered, service.falls()),
            (400, 0),
            "seed {seed}: of 400 clients so many got an answer, and so often the service fell over again. Arrivals \
             per 100 ms: {:?}",
            service.arrivals()
        );
    }
}
