//! The same promises for other halls.

#[path = "../src/counts.rs"]
mod counts;
#[path = "../src/hall.rs"]
mod hall;

mod sync {
    pub use probes::model::sync::*;

    pub fn lock_named<T>(name: &str, value: T) -> Mutex<T> {
        Mutex::named(name, value)
    }
}

use std::sync::Arc;

use hall::{Hall, exchange};
use probes::model::{Model, thread};

fn of(hall: &Hall) -> (u32, u32) {
    let counts = hall.counts();
    (counts.free, counts.sold)
}

#[test]
fn three_halls_in_a_ring_exchange() {
    let model = Model::new().steps_at_most(80).preemptions_at_most(2);
    model.check(
        "A, B and C exchange 1 of halls 1, 2 and 3 for 2, 3 and 1",
        || {
            let halls = Arc::new([Hall::new(1, 1, 1), Hall::new(2, 1, 1), Hall::new(3, 1, 1)]);
            let threads = [("A", 0, 1), ("B", 1, 2), ("C", 2, 0)].map(|(name, from, to)| {
                let halls = Arc::clone(&halls);
                thread::spawn(name, move || exchange(&halls[from], &halls[to], 1))
            });
            for exchanged in threads.map(thread::JoinHandle::join) {
                assert!(exchanged, "1 is sold and 1 is free in each hall");
            }
            let ends = halls.each_ref().map(of);
            assert_eq!(ends, [(1, 1); 3], "each hall has given one and got one");
        },
    );
}

#[test]
fn two_who_wait_both_get_what_comes_at_once() {
    let model = Model::new().steps_at_most(80).preemptions_at_most(2);
    model.check("C waits for 3 and D for 1 while P takes back 4", || {
        let hall = Arc::new(Hall::new(7, 0, 4));
        let [to_c, to_d, to_p] = [(); 3].map(|()| Arc::clone(&hall));
        let c = thread::spawn("C", move || to_c.wait_for(3));
        let d = thread::spawn("D", move || to_d.wait_for(1));
        let p = thread::spawn("P", move || to_p.take_back(4));
        c.join();
        d.join();
        p.join();
        assert_eq!(of(&hall), (0, 4), "3 and 1 of 4 are sold again");
        assert_eq!(hall.id(), 7, "in hall 7");
    });
}

#[test]
fn nobody_sees_an_exchange_halfway() {
    // Hall 2 is full, so the exchange is refused, and hall 1 must not be touched on the way to that.
    let model = Model::new().steps_at_most(80);
    model.check(
        "A exchanges 1 of hall 1 for hall 2, which is full, while B sells 1 of hall 1",
        || {
            let halls = Arc::new([Hall::new(1, 0, 2), Hall::new(2, 0, 2)]);
            let [here, there] = [Arc::clone(&halls), Arc::clone(&halls)];
            let a = thread::spawn("A", move || exchange(&here[0], &here[1], 1));
            let b = thread::spawn("B", move || there[0].sell(1));
            assert_eq!((a.join(), b.join()), (false, false), "both halls are full");
            assert_eq!([of(&halls[0]), of(&halls[1])], [(0, 2); 2], "free and sold");
        },
    );
}
