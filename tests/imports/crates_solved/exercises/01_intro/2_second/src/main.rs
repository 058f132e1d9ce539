fn step() -> u32 {
    1
}

fn main() {
    assert_eq!(step(), 1);
}
