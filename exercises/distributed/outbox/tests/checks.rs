//! A shop and a warehouse whose process is made to crash at each of its steps.

use std::collections::BTreeMap;
use std::rc::Rc;

use outbox::world::{Broker, Crash, Db, World};
use outbox::{Envelope, Event, Refusal, Shop, ShopTables, Warehouse, WarehouseTables};

/// What customers do. Each is done until it is answered, or once.
#[derive(Debug, Clone, Copy)]
enum Wish {
    Place(u64, &'static str, u32),
    Cancel(u64),
}

const STORY: [Wish; 6] = [
    Wish::Place(1, "lamp", 3),
    Wish::Place(2, "lamp", 4),
    Wish::Place(3, "desk", 1),
    Wish::Cancel(1),
    Wish::Place(4, "lamp", 98),
    Wish::Cancel(3),
];

/// What is left when everything has calmed down.
struct End {
    crashed: bool,
    told: String,
    orders: BTreeMap<&'static str, i64>,
    reserved: BTreeMap<&'static str, i64>,
    shop: ShopTables,
    taken: Vec<Envelope>,
}

fn event(order: u64, item: &str, quantity: u32) -> Event {
    let item = item.to_owned();
    Event::Placed {
        order,
        item,
        quantity,
    }
}

/// Plays the story with one crash, of the shop or of the warehouse. A customer without an answer tries again
/// or not.
fn play(crash: Option<Crash>, customers_try_again: bool) -> End {
    let world = World::new(crash);
    let shop_db = Db::<ShopTables>::new(&world, "shop");
    let broker = Broker::new(&world);
    let start = || Shop::new(Rc::clone(&shop_db), Rc::clone(&broker));
    let mut shop = start();
    let mut crashed = false;
    for wish in STORY {
        loop {
            let answer = match wish {
                Wish::Place(id, item, quantity) => shop.place(id, item, quantity).map(drop),
                Wish::Cancel(id) => shop.cancel(id).map(drop),
            };
            if answer.is_err() {
                crashed |= world.restart();
                shop = start();
            }
            if answer.is_ok() || !customers_try_again {
                break;
            }
        }
        while shop.relay().is_err() {
            crashed |= world.restart();
            shop = start();
        }
    }

    let warehouse_db = Db::<WarehouseTables>::new(&world, "warehouse");
    let warehouse = || Warehouse::new(Rc::clone(&warehouse_db));
    for envelope in broker.taken() {
        while warehouse().handle(&envelope).is_err() {
            crashed |= world.restart();
        }
    }

    let shop = shop_db.committed();
    let items = ["lamp", "desk"];
    let on_order = |item: &str| {
        let open = shop
            .orders()
            .values()
            .filter(|order| order.item == item && !order.cancelled);
        open.map(|order| i64::from(order.quantity)).sum()
    };
    let reserved = |item: &str| warehouse_db.committed().reserved(item);
    End {
        crashed,
        told: world.story(),
        orders: items.map(|item| (item, on_order(item))).into(),
        reserved: items.map(|item| (item, reserved(item))).into(),
        taken: broker.taken(),
        shop,
    }
}

/// Each way in which the story can crash once.
fn crashes(customers_try_again: bool, mut check: impl FnMut(Crash, End)) {
    for step in 1.. {
        for crash in [Crash::Before(step), Crash::After(step)] {
            let end = play(Some(crash), customers_try_again);
            if !end.crashed {
                return;
            }
            check(crash, end);
        }
    }
}

#[test]
fn without_a_crash_each_event_is_sent_once() {
    let end = play(None, true);
    let events: Vec<Event> = end.taken.into_iter().map(|sent| sent.event).collect();
    let cancelled = |order, item: &str, quantity| Event::Cancelled {
        order,
        item: item.to_owned(),
        quantity,
    };
    assert_eq!(
        events,
        [
            event(1, "lamp", 3),
            event(2, "lamp", 4),
            event(3, "desk", 1),
            cancelled(1, "lamp", 3),
            cancelled(3, "desk", 1)
        ],
        "what happened in the shop, in that order; order 4 was refused, so nothing has happened"
    );
    assert_eq!(end.reserved, end.orders, "reserved, and on order");
}

#[test]
fn what_is_refused_or_done_before_is_not_told() {
    let world = World::new(None);
    let broker = Broker::new(&world);
    let shop = Shop::new(Db::new(&world, "shop"), Rc::clone(&broker));
    assert_eq!(shop.place(1, "lamp", 100), Ok(Ok(())), "100 of 100");
    assert_eq!(shop.place(1, "lamp", 100), Ok(Ok(())), "the same again");
    assert_eq!(shop.place(2, "lamp", 1), Ok(Err(Refusal::SoldOut)));
    assert_eq!(shop.cancel(2), Ok(Err(Refusal::Unknown)));
    assert_eq!(shop.relay(), Ok(()));
    assert_eq!(shop.relay(), Ok(()));
    let events: Vec<Event> = broker.taken().into_iter().map(|sent| sent.event).collect();
    assert_eq!(
        events,
        [event(1, "lamp", 100)],
        "one order was placed, and that is all that has happened"
    );
    assert_eq!(shop.cancel(1), Ok(Ok(())));
    assert_eq!(shop.cancel(1), Ok(Ok(())), "cancelled before");
    assert_eq!(shop.relay(), Ok(()));
    assert_eq!(broker.taken().len(), 2, "an order is cancelled once");
    assert_eq!(
        [shop.place(3, "desk", 100), shop.place(4, "lamp", 100)],
        [Ok(Ok(())); 2],
        "100 of each item, and the lamps of order 1 are on order no more"
    );
}

#[test]
fn no_crash_parts_the_warehouse_from_the_shop() {
    crashes(true, |_, end| {
        assert_eq!(
            end.reserved, end.orders,
            "what the warehouse has reserved, and what is on order in the shop, after this: {}",
            end.told
        );
    });
}

#[test]
fn nor_does_one_after_which_the_customer_gives_up() {
    crashes(false, |_, end| {
        for sent in &end.taken {
            let (Event::Placed { order, .. } | Event::Cancelled { order, .. }) = &sent.event;
            assert!(
                end.shop.orders().contains_key(order),
                "message {} is about order {order}, which the shop does not have, after this: {}",
                sent.id,
                end.told
            );
        }
        assert_eq!(
            end.reserved, end.orders,
            "what the warehouse has reserved, and what is on order in the shop, after this: {}",
            end.told
        );
    });
}

#[test]
fn copies_of_an_event_can_be_told_by_their_id() {
    crashes(true, |crash, end| {
        let mut ids = BTreeMap::new();
        let mut events = BTreeMap::new();
        for sent in end.taken {
            let before = ids.insert(sent.event.clone(), sent.id);
            assert!(
                before.is_none_or(|before| before == sent.id),
                "{crash:?}: {:?} was sent as message {before:?} and as message {}, so no receiver can tell that it is \
                 the same. What happened: {}",
                sent.event,
                sent.id,
                end.told
            );
            let before = events.insert(sent.id, sent.event.clone());
            assert!(
                before.as_ref().is_none_or(|before| *before == sent.event),
                "{crash:?}: message {} is {before:?} and {:?}, so receivers would drop one of them. What happened: {}",
                sent.id,
                sent.event,
                end.told
            );
        }
    });
}

/// A warehouse that gets these messages, in this order.
fn reserved_after(messages: &[&Envelope]) -> i64 {
    let world = World::new(None);
    let db = Db::<WarehouseTables>::new(&world, "warehouse");
    for message in messages {
        Warehouse::new(Rc::clone(&db))
            .handle(message)
            .expect("no crash is planned");
    }
    db.committed().reserved("lamp")
}

#[test]
fn a_message_counts_once_however_often_and_whenever_it_comes() {
    let message = |id, quantity| Envelope {
        id,
        event: event(id, "lamp", quantity),
    };
    let (a, b, c) = (message(1, 1), message(2, 10), message(3, 100));
    for messages in [
        [&a, &b, &c, &c],
        [&a, &b, &c, &a],
        [&c, &b, &a, &b],
        [&b, &a, &b, &c],
    ] {
        let ids = messages.map(|message| message.id);
        assert_eq!(
            reserved_after(&messages),
            111,
            "three messages for 1, 10 and 100 lamps arrive in the order {ids:?}"
        );
    }
}

#[test]
fn the_warehouse_may_crash_while_it_handles_a_message() {
    for crash in [
        Crash::Before(1),
        Crash::After(1),
        Crash::Before(2),
        Crash::After(2),
    ] {
        let world = World::new(Some(crash));
        let db = Db::<WarehouseTables>::new(&world, "warehouse");
        let message = Envelope {
            id: 1,
            event: event(1, "lamp", 5),
        };
        while Warehouse::new(Rc::clone(&db)).handle(&message).is_err() {
            world.restart();
        }
        assert_eq!(
            db.committed().reserved("lamp"),
            5,
            "one order of five lamps, delivered until it was handled: {}",
            world.story()
        );
    }
}
