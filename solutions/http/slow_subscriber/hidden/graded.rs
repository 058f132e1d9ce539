//! The same promises in larger rooms.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use slow_subscriber::{Member, Room, TooSlow};
use tokio::task::coop::unconstrained;

fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(unconstrained(future)).poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Takes up to so many messages that are there; `true` if it is out.
fn take(member: &mut Member, at_most: usize, heard: &mut Vec<usize>) -> bool {
    for _ in 0..at_most {
        match now(member.next()) {
            Some(Ok(text)) => heard.push(text.parse().expect("a number")),
            Some(Err(TooSlow)) => return true,
            None => return false,
        }
    }
    false
}

#[tokio::test]
async fn members_of_every_pace() {
    for queue in [1, 2, 5, 16] {
        let room = Room::new(queue);
        // Member `n` takes up to `n` messages after each round of three.
        let mut members = Vec::new();
        for _ in 0..6 {
            members.push((room.join().await, Vec::new(), false));
        }
        for message in 0..300 {
            assert!(
                now(room.publish(&message.to_string())).is_some(),
                "`publish` never waits"
            );
            if queue < 3 || message % 3 == 2 {
                for (pace, (member, heard, out)) in members.iter_mut().enumerate() {
                    *out = *out || take(member, pace, heard);
                }
            }
        }
        for (pace, (member, heard, out)) in members.iter_mut().enumerate() {
            *out = *out || take(member, 1_000, heard);
            let gapless: Vec<usize> = (0..heard.len()).collect();
            assert_eq!(
                *heard, gapless,
                "queue {queue}, pace {pace}: a beginning without a gap"
            );
            let fast = pace >= 3 || (queue < 3 && pace >= 1);
            if fast && (queue >= 3 || pace >= 1) {
                assert!(
                    !*out,
                    "queue {queue}, pace {pace}: fast enough, and out after {}",
                    heard.len()
                );
                assert_eq!(heard.len(), 300, "queue {queue}, pace {pace}");
            } else {
                assert!(*out, "queue {queue}, pace {pace}: too slow, and in");
                assert!(heard.len() < 300, "queue {queue}, pace {pace}");
            }
        }
    }
}

#[tokio::test]
async fn a_full_queue_is_not_too_much() {
    for queue in [1, 3, 10] {
        let room = Room::new(queue);
        let mut member = room.join().await;
        for _ in 0..5 {
            for message in 0..queue {
                room.publish(&message.to_string()).await;
            }
            let mut heard = Vec::new();
            assert!(
                !take(&mut member, queue, &mut heard),
                "{queue} messages of {queue}"
            );
            assert_eq!(heard.len(), queue, "all of them");
            assert_eq!(now(member.next()), None, "and no more");
        }
        for message in 0..=queue {
            room.publish(&message.to_string()).await;
        }
        assert!(
            take(&mut member, queue + 1, &mut Vec::new()),
            "{} of {queue}",
            queue + 1
        );
    }
}

#[tokio::test]
async fn rooms_are_apart_and_handles_are_not() {
    let (room, other) = (Room::new(2), Room::new(2));
    let handle = room.clone();
    let mut member = room.join().await;
    let mut stranger = other.join().await;
    handle.publish("7").await;
    drop((room, handle));
    let mut heard = Vec::new();
    assert!(
        !take(&mut member, 9, &mut heard),
        "nobody was slow; the last handle has gone"
    );
    assert_eq!(heard, [7], "said over a clone");
    assert_eq!(now(stranger.next()), None, "another room");
}
