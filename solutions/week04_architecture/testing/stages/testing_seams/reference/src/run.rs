//! The nightly run, as it has grown.

use std::path::Path;

use crate::{Date, Disk, World};

/// One run in a folder, on the date of the machine.
///
/// The result is the exit code: 0; 1 where something was left out; 2 where nothing was done.
pub fn run(folder: &Path, flags: &[&str]) -> u8 {
    dun(flags, &mut Disk::new(folder))
}

// Nothing else is changed yet, ugly or not. What is moved and mended in one step can't be told apart when a test fails.
/// One run in a world.
///
/// The result is the exit code: 0; 1 where something was left out; 2 where nothing was done.
pub fn dun(flags: &[&str], world: &mut dyn World) -> u8 {
    let mut dry = false;
    let mut only = "";
    let mut i = 0;
    while i < flags.len() {
        if flags[i] == "--dry" {
            dry = true;
        } else if flags[i] == "--only" && i + 1 < flags.len() {
            i += 1;
            only = flags[i];
        } else {
            world.say("usage: dunning FOLDER [--dry] [--only KIND]");
            return 2;
        }
        i += 1;
    }
    // Once: a run that goes on past midnight is still the run of this day.
    let today = world.today();
    if dry {
        world.say(&format!("dunning {today} (dry)"));
    } else {
        world.say(&format!("dunning {today}"));
    }
    let Ok(text) = world.read("ledger.csv") else {
        world.say("cannot read ledger.csv");
        return 2;
    };
    let mut code = 0;
    let mut changed = false;
    let mut count = 0;
    let mut sum = 0;
    let mut new = String::new();
    for (n, l) in text.lines().enumerate() {
        if l.starts_with('#') || l.trim().is_empty() {
            new += l;
            new += "\n";
            continue;
        }
        // number;customer;kind;open;due;level;last;fees;mark
        let p: Vec<&str> = l.split(';').collect();
        let ok = p.len() == 9
            && !p[0].is_empty()
            && (p[2] == "private" || p[2] == "business" || p[2] == "public")
            && p[3].parse::<u32>().is_ok()
            && p[4].parse::<Date>().is_ok()
            && (p[5] == "0" || p[5] == "1" || p[5] == "2" || p[5] == "3" || p[5] == "9")
            && (p[6] == "-" || p[6].parse::<Date>().is_ok())
            && (p[6] == "-") == (p[5] == "0")
            && p[7].parse::<u32>().is_ok();
        if !ok {
            world.say(&format!("line {}: not understood", n + 1));
            code = 1;
            new += l;
            new += "\n";
            continue;
        }
        let open = p[3].parse::<i64>().unwrap_or(0);
        let due = p[4].parse::<Date>().unwrap_or(today);
        let mut level = p[5].parse::<i64>().unwrap_or(0);
        let last = p[6].parse::<Date>().unwrap_or(today);
        let mut fees = p[7].parse::<i64>().unwrap_or(0);
        if open == 0 || (!only.is_empty() && p[2] != only) {
            new += l;
            new += "\n";
            continue;
        }
        if p[8] == "hold" {
            world.say(&format!("{}: on hold", p[0]));
            new += l;
            new += "\n";
            continue;
        }
        let mut interest = 0;
        let mut send = false;
        let mut over = false;
        if p[2] == "private" {
            if open >= 500 {
                if level == 0 && today - due > 7 {
                    level = 1;
                    send = true;
                } else if level == 1 && today - last >= 14 {
                    level = 2;
                    fees += 250;
                    interest = open * 5 * (today - due) / 36_500;
                    send = true;
                } else if level == 2 && today - last >= 14 {
                    level = 3;
                    fees += 500;
                    interest = open * 5 * (today - due) / 36_500;
                    send = true;
                } else if level == 3 && today - last >= 30 {
                    level = 9;
                    over = true;
                }
            }
        } else if p[2] == "business" {
            if level == 0 && today - due > 3 {
                level = 1;
                fees += 4_000;
                interest = open * 9 * (today - due) / 36_500;
                send = true;
            } else if level == 1 && today - last >= 10 {
                level = 2;
                interest = open * 9 * (today - due) / 36_500;
                send = true;
            } else if level == 2 && today - last >= 10 {
                level = 3;
                interest = open * 9 * (today - due) / 36_500;
                send = true;
            } else if level == 3 && today - last >= 30 {
                level = 9;
                over = true;
            }
        } else {
            // no fees, no interest, and nobody takes a town to court
            if level == 0 && today - due > 30 {
                level = 1;
                send = true;
            } else if level == 1 && today - last >= 30 {
                level = 2;
                send = true;
            } else if level == 2 && today - last >= 90 {
                // again and again
                send = true;
            }
        }
        if over {
            world.say(&format!("{}: to the lawyer", p[0]));
        }
        if send {
            let total = open + fees + interest;
            let mut by = today + 10;
            if level == 3 {
                by = today + 7;
            }
            while by.weekday() > 5 {
                by = by + 1;
            }
            let mut t = String::new();
            if level == 3 {
                t += &format!("Last reminder for {}\n", p[0]);
            } else {
                t += &format!("Reminder {level} for {}\n", p[0]);
            }
            t += &format!("To: {}\n", p[1]);
            t += &format!("Open: {}.{:02}\n", open / 100, open % 100);
            if fees > 0 {
                t += &format!("Fees: {}.{:02}\n", fees / 100, fees % 100);
            }
            if interest > 0 {
                t += &format!("Interest: {}.{:02}\n", interest / 100, interest % 100);
            }
            t += &format!("Total: {}.{:02}\n", total / 100, total % 100);
            t += &format!("Please pay by {by}.\n");
            if !dry {
                let f = format!("letters/{}-{level}.txt", p[0]);
                if world.write(&f, &t).is_err() {
                    world.say(&format!("cannot write {f}"));
                    code = 1;
                    new += l;
                    new += "\n";
                    continue;
                }
            }
            world.say(&format!(
                "{}: reminder {level}, {}.{:02}",
                p[0],
                total / 100,
                total % 100
            ));
            count += 1;
            sum += total;
        }
        if send || over {
            changed = true;
            new += &format!(
                "{};{};{};{};{};{level};{today};{fees};{}\n",
                p[0], p[1], p[2], p[3], p[4], p[8]
            );
        } else {
            new += l;
            new += "\n";
        }
    }
    world.say(&format!("{count} letters, {}.{:02}", sum / 100, sum % 100));
    if changed && !dry && world.write("ledger.csv", &new).is_err() {
        world.say("cannot write ledger.csv");
        return 2;
    }
    code
}
