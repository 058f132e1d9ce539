use who_frees_when::{Named, say};

fn main() {
    let _list = Vec::from([Named::new("one"), Named::new("two")]);
    let _value = Named::new("first");
    let _value = Named::new("second");
    say("end");
}
