//! The whole service, in a world of the test's own.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wire_by_hand::{App, BookError, Clock, Mail, NotBooked, Outside, Sms, build};

/// The clock, the post and the telephone of a test.
#[derive(Default)]
struct World {
    hour: Cell<u64>,
    sent: RefCell<Vec<String>>,
}

impl World {
    fn at(hour: u64) -> Rc<Self> {
        let world = Rc::new(World::default());
        world.hour.set(hour);
        world
    }

    fn sent(&self) -> Vec<String> {
        self.sent.take()
    }
}

struct Post(Rc<World>);

impl Clock for World {
    fn hour(&self) -> u64 {
        self.hour.get()
    }
}

impl Mail for Post {
    fn send(&self, patient: &str, text: &str) {
        self.0
            .sent
            .borrow_mut()
            .push(format!("mail to {patient}, {text}"));
    }
}

impl Sms for World {
    fn send(&self, to: &str, text: &str) {
        self.sent.borrow_mut().push(format!("sms to {to}, {text}"));
    }
}

fn app(world: &Rc<World>) -> App {
    build(Outside {
        clock: world.clone(),
        mail: Rc::new(Post(world.clone())),
        sms: world.clone(),
    })
}

#[test]
fn an_appointment_is_made_and_confirmed() {
    let world = World::at(100);
    let app = app(&world);
    assert_eq!(app.bookings.book(100, "ada"), Err(BookError::Past));
    assert_eq!(app.bookings.book(101, "ada"), Ok(()));
    assert_eq!(app.bookings.book(101, "bob"), Err(BookError::Taken));
    world.hour.set(101);
    assert_eq!(app.bookings.book(101, "bob"), Err(BookError::Past));
    assert_eq!(world.sent(), ["mail to ada, booked: hour 101"]);
}

#[test]
fn who_booked_is_reminded() {
    let world = World::at(100);
    let app = app(&world);
    for (hour, patient) in [(101, "ada"), (124, "bob"), (125, "cyd")] {
        assert_eq!(app.bookings.book(hour, patient), Ok(()));
    }
    world.sent();
    assert_eq!(
        app.reminders.send(),
        2,
        "at hour 100, ada and bob come within 24 hours: reminders have to look into the calendar that bookings write to"
    );
    assert_eq!(
        world.sent(),
        ["sms to ada, soon: hour 101", "sms to bob, soon: hour 124"]
    );
    world.hour.set(101);
    assert_eq!(
        app.reminders.send(),
        2,
        "at hour 101, ada is here already; bob and cyd come within 24 hours"
    );
}

#[test]
fn the_front_desk_hears_of_a_late_cancellation() {
    let world = World::at(100);
    let app = app(&world);
    for (hour, patient) in [(124, "ada"), (125, "bob")] {
        assert_eq!(app.bookings.book(hour, patient), Ok(()));
    }
    world.sent();
    assert_eq!(app.cancellations.cancel(125), Ok(()));
    assert_eq!(world.sent(), ["mail to bob, cancelled: hour 125"]);
    assert_eq!(app.cancellations.cancel(124), Ok(()));
    assert_eq!(
        world.sent(),
        [
            "mail to ada, cancelled: hour 124",
            "sms to desk, free: hour 124"
        ],
        "24 hours before, somebody has to look for another patient"
    );
    assert_eq!(app.cancellations.cancel(124), Err(NotBooked));
    assert_eq!(app.bookings.book(124, "cyd"), Ok(()), "it is free again");
}

#[test]
fn two_services_share_nothing() {
    let (north, south) = (World::at(100), World::at(400));
    let (in_the_north, in_the_south) = (app(&north), app(&south));
    assert_eq!(in_the_north.bookings.book(510, "ada"), Ok(()));
    assert_eq!(in_the_south.bookings.book(510, "bob"), Ok(()));
    assert_eq!(in_the_south.cancellations.cancel(510), Ok(()));
    south.hour.set(500);
    assert_eq!(in_the_south.reminders.send(), 0, "bob has cancelled");
    assert_eq!(north.sent(), ["mail to ada, booked: hour 510"]);
}

#[test]
fn a_dropped_service_lets_go_of_the_world() {
    let world = World::at(100);
    let app = app(&world);
    assert_eq!(app.bookings.book(101, "ada"), Ok(()));
    let watch: Weak<World> = Rc::downgrade(&world);
    drop(world);
    assert!(watch.upgrade().is_some(), "the service uses it");
    drop(app);
    assert!(
        watch.upgrade().is_none(),
        "the service is gone, and something still holds its connections: a list of parts, in which each part holds the list?"
    );
}
