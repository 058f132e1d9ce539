use who_frees_when::{Named, say};

fn length() -> usize {
    let _local = Named::new("local");
    Named::new("tail").length()
}

fn main() {
    assert_eq!(length(), 4);
    say("after");
}
