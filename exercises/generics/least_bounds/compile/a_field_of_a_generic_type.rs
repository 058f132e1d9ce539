//! A generic type holds a series and a feed, and has nothing to say about the readings.

use least_bounds::{Feed, Series};

struct Panel<T> {
    recent: Series<T>,
    live: Feed<T>,
}

impl<T> Panel<T> {
    fn refresh(&mut self) {
        for reading in self.live.drain() {
            self.recent.push(reading);
        }
    }
}

fn main() {
    let mut panel = Panel::<&str> {
        recent: Series::new(),
        live: Feed::new(),
    };
    panel.refresh();
}
