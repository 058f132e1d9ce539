#[test]
fn greets() {
    assert_eq!(many_files::greet(), "hello Ada");
}
