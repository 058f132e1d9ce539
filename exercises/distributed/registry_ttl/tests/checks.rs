//! What the registry answers, by a clock that is handed in and over a network that a seed decides.

use std::time::Duration;

use registry_ttl::network::{Choices, Network};
use registry_ttl::{Answer, Config, News, Registry, Reply, Says};

const fn sec(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

const CONFIG: Config = Config {
    ttl: sec(10),
    max_delay: sec(15),
    max_age: sec(4),
};

/// Long after the registry was started.
const START: Duration = sec(86_400);

/// Message `number` of process `incarnation` at `address`, which offers prices.
fn news(address: &str, incarnation: u64, number: u64, says: Says) -> News {
    News {
        address: address.to_owned(),
        service: "prices".to_owned(),
        incarnation,
        number,
        says,
    }
}

fn listed(registry: &Registry, service: &str, now: Duration) -> Vec<String> {
    registry.lookup(service, now).addresses
}

#[test]
fn who_is_healthy_is_listed() {
    let mut registry = Registry::new(CONFIG);
    for (address, service, says) in [
        ("10.0.0.3", "prices", Says::Healthy),
        ("10.0.0.1", "prices", Says::Healthy),
        ("10.0.0.2", "prices", Says::Unhealthy),
        ("10.0.0.4", "mail", Says::Healthy),
    ] {
        let reply = registry.receive(
            News {
                service: service.to_owned(),
                ..news(address, 1, 1, says)
            },
            START,
        );
        assert_eq!(reply, Reply::Taken, "the first message of {address}");
    }
    assert_eq!(
        listed(&registry, "prices", START),
        ["10.0.0.1", "10.0.0.3"],
        "three addresses offer prices, and 10.0.0.2 says that it is not well"
    );
    assert_eq!(
        registry.lookup("search", START),
        Answer {
            addresses: Vec::new(),
            valid_for: CONFIG.max_age
        },
        "nobody offers search; the answer may be used until a newcomer should be seen"
    );
    let better = news("10.0.0.2", 1, 2, Says::Healthy);
    registry.receive(better, START + sec(1));
    registry.receive(news("10.0.0.1", 1, 2, Says::Resigns), START + sec(1));
    assert_eq!(
        listed(&registry, "prices", START + sec(1)),
        ["10.0.0.2", "10.0.0.3"],
        "10.0.0.2 is well again, and 10.0.0.1 has resigned"
    );
}

#[test]
fn a_node_without_a_heartbeat_is_gone_at_its_ttl() {
    let mut registry = Registry::new(CONFIG);
    registry.receive(news("10.0.0.1", 1, 1, Says::Healthy), START);
    registry.receive(news("10.0.0.1", 1, 2, Says::Healthy), START + sec(5));
    let end = START + sec(15);
    assert_eq!(
        listed(&registry, "prices", end - ms(1)),
        ["10.0.0.1"],
        "the last heartbeat came 9.999 s ago, and holds for 10 s"
    );
    assert_eq!(
        listed(&registry, "prices", end),
        [""; 0],
        "the last heartbeat came 10 s ago. Nobody has swept, and callers must not have to wait for that"
    );
}

#[test]
fn an_answer_is_valid_no_longer_than_what_it_lists() {
    let mut registry = Registry::new(CONFIG);
    registry.receive(news("10.0.0.1", 1, 1, Says::Healthy), START);
    registry.receive(news("10.0.0.2", 1, 1, Says::Healthy), START + sec(3));
    registry.receive(news("10.0.0.3", 1, 1, Says::Unhealthy), START - sec(5));
    for (now, valid_for) in [(sec(5), sec(4)), (sec(8), sec(2)), (ms(9_999), ms(1))] {
        assert_eq!(
            registry.lookup("prices", START + now).valid_for,
            valid_for,
            "{now:?} after the heartbeat of 10.0.0.1, which holds for 10 s; an answer that lists it must not be kept \
             for longer than that, nor for more than {:?}",
            CONFIG.max_age
        );
    }
}

#[test]
fn what_was_overtaken_is_old() {
    let mut registry = Registry::new(CONFIG);
    registry.receive(news("10.0.0.1", 1, 7, Says::Unhealthy), START);
    assert_eq!(
        registry.receive(news("10.0.0.1", 1, 6, Says::Healthy), START + ms(5)),
        Reply::Old,
        "message 6 was sent before message 7, which came first"
    );
    assert_eq!(
        listed(&registry, "prices", START + ms(5)),
        [""; 0],
        "the node is not well: its message 7 says so, and message 6 is from before that"
    );
}

#[test]
fn a_message_that_comes_twice_counts_once() {
    let mut registry = Registry::new(CONFIG);
    let heartbeat = news("10.0.0.1", 1, 1, Says::Healthy);
    registry.receive(heartbeat.clone(), START);
    assert_eq!(
        registry.receive(heartbeat, START + sec(9)),
        Reply::Old,
        "the network has doubled this heartbeat"
    );
    assert_eq!(
        listed(&registry, "prices", START + sec(10)),
        [""; 0],
        "the only heartbeat came 10 s ago, and a second copy of it is no sign of life"
    );
}

#[test]
fn who_has_resigned_is_not_brought_back_by_a_late_heartbeat() {
    let mut registry = Registry::new(CONFIG);
    registry.receive(news("10.0.0.1", 1, 1, Says::Healthy), START);
    registry.receive(news("10.0.0.1", 1, 3, Says::Resigns), START + sec(2));
    for late in [sec(3), sec(12), sec(17)] {
        registry.sweep(START + late);
        assert_eq!(
            registry.receive(news("10.0.0.1", 1, 2, Says::Healthy), START + late),
            Reply::Old,
            "a heartbeat from before the resignation arrives {late:?} after the first; messages are under way for up \
             to {:?}",
            CONFIG.max_delay
        );
        assert_eq!(
            listed(&registry, "prices", START + late),
            [""; 0],
            "this node has resigned, and its address answers nobody"
        );
    }
}

#[test]
fn an_address_belongs_to_its_latest_process() {
    let mut registry = Registry::new(CONFIG);
    registry.receive(news("10.0.0.1", 1, 40, Says::Healthy), START);
    let mail = News {
        service: "mail".to_owned(),
        ..news("10.0.0.1", 2, 1, Says::Healthy)
    };
    assert_eq!(
        registry.receive(mail, START + sec(1)),
        Reply::Taken,
        "a process that was started later counts its messages from the start"
    );
    assert_eq!(
        listed(&registry, "prices", START + sec(1)),
        [""; 0],
        "10.0.0.1 is a mail server now, and would get requests for prices"
    );
    for says in [Says::Healthy, Says::Resigns] {
        assert_eq!(
            registry.receive(news("10.0.0.1", 1, 41, says), START + sec(2)),
            Reply::Old,
            "`{says:?}`, sent by the process before, arrives late"
        );
        assert_eq!(listed(&registry, "mail", START + sec(2)), ["10.0.0.1"]);
        assert_eq!(listed(&registry, "prices", START + sec(2)), [""; 0]);
    }
}

#[test]
fn nothing_is_remembered_for_ever() {
    let mut registry = Registry::new(CONFIG);
    for number in 0..1_000 {
        let says = [Says::Healthy, Says::Unhealthy, Says::Resigns][number % 3];
        registry.receive(news(&format!("node {number}"), 1, 1, says), START);
    }
    registry.sweep(START + sec(15));
    assert_eq!(
        registry.remembered(),
        1_000,
        "something that was sent before these messages can arrive up to 15 s after them, and has to be known for old"
    );
    registry.sweep(START + sec(16));
    assert_eq!(
        registry.remembered(),
        0,
        "16 s later all leases have ended and nothing from before can arrive, so nothing has to be remembered"
    );

    let patient = Config {
        ttl: sec(60),
        ..CONFIG
    };
    let mut registry = Registry::new(patient);
    registry.receive(news("10.0.0.1", 1, 1, Says::Healthy), START);
    registry.sweep(START + sec(59));
    assert_eq!(
        listed(&registry, "prices", START + sec(59)),
        ["10.0.0.1"],
        "a sweep takes nothing that is still listed"
    );
    registry.sweep(START + sec(60));
    assert_eq!(registry.remembered(), 0, "the lease has ended");
}

/// A process as it really is, which the registry can't see.
struct Process {
    incarnation: u64,
    number: u64,
    service: &'static str,
    alive: bool,
    since: Duration,
}

/// Five addresses, whose processes send heartbeats each 3 s, resign, crash, and are started again as
/// something else. The network loses one message of twenty.
#[test]
fn the_dead_leave_in_time_whatever_the_network_does() {
    for seed in 1..=100 {
        let mut choices = Choices::new(seed);
        let mut network = Network::new(seed, CONFIG.max_delay, 5);
        let mut registry = Registry::new(CONFIG);
        let mut processes: Vec<Process> = (0..5)
            .map(|_| Process {
                incarnation: 1,
                number: 0,
                service: "prices",
                alive: true,
                since: START,
            })
            .collect();
        for second in 0..300 {
            let now = START + sec(second);
            for (address, process) in processes.iter_mut().enumerate() {
                let says = match (process.alive, choices.below(60)) {
                    (true, 0) => {
                        (process.alive, process.since) = (false, now);
                        Some(Says::Resigns)
                    }
                    (true, 1) => {
                        (process.alive, process.since) = (false, now);
                        None
                    }
                    (true, _) => (second % 3 == 0).then_some(Says::Healthy),
                    (false, 0..3) => {
                        process.incarnation += 1;
                        process.number = 0;
                        process.service = ["prices", "mail"][choices.below(2) as usize];
                        (process.alive, process.since) = (true, now);
                        Some(Says::Healthy)
                    }
                    (false, _) => None,
                };
                if let Some(says) = says {
                    process.number += 1;
                    let news = News {
                        address: format!("10.0.0.{address}"),
                        service: process.service.to_owned(),
                        incarnation: process.incarnation,
                        number: process.number,
                        says,
                    };
                    network.send(now, news);
                }
            }
            while let Some((at, news)) = network.next(now) {
                registry.receive(news, at);
            }
            if second % 60 == 59 {
                registry.sweep(now);
            }
            for (address, process) in processes.iter().enumerate() {
                let address = format!("10.0.0.{address}");
                let dead_for = now - process.since;
                let is_listed = ["prices", "mail"]
                    .iter()
                    .any(|service| listed(&registry, service, now).contains(&address));
                let in_time = CONFIG.max_delay + CONFIG.ttl;
                assert!(
                    process.alive || !is_listed || dead_for < in_time,
                    "seed {seed}, second {second}: the process at {address} ended {dead_for:?} ago. Its last \
                     heartbeat has arrived within {:?} and holds for {:?}, so it must be gone after {in_time:?}",
                    CONFIG.max_delay,
                    CONFIG.ttl
                );
            }
        }
    }
}
