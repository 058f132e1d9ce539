//! Works out a mean, and takes it for granted that every lag is a number.

use absent_not_zero::read;

fn main() {
    let fleet = read("web-1 842\nweb-2 ?\n");
    let mut sum = 0_i64;
    for instance in &fleet {
        sum += instance.behind(845);
    }
    println!("mean lag {}", sum / 2);
}
