//! The same promises over a long day.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use all_or_nothing::{Bank, Failure, Transfer};
use rusqlite::Connection;

/// Numbers that look random and are the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (((self.0 >> 32) * u64::from(end)) >> 32) as u32
    }
}

#[test]
fn a_long_day_keeps_the_books() {
    let db = Connection::open_in_memory().expect("memory is there");
    let mut bank = Bank::new(db).expect("an empty database can be a bank");
    let mut books = [500_i64; 5];
    for id in 0..5 {
        bank.open(id, 500).expect("a new account");
    }
    let mut entries = Vec::new();
    let mut numbers = Numbers(5);
    for _ in 0..300 {
        let list: Vec<Transfer> = (0..=numbers.below(4))
            .map(|_| Transfer {
                // Account 5 does not exist.
                payer: i64::from(numbers.below(6)),
                payee: i64::from(numbers.below(6)),
                cents: numbers.below(300),
            })
            .collect();
        let (refuses, panics) = (numbers.below(12), numbers.below(12));
        let asked = Cell::new(0);
        let rule = |_, _| {
            asked.set(asked.get() + 1);
            assert!(
                asked.get() != panics,
                "this rule panics, as the test wants it to"
            );
            if asked.get() == refuses {
                return Err("no".to_owned());
            }
            Ok(())
        };
        let made = catch_unwind(AssertUnwindSafe(|| bank.transfer_all(&list, &rule)));

        let mut after = books;
        let mut expected = Ok(Ok(()));
        for (at, order) in list.iter().enumerate() {
            let (payer, payee) = (order.payer as usize, order.payee as usize);
            if let Some(unknown) = [payer, payee].into_iter().find(|&id| id > 4) {
                expected = Ok(Err((at, Failure::Unknown(unknown as i64))));
                break;
            }
            after[payer] -= i64::from(order.cents);
            after[payee] += i64::from(order.cents);
            if after[payer] < 0 {
                expected = Ok(Err((at, Failure::NotEnough)));
                break;
            }
            let asked = at as u32 + 1;
            if asked == panics {
                expected = Err(());
                break;
            }
            if asked == refuses {
                expected = Ok(Err((at, Failure::Refused("no".to_owned()))));
                break;
            }
        }
        if expected == Ok(Ok(())) {
            books = after;
            entries.extend(&list);
        }
        assert_eq!(made.map_err(drop), expected, "{list:?}");
        let balances: Vec<i64> = (0..5)
            .map(|id| bank.balance(id).expect("it is there"))
            .collect();
        assert_eq!(balances, books, "after {list:?}");
        assert_eq!(bank.entries(), Ok(entries.clone()), "after {list:?}");
    }
    assert!(
        entries.len() > 50,
        "enough of them were made for this to mean something"
    );
}
