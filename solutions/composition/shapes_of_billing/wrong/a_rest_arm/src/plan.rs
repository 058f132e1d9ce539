//! The plans.

/// One of the plans that we offer.
#[derive(Debug, Clone, Copy)]
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

impl Plan {
    /// The name, as reports show it.
    pub fn name(self) -> &'static str {
        match self {
            Plan::Free => "free",
            Plan::Team { .. } => "team",
            Plan::Enterprise { .. } => "enterprise",
            Plan::Metered => "metered",
        }
    }

    /// What a month costs, used or not, in cents.
    pub fn fee(self) -> u64 {
        match self {
            Plan::Team { seats } => seats * 900,
            Plan::Enterprise {
                seats,
                discount_percent,
            } => seats * 900 - seats * 900 * discount_percent / 100,
            _ => 0,
        }
    }

    /// What so many requests cost on top, in cents.
    pub fn usage(self, requests: u64) -> u64 {
        match self {
            Plan::Free => 0,
            Plan::Team { seats } | Plan::Enterprise { seats, .. } => {
                requests.saturating_sub(seats * 10_000).div_ceil(1_000) * 20
            }
            Plan::Metered => requests.div_ceil(1_000) * 30,
        }
    }

    /// How many days an invoice may be overdue.
    pub fn grace_days(self) -> u32 {
        match self {
            Plan::Free => 0,
            Plan::Team { .. } => 14,
            Plan::Enterprise { .. } => 60,
            _ => 3,
        }
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
