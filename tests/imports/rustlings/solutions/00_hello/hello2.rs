fn say(number: i32) -> String {
    format!("number {number}")
}

fn main() {
    let number = 7;
    println!("{}", say(number));
}
