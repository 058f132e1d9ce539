//! A mix-up of two columns, which should not get as far as a search.

use accept_wide_return_concrete::longest_name;

fn main() {
    let ports = [443_u16, 80];
    println!("{}", longest_name(ports));
}
