//! What `std::hint` has for loops that wait.

/// Lets the other threads take steps. In a model, a loop that waits for another thread must call this or
/// [`yield_now`](super::thread::yield_now) in each round, or it never ends.
pub fn spin_loop() {
    if !super::record::stopped() {
        loom::hint::spin_loop();
    }
}
