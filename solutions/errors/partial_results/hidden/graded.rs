//! The same promises at other values.

use partial_results::{Cause, Import, Limits, Reason, import};

#[test]
fn nothing_in_nothing_out() {
    let limits = Limits {
        rejected: 0,
        told: 0,
    };
    for list in ["", "\n", "\r\n\n"] {
        assert_eq!(
            import(list.as_bytes(), &limits).ok(),
            Some(Import::default()),
            "{list:?}"
        );
    }
}

#[test]
fn a_limit_of_none_stops_at_the_first() {
    let limits = Limits {
        rejected: 0,
        told: 1,
    };
    let stopped = import("1;1\n2\n3;3".as_bytes(), &limits).expect_err("line 2 is bad");
    assert!(matches!(stopped.cause, Cause::TooManyRejected));
    assert_eq!(stopped.so_far.readings.len(), 1);
    assert_eq!(stopped.so_far.rejected[0].reason, Reason::Fields(1));
}

#[test]
fn every_line_is_accounted_for() {
    let lines = ["1;1", "x", "2;2;2", "3;3", "4;y", "5;5"];
    let limits = Limits {
        rejected: 1_000,
        told: 7,
    };
    for count in 0..60 {
        let list: Vec<&str> = lines.iter().cycle().take(count).copied().collect();
        let import = import(list.join("\n").as_bytes(), &limits).expect("within limits");
        let all = import.readings.len() + import.rejected.len() + import.not_told;
        assert_eq!(all, count, "lines accounted for, of {count}");
    }
}
