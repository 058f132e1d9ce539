//! Chooses the depot that a parcel goes to.

use std::fmt;

use tracing::{debug, trace};

/// Metres that a parcel would rather travel than wait behind another one.
const METRES_PER_PARCEL: u64 = 100;

/// A place that could take the parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depot {
    /// Its number.
    pub id: u32,
    /// From the parcel, by road.
    pub metres: u32,
    /// Parcels that wait there.
    pub waiting: u32,
}

impl Depot {
    fn cost(&self) -> u64 {
        u64::from(self.metres) + u64::from(self.waiting) * METRES_PER_PARCEL
    }
}

/// Knows the roads.
pub trait Roads {
    /// The roads to a depot, for people to read. Takes a while.
    fn route(&self, depot: u32) -> String;
}

/// The depot with the least cost, and of several the first. Without depots there is none.
///
/// Each depot is told as `depot scored` at level TRACE, with the fields `parcel`, `depot`, `cost` and
/// `route`, and the one that is chosen as `depot chosen` at level DEBUG, with `parcel`, `depot`, `route` and
/// `costs`: `id:cost` of each depot, with blanks between.
pub fn choose(parcel: u64, depots: &[Depot], roads: &impl Roads) -> Option<u32> {
    for depot in depots {
        // What stands within the macro is evaluated if somebody wants the event. A `let` above it, or a
        // function around it, would be evaluated always.
        trace!(
            parcel,
            depot = depot.id,
            cost = depot.cost(),
            route = roads.route(depot.id),
            "depot scored"
        );
    }
    let chosen = depots.iter().min_by_key(|depot| depot.cost())?;
    debug!(
        parcel,
        depot = chosen.id,
        route = roads.route(chosen.id),
        costs = %Costs(depots),
        "depot chosen"
    );
    Some(chosen.id)
}

/// The costs of depots as text, written when somebody reads it and not before.
struct Costs<'a>(&'a [Depot]);

impl fmt::Display for Costs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, depot) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{}:{}", depot.id, depot.cost())?;
        }
        Ok(())
    }
}
