fn add(a: u32, b: u32) -> u32 {
    a + b
}

fn main() {
    println!("{}", add(1, 2));
}

#[cfg(test)]
mod tests {
    // A brace in a text: "{" and in a character: '{'.
    use crate::add;

    #[test]
    fn two_and_three() {
        assert_eq!(add(2, 3), 5, "{}", '{');
    }

    #[test]
    fn two_and_two() {
        assert_eq!(add(2, 2), 4);
    }
}
