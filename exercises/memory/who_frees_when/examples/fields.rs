use who_frees_when::{Named, say};

struct Pair {
    _upper: Named,
    _lower: Named,
}

impl Drop for Pair {
    fn drop(&mut self) {
        say("pair");
    }
}

fn main() {
    let _pair = Pair {
        _lower: Named::new("lower"),
        _upper: Named::new("upper"),
    };
    say("end");
}
