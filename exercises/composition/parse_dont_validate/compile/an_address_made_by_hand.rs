//! Puts a text into an address past the parser.

use parse_dont_validate::EmailAddress;

fn main() {
    let text = "eve@example.com>\r\nRCPT TO:<all@example.com".to_owned();
    let address = EmailAddress(text);
    println!("{address}");
}
