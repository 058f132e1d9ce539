//! What `parse` promises: every case is a row of the table.

mod table;

use table_it::parse;

#[test]
fn every_row_holds() {
    table::check(table::ROWS, parse);
}
