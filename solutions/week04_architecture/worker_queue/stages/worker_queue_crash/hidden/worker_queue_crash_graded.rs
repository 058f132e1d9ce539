//! Stage 7: the figures of every disk, and relays in bad company.

#[allow(dead_code, reason = "each test file uses its own part")]
mod between {
    include!("support/between.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod crash {
    include!("support/crash.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod crew {
    include!("support/crew.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod figures {
    include!("support/figures.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod stores {
    include!("support/stores.rs");
}

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crash::{Camera, Filmed, LATER, Partner, album, next_process, until};
use crew::{Notes, memory, pass};
use figures::figures;
use stores::{Folder, claim, enqueue, fine};
use worker_queue::{Outbox, Relay, Timestamp, Work};

/// A job for each, done, with that to be told.
fn tell(store: &dyn Outbox, bodies: &[&str]) {
    for body in bodies {
        enqueue(store, Work::new("invoice", *body), 0);
        let (id, fence) = claim(store, 0).expect("it is ready");
        let bodies = [(*body).to_owned()];
        let done = store.complete(id, fence, &bodies, Timestamp::from_millis(0));
        fine("complete", done).expect("its lease holds");
    }
}

#[tokio::test]
async fn the_figures_add_up_on_every_disk() {
    for photo in album().await {
        let folder = photo.developed();
        for now in [0, LATER] {
            figures(&folder.open(), now).balanced(&photo.moment);
        }
        next_process(&folder, photo.acknowledged, &photo.moment).await;
        let scrape = figures(&folder.open(), LATER);
        scrape.balanced(&photo.moment);
        assert_eq!(
            (
                scrape.ended("completed"),
                scrape.jobs("done"),
                scrape.bucket("+Inf")
            ),
            (3.0, 3.0, 3.0),
            "killed at {}: three jobs are done, each counted once",
            photo.moment
        );
    }
}

#[tokio::test]
async fn two_relays_on_one_file() {
    let folder = Folder::new();
    let store = folder.open();
    let bodies: Vec<String> = (10..30).map(|number| format!("order {number}")).collect();
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    tell(&store, &bodies);
    let partner = Partner::new(&folder);
    // The partner does one thing at a time; who asks is no matter.
    let counter = Arc::new(tokio::sync::Mutex::new(()));
    let relays = [(); 2].map(|()| {
        let (partner, counter) = (partner.clone(), Arc::clone(&counter));
        let outbox = Arc::new(folder.open());
        Relay::start(outbox, Duration::from_millis(1), move |message| {
            let (partner, counter) = (partner.clone(), Arc::clone(&counter));
            async move {
                let _one = counter.lock().await;
                partner.take(&message);
                Ok(())
            }
        })
    });
    until("all messages are sent", || {
        fine("next_message", store.next_message()).is_none()
    })
    .await;
    for relay in relays {
        relay.stop().await;
    }
    let lines = partner.lines();
    let told: Vec<&str> = lines.iter().map(|(_, body)| &**body).collect();
    assert_eq!(
        told, bodies,
        "an old process that is not gone yet, and the new one"
    );
}

#[tokio::test(start_paused = true)]
async fn a_relay_that_is_dropped_delivers_nothing_more() {
    let (store, notes) = (memory(), Notes::default());
    tell(&*store, &["a", "b"]);
    let relay = {
        let notes = notes.clone();
        Relay::start(store.clone(), Duration::from_secs(1), move |message| {
            let guard = notes.when_dropped(&message.body);
            let notes = notes.clone();
            async move {
                pass(5_000).await;
                notes.add(format!("{} taken", message.body));
                drop(guard);
                Ok(())
            }
        })
    };
    pass(1_000).await;
    drop(relay);
    pass(60_000).await;
    assert_eq!(notes.all(), ["a gone"], "cancelled where it was");
    let next = fine("next_message", store.next_message());
    assert_eq!(
        next.map(|message| message.body).as_deref(),
        Some("a"),
        "for the next relay"
    );
}

#[tokio::test(start_paused = true)]
async fn a_mark_that_is_lost_means_once_more() {
    let (store, notes) = (memory(), Notes::default());
    tell(&*store, &["a", "b"]);
    let still: Camera = Arc::new(|_, _| {});
    let filmed = Filmed::new(store.clone(), still);
    let relay = {
        let (notes, filmed) = (notes.clone(), Arc::clone(&filmed));
        let away = Arc::clone(&filmed);
        Relay::start(filmed, Duration::from_secs(1), move |message| {
            // The store can't be reached from the second delivery on.
            let second = notes.all().len() == 1;
            notes.add(format!("{} {}", message.number, message.body));
            if second {
                away.lost.store(true, Ordering::SeqCst);
            }
            async { Ok(()) }
        })
    };
    pass(5_000).await;
    filmed.lost.store(false, Ordering::SeqCst);
    pass(5_000).await;
    relay.stop().await;
    let told = notes.all();
    assert!(
        told.len() >= 2 && told[0] == "1 a" && told[1..].iter().all(|told| told == "2 b"),
        "the store was away when 2 was to be marked; 1 was marked before: {told:?}"
    );
    assert_eq!(
        fine("next_message", store.next_message()),
        None,
        "both are marked"
    );
}
