fn double(number: u32) -> u32 {
    number * 2
}

fn main() {}

#[cfg(test)]
mod tests {
    use super::*;

    // TODO: Say what twice four is.
    #[test]
    fn twice_four() {
        assert_eq!(double(4), todo!());
    }
}
