//! What a running client sees of the changes that no type gives away. Evidence, not an answer: which
//! number a change needs depends on what was promised.

#[test]
fn a_stored_warning_has_another_number() {
    use breaking_or_not::inserted_variant::{v1, v2};
    assert_eq!(v1::Severity::Warning as u8, 1, "what 2.4.0 wrote");
    assert_eq!(v2::Severity::Warning as u8, 2, "what it is compared with");
    assert_eq!(
        v2::Severity::Notice as u8,
        1,
        "what the old number means now"
    );
}

#[test]
fn a_page_of_ten_had_eleven_jobs() {
    use breaking_or_not::off_by_one::{v1, v2};
    let jobs: Vec<u64> = (1..=20).collect();
    assert_eq!(v1::page(&jobs, 10).len(), 11, "2.4.0");
    assert_eq!(v2::page(&jobs, 10).len(), 10, "merged");
}

#[test]
fn a_timeout_reads_differently_and_is_still_a_timeout() {
    use breaking_or_not::error_text::{v1, v2};
    let (before, after) = (v1::SendError::timed_out(), v2::SendError::timed_out());
    assert_ne!(before.to_string(), after.to_string(), "the text");
    assert!(
        before.is_timeout() && after.is_timeout(),
        "what the documentation tells programs to ask: {before:?}, {after:?}"
    );
}
