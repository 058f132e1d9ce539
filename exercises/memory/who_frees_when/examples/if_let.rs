use who_frees_when::{Named, say};

fn main() {
    // As with `if let Some(…) = lock().get(key) { … } else { … }`: is the lock still held in the `else`?
    if let Some(length) = Named::new("guard").nothing() {
        say(&length.to_string());
    } else {
        say("else");
    }
    say("after");
}
