//! Chooses the depot that a parcel goes to.

use tracing::{Level, debug, enabled, trace};

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
    if enabled!(Level::TRACE) {
        for depot in depots {
            let route = roads.route(depot.id);
            trace!(
                parcel,
                depot = depot.id,
                cost = depot.cost(),
                route,
                "depot scored"
            );
        }
    }
    let chosen = depots.iter().min_by_key(|depot| depot.cost())?;
    if enabled!(Level::DEBUG) {
        let costs: Vec<String> = depots
            .iter()
            .map(|depot| format!("{}:{}", depot.id, depot.cost()))
            .collect();
        let (route, costs) = (roads.route(chosen.id), costs.join(" "));
        debug!(parcel, depot = chosen.id, route, costs, "depot chosen");
    }
    Some(chosen.id)
}
