//! Stage 1: thousands of calls in any order.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use rooms::domain::{BookingId, Event, Role, Room, UserId};
use support::{ADA, NINE, after, slot, title};

/// Small numbers from a seed: a linear congruential generator.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

#[test]
fn a_room_keeps_its_rules_whatever_is_asked() {
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let mut room = Room::found(ADA);
        let mut now = NINE;
        let mut known = Vec::new();
        for step in 0..60 {
            now = after(now, i64::try_from(dice.roll(20)).unwrap_or(0));
            let (by, user) = (UserId(1 + dice.roll(4)), UserId(1 + dice.roll(4)));
            let before = room.clone();
            let outcome = match dice.roll(6) {
                0 | 1 => {
                    let roles = [
                        None,
                        Some(Role::Guest),
                        Some(Role::Member),
                        Some(Role::Owner),
                    ];
                    let role = roles[usize::try_from(dice.roll(4)).unwrap_or(0)];
                    room.appoint(by, user, role, now)
                }
                2 => room.cancel(by, BookingId(dice.roll(step + 1)), now),
                _ => {
                    let from = 15 * i64::try_from(dice.roll(60)).unwrap_or(0);
                    let long = 15 * i64::try_from(1 + dice.roll(4)).unwrap_or(0);
                    room.book(
                        by,
                        BookingId(step),
                        slot(from, from + long),
                        title("x"),
                        now,
                    )
                }
            };
            let snapshot = room.snapshot();
            match &outcome {
                Err(why) => assert_eq!(
                    room, before,
                    "seed {seed}, step {step}: refused ({why:?}), and yet something has changed"
                ),
                Ok(events) => {
                    for event in events {
                        match event {
                            Event::Booked(booking) => known.push(booking.clone()),
                            Event::Cancelled(booking) => known.retain(|it| it != booking),
                            _ => {}
                        }
                    }
                }
            }
            known.sort_by_key(|it| it.slot.start());
            assert_eq!(
                snapshot.bookings, known,
                "seed {seed}, step {step}: the bookings, and those that the events tell of"
            );
            assert!(
                snapshot.roles.iter().any(|(_, role)| *role == Role::Owner),
                "seed {seed}, step {step}: a room without an owner, after {outcome:?}"
            );
            for one in &snapshot.bookings {
                let ahead = (snapshot.bookings.iter())
                    .filter(|it| it.by == one.by && it.slot.start() > now)
                    .count();
                let role = room.role(one.by);
                assert!(
                    role >= Some(Role::Member) || one.slot.start() <= now,
                    "seed {seed}, step {step}: {one:?} has not begun, and its user is {role:?}"
                );
                // An owner may become a member with more than three ahead; then there are no new ones.
                let is_new = !before.snapshot().bookings.contains(one);
                assert!(
                    !(is_new && role == Some(Role::Member) && ahead > 3),
                    "seed {seed}, step {step}: a member has {ahead} bookings ahead"
                );
                let overlaps = |it: &&_| *it != one && support::overlap(it, one);
                assert!(
                    !snapshot.bookings.iter().any(|it| overlaps(&it)),
                    "seed {seed}, step {step}: {one:?} overlaps another one"
                );
            }
            assert_eq!(
                Room::restore(snapshot).as_ref(),
                Ok(&room),
                "seed {seed}, step {step}: the room of its snapshot"
            );
        }
    }
}
