//! The plans, as a hierarchy: `BasePlan` ← `FreePlan`, `TeamPlan` ← `EnterprisePlan`, and `MeteredPlan`.

use std::any::Any;
use std::fmt::Debug;

/// The super class of all plans.
pub trait BasePlan: Debug {
    /// For downcasts.
    fn as_any(&self) -> &dyn Any;

    /// For previews, which work on a copy.
    fn copy(&self) -> Box<dyn BasePlan>;

    /// The plan as a team plan, which an enterprise plan is too.
    fn as_team(&self) -> Option<&TeamPlan> {
        self.as_any().downcast_ref()
    }

    /// Its name in reports.
    fn name(&self) -> String {
        "free".to_owned()
    }

    /// How long the customer has to pay.
    fn days(&self) -> u32 {
        14
    }
}

/// Costs nothing.
#[derive(Debug, Clone)]
pub struct FreePlan;

impl BasePlan for FreePlan {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn copy(&self) -> Box<dyn BasePlan> {
        Box::new(self.clone())
    }
}

/// 9.00 a seat. 10,000 requests a seat are included.
#[derive(Debug, Clone)]
pub struct TeamPlan {
    pub seats: f64,
}

impl BasePlan for TeamPlan {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn copy(&self) -> Box<dyn BasePlan> {
        Box::new(self.clone())
    }

    fn name(&self) -> String {
        "team".to_owned()
    }
}

/// A team plan with a discount on the seats.
#[derive(Debug, Clone)]
pub struct EnterprisePlan {
    /// The super class.
    pub team: TeamPlan,
    /// Per cent.
    pub discount: f64,
}

impl BasePlan for EnterprisePlan {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn copy(&self) -> Box<dyn BasePlan> {
        Box::new(self.clone())
    }

    fn as_team(&self) -> Option<&TeamPlan> {
        Some(&self.team)
    }

    fn name(&self) -> String {
        self.team.name()
    }

    fn days(&self) -> u32 {
        60
    }
}

/// Pay as you go.
#[derive(Debug, Clone)]
pub struct MeteredPlan;

impl BasePlan for MeteredPlan {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn copy(&self) -> Box<dyn BasePlan> {
        Box::new(self.clone())
    }

    fn name(&self) -> String {
        "metered".to_owned()
    }

    fn days(&self) -> u32 {
        7
    }
}
