use {id}::port;

#[test]
fn ports_are_read() {
    assert_eq!(port("80"), Some(80), "a port is a number");
    assert_eq!(port("http"), None, "a word is no port");
    assert_eq!(port("80000"), None, "65535 is the last port");
}
