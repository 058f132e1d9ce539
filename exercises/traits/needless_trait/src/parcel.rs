//! What goes into a quote, and what comes out.

/// Where a parcel goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Within the country.
    Domestic,
    /// To another country of the union.
    Europe,
    /// To anywhere else.
    World,
}

/// What is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parcel {
    /// Its weight.
    pub grams: u64,
    /// Where it goes.
    pub zone: Zone,
}

/// What one zone costs, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The first kilogram.
    pub first_kilo: u64,
    /// Each kilogram after it.
    pub further_kilo: u64,
}

/// What the carrier charges this year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tariff {
    /// Within the country.
    pub domestic: Rate,
    /// To another country of the union.
    pub europe: Rate,
    /// To anywhere else.
    pub world: Rate,
    /// The surcharge for fuel, in per cent of the freight.
    pub fuel_percent: u64,
}

impl Tariff {
    /// What this zone costs.
    pub fn rate(&self, zone: Zone) -> Rate {
        match zone {
            Zone::Domestic => self.domestic,
            Zone::Europe => self.europe,
            Zone::World => self.world,
        }
    }
}

/// What sending a parcel costs, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    /// For the weight.
    pub freight: u64,
    /// For the fuel.
    pub fuel: u64,
    /// What the customer pays.
    pub total: u64,
}
