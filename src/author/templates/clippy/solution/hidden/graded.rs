#[test]
fn the_last_port_is_one() {
    let found = {id}::port("65535");
    assert_eq!(found, Some(65535), "the last port");
}
