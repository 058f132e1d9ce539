//! Random logs, compared with sums over the whole of them.

use replay_it::{Account, Record, Rules};

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

#[test]
fn random_logs_come_to_their_sums() {
    for seed in 1..=200 {
        let mut choices = Choices(seed);
        let mut log: Vec<Record> = Vec::new();
        let (mut balance, mut earned, mut gold) = (0_i64, 0_u64, false);
        for _ in 0..choices.below(60) {
            let amount = choices.below(900);
            let (record, points) = match choices.below(8) {
                0 => {
                    let points = amount / 10 * if gold { 2 } else { 1 };
                    (
                        Record::new("earned", 1, &[("cents", amount)]),
                        points as i64,
                    )
                }
                1 | 2 => (
                    Record::new("earned", 2, &[("points", amount)]),
                    amount as i64,
                ),
                3 => (
                    Record::new("spent", 1, &[("euros", amount / 100)]),
                    -((amount / 100 * 100) as i64),
                ),
                4 | 5 => (
                    Record::new("spent", 2, &[("points", amount)]),
                    -(amount as i64),
                ),
                6 => (
                    Record::new("expired", 1, &[("points", amount)]),
                    -(amount as i64),
                ),
                _ => {
                    gold |= amount > 600;
                    let kind = if amount > 600 { "promoted" } else { "expired" };
                    (Record::new(kind, 1, &[("points", 0)]), 0)
                }
            };
            log.push(record);
            balance += points;
            earned += points.max(0) as u64;
        }
        let account = Account::replay(&log).expect("each record can be read");
        assert_eq!(
            (account.balance(), account.earned(), account.is_gold()),
            (balance, earned, gold),
            "seed {seed}: balance, points earned, gold"
        );
        let position = choices.below(log.len() as u64 + 1) as usize;
        let snapshot = Account::replay(&log[..position])
            .expect("each record can be read")
            .snapshot();
        assert_eq!(
            Account::restore(&snapshot, &log),
            Ok(account.clone()),
            "seed {seed}: from a snapshot after {position} records of {}",
            log.len()
        );

        let rules = Rules {
            bonus_percent: choices.below(200),
            gold_from: earned + choices.below(200),
        };
        let cents = choices.below(3_000);
        let bonus = if gold { rules.bonus_percent } else { 0 };
        let points = cents / 10 + cents / 10 * bonus / 100;
        log.extend(account.buy(cents, rules));
        let account = Account::replay(&log).expect("each record can be read");
        assert_eq!(
            (account.balance(), account.is_gold()),
            (
                balance + points as i64,
                gold || earned + points >= rules.gold_from
            ),
            "seed {seed}: balance and gold after a purchase of {cents} cents, under {rules:?}"
        );
    }
}
