//! What it costs to ship a parcel.
//!
//! 1. **Weight.** What is charged is the weight or, if that is more, the volume at 5 cm³ for a gram,
//!    rounded up to a full gram. Up to 2 kg, up to 10 kg and up to 31.5 kg a parcel costs 4.90, 6.90 and
//!    10.90 at home, 13.90, 19.90 and 31.90 in the EU, 24.90 and 39.90 in the rest of the world, where
//!    nothing goes over 10 kg. "Up to" includes the limit. Above that it is [`Refusal::TooHeavy`].
//! 2. **Express** doubles that price. It does not go to the rest of the world: [`Refusal::NoExpress`].
//! 3. **Free.** At home, an order of 50.00 or more is shipped without that price, unless it is express.
//! 4. **Bulky.** If the longest side is over 120 cm, 20.00 come on top, in any case and once. Over 200 cm it is
//!    [`Refusal::TooLong`].
//! 5. **Insurance.** The first 500.00 of an order's value are insured. For what is above that, 1% comes on top,
//!    rounded up to a full cent.
//!
//! Where there are several reasons to refuse, it is one of them.

/// Where a parcel goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// This country.
    Home,
    /// The other countries of the EU.
    Eu,
    /// The rest of the world.
    World,
}

/// A parcel to be shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parcel {
    /// In grams.
    pub weight: u64,
    /// In whole centimetres, in no particular order.
    pub sides: [u64; 3],
    /// What the order costs, in cents.
    pub value: u64,
    /// Where it goes.
    pub zone: Zone,
    /// Whether it is in a hurry.
    pub express: bool,
}

/// Why a parcel is not shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// For where it goes.
    TooHeavy,
    /// A side is over 200 cm.
    TooLong,
    /// There is no express to there.
    NoExpress,
}

/// What it costs to ship `parcel`, in cents.
///
/// # Errors
///
/// Why it is not shipped.
pub fn price(parcel: &Parcel) -> Result<u64, Refusal> {
    let [a, b, c] = parcel.sides;
    let volume_weight = (a * b * c).div_ceil(5);
    let charged = parcel.weight.max(volume_weight);
    let base = base(parcel.zone, charged).ok_or(Refusal::TooHeavy)?;

    let base = if parcel.express {
        if parcel.zone == Zone::World {
            return Err(Refusal::NoExpress);
        }
        base * 2
    } else if parcel.zone == Zone::Home && parcel.value >= 5_000 {
        0
    } else {
        base
    };

    let longest = a.max(b);
    if longest > 200 {
        return Err(Refusal::TooLong);
    }
    let bulky = if longest > 120 { 2_000 } else { 0 };
    let insurance = parcel.value.saturating_sub(50_000).div_ceil(100);
    Ok(base + bulky + insurance)
}

fn base(zone: Zone, grams: u64) -> Option<u64> {
    Some(match (zone, grams) {
        (Zone::Home, ..=2_000) => 490,
        (Zone::Home, ..=10_000) => 690,
        (Zone::Home, ..=31_500) => 1_090,
        (Zone::Eu, ..=2_000) => 1_390,
        (Zone::Eu, ..=10_000) => 1_990,
        (Zone::Eu, ..=31_500) => 3_190,
        (Zone::World, ..=2_000) => 2_490,
        (Zone::World, ..=10_000) => 3_990,
        _ => return None,
    })
}
