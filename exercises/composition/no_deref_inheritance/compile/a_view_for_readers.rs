//! A page that knows plain flags only, and reads them.

use no_deref_inheritance::{AuditedFlags, Flags};

fn page(flags: &Flags) -> String {
    flags.names().collect::<Vec<_>>().join("\n")
}

fn main() {
    let flags = AuditedFlags::new(Flags::default(), "ada");
    println!("{}", page(flags.as_flags()));
}
