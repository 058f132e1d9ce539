mod voices;

const NAMES: &str = include_str!("../data/names.txt");

fn main() {
    assert_eq!(voices::loud("ada"), NAMES.trim());
}
