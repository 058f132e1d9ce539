// This program works. Run it.

fn main() {
    println!("{}", greeter::greeting());
}
