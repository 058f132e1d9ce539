//! A pager that holds the search and goes on where it stopped.

use std::slice;

use accept_wide_return_concrete::{InZone, in_zone};

#[derive(Debug, Clone)]
struct Pager<'h> {
    rest: InZone<'h, slice::Iter<'h, String>>,
}

impl<'h> Pager<'h> {
    fn page(&mut self) -> Vec<&'h String> {
        self.rest.by_ref().take(20).collect()
    }
}

fn main() {
    let hosts = vec![String::from("web-1.eu"); 50];
    let mut pager = Pager {
        rest: in_zone(&hosts, "eu"),
    };
    let again = pager.clone();
    println!("{:?} {again:?}", pager.page());
}
