//! A till that counts coins.

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// In cents.
    pub cents: u64,
}

/// The sum of these coins, in cents.
pub fn total(coins: &[u64]) -> u64 {
    coins.iter().sum()
}

/// What comes back of `paid` for something that costs `price`. Nothing, if it is not enough.
pub fn change(paid: &Money, price: &Money) -> Option<Money> {
    let cents = paid.cents.checked_sub(price.cents)?;
    Some(Money { cents })
}
