//! What one caller sees. It can't meet itself between two of its own steps.

use std::sync::Arc;

use check_then_act::{Registry, Taken};

#[test]
fn one_caller_at_a_time_gets_one_counter_for_a_name() {
    let registry = Registry::new();
    assert_eq!(registry.snapshot(), [], "nobody has asked for a counter");
    registry.counter("sent").add(2);
    registry.counter("failed").add(1);
    registry.counter("sent").add(3);
    assert_eq!(
        registry.snapshot(),
        [("failed".to_owned(), 1), ("sent".to_owned(), 5)],
        "`sent` counted 2 and 3, `failed` counted 1; sorted by name"
    );
    assert!(
        Arc::ptr_eq(&registry.counter("sent"), &registry.counter("sent")),
        "two calls with the same name must return the same counter"
    );
    let own = registry.register("retried").expect("the name is free");
    own.add(7);
    assert_eq!(
        registry.counter("retried").get(),
        7,
        "who asks for a registered name gets the registered counter"
    );
    for name in ["retried", "sent"] {
        assert_eq!(
            registry.register(name).map(|counter| counter.get()),
            Err(Taken {
                name: name.to_owned()
            }),
            "`{name}` exists, by `register` or by `counter`"
        );
    }
    assert_eq!(
        registry.counter("retried").get(),
        7,
        "a refused `register` leaves the counter that is there alone"
    );
}
