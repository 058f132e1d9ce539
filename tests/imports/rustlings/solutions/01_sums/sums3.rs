fn double(number: u32) -> u32 {
    number * 2
}

fn main() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_four() {
        assert_eq!(double(4), 8);
    }
}
