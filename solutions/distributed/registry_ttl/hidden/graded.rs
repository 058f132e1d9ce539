//! Stories compared with a registry that keeps every message for ever.

use std::time::Duration;

use registry_ttl::network::{Choices, Network};
use registry_ttl::{Answer, Config, News, Registry, Reply, Says};

fn newest<'a>(history: &'a [(Duration, News)], address: &str) -> Option<&'a (Duration, News)> {
    // The first of several copies is the one that counted.
    history
        .iter()
        .rev()
        .filter(|(_, news)| news.address == address)
        .max_by_key(|(_, news)| (news.incarnation, news.number))
}

fn expected(history: &[(Duration, News)], config: Config, service: &str, now: Duration) -> Answer {
    let mut addresses = Vec::new();
    let mut valid_for = config.max_age;
    for address in ["a", "b", "c"] {
        if let Some((arrived, news)) = newest(history, address)
            && news.says == Says::Healthy
            && news.service == service
            && *arrived + config.ttl > now
        {
            addresses.push(address.to_owned());
            valid_for = valid_for.min(*arrived + config.ttl - now);
        }
    }
    Answer {
        addresses,
        valid_for,
    }
}

#[test]
fn any_story_goes_as_with_all_messages_kept() {
    for seed in 1..=50 {
        let mut choices = Choices::new(seed);
        let config = Config {
            ttl: Duration::from_millis(50 + choices.below(400)),
            max_delay: Duration::from_millis(choices.below(500)),
            max_age: Duration::from_millis(1 + choices.below(200)),
        };
        let told = format!("seed {seed}, {config:?}");
        let mut registry = Registry::new(config);
        let mut network = Network::new(seed, config.max_delay, choices.below(40));
        let mut history: Vec<(Duration, News)> = Vec::new();
        let mut latest = [(1, 0); 3];
        let mut now = Duration::from_secs(1_000);
        for _ in 0..200 {
            now += Duration::from_millis(choices.below(60));
            let node = choices.below(3) as usize;
            let (incarnation, number) = &mut latest[node];
            if choices.below(8) == 0 {
                *incarnation += 1;
                *number = 0;
            }
            *number += 1;
            let service = match *incarnation % 3 {
                0 => "mail",
                _ => "prices",
            };
            let news = News {
                address: ["a", "b", "c"][node].to_owned(),
                service: service.to_owned(),
                incarnation: *incarnation,
                number: *number,
                says: match choices.below(8) {
                    0 => Says::Resigns,
                    1 => Says::Unhealthy,
                    _ => Says::Healthy,
                },
            };
            network.send(now, news);
            while let Some((at, news)) = network.next(now) {
                let before = newest(&history, &news.address)
                    .map(|(_, known)| (known.incarnation, known.number));
                let reply = match before {
                    Some(before) if before >= (news.incarnation, news.number) => Reply::Old,
                    _ => Reply::Taken,
                };
                assert_eq!(
                    registry.receive(news.clone(), at),
                    reply,
                    "{told}: {news:?} at {at:?}"
                );
                history.push((at, news));
            }
            if choices.below(3) == 0 {
                registry.sweep(now);
            }
            for service in ["mail", "prices"] {
                assert_eq!(
                    registry.lookup(service, now),
                    expected(&history, config, service, now),
                    "{told}: {service} at {now:?}; the last messages were {:?}",
                    &history[history.len().saturating_sub(6)..]
                );
            }
        }
    }
}
