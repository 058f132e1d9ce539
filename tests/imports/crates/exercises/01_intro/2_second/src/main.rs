fn step() -> u32 {
    0
}

fn main() {
    assert_eq!(step(), 1);
}
