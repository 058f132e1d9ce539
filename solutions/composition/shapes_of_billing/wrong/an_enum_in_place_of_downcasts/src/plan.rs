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
