// The program of the first stage, written once more: as it was, right in two other ways, or with one of the mistakes that
// people make when they tidy it up. Which, is said by the number.
//
// Look for mistakes in what a program does, not here: a check that was written after reading this finds these.

use dunning::{Date, World};

/// As it was.
pub const ORIGINAL: u8 = 0;

// Right, and different where nobody can rely on it.
pub const SPEAKS_AT_THE_END: u8 = 1;
pub const SAVES_EACH_TIME: u8 = 2;

// What examples find.
pub const A_DAY_EARLY: u8 = 10;
pub const TOWNS_PAY: u8 = 11;
pub const SMALL_FOR_ALL: u8 = 12;
pub const FEES_FORGOTTEN: u8 = 13;
pub const INTEREST_ON_FEES: u8 = 14;
pub const INTEREST_SINCE_LAST: u8 = 15;
pub const SATURDAYS: u8 = 16;
pub const TWO_STEPS: u8 = 17;
pub const BAD_LINES_LOST: u8 = 18;
pub const DRY_SAVES: u8 = 19;
pub const REFUSED_COUNTS: u8 = 20;
pub const HELD_TO_THE_LAWYER: u8 = 21;
pub const ONLY_THESE_STAY: u8 = 22;
pub const NO_DAY_FOR_THE_LAWYER: u8 = 23;
pub const A_DATE_PER_ROW: u8 = 24;

// What examples find by luck.
pub const INTEREST_OF_THE_NEIGHBOUR: u8 = 30;
pub const A_BAD_LINE_TAKES_THE_NEXT: u8 = 31;
pub const INTEREST_IN_32_BITS: u8 = 32;
pub const SUM_IN_32_BITS: u8 = 33;
pub const EVERY_NIGHT_AGAIN: u8 = 34;
pub const NO_LAWYER_ON_DRY_DAYS: u8 = 35;
pub const SORTED: u8 = 36;
pub const MARKS_LOST: u8 = 37;

struct Row<'l> {
    number: &'l str,
    customer: &'l str,
    kind: &'l str,
    open: i64,
    due: Date,
    level: i64,
    last: Option<Date>,
    fees: i64,
    mark: &'l str,
}

fn row(line: &str) -> Option<Row<'_>> {
    let parts: Vec<&str> = line.split(';').collect();
    let [number, customer, kind, open, due, level, last, fees, mark] = parts[..] else {
        return None;
    };
    let known = ["private", "business", "public"].contains(&kind)
        && ["0", "1", "2", "3", "9"].contains(&level);
    let last = match last {
        "-" => None,
        date => Some(date.parse().ok()?),
    };
    if number.is_empty() || !known || last.is_none() != (level == "0") {
        return None;
    }
    Some(Row {
        number,
        customer,
        kind,
        open: open.parse::<u32>().ok()?.into(),
        due: due.parse().ok()?,
        level: level.parse().ok()?,
        last,
        fees: fees.parse::<u32>().ok()?.into(),
        mark,
    })
}

/// What is to be done with a row.
enum Step {
    Nothing,
    Letter { level: i64, fee: i64, interest: i64 },
    Lawyer,
}

fn step<const M: u8>(row: &Row<'_>, today: Date) -> Step {
    let late = today - row.due;
    let since = row.last.map_or(0, |last| today - last);
    let interest = |percent: i64| {
        let of = if M == INTEREST_ON_FEES {
            row.open + row.fees
        } else {
            row.open
        };
        let days = match row.last {
            Some(_) if M == INTEREST_SINCE_LAST => since,
            _ => late,
        };
        if M == INTEREST_IN_32_BITS {
            let cents = (of as i32).wrapping_mul((percent * days) as i32);
            return i64::from(cents / 36_500);
        }
        of * percent * days / 36_500
    };
    let letter = |level, fee, percent| Step::Letter {
        level,
        fee,
        interest: interest(percent),
    };
    if M == SMALL_FOR_ALL && row.open < 500 {
        return Step::Nothing;
    }
    let kind = match row.kind {
        "public" if M == TOWNS_PAY && row.level > 0 => "private",
        kind => kind,
    };
    let grace = if M == A_DAY_EARLY { 6 } else { 7 };
    match (kind, row.level) {
        ("private", _) if row.open < 500 => Step::Nothing,
        ("private", 0) if M == TWO_STEPS && late > 21 => letter(2, 250, 5),
        ("private", 0) if late > grace => letter(1, 0, 0),
        ("private", 1) if since >= 14 => letter(2, 250, 5),
        ("private", 2) if since >= 14 => letter(3, 500, 5),
        ("business", 0) if late > 3 => letter(1, 4_000, 9),
        ("business", 1) if since >= 10 => letter(2, 0, 9),
        ("business", 2) if since >= 10 => letter(3, 0, 9),
        ("private" | "business", 3) if since >= 30 => Step::Lawyer,
        ("public", 0) if late > 30 => letter(1, 0, 0),
        ("public", 1) if since >= 30 => letter(2, 0, 0),
        ("public", 2) if since >= 90 => letter(2, 0, 0),
        _ => Step::Nothing,
    }
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn workday<const M: u8>(mut day: Date) -> Date {
    let free = if M == SATURDAYS { 6 } else { 5 };
    while day.weekday() > free {
        day = day + 1;
    }
    day
}

fn text<const M: u8>(row: &Row<'_>, level: i64, fees: i64, interest: i64, today: Date) -> String {
    let title = match level {
        3 => "Last reminder".to_owned(),
        level => format!("Reminder {level}"),
    };
    let mut text = format!("{title} for {}\nTo: {}\n", row.number, row.customer);
    text += &format!("Open: {}\n", money(row.open));
    if fees > 0 {
        text += &format!("Fees: {}\n", money(fees));
    }
    if interest > 0 {
        text += &format!("Interest: {}\n", money(interest));
    }
    let by = workday::<M>(today + if level == 3 { 7 } else { 10 });
    text + &format!(
        "Total: {}\nPlease pay by {by}.\n",
        money(row.open + fees + interest)
    )
}

fn flags<'f>(flags: &[&'f str]) -> Option<(bool, &'f str)> {
    let (mut dry, mut only) = (false, "");
    let mut words = flags.iter();
    while let Some(word) = words.next() {
        match *word {
            "--dry" => dry = true,
            "--only" => only = words.next()?,
            _ => return None,
        }
    }
    Some((dry, only))
}

/// A run of the program with this number.
pub fn program<const M: u8>(words: &[&str], world: &mut dyn World) -> u8 {
    let mut said = Vec::new();
    let code = night::<M>(words, world, &mut said);
    for line in said {
        world.say(&line);
    }
    code
}

fn night<const M: u8>(words: &[&str], world: &mut dyn World, later: &mut Vec<String>) -> u8 {
    let mut say = |world: &mut dyn World, line: String| {
        if M == SPEAKS_AT_THE_END {
            later.push(line);
        } else {
            world.say(&line);
        }
    };
    let Some((dry, only)) = flags(words) else {
        say(
            world,
            "usage: dunning FOLDER [--dry] [--only KIND]".to_owned(),
        );
        return 2;
    };
    let mut today = world.today();
    let dryly = if dry { " (dry)" } else { "" };
    say(world, format!("dunning {today}{dryly}"));
    let Ok(ledger) = world.read("ledger.csv") else {
        say(world, "cannot read ledger.csv".to_owned());
        return 2;
    };
    let (mut code, mut count, mut sum, mut changed) = (0, 0, 0, false);
    let mut lines: Vec<Option<String>> = ledger.lines().map(|line| Some(line.to_owned())).collect();
    let (mut neighbour, mut take_the_next) = (0, false);
    for (at, line) in ledger.lines().enumerate() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        let Some(row) = row(line) else {
            say(world, format!("line {}: not understood", at + 1));
            code = 1;
            take_the_next = M == A_BAD_LINE_TAKES_THE_NEXT;
            if M == BAD_LINES_LOST {
                lines[at] = None;
            }
            continue;
        };
        if row.open == 0 || std::mem::take(&mut take_the_next) {
            continue;
        }
        if !only.is_empty() && row.kind != only {
            if M == ONLY_THESE_STAY {
                lines[at] = None;
            }
            continue;
        }
        if M == A_DATE_PER_ROW {
            today = world.today();
        }
        let step = step::<M>(&row, today);
        if row.mark == "hold" && !(M == HELD_TO_THE_LAWYER && matches!(step, Step::Lawyer)) {
            say(world, format!("{}: on hold", row.number));
            continue;
        }
        let (level, fees) = match step {
            Step::Nothing => continue,
            Step::Lawyer => {
                if !dry || M != NO_LAWYER_ON_DRY_DAYS {
                    say(world, format!("{}: to the lawyer", row.number));
                }
                (9, row.fees)
            }
            Step::Letter {
                level,
                fee,
                interest,
            } => {
                let interest = match interest {
                    0 if M == INTEREST_OF_THE_NEIGHBOUR => neighbour,
                    own => own,
                };
                neighbour = interest;
                let fees = row.fees + fee;
                let named = if M == FEES_FORGOTTEN { fee } else { fees };
                let total = row.open + named + interest;
                let name = format!("letters/{}-{level}.txt", row.number);
                let letter = text::<M>(&row, level, named, interest, today);
                let refused = !dry && world.write(&name, &letter).is_err();
                if refused {
                    say(world, format!("cannot write {name}"));
                    code = 1;
                    if M != REFUSED_COUNTS {
                        continue;
                    }
                } else {
                    say(
                        world,
                        format!("{}: reminder {level}, {}", row.number, money(total)),
                    );
                    count += 1;
                    sum += total;
                }
                (level, fees)
            }
        };
        changed = true;
        let day = match row.last {
            Some(last) if level == 9 && M == NO_DAY_FOR_THE_LAWYER => last,
            Some(last) if level == row.level && M == EVERY_NIGHT_AGAIN => last,
            _ => today,
        };
        lines[at] = Some(format!(
            "{};{};{};{};{};{level};{day};{fees};{}",
            row.number,
            row.customer,
            row.kind,
            row.open,
            row.due,
            if M == MARKS_LOST { "" } else { row.mark }
        ));
        if M == SAVES_EACH_TIME && !dry {
            let _ = world.write("ledger.csv", &joined(&lines));
        }
    }
    if M == SUM_IN_32_BITS {
        sum = i64::from(sum as u32);
    }
    if M == SORTED {
        lines.sort();
    }
    say(world, format!("{count} letters, {}", money(sum)));
    let saves = changed && (!dry || M == DRY_SAVES) || M == SPEAKS_AT_THE_END && !dry;
    if saves && world.write("ledger.csv", &joined(&lines)).is_err() && changed {
        say(world, "cannot write ledger.csv".to_owned());
        return 2;
    }
    code
}

fn joined(lines: &[Option<String>]) -> String {
    lines
        .iter()
        .flatten()
        .map(|line| format!("{line}\n"))
        .collect()
}
