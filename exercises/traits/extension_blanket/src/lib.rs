//! Medians of response times, and the line that the log has about them.

use std::array;
use std::collections::BTreeMap;
use std::iter::Copied;
use std::slice;
use std::vec;

/// The median of what an iterator yields.
pub trait Median {
    /// The value in the middle, or the mean of the two in the middle. `None` if there is no value, or if one is
    /// not a number.
    fn median(self) -> Option<f64>;
}

impl Median for vec::IntoIter<f64> {
    fn median(self) -> Option<f64> {
        middle(self.collect())
    }
}

impl Median for Copied<slice::Iter<'_, f64>> {
    fn median(self) -> Option<f64> {
        middle(self.collect())
    }
}

impl<const N: usize> Median for array::IntoIter<f64, N> {
    fn median(self) -> Option<f64> {
        middle(self.collect())
    }
}

/// The median of each route.
pub type Medians = BTreeMap<String, f64>;

/// The median of each route that has one, from samples in any order.
pub fn medians<I>(samples: I) -> Medians
where
    I: IntoIterator<Item = (String, f64)>,
{
    let mut by_route: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (route, millis) in samples {
        by_route.entry(route).or_default().push(millis);
    }
    by_route
        .into_iter()
        .filter_map(|(route, millis)| Some((route, millis.into_iter().median()?)))
        .collect()
}

/// What the log says: `/cart=12.5 /login=3`, in the order of the routes.
pub fn line(medians: &Medians) -> String {
    let parts: Vec<String> = medians
        .iter()
        .map(|(route, median)| format!("{route}={median}"))
        .collect();
    parts.join(" ")
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
