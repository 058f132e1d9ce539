use who_frees_when::{Named, say};

fn main() {
    let _ = Named::new("bare");
    let _named = Named::new("named");
    say("end");
}
