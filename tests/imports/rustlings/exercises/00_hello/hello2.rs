fn say(number: i32) -> String {
    format!("number {number}")
}

fn main() {
    // TODO: Add the missing word.
    number = 7;
    println!("{}", say(number));
}
