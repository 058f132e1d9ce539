//! The plans. A new one is a type with its terms, a variant and a name in `parse`: all in this file, and
//! the compiler asks for each of them.

/// One of the plans that we offer.
///
/// An enum, because the plans are known here and nobody outside adds one: `match` has to be complete.
#[derive(Debug)]
pub enum Plan {
    Free(Free),
    Team(Team),
    Enterprise(Enterprise),
    Metered(Metered),
}

impl Plan {
    /// The plan's answers. The only place that tells plans apart once they are made.
    pub fn terms(&self) -> &dyn Terms {
        match self {
            Plan::Free(plan) => plan,
            Plan::Team(plan) => plan,
            Plan::Enterprise(plan) => plan,
            Plan::Metered(plan) => plan,
        }
    }
}

/// All that the rest of the system asks a plan.
///
/// No method has a body: what nobody has decided for a plan should not have an answer.
pub trait Terms {
    /// The name, as reports show it.
    fn name(&self) -> &'static str;

    /// What a month costs, used or not, in cents.
    fn fee(&self) -> u64;

    /// What so many requests cost on top, in cents.
    fn usage(&self, requests: u64) -> u64;

    /// How many days an invoice may be overdue.
    fn grace_days(&self) -> u32;
}

/// Costs nothing. Requests above the first 1,000 are turned away elsewhere.
#[derive(Debug)]
pub struct Free;

impl Terms for Free {
    fn name(&self) -> &'static str {
        "free"
    }

    fn fee(&self) -> u64 {
        0
    }

    fn usage(&self, _requests: u64) -> u64 {
        0
    }

    fn grace_days(&self) -> u32 {
        0
    }
}

/// 900 cents a seat. 10,000 requests a seat are included.
#[derive(Debug)]
pub struct Team {
    seats: u64,
}

impl Terms for Team {
    fn name(&self) -> &'static str {
        "team"
    }

    fn fee(&self) -> u64 {
        self.seats * 900
    }

    fn usage(&self, requests: u64) -> u64 {
        let further = requests.saturating_sub(self.seats * 10_000);
        further.div_ceil(1_000) * 20
    }

    fn grace_days(&self) -> u32 {
        14
    }
}

/// The seats of a team at a discount, and more patience.
#[derive(Debug)]
pub struct Enterprise {
    team: Team,
    discount_percent: u64,
}

impl Terms for Enterprise {
    fn name(&self) -> &'static str {
        self.team.name()
    }

    fn fee(&self) -> u64 {
        let full = self.team.fee();
        full - full * self.discount_percent / 100
    }

    fn usage(&self, requests: u64) -> u64 {
        self.team.usage(requests)
    }

    fn grace_days(&self) -> u32 {
        self.team.grace_days()
    }
}

/// Pay as you go.
#[derive(Debug)]
pub struct Metered;

impl Terms for Metered {
    fn name(&self) -> &'static str {
        "metered"
    }

    fn fee(&self) -> u64 {
        0
    }

    fn usage(&self, requests: u64) -> u64 {
        requests.div_ceil(1_000) * 30
    }

    fn grace_days(&self) -> u32 {
        3
    }
}

/// Reads `free`, `team 5`, `enterprise 40 15` or `metered`: seats from 1 to 100,000, a discount in per
/// cent up to 50.
pub fn parse(text: &str) -> Option<Plan> {
    let words: Vec<&str> = text.split(' ').collect();
    Some(match words[..] {
        ["free"] => Plan::Free(Free),
        ["team", seats] => Plan::Team(team(seats)?),
        ["enterprise", seats, discount] => Plan::Enterprise(Enterprise {
            team: team(seats)?,
            discount_percent: discount.parse().ok().filter(|percent| *percent <= 50)?,
        }),
        ["metered"] => Plan::Metered(Metered),
        _ => return None,
    })
}

fn team(seats: &str) -> Option<Team> {
    let seats = seats.parse().ok()?;
    (1..=100_000).contains(&seats).then_some(Team { seats })
}
