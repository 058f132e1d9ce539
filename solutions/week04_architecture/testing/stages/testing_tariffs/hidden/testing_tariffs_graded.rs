//! Stage 3: tariffs that nobody has thought of.

#[allow(dead_code, reason = "each test file uses its own part")]
mod nights {
    include!("support/nights.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use dunning::{Date, dun};
use nights::{Dice, ledger};
use support::{Paper, date, lines};

struct Rule {
    kind: &'static str,
    from: i64,
    wait: i64,
    to: String,
    fee: i64,
    percent: i64,
}

const KINDS: [&str; 4] = ["club", "private", "estate", "public"];

fn rules(dice: &mut Dice) -> Vec<Rule> {
    let mut rules = Vec::new();
    for kind in KINDS {
        for from in 0..4_i64 {
            if dice.roll(4) == 0 {
                continue;
            }
            let least = from.max(1);
            let to = least + dice.days(u64::try_from(4 - least).unwrap_or(0) + 1);
            rules.push(Rule {
                kind,
                from,
                wait: [3, 7, 10, 14, 30, 90, 20, 5][usize::try_from(dice.roll(8)).unwrap_or(0)],
                to: if to == 4 {
                    "lawyer".to_owned()
                } else {
                    to.to_string()
                },
                fee: dice.days(3) * 125,
                percent: dice.days(13),
            });
        }
        // So that each kind is known.
        rules.push(Rule {
            kind,
            from: -1,
            wait: 0,
            to: String::new(),
            fee: [0, 500, 1_000][usize::try_from(dice.roll(3)).unwrap_or(0)],
            percent: 0,
        });
    }
    rules
}

/// The lines for rows, by the shortest way there is.
fn expected(rules: &[Rule], rows: &[String], today: Date) -> Vec<String> {
    let mut said = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let parts: Vec<&str> = row.split(';').collect();
        if row.is_empty() || row.starts_with('#') {
            continue;
        }
        if parts.len() != 9 || parts[0].is_empty() {
            said.push(format!("line {}: not understood", at + 1));
            continue;
        }
        let number = |at: usize| parts[at].parse::<i64>().expect("a number");
        let (open, level) = (number(3), number(5));
        if open == 0 {
            continue;
        }
        if parts[8] == "hold" {
            said.push(format!("{}: on hold", parts[0]));
            continue;
        }
        let of_kind = || rules.iter().filter(|rule| rule.kind == parts[2]);
        let least = of_kind()
            .find(|rule| rule.from == -1)
            .map_or(0, |it| it.fee);
        let Some(rule) = of_kind().find(|rule| rule.from == level) else {
            continue;
        };
        let late = today - date(parts[4]);
        let ripe = match level {
            0 => late > rule.wait,
            _ => today - date(parts[6]) >= rule.wait,
        };
        if !ripe || open < least {
            continue;
        }
        if rule.to == "lawyer" {
            said.push(format!("{}: to the lawyer", parts[0]));
            continue;
        }
        let total = open + number(7) + rule.fee + open * rule.percent * late / 36_500;
        said.push(format!(
            "{}: reminder {}, {}.{:02}",
            parts[0],
            rule.to,
            total / 100,
            total % 100
        ));
    }
    said
}

#[test]
fn any_tariff_is_followed() {
    for seed in 0..200 {
        let mut dice = Dice(seed + 7_000);
        let rules = rules(&mut dice);
        let today = date("2027-02-01") + dice.days(60);
        let rows = ledger(&mut dice, today, &KINDS, 12);
        let tariffs: Vec<String> = (rules.iter())
            .map(|rule| match rule.from {
                -1 => format!("{};least;{}", rule.kind, rule.fee),
                from => format!(
                    "{};{from};{};{};{};{}",
                    rule.kind, rule.wait, rule.to, rule.fee, rule.percent
                ),
            })
            .collect();
        let texts = |texts: &[String]| {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            lines(&texts)
        };
        let mut world = Paper::new(&today.to_string(), &[]);
        world.files.insert("ledger.csv".to_owned(), texts(&rows));
        world
            .files
            .insert("tariffs.csv".to_owned(), texts(&tariffs));
        dun(&[], &mut world);
        let said = &world.said[1..world.said.len() - 1];
        assert_eq!(
            said,
            expected(&rules, &rows, today),
            "what is said between the first and the last line (left), and what was expected (right), on {today} with the tariffs \
             {tariffs:#?} and the ledger {rows:#?}"
        );
    }
}
