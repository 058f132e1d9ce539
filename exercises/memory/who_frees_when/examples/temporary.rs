use who_frees_when::{Named, say};

fn main() {
    let length = Named::new("temporary").length();
    let value = &Named::new("borrowed");
    say("next");
    assert!(length > value.length());
}
