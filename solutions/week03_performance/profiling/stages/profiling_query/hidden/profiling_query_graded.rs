//! Other days, and a larger site.

#[path = "support/archive.rs"]
mod archive;

use archive::{Archive, DAY, room};
use profiling::batch;

#[test]
fn days_are_those_of_a_plain_list() {
    let mut archive = Archive::new();
    // Midnights, as `date -u -d DAY +%s` says.
    let days = [
        ("1969-12-31", -86_400),
        ("1970-01-01", 0),
        ("2023-12-31", 1_703_980_800),
        ("2024-01-01", 1_704_067_200),
        ("2024-02-28", 1_709_078_400),
        ("2024-02-29", 1_709_164_800),
        ("2024-03-01", 1_709_251_200),
    ];
    let mut list = Vec::new();
    for (n, (_, midnight)) in days.iter().enumerate() {
        for (at, tenths) in [(0, n as i64), (1, -3), (86_399, 20 + n as i64)] {
            list.push((midnight + at, tenths));
        }
    }
    let lines = list
        .iter()
        .map(|(at, tenths)| format!("oslo/hall/p {at} {tenths}\n"));
    let text: String = lines.collect();
    let readings = batch(&text).expect("readings");
    archive.history.keep(&readings).expect("there is room");
    for (n, (day, _)) in days.iter().enumerate() {
        let warmest = 20 + n as i64;
        assert_eq!(
            archive.day("oslo", day),
            [room("hall", 3, Some((-3, warmest)))],
            "three readings of {day}: at midnight, a second later, and a second before the next"
        );
    }
    for day in ["2023-02-29", "2024-02-30", "2022-02-28"] {
        assert_eq!(
            archive.day("oslo", day),
            [room("hall", 0, None)],
            "nothing was measured on {day}, or it was not"
        );
    }
}

#[test]
fn a_site_of_six_hundred_rooms_is_a_page() {
    let (_, two, _) = Archive::new().with(2, 2).counted();
    let (rooms, many, steps) = Archive::new().with(600, 2).counted();
    assert_eq!(
        (rooms.len(), many),
        (600, two),
        "the rooms of a large site, and statements for them: as many as for two rooms"
    );
    let last = rooms.last().expect("600 rooms");
    assert_eq!(
        *last,
        room("hall/room-600", 24, Some((-190, -167))),
        "the last one, on {DAY}"
    );
    let readings = 600 * 24;
    assert!(
        steps <= readings * 25,
        "{steps} steps for {readings} readings of 600 rooms: more than a couple of dozen for each is work for others"
    );
}
