// TODO: Clippy has something to say.
fn half(number: u32) -> u32 {
    return number / 2;
}

fn main() {
    println!("{}", half(8));
}
