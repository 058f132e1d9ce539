//! A copy that is plain flags, and was audited ones a moment ago.

use no_deref_inheritance::{AuditedFlags, Flags};

fn copy(flags: &Flags) -> Flags {
    flags.clone()
}

fn main() {
    let flags = AuditedFlags::new(Flags::default(), "ada");
    println!("{:?}", copy(&flags));
}
