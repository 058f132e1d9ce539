//! The plans: what each is called, what it charges, and how long there is to pay.
//!
//! The only file that knows which plans there are. A new one is a variant; the compiler leads to the rest.

use std::any::Any;

/// What a customer has agreed to.
#[derive(Debug, Clone, Copy)]
pub enum Plan {
    /// Costs nothing.
    Free,
    /// 9.00 a seat. 10,000 requests a seat are included.
    Team { seats: f64 },
    /// As a team, with a discount in per cent on the seats.
    Enterprise { seats: f64, discount: f64 },
    /// Pay as you go.
    Metered,
}

/// What is charged, and how much. Still a text, as it was: one thing at a time.
pub type Line = (String, String);

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
            _ => return None,
        })
    }

    /// Whether an enterprise's terms hold.
    fn is_enterprise(&self) -> bool {
        let terms: Box<dyn Any> = match *self {
            Plan::Enterprise { seats, discount } => Box::new((seats, discount)),
            Plan::Free | Plan::Team { .. } | Plan::Metered => Box::new(()),
        };
        terms.downcast_ref::<(f64, f64)>().is_some()
    }

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Plan::Free => "free",
            Plan::Team { .. } => "team",
            Plan::Enterprise { .. } => "enterprise",
            Plan::Metered => "metered",
        }
    }

    /// How many days the customer has to pay.
    pub fn days(self) -> u32 {
        match self {
            // No invoice of it is ever written, and the arm says so better than a rest that takes it in by chance.
            Plan::Enterprise { .. } if self.is_enterprise() => 60,
            Plan::Free | Plan::Team { .. } | Plan::Enterprise { .. } => 14,
            Plan::Metered => 7,
        }
    }

    /// The lines of an invoice after so many requests. `None` where none is written, whatever was used.
    pub fn lines(self, usage: f64) -> Option<Vec<Line>> {
        match self {
            Plan::Free => None,
            Plan::Team { seats } => {
                let further = further_requests(seats, usage);
                Some([fee(seats)].into_iter().chain(further).collect())
            }
            Plan::Enterprise { seats, discount } => {
                let off = (discount > 0.0).then(|| {
                    let amount = seats * SEAT * discount / 100.0;
                    (format!("discount {discount}%"), format!("-{amount:.2}"))
                });
                let further = further_requests(seats, usage);
                Some([fee(seats)].into_iter().chain(off).chain(further).collect())
            }
            Plan::Metered => {
                let amount = (usage / 1_000.0).ceil() * 0.3;
                Some(vec![(format!("{usage} requests"), format!("{amount:.2}"))])
            }
        }
    }
}

/// What a seat costs.
const SEAT: f64 = 9.0;

// What a team and an enterprise have in common is two functions that both call, and no class that both are.

fn fee(seats: f64) -> Line {
    (format!("{seats} seats"), format!("{:.2}", seats * SEAT))
}

fn further_requests(seats: f64, usage: f64) -> Option<Line> {
    let further = usage - seats * 10_000.0;
    let amount = (further / 1_000.0).ceil() * 0.2;
    (further > 0.0).then(|| {
        (
            format!("{further} further requests"),
            format!("{amount:.2}"),
        )
    })
}
