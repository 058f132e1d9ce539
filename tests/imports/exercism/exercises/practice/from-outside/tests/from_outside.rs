macro_rules! cases {
    ($name:ident, $value:expr) => {
        #[test]
        fn $name() {
            assert_eq!(from_outside::answer(), $value);
        }
    };
}

cases!(by_macro, 42);

#[test]
fn written_out() {
    assert_eq!(from_outside::answer(), 42);
}
