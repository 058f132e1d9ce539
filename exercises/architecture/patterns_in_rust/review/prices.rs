//! What a parcel costs, and who carries it.

/// How a weight becomes a price. Each contract has its own.
pub trait Tariff {
    fn cents(&self, grams: u32) -> u32;
}

pub struct Flat {
    pub cents: u32,
}

impl Tariff for Flat {
    fn cents(&self, _: u32) -> u32 {
        self.cents
    }
}

pub struct PerKilo {
    pub cents: u32,
}

impl Tariff for PerKilo {
    fn cents(&self, grams: u32) -> u32 {
        grams.div_ceil(1_000) * self.cents
    }
}

pub fn quote(weights: &[u32], tariff: &dyn Tariff) -> u32 {
    weights.iter().map(|grams| tariff.cents(*grams)).sum()
}

/// A company that carries parcels. Each adapter speaks to its own, and has its session.
pub trait Carrier {
    fn name(&self) -> &str;
    /// A number to follow the parcel by.
    fn hand_over(&mut self, grams: u32) -> Option<u64>;
    /// Takes back what was handed over today.
    fn cancel(&mut self, number: u64) -> bool;
}

/// The first carrier that takes the parcel.
pub fn ship(carriers: &mut [Box<dyn Carrier>], grams: u32) -> Option<(String, u64)> {
    let mut first = carriers.iter_mut();
    first.find_map(|carrier| Some((carrier.name().to_owned(), carrier.hand_over(grams)?)))
}

/// A rule for an extra charge, and the rule that is asked if this one does not apply.
pub trait Surcharge {
    fn cents(&self, grams: u32, island: bool) -> u32;
}

pub struct Heavy {
    pub next: Option<Box<dyn Surcharge>>,
}

impl Surcharge for Heavy {
    fn cents(&self, grams: u32, island: bool) -> u32 {
        if grams > 20_000 {
            return 900;
        }
        self.next
            .as_ref()
            .map_or(0, |next| next.cents(grams, island))
    }
}

pub struct Island {
    pub next: Option<Box<dyn Surcharge>>,
}

impl Surcharge for Island {
    fn cents(&self, grams: u32, island: bool) -> u32 {
        if island {
            return 600;
        }
        self.next
            .as_ref()
            .map_or(0, |next| next.cents(grams, island))
    }
}
