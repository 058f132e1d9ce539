//! What holds for gift cards. No table, no status and no text for customers: this file builds on its own.

/// A day, counted from some day in the past.
pub type Day = u32;

/// A gift card. It is taken from only by [`Card::redeem`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    balance_cents: u64,
    good_until: Day,
}

impl Card {
    pub fn new(balance_cents: u64, good_until: Day) -> Self {
        Card {
            balance_cents,
            good_until,
        }
    }

    pub fn balance_cents(&self) -> u64 {
        self.balance_cents
    }

    pub fn good_until(&self) -> Day {
        self.good_until
    }

    fn redeem(&mut self, cents: u64, today: Day) -> Result<(), RedeemError> {
        if self.good_until < today {
            return Err(RedeemError::Expired);
        }
        let left = self.balance_cents.checked_sub(cents);
        self.balance_cents = left.ok_or(RedeemError::TooMuch {
            balance_cents: self.balance_cents,
        })?;
        Ok(())
    }
}

/// Which state of a card somebody has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(pub u64);

/// Where cards are kept: what redeeming needs of a store, and not what a store can do.
pub trait Cards {
    /// A card as it is now.
    fn find(&self, id: u64) -> Result<Option<(Card, Version)>, Unavailable>;

    /// Keeps a card, if nobody has kept another state of it since it was seen.
    fn save(&self, id: u64, card: &Card, seen: Version) -> Result<Saved, Unavailable>;
}

/// How saving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    Yes,
    /// Somebody else was quicker, and nothing was changed.
    Outdated,
}

/// The store does not answer, or not with a card. The adapter knows more, and logs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable;

/// Why a card was not redeemed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedeemError {
    /// No card has this number.
    NoSuchCard,
    /// Nothing at all was asked for.
    Nothing,
    /// The card was good until a day before today.
    Expired,
    /// More than is on it.
    TooMuch { balance_cents: u64 },
    /// Perhaps later.
    Unavailable,
}

impl From<Unavailable> for RedeemError {
    fn from(_: Unavailable) -> Self {
        RedeemError::Unavailable
    }
}

/// How often somebody else may be quicker before a customer is asked to come back.
const ATTEMPTS: usize = 3;

/// Takes an amount off a card. Returns the card as it is then.
///
/// # Errors
///
/// Why nothing was taken.
pub fn redeem(cards: &impl Cards, id: u64, cents: u64, today: Day) -> Result<Card, RedeemError> {
    if cents == 0 {
        return Err(RedeemError::Nothing);
    }
    for _ in 0..ATTEMPTS {
        // Read and decided anew each time: the other one may have left too little.
        let (mut card, seen) = cards.find(id)?.ok_or(RedeemError::NoSuchCard)?;
        card.redeem(cents, today)?;
        if cards.save(id, &card, seen)? == Saved::Yes {
            return Ok(card);
        }
    }
    Err(RedeemError::Unavailable)
}
