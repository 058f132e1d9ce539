//! Longer stories with many crashes.

use std::rc::Rc;

use outbox::world::{Broker, Crash, Db, World};
use outbox::{Event, Shop, ShopTables, Warehouse, WarehouseTables};

struct Choices(u64);

impl Choices {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn plan_a_crash(&mut self, world: &World) {
        let step = 1 + self.below(6) as u32;
        world.plan(match self.below(2) {
            0 => Crash::Before(step),
            _ => Crash::After(step),
        });
    }
}

#[test]
fn many_crashes_part_them_neither() {
    for seed in 1..=300 {
        let mut choices = Choices(seed);
        let world = World::new(None);
        choices.plan_a_crash(&world);
        let shop_db = Db::<ShopTables>::new(&world, "shop");
        let warehouse_db = Db::<WarehouseTables>::new(&world, "warehouse");
        let broker = Broker::new(&world);
        let shop = || Shop::new(Rc::clone(&shop_db), Rc::clone(&broker));
        let warehouse = || Warehouse::new(Rc::clone(&warehouse_db));
        let mut delivered = 0;
        for round in 0..60 {
            let calm = round >= 40;
            let crashed = match choices.below(6) {
                _ if calm => shop().relay().is_err(),
                0 | 1 => {
                    let id = choices.below(20);
                    let item = ["lamp", "desk"][id as usize % 2];
                    shop().place(id, item, 1 + id as u32 * 3).is_err()
                }
                2 => shop().cancel(choices.below(20)).is_err(),
                3 => shop().relay().is_err(),
                _ => false,
            };
            if crashed {
                world.restart();
                choices.plan_a_crash(&world);
            }
            let taken = broker.taken();
            if delivered < taken.len() {
                // Now and then an old message comes once more.
                let which = match choices.below(3) {
                    0 => choices.below(delivered as u64 + 1) as usize,
                    _ => delivered,
                };
                if warehouse().handle(&taken[which]).is_ok() {
                    delivered += usize::from(which == delivered);
                } else {
                    world.restart();
                    choices.plan_a_crash(&world);
                }
            }
        }
        while shop().relay().is_err() {
            world.restart();
        }
        for envelope in &broker.taken()[delivered..] {
            while warehouse().handle(envelope).is_err() {
                world.restart();
            }
        }
        let (shop, warehouse) = (shop_db.committed(), warehouse_db.committed());
        for item in ["lamp", "desk"] {
            let open = shop
                .orders()
                .values()
                .filter(|order| order.item == item && !order.cancelled);
            let on_order: i64 = open.map(|order| i64::from(order.quantity)).sum();
            assert_eq!(
                warehouse.reserved(item),
                on_order,
                "seed {seed}: of `{item}` so many are reserved, and so many on order, after this: {}",
                world.story()
            );
        }
    }
}

#[test]
fn events_of_an_order_are_first_sent_in_the_order_in_which_they_happened() {
    for step in 1..20 {
        for crash in [Crash::Before(step), Crash::After(step)] {
            let world = World::new(Some(crash));
            let db = Db::<ShopTables>::new(&world, "shop");
            let broker = Broker::new(&world);
            let shop = || Shop::new(Rc::clone(&db), Rc::clone(&broker));
            for id in [12, 9, 4] {
                while shop().place(id, "desk", 2).is_err() {
                    world.restart();
                }
                while shop().cancel(id).is_err() {
                    world.restart();
                }
            }
            while shop().relay().is_err() {
                world.restart();
            }
            let mut events: Vec<Event> = Vec::new();
            for sent in broker.taken() {
                if !events.contains(&sent.event) {
                    events.push(sent.event);
                }
            }
            let orders: Vec<(u64, bool)> = events
                .iter()
                .map(|event| match event {
                    Event::Placed { order, .. } => (*order, false),
                    Event::Cancelled { order, .. } => (*order, true),
                })
                .collect();
            assert_eq!(
                orders,
                [
                    (12, false),
                    (12, true),
                    (9, false),
                    (9, true),
                    (4, false),
                    (4, true)
                ],
                "orders, and whether they are cancelled, as first sent: {}",
                world.story()
            );
        }
    }
}
