fn half(number: u32) -> u32 {
    number / 2
}

fn main() {
    println!("{}", half(8));
}
