//! A rollback that puts yesterday's flags below today's trail.

use no_deref_inheritance::{AuditedFlags, Flags};

fn main() {
    let yesterday = Flags::default();
    let mut flags = AuditedFlags::new(Flags::default(), "ada");
    *flags = yesterday;
}
