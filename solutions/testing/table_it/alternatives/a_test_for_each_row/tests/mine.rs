//! What `parse` promises: each case is a test of its own, so that `cargo test a_whole_day` runs one.

#[macro_use]
mod table;

use std::slice;

use table::{ROWS, check};
use table_it::parse;

/// A test for each case. Its body knows only the case's name; what it expects stays in the table.
macro_rules! as_tests {
    ($($name:ident: $text:literal => $expected:expr,)*) => {
        $(
            #[test]
            fn $name() {
                let mut rows = ROWS.iter();
                let row = rows.find(|row| row.name == stringify!($name));
                check(slice::from_ref(row.expect("the same macro makes the rows")), parse);
            }
        )*
    };
}

cases!(as_tests);
