//! Medians of response times, and the line that the log has about them.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;

/// The median of what an iterator yields. Every iterator of `f64` or `&f64` has it.
pub trait Median {
    /// The value in the middle, or the mean of the two in the middle. `None` if there is no value, or if one is
    /// not a number.
    fn median(self) -> Option<f64>;
}

// One impl and not two, for `Item = f64` and `Item = &f64`: these would overlap for the compiler (E0119), which does
// not tell impls apart by associated types. The bound stands here and not on the method, because a method
// that exists on every iterator is in the way of everybody else's `median`.
impl<I> Median for I
where
    I: Iterator,
    I::Item: Borrow<f64>,
{
    fn median(self) -> Option<f64> {
        middle(self.map(|value| *value.borrow()).collect())
    }
}

/// The median of each route.
// A type of ours, so that foreign traits can be implemented for it. No `Deref` to the map: that would let
// users put in what is no median.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Medians(BTreeMap<String, f64>);

impl FromIterator<(String, f64)> for Medians {
    /// The median of each route that has one, from samples in any order.
    fn from_iter<I>(samples: I) -> Self
    where
        I: IntoIterator<Item = (String, f64)>,
    {
        let mut by_route: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for (route, millis) in samples {
            by_route.entry(route).or_default().push(millis);
        }
        let medians = by_route
            .into_iter()
            .filter_map(|(route, millis)| Some((route, middle(millis)?)));
        Self(medians.collect())
    }
}

impl fmt::Display for Medians {
    /// `/cart=12.5 /login=3`, in the order of the routes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (route, median)) in self.0.iter().enumerate() {
            let blank = if at == 0 { "" } else { " " };
            write!(f, "{blank}{route}={median}")?;
        }
        Ok(())
    }
}

/// The median of each route that has one, from samples in any order.
pub fn medians<I>(samples: I) -> Medians
where
    I: IntoIterator<Item = (String, f64)>,
{
    samples.into_iter().collect()
}

/// What the log says: `/cart=12.5 /login=3`, in the order of the routes.
pub fn line(medians: &Medians) -> String {
    medians.to_string()
}

fn middle(mut values: Vec<f64>) -> Option<f64> {
    if values.iter().any(|value| value.is_nan()) {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let upper = *values.get(half)?;
    if values.len() % 2 == 1 {
        Some(upper)
    } else {
        Some(values[half - 1].midpoint(upper))
    }
}
