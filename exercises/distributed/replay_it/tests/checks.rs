//! What a log comes to, whenever it was written and however it is read.

use replay_it::{Account, Record, Refusal, Rules, SCHEMA};

const RULES: Rules = Rules {
    bonus_percent: 50,
    gold_from: 1_000,
};

fn record(kind: &str, version: u32, fields: &[(&str, u64)]) -> Record {
    Record::new(kind, version, fields)
}

fn shown(log: &[Record]) -> String {
    let records: Vec<String> = log.iter().map(Record::to_string).collect();
    records.join(", ")
}

/// Balance, points ever earned, and whether it is gold.
fn figures(account: &Account) -> (i64, u64, bool) {
    (account.balance(), account.earned(), account.is_gold())
}

#[track_caller]
fn replay(log: &[Record]) -> Account {
    match Account::replay(log) {
        Ok(account) => account,
        Err(unreadable) => panic!(
            "each of these records can be read, and record {} was refused: {}",
            unreadable.position,
            shown(log)
        ),
    }
}

/// A member's life under rules that change: what is appended, and what each step came to on its day.
fn life() -> (Vec<Record>, Vec<(i64, u64, bool)>) {
    let mut log = Vec::new();
    let mut on_the_day = Vec::new();
    let rules = [
        RULES,
        RULES,
        RULES,
        Rules {
            bonus_percent: 37,
            ..RULES
        },
        Rules {
            bonus_percent: 0,
            gold_from: 9_999_999,
        },
        RULES,
    ];
    for rules in rules {
        let account = replay(&log);
        log.extend(account.buy(6_005, rules));
        log.extend(replay(&log).spend(250));
        on_the_day.push(figures(&replay(&log)));
    }
    (log, on_the_day)
}

#[test]
fn what_was_decided_stays() {
    let (log, on_the_day) = life();
    assert_eq!(
        on_the_day,
        [
            (350, 600, false),
            (700, 1_200, true),
            (1_350, 2_100, true),
            (1_922, 2_922, true),
            (2_272, 3_522, true),
            (2_922, 4_422, true),
        ],
        "balance, points earned and gold after each of six purchases of 60.05 and of 250 points spent: 600 points each, \
         gold from 1,000 on, with a bonus of 50%, 50%, 37%, none and 50%. The log: {}",
        shown(&log)
    );
}

#[test]
fn who_becomes_gold_is_written_down() {
    let account = replay(&[]);
    let records = account.buy(10_000, RULES);
    assert_eq!(
        figures(&replay(&records)),
        (1_000, 1_000, true),
        "1,000 points at once, and gold from 1,000 on. Appended: {}",
        shown(&records)
    );
    let generous = Rules {
        gold_from: 500,
        ..RULES
    };
    let log = account.buy(6_000, RULES);
    assert!(!replay(&log).is_gold(), "600 points, and gold from 1,000");
    let more = replay(&log).buy(10, generous);
    let log = [log, more].concat();
    assert!(
        replay(&log).is_gold(),
        "601 points, and gold from 500 since today: {}",
        shown(&log)
    );
}

#[test]
fn more_than_there_is_is_not_spent() {
    let account = replay(&[record("earned", 2, &[("points", 100)])]);
    assert_eq!(account.spend(101), Err(Refusal::TooFew));
    assert_eq!(account.spend(u64::MAX), Err(Refusal::TooFew));
    let spent = account.spend(100);
    assert!(spent.is_ok(), "100 of 100: {spent:?}");
}

#[test]
fn records_of_all_times_are_read() {
    for (log, expected) in [
        (
            vec![record("earned", 1, &[("cents", 12_349)])],
            (1_234, 1_234, false),
        ),
        (
            vec![
                record("earned", 1, &[("cents", 5_000)]),
                record("promoted", 1, &[]),
                record("earned", 1, &[("cents", 5_000)]),
            ],
            // Whoever bought as a gold member then was promised twice the points.
            (1_500, 1_500, true),
        ),
        (
            vec![
                record("promoted", 1, &[]),
                record("earned", 2, &[("points", 700)]),
                record("spent", 1, &[("euros", 2)]),
                record("spent", 2, &[("points", 30)]),
                record("expired", 1, &[("points", 70)]),
            ],
            (400, 700, true),
        ),
    ] {
        assert_eq!(
            figures(&replay(&log)),
            expected,
            "balance, points earned and gold of a log with records of several years: {}",
            shown(&log)
        );
    }
}

#[test]
fn what_has_happened_is_not_refused() {
    let log = [
        record("earned", 2, &[("points", 100)]),
        record("spent", 1, &[("euros", 3)]),
        record("earned", 2, &[("points", 50)]),
    ];
    assert_eq!(
        figures(&replay(&log)),
        (-150, 150, false),
        "in 2022 a bug let members spend more than they had. They did, so the account is below zero, and neither an \
         error nor zero is true: {}",
        shown(&log)
    );
    assert_eq!(replay(&log).spend(1), Err(Refusal::TooFew));
}

#[test]
fn a_record_that_nobody_knows_is_an_error() {
    let good = record("earned", 2, &[("points", 100)]);
    for unknown in [
        record("donated", 1, &[("points", 60)]),
        record("spent", 3, &[("points", 60)]),
        record("earned", 2, &[("cents", 600)]),
        record("spent", 2, &[]),
        record("promoted", 2, &[]),
    ] {
        let log = [good.clone(), unknown.clone(), good.clone()];
        let outcome = Account::replay(&log).map_err(|unreadable| {
            assert_eq!(unreadable.record, unknown);
            unreadable.position
        });
        assert_eq!(
            outcome,
            Err(1),
            "`{unknown}` was written by code that is newer than this. To pass over it is to show a balance that is \
             wrong, and to decide by it"
        );
    }
}

#[test]
fn a_snapshot_makes_no_difference() {
    let (mut log, _) = life();
    log.splice(
        3..3,
        [
            record("earned", 1, &[("cents", 777)]),
            record("spent", 1, &[("euros", 1)]),
        ],
    );
    let whole = replay(&log);
    for position in 0..=log.len() {
        let snapshot = replay(&log[..position]).snapshot();
        assert_eq!(snapshot.position, position, "records in the snapshot");
        let restored = Account::restore(&snapshot, &log).expect("each record can be read");
        assert_eq!(
            restored,
            whole,
            "restored from a snapshot after {position} records, and replayed from the start: {}",
            shown(&log)
        );
        let second = restored.snapshot();
        assert_eq!(
            Account::restore(&second, &log),
            Ok(whole.clone()),
            "a snapshot of what was restored from a snapshot"
        );
    }
}

#[test]
fn a_snapshot_saves_reading() {
    let mut log = vec![record("earned", 2, &[("points", 100)]); 5];
    let snapshot = replay(&log).snapshot();
    log[2] = record("moved to the archive", 1, &[]);
    log.push(record("spent", 2, &[("points", 1)]));
    let restored = Account::restore(&snapshot, &log).map(|account| figures(&account));
    assert_eq!(
        restored,
        Ok((499, 500, false)),
        "the snapshot has five records in it, so only the sixth is read"
    );
    log.push(record("donated", 1, &[]));
    let position = Account::restore(&snapshot, &log).map_err(|unreadable| unreadable.position);
    assert_eq!(position, Err(6), "counted from the start of the log");
}

#[test]
fn a_snapshot_that_cannot_be_used_is_not() {
    let (log, _) = life();
    let (short, whole) = (&log[..4], replay(&log));
    let strange = vec![record("earned", 2, &[("points", 9)]); 4];
    for schema in [SCHEMA - 1, SCHEMA + 1] {
        let mut snapshot = replay(&strange).snapshot();
        snapshot.schema = schema;
        assert_eq!(
            Account::restore(&snapshot, &log),
            Ok(whole.clone()),
            "a snapshot of schema {schema} was written by other code than this ({SCHEMA}), for which a state meant \
             something else; the log says it all"
        );
    }
    assert_eq!(
        Account::restore(&whole.snapshot(), short),
        Ok(replay(short)),
        "the log was restored from a backup and is shorter than the snapshot, which tells of what has not happened"
    );
}
