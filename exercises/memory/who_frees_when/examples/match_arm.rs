use who_frees_when::{Named, say};

fn main() {
    // As with `match lock().get(key) { … }`: is the lock still held in the arm?
    match Named::new("guard").length() {
        5 => say("arm"),
        _ => say("other"),
    }
    say("after");
}
