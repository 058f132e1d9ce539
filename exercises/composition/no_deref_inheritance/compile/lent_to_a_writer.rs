//! A helper from the days of plain flags. What it switches, nobody records.

use no_deref_inheritance::{AuditedFlags, Flags};

fn switch_off_for_load_test(flags: &mut Flags) {
    flags.set("mail", false);
}

fn main() {
    let mut flags = AuditedFlags::new(Flags::default(), "ada");
    switch_off_for_load_test(&mut flags);
}
