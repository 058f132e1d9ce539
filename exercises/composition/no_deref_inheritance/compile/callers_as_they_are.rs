//! What the services write today.

use no_deref_inheritance::{AuditedFlags, Flags};

fn main() {
    let mut flags = AuditedFlags::new(Flags::default(), "ada");
    let changed: bool = flags.set("beta", true);
    let switched: usize = flags.import("beta off\ndark on\n");
    let removed: bool = flags.remove("dark");
    println!("{changed} {switched} {removed} {:?}", flags.get("beta"));
    let names: Vec<&str> = flags.names().collect();
    println!("{names:?} {} {}", flags.len(), flags.is_empty());
    let trail: &[String] = flags.trail();
    println!("{trail:?} {:?}", flags.clone());
}
