//! Makes an address out of another one's fields, which works only where all of them are public.

use parse_dont_validate::EmailAddress;

fn main() {
    let known = EmailAddress::parse("ada@example.com").expect("this is an address");
    let address = EmailAddress { ..known };
    println!("{address}");
}
