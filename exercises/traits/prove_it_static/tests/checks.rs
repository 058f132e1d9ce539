//! What the services count, and under which names.

use std::error::Error;
use std::panic::{self, AssertUnwindSafe};

use prove_it_static::Handle;

#[test]
fn clones_count_together() {
    let handle = Handle::default();
    let clone = handle.clone();
    handle.add("jobs", 2).expect("`jobs` is a name");
    clone.add("jobs", 3).expect("`jobs` is a name");
    assert_eq!(
        (handle.total("jobs"), clone.total("jobs")),
        (5, 5),
        "2 by the handle and 3 by its clone are 5 for both"
    );
    let other = Handle::default();
    assert_eq!(other.total("jobs"), 0, "another handle counts for itself");
}

#[test]
fn a_scope_is_part_of_the_name() {
    let handle = Handle::default();
    {
        let _db = handle.enter("db");
        handle.add("rows", 10).expect("`rows` is a name");
        {
            let _query = handle.enter("query");
            handle.clone().add("rows", 1).expect("`rows` is a name");
        }
        handle.add("rows", 5).expect("`rows` is a name");
    }
    handle.add("rows", 100).expect("`rows` is a name");
    let paths = [
        "rows",
        "db.rows",
        "db.query.rows",
        "db.query",
        "db",
        "query",
    ];
    assert_eq!(
        paths.map(|path| handle.total(path)),
        [100, 15, 1, 1, 1, 0],
        "totals of {paths:?}: 10 and 5 rows were counted inside db, 1 inside db.query, 100 outside, \
         and each scope was left once"
    );
}

#[test]
fn a_bad_name_is_refused() {
    let handle = Handle::default();
    for name in ["", "a.b", "."] {
        let error = handle.add(name, 1).expect_err("an empty name or a dot");
        let error: &dyn Error = &error;
        assert_eq!(
            error.to_string(),
            format!("{name:?} is no name for a counter"),
            "the error for {name:?}"
        );
        assert_eq!(handle.total(name), 0, "nothing is counted for {name:?}");
    }
}

#[test]
fn a_panic_while_counting_stops_nobody() {
    let handle = Handle::default();
    handle.add("n", u64::MAX).expect("`n` is a name");
    // One more than fits: arithmetic that checks panics, in the middle of counting. If yours does not, so much the better.
    let _ = panic::catch_unwind(AssertUnwindSafe(|| handle.add("n", 1)));
    let after = panic::catch_unwind(AssertUnwindSafe(|| {
        handle.add("m", 1).expect("`m` is a name");
        handle.total("m")
    }));
    assert_eq!(
        after.ok(),
        Some(1),
        "`n` had overflowed, which may panic; counting `m` afterwards has nothing to do with that"
    );
}
