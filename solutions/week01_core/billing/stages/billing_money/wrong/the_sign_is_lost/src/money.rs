//! Amounts, rates and seats. None of them can be made without its check, and [`Percent::of`] is the only place that
//! rounds.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg};
use std::str::FromStr;

/// An amount in whole cents. Negative where it is given back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(i64);

impl Money {
    /// So many cents.
    pub const fn from_cents(cents: i64) -> Self {
        Money(cents)
    }

    /// In cents.
    pub const fn cents(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0.unsigned_abs() % 100)
    }
}

impl Add for Money {
    type Output = Money;

    fn add(self, other: Money) -> Money {
        Money(self.0 + other.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        *self = *self + other;
    }
}

impl Neg for Money {
    type Output = Money;

    fn neg(self) -> Money {
        Money(-self.0)
    }
}

/// A price times a count. There is no `Money` times `Money`.
impl Mul<u64> for Money {
    type Output = Money;

    fn mul(self, count: u64) -> Money {
        Money(self.0 * i64::try_from(count).expect("a count on an invoice is far below 2^63"))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::default(), Add::add)
    }
}

/// From 0% to 100%, in hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u16);

impl Percent {
    /// Whether it is 0%.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// So much of an amount. Half a cent is a cent, also of what is given back: `of(-x)` is `-of(x)`, so that taking
    /// an invoice back leaves nothing over.
    pub fn of(self, amount: Money) -> Money {
        let ten_thousandths = amount.0 * i64::from(self.0);
        Money((ten_thousandths + ten_thousandths.signum() * 5_000) / 10_000)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, hundredths) = (self.0 / 100, self.0 % 100);
        match (hundredths / 10, hundredths % 10) {
            (0, 0) => write!(f, "{whole}"),
            (tenths, 0) => write!(f, "{whole}.{tenths}"),
            _ => write!(f, "{whole}.{hundredths:02}"),
        }
    }
}

impl FromStr for Percent {
    type Err = NoSense;

    fn from_str(text: &str) -> Result<Self, NoSense> {
        let (whole, decimals) = match text.split_once('.') {
            Some((whole, decimals)) => (whole, digits(decimals)?),
            None => (text, 0),
        };
        let hundredths = match text.len() - whole.len() {
            0 => 0,
            2 => decimals * 10,
            3 => decimals,
            _ => return Err(NoSense),
        };
        let percent = digits::<u32>(whole)?.checked_mul(100).ok_or(NoSense)? + hundredths;
        match u16::try_from(percent) {
            Ok(percent @ ..=10_000) => Ok(Percent(percent)),
            _ => Err(NoSense),
        }
    }
}

/// From 1 to 100,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seats(u32);

impl Seats {
    /// How many.
    pub fn count(self) -> u64 {
        self.0.into()
    }
}

impl fmt::Display for Seats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Seats {
    type Err = NoSense;

    fn from_str(text: &str) -> Result<Self, NoSense> {
        match digits(text)? {
            seats @ 1..=100_000 => Ok(Seats(seats)),
            _ => Err(NoSense),
        }
    }
}

/// A text that stands for no value of the type. Which text it was, the caller knows best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSense;

/// A number of digits and nothing else. `parse` would take a sign.
pub(super) fn digits<T: FromStr>(text: &str) -> Result<T, NoSense> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_err(|_| NoSense)
    } else {
        Err(NoSense)
    }
}
