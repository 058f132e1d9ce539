//! The four modules that have collected into a vector until now, only to have a median.

use std::collections::VecDeque;

use extension_blanket::Median as _;

struct Countdown(f64);

impl Iterator for Countdown {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        self.0 -= 1.0;
        (self.0 > 0.0).then_some(self.0)
    }
}

fn newest(quick: bool) -> Box<dyn Iterator<Item = f64>> {
    if quick {
        Box::new([1.5].into_iter())
    } else {
        Box::new(Countdown(9.0))
    }
}

fn main() {
    let log = "12.5 n/a 3";
    let parsed = log.split(' ').filter_map(|word| word.parse::<f64>().ok());
    println!("{:?}", parsed.median());

    let window = VecDeque::from([1.0, 2.0]);
    println!("{:?}", window.into_iter().skip(1).median());

    println!("{:?} {:?}", newest(true).median(), newest(false).median());

    let mut countdown = Countdown(9.0);
    let first = countdown.by_ref().take(3).median();
    println!("{first:?} {:?}", countdown.next());
}
