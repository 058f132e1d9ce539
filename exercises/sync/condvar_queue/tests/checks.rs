//! What one thread sees, as long as it does not have to wait.

use condvar_queue::{Closed, Queue};

#[test]
fn one_thread_gets_its_items_in_order() {
    let queue = Queue::new(3);
    for item in ["a", "b", "c"] {
        assert_eq!(queue.push(item), Ok(()), "three places for three items");
    }
    assert_eq!(queue.len(), 3, "three items");
    assert_eq!(queue.pop(), Some("a"), "first in, first out");
    assert_eq!(queue.push("d"), Ok(()), "the place of `a` is free");
    queue.close();
    assert_eq!(
        queue.push("e"),
        Err(Closed("e")),
        "a closed queue takes nothing, and gives the item back"
    );
    assert_eq!(
        [queue.pop(), queue.pop(), queue.pop()],
        [Some("b"), Some("c"), Some("d")],
        "what was in the queue when it was closed can still be taken"
    );
    assert_eq!(queue.pop(), None, "closed and empty");
    assert_eq!(queue.push("f"), Err(Closed("f")), "it stays closed");
}
