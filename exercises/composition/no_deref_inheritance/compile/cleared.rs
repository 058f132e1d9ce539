//! A clean-up that was written for the flags of a test.

use no_deref_inheritance::{AuditedFlags, Flags};

fn main() {
    let mut flags = AuditedFlags::new(Flags::default(), "ada");
    flags.clear();
}
