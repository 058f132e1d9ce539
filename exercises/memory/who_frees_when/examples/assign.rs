use who_frees_when::{Named, say};

fn make() -> Named {
    say("made");
    Named::new("new")
}

fn assign(slot: &mut Named) {
    *slot = make();
    say("assigned");
}

fn main() {
    let mut slot = Named::new("old");
    assign(&mut slot);
    say("end");
}
