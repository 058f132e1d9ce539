//! What one thread sees, which never meets another.

use rwlock_starves::{Routes, Table};

#[test]
fn one_thread_sees_the_newest_table() {
    let routes = Routes::new(Table::new(4, &[("a.example", "old")]));
    assert_eq!(routes.version(), 4, "the table to start from");
    assert!(
        !routes.apply(Table::new(4, &[])),
        "version 4 is not newer than version 4"
    );
    assert!(!routes.apply(Table::new(3, &[])), "nor is version 3");
    assert_eq!(routes.backend("a.example").as_deref(), Some("old"));
    assert!(
        routes.apply(Table::new(7, &[("a.example", "new"), ("b.example", "b")])),
        "version 7 is newer than version 4"
    );
    assert_eq!(routes.version(), 7, "the version in force");
    assert_eq!(routes.backend("a.example").as_deref(), Some("new"));
    assert_eq!(routes.backend("c.example"), None, "no such host");
    assert_eq!(
        routes.visit(|table| table.backends.len()),
        2,
        "the hosts of the table in force"
    );
}
