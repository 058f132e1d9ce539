// TODO: Write the library that this program uses.
fn main() {
    assert_eq!(split::say(), "said");
}
