/// What checks say is shown where it matters, and not by the hook for each planted mistake that they find.
pub fn quietly<T>(act: impl FnOnce() -> T) -> T {
    use std::cell::Cell;
    use std::panic;
    use std::sync::Once;
    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                loud(info);
            }
        }));
    });
    /// Loud again, also where a panic goes through.
    struct Loud;
    impl Drop for Loud {
        fn drop(&mut self) {
            QUIET.set(false);
        }
    }
    QUIET.set(true);
    let _loud = Loud;
    act()
}
