//! Plays the schedules of `src/schedules.rs` on `lab/stock.rs`, step by step.

#[path = "../src/counts.rs"]
mod counts;
#[path = "support/replay.rs"]
mod replay;
#[path = "../src/schedules.rs"]
mod schedules;
#[path = "../lab/stock.rs"]
mod stock;

mod sync {
    pub use crate::replay::atomic;
}

use counts::Counts;
use schedules::{Answer, GHOST_SEAT, HARMLESS, LOST_SALE, OVERSOLD, Schedule, TORN_LOOK};
use stock::Stock;

#[derive(Clone, Copy)]
enum Call {
    Sell(u32),
    TakeBack(u32),
    Counts,
}

impl Call {
    fn on(self, stock: &Stock) -> Answer {
        match self {
            Call::Sell(seats) if stock.sell(seats) => Answer::Sold,
            Call::Sell(_) => Answer::Refused,
            Call::TakeBack(seats) => {
                stock.take_back(seats);
                Answer::TakenBack
            }
            Call::Counts => Answer::Saw(stock.counts()),
        }
    }
}

/// A concert, and the two calls on it.
struct Case {
    words: &'static str,
    start: Counts,
    a: Call,
    b: Call,
}

/// Plays a schedule, holds the end against what was predicted, and then asks whether it is what was wanted.
#[track_caller]
fn play(case: &Case, schedule: Schedule, wanted: &str, is_wanted: impl Fn(&Schedule) -> bool) {
    let Case { words, start, a, b } = case;
    let stock = Stock::new(start.free, start.sold);
    let played = replay::play(schedule.turns, || a.on(&stock), || b.on(&stock));
    let played =
        played.unwrap_or_else(|error| panic!("{words}, and {start} at first\n  {error}\n"));
    let ended = Schedule {
        turns: schedule.turns,
        a: played.a,
        b: played.b,
        end: stock.counts(),
    };
    let steps = played.steps;
    assert!(
        ended == schedule,
        "{words}, and {start} at first\n  predicted: {}\n  it ends:   {}\n\n{steps}\n",
        say(&schedule),
        say(&ended)
    );
    assert!(
        is_wanted(&ended),
        "{words}, and {start} at first\n  wanted:  {wanted}\n  it ends: {}, as predicted\n\n{steps}\n",
        say(&ended)
    );
}

fn say(schedule: &Schedule) -> String {
    let say = |answer| match answer {
        Answer::Sold => "has sold".to_owned(),
        Answer::Refused => "is refused".to_owned(),
        Answer::TakenBack => "has taken back".to_owned(),
        Answer::Saw(counts) => format!("saw {counts}"),
    };
    format!(
        "A {}, B {}, {}",
        say(schedule.a),
        say(schedule.b),
        schedule.end
    )
}

#[test]
fn both_get_the_last_seat() {
    let case = Case {
        words: "A sells 1 while B sells 1",
        start: Counts { free: 1, sold: 0 },
        a: Call::Sell(1),
        b: Call::Sell(1),
    };
    let wanted = "both have sold the one seat";
    play(&case, OVERSOLD, wanted, |ended| {
        (ended.a, ended.b) == (Answer::Sold, Answer::Sold)
    });
}

#[test]
fn a_sale_is_lost_from_the_books() {
    let case = Case {
        words: "A sells 2 while B sells 1",
        start: Counts { free: 5, sold: 0 },
        a: Call::Sell(2),
        b: Call::Sell(1),
    };
    let wanted = "2 free, and other than 3 sold";
    play(&case, LOST_SALE, wanted, |ended| {
        ended.end.free == 2 && ended.end.sold != 3
    });
}

#[test]
fn the_concert_gains_a_seat() {
    let case = Case {
        words: "A takes back 1 while B sells 1",
        start: Counts { free: 1, sold: 1 },
        a: Call::TakeBack(1),
        b: Call::Sell(1),
    };
    let wanted = "more than 2 seats, free and sold together";
    play(&case, GHOST_SEAT, wanted, |ended| {
        ended.end.free + ended.end.sold > 2
    });
}

#[test]
fn a_look_sees_what_never_was() {
    let case = Case {
        words: "A sells 1 while B looks",
        start: Counts { free: 1, sold: 0 },
        a: Call::Sell(1),
        b: Call::Counts,
    };
    let wanted = "0 free and 1 sold, while B saw a concert that has not 1 seat";
    play(&case, TORN_LOOK, wanted, |ended| {
        let Answer::Saw(seen) = ended.b else {
            return false;
        };
        ended.end == Counts { free: 0, sold: 1 } && seen.free + seen.sold != 1
    });
}

#[test]
fn five_switches_do_no_harm() {
    let case = Case {
        words: "A sells 2 while B sells 1",
        start: Counts { free: 5, sold: 0 },
        a: Call::Sell(2),
        b: Call::Sell(1),
    };
    let turns: Vec<char> = HARMLESS
        .turns
        .chars()
        .filter(|turn| !turn.is_whitespace())
        .collect();
    let switches = turns.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let wanted = format!("2 free and 3 sold after five switches or more; here are {switches}");
    play(&case, HARMLESS, &wanted, |ended| {
        ended.end == Counts { free: 2, sold: 3 } && switches >= 5
    });
}
