//! A crate that has a `median` of its own, for items of its own, and wants ours for its response times.

use extension_blanket::Median as _;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Grade(u8);

trait MedianGrade {
    fn median(self) -> Option<Grade>;
}

impl<I: Iterator<Item = Grade>> MedianGrade for I {
    fn median(self) -> Option<Grade> {
        let mut grades: Vec<Grade> = self.collect();
        grades.sort();
        grades.get(grades.len() / 2).copied()
    }
}

fn main() {
    let grades = [Grade(2), Grade(5)];
    println!(
        "{:?} {:?}",
        grades.into_iter().median(),
        vec![12.5].into_iter().median()
    );
}
