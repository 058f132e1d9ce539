//! The plans.

/// One of the plans that we offer.
#[derive(Debug)]
pub enum Plan {
    /// Costs nothing. Requests above the first 1,000 are turned away elsewhere.
    Free,
    /// 900 cents a seat. 10,000 requests a seat are included.
    Team { seats: u64 },
    /// The seats of a team at a discount, and more patience.
    Enterprise { seats: u64, discount_percent: u64 },
    /// Pay as you go.
    Metered,
}

/// All that the rest of the system asks a plan.
pub struct Terms {
    /// The name, as reports show it.
    pub name: &'static str,
    /// What a month costs, used or not, in cents.
    pub fee: u64,
    /// How many requests are included.
    pub included: u64,
    /// What each thousand further requests cost, in cents.
    pub per_thousand: u64,
    /// How many days an invoice may be overdue.
    pub grace_days: u32,
}

impl Plan {
    /// The plan's terms. Each literal is complete, so no plan goes without an answer.
    pub fn terms(&self) -> Terms {
        match *self {
            Plan::Free => Terms {
                name: "free",
                fee: 0,
                included: 0,
                per_thousand: 0,
                grace_days: 0,
            },
            Plan::Team { seats } => Terms {
                name: "team",
                fee: seats * 900,
                included: seats * 10_000,
                per_thousand: 20,
                grace_days: 14,
            },
            Plan::Enterprise {
                seats,
                discount_percent,
            } => Terms {
                name: "enterprise",
                fee: seats * 900 - seats * 900 * discount_percent / 100,
                included: seats * 10_000,
                per_thousand: 20,
                grace_days: 60,
            },
            Plan::Metered => Terms {
                name: "metered",
                fee: 0,
                included: 0,
                per_thousand: 30,
                grace_days: 3,
            },
        }
    }
}

impl Terms {
    /// What so many requests cost on top, in cents.
    pub fn usage(&self, requests: u64) -> u64 {
        let further = requests.saturating_sub(self.included);
        further.div_ceil(1_000) * self.per_thousand
    }
}

/// Reads `free`, `team 5`, `enterprise 40 15` or `metered`: seats from 1 to 100,000, a discount in per
/// cent up to 50.
pub fn parse(text: &str) -> Option<Plan> {
    let words: Vec<&str> = text.split(' ').collect();
    Some(match words[..] {
        ["free"] => Plan::Free,
        ["team", seats] => Plan::Team {
            seats: number(seats)?,
        },
        ["enterprise", seats, discount] => Plan::Enterprise {
            seats: number(seats)?,
            discount_percent: discount.parse().ok().filter(|percent| *percent <= 50)?,
        },
        ["metered"] => Plan::Metered,
        _ => return None,
    })
}

fn number(seats: &str) -> Option<u64> {
    let seats = seats.parse().ok()?;
    (1..=100_000).contains(&seats).then_some(seats)
}
