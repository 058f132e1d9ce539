//! The plans: what each is called, what it charges, and how long there is to pay.
//!
//! The only file that knows which plans there are. A new one is a variant; the compiler leads to the rest.

use std::cmp::Ordering;

use super::date::Date;
use super::money::{Money, Percent, Seats};

/// What a customer has agreed to.
#[derive(Debug, Clone, Copy)]
pub enum Plan {
    /// Costs nothing.
    Free,
    /// 9.00 a seat. 10,000 requests a seat are included.
    Team { seats: Seats },
    /// As a team, with a discount in per cent on the seats.
    Enterprise { seats: Seats, discount: Percent },
    /// Pay as you go.
    Metered,
    /// A fee from this day on, and requests that are cheaper the more there are.
    Tiered { from: Date },
}

/// What is charged, and how much.
#[derive(Debug)]
pub struct Line {
    pub label: String,
    pub amount: Money,
}

impl Plan {
    /// The plan that a line of a script names.
    pub fn parse(words: &[&str]) -> Option<Plan> {
        Some(match *words {
            ["free"] => Plan::Free,
            ["team", seats] => Plan::Team {
                seats: seats.parse().ok()?,
            },
            ["enterprise", seats, discount] => Plan::Enterprise {
                seats: seats.parse().ok()?,
                discount: discount.parse().ok()?,
            },
            ["metered"] => Plan::Metered,
            ["tiered", from] => Plan::Tiered {
                from: from.parse().ok()?,
            },
            _ => return None,
        })
    }

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Plan::Free => "free",
            Plan::Team { .. } => "team",
            Plan::Enterprise { .. } => "enterprise",
            Plan::Metered => "metered",
            Plan::Tiered { .. } => "tiered",
        }
    }

    /// How many days the customer has to pay.
    pub fn days(self) -> u32 {
        match self {
            // No invoice of it is ever written, and the arm says so better than a rest that takes it in by chance.
            Plan::Free | Plan::Team { .. } => 14,
            Plan::Enterprise { .. } => 60,
            Plan::Metered => 7,
            Plan::Tiered { .. } => 30,
        }
    }

    /// The lines of an invoice of this day, after so many requests. `None` where none is written, whatever was used.
    pub fn lines(self, usage: u64, date: Date) -> Option<Vec<Line>> {
        match self {
            Plan::Free => None,
            Plan::Team { seats } => {
                let further = further_requests(seats, usage);
                Some([fee(seats)].into_iter().chain(further).collect())
            }
            Plan::Enterprise { seats, discount } => {
                let off = (!discount.is_zero()).then(|| Line {
                    label: format!("discount {discount}%"),
                    amount: -discount.of(fee(seats).amount),
                });
                let further = further_requests(seats, usage);
                Some([fee(seats)].into_iter().chain(off).chain(further).collect())
            }
            Plan::Metered => Some(vec![Line {
                label: format!("{usage} requests"),
                amount: METERED_THOUSAND * usage.div_ceil(1_000),
            }]),
            Plan::Tiered { from } => {
                Some(month(from, date).into_iter().chain(tiers(usage)).collect())
            }
        }
    }
}

const SEAT: Money = Money::from_cents(9_00);
const INCLUDED: u64 = 10_000;
const FURTHER_THOUSAND: Money = Money::from_cents(20);
const METERED_THOUSAND: Money = Money::from_cents(30);

// What a team and an enterprise have in common is two functions that both call, and no class that both are.

fn fee(seats: Seats) -> Line {
    Line {
        label: format!("{seats} seats"),
        amount: SEAT * seats.count(),
    }
}

fn further_requests(seats: Seats, usage: u64) -> Option<Line> {
    let further = usage.saturating_sub(seats.count() * INCLUDED);
    (further > 0).then(|| Line {
        label: format!("{further} further requests"),
        amount: FURTHER_THOUSAND * further.div_ceil(1_000),
    })
}

const TIERED_MONTH: Money = Money::from_cents(20_00);

/// Up to how many requests a thousand costs how much.
const TIERS: [(u64, Money); 3] = [
    (10_000, Money::from_cents(40)),
    (100_000, Money::from_cents(20)),
    (u64::MAX, Money::from_cents(10)),
];

/// The fee of the month of an invoice: whole, for the days that are left, or none before the plan begins.
fn month(from: Date, date: Date) -> Option<Line> {
    let (days, all) = match date.month().cmp(&from.month()) {
        Ordering::Less => return None,
        Ordering::Equal => from.rest_of_month(),
        Ordering::Greater => (1, 1),
    };
    let label = if days == all {
        "month".to_owned()
    } else {
        format!("{days} of {all} days")
    };
    Some(Line {
        label,
        amount: TIERED_MONTH.share(days.into(), all.into()),
    })
}

/// Each tier that is reached has its line, for the requests in it.
fn tiers(usage: u64) -> impl Iterator<Item = Line> {
    let from = [0].into_iter().chain(TIERS.map(|(to, _)| to));
    from.zip(TIERS)
        .filter(move |(from, _)| *from < usage)
        .map(move |(from, (to, price))| {
            let requests = usage.min(to) - from;
            Line {
                label: format!("{requests} requests at {price}"),
                amount: price * requests.div_ceil(1_000),
            }
        })
}
