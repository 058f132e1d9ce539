//! Hands the list a text that nobody has parsed, from where it would get to `send`.

use std::io;

use parse_dont_validate::Newsletter;

fn main() -> io::Result<()> {
    let text = "eve@example.com>\r\nRCPT TO:<all@example.com".to_owned();
    let mut newsletter = Newsletter::new();
    newsletter.sign_up(text);
    newsletter.send(&mut io::stdout())
}
