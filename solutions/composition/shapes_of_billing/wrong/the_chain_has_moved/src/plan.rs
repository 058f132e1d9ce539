//! The plans, as a hierarchy: `BasePlan` ← `FreePlan`, `TeamPlan` ← `EnterprisePlan`, and `MeteredPlan`.

use std::any::Any;
use std::fmt::Debug;

/// The super class of all plans.
pub trait BasePlan: Debug {
    /// For downcasts.
    fn as_any(&self) -> &dyn Any;

    /// The plan as a team plan, which an enterprise plan is too.
    fn as_team(&self) -> Option<&TeamPlan> {
        self.as_any().downcast_ref()
    }
}

/// Costs nothing. Requests above the first 1,000 are turned away elsewhere.
#[derive(Debug)]
pub struct FreePlan;

impl BasePlan for FreePlan {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// 900 cents a seat. 10,000 requests a seat are included.
#[derive(Debug)]
pub struct TeamPlan {
    pub seats: u64,
}

impl TeamPlan {
    /// What the seats cost.
    pub fn fee(&self) -> u64 {
        self.seats * 900
    }

    /// How many requests are included.
    pub fn included(&self) -> u64 {
        self.seats * 10_000
    }
}

impl BasePlan for TeamPlan {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A team plan with a discount on the seats.
#[derive(Debug)]
pub struct EnterprisePlan {
    /// The super class.
    pub team: TeamPlan,
    pub discount_percent: u64,
}

impl BasePlan for EnterprisePlan {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_team(&self) -> Option<&TeamPlan> {
        Some(&self.team)
    }
}

/// Pay as you go.
#[derive(Debug)]
pub struct MeteredPlan;

impl BasePlan for MeteredPlan {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Reads `free`, `team 5`, `enterprise 40 15` or `metered`: seats from 1 to 100,000, a discount in per
/// cent up to 50.
pub fn parse(text: &str) -> Option<Box<dyn BasePlan>> {
    let words: Vec<&str> = text.split(' ').collect();
    let seats = |word: &str| {
        word.parse()
            .ok()
            .filter(|seats| (1..=100_000).contains(seats))
    };
    Some(match words[..] {
        ["free"] => Box::new(FreePlan),
        ["team", seats_] => Box::new(TeamPlan {
            seats: seats(seats_)?,
        }),
        ["enterprise", seats_, discount] => Box::new(EnterprisePlan {
            team: TeamPlan {
                seats: seats(seats_)?,
            },
            discount_percent: discount.parse().ok().filter(|percent| *percent <= 50)?,
        }),
        ["metered"] => Box::new(MeteredPlan),
        _ => return None,
    })
}

impl dyn BasePlan {
    pub fn terms(&self) -> (&'static str, u64, u32) {
        let plan = self.as_any();
        if let Some(enterprise) = plan.downcast_ref::<EnterprisePlan>() {
            let full = enterprise.team.fee();
            (
                "enterprise",
                full - full * enterprise.discount_percent / 100,
                60,
            )
        } else if let Some(team) = self.as_team() {
            ("team", team.fee(), 14)
        } else if plan.is::<FreePlan>() {
            ("free", 0, 0)
        } else {
            ("metered", 0, 3)
        }
    }

    pub fn usage(&self, requests: u64) -> u64 {
        if let Some(team) = self.as_team() {
            requests.saturating_sub(team.included()).div_ceil(1_000) * 20
        } else if self.as_any().is::<MeteredPlan>() {
            requests.div_ceil(1_000) * 30
        } else {
            0
        }
    }
}
