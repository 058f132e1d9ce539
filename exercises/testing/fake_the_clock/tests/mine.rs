//! What sudo mode promises, as far as the host's clock lets a test see it. Yours.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use fake_the_clock::{Elevations, Limits, SystemClock};

const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3_600);

#[test]
fn who_has_confirmed_is_allowed() {
    let limits = Limits {
        idle: HOUR,
        total: HOUR,
    };
    let mut elevations = Elevations::new(Arc::new(SystemClock), limits);
    elevations.confirm("ada");
    assert!(elevations.allow("ada"));
    assert!(!elevations.allow("grace"));
    assert!(elevations.left("ada").is_some());
    assert!(elevations.sweep().is_empty());
}

#[test]
fn an_idle_user_is_swept() {
    let limits = Limits {
        idle: MS,
        total: HOUR,
    };
    let mut elevations = Elevations::new(Arc::new(SystemClock), limits);
    elevations.confirm("ada");
    thread::sleep(5 * MS);
    assert_eq!(elevations.left("ada"), None);
    assert_eq!(elevations.sweep(), ["ada"]);
    assert!(elevations.sweep().is_empty());
}

#[test]
fn the_total_ends() {
    let limits = Limits {
        idle: HOUR,
        total: MS,
    };
    let mut elevations = Elevations::new(Arc::new(SystemClock), limits);
    elevations.confirm("ada");
    thread::sleep(5 * MS);
    assert!(!elevations.allow("ada"));
}
